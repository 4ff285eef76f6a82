"""The thread of a placement as one reader sees it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, User
from app.core import clock
from app.core.text import day_in_words
from app.notices.messages import MessageTemplate, Speaker, filled, handles, templates_for
from app.placements.models import (
    MessageAudience,
    MessageMention,
    Placement,
    PlacementMessage,
    ThreadReading,
)
from app.placements.queries.identity import Identity
from app.placements.queries.words import Proposal
from app.placements.workflow import Leaf
from app.policy.actor import Actor, Role

SHOWN_ON_THE_CARD = 3
PARTY_NAMES = {Leaf.YOUTH: "la mission locale", Leaf.EMPLOYER: "l’employeur", Leaf.CFA: "le CFA"}
SIDE_ROLES = {
    Leaf.YOUTH: frozenset({Role.ADVISER, Role.MANAGER}),
    Leaf.EMPLOYER: frozenset({Role.EMPLOYER}),
    Leaf.CFA: frozenset({Role.CFA_OFFICER, Role.POINT_A_OFFICER}),
}
# What follows an "@" to address a whole party.
PARTY_HANDLES = {Leaf.YOUTH: "mission-locale", Leaf.EMPLOYER: "employeur", Leaf.CFA: "cfa"}
YOUTH_SIDE = "La personne qui accompagne le jeune"


@dataclass(frozen=True, slots=True)
class Message:
    """One message as a reader sees it: the person for its own side, the organisation for others.

    Attributes:
        read_by: in words, for a message that not every party reads.
        mentions: parties and people it is addressed to.
    """

    id: int
    at: datetime
    who: str
    text: str
    is_own: bool
    is_unread: bool
    read_by: str | None
    mentions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ThreadPage:
    """The whole thread for one reader, with what the reader may choose before writing.

    Attributes:
        youth: how this reader may call the youth.
        easy_words: the easy-to-read messages as they would leave, by key.
        readers: who reads a message of this audience, in words.
        people: `(user id, name)` of one's own side.
        called: what may follow an "@" in the words, parties first.
        parties: leaves that may be addressed.
    """

    placement_id: int
    code: str
    youth: str
    is_named: bool
    about: str
    side: Leaf | None
    can_write: bool
    messages: tuple[Message, ...]
    readers: Mapping[MessageAudience, str]
    people: Sequence[tuple[int, str]]
    parties: Sequence[tuple[Leaf, str]]
    called: Sequence[str]
    templates: Sequence[MessageTemplate]
    easy_templates: Sequence[MessageTemplate]
    easy_words: Mapping[str, str]

    @property
    def unread(self) -> int:
        return sum(one.is_unread for one in self.messages)


def visible_messages(placement: Placement, side: Leaf | None) -> ColumnElement[bool]:
    """Which messages a reader of this side may read, as a condition on `PlacementMessage`."""
    shared = PlacementMessage.audience == MessageAudience.PARTIES
    own = PlacementMessage.side == side
    since_joined: ColumnElement[bool] = PlacementMessage.placement_id == placement.id
    if side is Leaf.EMPLOYER:
        since_joined &= PlacementMessage.opening_id == placement.opening_id
    elif side is Leaf.CFA:
        since_joined &= PlacementMessage.session_id == placement.session_id
    return since_joined & (or_(shared, own) if side is not None else shared)


def messages_of(
    db_session: Session, actor: Actor, placement: Placement, side: Leaf | None
) -> tuple[Message, ...]:
    """The thread, oldest first: one statement, and one more when somebody is mentioned in it."""
    last_read = (
        select(ThreadReading.last_message_id)
        .where(ThreadReading.placement_id == placement.id, ThreadReading.user_id == actor.user_id)
        .scalar_subquery()
    )
    rows: Any = db_session.execute(
        select(
            PlacementMessage,
            User.given_name,
            User.family_name,
            Organisation.name.label("organisation"),
            last_read.label("last_read"),
            select(MessageMention.id)
            .where(MessageMention.message_id == PlacementMessage.id)
            .exists()
            .label("has_mentions"),
        )
        .outerjoin(User, User.id == PlacementMessage.author_id)
        .outerjoin(Organisation, Organisation.id == PlacementMessage.author_organisation_id)
        .where(visible_messages(placement, side))
        .order_by(PlacementMessage.id)
    ).all()
    mentions = _mentions(
        db_session, [one.PlacementMessage.id for one in rows if one.has_mentions], side
    )
    return tuple(_message(one, actor, side, mentions) for one in rows)


def _message(
    row: Any, actor: Actor, side: Leaf | None, mentions: Mapping[int, list[str]]
) -> Message:
    message: PlacementMessage = row.PlacementMessage
    is_own = message.side is side
    who = f"{row.given_name} {row.family_name}"
    if not is_own:
        who = YOUTH_SIDE if message.side is Leaf.YOUTH else row.organisation or "Une autre partie"
    return Message(
        id=message.id,
        at=message.written_at,
        who=who,
        text=message.text,
        is_own=is_own,
        is_unread=message.author_id != actor.user_id and message.id > (row.last_read or 0),
        read_by={
            MessageAudience.PARTIES: None,
            MessageAudience.OWN_SIDE: "note de votre côté",
            MessageAudience.YOUTH: "envoyé au jeune par courriel",
        }[message.audience],
        mentions=tuple(mentions.get(message.id, ())),
    )


def _mentions(
    db_session: Session, message_ids: Sequence[int], side: Leaf | None
) -> dict[int, list[str]]:
    """Names of parties, and of people where the message is of the reader's own side."""
    found: dict[int, list[str]] = defaultdict(list)
    if not message_ids:
        return found
    rows: Any = db_session.execute(
        select(MessageMention, PlacementMessage.side, User.given_name, User.family_name)
        .join(PlacementMessage, PlacementMessage.id == MessageMention.message_id)
        .outerjoin(User, User.id == MessageMention.user_id)
        .where(MessageMention.message_id.in_(message_ids))
        .order_by(MessageMention.id)
    )
    for mention, writing_side, given_name, family_name in rows:
        if mention.side is not None:
            found[mention.message_id].append(PARTY_NAMES[mention.side])
        elif writing_side is side:
            found[mention.message_id].append(f"{given_name} {family_name}")
    return found


