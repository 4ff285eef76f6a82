"""What a placement hands to the field agents: a company to call, once, and never a word about the youth."""

from __future__ import annotations

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.core.outbox import OutboxMail
from app.openings.models import Lead, LeadKind, LeadState
from app.placements import services
from app.placements.workflow import Leaf, LeafState
from app.policy.actor import OrganisationKind, Role
from tests.factories.accounts import (
    make_membership,
    make_organisation,
    make_territory,
    make_user,
)
from tests.factories.placements import Triple, make_placement, make_triple, say_yes, sign

NO = LeafState.NO
pytestmark = pytest.mark.usefixtures("frozen")


@pytest.fixture
def session(frozen: time_machine.Traveller, writing: Session) -> Session:
    return writing


@pytest.fixture
def triple(session: Session) -> Triple:
    return make_triple(session)


@pytest.fixture
def agent_email(session: Session) -> str:
    """A field agent of the Finistère, where the opening is."""
    network = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    agent = make_user(session)
    make_territory(session, make_membership(session, agent, network, Role.FIELD_AGENT), "29")
    return agent.email


def leads(session: Session) -> list[tuple[LeadKind, str | None, str | None]]:
    return [
        (one.kind, one.reason, one.words) for one in session.scalars(select(Lead).order_by(Lead.id))
    ]


def lead_mails(session: Session) -> list[OutboxMail]:
    return list(session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_lead")))


def test_a_colleague_who_seeks_becomes_a_lead_for_the_field_agent(
    session: Session, triple: Triple, agent_email: str
) -> None:
    placement = make_placement(session, triple)

    for _ in range(2):
        services.employer_says(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            answer=NO,
            reason="no_recruitment",
            colleague="Boulangerie Kerbrat, Douarnenez",
        )

    mail = lead_mails(session)
    lead = session.scalars(select(Lead)).one()
    assert leads(session) == [(LeadKind.COLLEAGUE_SEEKS, None, "Boulangerie Kerbrat, Douarnenez")]
    assert (lead.departement_code, lead.rome_code, lead.state) == ("29", "D1102", LeadState.NEW)
    assert [one.recipient for one in mail] == [agent_email]
    assert "Boulangerie Kerbrat" in mail[0].text_body
    assert triple.youth.public_code not in mail[0].subject + mail[0].text_body


def test_words_about_a_colleague_are_checked_like_all_others(
    session: Session, triple: Triple
) -> None:
    placement = make_placement(session, triple)

    with pytest.raises(Invalid) as refusal:
        services.employer_says(
            session,
            triple.employer.actor,
            placement_id=placement.id,
            answer=NO,
            reason="no_recruitment",
            colleague="Il cherche quelqu’un de jeune, de nationalité française",
        )

    assert refusal.value.field == "colleague"


def test_an_employer_who_withdraws_becomes_a_lead_with_its_reason(
    session: Session, triple: Triple, agent_email: str
) -> None:
    placement = say_yes(session, triple, make_placement(session, triple))

    services.detach(
        session,
        triple.employer.actor,
        placement_id=placement.id,
        leaf=Leaf.EMPLOYER,
        reason="post_closed",
    )

    assert leads(session) == [(LeadKind.EMPLOYER_WITHDREW, "post_closed", None)]
    assert [one.recipient for one in lead_mails(session)] == [agent_email]


def test_a_withdrawal_of_the_whole_proposal_is_a_lead_too(
    session: Session, triple: Triple, agent_email: str
) -> None:
    placement = make_placement(session, triple)

    services.withdraw(
        session, triple.employer.actor, placement_id=placement.id, reason="no_recruitment"
    )

    assert leads(session) == [(LeadKind.EMPLOYER_WITHDREW, "no_recruitment", None)]
    assert len(lead_mails(session)) == 1


@pytest.mark.parametrize(("reason", "expected"), [("mutual_agreement", 1), ("liquidation", 0)])
def test_a_broken_contract_is_a_lead_while_somebody_is_left_to_call(
    session: Session, triple: Triple, reason: str, expected: int
) -> None:
    placement = sign(session, triple, make_placement(session, triple))

    services.break_off(session, triple.cfa.actor, placement_id=placement.id, reason=reason)

    assert len(leads(session)) == expected


def test_the_youth_who_withdraws_gives_no_lead(session: Session, triple: Triple) -> None:
    placement = make_placement(session, triple)

    services.withdraw(session, triple.adviser.actor, placement_id=placement.id, reason="pay")

    assert leads(session) == []
