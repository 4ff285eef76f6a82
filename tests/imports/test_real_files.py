"""The real public files, as they came: networks of training centres, missions locales, job boards,
and the workbooks that CFAs and missions locales exchange.
"""

from __future__ import annotations

import gzip
import io
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.core.errors import Invalid
from app.core.sheets import Unreadable
from app.imports.models import ImportBatch, ImportKind, RowState
from app.imports.queries import rows_given_back
from app.imports.services import choose, read_file
from app.openings.models import Opening, OpeningStatus
from app.policy.actor import OrganisationKind, Role
from app.reference.models import Commune, CommunePostalCode
from app.reference.services import load_reference
from app.youth.models import Youth
from tests.factories.accounts import actor_of, make_membership, make_territory, make_user
from tests.factories.reference import make_commune
from tests.imports.conftest import (
    NEEDS_FILES,
    Person,
    bring,
    person,
    real_file,
    rows_of,
    write,
)

pytestmark = NEEDS_FILES
CENTRES, OPENINGS, YOUTH = ImportKind.TRAINING_CENTRES, ImportKind.OPENINGS, ImportKind.YOUTH

# Headers that the apprenticeship dashboard writes into its (blank) workbooks, in its order.
BROKEN_CONTRACTS = [
    "Date transmission données",
    "Source données",
    "NOM",
    "Prénom",
    "Date rupture contrat",
    "Date début contrat",
    "Date fin de contrat",
    "Date de naissance",
    "Age",
    "RQTH",
    "Collaboration CFA",
    "Situation",
    "Date de réception du dossier",
    "Disponible WhatsApp",
    "Ville de résidence",
    "Code postal de résidence",
    "Téléphone",
    "Email",
    "Téléphone responsable légal 1",
    "Email responsable légal 1",
    "Intitulé de la formation",
    "Nom du CFA",
    "Code postal du CFA",
    "Téléphone du CFA (utilisateur Tableau de Bord)",
    "Email du CFA (données publique)",
    "Commentaire sur la situation",
]
NO_CONTRACT = [
    "Prénom",
    "Nom",
    "RQTH",
    "Ville de résidence",
    "Age",
    "Téléphone",
    "Email",
    "Téléphone responsable légal 1",
    "Nom du CFA",
    "Commune du CFA",
    "Code postal du CFA",
    "Intitulé de la formation",
    "Niveau de la formation",
    "Date d'inscription",
    "Durée sans contrat /90j",
]
FIGURES = [
    "Mission Locale",
    "Total",
    "A traiter",
    "Traités",
    "Traités %",
    "Rdv pris",
    "Rdv pris %",
    "Autre",
]


def content_of(name: str) -> bytes:
    return real_file(name).read_bytes()


def filled(name: str, sheet: str, rows: Sequence[Sequence[Any]], *, at: int = 1) -> bytes:
    """A copy of a template with rows written into one sheet from this row on."""
    book = load_workbook(real_file(name))
    target = book[sheet]
    for down, cells in enumerate(rows):
        for right, value in enumerate(cells, start=1):
            target.cell(row=at + down, column=right, value=value)
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()


@pytest.fixture
def nantes(session: Session) -> None:
    commune = Commune(
        insee_code="44109", name="Nantes", sort_name="nantes", departement_code="44",
        region_code="52", population=320000, latitude=47.2383, longitude=-1.5603,
        position_is_approximate=False,
    )  # fmt: skip
    session.add(commune)
    session.flush()
    session.add_all(
        CommunePostalCode(postal_code=code, insee_code="44109")
        for code in ("44000", "44100", "44200", "44300")
    )
    session.flush()


# File: rows, imported, given back (closed, or without a name), the same SIRET twice.
NETWORKS = {
    "agri": (754, 742, 12, 0),
    "cci": (268, 248, 20, 0),
    "cma": (149, 144, 2, 3),
    "compagnons-du-devoir": (51, 48, 3, 0),
    "greta": (68, 67, 1, 0),
    "mfr": (420, 400, 20, 0),
}


@pytest.mark.usefixtures("nantes")
@pytest.mark.parametrize("network", NETWORKS)
def test_a_network_comes_in_once_and_a_second_time_changes_nothing(
    session: Session, admin: Person, network: str
) -> None:
    content = content_of(f"networks/referentiel-reseau-{network}.csv")
    total, imported, bad, twice = NETWORKS[network]

    first = write(session, admin.actor, bring(session, admin.actor, CENTRES, content))
    again = write(session, admin.actor, bring(session, admin.actor, CENTRES, content))

    assert sum(first.values()) == total
    assert first.get("created") == imported
    assert first.get("bad") == bad
    assert first.get("skipped", 0) == twice
    assert again.get("created", 0) == again.get("updated", 0) == 0
    centres = select(func.count()).where(Organisation.kind == OrganisationKind.TRAINING_CENTRE)
    assert session.scalar(centres) == imported


