"""Forms of a placement's page: one a verb, each with its own prefix since many stand on one page."""

from __future__ import annotations

from typing import Any

from wtforms import (
    DateField,
    DateTimeLocalField,
    EmailField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional
from wtforms.widgets import CheckboxInput, HiddenInput, ListWidget

from app.core.forms import BaseForm, MaxLength, OnceForm, Required, as_choices, strip, whole_or_none
from app.placements.deadlines import (
    ANSWERS,
    DEFAULTS,
    HOLDS,
    Escalation,
    Ladder,
    LadderKind,
)
from app.placements.models import (
    FollowUpState,
    Going,
    MeetingKind,
    MeetingOutcome,
    MessageAudience,
    TrainingResult,
)
from app.placements.queries.thread import ThreadPage
from app.placements.refusals import REFUSALS
from app.placements.services.answers import CHANNELS
from app.placements.workflow import Leaf
from app.rules.reasons import TEXT_LIMIT, ReasonList, choices

NO_CHOICE = ("", "Choisissez un motif")


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
FOLLOW_UP_STATES = {
    FollowUpState.GOING_WELL: "Tout va bien",
    FollowUpState.TO_WATCH: "À surveiller",
    FollowUpState.ALERT: "Alerte : une rencontre à trois s’impose",
    FollowUpState.NOBODY_REACHED: "Personne n’a répondu",
}
RESULTS = {
    TrainingResult.DIPLOMA: "Diplôme obtenu",
    TrainingResult.PARTIAL: "Une partie validée",
    TrainingResult.NO_DIPLOMA: "Diplôme non obtenu",
    TrainingResult.NOT_PRESENTED: "Examen non passé",
}


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
    """The day of the signature and the first day of the contract."""

    signed_on = DateField("Date de signature", validators=[Optional()])
    contract_starts_on = DateField("Début du contrat", validators=[Optional()])
    tutor_email = EmailField("Courriel du tuteur", [MaxLength(254)], filters=[strip])


class TutorForm(BaseForm):
    """Where the tutor reads mails; empty gives the company's address back."""

    tutor_email = EmailField("Courriel du tuteur", [MaxLength(254)], filters=[strip])


class DayForm(BaseForm):
    """One day; empty means today."""

    day = DateField("Date", validators=[Optional()])


class ResultForm(BaseForm):
    """How a contract that ran to its end came out."""

    result = SelectField(
        "Résultat", choices=as_choices((one.value, label) for one, label in RESULTS.items())
    )


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


class MessageForm(OnceForm):
    """A message of the thread."""

    text = TextAreaField(
        "Votre message",
        validators=[Required("Écrivez votre message."), MaxLength(600)],
        filters=[strip],
    )


AUDIENCES = {
    MessageAudience.PARTIES: "Toutes les parties",
    MessageAudience.OWN_SIDE: "Mon côté seulement (note privée)",
}


class ThreadForm(MessageForm):
    """A message with its readers and those it is addressed to; `offer` fills the choices of one thread."""

    audience = RadioField("Qui lira ce message", default=MessageAudience.PARTIES.value)
    parties = SelectMultipleField(
        "À l’attention de", widget=ListWidget(prefix_label=False), option_widget=CheckboxInput()
    )
    people = SelectMultipleField(
        "Collègues à prévenir",
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
    )

    def offer(self, thread: ThreadPage) -> ThreadForm:
        """Say next to each choice who reads, and offer the parties and colleagues of this thread."""
        self.audience.choices = as_choices(
            (one.value, f"{label}. Lu par : {thread.readers[one]}.")
            for one, label in AUDIENCES.items()
        )
        self.parties.choices = as_choices((leaf.value, f"@{name}") for leaf, name in thread.parties)
        self.people.choices = [SelectChoice(key, f"@{name}") for key, name in thread.people]
        return self


class EasyWordsForm(OnceForm):
    """Which of the easy-to-read messages goes to the youth."""

    template = RadioField("Message")

    def offer(self, thread: ThreadPage) -> EasyWordsForm:
        """Offer the messages whose variables are known."""
        self.template.choices = as_choices((one.key, one.title) for one in thread.easy_templates)
        return self


class ReadForm(BaseForm):
    """Up to which message the thread was read."""

    last = IntegerField(widget=HiddenInput(), filters=[whole_or_none])


class FollowUpForm(BaseForm):
    """What a contact found."""

    state = RadioField(
        "Comment cela se passe",
        choices=as_choices((one.value, label) for one, label in FOLLOW_UP_STATES.items()),
    )
    words = TextAreaField("Précision", validators=[MaxLength(TEXT_LIMIT)], filters=[strip])


class SuggestForm(OnceForm):
    """The triple that a page proposes; it stands on many rows, so it has no prefix.

    Who does not know the youth's number names the youth by another proposal that they see.
    """

    youth_id = IntegerField("Jeune", filters=[whole_or_none])
    placement_id = IntegerField("Autre proposition", filters=[whole_or_none])
    opening_id = IntegerField("Offre", filters=[whole_or_none], validators=[Optional()])
    session_id = IntegerField("Session", filters=[whole_or_none], validators=[Optional()])


class AttachForm(BaseForm):
    """The opening or the session that joins."""

    opening_id = IntegerField("Offre", filters=[whole_or_none], validators=[Optional()])
    session_id = IntegerField("Session", filters=[whole_or_none], validators=[Optional()])


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
