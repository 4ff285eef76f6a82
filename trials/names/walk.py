"""One walk: every address as everybody, each answer read for marks, with the mails and the log lines that it caused."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from io import StringIO
from typing import Any
from urllib.parse import quote, unquote

import time_machine
from bs4 import BeautifulSoup
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.accounts.models import Membership, User
from app.core import clock
from app.core.db import db
from app.core.outbox import OutboxMail
from app.core.tasks import _PERIODIC, run_queued_jobs
from app.openings.models import Opening
from app.placements.models import Placement
from app.youth.models import ConsentKind, ConsentRecord, LegalRepresentative, Youth
from app.youth.queries import live_consent
from tests.factories.estate import Estate
from tests.policy.cells import Cell
from trials.authorisation import NOBODY, SUPPORT, Visitor, is_closed
from trials.forms import UNSHOWN, Form, body_of, forms_of
from trials.names.marks import HOUSE, Mark, Marks
from trials.names.people import Hidden
from trials.names.readings import opened, readable, steady
from trials.stage import Undone

WEEK = timedelta(days=7)
SWAPPED = {"HX-Request": "true"}
LEFT_OUT = frozenset({"accounts.logout", "accounts.logout_everywhere", "accounts.stop_looking"})
OFFICER = ("dpo", "/donnees/jeunes/")
"""Who reads names on which pages, beside the house: the officer, where people ask for their rights."""
REGISTER = ("dpo", "/donnees/effacements")
"""The officer's register of erasures opens the file of a request that waits by its number, and names nobody."""
KNOWN = frozenset({("point_a", "youth.id"), (SUPPORT, "youth.public_code")})
"""A point A opens the file of a youth that an agreement shares with it, without a name, by its address. Who looks at
the portal as an adviser reads codes where the adviser reads names, and opens no file."""
WHO_DEPOSITS = frozenset(
    {"employer", "other_employer", "adviser", "other_adviser", "colleague", "manager"}
)
FAMILY = frozenset({"youth.id", "legal_representative.relationship_label"})
NUMBER = "contract_sheet.nir_sealed"
BUTTON = "/contrat/numero/voir"
"""The number of social security stands behind this button, for the house and the employer, and nowhere else."""
SOUGHT = (
    "youth.family_name",
    "youth.given_name",
    "youth.email",
    "youth.phone",
    "youth.birth_date",
    "youth.id",
)


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose eyes: those of an organisation, of a youth on their own file, or of a youth's family."""

    organisation_id: int | None = None
    youth_id: int | None = None
    is_family: bool = False
    opens_numbers: bool = False

    def owns(self, mark: Mark) -> bool:
        """True for one's own file; what only the house knows is not for the family, but who they are and a number."""
        is_open = not self.is_family or mark.least != HOUSE or mark.column in FAMILY
        return mark.youth_id == self.youth_id and is_open and mark.column != NUMBER

    def may_read(self, mark: Mark, where: str) -> bool:
        """One's own, and what the ledger opens; the sealed number behind its button only, and not to a CFA."""
        if mark.column == NUMBER and not (BUTTON in where and self.opens_numbers):
            return False
        return self.owns(mark) or may_read(mark, self.organisation_id)


