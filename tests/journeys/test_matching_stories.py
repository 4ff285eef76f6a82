"""The matching parts of the dossier's stories 1 and 3: age at the start, boarding, a bus and no car."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.matching.queries.triples_page import Filters, YouthTriples, youth_triples
from app.matching.queries.why_not import explain_pair
from app.openings.models import Opening
from app.policy.actor import OrganisationKind
from app.reference.queries import find_communes
from app.training.models import TrainingSession
from app.youth.models import TravelMeans, YesNoUnknown, Youth
from tests.factories.accounts import make_organisation
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import COMMUNES, make_commune
from tests.factories.training import make_course, make_training_session
from tests.factories.youth import make_youth

pytestmark = pytest.mark.usefixtures("frozen")


def _found(session: Session, youth: Youth) -> YouthTriples:
    found = youth_triples(session, youth_id=youth.id, filters=Filters())
    assert found is not None
    return found


def _cfa(session: Session, name: str) -> Organisation:
    return make_organisation(session, OrganisationKind.TRAINING_CENTRE, name=name)


def _enora(session: Session, birth_date: date) -> tuple[Youth, Opening, TrainingSession]:
    """Enora of Carhaix, her baker next door, and the CFA of Quimper 50 km away, begun 84 days before."""
    company = make_company(session, name="Fournil des Monts", siret="00000092700012")
    opening = make_opening(
        session,
        company,
        commune_code="29024",
        start_from=date(2026, 11, 30),
        start_until=date(2026, 11, 30),
    )
    course = make_course(session, _cfa(session, "CFA de Quimper"), has_boarding=True)
    training = make_training_session(
        session, course, starts_on=date(2026, 9, 7), ends_on=date(2028, 8, 31)
    )
    youth = make_youth(
        session,
        given_name="Enora",
        birth_date=birth_date,
        commune_code="29024",
        level=2,
        boarding_accepted=YesNoUnknown.YES,
        radius_km=20,
    )
    return youth, opening, training


def test_enora_fifteen_finds_her_bakery_and_the_boarding_of_her_cfa(session: Session) -> None:
    youth, opening, training = _enora(session, date(2011, 11, 2))

    rows = _found(session, youth).rows

    assert [(row.opening.id, row.session.id) for row in rows] == [(opening.id, training.id)]
    assert rows[0].session.has_boarding is True
    assert rows[0].site_km == pytest.approx(49.7, abs=1.5)


def test_enora_born_a_year_later_is_too_young_at_the_start(session: Session) -> None:
    youth, opening, training = _enora(session, date(2012, 11, 2))

    verdict = explain_pair(
        session, youth_id=youth.id, opening_id=opening.id, session_id=training.id
    )

    assert _found(session, youth).rows == []
    assert verdict is not None
    assert verdict.broken is not None
    assert verdict.broken.code.name == "AGE"


def test_without_boarding_the_cfa_of_quimper_is_out_of_reach(session: Session) -> None:
    youth, opening, training = _enora(session, date(2011, 11, 2))
    youth.boarding_accepted = YesNoUnknown.NO
    session.flush()

    verdict = explain_pair(
        session, youth_id=youth.id, opening_id=opening.id, session_id=training.id
    )

    assert verdict is not None
    assert verdict.broken is not None
    assert verdict.broken.code.name == "SESSION_TOO_FAR"


def _mehdi(session: Session) -> tuple[Youth, dict[str, Opening], TrainingSession]:
    """Mehdi of Aubusson by bus, 45 minutes accepted; offers in Felletin, Guéret and Limoges."""
    openings = {
        name: make_opening(
            session,
            make_company(session, name=f"Menuiserie de {name}"),
            title="Apprenti menuisier",
            rome_code="H2206",
            commune_code=code,
        )
        for name, code in (("Felletin", "23079"), ("Guéret", "23096"), ("Limoges", "87085"))
    }
    course = make_course(
        session,
        _cfa(session, "CFA de Felletin"),
        title="CAP Menuisier fabricant",
        trades=("H2206",),
    )
    training = make_training_session(session, course, insee_code="23079")
    youth = make_youth(
        session,
        given_name="Mehdi",
        birth_date=date(2008, 2, 19),
        commune_code="23008",
        wishes=(("menuisier", "H2206"),),
        travel_means=TravelMeans.PUBLIC_TRANSPORT,
        radius_km=None,
        minutes=45,
        driving_licence_b=YesNoUnknown.NO,
    )
    return youth, openings, training


def test_mehdi_is_shown_felletin_first_with_a_journey_to_confirm_and_never_limoges(
    session: Session,
) -> None:
    youth, openings, _training = _mehdi(session)

    rows = _found(session, youth).rows

    shown = [row.opening.id for row in rows]
    assert shown[0] == openings["Felletin"].id
    assert openings["Limoges"].id not in shown
    assert rows[0].company_km == pytest.approx(8.1, abs=0.4)


def test_an_offer_beyond_the_bus_is_flagged_and_not_called_a_travel_time(session: Session) -> None:
    youth, openings, training = _mehdi(session)

    verdict = explain_pair(
        session, youth_id=youth.id, opening_id=openings["Guéret"].id, session_id=training.id
    )

    assert verdict is not None
    assert verdict.triple is not None
    doubts = {one.code.name for one in verdict.triple.doubts}
    assert doubts & {"COMPANY_LIKELY_FAR", "COMPANY_JOURNEY_UNKNOWN"}
    assert not {one.code.name for one in verdict.triple.reasons} & {"SHORT_COMPANY"}


def test_aubusson_typed_wrong_is_the_one_of_the_mission_locale_s_departement(
    session: Session,
) -> None:
    for code in COMMUNES:
        make_commune(session, code)

    found = find_communes(session, "aubuson", departements=frozenset({"23"}))

    assert found[0].insee_code == "23008"


def test_an_offer_that_needs_the_licence_is_not_shown_to_who_has_none(session: Session) -> None:
    youth, openings, training = _mehdi(session)
    openings["Felletin"].licence_required = True
    openings["Felletin"].licence_reason = "Poser les ouvrages chez les clients."
    session.flush()

    verdict = explain_pair(
        session, youth_id=youth.id, opening_id=openings["Felletin"].id, session_id=training.id
    )

    assert verdict is not None
    assert verdict.broken is not None
    assert verdict.broken.code.name == "LICENCE"