@pytest.mark.usefixtures("nantes")
def test_a_school_of_a_network_has_its_codes_its_site_and_its_network(
    session: Session, admin: Person
) -> None:
    content = content_of("networks/referentiel-reseau-cci.csv")

    write(session, admin.actor, bring(session, admin.actor, CENTRES, content))

    school = session.scalars(select(Organisation).where(Organisation.uai == "0442590B")).one()
    site = session.scalars(select(Site).where(Site.organisation_id == school.id)).one()
    assert school.name == "ECOLE DE DESIGN NANTES ATLANTIQUE"
    assert (school.siret, school.network, school.region_code) == ("33405590200053", "cci", "52")
    assert (site.commune_code, site.uai) == ("44109", "0442590B")
    assert site.address == "61 Boulevard de la Prairie au Duc"


def test_what_is_odd_in_a_network_is_said_row_by_row(session: Session, admin: Person) -> None:
    content = content_of("networks/referentiel-reseau-mfr.csv")

    rows = rows_of(session, bring(session, admin.actor, CENTRES, content))

    sentences = {text for row in rows for text in row.problems.values()}
    assert sentences == {
        "Établissement fermé au registre : il n’est pas importé.",
        "Raison sociale : elle manque.",
    }
    warned = {text for row in rows for text in row.warnings.values()}
    assert "Aucun UAI : à compléter." in warned
    assert "L’adresse n’a pas de code postal : la commune reste à préciser." in warned


def test_missions_locales_come_in_with_their_page_and_other_name(
    session: Session, admin: Person
) -> None:
    content = content_of("networks/missions_locales.csv")

    first = write(
        session, admin.actor, bring(session, admin.actor, ImportKind.LOCAL_MISSIONS, content)
    )
    again = write(
        session, admin.actor, bring(session, admin.actor, ImportKind.LOCAL_MISSIONS, content)
    )

    assert first == {"created": 32}
    assert again == {"same": 32}
    lannion = session.scalars(
        select(Organisation).where(Organisation.siret == "32678184600042")
    ).one()
    assert lannion.kind is OrganisationKind.LOCAL_MISSION
    assert lannion.website == "https://www.ajoca.fr/mon-rendez-vous"


@pytest.fixture
def agent(session: Session) -> Person:
    """A field agent whose territory holds the places of the sample advertisements."""
    found = person(session, OrganisationKind.FIELD_NETWORK, name="CMA")
    user = make_user(session)
    membership = make_membership(session, user, found.organisation, Role.FIELD_AGENT)
    make_territory(session, membership, "37", "08", "78", "64", "19", "29")
    return Person(found.organisation, user, actor_of(session, user))


@pytest.fixture
def places(session: Session) -> None:
    for code, name, postal, departement, region in (
        ("37214", "Saint-Cyr-sur-Loire", "37540", "37", "24"),
        ("08105", "Charleville-Mézières", "08000", "08", "44"),
        ("78640", "Vélizy-Villacoublay", "78140", "78", "11"),
        ("64260", "Hendaye", "64700", "64", "75"),
        ("19031", "Brive-la-Gaillarde", "19100", "19", "75"),
    ):
        session.add(
            Commune(
                insee_code=code,
                name=name,
                sort_name=name.lower(),
                departement_code=departement,
                region_code=region,
                population=9000,
                latitude=47.0,
                longitude=1.0,
            )
        )
        session.flush()
        session.add(CommunePostalCode(postal_code=postal, insee_code=code))
    session.flush()


@pytest.fixture
def trades(session: Session, tmp_path: Path) -> None:
    """The list of trades that every installation has."""
    product = tmp_path / "communes.json.gz"
    product.write_bytes(gzip.compress(b'{"communes": []}'))
    load_reference(session, product)


