"""The pages of a placement through a browser without JavaScript, and the swaps of one with htmx."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from bs4 import Tag
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, func, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.access import AccessRecord
from app.core.db import db, transaction
from app.core.outbox import OutboxMail
from app.placements import services
from app.placements.models import FollowUp, Placement
from app.placements.workflow import LeafState, Stage
from app.policy.actor import OrganisationKind
from tests.factories.accounts import make_organisation, sign_in
from tests.factories.placements import (
    Party,
    Triple,
    make_party,
    make_triple,
    say_yes,
    sign,
)
from tests.factories.youth import make_youth
from tests.helpers.swap import assert_same, htmx_headers, parse, swap
from tests.placements.visiting import Proposed, post, text_of

pytestmark = pytest.mark.usefixtures("frozen")


def browser(app: Flask, party: Party) -> FlaskClient:
    """A signed-in browser of this person."""
    return sign_in(app.test_client(), party.user)


def buttons(page: str) -> set[str]:
    """Addresses that the forms of the page's content post to."""
    content = parse(page).find(id="content")
    assert isinstance(content, Tag)
    return {
        str(one["action"]).rsplit("/", 1)[-1]
        for one in content.find_all("form", attrs={"method": "post"})
    }


def test_the_adviser_reads_the_name_and_the_reading_is_journalled(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    page = text_of(browser(app, proposed.triple.adviser), proposed.path)

    assert proposed.triple.youth.full_name in page
    record = session.scalars(select(AccessRecord)).one()
    assert (record.youth_id, record.user_id) == (
        proposed.triple.youth.id,
        proposed.triple.adviser.user.id,
    )


@pytest.mark.parametrize("who", ["employer", "cfa"])
def test_before_the_youths_yes_a_party_reads_the_code_only(
    app: Flask, session: Session, proposed: Proposed, who: str
) -> None:
    youth = proposed.triple.youth

    page = text_of(browser(app, getattr(proposed.triple, who)), proposed.path)

    assert youth.public_code in page
    assert "Ce que cette personne cherche" in page
    assert "Métier souhaité" in page
    for secret in (youth.given_name, youth.family_name, youth.email, youth.phone, "14 mars 2008"):
        assert str(secret) not in page
    assert proposed.triple.adviser.organisation.name not in page
    assert session.scalar(select(func.count()).select_from(AccessRecord)) == 0


def test_an_employer_whose_posts_are_all_promised_is_told_before_saying_yes(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    triple = proposed.triple
    client = browser(app, triple.employer)
    assert 'value="yes"' in text_of(client, proposed.path)
    with transaction() as writing:
        other = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
        taking = services.suggest(
            writing,
            triple.adviser.actor,
            youth_id=other.id,
            opening_id=triple.opening.id,
            session_id=triple.training.id,
        )
        say_yes(writing, triple, taking, "employer")

    full = text_of(client, proposed.path)
    promised = text_of(client, f"/propositions/{taking.id}")

    assert "Tous les postes de cette offre sont promis ou pourvus" in full
    assert 'value="yes"' not in full
    assert 'value="no"' in full
    assert "Tous les postes" not in promised
    # Whoever said yes has one way out, and it says what stays.
    assert "Ne plus donner suite" in promised
    assert 'value="no"' not in promised


@pytest.mark.parametrize("who", ["employer", "cfa"])
def test_each_stage_opens_a_little_more(app: Flask, proposed: Proposed, who: str) -> None:
    triple, youth = proposed.triple, proposed.triple.youth
    client = browser(app, getattr(triple, who))
    short = f"{youth.given_name} {youth.family_name[0]}."
    with transaction() as writing:
        say_yes(writing, triple, writing.get_one(Placement, proposed.placement_id), "youth")

    after_yes = text_of(client, proposed.path)
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, triple, placement, "employer", "cfa")
    after_three = text_of(client, proposed.path)

    assert short in after_yes
    assert youth.family_name not in after_yes
    assert str(youth.phone) not in after_yes
    assert youth.full_name in after_three
    assert str(youth.phone) in after_three
    assert "14 mars 2008" in after_three


@pytest.mark.parametrize(
    ("who", "shown"),
    [
        (
            "adviser",
            {"jeune", "parlons-en", "messages", "rendez-vous", "retirer", "employer", "cfa"},
        ),
        # One way to say no: whoever was asked answers no, and does not take the others' proposal back.
        ("employer", {"employeur", "parlons-en", "messages", "rendez-vous"}),
        ("cfa", {"cfa", "parlons-en", "messages", "rendez-vous"}),
    ],
)
def test_a_person_has_its_own_buttons_and_no_other(
    app: Flask, proposed: Proposed, who: str, shown: set[str]
) -> None:
    page = text_of(browser(app, getattr(proposed.triple, who)), proposed.path)

    assert buttons(page) == shown


@pytest.mark.parametrize("who", ["employer", "cfa"])
def test_who_promised_is_offered_to_prolong_until_it_was_done_once(
    app: Flask, proposed: Proposed, who: str
) -> None:
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, proposed.triple, placement)
    client = browser(app, getattr(proposed.triple, who))
    action = f"{proposed.path}/{'prolonger-poste' if who == 'employer' else 'prolonger'}"

    before = text_of(client, proposed.path)
    answer = post(client, proposed.path, action)
    after = text_of(client, proposed.path)

    assert before.count("plus longtemps, une fois") == 1
    assert answer.status_code == 303
    assert "21 déc. 2026" in after
    assert "plus longtemps, une fois" not in after


