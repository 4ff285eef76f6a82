"""Forms of the plan: lines to decide, and the changes of a what-if."""

from __future__ import annotations

from datetime import date

from wtforms import HiddenField, IntegerField, RadioField, SelectField, StringField
from wtforms.fields import DateField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]
from wtforms.validators import Optional

from app.core.forms import BaseForm, Between, MaxLength, OnceForm, Required, strip
from app.planning.models import ChangeKind
from app.planning.services.scenarios import Change
from app.reference.forms import CommuneFields, TradeFields

CHANGE_WORDS = {
    ChangeKind.PLACES: "Ouvrir des places de formation",
    ChangeKind.POSITIONS: "Susciter des offres",
    ChangeKind.BUS_LINE: "Ouvrir une ligne de car entre deux communes",
}


MOST_AT_ONCE = 10_000


class LinesForm(BaseForm):
    """The lines that a person ticked."""


class ScenarioForm(OnceForm):
    """A new what-if; an advice of the region brings its first changes with it: one trade in one town."""

    rome_code = HiddenField()
    commune_code = HiddenField()
    places = HiddenField()
    positions = HiddenField()
    name = StringField(
        "Nom de l’hypothèse",
        [Required("Donnez un nom à cette hypothèse."), MaxLength(80)],
        filters=[strip],
    )

    def changes(self) -> list[Change]:
        """What the advice asks to try; nothing for a what-if that is named first."""
        asked = ((ChangeKind.PLACES, self.places.data), (ChangeKind.POSITIONS, self.positions.data))
        return [
            Change(kind, int(amount), self.commune_code.data or "", rome_code=self.rome_code.data)
            for kind, amount in asked
            if amount and amount.isdecimal() and 0 < int(amount) <= MOST_AT_ONCE
        ]


class ChangeForm(TradeFields, CommuneFields, OnceForm):
    """One change: what, how many or how long, where, for which trade."""

    kind = RadioField(
        "Que se passe-t-il ?",
        choices=[SelectChoice(one.value, label) for one, label in CHANGE_WORDS.items()],
        default=ChangeKind.PLACES.value,
    )
    amount = IntegerField(
        "Combien de places ou de postes, ou combien de minutes de car",
        [Required("Écrivez un nombre."), Between(1, MOST_AT_ONCE)],
    )
    other = StringField("Autre commune de la ligne", [MaxLength(80)], filters=[strip])
    level = SelectField(
        "Niveau du diplôme",
        choices=[SelectChoice("", "non précisé")]
        + [SelectChoice(str(one), f"Niveau {one}") for one in range(3, 8)],
        default="",
    )
    starts_on = DateField("Début", [Optional()])

    def change(self, commune_code: str, other_code: str | None, rome_code: str | None) -> Change:
        """What the form asks for, once its places and its trade are known."""
        kind = ChangeKind(self.kind.data)
        is_line = kind is ChangeKind.BUS_LINE
        starts: date | None = self.starts_on.data
        return Change(
            kind=kind,
            amount=self.amount.data or 0,
            commune_code=commune_code,
            other_commune_code=other_code if is_line else None,
            rome_code=None if is_line else rome_code,
            level=int(self.level.data) if self.level.data and not is_line else None,
            starts_on=None if is_line else starts,
        )
