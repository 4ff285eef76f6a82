"""All that a page of the gap shows: the cube is read once, everything else is adding up."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy.orm import Session

from app.policy.actor import Actor
from app.policy.matrix import may_ever
from app.policy.permissions import Permission
from app.steering.cube import GapChoice, Table, build_table, open_keys
from app.steering.dimensions import Dimension
from app.steering.queries.closing import Closing, closings
from app.steering.queries.editions import youth_to_show
from app.steering.queries.gap import ZoneTown, labels_of, load_cube, zone_towns


@dataclass(frozen=True, slots=True)
class GapPage:
    """The table, the advice, the words for the choices, and what the reader may do.

    Attributes:
        keys: the values that occur, by dimension, in reading order.
        narrowed: what the page is narrowed to, in French.
        youth_on: the day of the figures of youth, None while they wait for the night; positions and places are of now.
    """

    table: Table
    closings: Sequence[Closing]
    labels: Mapping[Dimension, Mapping[str, str]]
    towns: Mapping[str, ZoneTown]
    keys: Mapping[Dimension, Sequence[str]]
    narrowed: Sequence[str]
    youth_on: date | None
    may_see_youth: bool
    may_export: bool

    @property
    def is_monthly(self) -> bool:
        """Whether the figures of youth are those of the month: nobody outside the coordination compares two nights."""
        return not self.may_see_youth

    @property
    def is_short(self) -> bool:
        """Whether a line of the table shows youth without a position or a place."""
        lines = (*self.table.lines, self.table.foot)
        return any((three.gap or 0) > 0 for line in lines for three in (*line.cells, line.total))

    @property
    def youth_by_line(self) -> dict[str, int | None]:
        """The youth of each line, None where hidden: what a map draws."""
        return {line.key: line.total.youth for line in self.table.lines}


def gap_page(db_session: Session, actor: Actor, choice: GapChoice) -> GapPage:
    """The gap of the actor's regions, cut as chosen: eight statements at most."""
    cube = load_cube(db_session, actor.regions)
    towns = zone_towns(db_session, actor.regions)
    labels = labels_of(db_session, cube, towns)
    may_see_youth = may_ever(actor, Permission.STEERING_ROWS)
    youth, youth_on = youth_to_show(db_session, actor.regions, cube, is_monthly=not may_see_youth)
    return GapPage(
        table=build_table(
            cube,
            by=choice.by,
            across=choice.across,
            labels=labels,
            youth=youth,
            chosen=choice.chosen,
        ),
        closings=closings(
            db_session, cube, labels, actor.regions, towns, youth, chosen=choice.chosen
        ),
        narrowed=tuple(labels[one].get(key, key) for one, key in choice.chosen.items()),
        youth_on=youth_on,
        labels=labels,
        towns=towns,
        keys={one: open_keys(cube, one, labels, youth) for one in Dimension},
        may_see_youth=may_see_youth,
        may_export=may_ever(actor, Permission.STEERING_EXPORT),
    )
