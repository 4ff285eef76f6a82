"""The web's two doors to the policy: the view declares a permission, the service judges the object.

* `@requires(Permission.X)` on a view: without a session the visitor signs in; with roles that exclude X the answer is
  404 as if the page did not exist.
* `ensure(actor, permission, facts, seen_by=…)` in a service or view: 404 for what the actor may not see, 403 for what
  it may see but not do.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g
from flask.typing import ResponseReturnValue

from app.core.errors import Forbidden, NotFound, sign_in_again
from app.policy.actor import ANONYMOUS, Actor
from app.policy.facts import NOTHING, Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission

Parameters = ParamSpec("Parameters")
Returned = TypeVar("Returned")


def set_actor(actor: Actor) -> None:
    """Remember who acts for the rest of this request; called once, before the view."""
    g.actor = actor


def current_actor() -> Actor:
    """Who acts in this request; nobody when no session is open."""
    return cast(Actor, g.get("actor", ANONYMOUS))


def requires(
    permission: Permission,
) -> Callable[
    [Callable[Parameters, ResponseReturnValue]], Callable[Parameters, ResponseReturnValue]
]:
    """Guard a view. A test walks the URL map and finds the mark on every route that is not in the public list."""

    def decorate(
        view: Callable[Parameters, ResponseReturnValue],
    ) -> Callable[Parameters, ResponseReturnValue]:
        @wraps(view)
        def guarded(*args: Parameters.args, **kwargs: Parameters.kwargs) -> ResponseReturnValue:
            actor = current_actor()
            if not may_ever(actor, permission):
                if not actor.is_authenticated and actor.link is None:
                    return sign_in_again()
                raise NotFound
            return view(*args, **kwargs)

        guarded.__trefle_permission__ = permission  # type: ignore[attr-defined]
        return guarded

    return decorate


def public(view: Callable[Parameters, Returned]) -> Callable[Parameters, Returned]:
    """Mark a view that anybody may open (login, health, legal pages, simulators, signed links)."""
    view.__trefle_permission__ = None  # type: ignore[attr-defined]
    return view


def ensure(
    actor: Actor,
    permission: Permission,
    facts: Facts = NOTHING,
    *,
    seen_by: Permission | None = None,
) -> None:
    """Judge one object.

    Args:
        seen_by: the permission to see the object; when it holds, a refusal is 403 rather than 404.

    Raises:
        NotFound: the actor may not know the object.
        Forbidden: the actor may see it but not do this.
    """
    if can(actor, permission, facts):
        return
    if seen_by is not None and can(actor, seen_by, facts):
        raise Forbidden
    raise NotFound
