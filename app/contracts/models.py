"""The sheet that prepares one contract: what each side typed, the sealed number, the deposit; then its riders."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.contracts.workflow import SheetState
from app.core.db import Model, enum_type
from app.rules.law import ContractKind

NUMBER_MAX = 60


class Deposited:
    """What left for the OPCO, on which day, and what it answered: of a contract, or of a rider."""

    deposited_on: Mapped[date | None]
    deposit_number: Mapped[str | None] = mapped_column(String(NUMBER_MAX))
    decided_on: Mapped[date | None]
    return_reason: Mapped[str | None] = mapped_column(String(60))


def deposit_checks() -> tuple[CheckConstraint, CheckConstraint]:
    """What left has its day, and what was answered too."""
    return (
        CheckConstraint(
            "state = 'preparing' OR deposited_on IS NOT NULL", name="deposited_has_a_day"
        ),
        CheckConstraint(
            "state NOT IN ('accepted', 'refused', 'returned') OR decided_on IS NOT NULL",
            name="answered_has_a_day",
        ),
    )


class ContractSheet(Deposited, Model):
    """One sheet a placement. What the portal already knows is read where it lives; only what was typed is here.

    `typed` holds the text of each field by its id (`rules/data/contract_fields.csv`), the edition of the form being
    chosen by the date. The NIR is never in it: it is sealed apart, asked last, and dropped after the deposit.
    """

    __tablename__ = "contract_sheet"
    __table_args__ = (
        *deposit_checks(),
        CheckConstraint("emptied_at IS NULL OR nir_sealed IS NULL", name="emptied_holds_no_nir"),
        Index("ix_contract_sheet_state_deposited_on", "state", "deposited_on"),
    )

    placement_id: Mapped[int] = mapped_column(ForeignKey("placement.id"), primary_key=True)
    kind: Mapped[ContractKind] = mapped_column(enum_type(ContractKind, name="contract_kind"))
    state: Mapped[SheetState] = mapped_column(enum_type(SheetState), default=SheetState.PREPARING)
    # Whose words these are: when another employer or course joins, what the former one typed is not theirs.
    opening_id: Mapped[int | None] = mapped_column(ForeignKey("opening.id"))
    session_id: Mapped[int | None] = mapped_column(ForeignKey("training_session.id"))
    typed: Mapped[dict[str, Any]] = mapped_column(default=dict)
    nir_sealed: Mapped[str | None] = mapped_column(Text)
    # The youth's choice to tell this employer of a recognised disability; None again when the choice is taken back.
    disability_told_at: Mapped[datetime | None]
    # Last day of the declaration of regulated work (MIN-11): it is spoken of long after the sheet was emptied.
    declaration_ends_on: Mapped[date | None]
    # When the retention emptied the sheet: the dates and the number stay.
    emptied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_at: Mapped[datetime]
    is_demonstration: Mapped[bool] = mapped_column(default=False)
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}


class ContractRider(Deposited, Model):
    """A later version of one contract: what changes from a day on, beside what it was.

    `changes` and `before` hold the text of each changed field by its id; both are emptied thirty days after the
    rider's own deposit, like the sheet.
    """

    __tablename__ = "contract_rider"
    __table_args__ = (
        UniqueConstraint("placement_id", "number"),
        *deposit_checks(),
        CheckConstraint("number > 0", name="number"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    placement_id: Mapped[int] = mapped_column(ForeignKey("contract_sheet.placement_id"))
    number: Mapped[int]
    rider_type: Mapped[str] = mapped_column(
        String(2)
    )  # a code of the form (`rules/contract_sheet`)
    effect_on: Mapped[date]
    signed_on: Mapped[date | None]
    state: Mapped[SheetState] = mapped_column(
        enum_type(SheetState, name="rider_state"), default=SheetState.PREPARING
    )
    changes: Mapped[dict[str, Any]] = mapped_column(default=dict)
    before: Mapped[dict[str, Any]] = mapped_column(default=dict)
    emptied_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    created_by: Mapped[int | None] = mapped_column(ForeignKey("user_account.id"))
    updated_at: Mapped[datetime]
    version: Mapped[int] = mapped_column(default=1)

    __mapper_args__ = {"version_id_col": version}
