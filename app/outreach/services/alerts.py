"""A search over anonymous profiles that an employer keeps for one opening: told once of each new one."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from app.core import clock, journal
from app.core.permissions import ensure
from app.engine.candidates import best_for_opening
from app.matching.queries.pool import current_pool
from app.notices.services import notify
from app.openings.models import Opening, OpeningStatus
from app.openings.queries import opening_facts
from app.outreach.models import ProfileAlert, ProfileSeen
from app.policy.actor import Actor
from app.policy.permissions import Permission

LOOKED_AT = 60


def switch_alert(db_session: Session, actor: Actor, *, opening_id: int) -> bool:
    """Keep the search of an opening, or drop it. Returns whether it is kept now.

    Profiles that fit at this moment are known: the first alert tells of a later one.

    Raises:
        NotFound, Forbidden: not this employer's opening.
    """
    ensure(
        actor,
        Permission.PROFILE_BROWSE,
        opening_facts(db_session, opening_id),
        seen_by=Permission.OPENING_VIEW,
    )
    known = db_session.scalar(
        select(ProfileAlert).where(
            ProfileAlert.user_id == actor.user_id, ProfileAlert.opening_id == opening_id
        )
    )
    if known is not None:
        db_session.execute(delete(ProfileSeen).where(ProfileSeen.alert_id == known.id))
        db_session.delete(known)
        db_session.flush()
    else:
        row = ProfileAlert(
            user_id=actor.user_id,
            opening_id=opening_id,
            created_at=clock.now(),
            looked_at=clock.now(),
        )
        db_session.add(row)
        db_session.flush()
        _remember(db_session, row, fitting_youth(db_session, opening_id))
    journal.record(
        db_session,
        actor,
        subject_kind="opening",
        subject_id=opening_id,
        opening_id=opening_id,
        event="profile_alert_off" if known else "profile_alert_on",
    )
    return known is None


def tell_new_profiles(
    db_session: Session, actor: Actor, *, alert_id: int, youth_ids: frozenset[int]
) -> int:
    """Tell of those who fit and were not told before; returns how many. No name, no code, only a number."""
    alert = db_session.get(ProfileAlert, alert_id)
    if alert is None:
        return 0
    alert.looked_at = clock.now()
    seen = set(
        db_session.scalars(select(ProfileSeen.youth_id).where(ProfileSeen.alert_id == alert_id))
    )
    new = youth_ids - seen
    if not new:
        return 0
    _remember(db_session, alert, new)
    title = db_session.get_one(Opening, alert.opening_id).title[:80]
    words = (
        "Un nouveau profil correspond"
        if len(new) == 1
        else f"{len(new)} nouveaux profils correspondent"
    )
    notify(
        db_session,
        actor,
        event="profile_alert",
        user_ids=[alert.user_id],
        title=f"{words} à votre offre « {title} ».",
        path=f"/offres/{alert.opening_id}/profils",
        subject_kind="opening",
        subject_id=alert.opening_id,
    )
    return len(new)


def fitting_youth(db_session: Session, opening_id: int) -> frozenset[int]:
    """Ids of those who fit an opening now; empty when it is not matched."""
    pool = current_pool(db_session)
    if opening_id not in pool.openings:
        return frozenset()
    return frozenset(one.youth for one in best_for_opening(pool, opening_id, LOOKED_AT))


def live_alerts(db_session: Session) -> list[tuple[int, int]]:
    """`(alert, opening)` of the published openings that somebody watches."""
    rows = db_session.execute(
        select(ProfileAlert.id, ProfileAlert.opening_id)
        .join(Opening, Opening.id == ProfileAlert.opening_id)
        .where(Opening.status == OpeningStatus.PUBLISHED)
        .order_by(ProfileAlert.opening_id, ProfileAlert.id)
    )
    return [(row.id, row.opening_id) for row in rows]


def _remember(db_session: Session, alert: ProfileAlert, youth_ids: frozenset[int]) -> None:
    db_session.add_all(ProfileSeen(alert_id=alert.id, youth_id=one) for one in sorted(youth_ids))
    db_session.flush()
