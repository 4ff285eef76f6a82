"""Clovers in every stage, made by the very verbs that people use, then told as the past weeks.

Each placement starts from the engine's own best triples of a youth. What an actor says goes through
the services, so seats, positions, consents and the journal are as they would be.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from app.accounts.models import Membership, Organisation, User
from app.accounts.queries import build_actor, hats_of, territory_of
from app.core.errors import DomainError
from app.core.outbox import MailState, OutboxMail
from app.core.tasks import Job, JobState
from app.demo.chance import Chance
from app.demo.contracts import build_contracts
from app.demo.exchanges import build_exchanges
from app.demo.past import tell_as_past
from app.demo.scene import Scene
from app.engine.triples import best_triples
from app.matching.queries.pool import current_pool
from app.openings.models import Opening
from app.partnerships.queries import partners_of
from app.placements import services
from app.placements.models import CheckInSide, FollowUp, Going, Placement
from app.placements.workflow import LeafState
from app.policy.actor import CLOCK, Actor, Link, LinkSubject, Role
from app.training.models import Course, TrainingSession
from app.youth.models import Youth, YouthStatus

YES, NO = LeafState.YES, LeafState.NO
SHARE_OF_YOUTH = 0.07
SHOWN_FIRST = 18


@dataclass(frozen=True, slots=True)
class Candidate:
    """A youth with the opening and the session that the engine puts beside."""

    youth_id: int
    adviser_id: int
    opening_id: int
    session_id: int


@dataclass(frozen=True, slots=True)
class Party:
    """The three people of one proposal, and its number."""

    db_session: Session
    scene: Scene
    placement_id: int
    adviser: Actor
    employer: Actor
    cfa: Actor

    def youth_says(self, answer: LeafState, reason: str | None = None) -> None:
        services.youth_says(
            self.db_session,
            self.adviser,
            placement_id=self.placement_id,
            answer=answer,
            reason=reason,
        )

    def employer_says(self, answer: LeafState, reason: str | None = None) -> None:
        services.employer_says(
            self.db_session,
            self.employer,
            placement_id=self.placement_id,
            answer=answer,
            reason=reason,
        )

    def cfa_says(self, answer: LeafState, reason: str | None = None) -> None:
        services.cfa_says(
            self.db_session,
            self.cfa,
            placement_id=self.placement_id,
            answer=answer,
            reason=reason,
        )

    def all_say_yes(self) -> None:
        self.youth_says(YES)
        self.cfa_says(YES)
        self.employer_says(YES)

    def sign(self) -> None:
        self.all_say_yes()
        today = self.scene.today
        services.sign(
            self.db_session,
            self.adviser,
            placement_id=self.placement_id,
            signed_on=today,
            contract_starts_on=today,
        )

    def start(self) -> None:
        self.sign()
        services.start(
            self.db_session,
            self.cfa,
            placement_id=self.placement_id,
            started_on=self.scene.today,
        )

    def first_signs(self) -> None:
        """The first contact after the first day: the youth would like a call, the company is content."""
        self.start()
        contact_id = self.db_session.scalars(
            select(FollowUp.id)
            .where(FollowUp.placement_id == self.placement_id)
            .order_by(FollowUp.due_on)
            .limit(1)
        ).one()
        for side, going, wants_call in (
            (CheckInSide.YOUTH, Going.SO_SO, True),
            (CheckInSide.TUTOR, Going.WELL, False),
        ):
            asked = services.ask_check_in(
                self.db_session, CLOCK, follow_up_id=contact_id, side=side
            )
            if asked is not None:
                bearer = Actor(link=Link(LinkSubject(side.value), "check_in", asked.id))
                services.answer_check_in(
                    self.db_session,
                    bearer,
                    check_in_id=asked.id,
                    going=going,
                    wants_call=wants_call,
                )


def _nobody_yet(_party: Party) -> None:
    """Proposed today."""


def _youth_agrees(party: Party) -> None:
    party.youth_says(YES)


def _employer_waits(party: Party) -> None:
    party.youth_says(YES)
    party.cfa_says(YES)


def _cfa_waits(party: Party) -> None:
    party.youth_says(YES)
    party.employer_says(YES)


def _talks(party: Party) -> None:
    party.youth_says(YES)
    services.talk(party.db_session, party.employer, placement_id=party.placement_id)


def _youth_refuses(party: Party) -> None:
    party.youth_says(NO, "too_far")


def _employer_refuses(party: Party) -> None:
    party.youth_says(YES)
    party.employer_says(NO, "hired_another")


def _cfa_refuses(party: Party) -> None:
    party.cfa_says(NO, "incomplete_file")


def _declined(party: Party) -> None:
    _employer_refuses(party)
    services.close(party.db_session, party.adviser, placement_id=party.placement_id)


def _withdrawn(party: Party) -> None:
    services.withdraw(
        party.db_session, party.adviser, placement_id=party.placement_id, reason="found_alone"
    )


def _agent_helps(party: Party) -> None:
    """A field agent made the proposal: they see it, and its contract once the three have said yes."""
    agent = party.db_session.execute(
        select(Membership.user_id, Membership.organisation_id)
        .join(Organisation, Organisation.id == Membership.organisation_id)
        .where(Membership.role == Role.FIELD_AGENT, Organisation.is_demonstration)
        .order_by(Membership.user_id)
        .limit(1)
    ).first()
    if agent is not None:
        placement = party.db_session.get_one(Placement, party.placement_id)
        placement.suggested_by, placement.suggested_by_organisation_id = agent
        party.db_session.flush()
    party.all_say_yes()


def _broken(party: Party) -> None:
    party.start()
    services.break_off(
        party.db_session,
        party.adviser,
        placement_id=party.placement_id,
        reason="mutual_agreement",
        broken_on=party.scene.today,
    )


STORIES: tuple[tuple[Callable[[Party], None], int], ...] = (
    (_nobody_yet, 20),
    (_youth_agrees, 16),
    (_employer_waits, 12),
    (_cfa_waits, 8),
    (_talks, 5),
    (Party.all_say_yes, 9),
    (_agent_helps, 3),
    (Party.sign, 9),
    (Party.start, 6),
    (Party.first_signs, 2),
    (_youth_refuses, 3),
    (_employer_refuses, 4),
    (_cfa_refuses, 3),
    (_declined, 4),
    (_withdrawn, 3),
    (_broken, 2),
)


def build_placements(scene: Scene) -> int:
    """Proposals for about one youth in fourteen, in every stage; returns how many.

    A proposal that a rule refuses (a minor whose representative does not know, a seat just gone) is
    given up whole, as a person would.
    """
    chance = scene.chance("placements")
    stories = chance.choices(
        [story for story, _ in STORIES],
        [share for _, share in STORIES],
        k=round(scene.scale.youth * SHARE_OF_YOUTH),
    )
    # Every stage is seen, however small the territory.
    stories[: len(STORIES)] = [story for story, _ in STORIES][: len(stories)]
    actors = _Actors(scene.db_session)
    candidates = _candidates(scene, chance)
    made = 0
    for story in stories:
        for candidate in candidates:
            placement_id = _try(scene, actors, story, candidate)
            if placement_id is not None:
                made += 1
                tell_as_past(scene, chance, placement_id)
                break
    scene.tell("fiches de contrat")
    build_contracts(scene.db_session, actors.of, scene.officers)
    scene.tell("échanges et avis")
    build_exchanges(scene, actors.of)
    silence_mails(scene.db_session)
    return made


def _candidates(scene: Scene, chance: Chance) -> Iterator[Candidate]:
    """Ready youth with a good triple, each once: some of the shown adviser's own, then the
    others.
    """
    youth = list(
        scene.db_session.execute(
            select(Youth.id, Youth.adviser_id)
            .where(Youth.is_demonstration, Youth.status == YouthStatus.READY)
            .order_by(Youth.id)
        ).all()
    )
    chance.shuffle(youth)
    own = [row for row in youth if row.adviser_id == scene.shown_adviser]
    others = [row for row in youth if row.adviser_id != scene.shown_adviser]
    pool = current_pool(scene.db_session)
    for row in [*own[:SHOWN_FIRST], *others]:
        if row.id in pool.youths and row.adviser_id is not None:
            found = best_triples(pool, row.id, 3)
            if found:
                best = chance.choice(found)
                yield Candidate(row.id, row.adviser_id, best.opening, best.session)


def _try(
    scene: Scene, actors: _Actors, story: Callable[[Party], None], one: Candidate
) -> int | None:
    """The number of the placement once its story is told, None when a rule refused it."""
    db_session = scene.db_session
    employer_id, cfa_id = actors.owners(one.opening_id, one.session_id)
    adviser = actors.of(one.adviser_id)
    employer, cfa = actors.of(scene.officers[employer_id]), actors.of(scene.officers[cfa_id])
    try:
        with db_session.begin_nested():
            placement = services.suggest(
                db_session,
                adviser,
                youth_id=one.youth_id,
                opening_id=one.opening_id,
                session_id=one.session_id,
            )
            placement.is_demonstration = True
            story(Party(db_session, scene, placement.id, adviser, employer, cfa))
            return placement.id
    except DomainError:
        return None


class _Actors:
    """Actors as requests would load them, each once."""

    def __init__(self, db_session: Session) -> None:
        self._db_session = db_session
        self._known: dict[int, Actor] = {}

    def of(self, user_id: int) -> Actor:
        if user_id not in self._known:
            user = self._db_session.get_one(User, user_id)
            hat = hats_of(self._db_session, user_id)[0]
            self._known[user_id] = build_actor(
                user,
                hat,
                territory_of(self._db_session, user_id, hat.organisation_id),
                partners_of(self._db_session, hat.organisation_id),
            )
        return self._known[user_id]

    def owners(self, opening_id: int, session_id: int) -> tuple[int, int]:
        """The employer of the opening and the CFA of the session."""
        employer_id = self._db_session.scalars(
            select(Opening.employer_id).where(Opening.id == opening_id)
        ).one()
        cfa_id = self._db_session.scalars(
            select(Course.cfa_id)
            .join(TrainingSession, TrainingSession.course_id == Course.id)
            .where(TrainingSession.id == session_id)
        ).one()
        return employer_id, cfa_id


def silence_mails(db_session: Session) -> None:
    """No mail of the demonstration ever leaves."""
    waiting = OutboxMail.state == MailState.WAITING
    ids = set(db_session.scalars(select(OutboxMail.id).where(waiting)))
    db_session.execute(update(OutboxMail).where(waiting).values(state=MailState.CANCELLED))
    jobs = db_session.scalars(
        select(Job).where(Job.name == "outbox.send", Job.state == JobState.QUEUED)
    )
    for job in jobs:
        if job.payload.get("mail_id") in ids:
            job.state = JobState.DONE
    db_session.flush()
