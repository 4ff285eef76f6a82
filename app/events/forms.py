"""Forms of operations."""

from __future__ import annotations

from datetime import datetime

from wtforms import DateField, HiddenField, IntegerField, SelectField, StringField, TimeField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.core.clock import PARIS, local
from app.core.forms import BaseForm, Between, MaxLength, OnceForm, Required, strip
from app.events.labels import KINDS
from app.events.models import EventKind, PromotionEvent
from app.events.services import Wanted
from app.reference.forms import CommuneFields

LENGTHS = ("", "10", "15", "20", "30", "45", "60")


class EventForm(CommuneFields, OnceForm):
    """An operation: what, when, where, and how long each meeting lasts."""

    kind = SelectField(
        "Opération", choices=[SelectChoice(one.value, label) for one, label in KINDS.items()]
    )
    title = StringField(
        "Titre",
        [Required("Donnez un titre, celui que liront les invités."), MaxLength(160)],
        filters=[strip],
    )
    day = DateField("Jour", [Required("Choisissez le jour.")])
    starts = TimeField("De", [Required("Indiquez l’heure du début.")])
    ends = TimeField("À", [Required("Indiquez l’heure de la fin.")])
    place = StringField(
        "Lieu", [Required("Indiquez la salle et l’adresse."), MaxLength(200)], filters=[strip]
    )
    slot_minutes = SelectField(
        "Durée d’une rencontre",
        choices=[
            SelectChoice(one, f"{one} minutes" if one else "pas de rencontres une à une")
            for one in LENGTHS
        ],
        default="15",
    )

    def wanted(self, commune_code: str) -> Wanted:
        """What the service takes; hours are those of the wall clock in France."""
        day, starts, ends = self.day.data, self.starts.data, self.ends.data
        assert day is not None
        assert starts is not None
        assert ends is not None
        return Wanted(
            kind=EventKind(self.kind.data),
            title=self.title.data or "",
            starts_at=datetime.combine(day, starts, tzinfo=PARIS),
            ends_at=datetime.combine(day, ends, tzinfo=PARIS),
            place=self.place.data or "",
            commune_code=commune_code,
            slot_minutes=int(self.slot_minutes.data) if self.slot_minutes.data else None,
        )

    def show(self, event: PromotionEvent) -> None:
        """Fill the form from an operation."""
        starts, ends = local(event.starts_at), local(event.ends_at)
        self.kind.data, self.title.data = event.kind.value, event.title
        self.day.data, self.starts.data, self.ends.data = starts.date(), starts.time(), ends.time()
        self.place.data = event.place
        self.slot_minutes.data = str(event.slot_minutes or "")


class PartnerForm(BaseForm):
    """A partner by name, told apart by a list when several have it."""

    partner = StringField(
        "Partenaire",
        [Required("Écrivez le nom du partenaire."), MaxLength(200)],
        filters=[strip],
    )
    partner_id = HiddenField()


class CompanyForm(BaseForm):
    """One company by name, with its tables."""

    company = StringField(
        "Entreprise",
        [Required("Écrivez le nom ou le SIRET de l’entreprise."), MaxLength(200)],
        filters=[strip],
    )
    company_id = HiddenField()
    tables = IntegerField("Tables", [Optional(), Between(1, 20)], default=1)


class CodeForm(BaseForm):
    """The code that a youth says at the door."""

    code = StringField(
        "Code de l’invitation", [Required("Tapez les quatre signes du code."), MaxLength(12)]
    )


class MeetingForm(BaseForm):
    """One more meeting: who, with whom, when."""

    youth = SelectField("Jeune", coerce=int, validate_choice=False)
    company = SelectField("Entreprise", coerce=int, validate_choice=False)
    slot = SelectField("Créneau", coerce=int, validate_choice=False)


class MoveForm(BaseForm):
    """Another slot for one meeting."""

    slot = IntegerField("Créneau", [Required("Choisissez un créneau.")])
