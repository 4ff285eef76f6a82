"""The thread of a placement: messages to the parties, notes to one's own side, simple words to the youth."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy.orm import Session

from app.core import clock
from app.core.errors import Invalid, WrongState
from app.core.requests import use_once
from app.notices.messages import (
    TEMPLATES,
    filled,
    handles,
    holds_contact,
    holds_name,
    typed_mentions,
)
from app.notices.services import notify
from app.placements import emails
from app.placements.models import (
    MessageAudience,
    MessageMention,
    Placement,
    PlacementMessage,
    ThreadReading,
)
from app.placements.queries.actions import side_of
from app.placements.queries.thread import PARTY_HANDLES, own_people, parties_of, variables
from app.placements.queries.words import Proposal, proposal
from app.placements.services.checking import checked_words
from app.placements.services.guarded import Opened, note, open_placement
from app.placements.workflow import LIVE_STAGES, Event, Leaf, LeafState
from app.policy.actor import Actor
from app.youth.models import Youth

MESSAGE_MAX = 600


@dataclass(frozen=True, slots=True)
class Addressed:
    """Who reads a message, and to whom of them it is addressed.

    Attributes:
        parties: leaves mentioned.
        people: users of one's own side mentioned.
    """

    audience: MessageAudience = MessageAudience.PARTIES
    parties: Collection[Leaf] = field(default=())
    people: Collection[int] = field(default=())


def write_message(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    text: str | None,
    to: Addressed | None = None,
    request_key: str | None = None,
) -> PlacementMessage:
    """Add a message that all parties read, or a note to one's own side.

    Until three yes have opened the identity, a message with the youth's name, an address or a telephone number is
    refused: what the ledger has not opened must not leave through a side door. Notes of those who follow the youth
    stay in the house that holds the name.

    Raises:
        Invalid: nothing written, too long, a forbidden criterion, a name too early, or a mention of a stranger.
        AlreadyDone: this form was sent before.
        WrongState: the proposal is over.
    """
    opened, side = _open(db_session, actor, placement_id, request_key)
    addressed = to or Addressed()
    words = (text or "").strip()
    if not words:
        raise Invalid("Écrivez votre message.", field="text")
    checked_words(words, field="text", limit=MESSAGE_MAX)
    if addressed.audience is MessageAudience.YOUTH:
        raise Invalid("Choisissez un modèle pour écrire au jeune.", field="text")
    about = proposal(db_session, placement_id)
    _check_mentions(db_session, actor, side, about, addressed)
    addressed, rest = _with_typed(db_session, actor, side, about, addressed, words)
    if side is not Leaf.YOUTH or addressed.audience is MessageAudience.PARTIES:
        _refuse_identity(db_session, opened.placement, rest)
    message = _add(db_session, actor, opened.placement, side, words, addressed)
    _tell(db_session, actor, about, side, addressed)
    return message


def write_to_youth(
    db_session: Session,
    actor: Actor,
    *,
    placement_id: int,
    template: str | None,
    request_key: str | None = None,
) -> PlacementMessage:
    """Send the youth one of the easy-to-read messages, filled in; no free words, so no mail holds more than it may.

    Raises:
        Invalid: not the youth's side, no address, or no such template for this placement.
        WrongState: the proposal is over.
    """
    opened, side = _open(db_session, actor, placement_id, request_key)
    about = proposal(db_session, placement_id)
    if side is not Leaf.YOUTH:
        raise Invalid("Seule la personne qui accompagne le jeune lui écrit d’ici.")
    if not about.youth_email:
        raise Invalid("Le dossier n’a pas d’adresse électronique : dites-le de vive voix.")
    known = variables(about)
    chosen = next((one for one in TEMPLATES if one.is_easy and one.key == template), None)
    if chosen is None or not all(known.get(name) for name in chosen.needs):
        raise Invalid("Choisissez un modèle de la liste.", field="template")
    words = filled(chosen, known)
    addressed = Addressed(MessageAudience.YOUTH)
    message = _add(db_session, actor, opened.placement, side, words, addressed)
    emails.simple_words(db_session, about, words=words)
    return message


def mark_thread_read(db_session: Session, actor: Actor, *, placement_id: int, last: int) -> None:
    """Note that this person has read the thread up to a message.

    Raises:
        NotFound: not a thread of this person.
    """
    open_placement(db_session, actor, placement_id, Event.TALK)
    _remember(db_session, actor, placement_id, last)


def _open(
    db_session: Session, actor: Actor, placement_id: int, request_key: str | None
) -> tuple[Opened, Leaf]:
    opened = open_placement(db_session, actor, placement_id, Event.TALK)
    use_once(db_session, request_key)
    if opened.placement.stage not in LIVE_STAGES:
        raise WrongState("Cette proposition est terminée : le fil ne se continue plus.")
    side = side_of(actor, opened.facts)
    if side is None:
        raise Invalid("Ce fil est réservé aux parties de la proposition.", field="text")
    return opened, side


def _refuse_identity(db_session: Session, placement: Placement, words: str) -> None:
    if all(leaf is LeafState.YES for leaf in placement.clover.leaves):
        return
    youth = db_session.get_one(Youth, placement.youth_id)
    if holds_name(words, (youth.given_name, youth.family_name, youth.usage_name)):
        raise Invalid(
            f"Ce message donne le nom du jeune avant son accord : écrivez « {youth.public_code} »."
            if placement.youth_leaf is not LeafState.YES
            else "Le nom complet attend les trois oui : écrivez le message sans lui.",
            field="text",
        )
    if holds_contact(words):
        raise Invalid(
            "Les adresses et les numéros s’échangent après les trois oui : retirez-les du message.",
            field="text",
        )


def _check_mentions(
    db_session: Session, actor: Actor, side: Leaf, about: Proposal, addressed: Addressed
) -> None:
    if addressed.parties and addressed.audience is not MessageAudience.PARTIES:
        raise Invalid(
            "Une note de votre côté ne s’adresse pas à une autre partie.", field="parties"
        )
    if not set(addressed.parties) <= set(parties_of(about)) - {side}:
        raise Invalid("Cette partie n’est pas dans la proposition.", field="parties")
    if addressed.people:
        if not set(addressed.people) <= set(own_people(db_session, actor, side)):
            raise Invalid("Choisissez des personnes de votre organisation.", field="people")


def _with_typed(
    db_session: Session,
    actor: Actor,
    side: Leaf,
    about: Proposal,
    addressed: Addressed,
    words: str,
) -> tuple[Addressed, str]:
    """Those ticked and those whom the words address by "@", and the words without these mentions.

    A note of one's own side addresses no other party.
    """
    if "@" not in words:
        return addressed, words
    colleagues = handles(own_people(db_session, actor, side))
    called: dict[Leaf | int, str] = dict(colleagues.items())
    if addressed.audience is MessageAudience.PARTIES:
        called.update((one, PARTY_HANDLES[one]) for one in parties_of(about) if one is not side)
    typed, rest = typed_mentions(words, called)
    parties = [one for one in typed if isinstance(one, Leaf)]
    people = [one for one in typed if not isinstance(one, Leaf)]
    both = Addressed(
        addressed.audience,
        tuple(dict.fromkeys([*addressed.parties, *parties])),
        tuple(dict.fromkeys([*addressed.people, *people])),
    )
    return both, rest


def _add(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    side: Leaf,
    words: str,
    addressed: Addressed,
) -> PlacementMessage:
    message = PlacementMessage(
        placement_id=placement.id,
        side=side,
        audience=addressed.audience,
        text=words,
        written_at=clock.now(),
        author_id=actor.user_id,
        author_organisation_id=actor.organisation_id,
        opening_id=placement.opening_id,
        session_id=placement.session_id,
    )
    db_session.add(message)
    placement.updated_at = clock.now()
    db_session.flush()
    for leaf in addressed.parties:
        db_session.add(MessageMention(message_id=message.id, side=leaf))
    for user_id in addressed.people:
        db_session.add(MessageMention(message_id=message.id, user_id=user_id))
    if addressed.audience is MessageAudience.PARTIES:
        note(db_session, actor, placement, "message", details={"leaf": side.value})
    _remember(db_session, actor, placement.id, message.id)
    db_session.flush()
    return message


def _remember(db_session: Session, actor: Actor, placement_id: int, last: int) -> None:
    if actor.user_id is None:
        return
    row = db_session.get(ThreadReading, (placement_id, actor.user_id))
    if row is None:
        row = ThreadReading(placement_id=placement_id, user_id=actor.user_id, last_message_id=last)
        db_session.add(row)
    row.last_message_id, row.read_at = max(row.last_message_id, last), clock.now()


def _tell(
    db_session: Session, actor: Actor, about: Proposal, side: Leaf, addressed: Addressed
) -> None:
    """Tell the other parties, and those addressed, that there is something to read; never what it says."""
    told = {leaf for leaf in parties_of(about) if leaf is not side}
    plain = told - set(addressed.parties) if addressed.audience is MessageAudience.PARTIES else ()
    for event, leaves, people, title in (
        ("message_written", plain, (), f"Un message attend dans la proposition {about.code}"),
        (
            "message_mention",
            addressed.parties,
            addressed.people,
            f"Un message vous est adressé dans la proposition {about.code}",
        ),
    ):
        youth = Leaf.YOUTH in leaves
        adviser = [about.adviser_id] if youth and about.adviser_id else []
        houses = {
            Leaf.YOUTH: None if adviser else about.youth_organisation_id,
            Leaf.EMPLOYER: about.employer_id,
            Leaf.CFA: about.cfa_id,
        }
        notify(
            db_session,
            actor,
            event=event,
            user_ids=[*people, *adviser],
            organisation_ids=[one for leaf in leaves if (one := houses[leaf]) is not None],
            title=title,
            path=f"/propositions/{about.placement_id}/echanges",
            subject_kind="placement",
            subject_id=about.placement_id,
            youth_id=about.youth_id,
            placement_id=about.placement_id,
        )
