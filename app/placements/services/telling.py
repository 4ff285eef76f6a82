"""What the portal tells the parties of a placement: one short sentence an event, without a name or a reason."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.core.letters import inner_path
from app.notices.services import notify
from app.openings.models import Opening
from app.placements.models import MeetingKind, Placement
from app.placements.workflow import Leaf, Stage
from app.policy.actor import Actor
from app.policy.facts import Facts
from app.training.models import Course, TrainingSession

ALL = tuple(Leaf)
FOLLOWERS = (Leaf.YOUTH, Leaf.CFA)
WHO = {"youth": "le jeune", "employer": "l’employeur", "cfa": "le CFA"}
SAYS = {"yes": "oui", "no": "non", "queued": "oui, en liste d’attente"}

# Event of the journal -> kind of notice, sentence, who is told.
SENTENCES: Mapping[str, tuple[str, str, tuple[Leaf, ...]]] = MappingProxyType(
    {
        "suggest": ("placement_suggested", "une proposition est faite", ALL),
        "attach": ("placement_suggested", "la proposition est complétée", ALL),
        "talk": ("placement_answered", "{who} souhaite en parler d’abord", ALL),
        "says": ("placement_answered", "{who} dit {says}", ALL),
        "agreed": ("placement_agreed", "les trois parties disent oui", ALL),
        "detach": ("placement_ended", "{who} quitte la proposition, le reste continue", ALL),
        "withdraw": ("placement_ended", "la proposition est retirée", ALL),
        "close": ("placement_ended", "la proposition est close", ALL),
        # Why it ends is the adviser's to read on the page: silence, a contract elsewhere, an agreement taken back.
        "expire": ("placement_ended", "la proposition s’arrête", ALL),
        "supersede": ("placement_ended", "la proposition s’arrête", ALL),
        "hold_lapses": ("hold_ends", "ce que {who} retenait est de nouveau libre", ALL),
        "interview": ("meeting_planned", "un rendez-vous est fixé", ALL),
        "visit": ("meeting_planned", "une visite du CFA est fixée", FOLLOWERS),
        "start_training": ("placement_started", "la formation a commencé", FOLLOWERS),
        "sign": ("placement_signed", "le contrat est signé", ALL),
        "start": ("placement_started", "le contrat a commencé", ALL),
        "break_off": ("placement_broken", "le contrat est rompu", ALL),
        "complete": ("placement_ended", "le contrat est arrivé à son terme", ALL),
        "run_out": ("placement_ended", "le contrat est terminé, personne n’a dit son issue", ALL),
        "seat_offered": ("seat_offered", "une place est réservée trois jours", FOLLOWERS),
        "offer_lapsed": (
            "seat_offered",
            "la place réservée passe au suivant de la liste",
            FOLLOWERS,
        ),
        "early_sign": ("early_sign", "un signe demande votre attention", (Leaf.YOUTH,)),
        "forbidden_wording": (
            "quality_alert",
            "un texte refusé nommait un critère interdit",
            (Leaf.YOUTH,),
        ),
        "reminder_first": ("placement_reminder", "{who} est attendu", ()),
        "reminder_second": ("placement_reminder", "{who} est attendu, second rappel", ()),
        "reminder_escalation": ("placement_escalated", "{who} ne répond pas", (Leaf.YOUTH,)),
        "reminder_hold": ("hold_ends", "une promesse se termine bientôt", ALL),
        "reminder_contract_end": (
            "placement_reminder",
            "le contrat devait être terminé, dites comment il s’est terminé",
            (Leaf.CFA,),
        ),
        "reminder_contract_end_escalation": (
            "placement_escalated",
            "personne ne dit comment le contrat s’est terminé",
            FOLLOWERS,
        ),
        "reminder_window": ("window_ends", "le délai sans employeur avance", FOLLOWERS),
    }
)


def tell(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    facts: Facts,
    event: str,
    details: Mapping[str, Any] | None = None,
) -> None:
    """Write the notices of one event to the parties it is for; the actor is not told of an act of their own.

    A party that leaves with the event is told as well; its notice leads to the list, since the page is no longer its.
    """
    details = details or {}
    if event == "interview" and details.get("kind") == MeetingKind.CFA_VISIT:
        event = "visit"
    if event.endswith("_says"):
        event = "agreed" if placement.stage is Stage.AGREED else "says"
    if event not in SENTENCES:
        return
    kind, sentence, told = SENTENCES[event]
    leaf = str(details.get("leaf", ""))
    if not told and leaf:
        told = (Leaf(leaf),)
    parties = {
        Leaf.YOUTH: None if facts.adviser_id else facts.advising_organisation_id,
        Leaf.EMPLOYER: facts.employer_id,
        Leaf.CFA: facts.cfa_id,
    }
    if event == "forbidden_wording":
        parties[Leaf.YOUTH] = facts.advising_organisation_id
    words = sentence.format(who=WHO.get(leaf, ""), says=SAYS.get(details.get("answer", ""), ""))
    title = f"{_what(db_session, placement)} : {words}"
    gone = {Leaf(leaf)} if event == "detach" else set()
    for leaves, path in (
        (set(told) - gone, inner_path("placements.show", placement_id=placement.id)),
        (set(told) & gone, inner_path("placements.list_placements")),
    ):
        notify(
            db_session,
            actor,
            event=kind,
            user_ids=[facts.adviser_id] if facts.adviser_id and Leaf.YOUTH in leaves else [],
            organisation_ids=[key for one in leaves if (key := parties[one]) is not None],
            title=title,
            path=path,
            subject_kind="placement",
            subject_id=placement.id,
            youth_id=placement.youth_id,
            placement_id=placement.id,
        )


def _what(db_session: Session, placement: Placement) -> str:
    """The post, or the course while the employer is sought."""
    if placement.opening_id is not None:
        found = db_session.scalar(select(Opening.title).where(Opening.id == placement.opening_id))
    else:
        found = db_session.scalar(
            select(Course.title)
            .join(TrainingSession, TrainingSession.course_id == Course.id)
            .where(TrainingSession.id == placement.session_id)
        )
    return found or "Proposition"
