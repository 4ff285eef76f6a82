"""What the contract of a placement would pay and cost, as far as this reader may know."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from app.core import clock
from app.openings.models import Company, Opening
from app.placements.models import Placement
from app.placements.queries.identity import HOUSE, Identity
from app.rules.estimate import (
    BandEstimate,
    ContractTerms,
    Estimate,
    by_age,
    likely_dates,
    summary,
)
from app.rules.identifiers import department_of
from app.rules.law import ContractKind
from app.training.models import Course, TrainingSession

COLUMNS = (
    Opening.apprenticeship,
    Opening.commune_code.label("post_commune_code"),
    Company.headcount,
    Company.idcc,
    Course.level,
    Course.duration_months,
    TrainingSession.ends_on,
)


@dataclass(frozen=True, slots=True)
class PlacementCost:
    """One estimate for who knows the birth date, one line an age band for the others.

    A disability never enters: it would tell itself by the aid.
    """

    estimate: Estimate | None
    bands: tuple[BandEstimate, ...]


def placement_cost(row: Any, placement: Placement, reader: Identity) -> PlacementCost | None:
    """The cost from a row that holds `COLUMNS`, `Youth` and the words of both sides; None without an employer."""
    if placement.opening_id is None:
        return None
    knows_age = reader.scope == HOUSE or reader.birth_date is not None
    birth_date: date = row.Youth.birth_date if knows_age else clock.today()
    terms = _terms(row, placement, birth_date)
    if knows_age:
        return PlacementCost(summary(terms), ())
    return PlacementCost(None, by_age(terms))


def _terms(row: Any, placement: Placement, birth_date: date) -> ContractTerms:
    kind = ContractKind.APPRENTICESHIP if row.apprenticeship else ContractKind.PROFESSIONALISATION
    fixed = placement.contract_starts_on
    dates = likely_dates(
        kind,
        min(clock.today(), fixed) if fixed else clock.today(),
        opening_from=fixed or row.start_from,
        course_starts=row.starts_on,
        course_ends=row.ends_on,
        course_months=row.duration_months,
    )
    return ContractTerms(
        kind=kind,
        birth_date=birth_date,
        start=dates.start,
        end=dates.end,
        conclusion=placement.signed_on,
        employer_size=row.headcount,
        diploma_level=row.level,
        idcc=row.idcc,
        department=department_of(row.post_commune_code) if row.post_commune_code else "",
    )
