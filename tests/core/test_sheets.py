"""Tables in and out: encodings, separators, workbooks, bombs, formulas."""

from __future__ import annotations

import csv
import io
import json
import random
import tracemalloc
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook

from app.core.sheets import (
    SheetFormat,
    Unreadable,
    csv_bytes,
    detect,
    harmless,
    plain_again,
    read_rows,
    sheet_names,
    xlsx_bytes,
)

TEXT = "Nom;Prénom\r\nLe Bihan;Énora\r\n"


def cells_of(content: bytes, *, sheet: str | None = None) -> list[tuple[str, ...]]:
    return [row.cells for row in read_rows(io.BytesIO(content), sheet=sheet)]


def workbook(*rows: Sequence[Any], title: str = "Feuille") -> bytes:
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = title
    for row in rows:
        sheet.append(list(row))
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def archive(parts: dict[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in parts.items():
            made.writestr(name, content)
    return target.getvalue()


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "utf-16-be"]
)
def test_a_csv_is_read_in_every_usual_encoding(encoding: str) -> None:
    content = TEXT.encode(encoding)

    rows = cells_of(content)

    assert rows == [("Nom", "Prénom"), ("Le Bihan", "Énora")]


def test_windows_letters_far_behind_the_beginning_are_still_understood() -> None:
    content = ("Nom;Ville\n" + "Le Bihan;Quimper\n" * 8000 + "Guillou;Guéret\n").encode("cp1252")

    rows = cells_of(content)

    assert rows[-1] == ("Guillou", "Guéret")


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_the_separator_is_found_and_commas_inside_quotes_do_not_count(separator: str) -> None:
    text = f'Nom{separator}Adresse\nLe Bihan{separator}"3, rue Haute, bât. B"\n'

    rows = cells_of(text.encode())

    assert rows[1] == ("Le Bihan", "3, rue Haute, bât. B")


def test_a_line_that_announces_the_separator_is_not_a_row() -> None:
    rows = list(read_rows(io.BytesIO(b"sep=;\r\nNom;Age\r\nA;3\r\n")))

    assert [(row.number, row.cells) for row in rows] == [(2, ("Nom", "Age")), (3, ("A", "3"))]


def test_empty_rows_are_left_out_but_counted_as_a_spreadsheet_counts() -> None:
    rows = list(read_rows(io.BytesIO(b"Nom;Age\n;\n\nA;3\n")))

    assert [row.number for row in rows] == [1, 4]


def test_a_cell_with_line_breaks_is_one_cell() -> None:
    rows = cells_of(b'titre,texte\nBoucher,"une\r\ndeux"\n')

    assert rows[1] == ("Boucher", "une\ndeux")


def test_control_characters_and_nul_leave_the_cells() -> None:
    content = "Nom;Ville\nLe\u0007 Bihan;Quim\u0000per\n".encode() + b"A;B\n" * 50

    rows = cells_of(content)

    assert rows[1] == ("Le Bihan", "Quimper")


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"   \n",
        b"%PDF-1.7 ...",
        b"\x89PNG\r\n\x1a\n0000",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512),
        bytes(range(256)) * 8,
        b"\x1f\x8b\x08\x00" + bytes(64),
        b"<html><body>une page</body></html>",
        b"PK\x03\x04 not a zip at all",
        archive({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}),
        b'{"a": 1',
        b'{"a": 1}',
        b"[1, 2, 3]",
        b"[" * 100_000,
        b'[{"a": ' + b"9" * 10_000 + b"}]",
    ],
    ids=lambda content: repr(content[:8]),
)
def test_a_file_that_is_no_table_is_refused_with_a_sentence(content: bytes) -> None:
    with pytest.raises(Unreadable) as refusal:
        cells_of(content)

    assert refusal.value.field == "file"
    assert refusal.value.message.endswith(".")


def test_a_quote_never_closed_is_explained() -> None:
    content = b'Nom;Texte\nA;"' + b"x" * 200_000

    with pytest.raises(Unreadable, match="guillemet"):
        cells_of(content)


def test_too_many_columns_are_refused() -> None:
    with pytest.raises(Unreadable, match="300 colonnes"):
        cells_of(b";".join([b"a"] * 400))


def test_a_workbook_gives_dates_numbers_and_zeros_as_text() -> None:
    content = workbook(
        ["Nom", "Né le", "Code postal", "SIRET", "Vu", "Part"],
        ["A", datetime(2008, 3, 14), 29000, 12345678901234, True, 0.5],
        ["B", date(2007, 1, 2), "01000", "00000091900019", False, 3.0],
    )

    rows = cells_of(content)

    assert rows[1] == ("A", "2008-03-14", "29000", "12345678901234", "oui", "0.5")
    assert rows[2] == ("B", "2007-01-02", "01000", "00000091900019", "non", "3")


