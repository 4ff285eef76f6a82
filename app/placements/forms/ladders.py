"""The days of a ladder of reminders."""

from __future__ import annotations

from typing import Any

from wtforms import (
    IntegerField,
    SelectField,
)

from app.core.forms import BaseForm, Required, as_choices, whole_or_none
from app.placements.deadlines import (
    ANSWERS,
    DEFAULTS,
    HOLDS,
    Escalation,
    Ladder,
    LadderKind,
)

ESCALATIONS = {
    Escalation.ADVISER: "La personne qui accompagne, seule",
    Escalation.MANAGER: "La ou le responsable de la mission locale",
    Escalation.POINT_A: "Le point A du CFA",
    Escalation.FIELD_AGENT: "Les développeurs de l’alternance du département",
}

# What each rung is called; the same words stand on the page of a placement.
RUNGS: dict[LadderKind, tuple[str, ...]] = {
    **dict.fromkeys(
        ANSWERS.values(),
        (
            "Réponse attendue, premier rappel",
            "Second rappel",
            "Une personne prend le relais",
            "Fin, ce qui était retenu est libre",
        ),
    ),
    **dict.fromkeys(HOLDS.values(), ("Rappel avant la fin", "Fin de la promesse")),
    LadderKind.CONTRACT_END: (
        "Premier rappel au CFA",
        "Second rappel",
        "La personne qui accompagne est prévenue",
        "Le portail note la fin du contrat",
    ),
    **{
        kind: tuple(f"Alerte {number}" for number in range(1, len(DEFAULTS[kind].days) + 1))
        for kind in (LadderKind.TRAINEE, LadderKind.AFTER_BREAK)
    },
}


class LadderForm(BaseForm):
    """The days of one ladder: as many fields as it has rungs, and whom to tell where a person is told."""

    day_1 = IntegerField(
        filters=[whole_or_none], validators=[Required("Écrivez un nombre de jours.")]
    )
    day_2 = IntegerField(
        filters=[whole_or_none], validators=[Required("Écrivez un nombre de jours.")]
    )
    day_3 = IntegerField(
        filters=[whole_or_none], validators=[Required("Écrivez un nombre de jours.")]
    )
    day_4 = IntegerField(
        filters=[whole_or_none], validators=[Required("Écrivez un nombre de jours.")]
    )
    day_5 = IntegerField(
        filters=[whole_or_none], validators=[Required("Écrivez un nombre de jours.")]
    )
    escalates_to = SelectField(
        "Qui prend le relais",
        choices=as_choices((one.value, label) for one, label in ESCALATIONS.items()),
        validators=[Required("Dites qui est prévenu.")],
    )

    def __init__(self, kind: LadderKind, **values: Any) -> None:
        super().__init__(prefix=kind.value, **values)
        labels = RUNGS[kind]
        for place in range(1, 6):
            name = f"day_{place}"
            if place > len(labels):
                delattr(self, name)
            else:
                self[name].label.text = labels[place - 1]
        if kind not in ANSWERS.values():
            del self.escalates_to

    @classmethod
    def of(cls, ladder: Ladder) -> LadderForm:
        """The form filled with a ladder."""
        days: dict[str, Any] = {
            f"day_{place}": day for place, day in enumerate(ladder.days, start=1)
        }
        return cls(ladder.kind, formdata=None, data={**days, "escalates_to": ladder.escalates_to})

    @property
    def fields(self) -> list[Any]:
        """The fields of days, in their order."""
        return [field for field in self if field.short_name.startswith("day_")]

    @property
    def told(self) -> Escalation | None:
        """Who takes over; None for a ladder without such a rung."""
        chosen = self.data.get("escalates_to")
        return Escalation(chosen) if chosen else None

    @property
    def days(self) -> list[int | None]:
        """What was typed, in the order of the rungs."""
        return [field.data for field in self.fields]
