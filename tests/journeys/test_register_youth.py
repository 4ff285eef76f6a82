"""Stories 1, 2, 4 and 9 of the dossier, as far as the youth's file carries them: through the browser, no JavaScript."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from bs4 import BeautifulSoup
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, User
from app.policy.actor import OrganisationKind
from app.reference.models import Trade
from app.youth.models import ConsentKind, ConsentRecord, Wish, Youth, YouthStatus
from app.youth.queries import youth_facts
from tests.factories.accounts import make_agreement, make_organisation, make_user, sign_in
from tests.factories.reference import make_commune, make_trade
from tests.helpers.swap import parse


class Visitor:
    """Somebody who reads pages and sends the forms that stand there."""

    def __init__(self, client: FlaskClient, user: User) -> None:
        self.client = client
        self.user = user
        self.page = BeautifulSoup("", "html.parser")
        self.status = 0

    def open(self, url: str) -> Visitor:
        """Load a page as this person."""
        sign_in(self.client, self.user)
        answer = self.client.get(url, follow_redirects=True)
        self.page, self.status = parse(answer), answer.status_code
        return self

    def send(self, action: str, **values: str) -> Visitor:
        """Fill the form with this action and press its button; the values that stood there go with it."""
        sign_in(self.client, self.user)
        form = self.page.select_one(f'form[action="{action}"]')
        assert form is not None, f"no form to {action}"
        data: dict[str, object] = {}
        for control in form.select("input[name], textarea[name]"):
            if control.get("type") not in {"radio", "checkbox"} or control.has_attr("checked"):
                data[str(control["name"])] = control.get("value") or control.get_text().strip()
        for control in form.select("select[name]"):
            chosen = control.select_one("option[selected]") or control.select_one("option")
            data[str(control["name"])] = chosen["value"] if chosen is not None else ""
        answer = self.client.post(action, data={**data, **values}, follow_redirects=True)
        self.page, self.status = parse(answer), answer.status_code
        return self

    def reads(self, text: str) -> bool:
        """Whether these words stand on the page."""
        return text in " ".join(self.page.get_text(" ").split())


@pytest.fixture(autouse=True)
def at_the_date(frozen: time_machine.Traveller) -> time_machine.Traveller:
    return frozen


@pytest.fixture
def house(session: Session) -> Organisation:
    for insee_code in ("62510", "62498", "29024"):
        make_commune(session, insee_code)
    for rome_code in ("D1102", "D1104", "I1604"):
        make_trade(session, rome_code)
    return make_organisation(session, name="Mission locale", region_code="32")


@pytest.fixture
def adviser(client: FlaskClient, session: Session, house: Organisation) -> Visitor:
    return Visitor(client, make_user(session, house))


def register(adviser: Visitor, **values: str) -> Visitor:
    """Open a file from the short page."""
    return adviser.open("/jeunes/nouveau").send("/jeunes/nouveau", **values)


def test_kevin_types_two_wishes_with_errors_and_chooses_each_trade_himself(
    adviser: Visitor, session: Session
) -> None:
    register(
        adviser,
        given_name="Kévin",
        family_name="Lambert",
        birth_date="30/06/2010",
        commune="Liévin",
        wishes="boulengerie/patiserie\nmecanique voitur",
    )
    youth = session.scalars(select(Youth)).one()
    suggested: dict[str, list[str]] = {}
    for _ in range(3):
        wish = session.scalars(
            select(Wish).where(Wish.rome_code.is_(None)).order_by(Wish.rank, Wish.id)
        ).first()
        assert wish is not None
        action = f"/jeunes/souhaits/{wish.id}/confirmer"
        buttons = adviser.page.select(f'form[action="{action}"] button')
        suggested[wish.raw_text] = [str(one["value"]) for one in buttons]
        adviser.send(action, rome_code=suggested[wish.raw_text][0])

    rows = session.execute(
        select(Wish.rank, Wish.raw_text, Wish.rome_code).order_by(Wish.rank, Wish.id)
    )
    assert youth.commune_code == "62510"
    assert [tuple(row) for row in rows] == [
        (1, "boulengerie", "D1102"),
        (1, "patiserie", "D1104"),
        (2, "mecanique voitur", "I1604"),
    ]
    assert adviser.reads("Écrit ainsi : « boulengerie/patiserie »")


def test_policier_is_told_that_no_title_is_open_and_what_is_near(
    adviser: Visitor, session: Session
) -> None:
    session.add(
        Trade(
            rome_code="K2503",
            label="Sécurité et surveillance privées",
            sort_name="securite et surveillance privees",
            family="K",
            source="test",
        )
    )
    session.flush()

    register(
        adviser,
        given_name="Ana",
        family_name="Roy",
        birth_date="14/03/2008",
        wishes="policier",
    )

    assert adviser.reads("Aucun titre n’est ouvert en apprentissage pour « policier »")
    assert adviser.reads("Sécurité et surveillance privées (K2503)")


def test_enora_fifteen_is_listed_once_her_mother_knows(adviser: Visitor, session: Session) -> None:
    too_young = register(adviser, given_name="Enora", family_name="L.", birth_date="02/11/2012")
    assert (too_young.status, session.scalar(select(Youth))) == (422, None)
    assert too_young.reads("avant 15 ans")

    too_young.send("/jeunes/nouveau", birth_date="02/11/2011", commune="Carhaix-Plouguer (29270)")
    youth = session.scalars(select(Youth)).one()
    base = f"/jeunes/{youth.id}"
    assert adviser.page.select(f'form[action="{base}/accord"]') == []
    adviser.send(f"{base}/representant", **{"representative-name": "Mme L."})
    adviser.send(f"{base}/representant/informe")
    adviser.send(f"{base}/accord", channel="in_person")

    row = session.scalars(
        select(ConsentRecord).where(ConsentRecord.kind == ConsentKind.LISTING)
    ).one()
    assert adviser.reads("Proposé sans nom jusqu’au 23 mai 2027")
    assert (row.channel, row.expires_on) == ("in_person", date(2027, 5, 23))
    assert youth_facts(session, youth.id).is_listed


def test_sebastien_thirty_three_is_sent_to_cap_emploi(adviser: Visitor, session: Session) -> None:
    make_organisation(
        session,
        OrganisationKind.CAP_EMPLOI,
        name="Cap emploi de la région",
        region_code="32",
        phone="06 39 98 00 10",
    )

    register(adviser, given_name="Sébastien", family_name="F.", birth_date="14/05/1993", commune="")

    assert (adviser.status, session.scalar(select(Youth))) == (422, None)
    assert adviser.reads("Cap emploi de la région")
    assert adviser.page.select_one('input[value="Sébastien"]') is not None


def test_maelle_stops_and_the_partner_sees_nothing_at_once(
    adviser: Visitor, session: Session, house: Organisation, client: FlaskClient
) -> None:
    partner = make_organisation(session, OrganisationKind.POINT_A)
    make_agreement(session, house, partner)
    officer = Visitor(client, make_user(session, partner))
    register(adviser, given_name="Maëlle", family_name="Zqhidden", birth_date="21/01/2006")
    youth = session.scalars(select(Youth)).one()
    base = f"/jeunes/{youth.id}"
    adviser.send(f"{base}/accord", channel="phone")

    before = officer.open(base).status
    hidden = not officer.reads("Zqhidden")
    adviser.open(base).send(f"/donnees{base}/stop")
    after = officer.open(base).status
    mine = adviser.open(base)

    assert (before, hidden, after) == (200, True, 404)
    assert mine.status == 200
    assert mine.reads("retiré le")
    session.refresh(youth)
    assert youth.status is YouthStatus.CONTACTED
