"""A meeting and what came of it."""

from __future__ import annotations

from wtforms import (
    DateTimeLocalField,
    RadioField,
    SelectField,
    StringField,
)
from wtforms.validators import Optional

from app.core.forms import BaseForm, MaxLength, Required, as_choices, strip
from app.placements.models import (
    MeetingKind,
    MeetingOutcome,
)

MEETING_KINDS = {
    MeetingKind.INTERVIEW: "Entretien",
    MeetingKind.IMMERSION: "Immersion (PMSMP)",
    MeetingKind.CFA_VISIT: "Visite du CFA",
}

OUTCOMES = {
    MeetingOutcome.GOOD: "Rencontre positive",
    MeetingOutcome.TO_THINK_OVER: "À réfléchir",
    MeetingOutcome.NOT_SUITED: "Ne convient pas",
    MeetingOutcome.NOBODY_CAME: "Quelqu’un n’est pas venu",
    MeetingOutcome.CANCELLED: "Rendez-vous annulé",
}


class MeetingForm(BaseForm):
    """A meeting: what, when, where."""

    kind = SelectField(
        "Rendez-vous", choices=as_choices((k.value, label) for k, label in MEETING_KINDS.items())
    )

    def at_the_cfa(self) -> MeetingForm:
        """The same form for who arranges visits of the CFA and nothing else."""
        visit = MeetingKind.CFA_VISIT
        self.kind.choices = as_choices([(visit.value, MEETING_KINDS[visit])])
        return self

    starts_at = DateTimeLocalField(
        "Jour et heure",
        format="%Y-%m-%dT%H:%M",
        validators=[Required("Indiquez le jour et l’heure.")],
    )
    ends_at = DateTimeLocalField("Fin", format="%Y-%m-%dT%H:%M", validators=[Optional()])
    place = StringField(
        "Lieu", validators=[Required("Indiquez le lieu."), MaxLength(200)], filters=[strip]
    )


class OutcomeForm(BaseForm):
    """What came of a meeting."""

    outcome = RadioField(
        "Issue", choices=as_choices((one.value, label) for one, label in OUTCOMES.items())
    )
