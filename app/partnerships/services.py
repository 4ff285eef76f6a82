"""Agreements: written by one of the parties, or by the region, and ended on a day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.changes import Changed, record_change
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.permissions import ensure
from app.core.requests import use_once
from app.notices.services import notify
from app.partnerships.models import Agreement, AgreementSignature, Framework
from app.partnerships.queries import agreement_facts, missing_agreements, parties_facts
from app.policy.actor import Actor, OrganisationKind
from app.policy.permissions import Permission
from app.policy.predicates import a_party

SHEET_VERSION = "2026-11"  # of the text in templates/partnerships/sheet_text.html

TO_SIGN = "Une convention attend la signature de votre structure."

# Who may be a party: those who follow youth, teach, act for CFAs or look for openings.
PARTY_KINDS = frozenset(
    {
        OrganisationKind.LOCAL_MISSION,
        OrganisationKind.CAP_EMPLOI,
        OrganisationKind.TRAINING_CENTRE,
        OrganisationKind.POINT_A,
        OrganisationKind.FIELD_NETWORK,
        OrganisationKind.REGIONAL_COORDINATION,
    }
)


@dataclass(frozen=True, slots=True)
class Sharing:
    """What two parties share, from a day on and until another one when it is known."""

    youth: bool = False
    places: bool = False
    events: bool = False
    valid_from: date | None = None
    valid_to: date | None = None
    contact: str | None = None


def create_agreement(
    db_session: Session,
    actor: Actor,
    *,
    first_party_id: int,
    second_party_id: int,
    sharing: Sharing,
    request_key: str | None = None,
) -> Agreement:
    """Write down an agreement; it begins today when no day is given, and shares nothing before both have signed.

    Raises:
        NotFound: the actor is neither a party that may sign nor the region.
        Invalid: the same party twice, a party that cannot be one, nothing shared, dates turned.
        Conflict: the two have an agreement at that time already.
        AlreadyDone: the same form came twice.
    """
    ensure(
        actor,
        Permission.AGREEMENT_EDIT,
        parties_facts(db_session, first_party_id, second_party_id),
    )
    use_once(db_session, request_key)
    first_day = sharing.valid_from or clock.today()
    _check(db_session, (first_party_id, second_party_id), sharing, first_day)
    _refuse_second(db_session, first_party_id, second_party_id, first_day, sharing.valid_to)
    agreement = Agreement(
        first_party_id=first_party_id,
        second_party_id=second_party_id,
        shares_youth=sharing.youth,
        shares_places=sharing.places,
        shares_events=sharing.events,
        valid_from=first_day,
        valid_to=sharing.valid_to,
        contact=sharing.contact,
        waits_for_signatures=True,
        created_at=clock.now(),
    )
    db_session.add(agreement)
    db_session.flush()
    _note(db_session, actor, agreement.id, "agreement_created")
    _tell(db_session, actor, agreement, TO_SIGN)
    return agreement


def write_framework(
    db_session: Session,
    actor: Actor,
    *,
    name: str,
    signed_on: date,
    shares_youth: bool,
    shares_events: bool,
    request_key: str | None = None,
) -> Framework:
    """Write down a national agreement between networks; local versions are made from it in one click.

    Raises:
        NotFound: the actor is not the platform.
        Invalid: no name, nothing shared, or a day to come.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.FRAMEWORK_WRITE)
    use_once(db_session, request_key)
    if not name.strip():
        raise Invalid("Écrivez le nom de la convention nationale.", field="name")
    if not (shares_youth or shares_events):
        raise Invalid("Cochez au moins une chose à partager.", field="shares_youth")
    if signed_on > clock.today():
        raise Invalid(
            "La signature nationale est un jour passé, ou aujourd’hui.", field="signed_on"
        )
    row = Framework(
        name=name.strip(),
        signed_on=signed_on,
        shares_youth=shares_youth,
        shares_events=shares_events,
    )
    db_session.add(row)
    db_session.flush()
    journal.record(
        db_session, actor, subject_kind="framework", subject_id=row.id, event="framework_written"
    )
    return row


