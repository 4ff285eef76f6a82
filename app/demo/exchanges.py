"""What people say and learn around the clovers: messages with mentions, notices of the past weeks, a session with too
many promises, and an address that receives nothing. Made by the verbs that people use.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from app.core import outbox
from app.core.bounces import Report
from app.core.journal import JournalEvent
from app.core.outbox import MailState
from app.dashboard.services import take_reports
from app.demo.scene import Scene
from app.notices.models import Notice
from app.openings.models import Opening
from app.placements import services
from app.placements.models import MessageAudience, Placement, PlacementMessage
from app.placements.workflow import LIVE_STAGES, Stage
from app.policy.actor import CLOCK, Actor
from app.training.models import Course, TrainingSession
from app.training.services import update_places
from app.youth.models import Youth

THREADS = 12
READ_AFTER = timedelta(days=3)

ActorOf = Callable[[int], Actor]


def build_exchanges(scene: Scene, actor_of: ActorOf) -> None:
    """Everything of this file; the placements are there, and none of their mails has left."""
    _write_threads(scene, actor_of)
    _date_notices(scene)
    _overbook_one_session(scene, actor_of)
    _one_bounce(scene)
    scene.db_session.flush()


def _write_threads(scene: Scene, actor_of: ActorOf) -> None:
    """A question of the CFA to the company, its answer, a private note of the adviser; the shown adviser's first."""
    rows = scene.db_session.execute(
        select(Placement.id, Youth.adviser_id, Opening.employer_id, Course.cfa_id)
        .join(Youth, Youth.id == Placement.youth_id)
        .join(Opening, Opening.id == Placement.opening_id)
        .join(TrainingSession, TrainingSession.id == Placement.session_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .where(Placement.stage.in_([Stage.OPEN, Stage.AGREED]), Youth.adviser_id.is_not(None))
        .order_by(Youth.adviser_id != scene.shown_adviser, Placement.id)
        .limit(THREADS)
    ).all()
    for rank, (placement_id, adviser_id, employer_id, cfa_id) in enumerate(rows):
        lines: list[tuple[int | None, MessageAudience, str]] = [
            (
                scene.officers.get(cfa_id),
                MessageAudience.PARTIES,
                "Bonjour @employeur, une visite de l’atelier est possible mercredi matin. Cela vous convient ?",
            ),
            (
                scene.officers.get(employer_id),
                MessageAudience.PARTIES,
                "Bonjour @cfa, mercredi convient. Nous pouvons aussi recevoir le jeune une demi-journée avant.",
            ),
            (
                adviser_id,
                MessageAudience.OWN_SIDE,
                "Rappeler le trajet en car : le premier arrive à 8 h 10.",
            ),
        ]
        for who, audience, text in lines[: 1 + rank % len(lines)]:
            if who is not None:
                services.write_message(
                    scene.db_session,
                    actor_of(who),
                    placement_id=placement_id,
                    text=text,
                    to=services.Addressed(audience),
                )
    _date_threads(scene)


def _date_threads(scene: Scene) -> None:
    """Messages were written over the past two days; those that all parties read are told then, too."""
    written = scene.db_session.scalars(select(PlacementMessage).order_by(PlacementMessage.id))
    told = iter(
        scene.db_session.scalars(
            select(JournalEvent).where(JournalEvent.event == "message").order_by(JournalEvent.id)
        ).all()
    )
    for rank, message in enumerate(written.all()):
        message.written_at = scene.now - timedelta(hours=40 - min(rank, 39))
        if message.audience is MessageAudience.PARTIES:
            next(told).happened_at = message.written_at


def _date_notices(scene: Scene) -> None:
    """Notices follow the weeks of their proposal, the last one today; those older than three days were read."""
    rows = scene.db_session.execute(
        select(Notice, Placement.suggested_at)
        .join(Placement, Placement.id == Notice.placement_id)
        .order_by(Notice.placement_id, Notice.id)
    ).all()
    of_placement: dict[int, list[Notice]] = {}
    since = {}
    for notice, suggested_at in rows:
        of_placement.setdefault(notice.placement_id or 0, []).append(notice)
        since[notice.placement_id or 0] = suggested_at
    for key, notices in of_placement.items():
        ago = scene.now - since[key]
        for rank, notice in enumerate(notices):
            notice.created_at = scene.now - ago * (1 - rank / len(notices))
            if scene.now - notice.created_at > READ_AFTER:
                notice.read_at = notice.created_at + timedelta(hours=5)


def _overbook_one_session(scene: Scene, actor_of: ActorOf) -> None:
    """Its CFA has lowered the capacity under what is promised: nobody is cancelled, the page says what to do."""
    held = func.count(Placement.id)
    row = scene.db_session.execute(
        select(TrainingSession, Course.cfa_id)
        .join(Course, Course.id == TrainingSession.course_id)
        .join(Placement, Placement.session_id == TrainingSession.id)
        .where(Placement.stage.in_(LIVE_STAGES), TrainingSession.seats_taken > 0)
        .group_by(TrainingSession.id, Course.cfa_id)
        .order_by(TrainingSession.seats_taken.desc(), held.desc(), TrainingSession.id)
        .limit(1)
    ).first()
    if row is None or row.cfa_id not in scene.officers:
        return
    group: TrainingSession = row.TrainingSession
    update_places(
        scene.db_session,
        actor_of(scene.officers[row.cfa_id]),
        session_id=group.id,
        version=group.version,
        capacity=group.seats_declared + group.seats_taken - 1,
        seats_declared=group.seats_declared,
    )


def _one_bounce(scene: Scene) -> None:
    """A mail to a youth of the shown adviser came back."""
    youth = scene.db_session.scalars(
        select(Youth)
        .where(Youth.adviser_id == scene.shown_adviser, Youth.email.is_not(None))
        .order_by(Youth.id)
        .limit(1)
    ).first()
    if youth is None or youth.email is None:
        return
    mail = outbox.post(
        scene.db_session,
        kind="placement_ask_youth",
        recipient=youth.email,
        subject="Une proposition pour vous",
        text_body="Une proposition vous attend.\n",
        html_body="<p>Une proposition vous attend.</p>",
        youth_id=youth.id,
    )
    mail.state, mail.sent_at = MailState.SENT, scene.now
    scene.db_session.flush()
    take_reports(scene.db_session, CLOCK, reports=[Report(mail.id, "5.1.1", is_for_good=True)])
