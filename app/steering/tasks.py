"""Each night keeps the figures of the day that ended, one region a transaction, then those of the public page."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from app.accounts.models import Organisation
from app.core import clock
from app.core.db import db, transaction
from app.core.tasks import periodic
from app.policy.actor import ADVISING_KINDS
from app.steering.services import keep_edition, publish_statistics, take_snapshots


@periodic("steering_snapshots", hour="1", minute="20")
def keep_figures() -> None:
    """Yesterday is over in France: its figures no longer move."""
    yesterday = clock.today() - timedelta(days=1)
    session = db.session()
    regions = session.scalars(
        select(Organisation.region_code)
        .where(Organisation.kind.in_(ADVISING_KINDS), Organisation.region_code.is_not(None))
        .distinct()
        .order_by(Organisation.region_code)
    ).all()
    session.rollback()
    for region in regions:
        with transaction() as writing:
            take_snapshots(writing, region_code=str(region), on=yesterday)
        with transaction() as writing:
            keep_edition(writing, region_code=str(region), on=clock.today())
    with transaction() as writing:
        publish_statistics(writing, on=yesterday)
