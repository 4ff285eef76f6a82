"""The cells of the authorisation trial: each route with an own and a foreign object, and what the policy says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from flask import Flask
from werkzeug.routing import AnyConverter, Rule

from app.policy.actor import Actor
from app.policy.matrix import can, may_ever
from app.policy.permissions import Permission
from tests.policy.objects import paper

WORDS: Mapping[str, str] = {
    "column": "jeunes",
    "filename": "vendor/absent.css",
    "kind": "csv",
    "placements.kind": "employer_answer",
    "privacy.kind": "youth_silent",
    "leaf": "employer",
    "number": "1",
    "steering.side": "cfa",
    "word": "publish",
}
"""What stands in an address where no object is named."""

COMPANY_PAGES = frozenset({"placements.company_history"})
SEAT_PAGES = frozenset({"privacy.answer_seat"})
"""Of a youth who said stop and whose seat waits for a word."""

JUDGED_ON = {
    "events.answer": "guest",
    "events.withdraw_youth": "youth_id",
    "privacy.corrected": "youth_id",
}
"""The object that decides, where it is not the first one of the address."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One route with the objects of one side; `key` names the object that decides, None when there is none."""

    endpoint: str
    method: str
    path: str
    permission: Permission | None
    key: str | None
    is_own: bool

    def opens_for(self, paper_actor: Actor) -> bool:
        """What the matrix says of this person on paper."""
        if self.permission is None:
            return True
        if self.key is None:
            return may_ever(paper_actor, self.permission)
        return can(paper_actor, self.permission, paper(self.key, is_own=self.is_own))


class Uncovered(LookupError):
    """A route names something that the estate does not hold."""


def cells(app: Flask, own: Mapping[str, int], foreign: Mapping[str, int]) -> Iterator[Cell]:
    """Yield every cell but those of signed links, which `trials.links` walks.

    Raises:
        Uncovered: an argument of a route has no value; a new kind of object needs its rows.
    """
    for rule in app.url_map.iter_rules():
        if "token" in rule.arguments:
            continue
        for variant in variants(rule):
            yield from _of_rule(app, rule, variant, own, foreign)


def variants(rule: Rule) -> Iterator[dict[str, str]]:
    """The choices of words of an address: one, but for the two kinds of guests."""
    choices = {
        name: sorted(one.items)
        for name, one in rule._converters.items()
        if isinstance(one, AnyConverter)
    }
    fixed = {name: items[0] for name, items in choices.items()}
    if "who" in choices:
        yield from ({**fixed, "who": who} for who in choices["who"])
    else:
        yield fixed


def key_of(rule: Rule, argument: str, words: Mapping[str, str]) -> str:
    """The estate's name of an argument."""
    part = rule.endpoint.partition(".")[0]
    if argument == "guest_id":
        return "youth.guest_id" if words["who"] == "jeune" else "company.guest_id"
    if argument == "organisation_id" and rule.endpoint in COMPANY_PAGES:
        part = "openings"
    if rule.endpoint in SEAT_PAGES:
        part = "seat"
    return f"{part}.{argument}"


def _of_rule(
    app: Flask,
    rule: Rule,
    words: dict[str, str],
    own: Mapping[str, int],
    foreign: Mapping[str, int],
) -> Iterator[Cell]:
    permission = getattr(app.view_functions[rule.endpoint], "__trefle_permission__", None)
    adapter = app.url_map.bind("localhost")
    for is_own, ids in ((True, own), (False, foreign)):
        values: dict[str, str | int] = dict(words)
        keys: list[str] = []
        for argument in sorted(rule.arguments - words.keys(), key=rule.rule.index):
            full = key_of(rule, argument, words)
            known = full if full in ids else argument
            if known in ids:
                values[argument] = ids[known]
                keys.append(known)
            elif (word := WORDS.get(full) or WORDS.get(argument)) is not None:
                values[argument] = word
            else:
                raise Uncovered(f"{rule.endpoint}: {argument}")
        wanted = JUDGED_ON.get(rule.endpoint)
        judged = [one for one in keys if wanted is not None and wanted in one] or keys
        key = judged[0] if judged else None
        for method in sorted((rule.methods or set()) - {"HEAD", "OPTIONS"}):
            path = adapter.build(rule.endpoint, values, method=method)
            yield Cell(rule.endpoint, method, path, permission, key, is_own)
        if not keys:
            return
