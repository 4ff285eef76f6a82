"""Story 6 of the dossier: Sami, 18, Nevers; the employer withdraws, the course goes on, another one comes in time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.accounts.models import Organisation
from app.contracts import services as contracts
from app.contracts.models import ContractSheet
from app.contracts.queries.projection import Part
from app.core.db import transaction
from app.openings.models import Lead, LeadKind, Opening
from app.placements import services as placements
from app.placements.models import Placement
from app.placements.queries.alternatives import alternatives
from app.placements.queries.reminders import Rung, due_reminders
from app.placements.workflow import Leaf, LeafState, Stage
from app.training.models import SeatHold, TrainingSession
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, make_party
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.journeys.cast import Cast, make_cast, say_yes
from tests.journeys.test_register_youth import Visitor


@dataclass(frozen=True)
class Story:
    cast: Cast
    hotel: Party
    placement_id: int
    hotel_opening: int
    training_id: int

    @property
    def path(self) -> str:
        return f"/propositions/{self.placement_id}"


def _opening(session: Session, company: Organisation, commune: str, start: date) -> Opening:
    return make_opening(
        session,
        company,
        title="Commis de salle",
        rome_code="G1803",
        commune_code=commune,
        start_from=start,
        start_until=date(2027, 1, 31),
    )


@pytest.fixture
def story(session: Session, frozen: Traveller) -> Story:
    """A trainee since 5 October; La Fontaine promised 1 December; three other restaurants look for somebody."""
    with transaction() as writing:
        fountain = make_company(writing, name="La Fontaine", siren="000000943", headcount=12)
        cast = make_cast(writing, fountain, departement="58")
        hotel = make_party(writing, make_company(writing, name="Hôtel du Parc", headcount=20))
        promised = _opening(writing, fountain, "58194", date(2026, 12, 1))
        parc = _opening(writing, hotel.organisation, "58086", date(2027, 1, 4))
        for name in ("Le Morvan", "Aux Quais"):
            _opening(writing, make_company(writing, name=name), "58194", date(2026, 12, 1))
        course = make_course(
            writing,
            cast.cfa.organisation,
            title="CAP Commercialisation et services HCR",
            trades=("G1803",),
        )
        training = make_training_session(
            writing,
            course,
            insee_code="58194",
            starts_on=date(2026, 10, 5),
            ends_on=date(2028, 7, 7),
            has_rolling_entry=True,
        )
        youth = make_youth(
            writing,
            cast.adviser.organisation,
            cast.adviser.user,
            given_name="Sami",
            birth_date=date(2008, 3, 11),
            commune_code="58194",
            radius_km=60,
            wishes=(("serveur", "G1803"),),
        )
        row = placements.suggest(
            writing, cast.adviser.actor, youth_id=youth.id, session_id=training.id
        )
        say_yes(writing, cast, row)
        placements.start_training(
            writing, cast.cfa.actor, placement_id=row.id, since=date(2026, 10, 5)
        )
        placements.attach(writing, cast.adviser.actor, placement_id=row.id, opening_id=promised.id)
        say_yes(writing, cast, row)
        contracts.fill_part(
            writing,
            cast.employer.actor,
            placement_id=row.id,
            part=Part.EMPLOYER,
            values={"tutor_birth_name": "Fontaine", "weekly_hours": "35:00"},
        )
        return Story(cast, hotel, row.id, parc.id, training.id)


def withdraw(story: Story, frozen: Traveller) -> None:
    """On 26 November La Fontaine says that the post is gone."""
    frozen.move_to(datetime(2026, 11, 26, 9, tzinfo=UTC))
    with transaction() as writing:
        placements.detach(
            writing,
            story.cast.employer.actor,
            placement_id=story.placement_id,
            leaf=Leaf.EMPLOYER,
            reason="post_closed",
        )


def join_the_hotel(story: Story, frozen: Traveller) -> None:
    """The hotel joins on 28 December; the three agree again."""
    frozen.move_to(datetime(2026, 12, 28, 9, tzinfo=UTC))
    cast = Cast(story.cast.adviser, story.hotel, story.cast.cfa, story.cast.agent)
    with transaction() as writing:
        row = placements.attach(
            writing,
            cast.adviser.actor,
            placement_id=story.placement_id,
            opening_id=story.hotel_opening,
        )
        say_yes(writing, cast, row)


def test_the_seat_stays_the_countdown_shows_and_the_field_agent_is_alerted(
    client: FlaskClient, session: Session, story: Story, frozen: Traveller
) -> None:
    withdraw(story, frozen)

    page = Visitor(client, story.cast.adviser.user).open(story.path)
    placement = session.get_one(Placement, story.placement_id)
    lead = session.scalars(select(Lead)).one()
    others = alternatives(session, story.cast.adviser.actor, story.placement_id)

    assert placement.employer_leaf is LeafState.SOUGHT
    assert placement.cfa_leaf is LeafState.YES
    assert session.scalars(select(SeatHold.session_id)).all() == [story.training_id]
    assert page.reads(
        "Un contrat doit commencer au plus tard le mardi 5 janvier 2027 (dans 40 jours)"
    )
    assert (lead.kind, lead.departement_code) == (LeadKind.EMPLOYER_WITHDREW, "58")
    assert others is not None
    assert others.leaf is Leaf.EMPLOYER
    assert len(others.rows) == 3


def test_on_day_75_the_window_calls_again(
    session: Session, story: Story, frozen: Traveller
) -> None:
    withdraw(story, frozen)

    eve = [
        one.kind for one in due_reminders(session, date(2026, 12, 18)) if one.rung is Rung.WINDOW
    ]
    day = [
        one.kind for one in due_reminders(session, date(2026, 12, 19)) if one.rung is Rung.WINDOW
    ]

    assert eve == ["window_60"]
    assert day == ["window_75"]


def test_the_sheet_closes_with_the_promise_and_forgets_the_words_of_la_fontaine(
    client: FlaskClient, session: Session, story: Story, frozen: Traveller
) -> None:
    sheet = f"{story.path}/contrat"
    before = Visitor(client, story.cast.employer.user).open(sheet)
    withdraw(story, frozen)
    closed = Visitor(client, story.cast.adviser.user).open(sheet)
    gone = Visitor(client, story.cast.employer.user).open(sheet)
    join_the_hotel(story, frozen)

    hotel = Visitor(client, story.hotel.user).open(sheet)

    assert before.status == 200
    assert (closed.status, gone.status) == (404, 404)
    assert hotel.status == 200
    assert "Fontaine" not in hotel.page.get_text()
    hotel.send(f"{sheet}/employeur", **{"employer-weekly_hours": "35:00"})
    session.expire_all()
    assert session.get_one(ContractSheet, story.placement_id).typed == {"weekly_hours": "35:00"}


def test_the_hotels_contract_starts_before_5_january_with_its_doubts_said(
    client: FlaskClient, session: Session, story: Story, frozen: Traveller
) -> None:
    withdraw(story, frozen)
    join_the_hotel(story, frozen)
    sheet = f"{story.path}/contrat"

    hotel = (
        Visitor(client, story.hotel.user)
        .open(sheet)
        .send(
            f"{sheet}/employeur",
            **{
                "employer-conclusion_date": "2026-12-30",
                "employer-start_date": "2027-01-04",
                "employer-end_date": "2028-07-07",
            },
        )
    )

    assert hotel.status == 200
    assert hotel.reads("802,82 € par mois, 43 % du SMIC SMIC à venir")
    assert hotel.reads("ils peuvent changer au 1er janvier")
    assert hotel.reads("à confirmer (début à partir du 01/01/2027")
    assert not hotel.reads("5 000,00 €")
    assert hotel.reads("samedi 9 janvier 2027")
    assert hotel.reads("Premier contrat")
    assert hotel.reads("Stagiaire au CFA avant le contrat (3 mois)")
    assert not hotel.reads("Les 3 mois sans employeur ont pris fin")
    assert not hotel.reads("À corriger")


def test_a_start_on_6_january_asks_the_cfa_and_refuses_nothing(
    client: FlaskClient, session: Session, story: Story, frozen: Traveller
) -> None:
    withdraw(story, frozen)
    join_the_hotel(story, frozen)
    sheet = f"{story.path}/contrat"

    hotel = (
        Visitor(client, story.hotel.user)
        .open(sheet)
        .send(
            f"{sheet}/employeur",
            **{"employer-start_date": "2027-01-06", "employer-end_date": "2028-07-07"},
        )
    )

    assert hotel.reads(
        "À confirmer Les 3 mois sans employeur ont pris fin le 05/01/2027 : le CFA doit décider de la suite"
    )
    assert not hotel.reads("À corriger")


def test_signed_on_30_december_the_contract_takes_the_seat_kept_since_october(
    session: Session, story: Story, frozen: Traveller
) -> None:
    withdraw(story, frozen)
    join_the_hotel(story, frozen)
    frozen.move_to(datetime(2026, 12, 30, 9, tzinfo=UTC))

    with transaction() as writing:
        placements.sign(
            writing,
            story.cast.cfa.actor,
            placement_id=story.placement_id,
            contract_starts_on=date(2027, 1, 4),
        )

    session.expire_all()
    training = session.get_one(TrainingSession, story.training_id)
    assert session.get_one(Placement, story.placement_id).stage is Stage.SIGNED
    assert training.seats_taken == 1