@pytest.mark.usefixtures("places", "trades")
def test_advertisements_of_leboncoin_become_drafts_of_companies_to_check(
    session: Session, agent: Person
) -> None:
    batch = bring(session, agent.actor, OPENINGS, content_of("openings/leboncoin.csv"))

    sure, doubtful = rows_of(session, batch)
    states = (sure.state, doubtful.state)
    choose(session, agent.actor, batch_id=batch.id, row_id=doubtful.id, field="trade", code="D1403")
    found = write(session, agent.actor, batch)

    butcher, adviser = session.scalars(select(Opening).order_by(Opening.title)).all()
    company = session.get_one(Organisation, butcher.employer_id)
    assert states == (RowState.GOOD, RowState.CHOICE)
    assert found == {"created": 2}
    assert (butcher.rome_code, adviser.rome_code) == ("D1101", "D1403")
    assert butcher.title == "ALTERNANCE - Boucher F/H"
    assert (butcher.commune_code, adviser.commune_code) == ("37214", "08105")
    assert butcher.status is OpeningStatus.DRAFT
    assert butcher.apprenticeship
    assert (company.name, company.status) == ("Auchan", OrganisationStatus.TO_CHECK)


@pytest.mark.usefixtures("places", "trades")
def test_advertisements_of_decathlon_lose_their_html_and_are_known_again(
    session: Session, agent: Person
) -> None:
    content = content_of("openings/decathlon.json")
    batch = bring(session, agent.actor, OPENINGS, content)
    for row, code in zip(rows_of(session, batch), ("D1502", "H1303", "D1502"), strict=True):
        choose(session, agent.actor, batch_id=batch.id, row_id=row.id, field="trade", code=code)
    first = write(session, agent.actor, batch)

    again = bring(session, agent.actor, OPENINGS, content)

    openings = session.scalars(select(Opening).order_by(Opening.id)).all()
    assert first == {"created": 3}
    assert [one.rome_code for one in openings] == ["D1502", "H1303", "D1502"]
    assert [one.commune_code for one in openings] == ["78640", "64260", "19031"]
    assert all(one.professionalisation and one.apprenticeship for one in openings)
    assert not any("<" in (one.description or "") for one in openings)
    companies = select(func.count()).where(Organisation.kind == OrganisationKind.COMPANY)
    # Two shops of one brand in two towns stay two establishments.
    assert session.scalar(companies) == 3
    assert {row.state for row in rows_of(session, again)} == {RowState.CHOICE}


def test_posts_of_cegid_are_no_work_study_and_come_back_with_that_reason(
    session: Session, agent: Person
) -> None:
    batch = bring(session, agent.actor, OPENINGS, content_of("openings/cegid.json"))

    found = write(session, agent.actor, batch)

    assert found == {"bad": 4}
    assert all("Contrat « CDD »" in row.problems["contract"] for row in rows_of(session, batch))


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("modele-arml.xlsx", "« Missions Locales » n’a aucune ligne"),
        ("modele-inscrit-sans-contrat-ft.xlsx", "« A traiter » n’a aucune ligne"),
    ],
)
def test_a_template_that_comes_blank_is_said_to_be_blank(name: str, words: str) -> None:
    with pytest.raises(Unreadable, match=words):
        read_file(io.BytesIO(content_of(f"templates/{name}")), YOUTH)


def test_a_blank_sheet_among_notes_is_named_when_it_is_asked_for() -> None:
    content = io.BytesIO(content_of("templates/modele-rupturant-ml.xlsx"))

    with pytest.raises(Unreadable, match="vide"):
        read_file(content, YOUTH, "À traiter")


def test_broken_contracts_of_the_dashboard_become_youth(session: Session, adviser: Person) -> None:
    make_commune(session, "29232")
    row = {
        "NOM": "LE BIHAN", "Prénom": "Enora", "Date de naissance": datetime(2008, 3, 14), "Age": 18,
        "RQTH": "OUI", "Ville de résidence": "QUIMPER", "Code postal de résidence": 29000,
        "Téléphone": 639980001, "Email": "enora@exemple.fr",
        "Téléphone responsable légal 1": "06 39 98 00 09",
        "Intitulé de la formation": "CAP BOULANGER", "Nom du CFA": "CFA de Quimper",
        "Code postal du CFA": "29200", "Date rupture contrat": datetime(2026, 10, 2),
    }  # fmt: skip
    cells = [row.get(header, "") for header in BROKEN_CONTRACTS]
    content = filled("templates/modele-rupturant-ml.xlsx", "À traiter", [BROKEN_CONTRACTS, cells])

    batch = bring(session, adviser.actor, YOUTH, content)
    found = write(session, adviser.actor, batch)

    youth = session.scalars(select(Youth)).one()
    assert (batch.sheet, batch.header_row) == ("À traiter", 1)
    assert batch.left_out.keys() == {"RQTH"}
    assert found == {"created": 1}
    assert (youth.full_name, youth.commune_code) == ("Enora Le Bihan", "29232")
    assert (youth.phone, youth.email) == ("+33639980001", "enora@exemple.fr")


