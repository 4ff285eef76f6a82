"""The youth says stop: one click, and everything that shows them to a partner ends in the same transaction."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from app.accounts.models import Membership, User
from app.core import clock
from app.core.access import AccessRecord, NamedExport
from app.core.errors import NotFound, WrongState
from app.core.journal import JournalEvent
from app.core.permissions import ensure
from app.events.services import leave_operations
from app.matching.services import close_meeting_requests
from app.placements.models import Placement
from app.placements.queries.due import took_agreement_back
from app.placements.services import NotDue, stop_unlisted, withdraw
from app.policy.actor import CLOCK, Actor, Link, LinkSubject
from app.policy.permissions import Permission
from app.privacy import emails
from app.privacy.labels import export_words
from app.privacy.models import ErasureRequest
from app.privacy.queries.person import SEAT_KEPT, kept_seats, rights_facts
from app.privacy.services.marking import mark_for_erasure
from app.privacy.services.noting import note_on_file
from app.youth.models import Youth
from app.youth.services import withdraw_consent

# Closed list of the youth's own side: employers and CFAs never read it.
RELEASED = "changed_idea"


CARRIED_OUT = "stop_carried_out"
LOOK_BACK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Effects:
    """What rested on the agreements and ended with them."""

    proposals: int
    meetings: int
    operations: int
    exports: int


@dataclass(frozen=True, slots=True)
class Stopped:
    """What a stop ended, and what is left to ask.

    Attributes:
        seats: seats that a CFA still holds: the youth is asked to keep or to release them.
        exports: lists that left the portal with this youth, whose takers were asked to erase the line.
        marked: the mark of the erasure in thirty days; None when nothing was left to stop.
    """

    listings: int
    reveals: int
    mails: int
    proposals: int
    meetings: int
    exports: int
    seats: int
    marked: ErasureRequest | None


def stop(
    db_session: Session, actor: Actor, *, youth_id: int, is_erasure_asked: bool = False
) -> Stopped:
    """End every agreement and all that rests on it: pages, links, searches, reminders, mails, the pools of matching.

    The same click marks the file for erasure after thirty days (story 9 of the dossier: the house's own file lives
    elsewhere, by its own legal ground); a word of the youth keeps it, a new agreement too. Partners are told that a
    proposal ended, never why. A second stop ends nothing more, and marks nothing.

    Args:
        is_erasure_asked: the youth asks to be forgotten, and the stop comes with it.

    Raises:
        NotFound: no such youth, or one whom the actor may not speak for.
    """
    ended = withdraw_consent(db_session, actor, youth_id=youth_id)
    db_session.flush()
    youth = db_session.get_one(Youth, youth_id)
    had_agreed = bool(ended.listings or ended.reveals)
    effects = _carry_out(db_session, youth, had_agreed=had_agreed)
    marked = None
    if had_agreed:
        marked = mark_for_erasure(db_session, actor, youth, by_stop=not is_erasure_asked)
    if marked is not None:
        _tell(db_session, actor, youth, marked)
    return Stopped(
        listings=ended.listings,
        reveals=ended.reveals,
        mails=ended.mails,
        proposals=effects.proposals,
        meetings=effects.meetings,
        exports=effects.exports,
        seats=len(kept_seats(db_session, youth_id)),
        marked=marked,
    )


def _tell(db_session: Session, actor: Actor, youth: Youth, marked: ErasureRequest) -> None:
    """The youth receives the day and the way to keep the file; the house is told when the youth did it alone."""
    if youth.email:
        emails.confirm_stop(db_session, youth, due_on=marked.due_on)
    if actor.link is not None:
        tell = emails.tell_house_of_request if marked.is_asked else emails.tell_house_of_stop
        tell(
            db_session,
            organisation_id=youth.organisation_id,
            adviser_email=adviser_email(db_session, youth),
            code=youth.public_code,
            youth_id=youth.id,
            due_on=marked.due_on,
        )


def unfinished_stops(db_session: Session) -> list[int]:
    """Youth whose agreements ended by another way than this verb (a status, a departure), and whose rest is still open.

    Every way that ends agreements leaves `consent_withdrawn` in the journal; this verb adds `stop_carried_out`.
    """
    event = JournalEvent
    done = aliased(event)
    carried_out = (
        select(done.id)
        .where(done.youth_id == event.youth_id, done.event == CARRIED_OUT, done.id > event.id)
        .exists()
    )
    return list(
        db_session.scalars(
            select(event.youth_id)
            .join(Youth, Youth.id == event.youth_id)
            .where(
                event.event == "consent_withdrawn",
                event.happened_at > clock.now() - LOOK_BACK,
                Youth.anonymised_at.is_(None),
                ~carried_out,
            )
            .distinct()
            .order_by(event.youth_id)
        )
    )


def finish_stop(db_session: Session, *, youth_id: int) -> None:
    """Carry out the rest of a stop whose agreements ended already: proposals, wishes to meet, lists taken out.

    Safe to run twice.
    """
    _carry_out(db_session, db_session.get_one(Youth, youth_id), had_agreed=True)


def adviser_email(db_session: Session, youth: Youth) -> str | None:
    """The address of the adviser who follows the youth, when that account is open."""
    found: str | None = db_session.scalar(
        select(User.email).where(User.id == youth.adviser_id, User.is_active)
    )
    return found


def keep_seat(db_session: Session, actor: Actor, *, youth_id: int, placement_id: int) -> None:
    """The youth keeps the seat at the CFA: the CFA goes on with a code, no employer is told anything.

    The erasure waits as long as the CFA holds the seat.

    Raises:
        NotFound: no such seat of this youth.
    """
    _own_seat(db_session, actor, youth_id, placement_id)
    note_on_file(db_session, actor, youth_id, SEAT_KEPT, {"placement_id": placement_id})


def release_seat(db_session: Session, actor: Actor, *, youth_id: int, placement_id: int) -> None:
    """The youth releases the seat: the proposal ends, the next of the waiting list may have it.

    Raises:
        NotFound: no such seat of this youth.
        WrongState: the proposal is over.
    """
    placement = _own_seat(db_session, actor, youth_id, placement_id)
    speaker = actor
    if actor.link is not None:
        # The link speaks for the youth; for this one proposal that means the youth's leaf.
        speaker = Actor(link=Link(LinkSubject.YOUTH, "answer", placement.id))
    withdraw(db_session, speaker, placement_id=placement.id, reason=RELEASED)
    note_on_file(db_session, actor, youth_id, "seat_released", {"placement_id": placement_id})


def _own_seat(db_session: Session, actor: Actor, youth_id: int, placement_id: int) -> Placement:
    ensure(actor, Permission.RIGHTS_STOP, rights_facts(db_session, youth_id))
    if placement_id not in {one.placement_id for one in kept_seats(db_session, youth_id)}:
        raise NotFound
    return db_session.get_one(Placement, placement_id)


def _carry_out(db_session: Session, youth: Youth, *, had_agreed: bool) -> Effects:
    effects = Effects(
        proposals=_close_proposals(db_session, youth.id),
        meetings=close_meeting_requests(db_session, CLOCK, youth_id=youth.id),
        operations=leave_operations(db_session, CLOCK, youth_id=youth.id),
        exports=_ask_to_delete_exports(db_session, youth) if had_agreed else 0,
    )
    note_on_file(db_session, CLOCK, youth.id, CARRIED_OUT, asdict(effects))
    return effects


def _close_proposals(db_session: Session, youth_id: int) -> int:
    """End what is proposed. The clock does it: it is nobody's refusal, and the other parties read no reason."""
    open_ones = set(took_agreement_back(db_session))
    own = db_session.scalars(
        select(Placement.id).where(Placement.youth_id == youth_id).order_by(Placement.id)
    )
    closed = 0
    for placement_id in [one for one in own if one in open_ones]:
        with suppress(NotDue, WrongState):
            stop_unlisted(db_session, CLOCK, placement_id=placement_id)
            closed += 1
    return closed