@dataclass(slots=True)
class Walk:
    """The portal with its marks; `tried` counts what was read, `faults` who read what where.

    Attributes:
        readers: who reads under which name; the personas, and each bearer of a link once it is read.
        open_to_all: the fields of searches that need no account, tried once as nobody.
    """

    app: Flask
    estate: Estate
    hidden: Hidden
    marks: Marks
    undone: Undone
    log: StringIO
    tried: dict[str, int] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    open_to_all: set[tuple[str, str]] = field(default_factory=set)
    readers: dict[str, Reader] = field(init=False)

    def __post_init__(self) -> None:
        actors = self.estate.world.actors.items()
        self.readers = {
            name: Reader(one.organisation_id, opens_numbers=name in WHO_DEPOSITS)
            for name, one in actors
        }

    def ask(
        self,
        visitor: Visitor,
        method: str,
        path: str,
        *,
        data: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        then: Callable[[TestResponse], None] | None = None,
    ) -> TestResponse:
        """One request, and all that it tells: the answer, where it leads, mails, log lines. What it wrote is gone."""
        visitor.client.set_cookie("trefle", visitor.cookie)
        values = {} if data is None else body_of({**data, UNSHOWN: visitor.token})
        with self.undone():
            last = 0 if method == "GET" else _last_mail()
            answer = visitor.client.open(path, method=method, headers=headers, **values)
            kind = "pages" if method == "GET" else "réponses à un envoi"
            kind = "fragments" if headers else kind if is_page(answer) else "fichiers"
            self._read(visitor.persona, kind, f"{method} {path}", readable(answer))
            leads = answer.headers.get("Location") or answer.headers.get("HX-Redirect") or ""
            if method != "GET" and leads.startswith("/"):
                follow = visitor.client.get(leads)
                self._read(visitor.persona, "pages", f"{method} {path} → {leads}", readable(follow))
            if method != "GET":
                self._read_mails(last, f"{visitor.persona} {method} {path}")
            self._read_log(f"{visitor.persona} {method} {path}")
        return answer

    def count(self, kind: str, times: int = 1) -> None:
        """So much more of one kind was read or tried."""
        self.tried[kind] = self.tried.get(kind, 0) + times

    def _read(self, persona: str, kind: str, where: str, text: str) -> None:
        """What stands in the question may stand in the answer: whoever asked knew it."""
        self.count(kind)
        reader = self.readers.get(persona, Reader())
        for mark in self.marks.found(text) - self.marks.found(unquote(where)):
            if _may_here(persona, mark, where) or reader.may_read(mark, where):
                self.count("marques lues à bon droit")
            else:
                self.faults.append(
                    f"{persona} lit {mark.column} ({mark.written}) : {kind}, {where}"
                )

    def _read_mails(self, after: int, where: str) -> None:
        """Each mail by whom it goes to: people of an organisation, the youth, the family, or a stranger."""
        query = select(OutboxMail).where(OutboxMail.id > after).order_by(OutboxMail.id)
        for mail in db.session.scalars(query).all():
            self.count("courriels")
            words = (mail.subject, mail.text_body, mail.html_body, mail.unsubscribe_url or "")
            houses, own = _whose(mail.recipient)
            for mark in self.marks.found(opened("\n".join(words))):
                if mark.youth_id != own and not any(may_read(mark, one) for one in houses):
                    told = f"{mail.kind} à {mail.recipient} dit {mark.column} ({mark.written})"
                    self.faults.append(f"courriel {told} : {where}")

    def _read_log(self, where: str) -> None:
        """No line of the program's own log holds a field of a youth; its number may stand there."""
        lines = self.log.getvalue()
        if lines:
            self.log.seek(0)
            self.log.truncate()
            self.count("lignes de journal", lines.count("\n"))
            for mark in self.marks.found(opened(lines)):
                if mark.column != "youth.id":
                    self.faults.append(f"le journal dit {mark.column} : {where}")

    def everything(self, visitor: Visitor, cells: list[Cell], *, seeks: bool) -> None:
        """Every page with its fragments and its links, every form as shown, emptied and out of date, then searches."""
        forms: dict[str, Form] = {}
        fields: dict[tuple[str, str], str] = {}
        known: set[tuple[str, ...]] = set()
        for cell in cells:
            if cell.method == "GET":
                answer = self.ask(visitor, "GET", cell.path)
                if answer.status_code == 200 and is_page(answer):
                    forms |= {one.action: one for one in forms_of(answer.text)}
                    page = BeautifulSoup(answer.text, "lxml")
                    self._parts(visitor, cell.path, page, known)
                    fields |= dict.fromkeys(_search_fields(page, cell.path), cell.path)
        for cell in cells:
            if cell.method != "GET" and cell.endpoint not in LEFT_OUT:
                self.write(visitor, cell, forms.get(cell.path))
        if seeks:
            for path, name in sorted(fields.keys() - self.open_to_all):
                self._search(visitor, path, name)
        if visitor.persona == NOBODY:
            self.open_to_all |= fields.keys()

    def _parts(
        self, visitor: Visitor, path: str, page: BeautifulSoup, known: set[tuple[str, ...]]
    ) -> None:
        """The fragments of a page, and what its links with a question lead to, one of each kind."""
        for one in page.select("[hx-target]"):
            target = str(one["hx-target"]).lstrip("#")
            asked = str(one.get("hx-get") or path)
            if (key := ("part", asked.partition("?")[0], target)) not in known:
                known.add(key)
                self.ask(visitor, "GET", asked, headers={**SWAPPED, "HX-Target": target})
        for one in page.find_all("a", href=re.compile(r"^/[^/]?.*\?")):
            where, _, query = str(one["href"]).partition("?")
            key = ("link", where, *sorted(re.findall(r"(?:^|&)([^=&]+)=", query)))
            if key not in known:
                known.add(key)
                self.ask(visitor, "GET", str(one["href"]))

    def write(self, visitor: Visitor, cell: Cell, form: Form | None) -> None:
        """A form as shown, emptied, and out of date."""
        shown = dict(form.fields) if form else {}
        first = self.ask(visitor, cell.method, cell.path, data=shown)
        if is_closed(first):
            return
        target = {**SWAPPED, "HX-Target": "main"}
        self.ask(visitor, cell.method, cell.path, data=shown, headers=target)
        if shown:
            self.ask(visitor, cell.method, cell.path, data=dict.fromkeys(shown, ""))
        if "version" in shown:
            self.ask(visitor, cell.method, cell.path, data={**shown, "version": "0"})

    def _search(self, visitor: Visitor, path: str, name: str) -> None:
        """A question about what is hidden is answered as one about nothing."""
        nothing: dict[str, str] = {}
        for mark in self._needles():
            for needle, blank in questions(mark):
                if blank not in nothing:
                    nothing[blank] = self._asked(visitor, path, name, blank)
                self.count("recherches")
                if self._asked(visitor, path, name, needle) != nothing[blank]:
                    told = f"{visitor.persona} trouve par {mark.column}"
                    self.faults.append(f"{told} : {path}?{name}={needle}")

    def _needles(self) -> Iterator[Mark]:
        for youth_id in self.hidden.sought:
            yield from (one for one in self.marks.of(youth_id) if one.column in SOUGHT)

    def _asked(self, visitor: Visitor, path: str, name: str, needle: str) -> str:
        answer = self.ask(visitor, "GET", f"{path}?{name}={quote(needle)}")
        text = steady(answer)
        for written in {needle, quote(needle), quote(needle, safe="")}:
            text = re.sub(re.escape(written), "§", text, flags=re.IGNORECASE)
        return text

    def clock_strikes(self, later: timedelta) -> None:
        """Every task that the clock starts, some days from now: what it sends is read."""
        where = f"l’horloge, dans {later.days} jours"
        with time_machine.travel(clock.now() + later, tick=False), self.undone():
            last = _last_mail()
            for name, (function, _) in _PERIODIC.items():
                # The nightly plan writes no mail and takes minutes.
                if name != "planning_night":
                    with suppress(LookupError):
                        function()
                    self.count("tâches de l’horloge")
            run_queued_jobs()
            self._read_mails(last, where)
            self._read_log(where)


