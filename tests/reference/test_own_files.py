"""Loading what every installation has, from a small product of the build."""

from __future__ import annotations

import gzip
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.changes import Changed, PoolChange
from app.reference.models import (
    Commune,
    CommuneAlias,
    CommunePostalCode,
    ShortageMark,
    TitleKind,
    Trade,
    TradeTitle,
)
from app.reference.queries import (
    AmbiguousTrade,
    find_communes,
    place_of,
    resolve_commune,
    resolve_trade,
    shortage_codes,
    suggest_trades,
)
from app.reference.services import MissingProduct, load_reference
from app.reference.services.titles import genders
from tests.reference.everyday import EVERYDAY

QUIMPER: dict[str, Any] = {
    "insee": "29232",
    "name": "Quimper",
    "postal_codes": ["29000"],
    "population": 63000,
    "epci": "200068120",
    "arrondissement": "294",
    "departement": "29",
    "region": "53",
    "former_codes": ["29087"],
    "parts": [{"insee": "29194", "name": "Penhars", "kind": "commune-associee"}],
    "lat": 47.996,
    "lon": -4.097,
    "position_is_approximate": True,
}


@pytest.fixture
def product(tmp_path: Path) -> Path:
    return write_product(tmp_path / "communes.json.gz", QUIMPER)


def write_product(path: Path, *communes: dict[str, Any]) -> Path:
    path.write_bytes(gzip.compress(json.dumps({"communes": list(communes)}).encode()))
    return path


def test_a_missing_product_says_how_to_make_it(session: Session, tmp_path: Path) -> None:
    with pytest.raises(MissingProduct, match="make reference"):
        load_reference(session, tmp_path / "nowhere.json.gz")


def test_communes_come_with_postal_codes_and_former_names(session: Session, product: Path) -> None:
    load_reference(session, product)

    assert session.get_one(Commune, "29232").sort_name == "quimper"
    assert session.get(CommunePostalCode, ("29000", "29232")) is not None
    assert session.get_one(CommuneAlias, "29194").old_name == "Penhars"
    place = place_of(session, "29087")
    assert place is not None
    assert place.insee_code == "29232"


def test_a_former_name_leads_to_the_commune_of_today(session: Session, product: Path) -> None:
    load_reference(session, product)

    found = find_communes(session, "penarhs")

    assert [(one.insee_code, one.matched) for one in found] == [("29232", "Penhars")]


