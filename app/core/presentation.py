"""What every template may use: French dates and numbers, icons, hashed static files, the actor and what it may do."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from flask import Flask, get_flashed_messages, request, url_for
from flask_babel import format_date, format_decimal
from markupsafe import Markup, escape

from app.core import clock
from app.core.permissions import current_actor
from app.core.requests import new_request_key
from app.policy.facts import NOTHING, Facts
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission

NBSP = "\u00a0"
NARROW_NBSP = "\u202f"


def day(value: date | datetime | None, *, empty: str = "non précisé") -> str:
    """ "lundi 7 décembre 2026"."""
    if value is None:
        return empty
    on = clock.local(value).date() if isinstance(value, datetime) else value
    return str(format_date(on, "EEEE d MMMM y")).replace(" 1 ", " 1er ", 1)


def short_day(value: date | datetime | None, *, empty: str = "–") -> str:
    """ "7 déc. 2026"."""
    if value is None:
        return empty
    on = clock.local(value).date() if isinstance(value, datetime) else value
    return str(format_date(on, "d MMM y"))


def instant(value: datetime | None, *, empty: str = "–") -> str:
    """ "7 déc. 2026 à 14 h 03"."""
    if value is None:
        return empty
    at = clock.local(value)
    return f"{short_day(value)} à {at.hour}{NBSP}h{NBSP}{at.minute:02d}"


def number(value: float | int | None, digits: int = 0) -> str:
    """French separators: 12 345,6."""
    if value is None:
        return "–"
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    return str(format_decimal(value, format=pattern))


def euros(value: float | None) -> str:
    """Amount with cents, or the honest words when it is not known."""
    return "à confirmer" if value is None else f"{number(value, 2)}{NBSP}€"


def kilometres(value: float | None) -> str:
    """A straight distance, named as such; never a travel time."""
    if value is None:
        return "distance inconnue"
    shown = number(value, 1) if value < 10 else number(round(value))
    return f"{shown}{NBSP}km à vol d’oiseau"


def plural(count: int, one: str, many: str | None = None) -> str:
    """ "1 place", "12 places", "0 place": French keeps the singular below two."""
    word = one if count < 2 else (many or f"{one}s")
    return f"{number(count)}{NBSP}{word}"


def since(value: date | datetime | None) -> str:
    """ "aujourd’hui", "hier", "il y a 12 jours"."""
    if value is None:
        return "jamais"
    on = clock.local(value).date() if isinstance(value, datetime) else value
    days = (clock.today() - on).days
    if days < 0:
        return f"dans {plural(-days, 'jour')}" if days < -1 else "demain"
    return {0: "aujourd’hui", 1: "hier"}.get(days, f"il y a {plural(days, 'jour')}")


@lru_cache(maxsize=1)
def _manifest(path: Path, _modified: float) -> dict[str, str]:
    return dict(json.loads(path.read_text(encoding="utf-8")))


def init_presentation(app: Flask) -> None:
    """Register filters and globals."""
    static = Path(app.static_folder or "static")
    app.jinja_env.filters.update(
        day=day,
        short_day=short_day,
        instant=instant,
        number=number,
        euros=euros,
        kilometres=kilometres,
        since=since,
        plural=plural,
        nl2br=lambda value: Markup("<br>").join(escape(value or "").splitlines()),
    )
    app.jinja_env.globals.update(
        vendor_url=partial(vendor_url, static),
        own_url=partial(own_url, static),
        icon=partial(icon, static),
        allowed=allowed,
        may_ever=lambda permission: may_ever(current_actor(), Permission(permission)),
        query_url=query_url,
        plural=plural,
        actor=current_actor,
        has_endpoint=lambda endpoint: endpoint in app.view_functions,
        current_entry=current_entry,
        request_key=new_request_key,
        today=clock.today,
        toasts=lambda: get_flashed_messages(with_categories=True),
        environment=app.config["ENV_NAME"],
    )


def vendor_url(static: Path, name: str) -> str:
    """The hashed address of a third-party file that the install step copied."""
    manifest = static / "vendor" / "manifest.json"
    hashed = _manifest(manifest, manifest.stat().st_mtime)[name] if manifest.exists() else name
    return url_for("static", filename=f"vendor/{hashed}")


def own_url(static: Path, name: str) -> str:
    """The address of one of our files, changing with its content date."""
    file = static / name
    return url_for(
        "static", filename=name, v=f"{int(file.stat().st_mtime):x}" if file.exists() else "0"
    )


def icon(static: Path, name: str, label: str = "") -> Markup:
    """An icon of the sprite: decorative without a label, an image with one."""
    role = (
        Markup('role="img" aria-label="{}"').format(label)
        if label
        else Markup('aria-hidden="true"')
    )
    return Markup('<svg class="icon" {} focusable="false"><use href="{}#{}"></use></svg>').format(
        role, vendor_url(static, "icons.svg"), name
    )


def allowed(permission: str, facts: Facts = NOTHING) -> bool:
    """May the actor do this to that object?"""
    return can(current_actor(), Permission(permission), facts)


def query_url(**changes: Any) -> str:
    """This page with other query parameters: filters stay in the address."""
    arguments: dict[str, Any] = {
        **(request.view_args or {}),
        **request.args.to_dict(flat=False),
        **changes,
    }
    kept = {key: value for key, value in arguments.items() if value not in (None, "", [])}
    return url_for(request.endpoint or "dashboard.home", **kept)


def current_entry(endpoints: Sequence[str]) -> str | None:
    """The entry of a menu where one is: this very page's, else the first one of its slice."""
    here = request.endpoint or ""
    if here in endpoints:
        return here
    home = here.split(".")[0]
    return next((one for one in endpoints if one.split(".")[0] == home != "dashboard"), None)
