"""The mails of a placement, one function a message.

They carry the public code and what both sides published: no name of a youth before the portal shows it, no reason of
a refusal, nothing of health, and no word of the mission locale to an employer.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from app.accounts.queries import contact_emails, field_agents_of
from app.core.letters import absolute_url, post_letter
from app.core.links import write_link
from app.openings.models import Lead
from app.placements.deadlines import LINK_DAYS
from app.placements.models import CheckIn, CheckInSide, Meeting, MeetingKind
from app.placements.queries.by_link import answering_mark
from app.placements.queries.words import Proposal
from app.placements.workflow import Leaf
from app.policy.actor import Link, LinkSubject, Role

EMPLOYER_ROLES = frozenset({Role.EMPLOYER})
CFA_ROLES = frozenset({Role.CFA_OFFICER})


def answering_link(subject: LinkSubject, about: Proposal) -> str:
    """The address where the bearer of this mail may answer, and nothing else."""
    mark = answering_mark(subject, about.opening_id, about.youth_email)
    link = Link(subject, "answer", about.placement_id)
    token = write_link(link, about=mark, good_for=timedelta(days=LINK_DAYS))
    return absolute_url("placements.answer_page", token=token)


def ask_employer(db_session: Session, about: Proposal) -> None:
    """A profile is proposed: three buttons behind a link."""
    link = answering_link(LinkSubject.EMPLOYER, about)
    _post(db_session, about, "ask_employer", _party(db_session, about, Leaf.EMPLOYER), link=link)


def ask_cfa(db_session: Session, about: Proposal) -> None:
    """A seat is asked for."""
    _post(db_session, about, "ask_cfa", _party(db_session, about, Leaf.CFA))


def ask_youth(db_session: Session, about: Proposal) -> None:
    """The youth answers by link, or tells the adviser."""
    link = answering_link(LinkSubject.YOUTH, about)
    recipients = [about.youth_email] if about.youth_email else []
    _post(db_session, about, "ask_youth", recipients, link=link)


def simple_words(db_session: Session, about: Proposal, *, words: str) -> None:
    """One of our easy-to-read messages to the youth: our own words, so that no mail holds more than it may."""
    recipients = [about.youth_email] if about.youth_email else []
    _post(db_session, about, "simple_words", recipients, words=words)


def tell_adviser_of_suggestion(db_session: Session, about: Proposal) -> None:
    """Somebody else proposed one of the adviser's youth."""
    _post(db_session, about, "suggested", list(about.adviser_emails))


def tell_adviser_of_answer(
    db_session: Session, about: Proposal, *, leaf: Leaf, answer: str
) -> None:
    """The employer or the CFA answered, or would like to talk first."""
    _post(db_session, about, "answered", list(about.adviser_emails), leaf=leaf.value, answer=answer)


def tell_queued(db_session: Session, about: Proposal) -> None:
    """The session was full: the employer learns that the course waits, without a reason about the youth."""
    _post(db_session, about, "queued", _party(db_session, about, Leaf.EMPLOYER))


def tell_agreed(db_session: Session, about: Proposal) -> None:
    """Three leaves say yes: everybody is told to sign."""
    _post(db_session, about, "agreed", _everybody(db_session, about))


def tell_signed(db_session: Session, about: Proposal) -> None:
    """The contract is signed."""
    _post(db_session, about, "signed", _everybody(db_session, about))


def tell_ended(
    db_session: Session, about: Proposal, *, leaves: tuple[Leaf, ...] = tuple(Leaf)
) -> None:
    """The proposal is over for these parties; no reason, whoever ended it."""
    recipients = [one for leaf in leaves for one in _party(db_session, about, leaf)]
    _post(db_session, about, "ended", recipients)


def tell_youth_ended(db_session: Session, about: Proposal, *, is_closed: bool = False) -> None:
    """Nobody answered: the youth learns it from us, with what comes next, rather than from silence.

    Args:
        is_closed: nobody could answer, because the post or the course is no longer open.
    """
    recipients = [about.youth_email] if about.youth_email else []
    _post(db_session, about, "ended_youth", recipients, is_closed=is_closed)


def tell_broken(db_session: Session, about: Proposal) -> None:
    """A contract broke: the adviser and the CFA look for what comes next."""
    recipients = [*about.adviser_emails, *_party(db_session, about, Leaf.CFA)]
    _post(db_session, about, "broken", recipients)


def tell_hold_lapsed(db_session: Session, about: Proposal, *, leaf: Leaf) -> None:
    """A promised seat or position is free again: the party may promise it anew."""
    recipients = [*about.adviser_emails, *_party(db_session, about, leaf)]
    _post(db_session, about, "hold_lapsed", recipients, leaf=leaf.value)


def ask_about_seat(db_session: Session, about: Proposal) -> None:
    """The youth said stop: does the youth keep the seat at the CFA? Only the adviser is asked."""
    _post(db_session, about, "ask_about_seat", list(about.adviser_emails))


def tell_of_offer(db_session: Session, about: Proposal, *, until: datetime) -> None:
    """A seat is free: it is kept for the first of the waiting list until then."""
    recipients = [*about.adviser_emails, *_party(db_session, about, Leaf.CFA)]
    _post(db_session, about, "offer", recipients, until=until)


def remind(db_session: Session, about: Proposal, *, leaf: Leaf) -> None:
    """The answer is due: a second look, with the same link as the first mail."""
    if leaf is Leaf.YOUTH:
        recipients = [about.youth_email] if about.youth_email else list(about.adviser_emails)
        link = answering_link(LinkSubject.YOUTH, about)
    else:
        recipients = _party(db_session, about, leaf)
        link = answering_link(LinkSubject.EMPLOYER, about) if leaf is Leaf.EMPLOYER else ""
    _post(db_session, about, "reminder", recipients, leaf=leaf.value, link=link)