def test_all_trades_of_the_dossier_come_with_their_wordings(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    assert session.scalar(select(func.count()).select_from(Trade)) == 177
    forms = session.scalars(
        select(TradeTitle.title)
        .where(TradeTitle.rome_code == "D1102", TradeTitle.kind == TitleKind.SHORT_FORM)
        .order_by(TradeTitle.title)
    ).all()
    assert forms == ["Boulanger", "Boulangère"]


def test_the_story_of_kevin_finds_baker_pastry_cook_and_mechanic(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    first = [one.rome_code for one in suggest_trades(session, "boulengerie/patiserie")]
    second = [one.rome_code for one in suggest_trades(session, "mecanique voitur")]

    assert first[:2] == ["D1102", "D1104"]
    assert second[0] == "I1604"


def test_everyday_words_find_their_trade_in_the_short_list(session: Session, product: Path) -> None:
    load_reference(session, product)

    first = {word: suggest_trades(session, word)[:1] for word in EVERYDAY}

    wrong = {
        word: [one.label for one in found]
        for word, found in first.items()
        if [one.rome_code for one in found] not in [[code] for code in EVERYDAY[word]]
    }
    assert wrong == {}


def test_a_word_of_several_trades_is_no_certainty_where_only_one_of_them_is_known(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    answer = resolve_trade(session, "photographe")

    assert isinstance(answer, AmbiguousTrade)


def test_a_wish_that_no_apprenticeship_serves_is_answered_by_neighbours(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    found = suggest_trades(session, "policier")

    assert found[0].rome_code.startswith("K25")
    assert all(one.is_alternative for one in found)


def test_a_trade_is_taken_without_asking_when_its_wording_is_known(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    answer = resolve_trade(session, "Boulangère")

    assert getattr(answer, "rome_code", None) == "D1102"


def test_shortage_marks_keep_their_source_and_hold_from_their_year(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    mark = session.scalars(
        select(ShortageMark).where(
            ShortageMark.rome_code == "A1402", ShortageMark.source == "P-TENS25"
        )
    ).one()

    assert (mark.year, mark.is_shortage, mark.mark) == (2025, True, "P")
    assert "A1402" in shortage_codes(session, "53", date(2026, 11, 23))
    assert "A1402" not in shortage_codes(session, "53", date(2024, 12, 31))


def test_a_list_that_names_another_job_of_the_trade_makes_no_shortage(
    session: Session, product: Path
) -> None:
    load_reference(session, product)

    assert "A1416" not in shortage_codes(session, None, date(2026, 11, 23))


def test_a_second_load_changes_nothing(session: Session, product: Path) -> None:
    load_reference(session, product)
    changes = session.scalar(select(func.count()).select_from(PoolChange))

    again = load_reference(session, product)

    assert all(report.already_loaded for report in again)
    assert session.scalar(select(func.count()).select_from(PoolChange)) == changes


def test_a_load_tells_the_matching_pools(session: Session, product: Path) -> None:
    load_reference(session, product)

    kinds = session.scalars(select(PoolChange.kind)).all()

    assert set(kinds) == {Changed.REFERENCE}


def test_a_new_product_changes_only_what_differs(
    session: Session, product: Path, tmp_path: Path
) -> None:
    load_reference(session, product)
    newer = write_product(tmp_path / "newer.json.gz", {**QUIMPER, "population": 64000})

    communes = load_reference(session, newer)[0]

    assert (communes.created, communes.updated, communes.unchanged) == (0, 1, 3)


def test_an_exact_position_outlives_an_approximate_one(
    session: Session, product: Path, tmp_path: Path
) -> None:
    exact = {**QUIMPER, "lat": 47.9, "position_is_approximate": False}
    load_reference(session, write_product(tmp_path / "exact.json.gz", exact))

    load_reference(session, product)

    session.expire_all()
    commune = session.get_one(Commune, "29232")
    assert (commune.latitude, commune.position_is_approximate) == (47.9, False)


def test_the_index_in_memory_follows_the_table(session: Session, product: Path) -> None:
    before = resolve_commune(session, "Quimper")

    load_reference(session, product)
    after = resolve_commune(session, "Quimper")

    assert getattr(before, "text", None) == "Quimper"
    assert getattr(after, "insee_code", None) == "29232"


@pytest.mark.parametrize(
    ("label", "forms"),
    [
        ("Boulanger / Boulangère", ("Boulanger", "Boulangère")),
        (
            "Conducteur / Conductrice d'engins agricoles",
            ("Conducteur d'engins agricoles", "Conductrice d'engins agricoles"),
        ),
        (
            "Conducteur routier / Conductrice routière de marchandises",
            ("Conducteur routier de marchandises", "Conductrice routière de marchandises"),
        ),
        ("Styliste", ()),
        ("A / B / C", ()),
    ],
)
def test_a_label_gives_both_genders_in_full(label: str, forms: tuple[str, ...]) -> None:
    found = genders(label)

    assert found == forms


def test_the_command_says_what_is_missing(app: Flask) -> None:
    result: Result = app.test_cli_runner().invoke(args=["trefle", "reference", "load"])

    assert result.exit_code == 1
    assert "make reference" in result.output


def test_a_dry_run_of_an_import_writes_nothing(
    app: Flask, session: Session, tmp_path: Path
) -> None:
    path = tmp_path / "rome.csv"
    path.write_text("code_rome;libelle_rome\nD1101;Boucher / Bouchère\n", encoding="utf-8")
    runner = app.test_cli_runner()

    tried = runner.invoke(args=["trefle", "reference", "import", "rome", str(path), "--dry-run"])
    done = runner.invoke(args=["trefle", "reference", "import", "rome", str(path)])

    assert "Essai à blanc" in tried.output
    assert "4 créées" in tried.output
    assert "4 créées" in done.output
