"""Official files as users bring them: made-up small ones in every shape, and the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.core.errors import Invalid
from app.reference.models import (
    Activity,
    ActivityHiring,
    Certification,
    CertificationTrade,
    Commune,
    CommuneAlias,
    CommunePostalCode,
    ReferenceEdition,
    ShortageMark,
    TitleKind,
    Trade,
    TradeTitle,
)
from app.reference.queries import knowledge, shortage_codes, suggest_trades
from app.reference.services import import_file
from tests.conftest import SHARED
from tests.factories.reference import make_commune, make_trade

Writer = Callable[[str, str, str], Path]


@pytest.fixture
def written(tmp_path: Path) -> Writer:
    """Put a text in a file in some encoding."""

    def write(name: str, text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / name
        path.write_bytes(text.encode(encoding))
        return path

    return write


def real(name: str) -> Path:
    path = SHARED / "data" / name
    if not path.exists():
        pytest.skip(f"the real file {name} is not on this machine (TREFLE_SHARED)")
    return path


def count(session: Session, model: type) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp1252"])
@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_a_file_is_read_in_any_usual_encoding_and_separator(
    session: Session, written: Writer, encoding: str, separator: str
) -> None:
    text = "Code ROME;Libellé\r\nD1101;Bouchère de métier\r\n\r\n".replace(";", separator)

    report = import_file(session, "rome", written("rome.csv", text, encoding))

    assert (report.rows, report.refused) == (1, [])
    assert session.get_one(Trade, "D1101").label == "Bouchère de métier"


def test_lost_zeros_come_back_and_unknown_columns_do_not_matter(
    session: Session, written: Writer
) -> None:
    session.add(
        Commune(
            insee_code="01004",
            name="Ambérieu-en-Bugey",
            sort_name="amberieu en bugey",
            departement_code="01",
            region_code="84",
        )
    )
    session.flush()
    text = "Code_commune_INSEE;x;Code_postal;coordonnees_gps\n1004;?;1500;45.957, 5.37\n"

    report = import_file(session, "laposte", written("laposte.csv", text, "utf-8"))

    commune = session.get_one(Commune, "01004")
    session.refresh(commune)
    assert (commune.latitude, commune.position_is_approximate) == (45.957, False)
    assert session.get(CommunePostalCode, ("01500", "01004")) is not None
    assert (report.created, report.updated) == (1, 1)


def test_a_refused_line_says_its_number_and_its_reason(session: Session, written: Writer) -> None:
    make_trade(session, "D1102")
    text = "rome_code,tension_pct\nD1102,62.5\nZ9999,80\nD1102,beaucoup\n"

    report = import_file(session, "fap", written("fap.csv", text, "utf-8"), year=2025)

    assert [(one.line, one.reason) for one in report.refused] == [
        (3, "code ROME inconnu"),
        (4, "pourcentage illisible"),
    ]
    assert "2 refusées" in report.sentences()[0]


def test_a_missing_column_is_named_with_those_that_were_found(
    session: Session, written: Writer
) -> None:
    path = written("rome.csv", "code;nom\nD1101;Boucher\n", "utf-8")

    with pytest.raises(Invalid, match=r"Il manque.*code_rome.*Colonnes trouvées : code, nom"):
        import_file(session, "rome", path)


@pytest.mark.parametrize(
    ("kind", "content", "message"),
    [
        ("rome", "", "vide"),
        ("zones", "not json", "liste JSON"),
        ("zones", '{"a": 1}', "liste JSON"),
        ("fap", "rome_code,tension_pct\n", "De quelle année"),
        ("magic", "x", "Référentiel inconnu"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    session: Session, written: Writer, kind: str, content: str, message: str
) -> None:
    path = written("file.csv", content, "utf-8")

    with pytest.raises(Invalid, match=message):
        import_file(session, kind, path)


def test_the_same_file_twice_changes_nothing(session: Session, written: Writer) -> None:
    path = written("rome.csv", "code_rome;libelle_rome\nD1101;Boucher / Bouchère\n", "utf-8")
    import_file(session, "rome", path)

    again = import_file(session, "rome", path)

    assert again.already_loaded
    assert count(session, ReferenceEdition) == 1


def test_a_new_edition_with_the_same_rows_changes_no_row(session: Session, written: Writer) -> None:
    first = "code_rome;libelle_rome\nD1101;Boucher / Bouchère\n"
    import_file(session, "rome", written("rome-1.csv", first, "utf-8"))

    report = import_file(session, "rome", written("rome-2.csv", first + "\n", "utf-8"))

    assert (report.created, report.updated, report.unchanged) == (0, 0, 4)
    assert count(session, ReferenceEdition) == 2


def test_a_new_shortage_edition_ends_the_former_one_whatever_the_order(
    session: Session, written: Writer
) -> None:
    make_trade(session, "D1102")
    make_trade(session, "D1104")
    new = written("fap-2025.csv", "rome_code,tension_pct\nD1102,40\nD1104,70\n", "utf-8")
    old = written("fap-2020.csv", "rome_code,tension_pct\nD1102,70\n", "utf-8")

    import_file(session, "fap", new)
    import_file(session, "fap", old)

    assert shortage_codes(session, "53", date(2024, 12, 31)) == {"D1102"}
    assert shortage_codes(session, "53", date(2025, 1, 1)) == {"D1104"}
    assert shortage_codes(session, None, date(2019, 12, 31)) == frozenset()
    kept = session.scalars(
        select(ShortageMark.value)
        .where(ShortageMark.rome_code == "D1102")
        .order_by(ShortageMark.year)
    ).all()
    assert kept == [70.0, 40.0]


def test_the_families_of_bmo_are_linked_by_their_words_and_the_others_are_reported(
    session: Session, written: Writer
) -> None:
    make_trade(session, "D1102")
    make_trade(session, "D1104")
    text = (
        "Métier;Difficultés à recruter\r\nBoulangers, pâtissiers;78,9 %\r\n"
        "Vétérinaires;81,6 %\r\nTotal;50,1 %\r\n"
    )

    report = import_file(session, "bmo", written("bmo_2020.csv", text, "utf-8-sig"))

    marks = session.execute(
        select(
            ShortageMark.rome_code, ShortageMark.year, ShortageMark.value, ShortageMark.mark
        ).order_by(ShortageMark.rome_code)
    ).all()
    assert [tuple(row) for row in marks] == [
        ("D1102", 2020, 78.9, "U"),
        ("D1104", 2020, 78.9, "U"),
    ]
    assert [one.line for one in report.refused] == [3]


def test_an_official_appellation_leads_to_its_trade(session: Session, written: Writer) -> None:
    make_trade(session, "D1102")
    text = (
        "code_ogr;libelle_appellation_long;libelle_appellation_court;code_rome\n"
        "1;Tourier / Tourière en boulangerie;Tourier;D1102\n2;Inconnu;Inconnu;Z9999\n"
    )

    report = import_file(session, "appellations", written("app.csv", text, "utf-8"))

    assert [one.rome_code for one in suggest_trades(session, "touriere")] == ["D1102"]
    assert [one.line for one in report.refused] == [3]


def test_a_finer_trade_keeps_its_parent(session: Session, written: Writer) -> None:
    text = (
        "code_rome,libelle_rome,code_rome_parent\nF1610,Couvreur / Couvreuse,F1610\n"
        "F1619,Couvreur-zingueur / Couvreuse-zingueuse,F1610\n"
    )

    import_file(session, "rome", written("rome.csv", text, "utf-8"))

    assert session.get_one(Trade, "F1610").parent_code is None
    assert session.get_one(Trade, "F1619").parent_code == "F1610"
    forms = session.scalars(
        select(TradeTitle.title)
        .where(TradeTitle.rome_code == "F1619", TradeTitle.kind == TitleKind.SHORT_FORM)
        .order_by(TradeTitle.title)
    ).all()
    assert forms == ["Couvreur-zingueur", "Couvreuse-zingueuse"]


def test_the_zone_of_a_commune_is_set_and_a_merged_one_is_named(
    session: Session, written: Writer
) -> None:
    make_commune(session, "29232")
    session.add(
        CommuneAlias(old_code="29194", old_name="Penhars", sort_name="penhars", insee_code="29232")
    )
    session.flush()
    text = (
        '[{"code_commune": "29232", "code_zone_emploi": "5312"},'
        '{"code_commune": "29194", "code_zone_emploi": "5312"},'
        '{"code_commune": "29999", "code_zone_emploi": "5312"}]'
    )

    report = import_file(session, "zones", written("zones.json", text, "utf-8"))

    zone = session.scalar(select(Commune.employment_zone_code).where(Commune.insee_code == "29232"))
    assert zone == "5312"
    assert [one.line for one in report.refused] == [2, 3]
    assert "fusionnée" in report.refused[0].reason


def test_a_certification_leads_to_its_trades_and_opens_them_to_apprenticeship(
    session: Session, written: Writer
) -> None:
    trade = make_trade(session, "D1102")
    trade.has_apprenticeship = False
    session.flush()
    text = (
        "Libelle_Diplome;Code_Niveau_Europeen;Code_Rome_1;Code_Rome_2;Code_RNCP;Code_Scolarité;"
        "accessibilite_ca\nCAP boulanger;3;D1102;D1104;37537;50022141;1\nSans code;3;D1102;;;;1\n"
    )

    report = import_file(session, "certifinfo", written("certif.csv", text, "utf-8"))

    session.expire_all()
    row = session.scalars(select(Certification)).one()
    assert (row.rncp_code, row.cfd_code, row.level) == ("RNCP37537", "50022141", 3)
    assert count(session, CertificationTrade) == 2
    assert session.get_one(Trade, "D1102").has_apprenticeship
    assert [one.line for one in report.refused] == [3]
    assert any(one.title == "CAP boulanger" for one in knowledge(session).diplomas)


def test_the_real_places_files_load_and_a_second_load_changes_nothing(session: Session) -> None:
    files = (
        ("communes", real("communes/communes.csv")),
        ("laposte", real("communes/laposte_hexasmal.csv")),
        ("zones", real("communes/bassins_emploi_communes.json")),
    )

    reports = [import_file(session, kind, path) for kind, path in files]
    again = [import_file(session, kind, path) for kind, path in files]

    assert count(session, Commune) > 34_000
    assert count(session, CommunePostalCode) > 35_000
    assert all(report.refused_count < report.rows / 20 for report in reports)
    assert all(report.already_loaded for report in again)
    zoned = select(func.count()).where(Commune.employment_zone_code.is_not(None))
    assert (session.scalar(zoned) or 0) > 34_000


def test_the_real_trade_files_load_and_the_shortage_lists_link_to_them(session: Session) -> None:
    files = (
        ("rome", real("rome/unix_referentiel_code_rome_v460_utf8.csv"), None),
        ("appellations", real("rome/referentiel_appellations.csv"), None),
        ("fap", real("shortage/fap_tension.csv"), 2021),
        ("bmo", real("shortage/bmo_2020.csv"), None),
    )

    reports = {kind: import_file(session, kind, path, year=year) for kind, path, year in files}

    assert count(session, Trade) == 1584
    assert count(session, TradeTitle) > 11_000
    assert reports["rome"].refused_count == 0
    assert reports["bmo"].rows == 201
    linked = select(func.count()).where(ShortageMark.source == "BMO")
    assert (session.scalar(linked) or 0) >= 60
    assert "D1101" in shortage_codes(session, None, date(2020, 6, 1))


def test_the_real_diploma_files_load(session: Session) -> None:
    rncp, certif = real("diplomas/code_diplome_rncp.csv"), real("diplomas/certif_info.csv")

    first = import_file(session, "rncp", rncp)
    second = import_file(session, "certifinfo", certif)

    assert first.refused_count == 0
    assert count(session, Certification) > 8_000
    assert count(session, CertificationTrade) > 5_000
    assert {one.reason for one in second.refused} == {"ni code RNCP ni code diplôme lisibles"}


def test_the_real_activity_files_load(session: Session) -> None:
    labels, hirings = real("naf/naf_labels.csv"), real("naf/rome_naf_hirings_2021.csv")

    import_file(session, "naf", labels)
    report = import_file(session, "hirings", hirings)

    assert count(session, Activity) == 732
    assert report.refused_count < report.rows / 50
    assert session.scalar(select(ActivityHiring.year).distinct()) == 2021
