"""Every route says who may open it, and either reads or writes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from flask import Flask

from app.core.permissions import public

PUBLIC = {
    "static": "our own files",
    "matching.ranking": "the rule of the ranking is the same for everybody and holds no data",
    "health.alive": "asked by a supervisor that has no account",
    "health.ready": "asked by a supervisor that has no account",
    "health.metrics": "the token of the measures is the right; without it, 404",
    "accounts.login": "the door itself",
    "accounts.sign_in": "the door itself",
    "accounts.logout": "leaving needs no right",
    "accounts.ask_code": "the second step of the door, after the right password",
    "accounts.check_code": "the second step of the door, after the right password",
    "accounts.forgotten": "who has forgotten the password cannot sign in",
    "accounts.ask_new_password": "who has forgotten the password cannot sign in",
    "accounts.reset_form": "the signed link is the right",
    "accounts.choose_new_password": "the signed link is the right",
    "accounts.leave_for_provider": "a door: goes to the provider",
    "accounts.come_back_page": "a door: shows a button, changes nothing",
    "accounts.enter_from_provider": "a door: the provider's signature is the right",
    "accounts.join_form": "who has no account asks for one",
    "accounts.ask": "who has no account asks for one; the answer is always the same",
    "accounts.who_may_what": "the rules of access are no secret; the page holds no data",
    "accounts.invitation": "the signed link is the right",
    "accounts.join": "the signed link is the right",
    "dashboard.development_mails": "answers 404 on any machine but a developer's",
    "notices.unsubscribe_page": "the signed link is the right",
    "notices.unsubscribe": "the signed link is the right",
    "placements.answer_page": "the signed link is the right",
    "placements.check_in": "the signed link is the right",
    "placements.check_in_page": "the signed link is the right",
    "placements.answer": "the signed link is the right",
    "privacy.how_it_proposes": "everybody may know how proposals are made",
    "privacy.notice": "the privacy notice",
    "privacy.accessibility": "the accessibility statement",
    "privacy.ask_link": "a youth has no account: the link comes by mail",
    "privacy.email_link": "a youth has no account: the link comes by mail",
    "privacy.representative_page": "the signed link is the right",
    "privacy.representative_answer": "the signed link is the right",
    "privacy.own_file": "the signed link is the right",
    "privacy.own_readings": "the signed link is the right",
    "privacy.own_copy": "the signed link is the right",
    "privacy.own_copy_as_json": "the signed link is the right",
    "privacy.own_stop": "the signed link is the right",
    "privacy.own_erase": "the signed link is the right",
    "privacy.own_keep": "the signed link is the right",
    "privacy.own_correction": "the signed link is the right",
    "privacy.own_seat": "the signed link is the right",
    "contracts.simulators": "public law for anybody, nothing is kept",
    "contracts.pay_simulator": "public law for anybody, nothing is kept",
    "contracts.cost_simulator": "public law for anybody, nothing is kept",
    "contracts.dates_simulator": "public law for anybody, nothing is kept",
    "steering.statistics": "figures of the country with small ones hidden, computed once a night",
    "events.guest_page": "the signed link is the right",
    "events.guest_answer": "the signed link is the right",
    "events.guest_calendar": "the signed link is the right",
    "openings.approval_page": "the signed link is the right",
    "openings.approve": "the signed link is the right",
    "outreach.offline_worker": "a script without any data, fetched by the browser on its own",
}
"""Endpoints that anybody may open, each with its reason: adding one is a decision to review."""

UNMARKED = object()
READS = frozenset({"GET", "HEAD", "OPTIONS"})


def unguarded(app: Flask) -> Iterator[str]:
    """Yield the endpoints without a permission that are not in the public list."""
    for endpoint, view in sorted(app.view_functions.items()):
        permission = getattr(view, "__trefle_permission__", UNMARKED)
        if permission in (UNMARKED, None) and endpoint not in PUBLIC:
            yield endpoint


def public_but_unmarked(app: Flask) -> Iterator[str]:
    """Yield the views that somebody forgot to mark, even though the list lets them pass."""
    for endpoint, view in sorted(app.view_functions.items()):
        if endpoint != "static" and not hasattr(view, "__trefle_permission__"):
            yield endpoint


def two_minded(app: Flask) -> Iterator[str]:
    """Yield the rules that both read and write: a GET never writes, so each verb has its view."""
    for rule in app.url_map.iter_rules():
        methods = set(rule.methods or ())
        if methods - READS and "GET" in methods:
            yield f"{rule.endpoint} {rule}"


def test_every_route_declares_a_permission_or_is_listed_as_public(application: Flask) -> None:
    guilty = list(unguarded(application))

    assert guilty == []


def test_every_public_view_is_marked_as_such(application: Flask) -> None:
    guilty = list(public_but_unmarked(application))

    assert guilty == []


def test_the_public_list_names_only_views_that_exist_and_are_public(application: Flask) -> None:
    views = application.view_functions
    guilty = [
        name
        for name in PUBLIC
        if name not in views or getattr(views[name], "__trefle_permission__", None) is not None
    ]

    assert guilty == []


def test_every_route_reads_or_writes_and_never_both(application: Flask) -> None:
    guilty = list(two_minded(application))

    assert guilty == []


@pytest.fixture
def planted() -> Flask:
    """A tiny application with one hole of each kind."""
    app = Flask("planted", static_folder=None)
    app.add_url_rule("/open", "planted.open", lambda: "", methods=["GET"])
    app.add_url_rule("/both", "planted.both", public(lambda: ""), methods=["GET", "POST"])
    return app


def test_the_checkers_see_a_route_without_permission(planted: Flask) -> None:
    found = list(unguarded(planted)), list(public_but_unmarked(planted))

    assert found == (["planted.both", "planted.open"], ["planted.open"])


def test_the_checker_sees_a_route_that_reads_and_writes(planted: Flask) -> None:
    found = list(two_minded(planted))

    assert found == ["planted.both /both"]
