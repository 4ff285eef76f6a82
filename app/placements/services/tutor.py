"""Where the tutor reads mails: the two questions after the first day go to the person who works with the youth."""

from __future__ import annotations

from sqlalchemy.orm import Session

from app.accounts.services.invitations import checked_email
from app.core import clock
from app.core.errors import WrongState
from app.placements.models import Placement
from app.placements.services.guarded import note, open_placement
from app.placements.workflow import RUNNING_STAGES, Event, Stage
from app.policy.actor import Actor

WITH_TUTOR = RUNNING_STAGES | {Stage.AGREED}


def set_tutor_address(
    db_session: Session, actor: Actor, *, placement_id: int, email: str | None
) -> Placement:
    """Note the tutor's own address, or forget it: the company's then serves again. Who may sign may note it.

    Raises:
        WrongState: there is no contract in sight, or it is over.
        Invalid: not an address; field `tutor_email`.
    """
    opened = open_placement(db_session, actor, placement_id, Event.SIGN)
    if opened.placement.stage not in WITH_TUTOR:
        raise WrongState
    keep_tutor_address(db_session, actor, opened.placement, email)
    return opened.placement


def keep_tutor_address(
    db_session: Session, actor: Actor, placement: Placement, email: str | None
) -> None:
    """Write the address of somebody whom the caller has already judged; the journal says that it changed, not to what.

    Raises:
        Invalid: not an address; field `tutor_email`.
    """
    address = checked_email(email, field="tutor_email") if email else None
    if address == placement.tutor_email:
        return
    placement.tutor_email, placement.updated_at = address, clock.now()
    note(db_session, actor, placement, "tutor_address")
    db_session.flush()