def test_a_stranger_finds_no_page(app: Flask, proposed: Proposed, session: Session) -> None:
    with transaction() as writing:
        stranger = make_party(writing, make_organisation(writing, OrganisationKind.COMPANY))

    answer = browser(app, stranger).get(proposed.path)

    assert answer.status_code == 404


def test_nobody_reads_without_signing_in(app: Flask, proposed: Proposed) -> None:
    answer = app.test_client().get(proposed.path)

    assert answer.status_code == 303
    assert "/compte/connexion" in answer.headers["Location"]


def test_an_answer_without_javascript_comes_back_to_the_page(
    app: Flask, proposed: Proposed, session: Session
) -> None:
    client = browser(app, proposed.triple.employer)

    answer = post(client, proposed.path, f"{proposed.path}/employeur", answer="yes")

    assert answer.status_code == 303
    assert answer.headers["Location"] == proposed.path
    assert "poste retenu jusqu’au 7 déc. 2026" in text_of(client, proposed.path)


@pytest.mark.parametrize(
    ("who", "verb", "values", "status"),
    [
        ("employer", "employeur", {"answer": "yes"}, 200),
        ("employer", "employeur", {"answer": "no", "employer-reason": "rhythm"}, 200),
        ("cfa", "cfa", {"answer": "yes"}, 200),
        ("adviser", "jeune", {"answer": "yes", "youth-channel": "phone"}, 200),
        ("adviser", "parlons-en", {}, 200),
        ("adviser", "retirer", {"withdraw-reason": "pay"}, 200),
        ("employer", "detacher/cfa", {"detach_cfa-reason": "no_tutor"}, 403),
        (
            "employer",
            "rendez-vous",
            {
                "interview-kind": "interview",
                "interview-starts_at": "2026-11-26T10:00",
                "interview-place": "Au fournil",
            },
            200,
        ),
        ("cfa", "messages", {"text": "Une visite de l’atelier est possible mardi."}, 200),
        ("cfa", "prolonger", {}, 409),
        ("adviser", "clore", {}, 409),
    ],
)
def test_a_swap_gives_the_page_that_a_reload_would_give(
    app: Flask, proposed: Proposed, who: str, verb: str, values: dict[str, str], status: int
) -> None:
    client = browser(app, getattr(proposed.triple, who))
    page = parse(client.get(proposed.path))

    answer = post(
        client,
        proposed.path,
        f"{proposed.path}/{verb}",
        **values,
        headers=htmx_headers("placement-card"),
    )

    assert answer.status_code == status
    assert_same(swap(page, answer, target="placement-card"), parse(client.get(proposed.path)))


