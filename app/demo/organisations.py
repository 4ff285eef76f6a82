"""Missions locales, Cap emploi, points A, CFAs, networks: who plays, where, and who works there."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import select

from app.accounts.models import FieldTerritory, Membership, Organisation, Site, User
from app.core.text import sort_key
from app.demo.identifiers import phone, sirens, siret, uai
from app.demo.names import person
from app.demo.scene import Scene
from app.demo.territory import Town, main_towns
from app.partnerships.models import Agreement, AgreementSignature, Framework
from app.partnerships.services import SHEET_VERSION
from app.policy.actor import OrganisationKind as Kind
from app.policy.actor import Role

MARK = "(démonstration)"
NETWORKS = ("cma", "cci", "mfr", "agri", "compagnons", "greta")
NETWORK_NAMES = {
    "cma": "CFA des métiers",
    "cci": "CFA du commerce",
    "mfr": "Maison familiale",
    "agri": "CFA agricole",
    "compagnons": "CFA des compagnons",
    "greta": "CFA public",
}
MISSIONS_APART_KM, CFAS_APART_KM = 25.0, 4.0
ADVISERS_EACH = 5


def build_organisations(scene: Scene) -> None:
    """All organisations but companies, with sites, people and agreements."""
    towns = main_towns(scene.towns, scene.scale.missions, apart_km=MISSIONS_APART_KM)
    for town in towns:
        scene.missions.append(
            make_organisation(scene, Kind.LOCAL_MISSION, f"Mission locale de {town.name}", town)
        )
    main = towns[0]
    scene.cap_emploi.append(
        make_organisation(scene, Kind.CAP_EMPLOI, f"Cap emploi {scene.territory.name}", main)
    )
    for name, town in (("des métiers", main), ("du commerce", towns[-1])):
        scene.points_a.append(make_organisation(scene, Kind.POINT_A, f"Point A {name}", town))
    _build_cfas(scene)
    people = scene.chance("people")
    for organisation in [*scene.missions, *scene.cap_emploi]:
        scene.advisers[organisation.id] = [
            make_user(scene, organisation, Role.ADVISER, *person(people)).id
            for _ in range(ADVISERS_EACH)
        ]
    for organisation in scene.cfas:
        officer = make_user(scene, organisation, Role.CFA_OFFICER, *person(people))
        scene.officers[organisation.id] = officer.id
    _build_agreements(scene)
    network = make_organisation(scene, Kind.FIELD_NETWORK, "Réseau des développeurs", main)
    coordination = make_organisation(
        scene, Kind.REGIONAL_COORDINATION, f"Coordination {scene.territory.name}", main
    )
    platform = make_organisation(scene, Kind.PLATFORM, "Équipe Trèfle", main)
    _build_accounts(scene, network, coordination, platform)
    _sign_agreements(scene)


def make_organisation(
    scene: Scene, kind: Kind, name: str, town: Town, *, network: str | None = None
) -> Organisation:
    """One organisation of its own SIREN with its main site in the town."""
    siren = sirens()[scene.sirens_used]
    scene.sirens_used += 1
    marked = f"{name} {MARK}"
    organisation = Organisation(
        kind=kind,
        name=marked,
        sort_name=sort_key(marked),
        siren=siren,
        siret=siret(siren, 1),
        network=network,
        region_code=scene.territory.region_code,
        email=f"contact{scene.sirens_used}@exemple.fr",
        phone=phone(scene.next_phone()),
        is_demonstration=True,
        created_at=scene.now - timedelta(days=400),
    )
    scene.add(organisation)
    add_site(scene, organisation, town, is_main=True)
    return organisation


def add_site(
    scene: Scene,
    organisation: Organisation,
    town: Town,
    *,
    is_main: bool = False,
    code: str | None = None,
) -> Site:
    """A place of an organisation, at the centre of the town."""
    site = Site(
        organisation_id=organisation.id,
        name=f"{town.name}",
        siret=organisation.siret if is_main else None,
        uai=code,
        address="1 rue de l’Exemple",
        commune_code=town.insee_code,
        latitude=town.latitude,
        longitude=town.longitude,
        is_main=is_main,
    )
    scene.add(site)
    scene.sites.setdefault(organisation.id, []).append((site, town))
    return site


def make_user(
    scene: Scene,
    organisation: Organisation,
    role: Role,
    given_name: str,
    family_name: str,
    *,
    email: str = "",
    more: tuple[Role, ...] = (),
) -> User:
    """A person with one role or several in one organisation; all share the shown password."""
    scene.people_made += 1
    folded = sort_key(f"{given_name} {family_name}").replace(" ", ".")
    user = User(
        email=email or f"{folded}.{scene.people_made}@exemple.fr",
        password_hash=scene.password_hash,
        given_name=given_name,
        family_name=family_name,
        phone=phone(scene.next_phone()),
        is_demonstration=True,
        created_at=scene.now - timedelta(days=300),
    )
    scene.add(user)
    scene.add(
        *(
            Membership(
                user_id=user.id,
                organisation_id=organisation.id,
                role=one,
                since=scene.today - timedelta(days=300),
            )
            for one in (role, *more)
        )
    )
    return user


def _build_cfas(scene: Scene) -> None:
    """CFAs in the larger towns, with UAI; one in three has a second site elsewhere."""
    chance = scene.chance("cfas")
    towns = main_towns(scene.towns, scene.scale.cfas, apart_km=CFAS_APART_KM)
    ranks: dict[str, int] = {}

    def next_uai(town: Town) -> str:
        ranks[town.departement_code] = ranks.get(town.departement_code, 0) + 1
        prefix = {"2A": "620", "2B": "720"}.get(town.departement_code, town.departement_code)
        return uai(prefix, ranks[town.departement_code])

    for number in range(scene.scale.cfas):
        town, network = towns[number % len(towns)], NETWORKS[number % len(NETWORKS)]
        cfa = make_organisation(
            scene,
            Kind.TRAINING_CENTRE,
            f"{NETWORK_NAMES[network]} de {town.name}",
            town,
            network=network,
        )
        cfa.uai = next_uai(town)
        scene.sites[cfa.id][0][0].uai = cfa.uai
        if chance.happens(1 / 3) and len(towns) > 1:
            other = chance.choice([one for one in towns if one is not town])
            add_site(scene, cfa, other, code=next_uai(other))
        scene.cfas.append(cfa)
    scene.db_session.flush()


def _build_agreements(scene: Scene) -> None:
    """Missions locales share their youth with both points A and most CFAs; points A act for
    CFAs. The last mission locale has signed with no point A yet: what the map shows as missing.
    """
    chance = scene.chance("agreements")
    since = scene.today - timedelta(days=200)

    def agree(one: Organisation, other: Organisation, *, youth: bool, places: bool) -> Agreement:
        return Agreement(
            first_party_id=one.id,
            second_party_id=other.id,
            shares_youth=youth,
            shares_places=places,
            valid_from=since,
            contact="contact@exemple.fr",
            created_at=scene.now - timedelta(days=200),
        )

    rows = [
        agree(mission, point, youth=True, places=False)
        for mission in scene.missions[: max(1, len(scene.missions) - 1)]
        for point in scene.points_a
    ]
    scene.add(
        Framework(
            name="Convention ACFCI–CNML pour l’apprentissage",
            signed_on=date(2009, 5, 12),
            is_history=True,
        ),
        Framework(
            name="Convention nationale de démonstration, CCI et missions locales",
            signed_on=since.replace(day=1),
        ),
    )
    for rank, cfa in enumerate(scene.cfas):
        rows.append(agree(scene.points_a[rank % 2], cfa, youth=False, places=True))
        rows += [
            agree(mission, cfa, youth=True, places=False)
            for mission in scene.missions
            if chance.happens(0.7)
        ]
    scene.add(*rows)


def _sign_agreements(scene: Scene) -> None:
    """Each party has signed the sheet of its agreements, by whoever is there the longest."""
    signer: dict[int, int] = {}
    members = select(Membership.organisation_id, Membership.user_id).order_by(Membership.id)
    for organisation_id, user_id in scene.db_session.execute(members):
        signer.setdefault(organisation_id, user_id)
    rows = scene.db_session.scalars(select(Agreement).order_by(Agreement.id)).all()
    scene.add(
        *(
            AgreementSignature(
                agreement_id=row.id,
                organisation_id=party,
                user_id=signer[party],
                signed_at=row.created_at + timedelta(days=day),
                text_version=SHEET_VERSION,
            )
            for row in rows
            for day, party in enumerate((row.first_party_id, row.second_party_id), start=1)
            if party in signer
        )
    )


def _build_accounts(
    scene: Scene, network: Organisation, coordination: Organisation, platform: Organisation
) -> None:
    """One account a role under an address that says the role; the first adviser is one of them."""
    mission = scene.missions[0]
    make = make_user
    scene.shown_adviser = scene.advisers[mission.id][0]
    for user_id, email in (
        (scene.shown_adviser, "conseiller@exemple.fr"),
        (scene.advisers[scene.cap_emploi[0].id][0], "cap-emploi@exemple.fr"),
        (scene.officers[scene.cfas[0].id], "cfa@exemple.fr"),
    ):
        scene.db_session.get_one(User, user_id).email = email
    make(scene, mission, Role.MANAGER, "Solène", "Riou", email="responsable@exemple.fr")
    make(
        scene,
        mission,
        Role.DISABILITY_REFERENT,
        "Bastien",
        "Morvan",
        email="referent-handicap@exemple.fr",
    )
    make(scene, mission, Role.DATA_PROTECTION_OFFICER, "Inès", "Roux", email="dpo@exemple.fr")
    make(scene, mission, Role.ORGANISATION_ADMIN, "Hugo", "Petit", email="admin@exemple.fr")
    make(scene, scene.points_a[0], Role.POINT_A_OFFICER, "Awa", "Sylla", email="point-a@exemple.fr")
    make(
        scene, scene.points_a[1], Role.POINT_A_OFFICER, "Tom", "Girard", email="point-a2@exemple.fr"
    )
    agent = make(scene, network, Role.FIELD_AGENT, "Karim", "Hamon", email="developpeur@exemple.fr")
    membership_id = scene.db_session.scalars(
        select(Membership.id).where(Membership.user_id == agent.id)
    ).one()
    scene.add(
        *(
            FieldTerritory(membership_id=membership_id, departement_code=code)
            for code in scene.territory.departements
        )
    )
    make(
        scene,
        coordination,
        Role.REGIONAL_COORDINATOR,
        "Élise",
        "Tanguy",
        email="coordination@exemple.fr",
    )
    make(
        scene,
        coordination,
        Role.REGIONAL_CORRESPONDENT,
        "Mehdi",
        "Benali",
        email="correspondant@exemple.fr",
    )
    make(scene, platform, Role.PLATFORM_ADMIN, "Lucie", "Kaya", email="plateforme@exemple.fr")
