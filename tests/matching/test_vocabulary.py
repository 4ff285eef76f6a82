"""Words that lead nowhere, and what changes once a regional team has taught them."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient
from sqlalchemy.orm import Session

from app.accounts.models import User
from app.matching.queries.triples_page import Filters, youth_triples
from app.policy.actor import OrganisationKind, Role
from app.reference.queries import suggest_trades
from app.youth.models import Wish
from tests.factories.accounts import csrf_token, make_organisation, make_user, sign_in
from tests.helpers.swap import parse
from tests.matching.world import World, make_world

pytestmark = pytest.mark.usefixtures("frozen")

PAGE = "/souhaits-sans-reponse"
STRANGE = "zgrumpfeur"


def _coordinator(session: Session, region: str = "53") -> User:
    house = make_organisation(session, OrganisationKind.REGIONAL_COORDINATION, region_code=region)
    return make_user(session, house, Role.REGIONAL_COORDINATOR)


def _strange_world(session: Session, text: str = STRANGE) -> World:
    world = make_world(session)
    session.query(Wish).filter_by(youth_id=world.youth.id).delete()
    session.add(Wish(youth_id=world.youth.id, rank=1, raw_text=text, folded=text.lower()))
    session.flush()
    return world


def _teach(client: FlaskClient, **values: str) -> int:
    token = csrf_token(client.application, client, PAGE)
    data = {"text": STRANGE, "kind": "synonym", "trade": "boulanger", "rome_code": "D1102"}
    return client.post(PAGE, data={**data, "csrf_token": token, **values}).status_code


def test_a_wish_that_found_nothing_is_listed_with_its_count_and_no_name(
    client: FlaskClient, session: Session
) -> None:
    world = _strange_world(session)
    sign_in(client, _coordinator(session))

    text = client.get(PAGE).get_data(as_text=True)

    assert STRANGE in text
    assert world.youth.family_name not in text
    assert world.youth.given_name not in text


@pytest.mark.parametrize("text", ["boulanjer", "appeler ma mère", "zgrump 0612345678"])
def test_what_is_understood_or_says_more_than_a_trade_is_not_listed(
    client: FlaskClient, session: Session, text: str
) -> None:
    _strange_world(session, text)
    sign_in(client, _coordinator(session))

    assert text not in client.get(PAGE).get_data(as_text=True)


def test_another_region_does_not_read_these_wishes(client: FlaskClient, session: Session) -> None:
    _strange_world(session)
    sign_in(client, _coordinator(session, "75"))

    assert STRANGE not in client.get(PAGE).get_data(as_text=True)


def test_a_taught_word_is_suggested_and_matched_at_once_and_forgotten_when_taken_out(
    client: FlaskClient, session: Session
) -> None:
    world = _strange_world(session)
    sign_in(client, _coordinator(session))

    status = _teach(client)

    assert status == 303
    assert [one.rome_code for one in suggest_trades(session, STRANGE)] == ["D1102"]
    assert _triples(session, world) == 1
    log = parse(client.get(PAGE))
    action = log.select_one("form[action$=retirer]")
    assert action is not None
    token = csrf_token(client.application, client, PAGE)
    client.post(str(action["action"]), data={"csrf_token": token})
    assert suggest_trades(session, STRANGE) == []
    assert _triples(session, world) == 0
    assert "ne mène plus à" in client.get(PAGE).get_data(as_text=True)


def _triples(session: Session, world: World) -> int:
    found = youth_triples(session, youth_id=world.youth.id, filters=Filters())
    return found.total if found else -1


@pytest.mark.parametrize(
    ("values", "status"),
    [({"text": ""}, 422), ({"trade": "zzzz", "rome_code": ""}, 422), ({"text": "boulanger"}, 409)],
)
def test_a_refused_word_stays_in_the_form(
    client: FlaskClient, session: Session, values: dict[str, str], status: int
) -> None:
    make_world(session)
    sign_in(client, _coordinator(session))

    assert _teach(client, **values) == status


def test_an_adviser_teaches_nothing(client: FlaskClient, session: Session) -> None:
    sign_in(client, make_world(session).adviser)

    assert client.get(PAGE).status_code == 404
