"""Story 6: Sami of Nevers is a trainee; his restaurant withdraws before the signature, a hotel of Cosne takes over.

Amounts are told elsewhere. The time runs from 5 October 2026 to the first day of the contract, 4 January 2027.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.db import transaction
from app.core.errors import Conflict
from app.core.outbox import OutboxMail
from app.openings.models import Lead, PositionHold
from app.placements import services
from app.placements.models import Placement, SentReminder
from app.placements.queries.alternatives import alternatives
from app.placements.tasks import remind, turn_the_clock
from app.placements.workflow import Clover, Leaf, LeafState, Stage
from app.policy.actor import OrganisationKind, Role
from app.training.models import HoldState, SeatHold
from tests.factories.accounts import (
    make_membership,
    make_organisation,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, make_party
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.helpers.swap import parse

NEVERS, COSNE, HCR = "58194", "58086", "G1803"
W, Y, S = LeafState.WAITING, LeafState.YES, LeafState.SOUGHT


@dataclass(frozen=True)
class Sami:
    """The people of the story, and Sami's placement."""

    adviser: Party
    cfa: Party
    fontaine: Party
    hotel: Party
    hotel_opening_id: int
    agent_email: str
    placement_id: int

    @property
    def path(self) -> str:
        return f"/propositions/{self.placement_id}"


@pytest.fixture
def clock_at() -> Iterator[time_machine.Traveller]:
    with time_machine.travel("2026-10-05 08:00:00+00:00", tick=False) as traveller:
        yield traveller


@pytest.fixture
def sami(clock_at: time_machine.Traveller, app: Flask, session: Session) -> Sami:
    """Trainee since 5 October; the restaurant and he have said yes to a contract of 1 December."""
    with transaction() as writing:
        adviser = make_party(writing, make_organisation(writing))
        cfa = make_party(writing, make_organisation(writing, OrganisationKind.TRAINING_CENTRE))
        network = make_organisation(writing, OrganisationKind.FIELD_NETWORK)
        agent = make_user(writing)
        make_territory(writing, make_membership(writing, agent, network, Role.FIELD_AGENT), "58")
        course = make_course(
            writing, cfa.organisation, trades=(HCR,), title="CAP Commercialisation et services HCR"
        )
        training = make_training_session(
            writing,
            course,
            insee_code=NEVERS,
            starts_on=date(2026, 10, 5),
            ends_on=date(2028, 7, 7),
            has_rolling_entry=True,
        )
        companies = [make_party(writing, make_company(writing)) for _ in range(4)]
        openings = [
            make_opening(
                writing,
                one.organisation,
                title="Serveur",
                rome_code=HCR,
                commune_code=commune,
                start_from=None,
                start_until=None,
            )
            for one, commune in zip(companies, (NEVERS, COSNE, NEVERS, NEVERS), strict=True)
        ]
        youth = make_youth(
            writing,
            adviser.organisation,
            adviser.user,
            given_name="Sami",
            birth_date=date(2008, 3, 11),
            commune_code=NEVERS,
            radius_km=60,
            wishes=(("serveur", HCR),),
        )
        placement = services.suggest(
            writing, adviser.actor, youth_id=youth.id, session_id=training.id
        )
        say = {"placement_id": placement.id, "answer": Y}
        services.youth_says(writing, adviser.actor, **say)
        services.cfa_says(writing, cfa.actor, **say)
        services.start_training(writing, cfa.actor, placement_id=placement.id)
    clock_at.move_to("2026-11-20 09:00:00+00:00")
    with transaction() as writing:
        services.attach(
            writing, adviser.actor, placement_id=placement.id, opening_id=openings[0].id
        )
        services.youth_says(writing, adviser.actor, **say)
        services.employer_says(writing, companies[0].actor, **say)
        return Sami(
            adviser, cfa, companies[0], companies[1], openings[1].id, agent.email, placement.id
        )


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def send(client: FlaskClient, page: str, action: str, **values: str) -> int:
    """Fill one form of a page and send it."""
    form = parse(client.get(page)).select_one(f'form[action="{action}"]')
    assert form, f"no form to {action}"
    fields = {one["name"]: one.get("value", "") for one in form.select("input[name]")}
    return client.post(action, data={**fields, **values}).status_code


def employer_withdraws(app: Flask, sami: Sami) -> int:
    return send(
        browser(app, sami.fontaine),
        sami.path,
        f"{sami.path}/detacher/employer",
        **{"detach_employer-reason": "post_closed"},
    )


