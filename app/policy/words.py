"""The matrix in French words, for who does not read programs: one sentence a permission, one clause a predicate.

A test refuses a permission or a predicate without its words, so that the page "Qui peut quoi" is never
behind the program.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.policy.actor import Actor, OrganisationKind, Role
from app.policy.facts import NOTHING
from app.policy.matrix import MATRIX
from app.policy.permissions import Permission
from app.policy.predicates import Predicate

P = Permission

# Who acts, or on which condition, as it stands after "peut le faire :".
CLAUSES: Mapping[str, str] = {
    "signed_in": "toute personne connectée",
    "not_impersonated": "jamais le support agissant pour quelqu’un",
    "own_account": "sur son propre compte",
    "adviser": "un conseiller ou un responsable d’équipe de mission locale ou de Cap emploi",
    "manager": "un responsable d’équipe de mission locale ou de Cap emploi",
    "disability_referent": "un référent handicap",
    "point_a_officer": "l’équipe d’un point A",
    "cfa_officer": "l’équipe d’un CFA",
    "employer": "un employeur",
    "field_agent": "un développeur de l’alternance",
    "regional_coordinator": "la coordination régionale",
    "regional_correspondent": "un correspondant régional",
    "data_protection_officer": "un délégué à la protection des données",
    "of_the_platform": "de l’équipe de la plateforme",
    "answers_for_file": "pour les dossiers dont il répond",
    "organisation_admin": "la personne qui administre une organisation",
    "advising_admin": "la personne qui administre une mission locale ou un Cap emploi",
    "platform_admin": "l’équipe de la plateforme",
    "the_clock": "l’horloge du portail, sans personne",
    "own_organisation": "pour sa propre organisation",
    "a_party": "pour une convention dont son organisation est partie",
    "follows_youth": "pour un jeune que sa structure suit",
    "youth_shared_with": "pour un jeune qui accepte d’être proposé et qu’une convention partage avec sa structure",
    "youth_revealed_to": "pour un jeune qui a accepté de lui montrer son identité",
    "is_listed": "si le jeune accepte d’être proposé",
    "is_published": "si l’offre est publiée",
    "own_course": "pour une formation de son CFA",
    "acts_for_cfa": "pour un CFA qui lui confie ses places par convention",
    "own_opening": "pour son entreprise et ses offres",
    "helps_conclude": "pour une proposition faite de sa main",
    "shared_with_us": "pour une opération dont son organisation est partenaire, invitée, ou que partage une convention",
    "in_territory": "dans un département où cette personne travaille",
    "in_region": "dans sa région",
    "link_of_youth_to_answer": "le jeune, par le lien signé de son courriel",
    "link_of_youth_to_rights": "le jeune, par le lien signé vers ses données",
    "link_of_legal_representative_to_answer": "le représentant légal d’un mineur, par le lien signé de son courriel",
    "link_of_youth_to_check_in": "le jeune, par le lien signé de son courriel",
    "link_of_tutor_to_check_in": "l’entreprise, par le lien signé de son courriel",
    "link_of_cfa_to_check_in": "le CFA, par le lien signé de son courriel",
    "link_of_employer_to_answer": "l’employeur, par le lien signé de son courriel",
    "link_of_youth_to_event": "le jeune, par le lien signé de son invitation",
    "link_of_employer_to_event": "l’entreprise, par le lien signé de son invitation",
    "link_of_employer_to_approve": "l’employeur, par le lien signé qui lui montre l’offre",
}

GROUPS: Mapping[str, tuple[str, ...]] = {
    "Pour toute personne connectée": ("dashboard", "account", "reference", "notice"),
    "Organisations, membres et conventions": (
        "organisation",
        "member",
        "support",
        "adviser",
        "agreement",
        "framework",
    ),
    "Jeunes": ("youth", "disability"),
    "Droits des jeunes sur leurs données": ("privacy", "retention", "rights", "fairness"),
    "Formations et places": ("course", "session"),
    "Entreprises et offres": ("company", "opening"),
    "Développeurs de l’alternance": (
        "outreach",
        "visit",
        "lead",
        "agent",
        "target",
        "campaign",
        "contact",
    ),
    "Rapprochements": (
        "triples",
        "triple",
        "opening_triples",
        "session_triples",
        "profile",
        "meeting",
        "wishes",
        "travel",
    ),
    "Propositions": ("placement", "check_in", "ladder"),
    "Fiche contrat": ("contract",),
    "Plan régional et chiffres": ("plan", "steering"),
    "Opérations de promotion": ("event",),
    "Fichiers et plateforme": ("import", "platform", "task", "api"),
}

ACTS: Mapping[Permission, str] = {
    P.DASHBOARD_VIEW: "Ouvrir sa page d’accueil",
    P.ACCOUNT_MANAGE: "Gérer son compte et sa sécurité",
    P.REFERENCE_SEARCH: "Chercher une commune, un métier, un diplôme",
    P.NOTICE_READ: "Lire ses avis",
    P.ORGANISATION_LIST: "Parcourir les organisations",
    P.ORGANISATION_VIEW: "Voir une organisation et ses membres",
    P.ORGANISATION_EDIT: "Modifier la fiche d’une organisation",
    P.ORGANISATION_APPROVE: "Créer, accepter ou fermer une organisation",
    P.MEMBER_MANAGE: "Inviter des membres, changer leurs rôles, noter leur départ",
    P.SUPPORT_LOOK: "Regarder le portail à la place de quelqu’un, sans écrire",
    P.ADVISER_DEPART: "Noter le départ d’un conseiller et confier ses dossiers",
    P.AGREEMENT_LIST: "Voir les conventions",
    P.AGREEMENT_EDIT: "Écrire, renouveler ou terminer une convention",
    P.FRAMEWORK_WRITE: "Écrire une convention nationale, ou dire qu’elle appartient au passé",
    P.FRAMEWORK_USE: "Décliner une convention nationale en conventions locales",
    P.YOUTH_LIST: "Parcourir une liste de jeunes",
    P.YOUTH_CREATE: "Inscrire un jeune",
    P.YOUTH_VIEW: "Ouvrir le dossier d’un jeune",
    P.YOUTH_EDIT: "Modifier le dossier d’un jeune",
    P.YOUTH_REASSIGN: "Confier un jeune à un autre conseiller",
    P.DISABILITY_VIEW: "Lire la reconnaissance de handicap (RQTH) d’un jeune",
    P.DISABILITY_EDIT: "Écrire la reconnaissance de handicap (RQTH) d’un jeune",
    P.COURSE_LIST: "Parcourir les formations",
    P.COURSE_VIEW: "Voir une formation",
    P.COURSE_EDIT: "Modifier une formation",
    P.SESSION_EDIT: "Ouvrir une session et en dire les places",
    P.COMPANY_LIST: "Parcourir les entreprises",
    P.COMPANY_VIEW: "Voir une entreprise",
    P.COMPANY_EDIT: "Modifier une entreprise",
    P.COMPANY_MERGE: "Réunir deux fiches d’une même entreprise",
    P.OPENING_LIST: "Parcourir les offres",
    P.OPENING_VIEW: "Voir une offre",
    P.OPENING_CREATE: "Déposer une offre",
    P.OPENING_EDIT: "Modifier une offre",
    P.OPENING_APPROVE: "Approuver une offre écrite pour son entreprise",
    P.OUTREACH_DAY: "Ouvrir sa journée de développeur",
    P.VISIT_LIST: "Parcourir les visites",
    P.VISIT_RECORD: "Écrire le compte rendu d’une visite",
    P.LEAD_HANDLE: "Donner suite à une piste",
    P.AGENT_LIST: "Voir les développeurs et leurs territoires",
    P.AGENT_EDIT: "Dire où travaille un développeur",
    P.TARGET_LIST: "Voir les objectifs",
    P.TARGET_EDIT: "Fixer les objectifs",
    P.CAMPAIGN_EDIT: "Préparer une campagne vers les entreprises",
    P.CONTACT_LIST: "Voir le répertoire des branches",
    P.CONTACT_EDIT: "Tenir le répertoire des branches",
    P.TRIPLES_VIEW: "Voir ce qui convient à un jeune",
    P.OPENING_TRIPLES_VIEW: "Voir qui conviendrait à une offre, sans nom",
    P.SESSION_TRIPLES_VIEW: "Voir qui conviendrait à une session, sans nom",
    P.SET_ASIDE: "Écarter un rapprochement",
    P.PROFILE_BROWSE: "Parcourir des profils sans nom",
    P.MEETING_REQUEST: "Demander à rencontrer un jeune",
    P.MEETING_ANSWER: "Répondre à une demande de rencontre",
    P.WISHES_CURATE: "Relier les souhaits écrits librement à des métiers",
    P.TRAVEL_MANAGE: "Apporter et retirer une table de temps de trajet",
    P.PLACEMENT_LIST: "Parcourir ses propositions",
    P.PLACEMENT_VIEW: "Ouvrir une proposition",
    P.PLACEMENT_SUGGEST: "Faire une proposition",
    P.PLACEMENT_ATTACH: "Ajouter une offre ou une formation à une proposition",
    P.PLACEMENT_DETACH: "Retirer une offre ou une formation d’une proposition",
    P.PLACEMENT_TALK: "Dire « parlons-en »",
    P.PLACEMENT_YOUTH_SAYS: "Noter la réponse du jeune",
    P.PLACEMENT_EMPLOYER_SAYS: "Répondre pour l’employeur",
    P.PLACEMENT_CFA_SAYS: "Répondre pour le CFA",
    P.PLACEMENT_START_TRAINING: "Faire entrer un jeune en formation avant le contrat",
    P.PLACEMENT_INTERVIEW: "Fixer un entretien et en noter l’issue",
    P.PLACEMENT_SIGN: "Noter la signature du contrat",
    P.PLACEMENT_START: "Noter le premier jour",
    P.PLACEMENT_BREAK_OFF: "Noter une rupture",
    P.PLACEMENT_COMPLETE: "Noter la fin et le résultat",
    P.PLACEMENT_WITHDRAW: "Retirer une proposition",
    P.PLACEMENT_CLOSE: "Clore une proposition refusée",
    P.PLACEMENT_FOLLOW_UP: "Noter un contact de suivi après le premier jour",
    P.CHECK_IN_ANSWER: "Dire comment se passe le contrat, en deux questions",
    P.LADDER_VIEW: "Voir les délais et les relances de son organisation",
    P.LADDER_EDIT: "Changer les délais et les relances de son organisation",
    P.PLACEMENT_CLOCK: "Libérer une place retenue, fermer une proposition restée sans réponse",
    P.CONTRACT_LIST: "Parcourir les fiches contrat",
    P.CONTRACT_VIEW: "Ouvrir une fiche contrat",
    P.CONTRACT_FILL_YOUTH: "Remplir la part du jeune",
    P.CONTRACT_FILL_EMPLOYER: "Remplir la part de l’employeur",
    P.CONTRACT_FILL_CENTRE: "Remplir la part du CFA",
    P.CONTRACT_TELL_DISABILITY: "Dire la RQTH à l’employeur, sur la parole du jeune",
    P.CONTRACT_NIR: "Écrire et lire le numéro de sécurité sociale",
    P.CONTRACT_DEPOSIT: "Noter le dépôt et la décision de l’OPCO",
    P.CONTRACT_CLOCK: "Rappeler une échéance du contrat",
    P.IMPORT_LIST: "Voir ses imports",
    P.IMPORT_RUN: "Importer un fichier",
    P.STEERING_VIEW: "Voir les chiffres de la région, petites cases cachées",
    P.STEERING_ROWS: "Voir les lignes derrière un chiffre, sans identité",
    P.STEERING_EXPORT: "Exporter les chiffres",
    P.STEERING_RECORD: "Écrire des chiffres venus d’ailleurs",
    P.PRIVACY_OVERSEE: "Tenir les registres de la protection des données",
    P.RETENTION_EDIT: "Changer les durées de conservation",
    P.RIGHTS_VIEW: "Voir qui a lu un dossier et à qui un nom a été montré",
    P.RIGHTS_STOP: "Tout arrêter à la demande du jeune",
    P.RIGHTS_EXPORT: "Remettre au jeune ses données",
    P.RIGHTS_ERASE: "Effacer le dossier d’un jeune",
    P.RIGHTS_CORRECT: "Demander une correction, y répondre",
    P.REPRESENTATIVE_ANSWER: "Dire, pour un mineur, d’accord ou pas d’accord, et changer d’avis",
    P.FAIRNESS_VIEW: "Voir si les groupes sont traités pareil, petites cases cachées",
    P.PLAN_VIEW: "Voir le plan de la région",
    P.PLAN_RUN: "Lancer un plan et des « et si »",
    P.PLAN_HAND_OVER: "Remettre le plan aux missions locales",
    P.PLAN_TAKE: "Reprendre une ligne du plan en proposition",
    P.EVENT_LIST: "Voir la liste des opérations de promotion",
    P.EVENT_VIEW: "Voir une opération de promotion",
    P.EVENT_EDIT: "Préparer une opération, inviter des entreprises, composer le planning, tenir l’accueil",
    P.EVENT_INVITE_YOUTH: "Inviter un jeune à une opération",
    P.EVENT_ANSWER: "Dire si un invité vient à une opération",
    P.PLATFORM_VIEW: "Voir l’état de la plateforme",
    P.TASK_MANAGE: "Relancer une tâche de la plateforme",
}


@dataclass(frozen=True, slots=True)
class Sentence:
    """One permission in words: the act, and each way of being allowed to do it."""

    permission: Permission
    act: str
    ways: tuple[str, ...]


# Whom a reader may ask about: a role, or who comes by a signed link, or the clock.
WHO: Mapping[str, str] = {
    Role.ADVISER: "Conseiller de mission locale ou de Cap emploi",
    Role.MANAGER: "Responsable d’équipe de mission locale ou de Cap emploi",
    Role.DISABILITY_REFERENT: "Référent handicap",
    Role.POINT_A_OFFICER: "Équipe d’un point A",
    Role.CFA_OFFICER: "Équipe d’un CFA",
    Role.EMPLOYER: "Employeur",
    Role.FIELD_AGENT: "Développeur de l’alternance",
    Role.REGIONAL_COORDINATOR: "Coordination régionale",
    Role.REGIONAL_CORRESPONDENT: "Correspondant régional",
    Role.DATA_PROTECTION_OFFICER: "Délégué à la protection des données",
    Role.ORGANISATION_ADMIN: "Personne qui administre une organisation",
    Role.PLATFORM_ADMIN: "Équipe de la plateforme",
    "link_of_youth": "Jeune, par un lien signé",
    "link_of_legal_representative": "Représentant légal d’un mineur, par un lien signé",
    "link_of_employer": "Employeur sans compte, par un lien signé",
    "link_of_tutor": "Tuteur, par un lien signé",
    "link_of_cfa": "CFA sans compte, par un lien signé",
    "the_clock": "Horloge du portail",
}


def sentence(permission: Permission, who: str = "") -> Sentence:
    """The words of one permission; with one of WHO, only the ways that begin with them."""
    ways = tuple(
        ", ".join(CLAUSES[predicate.__name__] for predicate in line)
        for line in MATRIX[permission]
        if not who or _says_who(line[0], who)
    )
    return Sentence(permission, ACTS[permission], ways)


def grouped(who: str = "") -> list[tuple[str, list[Sentence]]]:
    """Every permission in words, under the title of its group, in the order of the program.

    Args:
        who: a key of WHO: only what they may ever do, and their ways. Empty: everybody.
    """
    return [
        (
            title,
            [
                found
                for one in Permission
                if one.value.split(".")[0] in prefixes and (found := sentence(one, who)).ways
            ],
        )
        for title, prefixes in GROUPS.items()
    ]


def _says_who(first: Predicate, who: str) -> bool:
    """Whether the first condition of a way, which says who acts, holds for these people."""
    if who not in set(Role):
        return first.__name__ == who or first.__name__.startswith(f"{who}_")
    people = (
        Actor(user_id=0, organisation_kind=kind, roles=frozenset({Role(who)}))
        for kind in OrganisationKind
    )
    return any(first(one, NOTHING) for one in people)
