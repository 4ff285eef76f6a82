"""Cells as people write them and as spreadsheets spoil them; headers in any spelling."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.core.sheets import read_rows
from app.imports.fields import (
    KINDS,
    BadCell,
    parse_row,
    recognise,
    recognise_table,
    sensitive_columns,
)
from app.imports.fields import cells as c
from app.imports.fields.openings import clean_title
from app.imports.fields.organisations import network, split_address
from app.imports.models import ImportKind
from app.rules.identifiers import is_valid_siret

TODAY = date(2026, 11, 23)
YOUTH = KINDS[ImportKind.YOUTH]
OPENINGS = KINDS[ImportKind.OPENINGS]
CENTRES = KINDS[ImportKind.TRAINING_CENTRES]


def youth_row(**changes: str) -> dict[str, str]:
    return {
        "Nom": "Le Bihan",
        "Prénom": "Enora",
        "Date de naissance": "14/03/2008",
        "Téléphone": "06 39 98 00 01",
        **changes,
    }


def parsed(kind: Any, row: dict[str, str]) -> Any:
    mapping = recognise(kind, list(row))
    return parse_row(kind, mapping, list(row.values()), TODAY)


@pytest.mark.parametrize(
    "text",
    [
        "14/03/2008", "14-03-2008", "14.3.2008", "2008-03-14", "2008/03/14", "2008-03-14 00:00:00",
        "2008-03-14T09:42:16.9", "39521", "39521,0", "14 mars 2008", "14/03/2008 00:00",
        " 14/03/2008 ", "14/03/08",
    ],
)  # fmt: skip
def test_a_date_is_read_in_every_usual_writing(text: str) -> None:
    assert c.date_of("Date")(text.strip()).value == date(2008, 3, 14)


def test_a_year_of_two_digits_is_read_and_said() -> None:
    read = c.date_of("Né le")("14/03/95")

    assert read.value == date(1995, 3, 14)
    assert "1995" in read.warning


@pytest.mark.parametrize("text", ["31/02/2008", "03/14/2008", "hier", "2008", "0", "99999", "1/1"])
def test_what_is_no_date_is_refused_with_an_example(text: str) -> None:
    with pytest.raises(BadCell, match="14/03/2008"):
        c.date_of("Date")(text)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("06 39 98 00 01", "+33639980001"),
        ("06.39.98.00.01", "+33639980001"),
        ("+33 6 39 98 00 01", "+33639980001"),
        ("639980001", "+33639980001"),
        ("33639980001", "+33639980001"),
        ("(+33)639980001", "+33639980001"),
        ("+33 (0)6 39 98 00 01", "+33639980001"),
        ("06 39 98 00 01 / 06 39 98 00 02", "+33639980001"),
    ],
)
def test_a_phone_comes_back_whole(text: str, number: str) -> None:
    assert c.phone(text).value == number


@pytest.mark.parametrize("text", ["0639", "6,3998E+08", "inconnu"])
def test_what_is_no_phone_is_refused(text: str) -> None:
    with pytest.raises(BadCell, match="Téléphone"):
        c.phone(text)


def test_the_zero_of_a_postal_code_comes_back_and_is_said() -> None:
    read = c.postal_code("1000")

    assert read.value == "01000"
    assert "zéro" in read.warning


def lost_zero_siret() -> tuple[str, str]:
    whole = next(
        f"0{number:08d}{nic:05d}"
        for number in range(16_500_000, 16_500_100)
        for nic in range(10, 20)
        if is_valid_siret(f"0{number:08d}{nic:05d}")
    )
    return whole, whole.lstrip("0")


def test_the_zeros_of_a_siret_come_back_when_the_key_agrees() -> None:
    whole, lost = lost_zero_siret()

    read = c.siret(lost)

    assert read.value == whole
    assert read.warning


@pytest.mark.parametrize("text", ["1.23E+13", "1,23457E+13", "7,32829E+13"])
def test_a_siret_that_a_spreadsheet_rounded_is_refused_and_explained(text: str) -> None:
    with pytest.raises(BadCell, match=r"derniers chiffres sont perdus.*format Texte"):
        c.siret(text)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("732829320", "SIREN"),
        ("73282932000075", "clé"),
        ("7328293200007", "quatorze"),
        ("à venir", "quatorze"),
        ("²3282932000074", "clé"),
    ],
)
def test_a_wrong_siret_says_what_is_wrong(text: str, words: str) -> None:
    with pytest.raises(BadCell, match=words):
        c.siret(text)


def test_a_wrong_key_in_an_official_list_is_only_a_warning() -> None:
    read = c.register_siret("73282932000075")

    assert read.value == "73282932000075"
    assert read.warning


@pytest.mark.parametrize(
    ("text", "value", "warned"),
    [
        ("0299901E", "0299901E", False),
        ("299901E", "0299901E", True),
        ("0251542K", "0251542K", True),
    ],
)
def test_a_uai_gets_its_zero_and_a_wrong_letter_is_a_warning(
    text: str, value: str, warned: bool
) -> None:
    read = c.uai(text)

    assert read.value == value
    assert bool(read.warning) is warned


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12), ("12.0", 12), ("12,0", 12), ("1 200", 1200), ("1\u202f200", 1200)],
)
def test_a_whole_number_is_read_in_french_writing(text: str, value: int) -> None:
    assert c.whole_of("Places", 0, 2000)(text).value == value


@pytest.mark.parametrize("text", ["12,5", "douze", "-1", "99999", "9" * 5000])
def test_what_is_no_such_number_is_refused(text: str) -> None:
    with pytest.raises(BadCell):
        c.whole_of("Places", 0, 2000)(text)


def test_html_becomes_words_with_their_lines() -> None:
    html = (
        "<p>Chez&nbsp;nous<br>demain</p><ul><li>une</li><li>deux &amp; trois</li></ul>"
        "<script>alert(1)</script><style>p{}</style><!-- secret"
    )

    text = c.plain_from_html(html).value

    assert text == "Chez nous\ndemain\n\n- une\n\n- deux & trois"


def test_a_name_in_capitals_is_written_as_a_name_and_digits_are_no_name() -> None:
    assert c.name_of("Nom")("LE BIHAN-KERVÉGUEN").value == "Le Bihan-Kervéguen"
    assert c.name_of("Nom")("McDonald").value == "McDonald"
    with pytest.raises(BadCell):
        c.name_of("Nom")("4512")


@pytest.mark.parametrize(
    "headers",
    [
        ["NOM", "Prénom", "Date de naissance", "Téléphone"],
        ["nom_apprenant *", "prenom_apprenant *", "date_de_naissance_apprenant *", "tel_apprenant"],
        ["Téléphone portable", "Né(e) le", "PRENOM", "Nom de famille"],
        ["Nom", "Prenom", "Date naissance", "Telephonne"],
    ],
)
def test_headers_are_recognised_in_any_spelling_and_order(headers: list[str]) -> None:
    found = recognise(YOUTH, headers)

    assert {"family_name", "given_name", "birth_date", "phone"} <= set(found)


def test_contacts_of_others_are_not_taken_for_the_youths() -> None:
    headers = [
        "Nom du CFA", "Téléphone responsable légal 1", "Email du CFA (données publique)",
        "Code postal du CFA", "Date début contrat", "Date rupture contrat", "Âge",
    ]  # fmt: skip

    assert recognise(YOUTH, headers) == {}


def test_the_header_is_found_under_titles_and_notes() -> None:
    rows = [("Suivi des jeunes",), ("Édité le 23/11/2026",), ("Nom", "Prénom", "Né le"), ("A", "B")]

    at, found = recognise_table(YOUTH, rows)

    assert at == 2
    assert found == {"family_name": 0, "given_name": 1, "birth_date": 2}


@pytest.mark.parametrize(
    "header",
    ["RQTH", "rqth_apprenant", "date_rqth_apprenant", "Sexe", "sexe_apprenant *", "Nationalité",
     "NIR", "N° sécurité sociale", "ine_apprenant", "INE", "Civilité",
     "code_postal_de_naissance_apprenant", "nom_referent_handicap_formation"],
)  # fmt: skip
def test_columns_that_are_never_kept_are_known(header: str) -> None:
    assert sensitive_columns(YOUTH.sensitive, ["Nom", header]).keys() == {1}


@pytest.mark.parametrize("header", ["Date de naissance", "Nom", "Machine", "Souvenir", "Linerie"])
def test_other_columns_are_not_taken_for_them(header: str) -> None:
    assert sensitive_columns(YOUTH.sensitive, [header]) == {}


def test_a_good_row_gives_its_values() -> None:
    row = parsed(YOUTH, youth_row())

    assert row.problems == {}
    assert row.values["birth_date"] == date(2008, 3, 14)
    assert row.values["phone"] == "+33639980001"


def test_each_missing_or_wrong_cell_has_its_own_sentence() -> None:
    row = parsed(YOUTH, youth_row(Nom="", Téléphone="06", **{"Date de naissance": "31/02/2008"}))

    assert set(row.problems) == {"family_name", "phone", "birth_date"}
    assert all(sentence.endswith(".") for sentence in row.problems.values())


@pytest.mark.parametrize(
    ("contract", "title", "is_taken"),
    [
        ("", "ALTERNANCE - Boucher F/H", True),
        ("Contrat d’apprentissage", "Boucher", True),
        ("Contrat d'alternance (pro, apprentissage)", "Manager", True),
        ("CDD", "Apprenti boucher", False),
        ("CDI", "Boucher", False),
        ("Stage", "Stage en boucherie", False),
        ("Temps plein", "Apprenti boucher", True),
        ("", "Boucher", False),
    ],
)
def test_only_work_study_is_taken(contract: str, title: str, is_taken: bool) -> None:
    row = parsed(OPENINGS, {"Titre": title, "Contrat": contract, "Entreprise": "Chez Yann"})

    assert ("contract" not in row.problems) is is_taken


@pytest.mark.parametrize(
    ("title", "trade"),
    [
        ("ALTERNANCE - Boucher F/H", "Boucher"),
        ("Conseiller Commercial Après-Vente en Alternance (H/F)", "Conseiller Commercial Après-Vente"),
        ("Apprenti boulanger", "boulanger"),
        ("Alternance", "Alternance"),
    ],
)  # fmt: skip
def test_a_title_is_cleaned_down_to_the_trade(title: str, trade: str) -> None:
    assert clean_title(title) == trade


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("61 Bd de la Prairie au Duc 44200 Nantes", ("61 Bd de la Prairie au Duc", "44200", "Nantes")),
        ("Saint-Romain-de-Popey", ("Saint-Romain-de-Popey", "", "")),
        ("12345 Rue Haute 69009 Lyon 9e Arrondissement", ("12345 Rue Haute", "69009", "Lyon")),
        ("BP 40 29107 Quimper CEDEX 9", ("BP 40", "29107", "Quimper")),
        ("", ("", "", "")),
    ],
)  # fmt: skip
def test_the_end_of_an_address_names_the_commune(text: str, parts: tuple[str, str, str]) -> None:
    assert split_address(text) == parts


def test_a_closed_place_of_a_network_is_given_back() -> None:
    row = parsed(
        CENTRES, {"Siret": "73282932000074", "Raison sociale": "CFA", "etat_administratif": "fermé"}
    )

    assert "fermé" in row.problems["state"]


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("cfa ec|cma", "cma"),
        ("cci", "cci"),
        ("Compagnons du devoir", "compagnons"),
        ("autre", "autre"),
    ],
)
def test_the_network_is_the_one_we_know(text: str, value: str) -> None:
    assert network(text).value == value


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("jeunes", ImportKind.YOUTH),
        ("offres", ImportKind.OPENINGS),
        ("sessions", ImportKind.SESSIONS),
        ("entreprises", ImportKind.COMPANIES),
    ],
)
def test_each_example_is_read_whole_without_a_remark(name: str, kind: ImportKind) -> None:
    path = Path(__file__).resolve().parents[2] / "examples" / "imports" / f"{name}.csv"

    with path.open("rb") as file:
        header, *rows = list(read_rows(file))
    mapping = recognise(KINDS[kind], header.cells)
    read = [parse_row(KINDS[kind], mapping, row.cells, TODAY) for row in rows]

    assert len(mapping) == len(header.cells)
    assert [(row.problems, row.warnings) for row in read] == [({}, {})] * len(rows)