def is_page(answer: TestResponse) -> bool:
    """True for what a browser shows; files are read inside."""
    return answer.mimetype == "text/html" or not answer.data


def _may_here(persona: str, mark: Mark, where: str) -> bool:
    """What a role reads on one page, or of one field, beside what the ledger opens."""
    if (persona, mark.column) in KNOWN:
        return True
    is_number = mark.column == "youth.id"
    return any(
        persona == who and page in where and (is_number or (who, page) == OFFICER)
        for who, page in (OFFICER, REGISTER)
        if mark.column != NUMBER
    )


def may_read(mark: Mark, organisation_id: int | None) -> bool:
    """What the dossier says: the house reads all, others what the ledger opens to them today."""
    if organisation_id == mark.house_id:
        return True
    if organisation_id is None or mark.least == HOUSE:
        return False
    if mark.least == "S1":
        return _agreed_once(mark.youth_id)
    query = select(func.max(ConsentRecord.data_scope)).where(
        ConsentRecord.youth_id == mark.youth_id,
        ConsentRecord.recipient_organisation_id == organisation_id,
        live_consent(ConsentKind.REVEAL, clock.today()),
    )
    return (db.session.scalar(query) or "S1") >= mark.least


def _agreed_once(youth_id: int) -> bool:
    """Listed, today or when it was proposed: partners know it by its code."""
    query = select(ConsentRecord.id).where(
        ConsentRecord.youth_id == youth_id, ConsentRecord.kind == ConsentKind.LISTING
    )
    return db.session.scalar(query.limit(1)) is not None


def _last_mail() -> int:
    return db.session.scalar(select(func.max(OutboxMail.id))) or 0


def _whose(address: str) -> tuple[list[int], int | None]:
    """The organisations of the person of this address, and the youth whose own or whose family's it is.

    A tutor, who works with the youth, belongs to the employer, by the address that the contract gives.
    """
    houses = select(Membership.organisation_id).join(User, User.id == Membership.user_id)
    own = select(Youth.id).where(Youth.email == address)
    family = select(LegalRepresentative.youth_id).where(LegalRepresentative.email == address)
    tutored = (
        select(Opening.employer_id)
        .join(Placement, Placement.opening_id == Opening.id)
        .where(Placement.tutor_email == address)
    )
    found = db.session.scalars(houses.where(User.email == address).union(tutored)).all()
    return list(found), db.session.scalar(own) or db.session.scalar(family)


def _search_fields(page: BeautifulSoup, path: str) -> Iterator[tuple[str, str]]:
    for form in page.find_all("form", method="get"):
        action = str(form.get("action") or path).partition("?")[0]
        for one in form.find_all(("input", "select", "textarea")):
            if one.get("name"):
                yield action, str(one["name"])


def questions(mark: Mark) -> list[tuple[str, str]]:
    """How somebody would type this in a search, each with the same shape of nobody."""
    if mark.column == "youth.birth_date":
        year, month, day = mark.written.split("-")
        return [(mark.written, "1999-03-02"), (f"{day}/{month}/{year}", "02/03/1999")]
    of_nobody = {"youth.phone": "639989999", "youth.id": "7349999"}.get(mark.column, "qzvvvvvv")
    zero = "0" if mark.column == "youth.phone" else ""
    return [(zero + mark.written, zero + of_nobody)]
