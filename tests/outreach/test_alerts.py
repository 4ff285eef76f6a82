"""What the clock tells: new anonymous profiles to an employer, once; next steps to agents; what retention forgets."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.changes import Changed, record_change
from app.core.errors import NotFound
from app.notices.models import Notice
from app.outreach.models import NextStep, ProfileAlert, ProfileSeen, VisitKind
from app.outreach.services import VisitDetails, record_visit, switch_alert
from app.outreach.tasks import forget_people_met, look_for_profiles, remind_of_steps
from tests.factories.accounts import actor_of, csrf_token, make_user, sign_in
from tests.factories.placements import make_triple
from tests.factories.youth import make_youth
from tests.outreach.conftest import Field

pytestmark = pytest.mark.usefixtures("frozen")

TODAY = date(2026, 11, 23)


def test_an_employer_is_told_once_of_each_new_profile_and_of_nobody_by_name(
    app: Flask, session: Session, client: FlaskClient
) -> None:
    triple = make_triple(session)
    employer = make_user(session, triple.employer.organisation)
    session.commit()
    sign_in(client, employer)
    path = f"/prospection/alertes/{triple.opening.id}"
    token = csrf_token(app, client, f"/offres/{triple.opening.id}")
    kept = client.post(path, data={"csrf_token": token})
    listed = client.get("/prospection/alertes").get_data(as_text=True)
    known = len(session.scalars(select(ProfileSeen)).all())
    session.commit()
    look_for_profiles()
    before = session.scalars(select(Notice).where(Notice.event == "profile_alert")).all()
    mission = triple.adviser.organisation
    young = make_youth(session, mission, given_name="Xanthippe", family_name="Marqueunique")
    record_change(session, Changed.YOUTH, young.id)
    session.commit()

    look_for_profiles()
    look_for_profiles()

    notices = session.scalars(select(Notice).where(Notice.event == "profile_alert")).all()
    assert (kept.status_code, known, before) == (303, 1, [])
    assert [one.user_id for one in notices] == [employer.id]
    assert "Un nouveau profil" in notices[0].title
    assert "Ne plus me prévenir" in listed
    assert "Xanthippe" not in notices[0].title


def test_an_alert_is_dropped_with_what_it_knew_and_is_the_employer_s_own(
    session: Session, field: Field
) -> None:
    triple = make_triple(session)
    actor = actor_of(session, make_user(session, triple.employer.organisation))
    stranger = actor_of(session, make_user(session, field.company))

    kept = switch_alert(session, actor, opening_id=triple.opening.id)
    dropped = switch_alert(session, actor, opening_id=triple.opening.id)

    assert (kept, dropped) == (True, False)
    assert session.scalars(select(ProfileAlert)).all() == []
    assert session.scalars(select(ProfileSeen)).all() == []
    with pytest.raises(NotFound):
        switch_alert(session, stranger, opening_id=triple.opening.id)


def test_an_agent_is_told_the_day_before_of_what_they_planned(
    session: Session, field: Field
) -> None:
    for days in (1, 2):
        record_visit(
            session,
            field.agent,
            company_id=field.company.id,
            details=VisitDetails(
                kind=VisitKind.CALL,
                happened_on=TODAY,
                next_step=NextStep.CALL_BACK,
                next_on=TODAY + timedelta(days=days),
            ),
        )
    session.commit()

    remind_of_steps()

    notices = session.scalars(select(Notice).where(Notice.event == "visit_planned")).all()
    assert [one.user_id for one in notices] == [field.user.id]


def test_retention_forgets_the_person_met_and_keeps_the_visit(
    session: Session, field: Field
) -> None:
    visit = record_visit(
        session,
        field.agent,
        company_id=field.company.id,
        details=VisitDetails(
            kind=VisitKind.VISIT, happened_on=TODAY, person_met="Mme Cariou", need="Un apprenti"
        ),
    )

    forgotten = forget_people_met(session, clock.now() + timedelta(days=1))
    again = forget_people_met(session, clock.now() + timedelta(days=1))

    session.refresh(visit)
    assert (forgotten, again) == (1, 0)
    assert (visit.person_met, visit.need, visit.kind) == (None, None, VisitKind.VISIT)