def test_the_list_without_contract_has_no_birth_date_and_asks_for_it_row_by_row(
    session: Session, adviser: Person
) -> None:
    make_commune(session, "29232")
    people = [("Enora", "Le Bihan"), ("Malo", "Guillou"), ("Nolwenn", "Kerbrat")]
    rows = [
        {"Prénom": given, "Nom": family, "Age": 18, "RQTH": "NON", "Ville de résidence": "Quimper",
         "Téléphone": "06 39 98 00 01", "Intitulé de la formation": "CAP BOULANGER"}
        for given, family in people
    ]  # fmt: skip
    content = filled(
        "templates/modele-inscrit-sans-contrat-ft.xlsx",
        "A traiter",
        [NO_CONTRACT, *([row.get(header, "") for header in NO_CONTRACT] for row in rows)],
    )

    batch = bring(session, adviser.actor, YOUTH, content)
    first, second, _ = rows_of(session, batch)
    asked = first.proposals
    for row, typed in ((first, "14/03/2008"), (second, "2008-05-02")):
        choose(
            session, adviser.actor, batch_id=batch.id, row_id=row.id, field="birth_date", code=typed
        )
    found = write(session, adviser.actor, batch)
    table = list(rows_given_back(session, session.get_one(ImportBatch, batch.id)))
    corrected = [[*table[0]], [*table[1]]]
    corrected[1][table[0].index("Date de naissance")] = "30/11/2007"
    again = write(session, adviser.actor, bring(session, adviser.actor, YOUTH, corrected))

    assert asked == {"birth_date": []}
    assert found == {"bad": 1, "created": 2}
    assert table[1][-1] == "Date de naissance : elle manque."
    assert again == {"created": 1}
    youth = session.scalars(select(Youth).order_by(Youth.birth_date)).all()
    assert [one.given_name for one in youth] == ["Nolwenn", "Enora", "Malo"]
    assert {one.commune_code for one in youth} == {"29232"}


@pytest.mark.parametrize(("typed", "words"), [("hier", "Date de naissance"), ("01/01/1960", "ans")])
def test_a_date_typed_wrong_is_refused_and_asked_again(
    session: Session, adviser: Person, typed: str, words: str
) -> None:
    batch = bring(session, adviser.actor, YOUTH, [["Nom", "Prénom"], ["Le Bihan", "Enora"]])
    [row] = rows_of(session, batch)
    session.commit()

    with pytest.raises(Invalid, match=words):
        choose(
            session, adviser.actor, batch_id=batch.id, row_id=row.id, field="birth_date", code=typed
        )
    session.rollback()

    [row] = rows_of(session, batch)
    assert row.state is RowState.CHOICE
    assert row.choices == {}


def test_the_regional_workbook_holds_figures_and_no_person() -> None:
    content = filled(
        "templates/modele-arml.xlsx", "Missions Locales", [FIGURES, ["ML de Quimper", 12]]
    )

    read = read_file(io.BytesIO(content), YOUTH)

    assert read.mapping == {}


def test_learners_of_a_cfa_come_in_without_what_may_not_be_kept(
    session: Session, adviser: Person
) -> None:
    make_commune(session, "29232")
    headers = [
        cell.value for cell in load_workbook(real_file("templates/cfa-effectifs.xlsx"))["Modèle"][1]
    ]
    values = {
        "nom_apprenant *": "Guillou", "prenom_apprenant *": "Yann",
        "date_de_naissance_apprenant *": datetime(2007, 1, 2), "sexe_apprenant *": "H",
        "email_contact *": "yann@exemple.fr", "code_postal_apprenant *": 29000,
        "ine_apprenant": "1234567890A", "tel_apprenant": "0639980002", "rqth_apprenant": True,
        "libelle_court_formation": "CAP PATISSIER", "siret_employeur **": "00000091900019",
    }  # fmt: skip
    cells = [values.get(str(header), "") for header in headers]
    content = filled("templates/cfa-effectifs.xlsx", "Modèle", [cells], at=2)

    batch = bring(session, adviser.actor, YOUTH, content)
    found = write(session, adviser.actor, batch)

    assert (batch.sheet, batch.header_row) == ("Modèle", 1)
    assert {"sexe_apprenant *", "ine_apprenant", "rqth_apprenant"} <= batch.left_out.keys()
    assert found == {"created": 1}
    assert session.scalars(select(Youth)).one().commune_code == "29232"
    assert "1234567890A" not in str([row.cells for row in rows_of(session, batch)])
