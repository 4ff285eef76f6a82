"""The last day of a contract outlives the sheet it was written on: without it nobody knows when a contract is over.

Revision: contract_end, after: asked_erasure, made: 2026-11-28 21:15:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "contract_end"
down_revision = "asked_erasure"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("contract_ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("placement", schema=None) as batch_op:
        batch_op.drop_column("contract_ends_on")
