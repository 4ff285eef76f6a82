"""Agreements: distinct companies once each and once overall, kinds apart, the even pace, and 2009."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.core.errors import Invalid, NotFound
from app.openings.services import merge_companies, undo_merge
from app.outreach.history import AGREEMENTS_OF_2009
from app.outreach.models import VisitKind
from app.outreach.queries.targets import companies_overall, target_progress
from app.outreach.services import TargetDetails, VisitDetails, create_target, record_visit
from app.policy.actor import Actor, OrganisationKind
from tests.factories.accounts import actor_of, csrf_token, make_organisation, make_user, sign_in
from tests.factories.openings import make_opening
from tests.outreach.conftest import Field, make_placed_company

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)


@pytest.fixture
def coordinator(session: Session) -> Actor:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    return actor_of(session, make_user(session, region))


def _target(session: Session, actor: Actor, network: str, **values: object) -> None:
    details = {
        "title": f"Convention {network}",
        "parties": "État et région",
        "network": network,
        "starts_on": TODAY - timedelta(days=50),
        "ends_on": TODAY + timedelta(days=50),
        "company_target": 100,
        "headcount_target": 2,
        **values,
    }
    create_target(session, actor, details=TargetDetails(**details))  # type: ignore[arg-type]


def _meet(session: Session, agent: Actor, company_id: int, kind: VisitKind, days: int = 3) -> None:
    details = VisitDetails(kind=kind, happened_on=TODAY - timedelta(days=days))
    record_visit(session, agent, company_id=company_id, details=details)


def test_a_company_counts_once_an_agreement_and_once_overall(
    session: Session, field: Field, coordinator: Actor
) -> None:
    _target(session, coordinator, "cma")
    _target(session, coordinator, "cci")
    other = make_placed_company(session, "Garage")
    _meet(session, field.agent, field.company.id, VisitKind.VISIT)
    _meet(session, field.agent, field.company.id, VisitKind.CALL)
    _meet(session, field.other_agent, field.company.id, VisitKind.VISIT)
    _meet(session, field.other_agent, other.id, VisitKind.MAILING)

    found = {one.agreement.network: one for one in target_progress(session, coordinator, TODAY)}

    cma, cci = found["cma"], found["cci"]
    assert (cma.counted, cma.visited, cma.contacted) == (1, 1, 1)
    assert (cci.counted, cci.visited, cci.contacted) == (2, 1, 1)
    assert companies_overall(session, coordinator, TODAY) == 2
    assert (cma.expected, cma.gap, cma.agents) == (50, -49, 1)


def test_counts_are_right_before_and_after_a_merge(
    session: Session, field: Field, coordinator: Actor
) -> None:
    _target(session, coordinator, "cma")
    double = make_placed_company(session, "fournil des monts")
    _meet(session, field.agent, field.company.id, VisitKind.VISIT)
    _meet(session, field.agent, double.id, VisitKind.VISIT)

    def counted() -> int:
        return target_progress(session, coordinator, TODAY)[0].counted

    before = counted()
    row = merge_companies(session, field.agent, kept_id=field.company.id, merged_id=double.id)
    merged = counted()
    undo_merge(session, field.agent, merge_id=row.id)

    assert (before, merged, counted()) == (2, 1, 2)


def test_two_records_of_one_siren_count_once_even_before_a_merge(
    session: Session, field: Field, coordinator: Actor
) -> None:
    _target(session, coordinator, "cma")
    double = make_placed_company(session, "Le Fournil", siren="000000927")
    _meet(session, field.agent, field.company.id, VisitKind.VISIT)
    _meet(session, field.agent, double.id, VisitKind.VISIT)

    assert target_progress(session, coordinator, TODAY)[0].counted == 1


def test_kinds_and_days_that_an_agreement_does_not_count_are_left_out(
    session: Session, field: Field, coordinator: Actor
) -> None:
    _target(session, coordinator, "cma", counts_contacts=False)
    _meet(session, field.agent, field.company.id, VisitKind.CALL)
    _meet(session, field.agent, field.company.id, VisitKind.VISIT, days=60)

    assert target_progress(session, coordinator, TODAY)[0].counted == 0


def test_an_opening_after_the_visit_is_a_company_convinced(
    session: Session, field: Field, coordinator: Actor
) -> None:
    _target(session, coordinator, "cma")
    _meet(session, field.agent, field.company.id, VisitKind.VISIT)
    make_opening(session, field.company)

    one = target_progress(session, coordinator, TODAY)[0]

    assert (one.convinced, one.helped) == (1, 0)


def test_the_agreements_of_2009_give_the_vectors_of_the_dossier() -> None:
    acfci, apcm = AGREEMENTS_OF_2009

    assert (acfci.days, acfci.weekdays) == (486, 347)
    assert (apcm.days, apcm.weekdays) == (408, 291)
    assert acfci.expected(date(2009, 12, 31)) == 18_724
    assert acfci.expected(acfci.ends_on) == apcm.expected(apcm.ends_on) == 50_000
    assert acfci.headcount_target + apcm.headcount_target + 300 == 500


def test_only_the_region_writes_an_agreement(
    session: Session, field: Field, coordinator: Actor
) -> None:
    with pytest.raises(NotFound):
        _target(session, field.agent, "cma")
    with pytest.raises(Invalid, match="La fin"):
        _target(session, coordinator, "cma", ends_on=TODAY - timedelta(days=60))


def test_an_agreement_is_written_and_shown_with_its_pace(
    app: Flask, session: Session, client: FlaskClient, field: Field
) -> None:
    region = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION)
    sign_in(client, make_user(session, region))
    path = "/prospection/objectifs/nouveau"
    form = {
        "csrf_token": csrf_token(app, client, path),
        "title": "Convention CMA Bretagne",
        "parties": "État et CMA",
        "network": "cma",
        "starts_on": "2026-10-01",
        "ends_on": "2027-10-01",
        "company_target": "365",
        "counts_contacts": "y",
    }

    refused = client.post(path, data={**form, "ends_on": "2026-09-01"})
    written = client.post(path, data=form)
    shown = client.get("/prospection/objectifs").get_data(as_text=True)

    assert (refused.status_code, written.status_code) == (422, 303)
    assert "Convention CMA Bretagne" in shown
    assert "en retard de 53" in shown
    assert "18\u202f724" in shown
