"""Indicators of a region: as the journal tells them, kept by the night, and equal to a recount in plain SQL."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import time_machine
from flask.testing import FlaskClient
from pypdf import PdfReader
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import transaction
from app.outreach.models import (
    Campaign,
    CampaignChannel,
    CampaignTarget,
    TargetState,
    VisitKind,
)
from app.outreach.services import TargetDetails, VisitDetails, create_target, record_visit
from app.placements import services as placements
from app.placements.models import Placement
from app.placements.workflow import Stage
from app.policy.actor import Actor, OrganisationKind, Role
from app.steering.figures import twelve_months, year_to_date
from app.steering.models import IndicatorSnapshot
from app.steering.queries.indicators import figures_on
from app.steering.queries.public import public_figures
from app.steering.services import publish_statistics, record_regional_contracts, take_snapshots
from tests.factories.accounts import actor_of, make_organisation, make_site, make_user, sign_in
from tests.factories.placements import Triple, make_placement, make_triple, say_yes, sign
from tests.helpers.statements import watched
from tests.helpers.swap import parse
from tests.outreach.conftest import make_agent
from tests.steering.recount import RECOUNT

K = OrganisationKind
BRITTANY = "53"


@pytest.fixture
def year(session: Session, frozen: time_machine.Traveller) -> dict[str, Any]:
    """Four proposals over four weeks: one signed and broken, one signed, one answered by the CFA, one silent."""
    told: dict[str, Any] = {"start": clock.today()}
    for number in range(4):
        with transaction() as writing:
            triple = make_triple(writing)
            placement = make_placement(writing, triple)
            frozen.shift(timedelta(days=3))
            if number < 2:
                sign(writing, triple, placement)
                told.setdefault("signed", []).append((triple, placement.id))
            elif number == 2:
                say_yes(writing, triple, placement, "cfa")
            frozen.shift(timedelta(days=4))
    return told


def break_off(triple: Triple, placement_id: int) -> None:
    with transaction() as writing:
        placements.start(writing, triple.cfa.actor, placement_id=placement_id)
        placements.break_off(
            writing, triple.adviser.actor, placement_id=placement_id, reason="mutual_agreement"
        )


def coordinator(session: Session) -> Any:
    house = make_organisation(session, K.REGIONAL_COORDINATION, region_code=BRITTANY)
    return make_user(session, house, Role.REGIONAL_COORDINATOR)


def test_signatures_proposals_and_answers_are_counted_from_the_journal(
    session: Session, year: dict[str, Any]
) -> None:
    on = clock.today()

    figures = figures_on(session, BRITTANY, on, year_to_date(on)).figures

    assert figures["V6"].count == 4
    assert figures["V7"].count == 2
    assert (figures["I6"].count, figures["I6"].total) == (2, 2)
    assert figures["V2-cfa"].spread.median == pytest.approx(3.0)
    assert figures["V4"].spread.median == 3


def visit(session: Session, agent: Actor, company_id: int, kind: VisitKind, days: int) -> int:
    """A contact some days ago; its id."""
    when = clock.today() - timedelta(days=days)
    return record_visit(
        session, agent, company_id=company_id, details=VisitDetails(kind=kind, happened_on=when)
    ).id


def post_letters(session: Session, agent: Actor, letters: list[tuple[int, int]]) -> None:
    """One mailing to these companies; the first letter came back, the others did not."""
    campaign = Campaign(
        organisation_id=agent.organisation_id, title="Rentrée", channel=CampaignChannel.LETTER, subject="Former",
        body="Madame, Monsieur", created_at=clock.now(), sent_at=clock.now(),
    )  # fmt: skip
    session.add(campaign)
    session.flush()
    for place, (company_id, visit_id) in enumerate(letters):
        session.add(
            CampaignTarget(
                campaign_id=campaign.id, company_id=company_id, visit_id=visit_id, state_on=clock.today(),
                state=TargetState.SENT if place else TargetState.RETURNED,
            )
        )  # fmt: skip
    session.flush()


@pytest.fixture
def met(session: Session, year: dict[str, Any]) -> dict[str, Any]:
    """The year with field agents in it: two networks met the first employer, one called the second."""
    employers = [triple.opening.employer_id for triple, _ in year["signed"]]
    for employer in employers:
        make_site(session, session.get_one(Organisation, employer), "29232")
    agents = {
        network: make_agent(session, make_organisation(session, K.FIELD_NETWORK, network=network))[
            1
        ]
        for network in ("cma", "cci")
    }
    visit(session, agents["cma"], employers[0], VisitKind.VISIT, 40)
    visit(session, agents["cci"], employers[0], VisitKind.VISIT, 39)
    visit(session, agents["cma"], employers[1], VisitKind.CALL, 2)
    letters = [
        (employers[1], visit(session, agents["cma"], employers[1], VisitKind.MAILING, 1)),
        (employers[0], visit(session, agents["cma"], employers[0], VisitKind.MAILING, 1)),
    ]
    post_letters(session, agents["cma"], letters)
    return year | {"agents": agents}


def test_every_figure_of_the_dossier_equals_its_recount_in_sql(
    session: Session, met: dict[str, Any]
) -> None:
    on = clock.today()

    figures = figures_on(session, BRITTANY, on, twelve_months(on)).figures

    assert (figures["I11"].count, figures["I11"].total) == (1, 2)
    assert {code: figures[code].count for code in RECOUNT} == {
        code: session.scalar(text(statement)) for code, statement in RECOUNT.items()
    }


def test_a_company_is_helped_by_a_visit_before_its_contract_and_not_by_one_after(
    session: Session, client: FlaskClient, year: dict[str, Any]
) -> None:
    """The first was visited between its offer and its contract, the second the day after it had signed."""
    on = clock.today()
    agent = make_agent(session, make_organisation(session, K.FIELD_NETWORK, network="cci"))[1]
    for (triple, placement_id), later in zip(year["signed"], (-1, 1), strict=True):
        signed = session.get_one(Placement, placement_id).signed_on
        assert signed is not None
        days = (on - signed).days - later
        make_site(session, session.get_one(Organisation, triple.opening.employer_id), "29232")
        visit(session, agent, triple.opening.employer_id, VisitKind.VISIT, days)
    sign_in(client, coordinator(session))

    figures = figures_on(session, BRITTANY, on, year_to_date(on)).figures
    shown = parse(client.get("/region/indicateurs"))

    assert {code: figures[code].count for code in ("I1", "I5", "I5-offer", "I5-contract")} == {
        "I1": 2,
        "I5": 1,
        "I5-offer": 0,
        "I5-contract": 1,
    }
    (row,) = (one for one in shown.select("tbody tr") if "Entreprises aidées" in one.text)
    assert "Entreprises différentes qui ont signé un contrat" in row.text
    assert row.select_one("td.number strong").text == "1"  # type: ignore[union-attr]


def test_a_day_gone_by_gives_the_same_figures_when_it_is_asked_again(
    session: Session, year: dict[str, Any], frozen: time_machine.Traveller
) -> None:
    on = clock.today()
    take_snapshots(session, region_code=BRITTANY, on=on)
    kept = figures_on(session, BRITTANY, on, year_to_date(on))
    triple, placement_id = year["signed"][0]
    frozen.shift(timedelta(days=9))
    break_off(triple, placement_id)
    session.query(IndicatorSnapshot).delete()

    again = figures_on(session, BRITTANY, on, year_to_date(on))

    assert kept.is_kept
    assert not again.is_kept
    assert again.figures == kept.figures


def test_a_year_of_nights_equals_its_days_asked_again_and_a_recount_of_its_events(
    session: Session, frozen: time_machine.Traveller
) -> None:
    frozen.shift(timedelta(days=-371))
    kept, proposed, signed = {}, [], []
    for week in range(53):
        on = clock.today()
        if week % 4 == 0:
            with transaction() as writing:
                triple = make_triple(writing)
                placement = make_placement(writing, triple)
                proposed.append(on)
                if week % 8 == 0:
                    sign(writing, triple, placement)
                    signed.append((on, triple, placement.id))
        if week % 16 == 2:
            break_off(*signed[-1][1:])
        take_snapshots(session, region_code=BRITTANY, on=on)
        kept[on] = figures_on(session, BRITTANY, on, twelve_months(on)).figures
        frozen.shift(timedelta(days=7))
    session.query(IndicatorSnapshot).delete()

    again = {on: figures_on(session, BRITTANY, on, twelve_months(on)) for on in kept}

    assert not any(one.is_kept for one in again.values())
    assert {on: one.figures for on, one in again.items()} == kept
    for on, figures in kept.items():
        period = twelve_months(on)
        assert figures["V6"].count == sum(period.holds(day) for day in proposed)
        assert figures["V7"].count == sum(period.holds(day) for day, _, _ in signed)
    assert figures["V7"].count == session.scalar(
        text("SELECT count(*) FROM journal_event WHERE event = 'sign' AND happened_at >= :since"),
        {"since": clock.now() - timedelta(days=371)},
    )


def test_a_visit_or_a_figure_written_down_later_does_not_move_a_day_gone_by(
    session: Session, client: FlaskClient, met: dict[str, Any], frozen: time_machine.Traveller
) -> None:
    on = clock.today()
    before = figures_on(session, BRITTANY, on, year_to_date(on)).figures
    frozen.shift(timedelta(days=5))
    visit(
        session, met["agents"]["cci"], met["signed"][1][0].opening.employer_id, VisitKind.VISIT, 20
    )
    user = coordinator(session)
    record_regional_contracts(
        session,
        actor_of(session, user),
        region_code=BRITTANY,
        year=on.year,
        contracts=40,
        source="Édition de mars",
    )

    again = figures_on(session, BRITTANY, on, year_to_date(on)).figures
    now = figures_on(session, BRITTANY, clock.today(), year_to_date(clock.today())).figures

    assert again == before
    assert (now["I1"].count, now["I6"].total) == (before["I1"].count + 1, 40)


def test_the_coordination_sees_offers_contracts_and_the_pace_and_others_no_small_figure(
    session: Session, client: FlaskClient, met: dict[str, Any], frozen: time_machine.Traveller
) -> None:
    user = coordinator(session)
    create_target(
        session,
        actor_of(session, user),
        details=TargetDetails(
            title="Convention des métiers", parties="État et région", network="cma", company_target=100,
            starts_on=clock.today() - timedelta(days=100), ends_on=clock.today() + timedelta(days=100),
        ),
    )  # fmt: skip
    sign_in(client, user)

    pace = client.get("/region/rythme")
    offers = [
        client.get(f"/region/offres?par={by}") for by in ("secteur", "zone", "developpeur", "age")
    ]
    cuts = ("nature", "famille", "niveau", "taille", "premier")
    contracts = [client.get(f"/region/contrats?par={by}") for by in cuts]
    frozen.move_to("2027-01-05 10:00:00+00:00")
    house = make_organisation(session, K.LOCAL_MISSION, region_code=BRITTANY)
    sign_in(client, make_user(session, house, Role.MANAGER))
    outside = client.get("/region/indicateurs?au=2026-11-24")

    assert "2\xa0entreprises" in pace.text
    assert "en retard de 48" in pace.text
    assert {one.status_code for one in offers + contracts} == {200}
    rows = {
        one.th.text: one.td.text.strip()
        for one in parse(outside).select("tbody tr")
        if one.th and one.td
    }
    assert rows["Contrats signés"] == "masqué"
    assert rows["Entreprises visitées par les CCI"] == "1"
    assert parse(outside).select_one("input[name=au]") is None


def test_the_night_can_run_twice(session: Session, year: dict[str, Any]) -> None:
    on = clock.today()

    first = take_snapshots(session, region_code=BRITTANY, on=on)
    second = take_snapshots(session, region_code=BRITTANY, on=on)

    assert first == second == session.scalar(select(func.count()).select_from(IndicatorSnapshot))


def test_the_last_day_of_a_year_has_one_period_and_not_two(
    session: Session, frozen: time_machine.Traveller
) -> None:
    frozen.move_to("2026-12-31 10:00:00+00:00")

    take_snapshots(session, region_code=BRITTANY, on=clock.today())

    assert session.scalar(select(func.count(IndicatorSnapshot.period_first.distinct()))) == 1


def test_a_broken_contract_still_counts_as_signed(session: Session, year: dict[str, Any]) -> None:
    triple, placement_id = year["signed"][0]
    break_off(triple, placement_id)
    on = clock.today()

    figures = figures_on(session, BRITTANY, on, year_to_date(on)).figures

    assert session.get_one(Placement, placement_id).stage is Stage.BROKEN
    assert figures["V7"].count == 2


def test_the_public_figures_hide_what_is_small(session: Session, year: dict[str, Any]) -> None:
    figures = public_figures(session, clock.today())

    assert figures["figures"]["V7"]["count"] is None
    assert all(one["youth"] is None or one["youth"] == 0 for one in figures["departements"])


def test_anybody_reads_the_statistics_and_a_first_day_has_none(
    session: Session, client: FlaskClient
) -> None:
    before = client.get("/region/statistiques")
    publish_statistics(session, on=clock.today())
    after = client.get("/region/statistiques")

    assert "Pas encore de chiffres" in before.text
    assert after.status_code == 200
    assert "ne compte encore rien" in after.text


def test_the_coordination_reads_the_indicators_of_a_day(
    session: Session, client: FlaskClient, year: dict[str, Any]
) -> None:
    sign_in(client, coordinator(session))

    shown = client.get("/region/indicateurs?periode=12mois")
    asked = client.get(f"/region/indicateurs?au={year['start'].isoformat()}")
    odd = client.get("/region/indicateurs?au=31-12&periode=siecle")
    delays = client.get("/region/delais/cfa")

    assert "Part des jeunes de mission locale" in shown.text
    assert [one.status_code for one in (shown, asked, odd, delays)] == [200] * 4
    assert client.get("/region/delais/voisins").status_code == 404
    assert client.get("/region/indicateurs.csv").mimetype == "text/csv"


def test_the_region_says_how_many_contracts_it_counts_and_from_whom(
    session: Session, client: FlaskClient, year: dict[str, Any]
) -> None:
    user = coordinator(session)
    sign_in(client, user)
    record_regional_contracts(
        session,
        actor_of(session, user),
        region_code=BRITTANY,
        year=clock.today().year,
        contracts=40,
        source="Édition de mars",
    )
    on = clock.today()

    share = figures_on(session, BRITTANY, on, year_to_date(on)).figures["I6"]

    assert (share.count, share.total) == (2, 40)
    assert "Édition de mars" in client.get("/region/indicateurs").text


def test_a_figure_without_source_is_refused_and_nothing_typed_is_lost(
    session: Session, client: FlaskClient
) -> None:
    sign_in(client, coordinator(session))

    refused = client.post(
        "/region/indicateurs/contrats", data={"year": "2026", "contracts": "31000", "source": " "}
    )

    assert refused.status_code in {400, 422}
    if refused.status_code == 422:
        assert "31000" in refused.text


def test_the_month_fits_on_a_page_to_print_and_on_a_pdf(
    session: Session, client: FlaskClient, year: dict[str, Any]
) -> None:
    sign_in(client, coordinator(session))

    before = client.get("/region/mois")
    take_snapshots(session, region_code=BRITTANY, on=clock.today() - timedelta(days=1))
    with watched(session) as statements:
        shown = client.get("/region/mois")
    made = client.get("/region/mois.pdf")

    assert "Ils seront prêts demain matin" in before.text
    assert "Le point du mois, Bretagne" in shown.text
    assert len(statements.budget) <= 12
    assert parse(shown).select("td:not(.number)") == []
    text = " ".join(one.extract_text() for one in PdfReader(BytesIO(made.data)).pages)
    assert "Part des jeunes de mission locale" in text
