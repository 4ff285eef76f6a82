"""Verbs on a minor's legal representative: who they are, that they know, and their own answer by a signed link."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Conflict, Invalid, NotFound
from app.core.permissions import ensure
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.age import age_on
from app.youth import texts
from app.youth.models import ConsentKind, ConsentRecord, LegalRepresentative, Youth
from app.youth.queries.facts import youth_facts
from app.youth.services.consent import ALONE_FROM, end_all_agreements
from app.youth.services.guarded import locked, note_change, open_for_change
from app.youth.services.identity import change_section, normal_phone
from app.youth.services.placing import needs_representative, settle_waiting_reveals

TOLD = "told"  # they said it to the adviser; by their own link it is "link"


@dataclass(frozen=True, slots=True)
class Answered:
    """What an answer by link did.

    Attributes:
        reveals: names that opened, or that wait again.
        stopped: the youth is under 16 and is shown to nobody any more.
    """

    reveals: int
    stopped: bool


def representative_mark(row: LegalRepresentative) -> int:
    """A number that changes with the person or the address: a link sent to one never answers for another."""
    text = f"{row.youth_id}\x1f{row.name}\x1f{row.email}"
    return int(hashlib.sha256(text.encode()).hexdigest()[:7], 16)


def record_representative(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    values: Mapping[str, Any],
    seen: str | None = None,
) -> LegalRepresentative:
    """Who holds parental authority, and how to reach them. Another name needs a new acknowledgment.

    Raises:
        Stale: somebody saved this section meanwhile.
        Invalid: no name, or an unusable phone.
    """
    youth = open_for_change(db_session, actor, youth_id)
    if not values.get("name"):
        raise Invalid("Écrivez le nom du représentant légal.", field="name")
    values = {**values, "phone": normal_phone(values.get("phone"))}
    row = db_session.get(LegalRepresentative, youth_id)
    if row is None:
        row = LegalRepresentative(youth_id=youth_id)
        changed = change_section(row, "representative", values, None)
        db_session.add(row)
    else:
        changed = change_section(row, "representative", values, seen)
        if "name" in changed:
            row.acknowledged_at = row.refused_at = None
            _end_in_ledger(db_session, youth)
            db_session.flush()
            settle_waiting_reveals(db_session, youth)
    if changed:
        note_change(
            db_session,
            actor,
            youth,
            "representative_recorded",
            details={"fields": changed},
            is_matching_data=False,
        )
    return row


def acknowledge_representative(
    db_session: Session, actor: Actor, *, youth_id: int, is_informed: bool = True
) -> LegalRepresentative:
    """The representative said that they know; or it was noted by mistake.

    Raises:
        Invalid: nobody is recorded yet.
        Conflict: they said no by their own link: nobody else takes that back.
    """
    youth = open_for_change(db_session, actor, youth_id)
    row = db_session.get(LegalRepresentative, youth_id)
    if row is None:
        raise Invalid("Notez d’abord qui est le représentant légal.", field="name")
    if is_informed and row.refused_at is not None:
        raise Conflict(
            "Le représentant légal a dit non par son lien. Lui seul change d’avis : envoyez-lui un nouveau lien."
        )
    if (row.acknowledged_at is not None) != is_informed:
        event = "representative_informed" if is_informed else "representative_not_informed"
        version = texts.ACKNOWLEDGEMENT.version
        _write(db_session, actor, youth, row, event, agrees=is_informed, channel=TOLD, text=version)
    return row


def representative_answers(
    db_session: Session, actor: Actor, *, youth_id: int, agrees: bool, text_version: str
) -> Answered:
    """The representative answers by their link, and may change their answer by it.

    A no closes the names that were given; under 16 the youth is listed no more.

    Raises:
        NotFound: another link, nobody recorded, or nobody to answer for: the youth is of age.
        Invalid: the text has changed since the page was opened.
    """
    facts = replace(youth_facts(db_session, youth_id), link_object_id=youth_id)
    ensure(actor, Permission.REPRESENTATIVE_ANSWER, facts)
    youth, row = locked(db_session, youth_id), db_session.get(LegalRepresentative, youth_id)
    if row is None or not needs_representative(youth, clock.today()):
        raise NotFound
    if text_version != texts.REPRESENTATIVE.version:
        raise Invalid("Le texte a changé : relisez-le, puis répondez.")
    if agrees and row.acknowledged_at is not None and row.refused_at is None:
        return Answered(reveals=0, stopped=False)
    row.refused_at = None if agrees else clock.now()
    event = "representative_agreed" if agrees else "representative_refused"
    changed = _write(
        db_session, actor, youth, row, event, agrees=agrees, channel="link", text=text_version
    )
    is_young = age_on(youth.birth_date, clock.today()) < ALONE_FROM
    ended = None if agrees or not is_young else end_all_agreements(db_session, actor, youth)
    return Answered(reveals=changed, stopped=bool(ended and (ended.listings or ended.reveals)))


def _write(
    db_session: Session,
    actor: Actor,
    youth: Youth,
    row: LegalRepresentative,
    event: str,
    *,
    agrees: bool,
    channel: str,
    text: str,
) -> int:
    """Change the row, the ledger and the names that wait. Returns how many names changed."""
    row.acknowledged_at = clock.now() if agrees else None
    _end_in_ledger(db_session, youth)
    if agrees:
        db_session.add(
            ConsentRecord(
                youth_id=youth.id,
                kind=ConsentKind.REPRESENTATIVE,
                text_version=text,
                data_scope="S2",
                channel=channel,
                given_at=clock.now(),
                recorded_by=actor.user_id,
                recorded_for=actor.organisation_id,
            )
        )
    db_session.flush()
    changed = settle_waiting_reveals(db_session, youth)
    details = {"reveals": changed} if changed else {}
    if channel == "link":
        details["text"] = text  # type: ignore[assignment]
    note_change(db_session, actor, youth, event, details=details, is_matching_data=False)
    return changed


def _end_in_ledger(db_session: Session, youth: Youth) -> None:
    """The agreement of the representative before, if any, is over: the row stays as proof."""
    db_session.execute(
        update(ConsentRecord)
        .where(
            ConsentRecord.youth_id == youth.id,
            ConsentRecord.kind == ConsentKind.REPRESENTATIVE,
            ConsentRecord.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    )
