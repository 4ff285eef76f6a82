"""Verbs on what the youth can do and wants: schooling, mobility, availability, readiness."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid
from app.core.text import sort_key
from app.policy.actor import Actor
from app.rules.wording import check_wording
from app.youth.models import ReadinessItem, ReadinessMark, Youth
from app.youth.services.guarded import note_change, open_for_change
from app.youth.services.identity import change_section

FEWEST_PHONE_DIGITS = 8


def set_schooling(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    values: Mapping[str, Any],
    seen: str | None = None,
) -> Youth:
    """Level reached and aimed at (1 to 8 of the 2019 scale), last class, end of 3e.

    Raises:
        Stale: somebody saved this section meanwhile.
    """
    return _set(db_session, actor, youth_id, "schooling", values, seen)


def set_mobility(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    values: Mapping[str, Any],
    seen: str | None = None,
) -> Youth:
    """How and how far the youth travels: kilometres as the crow flies, minutes door to door.

    Raises:
        Stale: somebody saved this section meanwhile.
    """
    return _set(db_session, actor, youth_id, "mobility", values, seen)


def set_availability(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    values: Mapping[str, Any],
    seen: str | None = None,
) -> Youth:
    """From when to when, for which contracts, and the words that partners may read.

    Raises:
        Stale: somebody saved this section meanwhile.
        Invalid: an end before the beginning, no contract at all, words that identify the youth or
            name a criterion of L1132-1.
    """
    first, last = values.get("available_from"), values.get("available_until")
    if first and last and last < first:
        raise Invalid("La fin doit venir après le début.", field="available_until")
    wanted = ("wants_apprenticeship", "wants_professionalisation")
    if all(name in values and not values[name] for name in wanted):
        raise Invalid("Gardez au moins un type de contrat.", field="wants_apprenticeship")
    youth = open_for_change(db_session, actor, youth_id)
    _check_own_words(youth, values.get("own_words"))
    return _set(db_session, actor, youth_id, "availability", values, seen)


def mark_readiness(
    db_session: Session, actor: Actor, *, youth_id: int, done: Collection[ReadinessItem]
) -> Youth:
    """The whole checklist at once: these items are done, the others are not. Keeps who ticked what."""
    youth = open_for_change(db_session, actor, youth_id)
    query = select(ReadinessMark).where(ReadinessMark.youth_id == youth_id)
    marks = {mark.item: mark for mark in db_session.scalars(query)}
    at, moved = clock.now(), []
    for item in ReadinessItem:
        mark, is_done = marks.get(item), item in done
        if mark is not None and mark.is_done == is_done:
            continue
        if mark is None:
            mark = ReadinessMark(youth_id=youth_id, item=item)
            db_session.add(mark)
        mark.is_done, mark.marked_at, mark.marked_by = is_done, at, actor.user_id
        moved.append(item.value)
    if moved:
        note_change(db_session, actor, youth, "readiness_marked", details={"items": moved})
    return youth


def _set(
    db_session: Session,
    actor: Actor,
    youth_id: int,
    section: str,
    values: Mapping[str, Any],
    seen: str | None,
) -> Youth:
    youth = open_for_change(db_session, actor, youth_id)
    changed = change_section(youth, section, values, seen)
    if changed:
        note_change(db_session, actor, youth, f"{section}_changed", details={"fields": changed})
    return youth


def _check_own_words(youth: Youth, text: str | None) -> None:
    """What partners read before any reveal names nobody and no forbidden criterion."""
    if not text:
        return
    found = check_wording(text, clock.today())
    if found:
        raise Invalid(" ".join(one.message for one in found), field="own_words")
    words = set(sort_key(text).split())
    names = (youth.given_name, youth.family_name, youth.usage_name or "")
    has_name = any(words.issuperset(sort_key(name).split()) for name in names if name)
    has_contact = "@" in text or sum(one.isdigit() for one in text) >= FEWEST_PHONE_DIGITS
    if has_name or has_contact:
        raise Invalid(
            "Ces mots sont lus avant que le jeune ait donné son nom : retirez le nom, le téléphone "
            "et l’adresse électronique.",
            field="own_words",
        )
