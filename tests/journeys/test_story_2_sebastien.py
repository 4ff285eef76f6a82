"""Story 2 of the dossier: Sébastien, 33, Limoges, who decides what his employer learns."""

from __future__ import annotations

from datetime import date

import pytest
from flask.testing import FlaskClient
from sqlalchemy import update
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import transaction
from app.core.errors import Invalid
from app.policy.actor import OrganisationKind
from app.youth.models import DisabilityRecognition
from app.youth.services.identity import check_registration_age
from tests.factories.openings import make_company, make_opening
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth
from tests.journeys.cast import Cast, agree, make_cast
from tests.journeys.test_register_youth import Visitor

pytestmark = pytest.mark.usefixtures("frozen")

HIDDEN = ("handicap", "RQTH", "AGEFIPH", "6 000,00")


@pytest.fixture
def story(session: Session) -> tuple[Cast, str]:
    """Cap emploi follows him, the proof was seen, the three said yes; he has told his employer nothing."""
    with transaction() as writing:
        company = make_company(writing, name="Limousin Services", siren="000000935", headcount=320)
        cast = make_cast(writing, company, departement="87", house=OrganisationKind.CAP_EMPLOI)
        opening = make_opening(
            writing,
            company,
            title="Secrétaire",
            rome_code="M1607",
            commune_code="87085",
            start_from=date(2026, 12, 1),
        )
        course = make_course(
            writing,
            cast.cfa.organisation,
            title="Titre professionnel Secrétaire assistant",
            trades=("M1607",),
            level=4,
            entry_level=3,
            duration_months=12,
        )
        training = make_training_session(
            writing,
            course,
            insee_code="87085",
            starts_on=date(2026, 12, 1),
            ends_on=date(2027, 11, 30),
        )
        youth = make_youth(
            writing,
            cast.adviser.organisation,
            cast.adviser.user,
            given_name="Sébastien",
            birth_date=date(1993, 5, 14),
            commune_code="87085",
            wishes=(("secrétaire", "M1607"),),
        )
        writing.add(
            DisabilityRecognition(
                youth_id=youth.id,
                proof_seen_on=clock.today(),
                proof_seen_by=cast.adviser.user.id,
                valid_until=date(2028, 3, 31),
                agreed_at=clock.now(),
            )
        )
        writing.flush()
        row = agree(writing, cast, youth, opening, training, by=cast.agent.actor)
        path = f"/propositions/{row.id}/contrat"
    return cast, path


def visit(client: FlaskClient, cast: Cast, who: str, path: str) -> Visitor:
    return Visitor(client, getattr(cast, who).user).open(path)


def words_outside_lists(visitor: Visitor) -> str:
    """The page without the closed lists of the form, which name every case of the law."""
    for option in visitor.page.find_all("option"):
        option.decompose()
    return " ".join(visitor.page.get_text(" ").split())


def test_a_mission_locale_opens_no_file_and_names_cap_emploi() -> None:
    born, today = date(1993, 5, 14), clock.today()

    with pytest.raises(Invalid, match="Cap emploi"):
        check_registration_age(born, OrganisationKind.LOCAL_MISSION, today)
    check_registration_age(born, OrganisationKind.CAP_EMPLOI, today)


def test_until_he_tells_nothing_shows_and_the_house_sees_what_telling_changes(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story

    for who in ("employer", "cfa", "agent"):
        text = words_outside_lists(visit(client, cast, who, path)).replace("\u00a0", " ")
        assert [word for word in HIDDEN if word.lower() in text.lower()] == [], who
    house = visit(client, cast, "adviser", path)

    assert house.reads("Rien n’en paraît à l’employeur, au CFA ni à personne d’autre")
    assert house.reads("valable jusqu’au vendredi 31 mars 2028")
    assert house.reads("dérogation 12. Temps partiel et une année de plus deviennent possibles")
    assert house.reads("la limite est de 29 ans révolus")


def test_once_told_the_employer_reads_derogation_12_and_6000_euros_and_nobody_else_does(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story

    visit(client, cast, "adviser", path).send(f"{path}/dire", tell="yes")
    employer = visit(client, cast, "employer", path)

    assert employer.reads("dérogation 12")
    assert employer.reads("Pas de limite d'âge : reconnaissance de travailleur handicapé")
    assert employer.reads("6 000,00 €")
    assert employer.reads("1 867,02 € par mois, 100 % du SMIC")
    assert employer.reads("lundi 7 décembre 2026")
    assert employer.reads("Preuve de l'exception d'âge, vue sans copie")
    for who in ("cfa", "agent"):
        text = words_outside_lists(visit(client, cast, who, path)).replace("\u00a0", " ")
        assert [word for word in HIDDEN if word.lower() in text.lower()] == [], who


def test_he_may_take_it_back_before_signing_after_a_warning(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    told = visit(client, cast, "adviser", path).send(f"{path}/dire", tell="yes")
    warned = told.reads("Reprendre ce choix fait tomber l’aide et la dérogation")

    back = told.send(f"{path}/dire", tell="no")
    employer = visit(client, cast, "employer", path)

    assert warned
    assert back.reads("plus rien n’en paraît à l’employeur")
    assert not employer.reads("6 000,00 €")
    assert employer.reads("À corriger 33 ans au début du contrat : la limite est de 29 ans révolus")


def test_a_start_that_slips_to_2027_leaves_the_aid_to_confirm(
    client: FlaskClient, story: tuple[Cast, str]
) -> None:
    cast, path = story
    visit(client, cast, "adviser", path).send(f"{path}/dire", tell="yes")

    employer = visit(client, cast, "employer", path).send(
        f"{path}/employeur",
        **{"employer-start_date": "2027-01-04", "employer-end_date": "2028-01-03"},
    )

    assert employer.status == 200
    assert employer.reads("à confirmer (début à partir du 01/01/2027")
    assert not employer.reads("6 000,00 €")


def test_a_proof_that_has_expired_gives_no_derogation(
    client: FlaskClient, session: Session, story: tuple[Cast, str]
) -> None:
    cast, path = story
    visit(client, cast, "adviser", path).send(f"{path}/dire", tell="yes")
    session.execute(update(DisabilityRecognition).values(valid_until=date(2026, 10, 31)))
    session.commit()

    employer = visit(client, cast, "employer", path)

    assert employer.reads("La reconnaissance vue est échue le 31/10/2026")
    assert employer.reads("la dérogation attend son renouvellement")
    assert not employer.reads("dérogation 12")
