"""A reason of a closed list, and what is answered with it."""

from __future__ import annotations

from typing import Any

from wtforms import (
    DateField,
    HiddenField,
    RadioField,
    SelectField,
    StringField,
    TextAreaField,
)
from wtforms.validators import Optional

from app.core.forms import BaseForm, MaxLength, as_choices, strip
from app.placements.refusals import REFUSALS
from app.placements.services.answers import CHANNELS
from app.placements.workflow import Leaf
from app.rules.reasons import TEXT_LIMIT, ReasonList, choices

NO_CHOICE = ("", "Choisissez un motif")


class ReasonForm(BaseForm):
    """A reason of a closed list, and a few words that stay on the writer's side."""

    reason = SelectField("Motif", validate_choice=False)
    words = TextAreaField("Précision", validators=[MaxLength(TEXT_LIMIT)], filters=[strip])

    def __init__(self, which: ReasonList, *, prefix: str, **values: Any) -> None:
        super().__init__(prefix=prefix, **values)
        self.reason.choices = as_choices([NO_CHOICE, *choices(which)])


class AnswerForm(ReasonForm):
    """Yes, no, the waiting list or "parlons-en"; a no needs a reason, which the service checks."""

    answer = HiddenField()
    channel = SelectField(
        "Comment le jeune a répondu",
        choices=as_choices((code, label) for code, label in CHANNELS.items() if code != "link"),
        default="in_person",
        validate_choice=False,
    )
    file_state = SelectField(
        "Le dossier, pour la liste d’attente",
        choices=as_choices((("complete", "Complet"), ("incomplete", "À compléter"))),
        default="complete",
        validate_choice=False,
    )
    colleague = StringField(
        "Un confrère cherche ? Dites-nous qui", validators=[MaxLength(TEXT_LIMIT)], filters=[strip]
    )

    def __init__(self, leaf: Leaf, *, prefix: str = "", **values: Any) -> None:
        super().__init__(REFUSALS[leaf], prefix=prefix or leaf.value, **values)
        if leaf is not Leaf.EMPLOYER:
            del self.colleague
        if leaf is not Leaf.CFA:
            del self.file_state


class TogetherForm(ReasonForm):
    """One answer for several proposals."""

    answer = RadioField(
        "Votre réponse à toutes",
        choices=as_choices((("yes", "Oui"), ("no", "Non"))),
        validate_choice=False,
    )
    channel = SelectField(
        "Comment les jeunes ont répondu",
        choices=as_choices((code, label) for code, label in CHANNELS.items() if code != "link"),
        default="in_person",
        validate_choice=False,
    )

    def __init__(self, leaf: Leaf, *, prefix: str, **values: Any) -> None:
        super().__init__(REFUSALS[leaf], prefix=prefix, **values)


class BreakForm(ReasonForm):
    """Why and when a contract ended."""

    broken_on = DateField("Dernier jour du contrat", validators=[Optional()])
    cause = SelectField("Pourquoi, d’après vous", validate_choice=False)

    def __init__(self, *, with_cause: bool, prefix: str, **values: Any) -> None:
        super().__init__(ReasonList.BREAK_REASON, prefix=prefix, **values)
        unknown = ("", "Pas encore connu")
        self.cause.choices = as_choices([unknown, *choices(ReasonList.BREAK_CAUSE)])
        if not with_cause:
            del self.cause
