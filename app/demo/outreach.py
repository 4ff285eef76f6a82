"""The field agents' work: posts, visits, an agreement to reach, a mailing, a register, doubles to unite."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import (
    FieldTerritory,
    Membership,
    Organisation,
    OrganisationStatus,
    Site,
    User,
)
from app.core.text import sort_key
from app.demo.chance import Chance
from app.demo.organisations import MARK, make_organisation, make_user
from app.demo.scene import Scene
from app.demo.territory import main_towns
from app.demo.trades import demo_trades
from app.openings.models import Company, HadApprentices, HostsYouth
from app.outreach.models import (
    BranchContact,
    Campaign,
    CampaignChannel,
    CampaignTarget,
    CompanyFollow,
    ContractFocus,
    FieldAgentPost,
    LinkMade,
    NextStep,
    Objection,
    TargetAgreement,
    TargetState,
    Visit,
    VisitKind,
    VisitMeasure,
    VisitObjection,
)
from app.outreach.queries.measures import measures_on
from app.policy.actor import OrganisationKind, Role
from app.reference.models import ActivityHiring

BEFORE_ANY_EDITION = 1
"""A year older than any published table: a real one that is loaded later takes over."""
KINDS = {
    VisitKind.VISIT: 45.0,
    VisitKind.CALL: 35.0,
    VisitKind.MEETING: 10.0,
    VisitKind.MAILING: 10.0,
}
HAD = {HadApprentices.YES: 40.0, HadApprentices.NO: 25.0, HadApprentices.UNKNOWN: 35.0}
NEEDS = (
    "Un apprenti pour la rentrée de janvier.",
    "Cherche quelqu’un depuis l’été, prêt à former.",
    "Pas de besoin avant le printemps.",
    "Veut d’abord comprendre les démarches.",
)
SAID_BY = ("la gérante", "le gérant", "la responsable du personnel")


def build_outreach(scene: Scene) -> None:
    """Everything after the companies and before the placements."""
    chance = scene.chance("outreach")
    _hirings(scene)
    _describe(scene, chance)
    agents = _agents(scene)
    _visits(scene, chance, agents)
    _agreements(scene)
    _mailing(scene, chance, agents[0])
    _register(scene)
    _doubles(scene, chance)


def _hirings(scene: Scene) -> None:
    """Which activity hires for which trade, as the demonstration's own trades say; nothing over a real table."""
    if scene.db_session.scalar(select(ActivityHiring.naf_code).limit(1)) is not None:
        return
    totals: dict[tuple[str, str], int] = {}
    for trade in demo_trades():
        key = (trade.naf_code, trade.rome_code)
        totals[key] = totals.get(key, 0) + round(trade.weight * 10)
    scene.add(
        *(
            ActivityHiring(naf_code=naf, rome_code=rome, year=BEFORE_ANY_EDITION, hirings=hirings)
            for (naf, rome), hirings in sorted(totals.items())
        )
    )


def _describe(scene: Scene, chance: Chance) -> None:
    """What companies said of themselves; a few object to prospecting, some have a second place."""
    companies = scene.db_session.scalars(
        select(Company)
        .join(Organisation, Organisation.id == Company.organisation_id)
        .where(Organisation.is_demonstration)
        .order_by(Company.organisation_id)
    ).all()
    for rank, company in enumerate(companies):
        company.had_apprentices = chance.among(HAD)
        if company.hosts_mission_youth is not HostsYouth.UNKNOWN:
            company.hosts_said_on = scene.today - timedelta(days=chance.randint(5, 200))
            company.hosts_said_by = chance.choice(SAID_BY)
        if company.hosts_mission_youth is HostsYouth.CONDITIONS:
            company.hosts_conditions = "Un seul à la fois"
        if rank and rank % 40 == 0:
            company.objects_to_prospecting_since = scene.today - timedelta(days=60)
        if rank % 12 == 5:
            town = chance.choice(scene.towns)
            scene.db_session.add(
                Site(
                    organisation_id=company.organisation_id,
                    name=town.name,
                    address="2 rue de l’Exemple",
                    commune_code=town.insee_code,
                    latitude=town.latitude,
                    longitude=town.longitude,
                )
            )
    scene.db_session.flush()


def _agents(scene: Scene) -> list[tuple[int, int]]:
    """`(user, network)`: the account that is shown, and a colleague of another network."""
    main = main_towns(scene.towns, 1, apart_km=0.0)[0]
    rows = scene.db_session.execute(
        select(Membership, Organisation)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .join(User, User.id == Membership.user_id)
        .where(Membership.role == Role.FIELD_AGENT, User.is_demonstration)
        .order_by(Membership.id)
    ).all()
    seat, network = rows[0]
    network.network = "cma"
    other = make_organisation(
        scene, OrganisationKind.FIELD_NETWORK, "CCI, développeurs", main, network="cci"
    )
    colleague = make_user(
        scene, other, Role.FIELD_AGENT, "Nadia", "Le Roux", email="developpeur-cci@exemple.fr"
    )
    make_user(scene, network, Role.ORGANISATION_ADMIN, "Paul", "Guillou", email="reseau@exemple.fr")
    second = scene.db_session.scalars(
        select(Membership).where(Membership.user_id == colleague.id)
    ).one()
    scene.add(
        *(
            FieldTerritory(membership_id=second.id, departement_code=code)
            for code in scene.territory.departements
        ),
        *(
            FieldAgentPost(
                membership_id=one.id,
                employer_name=name,
                financing_share=share,
                contract_focus=focus,
                starts_on=scene.today - timedelta(days=300),
                base_commune_code=main.insee_code,
            )
            for one, name, share, focus in (
                (seat, network.name, 50, ContractFocus.BOTH),
                (second, other.name, None, ContractFocus.APPRENTICESHIP),
            )
        ),
    )
    return [(seat.user_id, network.id), (colleague.id, other.id)]


