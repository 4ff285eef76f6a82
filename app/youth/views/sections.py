"""Sections that save alone, on change or by their button; what was typed is never replaced by an answer."""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask import Response

from app.core.db import db, transaction
from app.core.errors import Invalid
from app.core.permissions import current_actor, requires
from app.core.presentation import short_day
from app.policy.permissions import Permission
from app.reference.forms import CommuneFields
from app.reference.queries import place_of, resolve_commune
from app.youth import labels
from app.youth.forms import (
    AvailabilityForm,
    IdentityForm,
    MobilityForm,
    ReadinessForm,
    RepresentativeForm,
    SchoolingForm,
    SectionForm,
)
from app.youth.queries import section_now, section_token
from app.youth.services import (
    Stale,
    mark_readiness,
    record_representative,
    set_availability,
    set_mobility,
    set_schooling,
    update_identity,
)
from app.youth.views.blueprint import blueprint
from app.youth.views.page import REPRESENTATIVE, Difference, Shown, file_page, saved


@dataclass(frozen=True, slots=True)
class Section:
    """One section: its name, the form that reads it, the verb that writes it."""

    name: str
    form: Callable[[], Any]
    verb: Callable[..., Any]


SAVED_ALONE: Mapping[str, Section] = {
    "identite": Section("identity", IdentityForm, update_identity),
    "parcours": Section("schooling", SchoolingForm, set_schooling),
    "mobilite": Section("mobility", MobilityForm, set_mobility),
    "disponibilite": Section("availability", AvailabilityForm, set_availability),
    "representant": Section(
        REPRESENTATIVE, lambda: RepresentativeForm(prefix=REPRESENTATIVE), record_representative
    ),
}


@blueprint.post(
    "/<int:youth_id>/<any(identite, parcours, mobilite, disponibilite, representant):slug>"
)
@requires(Permission.YOUTH_EDIT)
def save_section(youth_id: int, slug: str) -> Response:
    """Save one section: 422 keeps what was typed, 409 shows it beside what somebody else saved."""
    section = SAVED_ALONE[slug]
    form = section.form()
    is_valid = form.validate_on_submit()
    if isinstance(form, CommuneFields):
        form.take_commune(resolve_commune(db.session(), form.commune.data, form.commune_code.data))
    if not is_valid or form.errors:
        return file_page(youth_id, status=422, shown=Shown({section.name: form}))
    try:
        with transaction() as session:
            section.verb(
                session,
                current_actor(),
                youth_id=youth_id,
                values=form.values(),
                seen=form.seen.data,
            )
    except Stale:
        return _conflict(youth_id, section, form)
    except Invalid as error:
        form.refuse(error)
        return file_page(youth_id, status=422, shown=Shown({section.name: form}))
    return saved(youth_id, section.name)


@blueprint.post("/<int:youth_id>/pret")
@requires(Permission.YOUTH_EDIT)
def save_readiness(youth_id: int) -> Response:
    """Save the whole checklist."""
    form = ReadinessForm()
    if not form.validate_on_submit():
        return file_page(youth_id, status=422, shown=Shown({"readiness": form}))
    with transaction() as session:
        mark_readiness(session, current_actor(), youth_id=youth_id, done=form.done.data or [])
    return saved(youth_id, "readiness")


def _conflict(youth_id: int, section: Section, form: SectionForm) -> Response:
    """Both versions; the form keeps what was typed and now carries the newest token."""
    stored = section_now(db.session(), youth_id, section.name)
    form.seen.data = section_token(stored)
    shown = Shown(
        {section.name: form},
        conflict_in=section.name,
        differences=_differences(form.values(), stored),
    )
    return file_page(youth_id, status=409, shown=shown)


def _differences(typed: Mapping[str, Any], stored: Mapping[str, Any]) -> list[Difference]:
    return [
        Difference(labels.FIELDS[name], _words(name, typed[name]), _words(name, stored[name]))
        for name in typed
        if typed[name] != stored[name]
    ]


def _words(name: str, value: Any) -> str:
    """A value as people read it."""
    if value is None or value == "":
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, date):
        return short_day(value)
    if isinstance(value, enum.StrEnum):
        words: Mapping[Any, str] = {**labels.YES_NO, **labels.TRAVEL}
        return words.get(value, str(value))
    if name in {"level", "aimed_level"}:
        return labels.LEVELS[value]
    if name == "commune_code":
        place = place_of(db.session(), value)
        return place.label if place else str(value)
    return str(value)
