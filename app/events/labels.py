"""French words of operations."""

from __future__ import annotations

from app.events.models import EventKind
from app.events.workflow import EventState, GuestState

KINDS = {
    EventKind.JOB_DATING: "Job dating",
    EventKind.FORUM: "Forum",
    EventKind.OPEN_DAY: "Portes ouvertes",
    EventKind.INFORMATION_SESSION: "Réunion d’information",
}
# Word and tone of the badge.
STATES = {
    EventState.DRAFT: ("brouillon", "neutral"),
    EventState.OPEN: ("invitations ouvertes", "wait"),
    EventState.PLANNED: ("planning composé", "yes"),
    EventState.DONE: ("terminée", "neutral"),
    EventState.CANCELLED: ("annulée", "no"),
}
GUESTS = {
    GuestState.INVITED: ("sans réponse", "wait"),
    GuestState.COMING: ("vient", "yes"),
    GuestState.NOT_COMING: ("ne vient pas", "no"),
    GuestState.CAME: ("venu", "yes"),
    GuestState.ABSENT: ("absent", "neutral"),
}
