"""Every address of the site: no write without the token, nothing for who is not signed in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import AnyConverter, BaseConverter, IntegerConverter, Rule

from app.core.permissions import public, requires
from app.policy.permissions import Permission

UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
CLOSED = {303, 404}
# A mail program presses this button (RFC 8058): it has no page to take a token from, and the sealed link is the right.
BY_SEALED_LINK = frozenset({"notices.unsubscribe"})


def example(converter: BaseConverter) -> object:
    """A value for a part of an address."""
    if isinstance(converter, AnyConverter):
        return min(converter.items)
    return 1 if isinstance(converter, IntegerConverter) else "x"


def addresses(app: Flask, *methods: str) -> Iterator[tuple[Rule, str, str]]:
    """Yield rule, method and a path for each rule that takes one of these methods."""
    adapter = app.url_map.bind("localhost")
    for rule in app.url_map.iter_rules():
        converters = rule._converters
        values = {name: example(converters[name]) for name in rule.arguments}
        for method in sorted(set(rule.methods or ()) & set(methods)):
            yield rule, method, adapter.build(rule.endpoint, values, method=method)


def is_public(app: Flask, rule: Rule) -> bool:
    """Whether the view is for anybody."""
    view = app.view_functions[rule.endpoint]
    return rule.endpoint == "static" or getattr(view, "__trefle_permission__", None) is None


def without_token(app: Flask, client: FlaskClient) -> list[str]:
    """The writes that a form without token gets into."""
    return [
        f"{method} {path}: {answer.status_code}"
        for rule, method, path in addresses(app, *UNSAFE)
        if rule.endpoint not in BY_SEALED_LINK
        and (answer := client.open(path, method=method)).status_code != 400
    ]


def open_to_strangers(app: Flask, client: FlaskClient) -> list[str]:
    """The pages, not meant for anybody, that a stranger gets."""
    return [
        f"{path}: {answer.status_code}"
        for rule, _, path in addresses(app, "GET")
        if not is_public(app, rule) and (answer := client.get(path)).status_code not in CLOSED
    ]


def test_every_write_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    assert without_token(app, client) == []


def test_every_write_of_htmx_without_its_token_is_refused(app: Flask, client: FlaskClient) -> None:
    client.environ_base["HTTP_HX_REQUEST"] = "true"

    assert without_token(app, client) == []


def test_every_page_that_is_not_for_anybody_is_closed_to_strangers(
    app: Flask, client: FlaskClient
) -> None:
    assert open_to_strangers(app, client) == []


def test_a_public_page_never_breaks_for_a_stranger(app: Flask, client: FlaskClient) -> None:
    answers = {
        path: client.get(path).status_code
        for rule, _, path in addresses(app, "GET")
        if is_public(app, rule) and rule.endpoint != "health.ready"
    }

    assert {path: status for path, status in answers.items() if status not in {200, *CLOSED}} == {}


def test_no_cache_keeps_what_a_link_opens_nor_the_page_that_begins_a_session(app: Flask) -> None:
    behind = [path for rule, _, path in addresses(app, "GET") if "token" in rule.arguments]

    kept = {
        path: app.test_client().get(path).headers.get("Cache-Control")
        for path in (*behind, "/compte/connexion", "/rejoindre")
    }

    assert len(behind) > 10
    assert {path: how for path, how in kept.items() if how != "no-store"} == {}


def test_the_walk_meets_many_addresses(app: Flask) -> None:
    reads, writes = list(addresses(app, "GET")), list(addresses(app, *UNSAFE))

    assert len(reads) > 40
    assert len(writes) > 40


@pytest.fixture
def planted() -> Flask:
    """A tiny application without the protection, with one page that forgot its door."""
    app = Flask("planted", static_folder=None)
    guarded = requires(Permission.DASHBOARD_VIEW)(lambda: "")
    forgotten = lambda: "open"  # noqa: E731
    forgotten.__trefle_permission__ = Permission.YOUTH_LIST  # type: ignore[attr-defined]
    app.add_url_rule("/guarded", "planted.guarded", guarded, methods=["POST"])
    app.add_url_rule("/write/<int:one>", "planted.write", public(lambda one: ""), methods=["POST"])
    app.add_url_rule("/forgotten", "planted.forgotten", forgotten)
    return app


def test_the_walk_sees_a_write_that_takes_any_form(planted: Flask) -> None:
    found = without_token(planted, planted.test_client(use_cookies=False))

    assert "POST /write/1: 200" in found


def test_the_walk_sees_a_page_that_forgot_its_door(planted: Flask) -> None:
    found = open_to_strangers(planted, planted.test_client())

    assert found == ["/forgotten: 200"]
