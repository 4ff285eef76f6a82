"""What is chosen on the page of the gap: all of it in the address, so that a page can be sent to somebody."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from wtforms import IntegerField, StringField

from app.core import clock
from app.core.forms import Between, MaxLength, OnceForm, Required, strip
from app.steering.cube import GapChoice
from app.steering.dimensions import UNKNOWN, Dimension

NOT_SAID = "non-precise"
"""How the address writes the key of rows that do not say."""

ROW_CHOICES: dict[Dimension, str] = {
    Dimension.FAMILY: "famille de métiers",
    Dimension.TRADE: "métier",
    Dimension.ZONE: "zone d’emploi",
    Dimension.DEPARTEMENT: "département",
    Dimension.LEVEL: "niveau préparé",
    Dimension.MONTH: "mois de début",
}

WRITTEN = {
    Dimension.LEVEL: re.compile("[1-8]"),
    Dimension.MONTH: re.compile("[12][0-9]{3}-(0[1-9]|1[0-2])"),
}
"""How a value must be written where it is more than a key to look up."""

NARROWED_BY = (Dimension.FAMILY, Dimension.DEPARTEMENT, Dimension.LEVEL, Dimension.MONTH)


def read_choice(arguments: Mapping[str, str]) -> GapChoice:
    """Read the address. What it does not know it leaves out: an old bookmark still opens the page."""
    by = _dimension(arguments.get("par")) or Dimension.FAMILY
    across = _dimension(arguments.get("croise"))
    chosen = {
        dimension: UNKNOWN if arguments[dimension.value] == NOT_SAID else arguments[dimension.value]
        for dimension in Dimension
        if arguments.get(dimension.value)
    }
    for dimension, written in WRITTEN.items():
        if chosen.get(dimension, UNKNOWN) != UNKNOWN and not written.fullmatch(chosen[dimension]):
            del chosen[dimension]
    return GapChoice(by, None if across is by else across, chosen)


def address_value(key: str) -> str:
    """The key as the address writes it."""
    return key or NOT_SAID


def _dimension(text: str | None) -> Dimension | None:
    return Dimension(text) if text in {one.value for one in Dimension} else None


PERIODS = {"annee": "depuis le 1er janvier", "12mois": "sur douze mois"}


def read_day(text: str | None) -> date:
    """The day asked for: a past one or today; today when the address says nothing sensible."""
    today = clock.today()
    try:
        asked = date.fromisoformat(text or "")
    except ValueError:
        return today
    return min(asked, today)


class RegionalContractsForm(OnceForm):
    """All contracts of the region in a year, with the source that counts them."""

    year = IntegerField("Année", [Required("Écrivez l’année."), Between(2005, 2100)])
    contracts = IntegerField(
        "Contrats d’alternance signés dans la région",
        [Required("Écrivez le nombre de contrats."), Between(1, 10_000_000)],
    )
    source = StringField(
        "Source",
        [Required("Dites d’où vient ce chiffre."), MaxLength(200)],
        filters=[strip],
    )
