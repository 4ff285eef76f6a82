"""What each kind of row can do: be compared with what is known, and be written."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlalchemy.orm import Session

from app.imports.fields import Kind
from app.imports.models import Decision, RowState
from app.policy.actor import Actor
from app.reference.queries import (
    AmbiguousPlace,
    Place,
    TradeChoice,
    UnknownPlace,
    place_of,
    resolve_commune,
    resolve_trade,
    suggest_trades,
    trade_labels,
)

# The code of "none of these, leave it empty" among proposals.
NONE = "-"
LEAVE_EMPTY = (NONE, "Laisser vide pour l’instant")
PROPOSED = 5

Proposal = tuple[str, str]


@dataclass(slots=True)
class Examined:
    """A row beside what is known.

    Attributes:
        values: those of the row, with codes where words stood.
        proposals: `(code, label)` by field name, where a person must pick; none where they must type.
        key: what makes two rows of one file the same thing; None when nothing does.
        resembles: the known thing it looks like, in words, with `target_id`.
        is_same: it is that very thing, and the row adds nothing.
    """

    values: dict[str, Any]
    problems: dict[str, str] = field(default_factory=dict)
    warnings: dict[str, str] = field(default_factory=dict)
    proposals: dict[str, list[Proposal]] = field(default_factory=dict)
    key: str | None = None
    resembles: str | None = None
    target_id: int | None = None
    is_same: bool = False


class Handler(Protocol):
    """The two verbs of a kind."""

    def examine(
        self,
        db_session: Session,
        actor: Actor,
        values: Mapping[str, Any],
        choices: Mapping[str, str],
    ) -> Examined:
        """Compare a row whose cells are good with what is known. Reads only."""
        ...

    def write(
        self, db_session: Session, actor: Actor, examined: Examined, decision: Decision | None
    ) -> tuple[RowState, int]:
        """Write the row: what was done (CREATED, UPDATED, SAME) and the id it is about.

        Raises:
            DomainError: refused, with the sentence to give back.
        """
        ...


def settle_place(
    db_session: Session, examined: Examined, choices: Mapping[str, str], *, is_vital: bool = True
) -> Place | None:
    """The commune of a row by its postal code and town; puts `commune_code` into the values.

    In doubt a person picks; where the place is not vital, the row goes without and says so.
    """
    postal_code, town = examined.values.get("postal_code", ""), examined.values.get("city", "")
    if choices.get("city") == NONE:
        return None
    picked = place_of(db_session, choices.get("city"))
    found = picked or look_up_place(db_session, postal_code, town)
    if isinstance(found, Place):
        examined.values["commune_code"] = found.insee_code
        return found
    if found is None:
        return None
    words = f"{postal_code} {town}".strip()
    if not is_vital:
        examined.warnings["city"] = f"Commune « {words} » : pas reconnue, elle reste à préciser."
        return None
    proposals = [(one.insee_code, one.label) for one in _places(found)]
    examined.proposals["city"] = [*proposals[:PROPOSED], LEAVE_EMPTY]
    return None


def look_up_place(
    db_session: Session, postal_code: str, town: str
) -> Place | AmbiguousPlace | UnknownPlace | None:
    """By both, else by the town in the département of the postal code (CEDEX codes name no
    commune); None when nothing is given.
    """
    text = f"{postal_code} {town}".strip()
    if not text:
        return None
    found = resolve_commune(db_session, text)
    if isinstance(found, Place) or not (postal_code and town):
        return found
    for departement in _departements(postal_code):
        nearby = resolve_commune(db_session, f"{town} ({departement})")
        if isinstance(nearby, Place) and nearby.departement_code == departement:
            return nearby
    return found


def _departements(postal_code: str) -> tuple[str, ...]:
    if postal_code.startswith("20"):
        return ("2A", "2B")
    return (postal_code[:3] if postal_code.startswith(("97", "98")) else postal_code[:2],)


def _places(found: AmbiguousPlace | UnknownPlace) -> tuple[Place, ...]:
    return found.places if isinstance(found, AmbiguousPlace) else ()


def settle_typed(examined: Examined, kind: Kind, choices: Mapping[str, str]) -> bool:
    """Put what a person typed in the place of what a file does not say; False while something is missing."""
    for one in kind.fields:
        if not one.asked or one.name in examined.values:
            continue
        typed = choices.get(one.name)
        if typed:
            examined.values[one.name] = one.parser(typed).value
        else:
            examined.proposals[one.name] = []
            examined.warnings[one.name] = one.missing
    return not examined.proposals


def settle_trade(
    db_session: Session, examined: Examined, text: str, choices: Mapping[str, str]
) -> str | None:
    """The ROME code that a wording means; in doubt a person picks among proposals.

    Only a wording known for one single trade is taken without asking.
    """
    picked = choices.get("trade")
    if picked == NONE:
        return None
    if picked and picked in trade_labels(db_session, [picked]):
        return picked
    found = resolve_trade(db_session, text)
    if isinstance(found, TradeChoice):
        return found.rome_code
    proposals = [(one.rome_code, one.label) for one in suggest_trades(db_session, text, PROPOSED)]
    examined.proposals["trade"] = [*proposals, LEAVE_EMPTY]
    return None


def missing_from(known: Any, values: Mapping[str, Any], names: Mapping[str, str]) -> dict[str, Any]:
    """What a row would add to a known thing: values by attribute where it holds nothing.

    Args:
        names: attribute of the known row by name of the value.
    """
    return {
        attribute: values[name]
        for name, attribute in names.items()
        if values.get(name) and not getattr(known, attribute)
    }
