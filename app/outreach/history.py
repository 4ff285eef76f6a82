"""The agreements of 2009 as history and example, from the founding note and the dossier (workflow.md, G).

They are dated statements, not objectives of today: the page shows them apart, with the pace that was expected
on the day for which counts were published. The fund of the inter-professional agreement of 8 July 2009 could pay
300 agents in part; no company target of its own was written, and 150,000 remain of the 250,000 of all three.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from app.rules.targets import linear_pace


@dataclass(frozen=True, slots=True)
class PublishedCount:
    """What was published for one day: companies visited, contracts; the source as the dossier names it."""

    on: date
    companies: int
    contracts: int
    source: str


@dataclass(frozen=True, slots=True)
class HistoricAgreement:
    """One agreement of 2009–2010; "visited or contacted" both count."""

    title: str
    parties: str
    network: str
    signed_on: date
    ends_on: date
    headcount_target: int
    company_target: int
    published: tuple[PublishedCount, ...] = ()

    @property
    def days(self) -> int:
        """Calendar days from the signature to the end."""
        return (self.ends_on - self.signed_on).days

    @property
    def weekdays(self) -> int:
        """Mondays to Fridays from the signature on, the last day included."""
        first, last = self.signed_on.toordinal(), self.ends_on.toordinal()
        return sum(1 for day in range(first, last + 1) if date.fromordinal(day).weekday() < 5)

    def expected(self, on: date) -> int:
        """Companies that an even pace gives on that day."""
        return linear_pace(self.signed_on, self.ends_on, self.company_target, on)


AGREEMENTS_OF_2009 = (
    HistoricAgreement(
        title="Convention ACFCI du 2 juillet 2009",
        parties="État et ACFCI (chambres de commerce et d’industrie)",
        network="cci",
        signed_on=date(2009, 7, 2),
        ends_on=date(2010, 10, 31),
        headcount_target=100,
        company_target=50_000,
        published=(PublishedCount(date(2009, 12, 31), 15_000, 4_000, "P-DEV, décembre 2009"),),
    ),
    HistoricAgreement(
        title="Convention APCM du 18 septembre 2009",
        parties="État et APCM (chambres de métiers et de l’artisanat)",
        network="cma",
        signed_on=date(2009, 9, 18),
        ends_on=date(2010, 10, 31),
        headcount_target=100,
        company_target=50_000,
    ),
)
AGENTS_OF_THE_FUND = 300
COMPANIES_IN_ALL = 250_000
