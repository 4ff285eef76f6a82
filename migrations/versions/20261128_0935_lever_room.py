"""A change that helps only with more room than a plan leaves says which room.

Revision: lever_room, after: declaration_of_work, made: 2026-11-28 09:35:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "lever_room"
down_revision = "declaration_of_work"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("left_without", schema=None) as batch_op:
        batch_op.add_column(sa.Column("lever_room", sa.String(length=10), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("left_without", schema=None) as batch_op:
        batch_op.drop_column("lever_room")
