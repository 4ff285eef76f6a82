"""What a contract would pay and cost, beside a triple or an opening: pure figures on rows already read.

An employer sees them by age band and never for one profile: before consent an amount would tell the age.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date

from app.matching.queries.triples_page import TripleRow
from app.matching.queries.words import OpeningWords, SessionWords
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


def likely_terms(
    opening: OpeningWords, session: SessionWords | None, birth_date: date, today: date
) -> ContractTerms:
    """The contract that this opening and this session would make, on its likely dates."""
    kind = (
        ContractKind.APPRENTICESHIP
        if opening.for_apprenticeship
        else ContractKind.PROFESSIONALISATION
    )
    dates = likely_dates(
        kind,
        today,
        opening_from=opening.starts_from,
        course_starts=session.starts_on if session else None,
        course_ends=session.ends_on if session else None,
        course_months=session.months if session else None,
    )
    return ContractTerms(
        kind=kind,
        birth_date=birth_date,
        start=dates.start,
        end=dates.end,
        employer_size=opening.headcount,
        diploma_level=session.level if session else None,
        idcc=opening.idcc,
        department=department_of(opening.commune_code) if opening.commune_code else "",
    )


def triple_estimates(
    rows: Iterable[TripleRow], birth_date: date | None, today: date
) -> Mapping[tuple[int, int], Estimate | None]:
    """Estimates by opening and session, for the adviser's list; None where the law or the reader has no figure."""
    return {
        (one.opening.id, one.session.id): None
        if birth_date is None
        else summary(likely_terms(one.opening, one.session, birth_date, today))
        for one in rows
    }


def opening_bands(
    opening: OpeningWords, sessions: Iterable[SessionWords | None], today: date
) -> tuple[BandEstimate, ...]:
    """Estimates by age band for an opening, with the first session at hand: nothing of any youth."""
    session = next((one for one in sessions if one is not None), None)
    return by_age(likely_terms(opening, session, today, today))
