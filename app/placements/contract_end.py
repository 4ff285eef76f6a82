"""When a contract ends, as far as anybody said, and which last days it may have. Pure: dates in, dates out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.rules.dates import add_months, longest_in_any_case
from app.rules.dates.arithmetic import ONE_DAY


@dataclass(frozen=True, slots=True)
class ContractDays:
    """The days of one signed contract that the portal knows; all but the signature may be missing.

    Attributes:
        ends_on: the last day, as the parties said it.
        course_ends_on: the last day of the training session.
    """

    signed_on: date
    contract_starts_on: date | None = None
    started_on: date | None = None
    ends_on: date | None = None
    course_ends_on: date | None = None

    @property
    def starts_on(self) -> date:
        """The first day: the one attended, else the one written, else the day of the signature."""
        return self.started_on or self.contract_starts_on or self.signed_on

    @property
    def last_lawful_day(self) -> date:
        """No contract of apprenticeship runs longer, whoever the youth is: DUR-01 with the year of DUR-04 or DUR-05.

        The portal does not know which of the two holds here, so it takes the longest: nobody's contract ends by the
        portal alone while the law lets it run.
        """
        return add_months(self.starts_on, longest_in_any_case(self.signed_on)) - ONE_DAY

    @property
    def expected_last_day(self) -> date:
        """What the parties said; else the end of the course, if the contract began before; else the law's longest."""
        if self.ends_on is not None:
            return self.ends_on
        if self.course_ends_on is not None and self.course_ends_on > self.starts_on:
            return self.course_ends_on
        return self.last_lawful_day

    def why_not(self, last_day: date) -> str | None:
        """Why the contract cannot end on this day; None when it can."""
        if last_day <= self.starts_on:
            return "Le contrat se termine après le jour où il commence."
        if last_day > self.last_lawful_day:
            return f"Aucun contrat ne dure aussi longtemps : au plus tard le {self.last_lawful_day:%d/%m/%Y}."
        return None