def _visits(scene: Scene, chance: Chance, agents: list[tuple[int, int]]) -> None:
    """Contacts of the last four months; some steps are due today."""
    met = chance.choices(scene.companies, k=max(8, len(scene.companies) // 4))
    held = [one.aid_id for one in measures_on(scene.today)]
    visits: list[Visit] = []
    followed: set[tuple[int, int]] = set()
    for rank, company in enumerate(met):
        user_id, network_id = agents[0] if chance.happens(0.7) else agents[1]
        day = scene.today - timedelta(days=chance.randint(1, 120))
        is_due = rank < 4
        visits.append(
            Visit(
                company_id=company.id,
                kind=chance.among(KINDS),
                happened_on=day,
                user_id=user_id,
                organisation_id=network_id,
                person_met=chance.choice(SAID_BY).capitalize(),
                need=chance.choice(NEEDS),
                next_step=NextStep.CALL_BACK if is_due else NextStep.NOTHING,
                next_on=scene.today if is_due else None,
                recorded_at=scene.now,
                is_demonstration=True,
            )
        )
        if (company.id, network_id) not in followed:
            followed.add((company.id, network_id))
            scene.db_session.add(
                CompanyFollow(
                    company_id=company.id, organisation_id=network_id, user_id=user_id, since=day
                )
            )
    scene.add(*visits)
    for visit in visits:
        if chance.happens(0.4):
            objection = chance.choice(tuple(Objection))
            scene.db_session.add(VisitObjection(visit_id=visit.id, objection=objection))
        if held and chance.happens(0.5) and visit.happened_on >= scene.today - timedelta(days=30):
            scene.db_session.add(
                VisitMeasure(
                    visit_id=visit.id, aid_id=chance.choice(held), explained_on=visit.happened_on
                )
            )
    scene.db_session.flush()


def _agreements(scene: Scene) -> None:
    """Two regional agreements of this year, one a network."""
    for network, title in (("cma", "Chambres de métiers"), ("cci", "CCI")):
        scene.add(
            TargetAgreement(
                title=f"Convention régionale {title} {MARK}",
                parties=f"Région {scene.territory.name} et {title}",
                network=network,
                region_code=scene.territory.region_code,
                signed_on=scene.today - timedelta(days=130),
                starts_on=scene.today - timedelta(days=120),
                ends_on=scene.today + timedelta(days=245),
                headcount_target=3,
                company_target=max(20, len(scene.companies) // 2),
                created_at=scene.now,
            )
        )


def _mailing(scene: Scene, chance: Chance, agent: tuple[int, int]) -> None:
    """Letters that left two weeks ago, with what became of them."""
    campaign = Campaign(
        organisation_id=agent[1],
        title="L’alternance en janvier",
        channel=CampaignChannel.LETTER,
        subject="Un apprenti chez {entreprise} ?",
        body="Bonjour,\n\nÀ {commune} et autour, des jeunes cherchent une entreprise pour janvier. "
        "Je passe vous voir quand vous voulez.\n\n{developpeur}",
        created_at=scene.now - timedelta(days=16),
        created_by=agent[0],
        sent_at=scene.now - timedelta(days=14),
        is_demonstration=True,
    )
    scene.add(campaign)
    states = {
        TargetState.SENT: 70.0,
        TargetState.RETURNED: 8.0,
        TargetState.ANSWERED: 18.0,
        TargetState.OPENING_RAISED: 4.0,
    }
    scene.add(
        *(
            CampaignTarget(
                campaign_id=campaign.id,
                company_id=company.id,
                state=chance.among(states),
                state_on=scene.today - timedelta(days=chance.randint(0, 14)),
            )
            for company in scene.companies[1 : 1 + max(4, len(scene.companies) // 8)]
        )
    )


def _register(scene: Scene) -> None:
    """Who speaks for a few branches in the region."""
    contacts = [
        BranchContact(
            region_code=scene.territory.region_code,
            branch=branch,
            organisation_name=name,
            person_function="secrétariat général",
            email="branche@exemple.fr",
            created_at=scene.now,
        )
        for branch, name in (
            ("Boulangerie", "Fédération des boulangers"),
            ("Bâtiment", "Fédération du bâtiment"),
            ("Services de l’automobile", "Association des garages"),
        )
    ]
    scene.add(*contacts)
    scene.add(
        LinkMade(
            contact_id=contacts[0].id,
            happened_on=scene.today - timedelta(days=9),
            words="Mise en contact avec le point A pour la journée des métiers de janvier.",
            with_whom="Point A des métiers",
            created_at=scene.now,
        )
    )


def _doubles(scene: Scene, chance: Chance) -> None:
    """Second records without SIRET of known companies, as files bring them."""
    for known in scene.companies[3:9:2]:
        place = scene.db_session.scalars(
            select(Site).where(Site.organisation_id == known.id, Site.is_main)
        ).one()
        name = known.name
        double = Organisation(
            kind=OrganisationKind.COMPANY,
            name=name.upper(),
            sort_name=sort_key(name),
            region_code=known.region_code,
            status=OrganisationStatus.TO_CHECK,
            is_demonstration=True,
            created_at=scene.now - timedelta(days=chance.randint(3, 30)),
        )
        scene.add(double)
        scene.add(
            Company(organisation_id=double.id),
            Site(
                organisation_id=double.id,
                name=name,
                commune_code=place.commune_code,
                latitude=place.latitude,
                longitude=place.longitude,
                is_main=True,
            ),
        )
