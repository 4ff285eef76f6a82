"""Keep with a set-aside the digest of what its reason rests on, so that it ends with its reason.

Revision: set_aside_basis
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "set_aside_basis"
down_revision = "companies_one_record"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("set_aside") as batch:
        batch.add_column(sa.Column("basis", sa.String(length=16), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("set_aside") as batch:
        batch.drop_column("basis")
