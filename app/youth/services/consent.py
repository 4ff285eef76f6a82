"""Verbs on agreement: the youth's, taken with the very text, and the representative's knowledge of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.erasures import Act, note_word
from app.core.errors import Invalid
from app.core.permissions import ensure
from app.notices.services import withdraw_about
from app.policy.actor import Actor
from app.policy.permissions import Permission
from app.rules.age import age_on
from app.rules.dates.arithmetic import add_months
from app.youth import texts
from app.youth.models import ConsentKind, ConsentRecord, LegalRepresentative, Youth
from app.youth.queries.facts import youth_facts
from app.youth.services.guarded import locked, note_change, open_for_change
from app.youth.services.placing import end_reveals

CHANNELS = ("in_person", "phone", "link", "paper")
# Stricter than the law (15 alone): nobody under 16 is listed without the representative's knowledge.
ALONE_FROM = 16


Guard = Callable[[Session, int], None]
_guards: list[Guard] = []


def guards_listing(guard: Guard) -> Guard:
    """Let a slice above refuse a new agreement: the function raises `Invalid` with the reason."""
    _guards.append(guard)
    return guard


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What a withdrawal ended: listings, reveals, mails that had not left."""

    listings: int
    reveals: int
    mails: int


def give_listing_consent(
    db_session: Session,
    actor: Actor,
    *,
    youth_id: int,
    channel: str,
    text_version: str = texts.LISTING.version,
) -> ConsentRecord:
    """The youth agrees to be shown without a name; the row says with which text, and until when.

    Renewing adds a row of six months from today; the older one stays in the ledger.

    Raises:
        Invalid: another text than the one in force, an unknown channel, under 16 without the
            representative's acknowledgment, or an erasure that was asked for.
    """
    youth = open_for_change(db_session, actor, youth_id)
    for guard in _guards:
        guard(db_session, youth_id)
    if text_version != texts.LISTING.version:
        raise Invalid("Le texte a changé : relisez-le avec le jeune avant de noter son accord.")
    if channel not in CHANNELS:
        raise Invalid("Dites comment l’accord a été donné.", field="channel")
    today = clock.today()
    if age_on(youth.birth_date, today) < ALONE_FROM and not youth.is_emancipated:
        representative = db_session.get(LegalRepresentative, youth_id)
        if representative is not None and representative.refused_at is not None:
            raise Invalid("Avant 16 ans, il faut l’accord du représentant légal : il a dit non.")
        if representative is None or representative.acknowledged_at is None:
            raise Invalid(
                "Avant 16 ans, notez d’abord que le représentant légal est informé. "
                "L’accord du jeune vient ensuite."
            )
    row = ConsentRecord(
        youth_id=youth_id,
        kind=ConsentKind.LISTING,
        text_version=text_version,
        data_scope="S1",
        channel=channel,
        given_at=clock.now(),
        expires_on=add_months(today, texts.LISTING_MONTHS),
        recorded_by=actor.user_id,
        recorded_for=actor.organisation_id,
    )
    db_session.add(row)
    note_change(db_session, actor, youth, "listing_agreed", details={"text": text_version})
    return row


def withdraw_consent(db_session: Session, actor: Actor, *, youth_id: int) -> Withdrawn:
    """The youth says stop, by their own link or to the adviser: no listing, no reveal, no mail about them leaves.

    The mission locale's own file stays, and what a signed contract needs. Withdrawing twice ends nothing more.
    """
    facts = replace(youth_facts(db_session, youth_id), link_object_id=youth_id)
    ensure(actor, Permission.RIGHTS_STOP, facts, seen_by=Permission.YOUTH_VIEW)
    return end_all_agreements(db_session, actor, locked(db_session, youth_id))


def end_all_agreements(db_session: Session, actor: Actor, youth: Youth) -> Withdrawn:
    """End every agreement of the youth, in the caller's verb; remembered outside the database, for a restore."""
    listings = db_session.execute(
        update(ConsentRecord)
        .where(
            ConsentRecord.youth_id == youth.id,
            ConsentRecord.kind == ConsentKind.LISTING,
            ConsentRecord.withdrawn_at.is_(None),
        )
        .values(withdrawn_at=clock.now())
    ).rowcount  # type: ignore[attr-defined]
    reveals = end_reveals(db_session, youth_id=youth.id)
    if listings or reveals:
        note_word(Act.STOPPED, youth.id, youth.public_code)
    ended = Withdrawn(
        listings=int(listings),
        reveals=reveals,
        mails=withdraw_about(db_session, youth_id=youth.id).mails,
    )
    if ended.listings or ended.reveals or ended.mails:
        counts = {"listings": ended.listings, "reveals": ended.reveals, "mails": ended.mails}
        note_change(db_session, actor, youth, "consent_withdrawn", details=counts)
    return ended
