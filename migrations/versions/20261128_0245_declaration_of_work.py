"""The last day of a declaration of regulated work outlives the sheet it was typed on.

Revision: declaration_of_work, after: position_extended, made: 2026-11-28 02:45:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "declaration_of_work"
down_revision = "position_extended"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("contract_sheet", schema=None) as batch_op:
        batch_op.add_column(sa.Column("declaration_ends_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("contract_sheet", schema=None) as batch_op:
        batch_op.drop_column("declaration_ends_on")