def close_framework(db_session: Session, actor: Actor, *, framework_id: int) -> Framework:
    """Say that a national agreement is of the past: local versions go on, no new one is made from it.

    Raises:
        NotFound: the actor is not the platform, or there is no such agreement.
        Conflict: it is of the past already.
    """
    ensure(actor, Permission.FRAMEWORK_WRITE)
    row = db_session.get(Framework, framework_id)
    if row is None:
        raise NotFound
    if row.is_history:
        raise Conflict("Cette convention nationale appartient déjà au passé.")
    row.is_history = True
    db_session.flush()
    journal.record(
        db_session, actor, subject_kind="framework", subject_id=row.id, event="framework_closed"
    )
    return row


def write_local_versions(
    db_session: Session, actor: Actor, *, framework_id: int
) -> list[Agreement]:
    """Write the local version of a national agreement for every pair that has none in the actor's territory.

    Nothing is shared by them before both parties have signed the sheet.

    Raises:
        NotFound: no such national agreement, or the actor is neither the region nor the platform.
        Conflict: it is of the past, or no pair lacks an agreement.
    """
    ensure(actor, Permission.FRAMEWORK_USE)
    framework = db_session.get(Framework, framework_id)
    if framework is None:
        raise NotFound
    if framework.is_history:
        raise Conflict(
            "Cette convention nationale appartient au passé : rien ne s’en décline plus."
        )
    pairs = missing_agreements(db_session, actor)
    if not pairs:
        raise Conflict("Aucune paire n’est sans convention : il n’y a rien à créer.")
    rows = [
        Agreement(
            first_party_id=pair.mission_id,
            second_party_id=pair.point_id,
            shares_youth=framework.shares_youth,
            shares_places=False,  # only a CFA entrusts places
            shares_events=framework.shares_events,
            valid_from=clock.today(),
            framework_id=framework.id,
            waits_for_signatures=True,
            created_at=clock.now(),
        )
        for pair in pairs
    ]
    db_session.add_all(rows)
    db_session.flush()
    for row in rows:
        _note(db_session, actor, row.id, "agreement_created")
        _tell(db_session, actor, row, TO_SIGN)
    return rows


def sign_sheet(db_session: Session, actor: Actor, *, agreement_id: int) -> Agreement:
    """Sign the data-sharing sheet for the organisation worn; with the second signature the sharing begins.

    Raises:
        NotFound: not this actor's agreement.
        Forbidden: the actor sees the agreement but signs for neither party.
        Conflict: signed already, or the agreement is over.
    """
    facts = agreement_facts(db_session, agreement_id)
    ensure(actor, Permission.AGREEMENT_EDIT, facts)
    if not a_party(actor, facts):
        raise Forbidden("Chaque partie signe pour elle-même.")
    agreement = db_session.scalars(
        select(Agreement).where(Agreement.id == agreement_id).with_for_update()
    ).one()
    if agreement.valid_to is not None and agreement.valid_to < clock.today():
        raise Conflict("Cette convention est terminée : elle ne se signe plus.")
    signed = set(
        db_session.scalars(
            select(AgreementSignature.organisation_id).where(
                AgreementSignature.agreement_id == agreement_id
            )
        )
    )
    if actor.organisation_id in signed:
        raise Conflict("Votre structure a déjà signé cette fiche.")
    db_session.add(
        AgreementSignature(
            agreement_id=agreement_id,
            organisation_id=int(actor.organisation_id or 0),
            user_id=int(actor.user_id or 0),
            signed_at=clock.now(),
            text_version=SHEET_VERSION,
        )
    )
    if len(signed) == 1:
        agreement.waits_for_signatures = False
    db_session.flush()
    _note(db_session, actor, agreement_id, "agreement_signed")
    _tell(db_session, actor, agreement, "Une convention vient d’être signée par une partie.")
    return agreement


