"""Meetings are arranged, and what came of them is noted."""

from __future__ import annotations

from datetime import datetime

from flask import Response

from app.core import clock
from app.core.errors import Invalid
from app.core.permissions import current_actor, requires
from app.placements import services
from app.placements.forms import (
    MeetingForm,
    OutcomeForm,
)
from app.placements.models import MeetingKind, MeetingOutcome
from app.placements.views.blueprint import blueprint
from app.placements.views.card import act
from app.policy.permissions import Permission


@blueprint.post("/propositions/<int:placement_id>/rendez-vous")
@requires(Permission.PLACEMENT_INTERVIEW)
def interview(placement_id: int) -> Response:
    """Arrange a meeting."""
    form = MeetingForm(prefix="interview")
    return act(
        placement_id,
        form,
        lambda session: services.interview(
            session,
            current_actor(),
            placement_id=placement_id,
            kind=MeetingKind(form.kind.data),
            starts_at=_on_french_clock(form.starts_at.data),
            ends_at=_on_french_clock(form.ends_at.data) if form.ends_at.data else None,
            place=form.place.data or "",
        ),
        name="interview",
        done="Le rendez-vous est noté.",
    )


@blueprint.post("/propositions/<int:placement_id>/rendez-vous/<int:meeting_id>")
@requires(Permission.PLACEMENT_INTERVIEW)
def meeting_outcome(placement_id: int, meeting_id: int) -> Response:
    """Note what came of a meeting."""
    name = f"outcome_{meeting_id}"
    form = OutcomeForm(prefix=name)
    return act(
        placement_id,
        form,
        lambda session: services.meeting_outcome(
            session,
            current_actor(),
            meeting_id=meeting_id,
            outcome=MeetingOutcome(form.outcome.data),
        ),
        name=name,
        done="L’issue du rendez-vous est notée.",
    )


def _on_french_clock(value: datetime | None) -> datetime:
    """What a person typed is the time on a French wall."""
    if value is None:
        raise Invalid("Indiquez le jour et l’heure.", field="starts_at")
    return value.replace(tzinfo=clock.PARIS)
