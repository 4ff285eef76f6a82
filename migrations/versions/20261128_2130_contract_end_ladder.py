"""A CFA sets when it is asked how a contract ended.

Revision: contract_end_ladder, after: contract_end, made: 2026-11-28 21:30:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "contract_end_ladder"
down_revision = "contract_end"
branch_labels = None
depends_on = None

BEFORE = (
    "youth_answer",
    "employer_answer",
    "cfa_answer",
    "position_hold",
    "seat_hold",
    "trainee",
    "after_break",
)


def _allow(*kinds: str) -> None:
    allowed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("ladder_setting", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_ladder_setting_ladderkind"), type_="check")
        batch_op.create_check_constraint(
            batch_op.f("ck_ladder_setting_ladderkind"), f"kind IN ({allowed})"
        )


def upgrade() -> None:
    _allow(*BEFORE, "contract_end")


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM ladder_setting WHERE kind = 'contract_end'"))
    _allow(*BEFORE)
