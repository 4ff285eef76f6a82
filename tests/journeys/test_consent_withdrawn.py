"""Story 9: Maëlle, Saint-Nazaire, clicks "stop" at 10:15; nothing of her is left with partners five minutes later."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.accounts.models import Membership
from app.core import clock
from app.core.access import ExportFormat, note_export
from app.core.db import db, transaction
from app.core.outbox import MailState, OutboxMail
from app.core.tasks import run_queued_jobs
from app.notices.models import Notice
from app.placements import services
from app.placements.models import Placement
from app.placements.tasks import remind, stop_unlisted, turn_the_clock
from app.placements.workflow import LeafState, Stage
from app.policy.actor import OrganisationKind
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.privacy.models import ErasureRequest, ErasureState
from app.privacy.tasks import finish_stops, run_night
from app.reference.models import Commune, CommunePostalCode
from app.reference.queries import find_communes
from app.training.models import TrainingSession
from app.youth.models import ConsentRecord, Youth
from tests.factories.accounts import (
    make_agreement,
    make_organisation,
    make_site,
    make_territory,
    sign_in,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.placements import Party, Triple, make_party, make_triple
from tests.factories.privacy import link_in, mails, make_officer, own_path
from tests.factories.reference import make_commune
from tests.factories.training import make_course, make_training_session

GIVEN, FAMILY = "Maëlle", "Guérandais"
CLICK = "2026-12-10 09:15:00+00:00"  # 10:15 in France


@dataclass
class Story:
    """Maëlle with three employers who see a code, one of whom knows her given name, and a seat at the CFA."""

    triple: Triple
    employers: list[Party]
    placements: list[int]

    @property
    def youth(self) -> Youth:
        return self.triple.youth


def send(client: FlaskClient, page: str, path: str, **values: Any) -> TestResponse:
    """Fill a form of that page and send it.

    What the test has read is let go first: a later rollback of its own would undo what the request writes.
    """
    db.session.commit()
    text = client.get(page).get_data(as_text=True)
    found = re.search(r'name="[^"]*csrf_token"[^>]*value="([^"]+)"', text)
    assert found, text[:300]
    return client.post(path, data={"csrf_token": found.group(1), **values})


def browser(app: Flask, party: Party) -> FlaskClient:
    return sign_in(app.test_client(), party.user)


def in_saint_nazaire(session: Session, triple: Triple) -> Triple:
    """The bakery and the course of the usual three, where Maëlle lives."""
    site = make_site(session, triple.cfa.organisation, "44184")
    course = make_course(session, triple.cfa.organisation)
    return replace(
        triple,
        opening=make_opening(session, triple.employer.organisation, commune_code="44184"),
        training=make_training_session(session, course, site_id=site.id),
    )


@pytest.fixture
def story(session: Session, frozen: time_machine.Traveller) -> Story:
    frozen.move_to("2026-12-03 09:00:00+00:00")
    with transaction() as writing:
        triple = in_saint_nazaire(writing, make_triple(writing))
        youth = triple.youth
        youth.given_name, youth.family_name = GIVEN, FAMILY
        youth.birth_date = date(2006, 1, 21)
        youth.commune_code = make_commune(writing, "44184").insee_code
        make_agreement(writing, triple.adviser.organisation, triple.cfa.organisation)
        parties = [triple.employer] + [make_party(writing, make_company(writing)) for _ in "ab"]
        youth.radius_km = None
        openings = [triple.opening] + [
            make_opening(writing, party.organisation, commune_code=commune)
            for party, commune in zip(parties[1:], ("44131", "44109"), strict=True)
        ]
        ids = []
        for opening in openings:
            row = services.suggest(
                writing,
                triple.adviser.actor,
                youth_id=youth.id,
                opening_id=opening.id,
                session_id=triple.training.id,
            )
            ids.append(row.id)
        yes = {"placement_id": ids[0], "answer": LeafState.YES}
        services.youth_says(writing, triple.adviser.actor, **yes)
        services.cfa_says(writing, triple.cfa.actor, **yes)
    run_queued_jobs()
    return Story(triple, parties, ids)


def clicks_stop(app: Flask, story: Story, frozen: time_machine.Traveller) -> FlaskClient:
    """She opens her link, and presses the button."""
    frozen.move_to(CLICK)
    phone = app.test_client()
    path = own_path(story.youth)
    assert send(phone, path, f"{path}/stop").status_code == 303
    return phone


def seen_by(app: Flask, party: Party, *paths: str) -> str:
    """Everything this person reads on these pages; refused ones are empty."""
    client = browser(app, party)
    return "\n".join(
        answer.get_data(as_text=True)
        for path in paths
        if (answer := client.get(path)).status_code == 200
    )


def pages_of(story: Story) -> list[str]:
    own = [f"/propositions/{one}" for one in story.placements]
    lists = ["/", "/propositions", "/propositions?stage=all", f"/propositions?text={FAMILY}"]
    return [*own, *lists, f"/offres/{story.triple.opening.id}/profils"]


def test_before_the_click_one_employer_knows_a_given_name_and_the_others_a_code(
    app: Flask, story: Story
) -> None:
    first, second, _ = (seen_by(app, one, *pages_of(story)) for one in story.employers)

    assert f"{GIVEN} G." in first
    assert GIVEN not in second
    assert story.youth.public_code in second


def test_after_the_click_no_partner_reads_her_name_anywhere(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)
    frozen.shift(timedelta(minutes=5))
    stop_unlisted()

    for party in [*story.employers, story.triple.cfa]:
        page = seen_by(app, party, *pages_of(story))
        assert GIVEN not in page
        assert FAMILY not in page


def test_her_profile_leaves_what_employers_browse_though_they_looked_before(
    app: Flask, story: Story, frozen: time_machine.Traveller
) -> None:
    path = f"/offres/{story.triple.opening.id}/profils"
    employer = browser(app, story.employers[0])
    before = employer.get(path).get_data(as_text=True)

    clicks_stop(app, story, frozen)
    after = browser(app, story.employers[0]).get(path)

    assert story.youth.public_code in before
    assert story.youth.public_code not in after.get_data(as_text=True)
    assert after.headers["Cache-Control"] == "no-store"


def test_a_point_a_and_a_field_agent_lose_her_code_as_well(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    house = story.triple.adviser.organisation
    with transaction() as writing:
        partners = {
            kind: make_party(writing, make_organisation(writing, kind))
            for kind in (OrganisationKind.POINT_A, OrganisationKind.FIELD_NETWORK)
        }
        for party in partners.values():
            make_agreement(writing, house, party.organisation)
        agent = partners[OrganisationKind.FIELD_NETWORK].user
        seat = writing.query(Membership).filter_by(user_id=agent.id).one()
        make_territory(writing, seat, "44")
    pages = {
        OrganisationKind.POINT_A: ["/jeunes", f"/jeunes?text={story.youth.public_code}"],
        OrganisationKind.FIELD_NETWORK: [f"/offres/{story.triple.opening.id}/profils"],
    }
    code = story.youth.public_code
    before = {kind: code in seen_by(app, one, *pages[kind]) for kind, one in partners.items()}

    clicks_stop(app, story, frozen)
    frozen.shift(timedelta(minutes=5))
    stop_unlisted()

    after = {kind: seen_by(app, one, *pages[kind]) for kind, one in partners.items()}
    assert before == dict.fromkeys(partners, True)
    assert not any(code in page or GIVEN in page for page in after.values())


def test_her_town_is_the_one_of_loire_atlantique(session: Session, story: Story) -> None:
    for insee, postal, departement, place in (
        ("30288", "30200", "30", (44.1986, 4.6217)),
        ("66186", "66570", "66", (42.6678, 2.9917)),
    ):
        session.add(
            Commune(
                insee_code=insee,
                name="Saint-Nazaire",
                sort_name="saint nazaire",
                departement_code=departement,
                region_code="76",
                population=2_500,
                latitude=place[0],
                longitude=place[1],
                position_is_approximate=False,
            )
        )
        session.flush()
        session.add(CommunePostalCode(postal_code=postal, insee_code=insee))
    session.flush()

    found = find_communes(session, "saint nazaire", departements=frozenset({"44"}))

    assert story.youth.commune_code == "44184"
    assert found[0].insee_code == "44184"
    assert {"30288", "66186"} < {one.insee_code for one in found}


def test_links_in_old_mails_give_a_neutral_page(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    old = [*mails(session, "placement_ask_employer"), *mails(session, "placement_ask_youth")]
    links = [link_in(one) for one in old]

    clicks_stop(app, story, frozen)

    answers = [app.test_client().get(link) for link in links]
    assert len(answers) >= 6
    assert {one.status_code for one in answers} == {404}
    assert all("plus valable" in one.get_data(as_text=True) for one in answers)


def test_introductions_close_without_a_reason_and_employers_are_told_only_that(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)

    session.expire_all()
    stages = [session.get_one(Placement, one).stage for one in story.placements]
    ended = mails(session, "placement_ended")
    assert stages == [Stage.OPEN, Stage.EXPIRED, Stage.EXPIRED]
    assert ended
    for mail in ended:
        assert GIVEN not in mail.text_body
        assert not re.search(r"accord|retir|stop|motif|consentement", mail.text_body, re.IGNORECASE)


def test_the_seat_waits_for_her_word_and_is_free_when_she_releases_it(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    phone = clicks_stop(app, story, frozen)
    path = own_path(story.youth)
    asked = phone.get(path).get_data(as_text=True)

    send(phone, path, f"{path}/places/{story.placements[0]}/liberer")

    session.expire_all()
    training = session.get_one(TrainingSession, story.triple.training.id)
    assert "Garder ma place" in asked
    assert training.seats_taken == 0


def test_the_reminder_of_the_next_day_does_not_leave(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)
    stop_mark = max(session.scalars(select(OutboxMail.id)))

    for day in ("2026-12-11", "2026-12-14", "2026-12-18"):
        frozen.move_to(f"{day} 07:05:00+00:00")
        turn_the_clock()
        remind()

    late = session.scalars(
        select(OutboxMail).where(OutboxMail.id > stop_mark, OutboxMail.youth_id == story.youth.id)
    ).all()
    reminders = [
        one.kind for one in late if one.kind in ("placement_reminder", "placement_hold_ends")
    ]
    assert reminders == []


def test_no_waiting_mail_and_no_notice_about_her_is_left(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    before = set(session.scalars(select(OutboxMail.id)))

    clicks_stop(app, story, frozen)

    session.expire_all()
    waiting = session.scalars(
        select(OutboxMail.kind).where(
            OutboxMail.id.in_(before),
            OutboxMail.youth_id == story.youth.id,
            OutboxMail.state == MailState.WAITING,
        )
    ).all()
    partners = [one.user.id for one in [*story.employers, story.triple.cfa]]
    leading = session.scalars(
        select(Notice.path).where(
            Notice.youth_id == story.youth.id,
            Notice.user_id.in_(partners),
            Notice.created_at < clock.now(),
            Notice.withdrawn_at.is_(None),
        )
    ).all()
    assert (waiting, leading) == ([], [])


def test_who_took_her_name_out_in_a_file_is_known_and_asked_to_erase_it(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    cfa = story.triple.cfa
    for file_format in (ExportFormat.PDF, ExportFormat.CSV):
        note_export(
            cfa.actor,
            kind="placements.list",
            file_format=file_format,
            youth_ids=[story.youth.id],
            filters={},
            page="placements.list_placements",
        )
    session.commit()

    phone = clicks_stop(app, story, frozen)

    asked = mails(session, "privacy_delete_export")
    readings = phone.get(own_path(story.youth, "/lectures")).get_data(as_text=True)
    assert [one.recipient for one in asked] == [cfa.user.email] * 2
    assert all(story.youth.public_code in one.text_body for one in asked)
    assert "Liste de propositions" in readings
    assert cfa.organisation.name in readings


def test_her_mission_locale_keeps_its_file_and_is_told(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)

    adviser = browser(app, story.triple.adviser)
    file = adviser.get(f"/jeunes/{story.youth.id}")
    assert file.status_code == 200
    assert GIVEN in file.get_data(as_text=True)
    assert len(mails(session, "privacy_stopped")) == 1


def test_the_same_click_marks_her_file_and_she_is_told_the_day(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    phone = clicks_stop(app, story, frozen)

    request = session.scalars(select(ErasureRequest)).one()
    confirmation = mails(session, "privacy_stop_confirmed")
    page = phone.get(own_path(story.youth)).get_data(as_text=True)
    file = browser(app, story.triple.adviser).get(f"/donnees/jeunes/{story.youth.id}")
    assert (request.state, request.due_on) == (ErasureState.WAITING, date(2027, 1, 9))
    assert "sera effacé le samedi 9 janvier 2027" in page
    assert "Garder mon dossier" in page
    assert "sera effacé de Trèfle le samedi 9 janvier 2027" in file.get_data(as_text=True)
    assert [one.recipient for one in confirmation] == [story.youth.email]
    assert GIVEN not in confirmation[0].text_body
    assert FAMILY not in confirmation[0].text_body


def test_the_link_of_the_confirmation_keeps_her_file_on_the_twenty_ninth_day(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)
    link = link_in(mails(session, "privacy_stop_confirmed")[0])
    frozen.move_to("2027-01-08 09:00:00+00:00")
    phone = app.test_client()

    kept = send(phone, link, f"{link}/effacement/annuler")
    frozen.move_to("2027-01-12 02:00:00+00:00")
    run_night()

    session.expire_all()
    partners = [seen_by(app, one, *pages_of(story)) for one in story.employers]
    assert kept.status_code == 303
    assert session.get_one(Youth, story.youth.id).given_name == GIVEN
    assert not any(GIVEN in page for page in partners)


def test_a_seat_that_she_keeps_makes_the_purge_wait_as_long_as_the_cfa_holds_it(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    phone = clicks_stop(app, story, frozen)
    path = own_path(story.youth)
    send(phone, path, f"{path}/places/{story.placements[0]}/garder")
    with transaction() as writing:
        writing.get_one(Placement, story.placements[0]).trainee_since = date(2026, 12, 11)
        writing.get_one(Placement, story.placements[0]).hold_until = date(2027, 3, 1)
    kept = phone.get(path).get_data(as_text=True)

    frozen.move_to("2027-01-12 02:00:00+00:00")
    run_night()
    held = session.get_one(Youth, story.youth.id, populate_existing=True).anonymised_at
    with transaction() as writing:
        services.withdraw(
            writing,
            story.triple.cfa.actor,
            placement_id=story.placements[0],
            reason="no_seat",
        )
    run_night()

    assert "Vous gardez votre place" in kept
    assert "ou quand votre place au CFA ne sera plus retenue" in kept
    assert held is None
    assert session.get_one(Youth, story.youth.id, populate_existing=True).anonymised_at


def test_one_click_and_nothing_else_and_she_is_forgotten_after_thirty_days(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)
    path = own_path(story.youth)
    with transaction() as writing:
        officer = make_officer(writing)

    frozen.move_to("2027-01-08 02:00:00+00:00")
    run_night()
    eve = session.get_one(Youth, story.youth.id, populate_existing=True).given_name
    session.rollback()
    frozen.move_to("2027-01-09 02:00:00+00:00")
    run_night()

    session.expire_all()
    request = session.scalars(select(ErasureRequest)).one()
    shell = session.get_one(Youth, story.youth.id)
    proofs = session.scalars(
        select(ConsentRecord).where(ConsentRecord.youth_id == story.youth.id)
    ).all()
    page = sign_in(app.test_client(), officer).get(f"/donnees/effacements/{request.id}")
    assert eve == GIVEN
    assert (shell.given_name, shell.email, shell.birth_date) == ("Dossier", None, date(2006, 1, 1))
    kept = request.certificate
    assert FAMILY not in str(kept)
    assert session.scalars(select(OutboxMail.id).where(OutboxMail.youth_id == shell.id)).all() == []
    assert all(one.withdrawn_at is not None for one in proofs)
    assert request.certificate["backups_expire_on"] == "2027-04-09"
    assert str(request.certificate_hash) in page.get_data(as_text=True)
    assert app.test_client().get(path).status_code == 404


def test_she_can_come_back_with_a_new_agreement_and_a_new_record(
    app: Flask, session: Session, story: Story, frozen: time_machine.Traveller
) -> None:
    clicks_stop(app, story, frozen)
    before = len(session.scalars(select(ConsentRecord)).all())
    frozen.shift(timedelta(minutes=1))
    adviser = browser(app, story.triple.adviser)
    file = f"/jeunes/{story.youth.id}"

    answer = send(
        adviser,
        file,
        f"{file}/accord",
        **{"consent-channel": "in_person", "text_version": "listing-2026-11"},
        channel="in_person",
    )

    rows = session.scalars(select(ConsentRecord).order_by(ConsentRecord.id)).all()
    shown = seen_by(app, story.employers[0], f"/offres/{story.triple.opening.id}/profils")
    assert answer.status_code in (200, 303)
    assert len(rows) == before + 1
    assert story.youth.public_code in shown

    mark = session.scalars(select(ErasureRequest)).one()
    frozen.shift(timedelta(minutes=2))
    finish_stops()
    session.expire_all()
    frozen.move_to("2027-01-12 02:00:00+00:00")
    run_night()
    assert mark.state is ErasureState.KEPT
    assert session.get_one(Youth, story.youth.id, populate_existing=True).given_name == GIVEN


def test_no_support_person_reads_her_file_whatever_they_wear(app: Flask, story: Story) -> None:
    support = replace(story.triple.adviser.actor, impersonated_by=story.employers[1].user.id)

    facts = Facts(
        advising_organisation_id=story.triple.adviser.organisation.id,
        link_object_id=story.youth.id,
        is_listed=True,
    )
    assert not can(support, Permission.YOUTH_VIEW, facts)
    assert not can(support, Permission.RIGHTS_VIEW, facts)