def _ask_to_delete_exports(db_session: Session, youth: Youth) -> int:
    """Who took a list with this name out of the portal is asked to erase the line; the own house keeps its file."""
    ids = select(AccessRecord.export_id).where(AccessRecord.youth_id == youth.id)
    exports = db_session.scalars(
        select(NamedExport)
        .where(
            NamedExport.id.in_(ids),
            NamedExport.user_id.is_not(None),
            NamedExport.organisation_id != youth.organisation_id,
        )
        .order_by(NamedExport.id)
    ).all()
    for export in exports:
        taker = _taker_address(db_session, export)
        emails.ask_to_delete_export(
            db_session,
            recipients=[taker] if taker else emails.keepers_of(db_session, export),
            code=youth.public_code,
            number=export.id,
            what=export_words(export.kind),
            made_at=export.made_at,
            is_taker=taker is not None,
        )
    return len(exports)


def _taker_address(db_session: Session, export: NamedExport) -> str | None:
    """The address of who took a list, while they work for the house that they took it for: it keeps the file."""
    found: str | None = db_session.scalar(
        select(User.email)
        .join(Membership, Membership.user_id == User.id)
        .where(
            User.id == export.user_id,
            User.is_active,
            Membership.organisation_id == export.organisation_id,
            Membership.is_current(clock.today()),
        )
        .limit(1)
    )
    return found