def test_a_refused_answer_keeps_what_was_written_and_says_why(
    app: Flask, proposed: Proposed
) -> None:
    client = browser(app, proposed.triple.employer)
    values = {
        "answer": "no",
        "employer-reason": "other",
        "employer-words": "Candidat trop jeune",
    }

    answer = post(client, proposed.path, f"{proposed.path}/employeur", **values)

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Candidat trop jeune" in page
    assert "âge ne peut pas être un critère" in page


def test_a_no_without_reason_is_refused_with_words(app: Flask, proposed: Proposed) -> None:
    client = browser(app, proposed.triple.cfa)

    answer = post(client, proposed.path, f"{proposed.path}/cfa", answer="no")

    assert answer.status_code == 422
    assert "Choisissez un motif" in answer.get_data(as_text=True)


def test_a_full_session_answers_409_with_the_truth_and_offers_the_queue(
    app: Flask, proposed: Proposed, session: Session
) -> None:
    with transaction() as writing:
        training = writing.merge(proposed.triple.training)
        training.seats_declared = training.capacity
    client = browser(app, proposed.triple.cfa)

    answer = post(client, proposed.path, f"{proposed.path}/cfa", answer="yes")

    page = answer.get_data(as_text=True)
    assert answer.status_code == 409
    assert "Il n’y a plus de place libre" in page
    assert 'value="queued"' in page


def test_an_answer_nobody_offered_is_refused(app: Flask, proposed: Proposed) -> None:
    client = browser(app, proposed.triple.cfa)

    answer = post(client, proposed.path, f"{proposed.path}/cfa", answer="waiting")

    assert answer.status_code == 422


def test_the_employer_who_leaves_comes_back_to_the_list(app: Flask, proposed: Proposed) -> None:
    client = browser(app, proposed.triple.employer)

    answer = post(
        client,
        proposed.path,
        f"{proposed.path}/detacher/employer",
        **{"detach_employer-reason": "post_closed"},
    )

    assert answer.headers["Location"] == "/propositions"
    assert client.get(proposed.path).status_code == 404


def test_other_parties_read_no_private_word(app: Flask, proposed: Proposed) -> None:
    with transaction() as writing:
        services.youth_says(
            writing,
            proposed.triple.adviser.actor,
            placement_id=proposed.placement_id,
            answer=LeafState.NO,
            reason="health",
            words="Rendez-vous à l’hôpital",
        )

    pages = {
        who: text_of(browser(app, getattr(proposed.triple, who)), proposed.path)
        for who in ("adviser", "employer", "cfa")
    }

    assert "Santé" in pages["adviser"]
    assert "hôpital" in pages["adviser"]
    for who in ("employer", "cfa"):
        content = parse(pages[who]).find(id="placement-card")
        assert content is not None
        assert "Santé" not in content.get_text()
        assert "hôpital" not in content.get_text()


def test_a_proposal_from_a_page_of_matching_opens_its_page(
    app: Flask, session: Session, frozen: time_machine.Traveller
) -> None:
    with transaction() as writing:
        triple = make_triple(writing)
    client = browser(app, triple.adviser)

    answer = post(
        client,
        "/compte/organisations",
        "/propositions",
        youth_id=triple.youth.id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )

    placement_id = session.scalar(select(Placement.id))
    assert answer.status_code == 303
    assert answer.headers["Location"] == f"/propositions/{placement_id}"


def test_an_incomplete_proposal_is_refused(app: Flask, proposed: Proposed) -> None:
    answer = post(
        browser(app, proposed.triple.adviser), proposed.path, "/propositions", opening_id=1
    )

    assert answer.status_code == 422


@pytest.mark.parametrize("who", ["adviser", "employer", "cfa"])
def test_the_list_shows_what_waits_for_its_reader(app: Flask, proposed: Proposed, who: str) -> None:
    client = browser(app, getattr(proposed.triple, who))

    everything = text_of(client, "/propositions")
    mine = text_of(client, "/propositions?qui=moi")

    for page in (everything, mine):
        assert f'href="{proposed.path}"' in page
    name = proposed.triple.youth.full_name
    assert (name in everything) is (who == "adviser")


