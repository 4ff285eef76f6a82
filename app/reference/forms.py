"""The two fields that other slices' forms inherit: a commune and a trade, typed freely and picked
when in doubt.
"""

from __future__ import annotations

from wtforms import Form, StringField

from app.core.forms import MaxLength, strip
from app.reference.queries import (
    AmbiguousPlace,
    AmbiguousTrade,
    Place,
    TradeChoice,
    UnknownPlace,
    UnknownTrade,
)

CLEAR_PLACE = "Plusieurs communes sont possibles : choisissez la bonne dans la liste."
CLEAR_TRADE = "Plusieurs métiers sont possibles : choisissez celui qui convient dans la liste."


class CommuneFields(Form):
    """A typed commune and the INSEE code picked in the list; `commune_choices` is what the page
    shows to pick from.
    """

    commune = StringField("Commune", [MaxLength(80)], filters=[strip])
    commune_code = StringField("Commune choisie", filters=[strip])
    commune_choices: tuple[Place, ...] = ()

    def show_commune(self, place: Place | None) -> None:
        """Fill both fields from what is stored."""
        if place is not None:
            self.commune.data, self.commune_code.data = place.label, place.insee_code

    def take_commune(
        self, answer: Place | AmbiguousPlace | UnknownPlace, *, required: bool = False
    ) -> str | None:
        """The INSEE code of the answer, or None; when a person has to correct or pick, the field
        says so.
        """
        if isinstance(answer, Place):
            self.show_commune(answer)
            self.commune_choices = (answer,)
            return answer.insee_code
        self.commune_code.data = None
        if isinstance(answer, AmbiguousPlace):
            self.commune_choices = answer.places
            _complain(self.commune, CLEAR_PLACE)
        elif answer.text:
            _complain(
                self.commune,
                "Aucune commune ne ressemble à ce nom. Essayez son code postal.",
            )
        elif required:
            _complain(self.commune, "Écrivez le nom de la commune ou son code postal.")
        return None


class TradeFields(Form):
    """A typed trade and the ROME code picked in the list."""

    trade = StringField("Métier", [MaxLength(160)], filters=[strip])
    rome_code = StringField("Métier choisi", filters=[strip])
    trade_choices: tuple[TradeChoice, ...] = ()

    def show_trade(self, rome_code: str | None, label: str) -> None:
        """Fill both fields from what is stored."""
        if rome_code:
            self.trade.data, self.rome_code.data = label, rome_code

    def take_trade(
        self, answer: TradeChoice | AmbiguousTrade | UnknownTrade, *, required: bool = False
    ) -> str | None:
        """The ROME code of the answer, or None; when a person has to correct or pick, the field
        says so.
        """
        if isinstance(answer, TradeChoice):
            self.rome_code.data = answer.rome_code
            self.trade_choices = (answer,)
            return answer.rome_code
        self.rome_code.data = None
        if isinstance(answer, AmbiguousTrade):
            self.trade_choices = answer.trades
            _complain(self.trade, CLEAR_TRADE)
        elif answer.text:
            _complain(
                self.trade,
                "Aucun métier connu ne ressemble à ces mots. Essayez un mot plus courant.",
            )
        elif required:
            _complain(self.trade, "Écrivez le métier avec vos mots.")
        return None


def _complain(field: StringField, message: str) -> None:
    field.errors = [*field.errors, message]
