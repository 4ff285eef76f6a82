"""What the portal tells people: one line an event, with whom it is for and how it reaches them unless they choose.

A slice that has something new to tell adds its line here and calls `app.notices.services.notify`. An event whose slice
already sends a letter of its own keeps `PORTAL`: nobody gets two mails for one thing.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.policy.actor import Role

R = Role


class Frequency(enum.StrEnum):
    """How a notice leaves the portal; it always stands in the portal as well."""

    PORTAL = "portal"
    AT_ONCE = "at_once"
    DAILY = "daily"
    WEEKLY = "weekly"


class Scope(enum.StrEnum):
    """Why a person is told: the file is theirs, or it belongs to their organisation."""

    MINE = "mine"
    ORGANISATION = "organisation"


@dataclass(frozen=True, slots=True)
class NoticeEvent:
    """One kind of thing to tell.

    Attributes:
        label: what happened, in French, as the page of preferences says it.
        roles: who is told in an organisation that is told.
        default: how, unless the person chose otherwise.
        is_essential: the law or a deadline depends on it: its mails cannot be unsubscribed by a link.
    """

    kind: str
    label: str
    roles: frozenset[Role]
    default: Frequency = Frequency.PORTAL
    is_essential: bool = False


ADVISING = frozenset({R.ADVISER, R.MANAGER})
TEACHING = frozenset({R.CFA_OFFICER, R.POINT_A_OFFICER})
PARTIES = frozenset({R.ADVISER, R.CFA_OFFICER, R.POINT_A_OFFICER, R.EMPLOYER})
FIELD = frozenset({R.FIELD_AGENT})
REGION = frozenset({R.REGIONAL_COORDINATOR})
ADMINS = frozenset({R.ORGANISATION_ADMIN})
PLATFORM = frozenset({R.PLATFORM_ADMIN})
OFFICERS = frozenset({R.DATA_PROTECTION_OFFICER})
ANYBODY = frozenset(Role)

PORTAL, AT_ONCE, DAILY, WEEKLY = (
    Frequency.PORTAL,
    Frequency.AT_ONCE,
    Frequency.DAILY,
    Frequency.WEEKLY,
)

_LINES = (
    # Placements send letters of their own for what waits for an answer.
    NoticeEvent("placement_suggested", "Une proposition est faite", PARTIES),
    NoticeEvent("placement_answered", "Une partie a répondu à une proposition", PARTIES),
    NoticeEvent("placement_reminder", "Une réponse est attendue de vous", PARTIES),
    NoticeEvent(
        "placement_escalated",
        "Une proposition reste sans réponse",
        ADVISING | TEACHING | FIELD,
        DAILY,
    ),
    NoticeEvent("placement_agreed", "Les trois parties disent oui", PARTIES),
    NoticeEvent("placement_signed", "Un contrat est signé", PARTIES),
    NoticeEvent("placement_started", "Un contrat a commencé", PARTIES, DAILY),
    NoticeEvent("placement_ended", "Une proposition s’arrête", PARTIES),
    NoticeEvent("placement_broken", "Un contrat est rompu", PARTIES, is_essential=True),
    NoticeEvent("hold_ends", "Une place ou un poste retenu va être libéré", PARTIES, DAILY),
    NoticeEvent("seat_offered", "Une place se libère", ADVISING | TEACHING),
    NoticeEvent(
        "window_ends", "Le délai sans employeur avance", ADVISING | TEACHING, is_essential=True
    ),
    NoticeEvent("meeting_planned", "Un rendez-vous est fixé ou déplacé", PARTIES, DAILY),
    NoticeEvent("follow_up_due", "Un contact de suivi est à faire", ADVISING | TEACHING, DAILY),
    NoticeEvent("early_sign", "Un signe demande votre attention", ADVISING | TEACHING, AT_ONCE),
    NoticeEvent(
        "quality_alert", "Un texte nommait un critère interdit", frozenset({R.MANAGER}), DAILY
    ),
    NoticeEvent("message_written", "Un message est écrit dans un fil", PARTIES, DAILY),
    NoticeEvent("message_mention", "Un message vous est adressé", ANYBODY, AT_ONCE),
    # Matching, openings, field work
    NoticeEvent("meeting_requested", "Un employeur demande à rencontrer un jeune", ADVISING, DAILY),
    NoticeEvent("meeting_answered", "Une demande de rencontre a sa réponse", PARTIES, DAILY),
    NoticeEvent("opening_expires", "Une offre va se terminer", frozenset({R.EMPLOYER}), DAILY),
    NoticeEvent("lead_created", "Une piste vous est confiée", FIELD, DAILY),
    NoticeEvent("lead_handled", "Une piste a eu sa suite", ADVISING | TEACHING | FIELD, DAILY),
    NoticeEvent(
        "profile_alert", "Un profil correspond à une offre suivie", frozenset({R.EMPLOYER}), DAILY
    ),
    NoticeEvent("visit_planned", "Une visite est prévue", FIELD, DAILY),
    # Youth, agreements, accounts
    NoticeEvent("youth_assigned", "Un jeune vous est confié", ADVISING, DAILY),
    NoticeEvent("consent_changed", "Un accord est donné ou retiré", ADVISING, AT_ONCE),
    NoticeEvent("agreement_changed", "Une convention change", ADMINS | ADVISING | TEACHING, DAILY),
    NoticeEvent("member_joined", "Une personne rejoint votre organisation", ADMINS, DAILY),
    NoticeEvent("member_left", "Une personne quitte votre organisation", ADMINS, DAILY),
    NoticeEvent("join_asked", "Une personne demande à rejoindre l’organisation", ADMINS, AT_ONCE),
    NoticeEvent("organisation_to_approve", "Une organisation est à vérifier", PLATFORM, DAILY),
    # Events, plan, files, contracts, rights, the platform itself
    NoticeEvent("event_invited", "Une opération de promotion vous concerne", ANYBODY, DAILY),
    NoticeEvent("event_changed", "Une opération de promotion change", ANYBODY, DAILY),
    NoticeEvent(
        "plan_ready", "Un plan du territoire est prêt", REGION | ADVISING | TEACHING, DAILY
    ),
    NoticeEvent(
        "plan_lines_handed", "Le plan régional a des pistes pour vos jeunes", ADVISING, DAILY
    ),
    NoticeEvent("import_done", "Un import est terminé", ANYBODY),
    NoticeEvent(
        "contract_deadline",
        "Une date d’un contrat approche",
        PARTIES | FIELD,
        AT_ONCE,
        is_essential=True,
    ),
    NoticeEvent("contract_to_complete", "Une fiche contrat est à compléter", PARTIES, DAILY),
    NoticeEvent(
        "retention_warning", "Des dossiers arrivent en fin de conservation", ADVISING, WEEKLY
    ),
    NoticeEvent(
        "rights_asked", "Une demande sur des données personnelles", OFFICERS, AT_ONCE, True
    ),
    NoticeEvent("mail_bounced", "Un courriel n’arrive pas", ADVISING | ADMINS | PLATFORM, DAILY),
    NoticeEvent("member_bounced", "L’adresse d’un membre ne reçoit plus rien", ADMINS, DAILY),
    NoticeEvent("task_failed", "Une tâche de la plateforme a échoué", PLATFORM, DAILY),
)

MORNING = NoticeEvent("morning", "Le point du matin", ANYBODY, DAILY)
"""The digest of 8 h: chosen like an event, never told by `notify`."""

EVENTS: Mapping[str, NoticeEvent] = MappingProxyType({one.kind: one for one in _LINES})


def label_of(kind: str) -> str:
    """The words of an event, whatever an older row says."""
    if kind == MORNING.kind:
        return MORNING.label
    return EVENTS[kind].label if kind in EVENTS else "Autre avis"


def events_for(roles: frozenset[Role]) -> list[NoticeEvent]:
    """The events that may reach a person who holds these roles, in the order of the list."""
    return [one for one in _LINES if not one.roles.isdisjoint(roles)]
