"""From the signature to the end of a contract, and the contacts on the way."""

from __future__ import annotations

from wtforms import (
    DateField,
    EmailField,
    RadioField,
    TextAreaField,
)
from wtforms.validators import Optional

from app.core.forms import BaseForm, MaxLength, Required, as_choices, strip
from app.placements.models import (
    FollowUpState,
    Going,
    TrainingResult,
)
from app.placements.refusals import RESULTS
from app.rules.reasons import TEXT_LIMIT

FOLLOW_UP_STATES = {
    FollowUpState.GOING_WELL: "Tout va bien",
    FollowUpState.TO_WATCH: "À surveiller",
    FollowUpState.ALERT: "Alerte : une rencontre à trois s’impose",
    FollowUpState.NOBODY_REACHED: "Personne n’a répondu",
}


class CheckInForm(BaseForm):
    """The two questions after the first day."""

    going = RadioField(
        "Comment ça se passe ?",
        choices=as_choices(
            (
                (Going.WELL.value, "Bien"),
                (Going.SO_SO.value, "Moyennement"),
                (Going.BADLY.value, "Mal"),
            )
        ),
    )
    wants_call = RadioField(
        "Souhaitez-vous que quelqu’un vous appelle ?",
        choices=as_choices((("no", "Non"), ("yes", "Oui"))),
    )


class SignForm(BaseForm):
    """The day of the signature, the first and the last day of the contract."""

    signed_on = DateField("Date de signature", validators=[Optional()])
    contract_starts_on = DateField("Début du contrat", validators=[Optional()])
    contract_ends_on = DateField("Fin du contrat", validators=[Optional()])
    tutor_email = EmailField("Courriel du tuteur", [MaxLength(254)], filters=[strip])


class TutorForm(BaseForm):
    """Where the tutor reads mails; empty gives the company's address back."""

    tutor_email = EmailField("Courriel du tuteur", [MaxLength(254)], filters=[strip])


class ContractEndForm(BaseForm):
    """The last day of a contract that runs."""

    contract_ends_on = DateField(
        "Dernier jour du contrat", validators=[Required("Écrivez le dernier jour du contrat.")]
    )


class DayForm(BaseForm):
    """One day; empty means today."""

    day = DateField("Date", validators=[Optional()])


class ResultForm(BaseForm):
    """How a contract that ran to its end came out; none is chosen beforehand."""

    result = RadioField(
        "Résultat",
        choices=as_choices(
            (one.value, label)
            for one, label in RESULTS.items()
            if one is not TrainingResult.UNKNOWN
        ),
    )


class FollowUpForm(BaseForm):
    """What a contact found."""

    state = RadioField(
        "Comment cela se passe",
        choices=as_choices((one.value, label) for one, label in FOLLOW_UP_STATES.items()),
    )
    words = TextAreaField("Précision", validators=[MaxLength(TEXT_LIMIT)], filters=[strip])