def renew_agreement(
    db_session: Session, actor: Actor, *, agreement_id: int, valid_to: date | None
) -> Agreement:
    """Write the agreement that follows one with an end, on the same terms, from the day after; it is signed anew.

    Raises:
        NotFound: not this actor's agreement.
        Conflict: it has no end, or the next one exists.
        Invalid: the new end comes before its beginning.
    """
    ensure(actor, Permission.AGREEMENT_EDIT, agreement_facts(db_session, agreement_id))
    former = db_session.get_one(Agreement, agreement_id)
    if former.valid_to is None:
        raise Conflict("Cette convention n’a pas de fin prévue : il n’y a rien à renouveler.")
    first_day = max(former.valid_to + timedelta(days=1), clock.today())
    row = create_agreement(
        db_session,
        actor,
        first_party_id=former.first_party_id,
        second_party_id=former.second_party_id,
        sharing=Sharing(
            youth=former.shares_youth,
            places=former.shares_places,
            events=former.shares_events,
            valid_from=first_day,
            valid_to=valid_to,
            contact=former.contact,
        ),
    )
    row.framework_id = former.framework_id
    db_session.flush()
    return row


def end_agreement(db_session: Session, actor: Actor, *, agreement_id: int) -> Agreement:
    """End an agreement: yesterday was its last day.

    It stops sharing with this very request; one that has not begun is over the day it
    would have begun.

    Raises:
        NotFound: not this actor's agreement.
        Conflict: it is over already.
    """
    ensure(actor, Permission.AGREEMENT_EDIT, agreement_facts(db_session, agreement_id))
    agreement = db_session.get_one(Agreement, agreement_id)
    today = clock.today()
    if agreement.valid_to is not None and agreement.valid_to < today:
        raise Conflict("Cette convention est déjà terminée.")
    yesterday = today - timedelta(days=1)
    if yesterday < agreement.valid_from:
        # Nothing was shared on any day but perhaps today: the agreement leaves no day behind.
        db_session.execute(
            delete(AgreementSignature).where(AgreementSignature.agreement_id == agreement_id)
        )
        db_session.delete(agreement)
    else:
        agreement.valid_to = yesterday
    db_session.flush()
    _note(db_session, actor, agreement_id, "agreement_ended")
    return agreement


def _tell(db_session: Session, actor: Actor, agreement: Agreement, title: str) -> None:
    notify(
        db_session,
        actor,
        event="agreement_changed",
        organisation_ids=[agreement.first_party_id, agreement.second_party_id],
        title=title,
        path=f"/conventions/{agreement.id}",
        subject_kind="agreement",
        subject_id=agreement.id,
    )


def _check(
    db_session: Session, parties: tuple[int, int], sharing: Sharing, first_day: date
) -> None:
    if parties[0] == parties[1]:
        raise Invalid("Une convention se passe entre deux organisations.", field="partner")
    kinds = set(db_session.scalars(select(Organisation.kind).where(Organisation.id.in_(parties))))
    if not kinds or not kinds <= PARTY_KINDS:
        raise Invalid("Cette organisation ne peut pas passer de convention.", field="partner")
    if not (sharing.youth or sharing.places or sharing.events):
        raise Invalid("Cochez au moins une chose à partager.", field="shares_youth")
    if sharing.places and OrganisationKind.TRAINING_CENTRE not in kinds:
        raise Invalid("Seul un CFA peut confier ses places.", field="shares_places")
    if sharing.valid_to is not None and sharing.valid_to < first_day:
        raise Invalid("La fin vient après le début.", field="valid_to")


def _refuse_second(
    db_session: Session, first_id: int, second_id: int, first_day: date, last_day: date | None
) -> None:
    parties = [first_id, second_id]
    query = select(Agreement.id).where(
        Agreement.first_party_id.in_(parties),
        Agreement.second_party_id.in_(parties),
        or_(Agreement.valid_to.is_(None), Agreement.valid_to >= first_day),
    )
    if last_day is not None:
        query = query.where(Agreement.valid_from <= last_day)
    if db_session.scalar(query.limit(1)) is not None:
        raise Conflict(
            "Ces deux organisations ont déjà une convention à cette période. "
            "Terminez-la avant d’en écrire une autre."
        )


def _note(db_session: Session, actor: Actor, agreement_id: int, event: str) -> None:
    journal.record(
        db_session, actor, subject_kind="agreement", subject_id=agreement_id, event=event
    )
    # Who may see whose youth and act for whose places has moved: matching loads its pool anew.
    record_change(db_session, Changed.REFERENCE)
