"""Proposals, answers and signatures between groups that the law lets one compare: aggregates, small cells hidden.

Only groups that are no forbidden criterion's small cell are here: minors and adults (a legal limit), level, kind of
place, kind of house. Never sex, origin or a recognised disability. A ratio under four fifths calls for a look at the
causes; it proves nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, case, exists, func, or_, select, true
from sqlalchemy.orm import Session

from app.accounts.models import Organisation
from app.core import clock
from app.placements.models import LeafAnswer, Placement
from app.placements.workflow import Leaf, LeafState
from app.policy import predicates
from app.policy.actor import Actor, OrganisationKind
from app.policy.facts import NOTHING
from app.reference.models import Commune
from app.rules.dates.arithmetic import add_months
from app.steering.suppression import SMALL_CELL, hidden_in_line
from app.youth.models import ConsentKind, ConsentRecord, Youth

SMALL = SMALL_CELL
FOUR_FIFTHS = 0.8
PERIODS = (3, 12, 24)
ADULT_MONTHS = 18 * 12
VILLAGE, TOWN = 2_000, 20_000


@dataclass(frozen=True, slots=True)
class Cell:
    """One count. None: fewer than five people, or the one count from which a small one could be found."""

    count: int | None
    share: float | None = None  # of the group's listed youth
    is_low: bool = False  # under four fifths of the best group


@dataclass(frozen=True, slots=True)
class Group:
    """One group: how many agreed to be proposed, were proposed, heard a yes, signed."""

    name: str
    listed: Cell
    proposed: Cell
    answered: Cell
    signed: Cell


@dataclass(frozen=True, slots=True)
class Comparison:
    """The groups of one question, with whether one of them calls for a look."""

    title: str
    why_allowed: str
    groups: tuple[Group, ...]

    @property
    def has_alert(self) -> bool:
        return any(
            cell.is_low for one in self.groups for cell in (one.proposed, one.answered, one.signed)
        )


def comparisons(db_session: Session, actor: Actor, *, months: int = 12) -> list[Comparison]:
    """The four comparisons over the last months: four statements."""
    today = clock.today()
    since = clock.midnight(add_months(today, -months))
    return [
        Comparison(title, why, compare(_counts(db_session, actor, since, group)))
        for title, why, group in _questions(today)
    ]


def _questions(today: date) -> list[tuple[str, str, ColumnElement[Any]]]:
    born_before = add_months(today, -ADULT_MONTHS)
    return [
        (
            "Mineurs et majeurs",
            "La loi fixe des âges : on vérifie que rien d’autre ne joue.",
            case((Youth.birth_date <= born_before, "Majeurs"), else_="Mineurs"),
        ),
        (
            "Niveau atteint",
            "Le niveau compte pour entrer en formation.",
            case(
                (Youth.level.is_(None), "Non précisé"),
                (Youth.level <= 2, "Sans diplôme ou brevet"),
                (Youth.level == 3, "CAP"),
                (Youth.level == 4, "Bac"),
                else_="Après le bac",
            ),
        ),
        (
            "Type de commune",
            "Le lieu n’est jamais un critère : on vérifie que la distance ne laisse personne.",
            case(
                (Commune.population.is_(None), "Non précisé"),
                (Commune.population < VILLAGE, "Village (moins de 2 000 habitants)"),
                (Commune.population < TOWN, "Bourg ou petite ville"),
                else_="Ville (20 000 habitants ou plus)",
            ),
        ),
        (
            "Structure qui accompagne",
            "Être suivi ici ou là ne doit rien changer.",
            case(
                (Organisation.kind == OrganisationKind.LOCAL_MISSION, "Mission locale"),
                else_="Autre structure",
            ),
        ),
    ]


def _counts(
    db_session: Session, actor: Actor, since: datetime, group: ColumnElement[Any]
) -> list[tuple[str, int, int, int, int]]:
    """Name of the group, youth listed since then, proposed, answered yes by an employer, signed."""
    of_youth = and_(Placement.youth_id == Youth.id, Placement.suggested_at >= since)
    proposed = exists().where(of_youth)
    answered = exists().where(
        of_youth,
        LeafAnswer.placement_id == Placement.id,
        LeafAnswer.leaf == Leaf.EMPLOYER,
        LeafAnswer.answer == LeafState.YES.value,
    )
    signed = exists().where(of_youth, Placement.signed_on.is_not(None))
    listed = exists().where(
        ConsentRecord.youth_id == Youth.id,
        ConsentRecord.kind == ConsentKind.LISTING,
        ConsentRecord.given_at >= since,
    )
    people = (
        select(
            group.label("name"),
            case((proposed, 1), else_=0).label("proposed"),
            case((answered, 1), else_=0).label("answered"),
            case((signed, 1), else_=0).label("signed"),
        )
        .select_from(Youth)
        .join(Organisation, Organisation.id == Youth.organisation_id)
        .outerjoin(Commune, Commune.insee_code == Youth.commune_code)
        .where(or_(listed, proposed), _in_field(actor))
        .subquery()
    )
    rows = db_session.execute(
        select(
            people.c.name,
            func.count(),
            func.sum(people.c.proposed),
            func.sum(people.c.answered),
            func.sum(people.c.signed),
        )
        .group_by(people.c.name)
        .order_by(people.c.name)
    )
    return [(name, int(a), int(b), int(c), int(d)) for name, a, b, c, d in rows]


def _in_field(actor: Actor) -> ColumnElement[bool]:
    """The coordination's region, the officer's organisation, or everything for the platform's officer."""
    if predicates.data_protection_officer(actor, NOTHING):
        if predicates.of_the_platform(actor, NOTHING):
            return true()
        return Youth.organisation_id == actor.organisation_id
    return Organisation.region_code.in_(sorted(actor.regions))


def compare(counts: Sequence[tuple[str, int, int, int, int]]) -> tuple[Group, ...]:
    """Groups with their shares, small cells hidden, and a mark under four fifths of the best share. Pure."""
    listed = [row[1] for row in counts]
    steps = ([row[2] for row in counts], [row[3] for row in counts], [row[4] for row in counts])
    columns = [_column(step, listed) for step in steps]
    totals = hidden(listed)
    return tuple(
        Group(row[0], Cell(totals[index]), *(column[index] for column in columns))
        for index, row in enumerate(counts)
    )


def _column(counts: Sequence[int], listed: Sequence[int]) -> list[Cell]:
    # A share gives the count back: both are hidden together, and so is the share of a hidden group.
    shown, bases = hidden(counts), hidden(listed)
    cells = [
        Cell(count, count / base if count is not None and base else None)
        for count, base in zip(shown, bases, strict=True)
    ]
    best = max((one.share for one in cells if one.share is not None), default=0.0)
    return [
        replace(one, is_low=one.share is not None and one.share + 1e-9 < FOUR_FIFTHS * best)
        for one in cells
    ]


def hidden(counts: Sequence[int]) -> list[int | None]:
    """Counts with those of fewer than five people hidden, and others with them until no difference gives them back.

    >>> hidden([12, 3, 8])
    [12, None, None]
    >>> hidden([12, 0, 8])
    [12, 0, 8]
    """
    mask = hidden_in_line(counts)
    return [None if mask[index] else one for index, one in enumerate(counts)]


def period_start(months: int) -> date:
    """The first day that is counted."""
    return add_months(clock.today(), -months)