def test_the_sheet_asked_for_is_read() -> None:
    book = Workbook()
    book.create_sheet("À traiter").append(["NOM"])
    target = io.BytesIO()
    book.save(target)

    names = sheet_names(target)
    rows = cells_of(target.getvalue(), sheet="À traiter")

    assert names == ["Sheet", "À traiter"]
    assert rows == [("NOM",)]


def test_a_sheet_that_is_not_there_is_named() -> None:
    with pytest.raises(Unreadable, match="pas de feuille « Autre »"):
        cells_of(workbook(["a"]), sheet="Autre")


def test_a_size_that_a_sheet_only_announces_costs_nothing() -> None:
    content = workbook(["Nom"], ["A"])
    with zipfile.ZipFile(io.BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = "xl/worksheets/sheet1.xml"
    parts[name] = parts[name].replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"')
    assert b"XFD1048576" in parts[name]

    rows = cells_of(archive(parts))

    assert rows == [("Nom",), ("A",)]


def with_sheet(rows: str) -> bytes:
    """A workbook whose sheet holds these rows, as they are written."""
    space = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    with zipfile.ZipFile(io.BytesIO(workbook(["nom"]))) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    sheet = f'<worksheet xmlns="{space}"><sheetData>{rows}</sheetData></worksheet>'
    return archive({**parts, "xl/worksheets/sheet1.xml": sheet.encode()})


def test_a_row_that_says_it_is_far_beyond_the_last_costs_no_more_than_a_sheet() -> None:
    content = with_sheet('<row r="99999999999"><c r="A1"><v>1</v></c></row>')

    assert cells_of(content) == []


def test_many_rows_with_a_cell_far_to_the_right_are_refused() -> None:
    content = with_sheet('<row><c r="A1"><v>1</v></c><c r="XFD1"/></row>' * 2_000)

    with pytest.raises(Unreadable, match="trop de place"):
        cells_of(content)


def test_a_zip_bomb_is_refused_before_it_is_opened() -> None:
    parts = {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"\0" * 120_000_000}
    content = archive(parts)
    assert len(content) < 300_000

    tracemalloc.start()
    with pytest.raises(Unreadable, match="trop de place"):
        detect(io.BytesIO(content))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert peak < 5_000_000


def test_a_workbook_too_dense_to_be_honest_is_refused() -> None:
    parts = {"xl/workbook.xml": b"<a/>", "xl/worksheets/sheet1.xml": b"<c/>" * 2_000_000}

    with pytest.raises(Unreadable, match="trop de place"):
        detect(io.BytesIO(archive(parts)))


@pytest.mark.parametrize(
    "declaration",
    [
        b'<!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;&b;">]>',
        b'<!doctype a SYSTEM "file:///etc/passwd">',
        # Across the border of two pieces of reading, behind a filling that does not shrink away.
        b"<!--" + random.Random(1).randbytes(32_751).hex().encode() + b"--><!DOCTYPE a>",
    ],
)
def test_an_entity_in_a_workbook_is_refused(declaration: bytes) -> None:
    parts = {"xl/workbook.xml": b"<?xml version='1.0'?>" + declaration + b"<a/>"}

    with pytest.raises(Unreadable, match="abîmé"):
        detect(io.BytesIO(archive(parts)))


def test_an_entity_hidden_in_utf_16_is_refused() -> None:
    parts = {"xl/workbook.xml": '<?xml version="1.0"?><!DOCTYPE a><a/>'.encode("utf-16")}

    with pytest.raises(Unreadable, match="abîmé"):
        detect(io.BytesIO(archive(parts)))


def test_a_damaged_workbook_is_said_to_be_damaged() -> None:
    content = workbook(*([f"ligne {number}", number] for number in range(200)))
    damaged = content[:400] + bytes(300) + content[700:]

    with pytest.raises(Unreadable):
        cells_of(damaged)


def test_a_workbook_that_lost_a_few_bytes_on_its_way_is_said_to_be_damaged() -> None:
    content = workbook(["Nom"], ["A"])

    for lost in range(1, 8):
        with pytest.raises(Unreadable, match="abîmé"):
            cells_of(content[:60] + content[60 + lost :])


def test_records_of_a_json_file_are_found_and_flattened() -> None:
    content = json.dumps(
        {
            "count": 2,
            "ads": [
                {"title": "Boucher", "place": {"zip": "29000"}, "tags": ["a", "b"], "open": True},
                {"title": "Pâtissier", "region": [{"label": "Finistère"}, {"label": "Morbihan"}]},
            ],
        }
    ).encode()

    rows = cells_of(content)

    assert rows[0] == ("title", "place.zip", "tags", "open", "region.label")
    assert rows[1] == ("Boucher", "29000", "a; b", "oui")
    assert rows[2] == ("Pâtissier", "", "", "", "Finistère; Morbihan")


def test_the_kind_is_read_from_the_bytes() -> None:
    found = [detect(io.BytesIO(one)) for one in (workbook(["a"]), b'\xef\xbb\xbf [{"a":1}]', b"a")]

    assert found == [SheetFormat.XLSX, SheetFormat.JSON, SheetFormat.CSV]


def with_macros(content: bytes, kind: str) -> bytes:
    """The same workbook as a spreadsheet with macros saves it: a program inside, and another content type."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(content)) as made:
        for name in made.namelist():
            parts[name] = made.read(name)
    plain = b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(plain, kind.encode())
    parts["xl/vbaProject.bin"] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2_000)
    return archive(parts)


@pytest.mark.parametrize(
    "kind",
    [
        "application/vnd.ms-excel.sheet.macroEnabled.main+xml",
        "application/vnd.ms-excel.template.macroEnabled.main+xml",
    ],
)
def test_a_workbook_with_macros_gives_its_rows_and_leaves_its_program_behind(kind: str) -> None:
    content = with_macros(workbook(["Nom", "Prénom"], ["Le Bihan", "Énora"]), kind)

    rows = cells_of(content)

    assert rows == [("Nom", "Prénom"), ("Le Bihan", "Énora")]
    assert b"vbaProject" not in xlsx_bytes([("Feuille", rows)])


DANGEROUS = ["=1+1", "+33639980001", "-2", "@SUM(A1)", "\tx", "\rx", " =1", "＝1"]


@pytest.mark.parametrize("text", DANGEROUS)
def test_no_cell_that_leaves_is_a_formula_and_our_own_file_comes_back_as_it_was(text: str) -> None:
    shown = harmless(text)

    assert shown == "'" + text
    assert plain_again(shown) == text


@pytest.mark.parametrize("text", ["Le Bihan", "l’été", "'quoted", "a=b", ""])
def test_plain_words_leave_unchanged(text: str) -> None:
    assert harmless(text) == text
    assert plain_again(text) == text


def test_a_csv_that_leaves_opens_in_a_french_spreadsheet() -> None:
    content = csv_bytes([["Nom", "Note"], ["Énora", '=HYPERLINK("http://x")']])

    rows = list(csv.reader(io.StringIO(content.decode("utf-8-sig"), newline=""), delimiter=";"))

    assert content.startswith(b"\xef\xbb\xbf")
    assert rows == [["Nom", "Note"], ["Énora", '\'=HYPERLINK("http://x")']]


def test_a_workbook_that_leaves_holds_no_formula() -> None:
    content = xlsx_bytes([("Jeunes/2026", [["Nom", "Le"], ["=1+1", date(2026, 11, 23)]])])

    book = load_workbook(io.BytesIO(content))
    sheet = book["Jeunes2026"]

    assert sheet["A2"].data_type == "s"
    assert sheet["A2"].value == "'=1+1"
    assert sheet["B2"].value == datetime(2026, 11, 23)


def stream_peak(path: Path, rows: int) -> tuple[int, int]:
    """Rows read and the peak of memory while a CSV of that many rows goes by."""
    with path.open("wb") as made:
        made.write(b"Nom;Prenom;Ville\n")
        for number in range(rows):
            made.write(b"Le Bihan %d;Enora;Quimper\n" % number)
    tracemalloc.start()
    with path.open("rb") as file:
        count = sum(1 for _ in read_rows(file))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return count, peak


def test_rows_stream_in_bounded_memory(tmp_path: Path) -> None:
    count, peak = stream_peak(tmp_path / "rows.csv", 20_000)

    assert count == 20_001
    assert peak < 4_000_000


@pytest.mark.slow
def test_a_million_rows_stream_in_the_same_memory(tmp_path: Path) -> None:
    count, peak = stream_peak(tmp_path / "rows.csv", 1_000_000)

    assert count == 1_000_001
    assert peak < 4_000_000
