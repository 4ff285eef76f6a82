"""Organisations: found, described, created once, closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationAlias, OrganisationStatus, Site
from app.accounts.queries import OrganisationFilters, organisation_list
from app.accounts.services import (
    LooksAlike,
    OrganisationDetails,
    SiteDetails,
    add_alias,
    close_organisation,
    edit_organisation,
    found_organisation,
    write_site,
)
from app.core.changes import Changed, PoolChange
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.journal import JournalEvent
from app.core.text import sort_key
from app.policy.actor import Actor, OrganisationKind, Role
from tests.accounts.conftest import send
from tests.factories.accounts import actor_of, make_organisation, make_site, make_user, sign_in
from tests.factories.reference import make_commune
from tests.helpers.statements import watched
from tests.helpers.swap import assert_same, htmx_headers, parse, swap

pytestmark = pytest.mark.usefixtures("frozen")

K = OrganisationKind
LIST = "/organisations"
SIRET = "73282932000074"
LA_POSTE = "35600000000048"  # head office: its digits sum to a multiple of ten as anyone's
LA_POSTE_OFFICE = "35600000049837"  # only its digit sum, a multiple of five, makes it right


def names(session: Session, actor: Actor, **filters: object) -> list[str]:
    """The names that the list shows."""
    asked = OrganisationFilters(**filters)  # type: ignore[arg-type]
    return [row.name for row in organisation_list(session, actor, asked, number=1).rows]


@pytest.fixture
def cfa(session: Session) -> Organisation:
    """A CFA with codes and a second name."""
    one = make_organisation(
        session,
        K.TRAINING_CENTRE,
        name="CFA de Brest",
        siret=SIRET,
        siren=SIRET[:9],
        uai="0290001A",
    )
    session.add(OrganisationAlias(organisation_id=one.id, name="ACFCI", sort_name="acfci"))
    session.flush()
    return one


@pytest.mark.parametrize("words", ["brest", "BREST", "acfci", "0290001a", "732829320", SIRET])
def test_an_organisation_is_found_by_name_alias_siret_or_uai(
    session: Session, platform: Actor, cfa: Organisation, words: str
) -> None:
    make_organisation(session, name="Mission locale de Vannes")

    found = names(session, platform, words=words)

    assert found == ["CFA de Brest"]


def test_the_list_is_filtered_by_kind_status_and_region(session: Session, platform: Actor) -> None:
    make_organisation(session, name="Ici", status=OrganisationStatus.TO_CHECK)
    make_organisation(session, name="Ailleurs", region_code="52")
    make_organisation(session, K.POINT_A, name="Point A")

    found = (
        names(session, platform, kind=K.POINT_A),
        names(session, platform, status=OrganisationStatus.TO_CHECK),
        names(session, platform, region_code="52"),
    )

    assert found == (["Point A"], ["Ici"], ["Ailleurs"])


def test_the_list_is_sorted_both_ways(session: Session, platform: Actor) -> None:
    make_organisation(session, name="Zoé")
    make_organisation(session, name="Abel")

    forwards = names(session, platform)
    backwards = names(session, platform, sort="-name")

    assert forwards == ["Abel", "Équipe Trèfle", "Zoé"]
    assert backwards == forwards[::-1]


def test_the_coordination_sees_the_organisations_of_its_region_alone(session: Session) -> None:
    region = make_organisation(session, K.REGIONAL_COORDINATION, name="Coordination")
    make_organisation(session, name="Bretonne")
    make_organisation(session, name="Ligérienne", region_code="52")
    coordinator = actor_of(session, make_user(session, region))

    found = names(session, coordinator)

    assert found == ["Bretonne", "Coordination"]


def test_the_list_sends_as_many_statements_for_many_rows_as_for_few(
    session: Session, platform: Actor, platform_browser: FlaskClient
) -> None:
    make_site(session, make_organisation(session))
    with watched(session) as few:
        platform_browser.get(LIST)
    for _ in range(20):
        make_site(session, make_organisation(session))

    with watched(session) as many:
        platform_browser.get(LIST)

    assert len(many.budget) == len(few.budget) <= 8


def test_a_search_swapped_into_the_list_reads_as_the_page_loaded_anew(
    session: Session, platform_browser: FlaskClient, cfa: Organisation
) -> None:
    before = parse(platform_browser.get(LIST))
    address = f"{LIST}?q=brest&kind=training_centre"

    answer = platform_browser.get(address, headers=htmx_headers("organisation-list"))

    after = swap(before, answer, target="organisation-list")
    assert_same(after, parse(platform_browser.get(address)))


def test_members_see_their_own_organisation_and_nobody_else_s(
    session: Session, client: FlaskClient, mission: Organisation, cfa: Organisation
) -> None:
    sign_in(client, make_user(session, mission))

    own, other = client.get(f"{LIST}/{mission.id}"), client.get(f"{LIST}/{cfa.id}")

    assert "Mission locale de Quimper" in own.get_data(as_text=True)
    assert "Inviter quelqu’un" not in own.get_data(as_text=True)
    assert other.status_code == 404


def test_a_member_who_is_no_administrator_changes_nothing(
    session: Session, mission: Organisation
) -> None:
    adviser = actor_of(session, make_user(session, mission))

    with pytest.raises(Forbidden):
        edit_organisation(
            session,
            adviser,
            organisation_id=mission.id,
            version=mission.version,
            details=OrganisationDetails("Autre"),
        )


def test_an_administrator_changes_the_contacts_and_never_the_codes(
    session: Session, admin: Actor, mission: Organisation
) -> None:
    details = OrganisationDetails(mission.name, phone="02 98 00 00 00", siret=SIRET)

    edit_organisation(
        session, admin, organisation_id=mission.id, version=mission.version, details=details
    )

    assert (mission.phone, mission.siret) == ("+33298000000", None)


def test_a_new_name_keeps_the_former_one_as_an_alias(
    session: Session, admin: Actor, mission: Organisation
) -> None:
    edit_organisation(
        session,
        admin,
        organisation_id=mission.id,
        version=mission.version,
        details=OrganisationDetails("Mission locale de Cornouaille"),
    )

    session.flush()
    aliases = session.scalars(select(OrganisationAlias.name)).all()
    assert (mission.name, mission.sort_name) == (
        "Mission locale de Cornouaille",
        sort_key("Mission locale de Cornouaille"),
    )
    assert aliases == ["Mission locale de Quimper"]


def test_a_form_written_on_an_older_version_is_refused(
    session: Session, admin_browser: FlaskClient, mission: Organisation
) -> None:
    path = f"{LIST}/{mission.id}/modifier"
    send(admin_browser, path, name="Première", version=str(mission.version))

    answer = send(admin_browser, path, name="Seconde", version="1")

    assert answer.status_code == 409
    session.expire_all()
    assert mission.name == "Première"


@pytest.mark.parametrize("siret", [SIRET, LA_POSTE, LA_POSTE_OFFICE])
def test_the_platform_creates_an_organisation_with_a_right_siret(
    session: Session, platform: Actor, siret: str
) -> None:
    created = found_organisation(
        session,
        platform,
        kind=K.TRAINING_CENTRE,
        details=OrganisationDetails("CFA neuf", siret=siret),
    )

    assert (created.siret, created.siren) == (siret, siret[:9])


def test_a_siret_with_a_wrong_key_is_refused_next_to_its_field(
    platform_browser: FlaskClient,
) -> None:
    answer = send(
        platform_browser,
        f"{LIST}/nouvelle",
        kind="training_centre",
        name="CFA neuf",
        siret="73282932000075",
    )

    page = parse(answer)
    assert answer.status_code == 422
    assert "quatorze chiffres" in str(page.find(id="siret-error"))


def test_an_organisation_that_looks_alike_is_shown_before_a_second_one_is_made(
    session: Session, platform_browser: FlaskClient, cfa: Organisation
) -> None:
    fields = {"kind": "training_centre", "name": "Cfa de BREST"}

    asked = send(platform_browser, f"{LIST}/nouvelle", **fields)
    confirmed = send(platform_browser, f"{LIST}/nouvelle", **fields, is_known_apart="y")

    assert asked.status_code == 409
    assert f'href="/organisations/{cfa.id}"' in asked.get_data(as_text=True)
    assert confirmed.status_code == 303


def test_a_known_siret_is_refused_even_to_who_says_it_is_another(
    session: Session, platform: Actor, cfa: Organisation
) -> None:
    with pytest.raises(Conflict) as refusal:
        found_organisation(
            session,
            platform,
            kind=K.TRAINING_CENTRE,
            details=OrganisationDetails("Autre", siret=SIRET),
            is_known_apart=True,
        )

    assert not isinstance(refusal.value, LooksAlike)


def test_a_double_is_named_on_the_page_of_the_platform(
    session: Session, platform_browser: FlaskClient, cfa: Organisation
) -> None:
    double = make_organisation(session, K.TRAINING_CENTRE, name="Acfci")

    page = platform_browser.get(f"{LIST}/{cfa.id}").get_data(as_text=True)

    assert f'href="/organisations/{double.id}"' in page


def test_aliases_are_added_once_and_removed(
    session: Session, admin_browser: FlaskClient, mission: Organisation
) -> None:
    page, path = f"{LIST}/{mission.id}", f"{LIST}/{mission.id}/noms"

    added = send(admin_browser, path, page=page, alias="ML Cornouaille")
    again = send(admin_browser, path, page=page, alias="ml cornouaille")
    alias = session.scalars(select(OrganisationAlias)).one()
    removed = send(admin_browser, f"{path}/{alias.id}/retirer", page=page)

    assert (added.status_code, again.status_code, removed.status_code) == (303, 409, 303)
    assert session.scalars(select(OrganisationAlias.id)).all() == []


def test_an_alias_of_another_organisation_is_out_of_reach(
    session: Session,
    admin: Actor,
    admin_browser: FlaskClient,
    mission: Organisation,
    cfa: Organisation,
) -> None:
    alias_id = session.scalars(select(OrganisationAlias.id)).one()
    page = f"{LIST}/{mission.id}"

    answer = send(admin_browser, f"{page}/noms/{alias_id}/retirer", page=page)

    assert answer.status_code == 404
    with pytest.raises(NotFound):
        add_alias(session, admin, organisation_id=cfa.id, name="Volé")


def test_the_first_site_is_the_main_one_and_gives_the_region(
    session: Session, admin_browser: FlaskClient, mission: Organisation
) -> None:
    make_commune(session, "29232")
    mission.region_code = "52"
    session.flush()

    answer = send(
        admin_browser, f"{LIST}/{mission.id}/sites/nouveau", name="Siège", commune_code="29232"
    )

    site = session.scalars(select(Site)).one()
    session.expire_all()
    assert answer.status_code == 303
    assert (site.is_main, site.commune_code, mission.region_code) == (True, "29232", "53")
    assert site.latitude is not None
    changes = session.scalars(select(PoolChange.kind)).all()
    assert Changed.REFERENCE in changes


def test_a_site_without_its_commune_comes_back_with_a_question(
    admin_browser: FlaskClient, mission: Organisation
) -> None:
    answer = send(admin_browser, f"{LIST}/{mission.id}/sites/nouveau", name="Siège")

    assert answer.status_code == 422
    assert "Écrivez le nom de la commune" in answer.get_data(as_text=True)


def test_only_one_site_is_the_main_one(
    session: Session, admin: Actor, mission: Organisation
) -> None:
    first = make_site(session, mission)

    second = write_site(
        session,
        admin,
        organisation_id=mission.id,
        site_id=None,
        details=SiteDetails("Antenne", commune_code="29232", is_main=True),
    )

    session.flush()
    session.expire_all()
    assert (first.is_main, second.is_main) == (False, True)


@pytest.mark.parametrize("region_code", ["53", None])
def test_a_coordination_does_not_move_into_another_region_by_its_own_hand(
    app: Flask, session: Session, platform: Actor, region_code: str | None
) -> None:
    region = make_organisation(
        session, OrganisationKind.REGIONAL_COORDINATION, region_code=region_code
    )
    site = make_site(session, region)
    far = make_commune(session, "23008")
    boss = make_user(session, region, Role.ORGANISATION_ADMIN, Role.REGIONAL_COORDINATOR)
    page = f"{LIST}/{region.id}/sites/{site.id}"
    details = SiteDetails("Siège", commune_code=far.insee_code)

    refused = send(
        sign_in(app.test_client(), boss), page, name="Siège", commune_code=far.insee_code
    )

    session.expire_all()
    assert refused.status_code == 422
    assert "équipe de Trèfle" in refused.text
    assert (region.region_code, site.commune_code) == (region_code, "29232")
    write_site(session, platform, organisation_id=region.id, site_id=site.id, details=details)
    assert region.region_code == far.region_code


def test_a_site_of_another_organisation_is_out_of_reach(
    session: Session, admin: Actor, mission: Organisation, cfa: Organisation
) -> None:
    site = make_site(session, cfa)

    with pytest.raises(NotFound):
        write_site(
            session, admin, organisation_id=mission.id, site_id=site.id, details=SiteDetails("Volé")
        )


def test_a_wrong_uai_is_refused(session: Session, admin: Actor, mission: Organisation) -> None:
    with pytest.raises(Invalid) as refusal:
        write_site(
            session,
            admin,
            organisation_id=mission.id,
            site_id=None,
            details=SiteDetails("Siège", uai="12"),
        )

    assert refusal.value.field == "uai"


def test_nobody_acts_for_a_closed_organisation_until_it_opens_again(
    session: Session,
    client: FlaskClient,
    platform_browser: FlaskClient,
    mission: Organisation,
) -> None:
    sign_in(client, make_user(session, mission))
    page = f"{LIST}/{mission.id}"

    send(platform_browser, f"{page}/fermer", page=page)
    closed = client.get(page).status_code
    send(platform_browser, f"{page}/accepter", page=page)

    assert (closed, client.get(page).status_code) == (404, 200)
    events = session.scalars(select(JournalEvent.event).order_by(JournalEvent.id)).all()
    assert events == ["organisation_closed", "organisation_approved"]


def test_the_platform_does_not_close_its_own_organisation(
    session: Session, platform: Actor
) -> None:
    with pytest.raises(Conflict):
        close_organisation(session, platform, organisation_id=int(platform.organisation_id or 0))


@pytest.mark.parametrize(
    "verb",
    [
        lambda s, a, o: close_organisation(s, a, organisation_id=o.id),
        lambda s, a, o: found_organisation(
            s, a, kind=K.LOCAL_MISSION, details=OrganisationDetails("Neuve")
        ),
    ],
    ids=["close", "create"],
)
def test_only_the_platform_creates_and_closes(
    session: Session,
    admin: Actor,
    mission: Organisation,
    verb: Callable[[Session, Actor, Organisation], object],
) -> None:
    with pytest.raises(NotFound):
        verb(session, admin, mission)


def test_the_hats_page_leads_to_my_organisation(
    admin_browser: FlaskClient, mission: Organisation
) -> None:
    page = parse(admin_browser.get("/compte/organisations"))

    link = page.find("a", string="Mon organisation")
    assert link is not None
    assert link["href"] == f"/organisations/{mission.id}"


def test_a_role_of_the_house_is_shown_in_words(
    session: Session, admin_browser: FlaskClient, mission: Organisation
) -> None:
    make_user(session, mission, Role.DISABILITY_REFERENT)

    page = admin_browser.get(f"{LIST}/{mission.id}").get_data(as_text=True)

    assert "Référence handicap" in page