def test_a_search_finds_names_for_the_house_only(app: Flask, proposed: Proposed) -> None:
    name = proposed.triple.youth.family_name

    found = {
        who: proposed.path
        in text_of(browser(app, getattr(proposed.triple, who)), f"/propositions?q={name}")
        for who in ("adviser", "employer", "cfa")
    }

    assert found == {"adviser": True, "employer": False, "cfa": False}


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("etape=over", False),
        ("etape=open", True),
        ("etape=agreed", False),
        ("q=boulanger", True),
        ("q=soudeur", False),
        ("sort=due", True),
        ("sort=-due&page=99", True),
    ],
)
def test_the_list_keeps_its_filters_in_the_address(
    app: Flask, proposed: Proposed, query: str, expected: bool
) -> None:
    page = text_of(browser(app, proposed.triple.adviser), f"/propositions?{query}")

    assert (f'href="{proposed.path}"' in page) is expected


@pytest.mark.parametrize("who", ["adviser", "employer", "cfa"])
def test_every_party_sees_every_due_date_and_filters_on_it(
    frozen: time_machine.Traveller, app: Flask, proposed: Proposed, who: str
) -> None:
    def found(day: int) -> dict[str, bool]:
        """On this day from the proposal, which filters show it; the youth and the employer have 7 days, the CFA 15."""
        frozen.move_to(start + timedelta(days=day))
        client = browser(app, getattr(proposed.triple, who))
        link = f'href="{proposed.path}"'
        return {
            query: link in text_of(client, f"/propositions?echeance={query}")
            for query in ("late", "today", "week")
        }

    start = clock.now()
    seen = {day: found(day) for day in (0, 7, 8)}
    page = text_of(browser(app, getattr(proposed.triple, who)), "/propositions?sort=due")
    mine = text_of(
        browser(app, getattr(proposed.triple, who)), "/propositions?qui=moi&echeance=late"
    )

    assert seen == {
        0: {"late": False, "today": False, "week": True},
        7: {"late": False, "today": True, "week": True},
        8: {"late": True, "today": False, "week": True},
    }
    assert "Employeur : 30 nov. 2026, en retard" in page
    assert "Jeune : 30 nov. 2026, en retard" in page
    assert "CFA : 8 déc. 2026</span>" in page
    assert (f'href="{proposed.path}"' in mine) is (who != "cfa")


def test_filtering_with_htmx_gives_the_page_that_a_reload_would_give(
    app: Flask, proposed: Proposed
) -> None:
    triple = proposed.triple
    with transaction() as writing:
        for _ in range(3):
            youth = make_youth(writing, triple.adviser.organisation, triple.adviser.user)
            key = suggest_again(writing, triple, youth.id).id
        services.withdraw(writing, triple.adviser.actor, placement_id=key, reason="pay")
    queries = {
        "etape=over": 1,
        "etape=all": 4,
        "etape=all&sort=due": 4,
        "qui=moi": 3,
        "echeance=week&q=boul": 3,
        "q=plombier": 0,
        "page=2": 3,
    }
    client = browser(app, triple.adviser)

    for query, rows in queries.items():
        page = parse(client.get("/propositions"))
        address = f"/propositions?{query}"
        swapped = swap(
            page,
            client.get(address, headers=htmx_headers("placement-list")),
            target="placement-list",
        )

        assert_same(swapped, parse(client.get(address)), part="placement-list")
        assert len(swapped.select("#placement-list tbody tr")) == rows, query


def suggest_again(writing: Session, triple: Triple, youth_id: int) -> Placement:
    """Another youth for the same post and the same course."""
    return services.suggest(
        writing,
        triple.adviser.actor,
        youth_id=youth_id,
        opening_id=triple.opening.id,
        session_id=triple.training.id,
    )


