"""The file's page and its fragments: every view of a file answers through here, so that each answer judges the
right to see, notes the reading of a name, and shows the forms as they were typed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask import Response, url_for

from app.accounts.queries import advisers_of
from app.core import clock
from app.core.access import AccessPurpose, note_reading
from app.core.db import db
from app.core.forms import as_choices
from app.core.htmx import is_fragment_request, redirect, render
from app.core.permissions import current_actor, ensure
from app.policy.facts import Facts
from app.policy.matrix import can
from app.policy.permissions import Permission
from app.rules.age import age_on, is_minor
from app.youth import texts
from app.youth.forms import (
    AdviserForm,
    AvailabilityForm,
    ConsentForm,
    DiplomaForm,
    IdentityForm,
    MobilityForm,
    NoteForm,
    ReadinessForm,
    RepresentativeForm,
    SchoolingForm,
    StatusForm,
    WishForm,
)
from app.youth.queries import YouthFile, section_token, section_values, youth_facts, youth_file
from app.youth.services.consent import ALONE_FROM

HEAD = "youth/_file_head.html"
SAVED = {
    "identity": "youth/_saved_identity.html",
    "schooling": "youth/_saved_schooling.html",
    "mobility": "youth/_saved_mobility.html",
    "availability": "youth/_saved_availability.html",
    "representative": "youth/_saved_representative.html",
    "readiness": "youth/_saved_readiness.html",
}
SECTIONS = {
    "representative": "youth/_section_representative.html",
    "wishes": "youth/_section_wishes.html",
    "consent": "youth/_section_consent.html",
    "follow_up": "youth/_section_follow_up.html",
    "notes": "youth/_section_notes.html",
    "diplomas": "youth/_section_diplomas.html",
}
FRAGMENTS = (*SAVED.values(), *SECTIONS.values())
REPRESENTATIVE = "representative"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two people changed: what was typed here, what is stored now."""

    label: str
    typed: str
    stored: str


@dataclass(frozen=True, slots=True)
class Shown:
    """What an answer adds to the stored file: forms as typed, and a conflict."""

    forms: Mapping[str, Any] = field(default_factory=dict)
    conflict_in: str | None = None
    differences: Sequence[Difference] = ()


def saved(youth_id: int, section: str, *, oob: Sequence[str] = (), **forms: Any) -> Response:
    """After a write: the fragment that asked, or back to the page at this section."""
    if not is_fragment_request():
        anchor = f"section-{section.replace('_', '-')}"
        return redirect(url_for("youth.show", youth_id=youth_id, _anchor=anchor))
    return file_page(youth_id, shown=Shown(forms), oob=(HEAD, *oob))


def file_page(
    youth_id: int,
    *,
    status: int = 200,
    shown: Shown | None = None,
    facts: Facts | None = None,
    oob: Sequence[str] = (),
) -> Response:
    """The page of a file for the house that follows the youth, or the fragment of it that was asked for."""
    actor, session = current_actor(), db.session()
    facts = facts or youth_facts(session, youth_id)
    ensure(actor, Permission.YOUTH_EDIT, facts, seen_by=Permission.YOUTH_VIEW)
    note_reading(actor, youth_ids=[youth_id], purpose=AccessPurpose.FOLLOW_UP, page="youth.show")
    file = youth_file(session, youth_id)
    return render(
        "youth/show.html",
        fragments=FRAGMENTS,
        oob=oob,
        status=status,
        **_context(file, facts, shown or Shown()),
    )


def _context(file: YouthFile, facts: Facts, shown: Shown) -> dict[str, Any]:
    today, youth = clock.today(), file.youth
    may_reassign = can(current_actor(), Permission.YOUTH_REASSIGN, facts)
    forms = {name: shown.forms.get(name) or make(file) for name, make in MAKERS.items()}
    if may_reassign:
        forms["adviser"] = shown.forms.get("adviser") or adviser_form(file)
    return {
        "file": file,
        "youth": youth,
        "forms": forms,
        "age": age_on(youth.birth_date, today),
        "is_minor": is_minor(youth.birth_date, today),
        "needs_acknowledgement": age_on(youth.birth_date, today) < ALONE_FROM
        and not youth.is_emancipated,
        "listing_text": texts.LISTING,
        "acknowledgement_text": texts.ACKNOWLEDGEMENT,
        "may_reassign": may_reassign,
        "may_see_restricted": can(current_actor(), Permission.DISABILITY_VIEW, facts),
        "conflict_in": shown.conflict_in,
        "differences": shown.differences,
    }


def _stored(file: YouthFile, section: str) -> dict[str, Any]:
    row = file.representative if section == REPRESENTATIVE else file.youth
    values = section_values(row, section)
    return {**values, "seen": section_token(values)}


def _identity(file: YouthFile) -> IdentityForm:
    form = IdentityForm(formdata=None, data=_stored(file, "identity"))
    form.show_commune(file.place)
    return form


def _readiness(file: YouthFile) -> ReadinessForm:
    return ReadinessForm(formdata=None, data={"done": sorted(file.ready)})


def _consent(_file: YouthFile) -> ConsentForm:
    return ConsentForm(formdata=None, data={"text_version": texts.LISTING.version})


def adviser_form(file: YouthFile, formdata: Any = None) -> AdviserForm:
    """Who may follow this youth: the advisers of the house."""
    form = AdviserForm(formdata=formdata, data={"adviser_id": file.youth.adviser_id})
    form.adviser_id.choices = as_choices(advisers_of(db.session(), file.youth.organisation_id))
    return form


MAKERS: Mapping[str, Any] = {
    "identity": _identity,
    "schooling": lambda file: SchoolingForm(formdata=None, data=_stored(file, "schooling")),
    "mobility": lambda file: MobilityForm(formdata=None, data=_stored(file, "mobility")),
    "availability": lambda file: AvailabilityForm(
        formdata=None, data=_stored(file, "availability")
    ),
    "representative": lambda file: RepresentativeForm(
        formdata=None, data=_stored(file, REPRESENTATIVE), prefix=REPRESENTATIVE
    ),
    "readiness": _readiness,
    "wish": lambda _file: WishForm(formdata=None),
    "consent": _consent,
    "status": lambda file: StatusForm(formdata=None, data={"status": file.youth.status}),
    "note": lambda _file: NoteForm(formdata=None),
    "diploma": lambda _file: DiplomaForm(formdata=None),
}
