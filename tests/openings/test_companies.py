"""One record a company: found, merged and parted, its establishments, the register, opposition."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from time_machine import Traveller

from app.accounts.models import Organisation, Site, User
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.openings.models import Company, HadApprentices, HostsYouth, MergeReason, OpeningStatus
from app.openings.queries import (
    CompanyFilters,
    company_list,
    duplicate_pairs,
    establishments_of,
    find_company,
    record_ids,
    record_key,
    tense_activities,
    tense_trades,
)
from app.openings.registry import StoredRegistry
from app.openings.services import (
    CompanyDetails,
    EstablishmentDetails,
    OpeningDetails,
    add_company,
    add_establishment,
    close_establishment,
    create_company,
    create_opening,
    edit_company,
    load_registry,
    merge_companies,
    move_opening,
    say_different,
    undo_merge,
)
from app.openings.workflow import OpeningEvent
from app.policy.actor import Actor, OrganisationKind
from app.reference.models import ActivityHiring, ShortageMark
from tests.factories.accounts import (
    actor_of,
    csrf_token,
    make_organisation,
    make_site,
    make_territory,
    make_user,
    sign_in,
)
from tests.factories.openings import make_company, make_opening
from tests.factories.reference import make_commune, make_trade
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

SIREN = "000000927"
SIRET, SECOND_SIRET = "00000092700012", "00000092700020"


@pytest.fixture
def person(session: Session) -> User:
    from app.accounts.models import Membership

    chamber = make_organisation(session, OrganisationKind.FIELD_NETWORK)
    user = make_user(session, chamber)
    seat = session.scalars(select(Membership).where(Membership.user_id == user.id)).one()
    make_territory(session, seat, "29")
    return user


@pytest.fixture
def agent(session: Session, person: User) -> Actor:
    return actor_of(session, person)


def _named(session: Session, name: str, **values: object) -> Organisation:
    company = make_company(session, name=name, **values)
    make_site(session, company)
    return company


def _found(session: Session, actor: Actor, **filters: object) -> list[str]:
    rows = company_list(session, actor, CompanyFilters(**filters), number=1).rows  # type: ignore[arg-type]
    return [row.name for row in rows]


@pytest.mark.parametrize(
    "words",
    ["Fournil des Monts", "fournil", "FOURNILS DES MONT", "furnil des monts", "000 000 927", SIRET],
)
def test_a_company_is_found_by_name_even_misspelt_and_by_number(
    session: Session, agent: Actor, words: str
) -> None:
    _named(session, "Fournil des Monts", siren=SIREN, siret=SIRET)
    _named(session, "Garage du Port")

    found = _found(session, agent, words=words)

    assert found == ["Fournil des Monts"]


def test_a_company_is_found_around_a_commune_by_any_of_its_open_places(
    session: Session, agent: Actor
) -> None:
    far = _named(session, "Maison de Brest")
    make_site(session, far, "29019", name="Brest", is_main=False)
    make_commune(session, "29019")
    brest, quimper = (48.4003, -4.5024), (47.9960, -4.0970)

    near_brest = _found(session, agent, origin=brest, radius_km=10)
    session.scalars(select(Site).where(Site.commune_code == "29019")).one().closed_on = date(
        2026, 1, 1
    )
    after_closing = _found(session, agent, origin=brest, radius_km=10)

    assert near_brest == ["Maison de Brest"]
    assert after_closing == []
    assert _found(session, agent, origin=quimper, radius_km=10) == ["Maison de Brest"]


def test_a_company_that_objects_to_prospecting_is_in_no_list_but_its_number_finds_it(
    session: Session, agent: Actor
) -> None:
    shy = _named(session, "Fournil des Monts", siren=SIREN, siret=SIRET)
    session.get_one(Company, shy.id).objects_to_prospecting_since = date(2026, 6, 1)
    session.flush()

    everything = _found(session, agent)
    by_name = _found(session, agent, words="fournil")
    by_number = _found(session, agent, words=SIREN)

    assert (everything, by_name, by_number) == ([], [], ["Fournil des Monts"])


def test_pairs_are_proposed_with_their_reason_and_not_once_a_person_has_parted_them(
    session: Session, agent: Actor
) -> None:
    first = _named(session, "Fournil des Monts", siren=SIREN, siret=SIRET)
    same_siren = _named(session, "Le Fournil, Brest", siren=SIREN, siret=SECOND_SIRET)
    same_name = _named(session, "fournil des monts")

    before = duplicate_pairs(session, agent, number=1)
    say_different(session, agent, first_id=first.id, second_id=same_name.id)
    after = duplicate_pairs(session, agent, number=1)

    assert {(row.kept_id, row.merged_id, row.reason) for row in before.rows} == {
        (first.id, same_siren.id, "same_siren"),
        (first.id, same_name.id, "same_name_and_commune"),
    }
    assert [row.merged_id for row in after.rows] == [same_siren.id]


def _count(session: Session) -> int:
    query = select(func.count(record_key(Organisation, Company).distinct())).join(
        Company, Company.organisation_id == Organisation.id
    )
    return session.scalar(query) or 0


def test_a_merge_makes_one_company_and_is_exact_when_taken_back(
    session: Session, agent: Actor
) -> None:
    kept = _named(session, "Fournil des Monts", siren=SIREN, siret=SIRET)
    double = _named(session, "fournil des monts")
    make_opening(session, double)
    before = (_count(session), _found(session, agent), record_ids(session, kept.id))

    row = merge_companies(session, agent, kept_id=kept.id, merged_id=double.id)
    listed = company_list(session, agent, CompanyFilters(), number=1).rows
    merged = (_count(session), record_ids(session, kept.id))
    places = establishments_of(session, kept.id)
    by_name = find_company(session, name="fournil des monts", commune_code="29232")
    undo_merge(session, agent, merge_id=row.id)

    assert row.reason is MergeReason.SAME_NAME_AND_COMMUNE
    assert before == (2, ["fournil des monts", "Fournil des Monts"], [kept.id]) or before[0] == 2
    assert merged == (1, [kept.id, double.id])
    assert [(one.id, one.published) for one in listed] == [(kept.id, 1)]
    assert len(places) == 2
    assert by_name is not None
    assert by_name.id == kept.id
    assert (_count(session), _found(session, agent), record_ids(session, kept.id)) == before


def test_a_chain_of_merges_is_parted_link_by_link(session: Session, agent: Actor) -> None:
    one, two, three = (_named(session, name) for name in ("Un", "Deux", "Trois"))
    first = merge_companies(session, agent, kept_id=two.id, merged_id=one.id)
    merge_companies(session, agent, kept_id=three.id, merged_id=two.id)
    together = record_ids(session, three.id)

    undo_merge(session, agent, merge_id=first.id)

    assert set(together) == {one.id, two.id, three.id}
    assert set(record_ids(session, three.id)) == {two.id, three.id}
    assert session.get_one(Company, one.id).merged_into_id is None


def test_a_merge_is_not_taken_back_after_thirty_days(
    session: Session, agent: Actor, frozen: Traveller
) -> None:
    kept, double = _named(session, "Fournil"), _named(session, "fournil")
    row = merge_companies(session, agent, kept_id=kept.id, merged_id=double.id)

    frozen.shift(timedelta(days=31))

    with pytest.raises(Conflict, match="trente jours"):
        undo_merge(session, agent, merge_id=row.id)


def test_two_sirens_are_two_companies(session: Session, agent: Actor) -> None:
    kept = _named(session, "Fournil", siren=SIREN)
    other = _named(session, "Fournil", siren="000000935")

    with pytest.raises(Invalid, match="SIREN différents"):
        merge_companies(session, agent, kept_id=kept.id, merged_id=other.id)


def test_only_somebody_of_the_territory_merges(session: Session, agent: Actor) -> None:
    here, there = _named(session, "Fournil"), make_company(session, name="Fournil")
    make_site(session, there, "35238")

    with pytest.raises(Forbidden):
        merge_companies(session, agent, kept_id=here.id, merged_id=there.id)


def test_a_second_siret_of_a_known_siren_becomes_an_establishment(session: Session) -> None:
    make_commune(session, "29019")
    known = create_company(session, name="Fournil", siret=SIRET)

    again = create_company(
        session, name="Fournil de Brest", siret=SECOND_SIRET, commune_code="29019"
    )

    assert again.id == known.id
    assert [one.siret for one in establishments_of(session, known.id)] == [SIRET, SECOND_SIRET]
    found = find_company(session, siret=SECOND_SIRET)
    assert found is not None
    assert found.id == known.id


def test_a_person_is_sent_to_the_record_of_the_siren(session: Session, agent: Actor) -> None:
    make_commune(session, "29232")
    create_company(session, name="Fournil", siret=SIRET)

    with pytest.raises(Conflict, match="a ce SIREN"):
        add_company(
            session,
            agent,
            details=CompanyDetails("Autre nom", siret=SECOND_SIRET, commune_code="29232"),
        )


REGISTER = f"""siret,denominationUniteLegale,activitePrincipaleEtablissement,codeCommuneEtablissement,\
etatAdministratifEtablissement,dateDebut,libelleVoieEtablissement
{SIRET},FOURNIL DES MONTS,10.71C,29232,A,2015-01-01,RUE DU PORT
{SECOND_SIRET},FOURNIL DES MONTS,10.71C,29019,F,2025-03-31,RUE DE SIAM
123,ILLISIBLE,,,A,,
"""


@pytest.fixture
def register(session: Session, tmp_path: Path) -> StoredRegistry:
    file = tmp_path / "sirene.csv"
    file.write_text(REGISTER, encoding="utf-8")
    report = load_registry(session, file)
    assert (report.kept, report.refused) == (2, 1)
    return StoredRegistry(session)


def test_the_register_says_what_its_file_says(register: StoredRegistry) -> None:
    both = register.establishments(SIREN)

    assert [(one.siret, one.is_closed) for one in both] == [(SIRET, False), (SECOND_SIRET, True)]
    assert both[1].closed_on == date(2025, 3, 31)
    assert register.establishment("00000093500012") is None


@pytest.mark.usefixtures("register")
def test_a_closed_siret_is_refused_where_it_matters(session: Session, agent: Actor) -> None:
    make_commune(session, "29232")
    company = create_company(session, name="Fournil", siret=SIRET, commune_code="29232")
    details = EstablishmentDetails("Brest", siret=SECOND_SIRET)

    with pytest.raises(Invalid, match="fermé depuis le 31/03/2025"):
        add_establishment(session, agent, organisation_id=company.id, details=details)
    with pytest.raises(Invalid, match="fermé"):
        create_company(session, name="Fournil de Brest", siret=SECOND_SIRET)


def test_no_opening_is_published_at_an_establishment_that_closed(
    session: Session, agent: Actor
) -> None:
    company = _named(session, "Fournil", siren=SIREN, siret=SIRET)
    place = session.scalars(select(Site).where(Site.organisation_id == company.id)).one()
    opening = make_opening(
        session, company, site_id=place.id, status=OpeningStatus.DRAFT, published_at=None
    )

    close_establishment(session, agent, organisation_id=company.id, site_id=place.id)

    with pytest.raises(Invalid, match="fermé"):
        move_opening(session, agent, opening_id=opening.id, event=OpeningEvent.PUBLISH)


def test_what_a_company_says_of_hosting_youth_keeps_the_day_and_who_said_it(
    session: Session, agent: Actor
) -> None:
    company = _named(session, "Fournil")
    details = CompanyDetails(
        "Fournil",
        hosts_mission_youth=HostsYouth.CONDITIONS,
        hosts_conditions="Un seul à la fois",
        hosts_said_by="Mme Cariou, gérante",
        had_apprentices=HadApprentices.NO,
    )

    edit_company(
        session, agent, organisation_id=company.id, version=company.version, details=details
    )

    row = session.get_one(Company, company.id)
    assert (row.hosts_said_on, row.hosts_said_by) == (date(2026, 11, 23), "Mme Cariou, gérante")
    assert _found(session, agent, hosts=HostsYouth.YES, first_time=True) == ["Fournil"]
    with pytest.raises(Invalid):
        edit_company(
            session,
            agent,
            organisation_id=company.id,
            version=company.version,
            details=CompanyDetails("Fournil", hosts_conditions="pas de femme"),
        )


def test_a_sector_is_in_tension_by_the_trades_it_hires_and_says_its_source(
    session: Session, agent: Actor
) -> None:
    make_trade(session, "D1102")
    make_trade(session, "D1104")
    session.add_all(
        [
            ActivityHiring(naf_code="1071C", rome_code="D1102", year=2021, hirings=900),
            ActivityHiring(naf_code="1071C", rome_code="D1104", year=2021, hirings=20),
            ActivityHiring(naf_code="4520A", rome_code="D1104", year=2021, hirings=10),
            ShortageMark(
                rome_code="D1102",
                source="FAP",
                year=2021,
                is_shortage=True,
                valid_from=date(2021, 1, 1),
            ),
        ]
    )
    _named(session, "Fournil")
    session.flush()

    marked = tense_trades(session, "1071C", "53", date(2026, 11, 23))
    sectors = tense_activities(session, "53", date(2026, 11, 23))

    assert [(one.rome_code, one.source, one.year) for one in marked] == [("D1102", "FAP", 2021)]
    assert sectors == {"1071C"}
    assert _found(session, agent, activities=sectors) == ["Fournil"]
    assert _found(session, agent, activities=frozenset()) == []


def test_an_opening_cannot_be_written_for_a_company_out_of_reach(
    session: Session, agent: Actor
) -> None:
    make_commune(session, "35238")
    there = make_company(session)
    make_site(session, there, "35238")

    with pytest.raises((NotFound, Forbidden)):
        create_opening(session, agent, employer_id=there.id, details=OpeningDetails("Boulanger"))


def test_filtering_the_list_in_place_gives_the_fresh_page(
    session: Session, client: FlaskClient, person: User
) -> None:
    _named(session, "Fournil des Monts")
    _named(session, "Garage du Port")
    sign_in(client, person)
    path = "/entreprises?q=fournil&size=1-9&commune=Quimper&km=20&sort=-name"

    page = parse(client.get("/entreprises"))
    answer = client.get(path, headers=htmx_headers("company-list"))

    assert_same(swap(page, answer, target="company-list"), parse(client.get(path)))
    assert "Fournil des Monts" in answer.get_data(as_text=True)
    assert "Garage" not in answer.get_data(as_text=True)


def test_doubles_are_united_and_parted_on_the_page_of_the_company(
    app: Flask, session: Session, client: FlaskClient, person: User
) -> None:
    kept = _named(session, "Fournil des Monts", siren=SIREN, siret=SIRET)
    double = _named(session, "fournil des monts")
    sign_in(client, person)
    path = f"/entreprises/{kept.id}"

    proposed = client.get("/entreprises/doublons").get_data(as_text=True)
    token = csrf_token(app, client, path)
    united = client.post(f"{path}/reunir", data={"csrf_token": token, "other": double.id})
    shown = client.get(path).get_data(as_text=True)
    merge_id = shown.partition("/separer/")[2].partition('"')[0]
    parted = client.post(f"{path}/separer/{merge_id}", data={"csrf_token": token})

    assert "même nom dans la même commune" in proposed
    assert (united.status_code, parted.status_code) == (303, 303)
    assert "est réunie à" in shown
    session.expire_all()
    assert session.get_one(Company, double.id).merged_into_id is None


def test_the_list_costs_the_same_whatever_the_number_of_companies(
    session: Session, client: FlaskClient, person: User
) -> None:
    _named(session, "Fournil 0")
    sign_in(client, person)
    path = "/entreprises?q=fournil"
    client.get(path)
    with watched(session) as few:
        client.get(path)
    for number in range(1, 15):
        _named(session, f"Fournil {number}")

    with watched(session) as many:
        client.get(path)

    assert len(few.budget) == len(many.budget) <= 8


def test_the_page_of_a_company_keeps_to_twelve_statements(
    session: Session, client: FlaskClient, person: User
) -> None:
    company = _named(session, "Fournil", siren=SIREN)
    _named(session, "Autre fournil", siren=SIREN)
    make_opening(session, company)
    sign_in(client, person)
    client.get(f"/entreprises/{company.id}")

    with watched(session) as sent:
        answer = client.get(f"/entreprises/{company.id}")

    assert answer.status_code == 200
    assert len(sent.budget) <= 12
