"""Companies, each with somebody who answers, and the posts they offer."""

from __future__ import annotations

from datetime import timedelta

from app.accounts.models import Membership, Organisation, OrganisationStatus, Site, User
from app.core.text import sort_key
from app.demo.chance import Chance
from app.demo.identifiers import phone, sirens, siret
from app.demo.names import FAMILY, person
from app.demo.organisations import MARK
from app.demo.scene import Scene
from app.demo.territory import Town
from app.demo.trades import DemoTrade, demo_trades
from app.openings.models import Company, HostsYouth, MinorsPossible, Opening, OpeningStatus
from app.policy.actor import OrganisationKind, Role

HEADCOUNTS = (1, 2, 3, 4, 4, 5, 6, 8, 9, 12, 15, 19, 25, 38, 60, 120, 260)
STATUSES = {
    OpeningStatus.PUBLISHED: 88.0,
    OpeningStatus.DRAFT: 5.0,
    OpeningStatus.CLOSED: 4.0,
    OpeningStatus.FILLED: 3.0,
}
# Numbers that organisations of later builders take.
KEPT_FOR_LATER = 20
MINORS = {MinorsPossible.YES: 62.0, MinorsPossible.UNKNOWN: 30.0, MinorsPossible.NO: 8.0}
DRIVING_TRADES = frozenset({"N4101", "K1302", "F1603", "A1203"})
LICENCE_REASON = "Tournées chez les clients avec le véhicule de l’entreprise."


def build_companies(scene: Scene) -> None:
    """Companies, one record a SIREN while the range of invented numbers lasts."""
    chance = scene.chance("companies")
    trades = demo_trades()
    numbers = sirens()[scene.sirens_used : -KEPT_FOR_LATER]
    scene.sirens_used += min(scene.scale.companies, len(numbers))
    trade_of = chance.choices(trades, [trade.weight for trade in trades], k=len(numbers))
    headcounts = [chance.choice(HEADCOUNTS) for _ in numbers]
    brands = [
        f"{chance.choice(trade.firms)} {chance.choice(FAMILY).replace('_', ' ')}"
        for trade in trade_of
    ]
    people = [town.population for town in scene.towns]
    towns = chance.choices(scene.towns, people, k=scene.scale.companies)
    made: list[tuple[Organisation, Company, Site, User, DemoTrade, Town]] = []
    for number, town in enumerate(towns):
        at = number % len(numbers)
        rank = number // len(numbers) + 1
        organisation = _organisation(scene, f"{brands[at]}, {town.name}", numbers[at], rank)
        company = Company(
            naf_code=trade_of[at].naf_code,
            headcount=headcounts[at],
            idcc=trade_of[at].idcc,
            hosts_mission_youth=chance.choice(tuple(HostsYouth)),
        )
        site = _site(chance, organisation, town)
        given_name, family_name = person(chance)
        user = User(
            email=f"employeur{number}@exemple.fr" if number else "employeur@exemple.fr",
            password_hash=scene.password_hash,
            given_name=given_name,
            family_name=family_name,
            phone=phone(scene.next_phone()),
            is_demonstration=True,
            created_at=scene.now - timedelta(days=120),
        )
        made.append((organisation, company, site, user, trade_of[at], town))
    scene.add(*(one[0] for one in made), *(one[3] for one in made))
    for organisation, company, site, user, _, _ in made:
        company.organisation_id = site.organisation_id = organisation.id
        scene.officers[organisation.id] = user.id
    scene.add(
        *(one[1] for one in made),
        *(one[2] for one in made),
        *(
            Membership(
                user_id=user.id,
                organisation_id=organisation.id,
                role=Role.EMPLOYER,
                since=scene.today - timedelta(days=120),
            )
            for organisation, _, _, user, _, _ in made
        ),
    )
    scene.companies = [one[0] for one in made]
    _build_openings(scene, [(one[0], one[2], one[4], one[5]) for one in made])


def _site(chance: Chance, organisation: Organisation, town: Town) -> Site:
    """The establishment's place, a little apart from the town's centre."""
    return Site(
        name=town.name,
        siret=organisation.siret,
        address=f"{chance.randint(1, 90)} rue de l’Exemple",
        commune_code=town.insee_code,
        latitude=round(town.latitude + chance.uniform(-0.01, 0.01), 5),
        longitude=round(town.longitude + chance.uniform(-0.015, 0.015), 5),
        is_main=True,
    )


def _organisation(scene: Scene, name: str, siren: str, rank: int) -> Organisation:
    marked = f"{name} {MARK}"
    return Organisation(
        kind=OrganisationKind.COMPANY,
        name=marked,
        sort_name=sort_key(marked),
        siren=siren,
        siret=siret(siren, rank),
        region_code=scene.territory.region_code,
        email=f"entreprise{siren[-4:]}.{rank}@exemple.fr",
        phone=phone(scene.next_phone()),
        status=OrganisationStatus.ACTIVE,
        is_demonstration=True,
        created_at=scene.now - timedelta(days=150),
    )


def _build_openings(
    scene: Scene, employers: list[tuple[Organisation, Site, DemoTrade, Town]]
) -> None:
    """Posts of the companies' own trades; some companies offer several, a few none."""
    chance = scene.chance("openings")
    sites = chance.choices(employers, k=scene.scale.openings)
    # The account that is shown has something to show.
    sites[0] = sites[-1] = employers[0]
    scene.add(
        *(
            _opening(scene, chance, rank, employer, site, trade)
            for rank, (employer, site, trade, _) in enumerate(sites)
        )
    )


def _opening(
    scene: Scene,
    chance: Chance,
    rank: int,
    employer: Organisation,
    site: Site,
    trade: DemoTrade,
) -> Opening:
    course = chance.choice(trade.courses)
    title = chance.choice(trade.opening_titles)
    first = scene.today + timedelta(days=chance.randint(-20, 45))
    needs_licence = trade.rome_code in DRIVING_TRADES and chance.happens(0.4)
    status = OpeningStatus.PUBLISHED if rank == 0 else chance.among(STATUSES)
    published = scene.now - timedelta(days=chance.randint(0, 75), hours=chance.randint(0, 9))
    positions = chance.choice((1, 1, 1, 1, 2, 2, 3))
    return Opening(
        employer_id=employer.id,
        site_id=site.id,
        title=title,
        sort_name=sort_key(title),
        rome_code=trade.rome_code if chance.happens(0.92) else None,
        apprenticeship=True,
        professionalisation=chance.happens(0.25),
        positions=positions,
        commune_code=site.commune_code,
        latitude=site.latitude,
        longitude=site.longitude,
        start_from=first if chance.happens(0.9) else None,
        start_until=first + timedelta(days=chance.choice((45, 60, 90, 120, 150))),
        level_low=chance.choice((None, None, None, course.level)),
        level_high=None,
        licence_required=needs_licence,
        licence_reason=LICENCE_REASON if needs_licence else None,
        minors_possible=MinorsPossible.YES if rank == 0 else chance.among(MINORS),
        description=f"{title}. Équipe accueillante, tuteur désigné, horaires à voir ensemble.",
        status=status,
        expires_on=scene.today + timedelta(days=chance.choice((9, 20, 40, 60, 90))),
        source="demonstration",
        source_reference=f"{scene.territory.name}-{rank}",
        published_at=None if status is OpeningStatus.DRAFT else published,
        created_at=published,
        created_by=scene.officers[employer.id],
        is_demonstration=True,
    )
