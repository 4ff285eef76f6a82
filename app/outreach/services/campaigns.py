"""Mailings: a text, a list without those who object, and what became of each: nothing twice."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock, journal
from app.core.errors import Conflict, Invalid, NotFound
from app.core.letters import post_letter
from app.core.permissions import ensure
from app.core.requests import use_once
from app.openings.models import Company
from app.openings.queries import CompanyFilters, company_list, find_company, record_of
from app.outreach.models import (
    Campaign,
    CampaignChannel,
    CampaignTarget,
    NextStep,
    TargetState,
    Visit,
    VisitKind,
)
from app.outreach.queries.campaigns import load_campaign, target_rows
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.policy.permissions import Permission
from app.rules.identifiers import normalise_siret
from app.rules.wording import check_wording

MOST_TARGETS = 5000
OVER = frozenset({TargetState.OPPOSED, TargetState.RETURNED, TargetState.OPENING_RAISED})


@dataclass(frozen=True, slots=True)
class Added:
    """How many companies joined a list, and how many did not: there already, objecting, not found."""

    added: int
    known: int
    objecting: int
    unknown: int


def create_campaign(
    db_session: Session,
    actor: Actor,
    *,
    title: str,
    channel: CampaignChannel,
    subject: str,
    body: str,
    request_key: str | None = None,
) -> Campaign:
    """Write a mailing of the actor's network.

    Raises:
        NotFound: the actor is no field agent.
        Invalid: the words touch a forbidden criterion.
        AlreadyDone: the same form came twice.
    """
    ensure(actor, Permission.CAMPAIGN_EDIT, Facts(organisation_id=actor.organisation_id))
    use_once(db_session, request_key)
    for field, text in (("subject", subject), ("body", body)):
        found = check_wording(text, clock.today())
        if found:
            raise Invalid(" ".join(one.message for one in found), field=field)
    row = Campaign(
        organisation_id=actor.organisation_id,
        title=title,
        channel=channel,
        subject=subject,
        body=body,
        created_at=clock.now(),
        created_by=actor.user_id,
    )
    db_session.add(row)
    db_session.flush()
    _note(db_session, actor, row.id, "campaign_created")
    return row


def add_by_filters(
    db_session: Session, actor: Actor, *, campaign_id: int, filters: CompanyFilters
) -> Added:
    """Add the companies that these filters show; those who object are in no list."""
    _load(db_session, actor, campaign_id)
    found = company_list(db_session, actor, filters, number=1, size=MOST_TARGETS)
    return _add(db_session, campaign_id, [row.id for row in found.rows], unknown=0)


def add_by_lines(
    db_session: Session, actor: Actor, *, campaign_id: int, lines: Iterable[str]
) -> Added:
    """Add the companies of a file: one SIRET, SIREN or exact name a line; the rest is counted as unknown."""
    _load(db_session, actor, campaign_id)
    ids: list[int] = []
    unknown = 0
    for line in list(lines)[:MOST_TARGETS]:
        text = line.strip()
        if not text:
            continue
        digits = normalise_siret(text)
        is_number = digits.isdecimal()
        company = find_company(
            db_session,
            siret=digits if is_number and len(digits) == 14 else None,
            siren=digits[:9] if is_number and len(digits) in (9, 14) else None,
            name=None if is_number else text,
        )
        if company is None:
            unknown += 1
        else:
            ids.append(company.id)
    return _add(db_session, campaign_id, ids, unknown=unknown)


def send_campaign(db_session: Session, actor: Actor, *, campaign_id: int) -> int:
    """Send what is still to send, or note that the letters left. Returns how many.

    Each company gets one mail at most, two companies with one address get one; who objects meanwhile
    gets none. Each one is a contact of kind "mailing" of its company.

    Raises:
        NotFound: not a mailing of this network.
        Conflict: nothing is left to send.
    """
    campaign = _load(db_session, actor, campaign_id)
    rows = db_session.execute(
        target_rows(campaign_id)
        .where(CampaignTarget.state == TargetState.PREPARED)
        .with_for_update(of=CampaignTarget)
    ).all()
    by_mail = campaign.channel is CampaignChannel.MAIL
    used = _addresses_used(db_session, campaign_id) if by_mail else set()
    sent = 0
    for row in rows:
        address = (row.email or "").lower()
        if row.objects_to_prospecting_since is not None:
            _set(db_session, row.id, TargetState.OPPOSED)
            continue
        if by_mail and (not address or address in used):
            continue
        used.add(address)
        _set(db_session, row.id, TargetState.SENT, _contact(db_session, actor, row.company_id))
        if by_mail:
            post_letter(
                db_session,
                kind="campaign",
                template="outreach/email/campaign.txt",
                recipients=[address],
                subject=filled(campaign.subject, row.name, row.commune, actor.name),
                body=filled(campaign.body, row.name, row.commune, actor.name),
                network=actor.organisation_name,
            )
        sent += 1
    if not sent:
        raise Conflict("Il ne reste rien à envoyer : rien ne part deux fois.")
    campaign.sent_at = campaign.sent_at or clock.now()
    _note(db_session, actor, campaign_id, "campaign_sent")
    return sent


def mark_target(
    db_session: Session, actor: Actor, *, campaign_id: int, target_id: int, state: TargetState
) -> CampaignTarget:
    """Note what became of one letter; an opposition hides the company from every later list.

    Raises:
        NotFound: not a letter of this network.
        Conflict: it has not left, or its end is known.
        Invalid: not a state that a person notes.
    """
    _load(db_session, actor, campaign_id)
    row = db_session.get(CampaignTarget, target_id)
    if row is None or row.campaign_id != campaign_id:
        raise NotFound
    if state not in (TargetState.RETURNED, TargetState.OPPOSED, TargetState.ANSWERED):
        raise Invalid("Choisissez ce qui s’est passé.")
    if row.state is TargetState.PREPARED and state is not TargetState.OPPOSED:
        raise Conflict("Ce courrier n’est pas parti.")
    if row.state in OVER:
        raise Conflict("La suite de ce courrier est déjà notée.")
    row.state, row.state_on = state, clock.today()
    if state is TargetState.OPPOSED:
        company = db_session.get(Company, row.company_id)
        if company is not None and company.objects_to_prospecting_since is None:
            company.objects_to_prospecting_since = clock.today()
    _note(db_session, actor, campaign_id, "campaign_answer", state)
    return row


def filled(text: str, company: str, commune: str | None, agent: str) -> str:
    """The text with its marks {entreprise}, {commune} and {developpeur} filled in."""
    for mark, value in (
        ("{entreprise}", company),
        ("{commune}", commune or ""),
        ("{developpeur}", agent),
    ):
        text = text.replace(mark, value)
    return text


def _add(db_session: Session, campaign_id: int, ids: Iterable[int], *, unknown: int) -> Added:
    wanted = list(dict.fromkeys(ids))
    records = {
        row.organisation_id: (row.record, row.objects)
        for row in db_session.execute(
            select(
                Company.organisation_id,
                record_of(Company).label("record"),
                Company.objects_to_prospecting_since.label("objects"),
            ).where(Company.organisation_id.in_(wanted))
        )
    }
    known = set(
        db_session.scalars(
            select(CampaignTarget.company_id).where(CampaignTarget.campaign_id == campaign_id)
        )
    )
    added = again = objecting = 0
    for one in wanted:
        record, objects = records.get(one, (one, None))
        if objects is not None:
            objecting += 1
        elif record in known:
            again += 1
        else:
            known.add(record)
            added += 1
            db_session.add(
                CampaignTarget(
                    campaign_id=campaign_id,
                    company_id=record,
                    state=TargetState.PREPARED,
                    state_on=clock.today(),
                )
            )
    db_session.flush()
    return Added(added, again, objecting, unknown)


def _addresses_used(db_session: Session, campaign_id: int) -> set[str]:
    rows = db_session.scalars(
        select(Organisation.email)
        .join(CampaignTarget, CampaignTarget.company_id == Organisation.id)
        .where(
            CampaignTarget.campaign_id == campaign_id,
            CampaignTarget.state != TargetState.PREPARED,
        )
    )
    return {one.lower() for one in rows if one}


def _contact(db_session: Session, actor: Actor, company_id: int) -> int:
    visit = Visit(
        company_id=company_id,
        kind=VisitKind.MAILING,
        happened_on=clock.today(),
        user_id=actor.user_id,
        organisation_id=actor.organisation_id,
        next_step=NextStep.NOTHING,
        recorded_at=clock.now(),
    )
    db_session.add(visit)
    db_session.flush()
    return visit.id


def _set(
    db_session: Session, target_id: int, state: TargetState, visit_id: int | None = None
) -> None:
    row = db_session.get_one(CampaignTarget, target_id)
    row.state, row.state_on, row.visit_id = state, clock.today(), visit_id


def _load(db_session: Session, actor: Actor, campaign_id: int) -> Campaign:
    campaign, facts = load_campaign(db_session, campaign_id)
    ensure(actor, Permission.CAMPAIGN_EDIT, facts)
    return campaign


def _note(
    db_session: Session, actor: Actor, campaign_id: int, event: str, state: str | None = None
) -> None:
    journal.record(
        db_session,
        actor,
        subject_kind="campaign",
        subject_id=campaign_id,
        event=event,
        to_state=state,
    )
