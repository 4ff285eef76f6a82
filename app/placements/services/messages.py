"""The thread of a placement: short messages that the three parties read."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, WrongState
from app.core.requests import use_once
from app.core.text import sort_key
from app.placements.models import Placement, PlacementMessage
from app.placements.queries.actions import side_of
from app.placements.services.guarded import checked_words, note, open_placement
from app.placements.workflow import LIVE_STAGES, Event, LeafState
from app.policy.actor import Actor
from app.youth.models import Youth

MESSAGE_MAX = 600
_CONTACT = re.compile(r"[\w.+-]+@[\w-]+\.\w|(?:\+33|0)\s*[1-9](?:[\s.-]*\d{2}){4}")


def write_message(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    text: str | None,
    request_key: str | None = None,
) -> PlacementMessage:
    """Add a message that all parties read.

    Until three yes have opened the identity, a message with the youth's name, an address or a telephone number is
    refused: what the ledger has not opened must not leave through a side door.

    Raises:
        Invalid: nothing written, too long, a forbidden criterion, or a name too early.
        AlreadyDone: this form was sent before.
        WrongState: the proposal is over.
    """
    opened = open_placement(db_session, actor, placement_id, Event.TALK)
    use_once(db_session, request_key)
    words = (text or "").strip()
    if not words:
        raise Invalid("Écrivez votre message.", field="text")
    checked_words(words, field="text", limit=MESSAGE_MAX)
    if opened.placement.stage not in LIVE_STAGES:
        raise WrongState("Cette proposition est terminée : le fil ne se continue plus.")
    side = side_of(actor, opened.facts)
    if side is None:
        raise Invalid("Ce fil est réservé aux parties de la proposition.", field="text")
    _refuse_identity(db_session, opened.placement, words)
    message = PlacementMessage(
        placement_id=placement_id,
        side=side,
        text=words,
        written_at=clock.now(),
        author_id=actor.user_id,
    )
    db_session.add(message)
    opened.placement.updated_at = clock.now()
    note(db_session, actor, opened.placement, "message", details={"leaf": side.value})
    db_session.flush()
    return message


def _refuse_identity(db_session: Session, placement: Placement, words: str) -> None:
    if all(leaf is LeafState.YES for leaf in placement.clover.leaves):
        return
    youth = db_session.get_one(Youth, placement.youth_id)
    written = f" {sort_key(words)} "
    names = (youth.given_name, youth.family_name, youth.usage_name)
    if any(name and f" {sort_key(name)} " in written for name in names):
        raise Invalid(
            f"Ce message donne le nom du jeune avant son accord : écrivez « {youth.public_code} »."
            if placement.youth_leaf is not LeafState.YES
            else "Le nom complet attend les trois oui : écrivez le message sans lui.",
            field="text",
        )
    if _CONTACT.search(words):
        raise Invalid(
            "Les adresses et les numéros s’échangent après les trois oui : retirez-les du message.",
            field="text",
        )
