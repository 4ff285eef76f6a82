"""The promise of a position is prolonged once, as that of a seat.

Revision: position_extended, after: import_columns, made: 2026-11-27 23:10:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "position_extended"
down_revision = "import_columns"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("position_hold", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("extended", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    # Promises made until today were not prolonged; from now on the program says it of each.
    with op.batch_alter_table("position_hold", schema=None) as batch_op:
        batch_op.alter_column("extended", server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("position_hold", schema=None) as batch_op:
        batch_op.drop_column("extended")