def escalate(db_session: Session, about: Proposal, *, leaf: Leaf, to: list[str]) -> None:
    """Two mails stayed without answer: a person takes the telephone; the adviser always knows."""
    _post(db_session, about, "escalation", [*about.adviser_emails, *to], leaf=leaf.value)


def warn_of_hold(db_session: Session, about: Proposal, *, leaf: Leaf, until: date) -> None:
    """A promise ends in a few days: sign, or prolong."""
    recipients = [*_party(db_session, about, Leaf.CFA), *_party(db_session, about, Leaf.EMPLOYER)]
    _post(db_session, about, "hold_ends", recipients, leaf=leaf.value, until=until)


def warn_of_window(db_session: Session, about: Proposal, *, until: date, is_trainee: bool) -> None:
    """The legal time without employer runs: the adviser and the CFA look for one."""
    recipients = [*about.adviser_emails, *_party(db_session, about, Leaf.CFA)]
    _post(db_session, about, "window", recipients, until=until, is_trainee=is_trainee)


def ask_how_it_ended(
    db_session: Session,
    about: Proposal,
    *,
    last_day: date,
    closes_on: date | None,
    is_escalation: bool,
) -> None:
    """A contract is past its last day: the CFA says how it ended, or its new end; in the end the adviser asks too."""
    advisers = list(about.adviser_emails) if is_escalation else []
    _post(
        db_session,
        about,
        "contract_end",
        [*_party(db_session, about, Leaf.CFA), *advisers],
        last_day=last_day,
        closes_on=closes_on,
    )


def tell_field_agents(db_session: Session, about: Proposal, *, lead: Lead, why: str | None) -> None:
    """A company to call: to the field agents of its département, without a word about the youth."""
    post_letter(
        db_session,
        kind="placement_lead",
        template="placements/email/lead.txt",
        recipients=[one.email for one in field_agents_of(db_session, lead.departement_code)],
        about=about,
        kind_of_lead=lead.kind.value,
        why=why,
        words=lead.words,
        opening_page=absolute_url("openings.show_opening", opening_id=lead.opening_id),
    )


def tell_missed(db_session: Session, about: Proposal, *, meeting: Meeting) -> None:
    """Somebody did not come: no blame, another date is proposed."""
    recipients = [*about.adviser_emails, *([about.youth_email] if about.youth_email else [])]
    _post(db_session, about, "missed", recipients, meeting=meeting)


def remind_of_meeting(db_session: Session, about: Proposal, *, meeting: Meeting) -> None:
    """A meeting is tomorrow: when, where, and the file for the calendar."""
    leaf = Leaf.CFA if meeting.kind is MeetingKind.CFA_VISIT else Leaf.EMPLOYER
    recipients = [
        *about.adviser_emails,
        *_party(db_session, about, leaf),
        *([about.youth_email] if about.youth_email else []),
    ]
    _post(db_session, about, "meeting", recipients, meeting=meeting)


def check_in_recipients(db_session: Session, about: Proposal, side: CheckInSide) -> list[str]:
    """Who is asked the two questions: the youth, the tutor or else the company, the CFA."""
    if side is CheckInSide.YOUTH:
        return [about.youth_email] if about.youth_email else []
    if side is CheckInSide.TUTOR and about.tutor_email:
        return [about.tutor_email]
    return _party(db_session, about, Leaf.EMPLOYER if side is CheckInSide.TUTOR else Leaf.CFA)


def ask_check_in(
    db_session: Session, about: Proposal, *, check_in: CheckIn, recipients: list[str]
) -> None:
    """Two questions behind a link, one minute."""
    token = write_link(
        Link(LinkSubject(check_in.side.value), "check_in", check_in.id),
        about=about.placement_id,
        good_for=timedelta(days=LINK_DAYS),
    )
    _post(
        db_session,
        about,
        "check_in",
        recipients,
        side=check_in.side.value,
        link=absolute_url("placements.check_in_page", token=token),
    )


def tell_minor_leaves(db_session: Session, about: Proposal) -> None:
    """A minor's contract broke: the mission locale learns it the same day, whatever the hour (ML-08)."""
    managers = contact_emails(db_session, about.youth_organisation_id, frozenset({Role.MANAGER}))
    recipients = [*about.adviser_emails, *managers]
    _post(db_session, about, "minor_leaves", recipients, at_any_hour=True)


def _party(db_session: Session, about: Proposal, leaf: Leaf) -> list[str]:
    if leaf is Leaf.YOUTH:
        return list(about.adviser_emails)
    organisation_id, roles = (
        (about.employer_id, EMPLOYER_ROLES) if leaf is Leaf.EMPLOYER else (about.cfa_id, CFA_ROLES)
    )
    return contact_emails(db_session, organisation_id, roles) if organisation_id else []


def _everybody(db_session: Session, about: Proposal) -> list[str]:
    return [one for leaf in Leaf for one in _party(db_session, about, leaf)]


def _post(
    db_session: Session, about: Proposal, name: str, recipients: list[str], **context: Any
) -> None:
    post_letter(
        db_session,
        kind=f"placement_{name}",
        template=f"placements/email/{name}.txt",
        recipients=recipients,
        youth_id=about.youth_id,
        placement_id=about.placement_id,
        about=about,
        page=absolute_url("placements.show", placement_id=about.placement_id),
        **context,
    )
