"""Young people: who they are, what they wish in their own words, how they move, what they agreed
to.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from app.accounts.models import Organisation
from app.core.text import sort_key
from app.demo.chance import Chance
from app.demo.identifiers import phone
from app.demo.names import person
from app.demo.scene import Scene
from app.demo.territory import Town, nearest
from app.demo.trades import DemoTrade, demo_trades, sectors
from app.rules.age import age_on
from app.rules.dates.arithmetic import add_months
from app.youth import texts
from app.youth.models import (
    ConsentKind,
    ConsentRecord,
    DisabilityRecognition,
    LegalRepresentative,
    ReadinessItem,
    ReadinessMark,
    TravelMeans,
    Wish,
    YesNoUnknown,
    Youth,
    YouthDiploma,
    YouthStatus,
)
from app.youth.services.wishes import wish_key

AGES = {15: 4, 16: 13, 17: 18, 18: 19, 19: 15, 20: 10, 21: 7, 22: 5, 23: 4, 24: 3, 25: 2}
STATUSES = {
    YouthStatus.READY: 66.0,
    YouthStatus.PREPARING: 10.0,
    YouthStatus.CONTACTED: 8.0,
    YouthStatus.SPOTTED: 5.0,
    YouthStatus.PAUSED: 4.0,
    YouthStatus.WITHDRAWN: 2.0,
    YouthStatus.LOST_CONTACT: 3.0,
    YouthStatus.TRANSFERRED: 2.0,
}
LEVELS_BY_AGE = {
    17: {1: 10.0, 2: 75.0, 3: 15.0},
    19: {1: 8.0, 2: 42.0, 3: 30.0, 4: 20.0},
    26: {1: 10.0, 2: 25.0, 3: 30.0, 4: 30.0, 5: 5.0},
}
MEANS = {
    TravelMeans.PUBLIC_TRANSPORT: 42.0,
    TravelMeans.LIFT: 14.0,
    TravelMeans.MOPED: 10.0,
    TravelMeans.BICYCLE: 10.0,
    TravelMeans.ON_FOOT: 6.0,
    TravelMeans.CAR: 18.0,
}
RADIUS = {
    TravelMeans.PUBLIC_TRANSPORT: (25, 30, 40, 50),
    TravelMeans.LIFT: (20, 30, 40),
    TravelMeans.MOPED: (15, 20, 25),
    TravelMeans.BICYCLE: (8, 10, 15),
    TravelMeans.ON_FOOT: (3, 5, 10),
    TravelMeans.CAR: (40, 50, 60, 80),
}
BOARDING = {YesNoUnknown.YES: 50.0, YesNoUnknown.UNKNOWN: 30.0, YesNoUnknown.NO: 20.0}
DIPLOMAS = {3: "CAP", 4: "Baccalauréat professionnel", 5: "BTS"}
OWN_WORDS = (
    "J’ai fait un stage de deux semaines et j’ai adoré.",
    "Je suis ponctuel et j’apprends vite.",
    "J’aime travailler en équipe.",
    "J’ai aidé mon oncle sur ses chantiers.",
    "Je cuisine à la maison depuis longtemps.",
)
CAP_EMPLOI_SHARE = 0.03
MISTYPED_SHARE, CONFIRMED_SHARE, LISTED_SHARE = 0.22, 0.85, 0.93
UNHEARD = (
    "mitron",
    "youtubeur",
    "toiletteur",
    "gameur",
    "mitron",
    "tatoueur",
    "soigneur animalier",
)
"""Words that lead to no trade of the list: the page of wishes without an answer lives of them."""
UNHEARD_EVERY = 37


@dataclass(frozen=True, slots=True)
class Wanted:
    """A wish before it is typed: the trade meant, and its rank."""

    trade: DemoTrade
    rank: int


def build_youth(scene: Scene) -> None:
    """All young people with their wishes, papers and agreements."""
    chance = scene.chance("youth")
    towns = chance.choices(
        scene.towns, [town.population**0.9 for town in scene.towns], k=scene.scale.youth
    )
    houses = _Houses(scene)
    made = [_youth(scene, chance, number, town, houses) for number, town in enumerate(towns)]
    wants = [_wanted(chance) for _ in made]
    for youth, wanted in zip(made, wants, strict=True):
        youth.aimed_level = _aimed(chance, youth, wanted[0].trade)
    scene.add(*made)
    rows: list[object] = []
    for youth, wanted in zip(made, wants, strict=True):
        rows += _wishes(scene, chance, youth, wanted)
        rows += _papers(scene, chance, youth)
        rows += _agreements(scene, chance, youth)
    scene.add(*rows)


class _Houses:
    """Which mission locale, or Cap emploi, follows whom."""

    def __init__(self, scene: Scene) -> None:
        self._scene = scene
        self._missions = {
            scene.sites[mission.id][0][1].insee_code: mission for mission in scene.missions
        }
        self._towns = [scene.sites[mission.id][0][1] for mission in scene.missions]
        self._known: dict[str, Organisation] = {}

    def of(self, town: Town) -> Organisation:
        if town.insee_code not in self._known:
            found = nearest(town, self._towns)
            self._known[town.insee_code] = self._missions[found.insee_code]
        return self._known[town.insee_code]

    def adviser(self, chance: Chance, house: Organisation) -> int:
        return chance.choice(self._scene.advisers[house.id])


def _birth_date(chance: Chance, today: date, is_recognised: bool) -> date:
    age = chance.randint(19, 34) if is_recognised else chance.among(AGES)
    return add_months(today, -12 * age) - timedelta(days=chance.randint(1, 360))


def _youth(scene: Scene, chance: Chance, number: int, town: Town, houses: _Houses) -> Youth:
    is_recognised = chance.happens(CAP_EMPLOI_SHARE)
    house = scene.cap_emploi[0] if is_recognised else houses.of(town)
    given_name, family_name = person(chance)
    birth_date = _birth_date(chance, scene.today, is_recognised)
    age = age_on(birth_date, scene.today)
    means = chance.among(MEANS)
    if age < 18 and means is TravelMeans.CAR:
        means = TravelMeans.PUBLIC_TRANSPORT
    has_licence = means is TravelMeans.CAR or (age >= 18 and chance.happens(0.15))
    created = scene.now - timedelta(days=chance.randint(1, 240), hours=chance.randint(0, 8))
    levels = next(levels for limit, levels in LEVELS_BY_AGE.items() if age <= limit or limit == 26)
    folded = sort_key(f"{family_name} {given_name}")
    return Youth(
        public_code=chance.code(),
        given_name=given_name,
        family_name=family_name,
        folded_name=folded,
        birth_date=birth_date,
        email=f"{folded.replace(' ', '.')}.{number}@exemple.fr" if chance.happens(0.8) else None,
        phone=phone(scene.next_phone()) if chance.happens(0.95) else None,
        address=f"{chance.randint(1, 120)} rue de l’Exemple",
        commune_code=town.insee_code,
        organisation_id=house.id,
        adviser_id=houses.adviser(chance, house),
        status=chance.among(STATUSES),
        level=chance.among(levels),
        lower_secondary_completed=chance.choice(
            (YesNoUnknown.YES, YesNoUnknown.YES, YesNoUnknown.YES, YesNoUnknown.UNKNOWN)
        ),
        travel_means=means if chance.happens(0.95) else None,
        radius_km=chance.choice(RADIUS[means]) if chance.happens(0.7) else None,
        minutes=chance.choice((None, None, 30, 45, 60)),
        driving_licence_b=YesNoUnknown.YES if has_licence else YesNoUnknown.NO,
        boarding_accepted=chance.among(BOARDING),
        available_from=scene.today + timedelta(days=chance.choice((-30, -10, 0, 0, 0, 14, 40))),
        wants_apprenticeship=True,
        wants_professionalisation=age >= 18 and chance.happens(0.25),
        own_words=chance.choice(OWN_WORDS) if chance.happens(0.3) else None,
        last_contact_at=scene.now - timedelta(days=chance.randint(0, 50)),
        created_at=created,
        updated_at=created,
        is_demonstration=True,
    )


def _wanted(chance: Chance) -> list[Wanted]:
    """One to three trades; a second wish is mostly of the same sector."""
    trades = demo_trades()
    first = chance.choices(trades, [trade.weight for trade in trades])[0]
    wanted = [Wanted(first, 1)]
    for rank in range(2, chance.choice((1, 1, 2, 2, 3)) + 1):
        near = sectors()[first.sector] if chance.happens(0.65) else trades
        other = chance.choices(near, [trade.weight for trade in near])[0]
        if all(other is not one.trade for one in wanted):
            wanted.append(Wanted(other, rank))
    return wanted


def _aimed(chance: Chance, youth: Youth, trade: DemoTrade) -> int | None:
    """The level of a course of the first wish that the youth may enter, when it is known."""
    levels = [kind.level for kind in trade.courses if kind.entry_level <= (youth.level or 2)]
    return chance.choice(levels) if levels and chance.happens(0.3) else None


def _wishes(scene: Scene, chance: Chance, youth: Youth, wanted: list[Wanted]) -> list[object]:
    rows: list[object] = []
    seen: set[str] = set()
    for one in wanted:
        text = chance.choice(one.trade.wishes)
        if len(text) > 4 and chance.happens(MISTYPED_SHARE):
            text = chance.mistyped(text)
        folded = wish_key(text)
        if not folded or folded in seen:
            continue
        seen.add(folded)
        is_confirmed = chance.happens(CONFIRMED_SHARE)
        rows.append(
            Wish(
                youth_id=youth.id,
                rank=one.rank,
                raw_text=text,
                folded=folded,
                rome_code=one.trade.rome_code if is_confirmed else None,
                confirmed_at=scene.now - timedelta(days=3) if is_confirmed else None,
                confirmed_by=youth.adviser_id if is_confirmed else None,
            )
        )
    # Without a draw of chance, so that the same seed still gives the same people.
    if rows and len(rows) < 3 and youth.id % UNHEARD_EVERY == 0:
        text = UNHEARD[youth.id // UNHEARD_EVERY % len(UNHEARD)]
        rows.append(
            Wish(youth_id=youth.id, rank=wanted[-1].rank + 1, raw_text=text, folded=wish_key(text))
        )
    return rows


def _papers(scene: Scene, chance: Chance, youth: Youth) -> list[object]:
    """Diplomas, the checklist, and for Cap emploi the recognition."""
    is_ready = youth.status is YouthStatus.READY
    rows: list[object] = [
        ReadinessMark(
            youth_id=youth.id,
            item=item,
            is_done=chance.happens(0.88 if is_ready else 0.5),
            marked_at=scene.now - timedelta(days=chance.randint(1, 60)),
            marked_by=youth.adviser_id,
        )
        for item in ReadinessItem
        if item is not ReadinessItem.REPRESENTATIVE_KNOWN
    ]
    if youth.level in DIPLOMAS:
        rows.append(YouthDiploma(youth_id=youth.id, title=DIPLOMAS[youth.level], level=youth.level))
    if youth.organisation_id == scene.cap_emploi[0].id:
        rows.append(
            DisabilityRecognition(
                youth_id=youth.id,
                proof_seen_on=scene.today - timedelta(days=40),
                proof_seen_by=youth.adviser_id,
                valid_until=add_months(scene.today, 12 * chance.randint(1, 4)),
                agreed_at=scene.now - timedelta(days=40),
            )
        )
    return rows


def _agreements(scene: Scene, chance: Chance, youth: Youth) -> list[object]:
    """The listing, for those who are ready; a minor's representative, mostly informed."""
    rows: list[object] = []
    is_informed = True
    if age_on(youth.birth_date, scene.today) < 18:
        is_informed = chance.happens(0.93)
        rows.append(
            LegalRepresentative(
                youth_id=youth.id,
                name=f"{chance.choice(('Mme', 'M.'))} {youth.family_name}",
                relationship_label=chance.choice(("mère", "père", "tutrice")),
                phone=phone(scene.next_phone()),
                acknowledged_at=scene.now - timedelta(days=25) if is_informed else None,
            )
        )
    is_listed = youth.status is YouthStatus.READY and chance.happens(LISTED_SHARE)
    if is_listed and is_informed:
        given = scene.now - timedelta(days=chance.randint(1, 120))
        rows.append(
            ConsentRecord(
                youth_id=youth.id,
                kind=ConsentKind.LISTING,
                text_version=texts.LISTING.version,
                data_scope="S1",
                channel=chance.choice(("in_person", "in_person", "phone", "paper")),
                given_at=given,
                expires_on=add_months(given.date(), texts.LISTING_MONTHS),
                recorded_by=youth.adviser_id,
                recorded_for=youth.organisation_id,
            )
        )
    return rows
