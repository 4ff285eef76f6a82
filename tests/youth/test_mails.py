"""What was sent about a youth: read by the house that follows the file, and by nobody else."""

from __future__ import annotations

from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.access import AccessRecord
from app.core.db import transaction
from app.core.outbox import post
from app.policy.actor import OrganisationKind
from app.youth.models import Youth
from tests.factories.accounts import make_agreement, make_organisation, make_user, sign_in
from tests.factories.youth import make_youth


def write_mail(youth: Youth) -> None:
    with transaction() as writing:
        post(
            writing,
            kind="placement_question",
            recipient="fournil@exemple.fr",
            subject="Une proposition attend votre réponse",
            text_body="Le texte ne se montre pas ici.",
            html_body="<p>Le texte ne se montre pas ici.</p>",
            youth_id=youth.id,
        )


def test_the_adviser_reads_to_whom_a_mail_went_and_what_became_of_it(
    client: FlaskClient, session: Session
) -> None:
    mission = make_organisation(session)
    adviser = make_user(session, mission)
    youth = make_youth(session, mission, adviser)
    session.commit()
    write_mail(youth)
    sign_in(client, adviser)

    shown = client.get(f"/jeunes/{youth.id}/courriels")

    assert "fournil@exemple.fr" in shown.text
    assert "à envoyer" in shown.text
    assert "Le texte ne se montre pas ici" not in shown.text
    assert session.scalar(select(func.count()).select_from(AccessRecord)) == 1


def test_a_file_without_mails_says_so(client: FlaskClient, session: Session) -> None:
    mission = make_organisation(session)
    adviser = make_user(session, mission)
    youth = make_youth(session, mission, adviser)
    sign_in(client, adviser)

    assert "Aucun courriel" in client.get(f"/jeunes/{youth.id}/courriels").text


def test_a_partner_does_not_know_that_the_page_exists(
    client: FlaskClient, session: Session
) -> None:
    mission, point_a = (
        make_organisation(session),
        make_organisation(session, OrganisationKind.POINT_A),
    )
    youth = make_youth(session, mission, make_user(session, mission))
    make_agreement(session, mission, point_a)
    sign_in(client, make_user(session, point_a))

    assert client.get(f"/jeunes/{youth.id}/courriels").status_code == 404
