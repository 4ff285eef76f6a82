"""What the retention removes thirty days after the deposit: the number, then what was typed; dates and number stay."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ColumnElement, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from app.contracts.models import ContractRider, ContractSheet
from app.core import clock


def drop_nir(db_session: Session, limit: datetime) -> int:
    """Drop the numbers of sheets deposited before `limit`. Returns how many.

    A sheet that was never deposited loses its number as long after its last change.
    """
    done = db_session.execute(
        update(ContractSheet)
        .where(ContractSheet.nir_sealed.is_not(None), _passed(limit))
        .values(nir_sealed=None)
        .execution_options(synchronize_session=False)
    )
    return _count(done)


def empty_sheets(db_session: Session, limit: datetime) -> int:
    """Empty the sheets deposited before `limit`. Returns how many."""
    now = clock.now()
    done = db_session.execute(
        update(ContractSheet)
        .where(ContractSheet.emptied_at.is_(None), _passed(limit))
        .values(typed={}, nir_sealed=None, emptied_at=now)
        .execution_options(synchronize_session=False)
    )
    # What the youth told during the contract stays as long after its own day as after the deposit.
    db_session.execute(
        update(ContractSheet)
        .where(ContractSheet.emptied_at.is_not(None), ContractSheet.disability_told_at < limit)
        .values(disability_told_at=None)
        .execution_options(synchronize_session=False)
    )
    db_session.execute(
        update(ContractRider)
        .where(
            ContractRider.emptied_at.is_(None),
            (ContractRider.deposited_on < clock.local(limit).date())
            | (ContractRider.deposited_on.is_(None) & (ContractRider.updated_at < limit)),
        )
        .values(changes={}, before={}, emptied_at=now)
        .execution_options(synchronize_session=False)
    )
    return _count(done)


def _passed(limit: datetime) -> ColumnElement[bool]:
    day: date = clock.local(limit).date()
    found: ColumnElement[bool] = (ContractSheet.deposited_on < day) | (
        ContractSheet.deposited_on.is_(None) & (ContractSheet.updated_at < limit)
    )
    return found


def _count(done: object) -> int:
    return done.rowcount if isinstance(done, CursorResult) else 0
