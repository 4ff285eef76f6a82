"""The instrument of the trial of names: every field of a youth is marked, and a mark is seen however it is written."""

from __future__ import annotations

import base64
import io
import zipfile
from datetime import date

import pytest

from trials.names.marks import Mark, Marks, uncovered
from trials.names.readings import content_of, opened

DAY = Mark(7_340_001, 1, "youth.birth_date", "S4", "2004-03-01")
NAME = Mark(7_340_001, 1, "youth.family_name", "S3", "qzaaaaab")
PHONE = Mark(7_340_001, 1, "youth.phone", "S3", "639980101")
SEALED = Mark(7_340_001, 1, "contract_sheet.nir_sealed", "S4", "2980129000001")
NUMBER = Mark(7_340_001, 1, "youth.id", "house", "7340001")
MARKS = Marks(
    by_text={one.written: one for one in (NAME, PHONE, NUMBER, SEALED)},
    by_day={date(2004, 3, 1): DAY},
)


def test_every_field_about_a_youth_is_marked_or_explained() -> None:
    assert uncovered() == []


@pytest.mark.parametrize(
    ("text", "mark"),
    [
        ("Née le 1er mars 2004", DAY),
        ("2004-03-01T00:00", DAY),
        ("01/03/2004", DAY),
        ("1.3.04", DAY),
        ("20040301", DAY),
        ("QZAAAAAB-2", NAME),
        ("&#81;zaaaaab", NAME),
        ("%51zaaaaab", NAME),
        ("06 39 98 01 01", PHONE),
        ("tel:+33639980101", PHONE),
        ("/jeunes/7340001", NUMBER),
        ("2 98 01 29 000 001 70", SEALED),
        ("298012900000170", SEALED),
        (base64.urlsafe_b64encode(b'[1,"7340001"]').decode().rstrip("="), NUMBER),
    ],
)
def test_a_mark_is_seen_however_it_is_written(text: str, mark: Mark) -> None:
    assert MARKS.found(opened(text)) == {mark}


def test_a_mark_is_seen_in_a_part_of_a_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/sharedStrings.xml", "<t>Qzaaaaab</t>")

    assert MARKS.found(content_of(target.getvalue())) == {NAME}


def test_what_is_of_nobody_is_no_mark() -> None:
    assert MARKS.found("17340001 qzbbbbbb 02/03/2004 0639980102") == set()