def thread_page(
    db_session: Session,
    actor: Actor,
    placement: Placement,
    about: Proposal,
    *,
    youth: Identity,
    side: Leaf | None,
    can_write: bool,
) -> ThreadPage:
    """The thread with the choices of its writer: three statements at most."""
    known = variables(about)
    colleagues = own_people(db_session, actor, side) if can_write else {}
    others = [leaf for leaf in parties_of(about) if leaf is not side]
    speaker = Speaker(side.value) if side else None
    may_send = speaker is not None and can_write and about.youth_email
    easy = templates_for(speaker, known, is_easy=True) if speaker and may_send else []
    return ThreadPage(
        placement_id=placement.id,
        code=about.code,
        youth=youth.label,
        is_named=youth.is_named,
        about=about.post or about.course or "",
        side=side,
        can_write=can_write,
        messages=messages_of(db_session, actor, placement, side),
        readers=readers(about, side),
        people=[(key, f"{first} {last}") for key, (first, last) in colleagues.items()],
        parties=[(leaf, PARTY_NAMES[leaf]) for leaf in others],
        called=[*(PARTY_HANDLES[leaf] for leaf in others), *handles(colleagues).values()],
        templates=templates_for(speaker, known) if speaker and can_write else (),
        easy_templates=easy,
        easy_words={one.key: filled(one, known) for one in easy},
    )


def parties_of(about: Proposal) -> list[Leaf]:
    """The leaves that have a party now."""
    return [
        Leaf.YOUTH,
        *([Leaf.EMPLOYER] if about.employer_id else []),
        *([Leaf.CFA] if about.cfa_id else []),
    ]


def all_readers(company: str | None, cfa: str | None) -> list[str]:
    """Who reads what is written to all parties: organisations by name, never a person of another side."""
    return [
        "la personne qui accompagne le jeune et ses collègues",
        *([company] if company else []),
        *([f"{cfa} et le point A qui agit pour lui"] if cfa else []),
    ]


def readers(about: Proposal, side: Leaf | None) -> dict[MessageAudience, str]:
    """Who will read, said before writing."""
    own = {
        Leaf.YOUTH: "les conseillers de votre structure",
        Leaf.EMPLOYER: "les personnes de votre entreprise",
        Leaf.CFA: "les personnes du CFA et du point A qui agit pour lui",
    }
    return {
        MessageAudience.PARTIES: ", ".join(all_readers(about.company, about.cfa)),
        MessageAudience.OWN_SIDE: own[side] if side else "",
    }


def own_people(db_session: Session, actor: Actor, side: Leaf | None) -> dict[int, tuple[str, str]]:
    """Given and family names of the colleagues who follow such proposals, by name: one statement.

    People of the other sides are not here: they are known by their organisation, which is addressed as a whole.
    """
    if side is None:
        return {}
    rows = db_session.execute(
        select(User.id, User.given_name, User.family_name)
        .join(Membership, Membership.user_id == User.id)
        .where(
            Membership.organisation_id == actor.organisation_id,
            Membership.role.in_(SIDE_ROLES[side]),
            Membership.since <= clock.today(),
            Membership.is_current(clock.today()),
            User.is_active,
            User.id != actor.user_id,
        )
        .distinct()
        .order_by(User.family_name, User.given_name, User.id)
        .limit(50)
    )
    return {row.id: (row.given_name, row.family_name) for row in rows}


def variables(about: Proposal) -> dict[str, str | None]:
    """What templates may be filled with: nothing that names the youth."""
    return {
        "code": about.code,
        "post": about.post,
        "company": about.company,
        "course": about.course,
        "cfa": about.cfa,
        "starts_on": day_in_words(about.starts_on) if about.starts_on else None,
    }