def test_a_broken_contract_leads_straight_to_the_search_and_plans_no_more_contacts(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    triple = proposed.triple
    with transaction() as writing:
        sign(writing, triple, writing.get_one(Placement, proposed.placement_id))
        services.start(writing, triple.cfa.actor, placement_id=proposed.placement_id)
    going_on = text_of(browser(app, triple.adviser), proposed.path)
    with transaction() as writing:
        services.break_off(
            writing,
            triple.adviser.actor,
            placement_id=proposed.placement_id,
            reason="mutual_agreement",
        )

    broken = {
        who: text_of(browser(app, getattr(triple, who)), proposed.path)
        for who in ("adviser", "cfa", "employer")
    }

    successor = session.scalars(select(Placement.id).where(Placement.opening_id.is_(None))).one()
    link = f'href="/propositions/{successor}">Trouver un nouvel employeur'
    assert "Les contacts suivants (5)" in going_on
    assert {who: link in page for who, page in broken.items()} == {
        "adviser": True,
        "cfa": True,
        "employer": False,
    }
    assert "Suivi après le premier jour" not in broken["adviser"]


def count_statements(app: Flask, client: FlaskClient, path: str) -> int:
    """How many statements one GET sends."""
    sent: list[str] = []

    def note(_c: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.lstrip().upper().startswith(("SAVEPOINT", "RELEASE", "ROLLBACK")):
            sent.append(statement)

    with app.app_context():
        connection = db.engines[None]
    event.listen(connection, "before_cursor_execute", note)
    try:
        assert client.get(path).status_code == 200
    finally:
        event.remove(connection, "before_cursor_execute", note)
    return len([one for one in sent if "access_record" not in one])


def test_the_list_asks_the_database_as_often_for_two_rows_as_for_eight(
    app: Flask, proposed: Proposed
) -> None:
    client = browser(app, proposed.triple.adviser)
    before = count_statements(app, client, "/propositions")
    with transaction() as writing:
        for _ in range(7):
            youth = make_youth(
                writing, proposed.triple.adviser.organisation, proposed.triple.adviser.user
            )
            services.suggest(
                writing,
                proposed.triple.adviser.actor,
                youth_id=youth.id,
                opening_id=proposed.triple.opening.id,
            )

    after = count_statements(app, client, "/propositions")

    assert before == after <= 8


def test_the_page_of_a_placement_stays_within_its_statements(
    app: Flask, proposed: Proposed
) -> None:
    def sent() -> dict[str, int]:
        return {
            who: count_statements(app, browser(app, getattr(proposed.triple, who)), proposed.path)
            for who in ("adviser", "employer", "cfa")
        }

    asked = sent()
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, proposed.triple, placement)
    agreed = sent()

    assert max(*asked.values(), *agreed.values()) <= 12, (asked, agreed)


def test_no_mail_carries_a_name_or_a_reason(
    app: Flask, session: Session, proposed: Proposed
) -> None:
    triple = proposed.triple
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, triple, placement)
        services.sign(writing, triple.cfa.actor, placement_id=placement.id)
        services.break_off(writing, triple.cfa.actor, placement_id=placement.id, reason="unfitness")

    mails = session.scalars(select(OutboxMail)).all()

    assert len(mails) > 6
    for mail in mails:
        everything = f"{mail.subject}\n{mail.text_body}\n{mail.html_body}"
        for secret in (triple.youth.given_name, triple.youth.family_name, "Inaptitude"):
            assert secret not in everything, mail.kind
        assert placement.stage is Stage.BROKEN


def test_a_contact_after_the_first_day_swaps_and_is_hidden_from_the_employer(
    app: Flask, proposed: Proposed
) -> None:
    triple, path = proposed.triple, proposed.path
    with transaction() as writing:
        placement = writing.get_one(Placement, proposed.placement_id)
        say_yes(writing, triple, placement)
        services.sign(writing, triple.cfa.actor, placement_id=placement.id)
        services.start(writing, triple.cfa.actor, placement_id=placement.id)
        contact = writing.scalar(select(FollowUp.id).order_by(FollowUp.due_on))
    client = sign_in(app.test_client(), triple.cfa.user)
    page = parse(client.get(path))

    answer = post(
        client,
        path,
        f"{path}/suivi/{contact}",
        **{f"follow_up_{contact}-state": "to_watch"},
        headers=htmx_headers("placement-card"),
    )

    assert answer.status_code == 200
    assert_same(swap(page, answer, target="placement-card"), parse(client.get(path)))
    assert "À surveiller" in client.get(path).get_data(as_text=True)
    employer = sign_in(app.test_client(), triple.employer.user)
    assert "Suivi après le premier jour" not in employer.get(path).get_data(as_text=True)
