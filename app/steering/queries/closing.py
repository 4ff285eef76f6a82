"""What would close a gap: so many places of that course in that town, so many companies to visit."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.models import Organisation, OrganisationStatus, Site
from app.openings.models import Company, Opening, OpeningStatus
from app.policy.actor import OrganisationKind
from app.reference.models import ActivityHiring, Commune, Trade
from app.steering.cube import Table, Three, build_table
from app.steering.dimensions import UNKNOWN, Dimension, Key
from app.steering.disclosure import Disclosure
from app.steering.queries.gap import FIRST_TRADE, ZONE, ZoneTown
from app.training.models import Course

SHOWN = 12
# From the finest advice to the coarsest: the first that has a gap to show is given.
CUTS: tuple[tuple[Dimension, Dimension | None], ...] = (
    (Dimension.TRADE, Dimension.ZONE),
    (Dimension.FAMILY, Dimension.ZONE),
    (Dimension.TRADE, None),
    (Dimension.FAMILY, None),
)
# Hirings of a year under which an activity does not count as one that hires for a trade.
FEWEST_HIRINGS = 10


@dataclass(frozen=True, slots=True)
class Closing:
    """One line of advice for a trade, or a family of trades, in a zone or in the region.

    Attributes:
        label: what the trade or the family is called.
        town: the main town of the zone; None for all that the figures are narrowed to.
        places: seats to open, 0 when seats are not what is missing.
        positions: openings to raise.
        companies: companies of the zone whose activity hires for the trade and that have no opening of it.
        course: title of the course that leads there most often, None when nobody of the region teaches it.
        commune: code of the town, when the advice is about one trade there.
    """

    key: str
    label: str
    zone: str
    town: str | None
    youth: int
    places: int
    positions: int
    companies: int
    course: str | None
    commune: str | None = None

    @property
    def what_if(self) -> dict[str, str | int]:
        """The address of a what-if that tries it; empty when no trade or no town is named."""
        if self.commune is None:
            return {}
        parts = [f"{self.places} places"] * bool(self.places)
        parts += [f"{self.positions} postes"] * bool(self.positions)
        name = f"{self.label.split(' / ')[0]} à {self.town} : {', '.join(parts)}"
        return {
            "nom": name[:80],
            "metier": self.key,
            "commune": self.commune,
            "places": self.places,
            "postes": self.positions,
        }


def closings(
    db_session: Session,
    cube: Mapping[Key, Three],
    labels: Mapping[Dimension, Mapping[str, str]],
    regions: Iterable[str],
    towns: Mapping[str, ZoneTown],
    youth: Disclosure,
    *,
    chosen: Mapping[Dimension, str] | None = None,
) -> list[Closing]:
    """The widest gaps first, those of hidden figures left out: three statements.

    Where trades by zone are too small to be shown, families or all zones together say it.

    Args:
        cube: the whole region.
        youth: the figures of youth that may be shown.
        chosen: what the page is narrowed to; the advice is about nothing else.
    """
    for by, across in CUTS:
        table = build_table(cube, by=by, across=across, labels=labels, youth=youth, chosen=chosen)
        if wanted := _gaps(table):
            break
    else:
        return []
    wanted = wanted[:SHOWN]
    trades = {key for key, _, _ in wanted} if by is Dimension.TRADE else set[str]()
    courses = _usual_courses(db_session, trades, regions)
    companies = _companies_to_visit(db_session, trades, {zone for _, zone, _ in wanted})
    return [
        Closing(
            key=key,
            label=labels[by].get(key, key),
            zone=zone,
            town=towns[zone].name if zone in towns else None,
            youth=three.youth or 0,
            places=max(0, (three.youth or 0) - three.places),
            positions=max(0, (three.youth or 0) - three.positions),
            companies=companies.get((key, zone), 0),
            course=courses.get(key),
            commune=towns[zone].insee_code if zone in towns and by is Dimension.TRADE else None,
        )
        for key, zone, three in wanted
    ]


def _gaps(table: Table) -> list[tuple[str, str, Three]]:
    """`(trade or family, zone, figures)` with a shown gap, the widest first; the zone is empty for the region."""
    columns = [zone for zone, _ in table.columns] or [UNKNOWN]
    found = [
        (line.key, zone, three)
        for line in table.lines
        for zone, three in zip(columns, line.cells or (line.total,), strict=True)
        if line.key != UNKNOWN
        and (zone != UNKNOWN or not table.columns)
        and three.gap is not None
        and three.gap > 0
    ]
    return sorted(found, key=lambda one: (-(one[2].gap or 0), one[0], one[1]))


def _usual_courses(
    db_session: Session, trades: Iterable[str], regions: Iterable[str]
) -> dict[str, str]:
    """The title taught most often in the region for each trade, else the first usual diploma of the dossier."""
    counted = db_session.execute(
        select(FIRST_TRADE.c.rome_code, Course.title, func.count().label("n"))
        .join(Course, Course.id == FIRST_TRADE.c.course_id)
        .join(Organisation, Organisation.id == Course.cfa_id)
        .where(
            FIRST_TRADE.c.rome_code.in_(sorted(trades)),
            Organisation.region_code.in_(sorted(regions)),
        )
        .group_by(FIRST_TRADE.c.rome_code, Course.title)
        .order_by(FIRST_TRADE.c.rome_code, func.count(), Course.title.desc())
    )
    taught = {row.rome_code: row.title for row in counted}
    missing = sorted(set(trades) - taught.keys())
    if missing:
        rows = db_session.execute(
            select(Trade.rome_code, Trade.typical_diplomas).where(Trade.rome_code.in_(missing))
        )
        usual = {row.rome_code: (row.typical_diplomas or "").split(";")[0].strip() for row in rows}
        taught |= {code: title for code, title in usual.items() if title}
    return taught


def _companies_to_visit(
    db_session: Session, trades: Iterable[str], zones: Iterable[str]
) -> dict[tuple[str, str], int]:
    """Distinct companies of each zone that hire for each trade by their activity, have no live opening of it and do
    not object to being visited: one statement.
    """
    has_opening = (
        select(Opening.id)
        .where(
            Opening.employer_id == Organisation.id,
            Opening.rome_code == ActivityHiring.rome_code,
            Opening.status == OpeningStatus.PUBLISHED,
        )
        .exists()
    )
    rows = db_session.execute(
        select(
            ActivityHiring.rome_code,
            ZONE.label("zone"),
            func.count(Organisation.id.distinct()).label("n"),
        )
        .join(Company, Company.naf_code == ActivityHiring.naf_code)
        .join(Organisation, Organisation.id == Company.organisation_id)
        .join(Site, Site.organisation_id == Organisation.id)
        .join(Commune, Commune.insee_code == Site.commune_code)
        .where(
            ActivityHiring.rome_code.in_(sorted(trades)),
            ActivityHiring.hirings >= FEWEST_HIRINGS,
            ZONE.in_(sorted(zones)),
            Organisation.kind == OrganisationKind.COMPANY,
            Organisation.status != OrganisationStatus.CLOSED,
            Company.objects_to_prospecting_since.is_(None),
            ~has_opening,
        )
        .group_by(ActivityHiring.rome_code, ZONE)
    )
    found: dict[tuple[str, str], int] = defaultdict(int)
    for row in rows:
        found[row.rome_code, row.zone] += int(row.n)
    return found
