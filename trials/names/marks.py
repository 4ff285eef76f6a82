"""A mark of its own in every field of every youth, and the stage from which an organisation may read each.

A word is `qz` and six letters, a date a day that nothing else in the estate has, a telephone a number of the range kept
for stories, a database id far above all others: whatever stands in an answer is found by its shape and looked up.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Date, DateTime, Enum, String, Table, Text, select
from sqlalchemy.orm import Session

from app.core import clock
from app.core.db import Model
from app.core.text import sort_key
from app.privacy.models import CorrectionRequest
from app.privacy.queries.holdings import tables_about_people
from app.rules.age import is_minor
from app.rules.identifiers.people import nir_key
from app.youth.models import (
    DisabilityRecognition,
    LegalRepresentative,
    Wish,
    Youth,
    YouthDiploma,
    YouthNote,
)

FIRST_ID = 7_340_001
HOUSE = "house"
"""Read by the organisation that follows the youth, by nobody else at any stage."""
FIRST_DAY = date(2003, 2, 1)
YOUNGER = timedelta(days=2_400)
"""From the days of adults to those of minors."""

OPENS: Mapping[str, str] = {
    "youth.id": HOUSE,
    "youth.public_code": "S1",
    "youth.own_words": "S1",
    "youth.given_name": "S2",
    "youth.family_name": "S3",
    "youth.usage_name": "S3",
    "youth.phone": "S3",
    "youth.birth_date": "S4",
    "youth.email": "S4",
    # Asked by the contract form; no page shows them before three yes.
    "youth.address": "S4",
    "youth.last_class": "S4",
    "legal_representative.name": "S4",
    "legal_representative.email": "S4",
    "legal_representative.phone": "S4",
    "legal_representative.relationship_label": HOUSE,
    "wish.raw_text": HOUSE,
    "wish.line_text": HOUSE,
    "youth_diploma.title": "S4",
    "youth_diploma.obtained_on": HOUSE,
    "youth_note.text": HOUSE,
    "disability_recognition.proof_seen_on": HOUSE,
    "disability_recognition.valid_until": HOUSE,
    "correction_request.words": HOUSE,
}
"""The marked fields, each with the stage of the dossier (privacy.md, 4) that opens it."""

SAME_WORDS = {
    "youth.folded_name": "the given and family name",
    "youth.folded_usage_name": "the usage name",
    "wish.folded": "the wish",
}
"""Fields that repeat a marked one."""

NOT_MARKED: Mapping[str, str] = {
    "access_record": "written by the portal: page and purpose are codes",
    "check_in": "codes and times",
    "consent_record": "codes and times; the walk reads them as the rule",
    "contract_rider": "its words are marked in `sheets`; the rest is codes and days",
    "contract_sheet": "its words and its number are marked in `sheets`; the rest is codes and days",
    "erasure_request": "a certificate without a name",
    "event_youth": "codes, times, and the four digits said at the door",
    "follow_up": "words of the house or of the CFA",
    "journal_event": "written by the portal: codes, numbers and closed words",
    "lead": "the employer's own words",
    "leaf_answer": "each party's own words",
    "left_without": "codes",
    "meeting": "the place that both parties are told",
    "meeting_request": "the employer's own words",
    "notice": "written by the portal, read as pages are",
    "outbox_mail": "written by the portal, read by recipient",
    "placement": "codes and days of the proposal",
    "placement_message": "written to the parties",
    "plan_line": "codes and times",
    "position_hold": "codes and days of the proposal",
    "queue_entry": "the CFA's own words",
    "readiness_mark": "codes and times",
    "retention_warning": "codes and days of the portal",
    "seat_hold": "codes and days of the proposal",
    "sent_reminder": "codes and days of the portal",
    "set_aside": "codes and days",
    "thread_reading": "times",
    "youth.anonymised_at": "a time of the portal",
    "youth.available_from": "said at S1",
    "youth.available_until": "a day that matching needs; the swap of twins shows whether an answer follows it",
    "youth.created_at": "a time of the portal",
    "youth.last_contact_at": "a time of the portal",
    "youth.last_proposed_at": "a time of the portal",
    "youth.updated_at": "a time of the portal",
    "legal_representative.acknowledged_at": "a time of the portal",
    "legal_representative.refused_at": "a time of the portal",
    "wish.confirmed_at": "a time of the portal",
    "youth_note.written_at": "a time of the portal",
    "correction_request.asked_at": "a time of the portal",
    "correction_request.done_at": "a time of the portal",
    "disability_recognition.agreed_at": "a time of the portal",
}
"""Tables, and columns of marked tables, that hold no words or days of the youth, each with why."""

MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre",
    "décembre",
)  # fmt: skip
WORD = re.compile(r"qz[a-z]{6}")
NUMBER = re.compile(r"(?<!\d)7340\d{3}(?!\d)")
NIR = re.compile(r"(?<!\d)2980129\d{6}")
PHONE = re.compile(r"63998\d{4}(?!\d)")
BETWEEN_DIGITS = re.compile(r"(?<=\d)[ \u00a0\u202f.()-]{1,2}(?=\d)")
ISO = re.compile(r"(20\d\d)-?([01]\d)-?([0-3]\d)")
FRENCH = re.compile(r"(?<!\d)([0-3]?\d)[/. -]([01]?\d)[/. -]((?:20)?\d\d)(?!\d)")
COMPACT = re.compile(r"(?<!\d)([0-3]\d)([01]\d)(20\d\d)(?!\d)")
IN_WORDS = re.compile(rf"(?<!\d)([0-3]?\d)(?:er)?\s({'|'.join(MONTHS)})\s(20\d\d)")


@dataclass(frozen=True, slots=True)
class Mark:
    """One field of one youth; `least` is the stage that opens it to another organisation."""

    youth_id: int
    house_id: int
    column: str
    least: str
    written: str


@dataclass(slots=True)
class Marks:
    """Every mark, by its text, its day or its number."""

    by_text: dict[str, Mark] = field(default_factory=dict)
    by_day: dict[date, Mark] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.by_text) + len(self.by_day)

    def keep(self, mark: Mark, value: Any) -> None:
        """One more, by its day or by its text."""
        if isinstance(value, date):
            self.by_day[value] = mark
        else:
            self.by_text[mark.written] = mark

    def of(self, youth_id: int) -> list[Mark]:
        """Those of one youth."""
        every = (*self.by_text.values(), *self.by_day.values())
        return [one for one in every if one.youth_id == youth_id]

    def found(self, answer: str) -> set[Mark]:
        """The marks that stand in a text, in any way they are written."""
        folded = answer.casefold()
        joined = BETWEEN_DIGITS.sub("", folded)
        shapes = {*WORD.findall(folded), *NUMBER.findall(folded)}
        shapes |= {*PHONE.findall(joined), *NIR.findall(joined)}
        days = (self.by_day.get(one) for one in _days(folded))
        texts = (self.by_text.get(one) for one in shapes)
        return {one for one in (*days, *texts) if one is not None}


def _days(folded: str) -> Iterator[date]:
    parts = [(y, m, d) for y, m, d in ISO.findall(folded)]
    parts += [(y if len(y) == 4 else f"20{y}", m, d) for d, m, y in FRENCH.findall(folded)]
    parts += [(y, m, d) for d, m, y in COMPACT.findall(folded)]
    parts += [(y, MONTHS.index(m) + 1, d) for d, m, y in IN_WORDS.findall(folded)]
    for year, month, day in parts:
        try:
            yield date(int(year), int(month), int(day))
        except ValueError:
            continue


def uncovered() -> list[str]:
    """Columns with words or days about a youth of which nobody said whether they are marked."""
    return [
        name
        for table in tables_about_people()
        for name in _of_a_person(table)
        if not {name, table.name} & (OPENS.keys() | SAME_WORDS.keys() | NOT_MARKED.keys())
    ]


def _of_a_person(table: Table) -> Iterator[str]:
    for column in table.columns:
        kind = column.type
        is_word = isinstance(kind, String | Text) and not isinstance(kind, Enum)
        if (is_word or isinstance(kind, Date | DateTime)) and not column.foreign_keys:
            yield f"{table.name}.{column.name}"


def mark_everybody(session: Session, turn: Turn) -> Marks:
    """Write a mark into every field of every youth that there is, with the rows that a full file has."""
    marks = Marks()
    for youth in session.scalars(select(Youth).order_by(Youth.id)):
        marks.by_text[str(youth.id)] = _mark(youth, "youth.id", str(youth.id))
        for row in _full_file(session, youth):
            for name in OPENS.keys() - {"youth.id"}:
                table, _, column = name.partition(".")
                if row.__tablename__ == table:
                    value, shown = SHAPES.get(name, Turn.word)(turn)
                    if name == "youth.birth_date" and is_minor(youth.birth_date, clock.today()):
                        value += YOUNGER
                    setattr(row, column, value)
                    marks.keep(_mark(youth, name, shown), value)
        _repeat(session, youth)
    session.flush()
    return marks


def _mark(youth: Youth, name: str, written: str) -> Mark:
    return Mark(youth.id, youth.organisation_id, name, OPENS[name], written)


def _full_file(session: Session, youth: Youth) -> list[Any]:
    """The rows of a youth, with one of each kind at least."""
    at = clock.now()
    missing: dict[type[Model], Callable[[], Model]] = {
        LegalRepresentative: lambda: LegalRepresentative(
            youth_id=youth.id, name="-", acknowledged_at=at
        ),
        Wish: lambda: Wish(youth_id=youth.id, rank=9, raw_text="-", folded="-"),
        YouthDiploma: lambda: YouthDiploma(youth_id=youth.id, title="-"),
        YouthNote: lambda: YouthNote(youth_id=youth.id, written_at=at, text="-"),
        DisabilityRecognition: lambda: DisabilityRecognition(youth_id=youth.id, agreed_at=at),
        CorrectionRequest: lambda: CorrectionRequest(youth_id=youth.id, words="-", asked_at=at),
    }
    rows: list[Any] = [youth]
    for model, make in missing.items():
        known = list(session.scalars(select(model).where(model.youth_id == youth.id)))  # type: ignore[attr-defined]
        if not known:
            session.add(made := make())
            known = [made]
        rows += known
    session.flush()
    return rows


def _repeat(session: Session, youth: Youth) -> None:
    youth.folded_name = sort_key(f"{youth.family_name} {youth.given_name}")
    youth.folded_usage_name = sort_key(f"{youth.usage_name} {youth.given_name}")
    for wish in session.scalars(select(Wish).where(Wish.youth_id == youth.id)):
        wish.folded = sort_key(wish.raw_text)


class Turn:
    """The next word, day, telephone and number of social security."""

    def __init__(self) -> None:
        self.words = self.days = self.phones = self.numbers = 0

    def word(self) -> tuple[str, str]:
        self.words += 1
        letters, rest = "", self.words
        for _ in range(6):
            rest, last = divmod(rest, 26)
            letters = chr(ord("a") + last) + letters
        return f"Qz{letters}", f"qz{letters}"

    def code(self) -> tuple[str, str]:
        value, shown = self.word()
        return value.upper(), shown

    def email(self) -> tuple[str, str]:
        value, shown = self.word()
        return f"{value.lower()}@exemple.fr", shown

    def day(self) -> tuple[date, str]:
        self.days += 1
        value = FIRST_DAY + timedelta(days=9 * self.days)
        return value, value.isoformat()

    def phone(self) -> tuple[str, str]:
        self.phones += 1
        return f"+33{639_980_100 + self.phones}", str(639_980_100 + self.phones)

    def number(self) -> tuple[str, str]:
        """As it is kept, with its key, and the thirteen figures by which it is found."""
        self.numbers += 1
        number = f"2980129{self.numbers:06d}"
        return number + nir_key(number), number


SHAPES: Mapping[str, Callable[[Turn], tuple[Any, str]]] = {
    "youth.public_code": Turn.code,
    "youth.birth_date": Turn.day,
    "youth.email": Turn.email,
    "youth.phone": Turn.phone,
    "legal_representative.email": Turn.email,
    "legal_representative.phone": Turn.phone,
    "youth_diploma.obtained_on": Turn.day,
    "disability_recognition.proof_seen_on": Turn.day,
    "disability_recognition.valid_until": Turn.day,
}
"""What is no word."""