def test_the_employer_withdraws_and_the_seat_stays_with_its_countdown(
    clock_at: time_machine.Traveller, app: Flask, session: Session, sami: Sami
) -> None:
    clock_at.move_to("2026-11-26 10:00:00+00:00")

    status = employer_withdraws(app, sami)

    placement = session.get_one(Placement, sami.placement_id)
    seat = session.scalars(select(SeatHold)).one()
    lead = session.scalars(select(Lead)).one()
    mail = session.scalars(select(OutboxMail).where(OutboxMail.kind == "placement_lead")).one()
    page = browser(app, sami.adviser).get(sami.path).get_data(as_text=True)
    found = alternatives(session, sami.adviser.actor, sami.placement_id)
    assert status == 303
    assert placement.clover == Clover(Stage.OPEN, Y, S, Y)
    assert seat.state is HoldState.TAKEN
    assert session.scalars(select(PositionHold)).all() == []
    assert (lead.reason, mail.recipient) == ("post_closed", sami.agent_email)
    # 40 days are left on 26 November, and the page says so with the date.
    assert placement.window_ends == date(2027, 1, 5)
    assert re.search(r"mardi 5 janvier 2027 \(dans 40\s+jours\)", page)
    assert found is not None
    assert (found.leaf, len(found.rows)) == (Leaf.EMPLOYER, 3)


def test_the_alert_of_day_75_leaves_on_19_december(
    clock_at: time_machine.Traveller, app: Flask, session: Session, sami: Sami
) -> None:
    clock_at.move_to("2026-11-26 10:00:00+00:00")
    employer_withdraws(app, sami)
    session.commit()

    for _ in range(40):
        clock_at.shift(timedelta(days=1))
        turn_the_clock()
        remind()

    sent = {
        one.kind: one.sent_at.date()
        for one in session.scalars(select(SentReminder))
        if one.kind.startswith("window")
    }
    assert sent["window_75"] == date(2026, 12, 19)
    assert sent["window_85"] == date(2026, 12, 29)


def test_another_employer_joins_and_the_contract_starts_inside_the_window(
    clock_at: time_machine.Traveller, app: Flask, session: Session, sami: Sami
) -> None:
    clock_at.move_to("2026-11-26 10:00:00+00:00")
    employer_withdraws(app, sami)
    session.commit()
    clock_at.move_to("2026-12-28 10:00:00+00:00")
    say = {"placement_id": sami.placement_id, "answer": Y}
    with transaction() as writing:
        services.attach(
            writing,
            sami.adviser.actor,
            placement_id=sami.placement_id,
            opening_id=sami.hotel_opening_id,
        )
        services.youth_says(writing, sami.adviser.actor, **say)
        services.employer_says(writing, sami.hotel.actor, **say)
    clock_at.move_to("2026-12-30 10:00:00+00:00")

    status = send(
        browser(app, sami.cfa),
        sami.path,
        f"{sami.path}/signer",
        **{"sign-contract_starts_on": "2027-01-04"},
    )

    placement = session.get_one(Placement, sami.placement_id)
    assert status == 303
    assert placement.stage is Stage.SIGNED
    assert (placement.signed_on, placement.contract_starts_on) == (
        date(2026, 12, 30),
        date(2027, 1, 4),
    )
    assert placement.trainee_since == date(2026, 10, 5)


def test_after_the_window_the_cfa_must_decide_and_nothing_is_refused_in_silence(
    clock_at: time_machine.Traveller, app: Flask, session: Session, sami: Sami
) -> None:
    clock_at.move_to("2026-12-28 10:00:00+00:00")
    say = {"placement_id": sami.placement_id, "answer": Y}
    with transaction() as writing:
        services.employer_says(
            writing, sami.fontaine.actor, **{**say, "answer": LeafState.NO}, reason="rhythm"
        )
        services.employer_says(writing, sami.fontaine.actor, **say)
    clock_at.move_to("2027-01-06 10:00:00+00:00")

    with transaction() as writing, pytest.raises(Conflict) as refusal:
        services.sign(writing, sami.cfa.actor, placement_id=sami.placement_id)
    turn_the_clock()

    placement = session.get_one(Placement, sami.placement_id)
    told = session.scalars(
        select(OutboxMail.recipient).where(OutboxMail.kind == "placement_hold_lapsed")
    ).all()
    assert "Le CFA doit dire oui une nouvelle fois" in refusal.value.message
    assert placement.cfa_leaf is W
    assert sami.cfa.user.email in told
    assert sami.adviser.user.email in told
