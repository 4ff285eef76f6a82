"""What a file names of others, by a code, a name or a reference, is given back or left alone: nothing of it changes."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core.db import transaction
from app.core.errors import Forbidden
from app.imports.models import Decision, ImportBatch, ImportKind, RowState
from app.imports.services import decide_all
from app.openings.models import Opening
from app.policy.actor import OrganisationKind, Role
from app.training.models import Course, TrainingSession
from app.youth.models import Youth
from tests.factories.accounts import (
    actor_of,
    make_agreement,
    make_membership,
    make_site,
    make_territory,
    make_user,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import make_commune, make_trade
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.imports.conftest import Person, bring, person, rows_of, write

FAR_SIRET = "73282932000074"


@pytest.fixture
def agent(session: Session) -> Person:
    """A field agent of Finistère; Rennes is another one's."""
    found = person(session, OrganisationKind.FIELD_NETWORK, name="CMA")
    user = make_user(session)
    seat = make_membership(session, user, found.organisation, Role.FIELD_AGENT)
    make_territory(session, seat, "29")
    for insee_code in ("29232", "35238"):
        make_commune(session, insee_code)
    return Person(found.organisation, user, actor_of(session, user))


def update_all(session: Session, who: Person, batch: ImportBatch) -> dict[str, int]:
    """Say "complete the known one" for every row in doubt, then import."""
    batch_id = batch.id
    session.commit()
    with transaction() as own:
        decide_all(own, who.actor, batch_id=batch_id, decision=Decision.UPDATE)
    return write(session, who.actor, session.get_one(ImportBatch, batch_id))


def test_a_company_of_another_territory_is_not_completed_by_its_siret(
    session: Session, agent: Person
) -> None:
    far = make_company(session, name="Fournil de Rennes", siret=FAR_SIRET, siren=FAR_SIRET[:9])
    make_site(session, far, "35238")
    far_id = far.id
    rows = [
        ["Raison sociale", "SIRET", "Ville", "Téléphone"],
        ["Fournil", FAR_SIRET, "Quimper", "06 39 98 00 05"],
    ]

    batch = bring(session, agent.actor, ImportKind.COMPANIES, rows)
    found = update_all(session, agent, batch)

    session.expire_all()
    assert found == {"bad": 1}
    assert rows_of(session, batch)[0].problems == {"": Forbidden.default}
    assert session.get_one(Organisation, far_id).phone is None


def test_an_opening_of_another_house_is_not_known_by_its_reference(
    session: Session, agent: Person
) -> None:
    make_trade(session, "D1102")
    other = person(session, OrganisationKind.FIELD_NETWORK, name="CCI")
    foreign = make_opening(
        session,
        make_company(session, name="Fournil"),
        title="Leur boulanger",
        source=f"import:{other.organisation.id}",
        source_reference="77",
    )
    foreign_id = foreign.id
    headers = ["Titre", "Contrat", "Entreprise", "Ville", "Identifiant", "Texte"]
    row = ["Apprenti boulanger", "Alternance", "Fournil", "Quimper", "77", "Du pain."]

    batch = bring(session, agent.actor, ImportKind.OPENINGS, [headers, row])
    found = write(session, agent.actor, batch)

    session.expire_all()
    assert found == {"created": 1}
    assert session.get_one(Opening, foreign_id).title == "Leur boulanger"


def test_an_opening_is_not_written_where_another_agent_works(
    session: Session, agent: Person
) -> None:
    make_trade(session, "D1102")
    far = make_company(session, name="Fournil de Rennes", siret=FAR_SIRET, siren=FAR_SIRET[:9])
    make_site(session, far, "35238")
    headers = ["Titre", "Contrat", "SIRET", "Ville"]

    batch = bring(
        session,
        agent.actor,
        ImportKind.OPENINGS,
        [headers, ["Apprenti boulanger", "Alternance", FAR_SIRET, "Rennes"]],
    )
    found = write(session, agent.actor, batch)

    assert found == {"bad": 1}
    assert "n’est pas dans votre territoire" in str(rows_of(session, batch)[0].problems)
    assert session.scalar(select(func.count()).select_from(Opening)) == 0


@pytest.mark.parametrize("shares_places", [False, True])
def test_a_point_a_brings_sessions_for_a_cfa_only_while_it_acts_for_it(
    session: Session, shares_places: bool
) -> None:
    make_trade(session, "D1102")
    cfa = person(session, OrganisationKind.TRAINING_CENTRE, uai="0299901E")
    group = make_training_session(session, make_course(session, cfa.organisation), capacity=12)
    point_a = person(session, OrganisationKind.POINT_A)
    make_agreement(session, point_a.organisation, cfa.organisation, shares_places=shares_places)
    actor = actor_of(session, point_a.user)
    headers = ["Formation", "Date de début", "Places", "Métier", "CFA"]
    row = ["CAP Pâtissier", group.starts_on.isoformat(), "30", "D1102", "0299901E"]

    batch = bring(session, actor, ImportKind.SESSIONS, [headers, row])
    found = write(session, actor, batch)

    assert found == ({"created": 1} if shares_places else {"bad": 1})
    assert session.scalar(select(func.count()).select_from(Course)) == 1 + shares_places
    assert session.scalar(select(func.min(TrainingSession.capacity))) == 12


def test_a_person_whom_another_house_follows_is_neither_told_of_nor_completed(
    session: Session, adviser: Person
) -> None:
    other = person(session, OrganisationKind.LOCAL_MISSION, name="Mission locale de Rennes")
    theirs = make_youth(
        session, other.organisation, other.user, given_name="Enora", family_name="Le Bihan",
        phone=None,
    )  # fmt: skip
    theirs_id, born = theirs.id, theirs.birth_date
    headers = ["Nom", "Prénom", "Date de naissance", "Téléphone"]
    batch = bring(
        session,
        adviser.actor,
        ImportKind.YOUTH,
        [headers, ["Le Bihan", "Enora", born.isoformat(), "06 39 98 00 05"]],
    )

    row = rows_of(session, batch)[0]
    before = (row.state, row.target_id, row.resembles)
    found = write(session, adviser.actor, batch)

    session.expire_all()
    assert before == (RowState.GOOD, None, None)
    assert found == {"created": 1}
    assert session.get_one(Youth, theirs_id).phone is None
