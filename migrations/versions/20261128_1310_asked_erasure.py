"""An erasure that was asked for is told from the mark that a stop leaves.

Revision: asked_erasure, after: monthly_youth_edition, made: 2026-11-28 13:10:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "asked_erasure"
down_revision = "monthly_youth_edition"
branch_labels = None
depends_on = None

# The journal said it: a demand left `erasure_asked`, a stop `erasure_marked`.
ASKED = """
UPDATE erasure_request SET is_asked = :asked
WHERE EXISTS (
    SELECT 1 FROM journal_event
    WHERE journal_event.youth_id = erasure_request.youth_id
      AND journal_event.event = 'erasure_asked'
      AND journal_event.happened_at >= erasure_request.asked_at
)
"""


def upgrade() -> None:
    with op.batch_alter_table("erasure_request") as batch:
        batch.add_column(
            sa.Column("is_asked", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.execute(sa.text(ASKED).bindparams(asked=True))
    with op.batch_alter_table("erasure_request") as batch:
        batch.alter_column("is_asked", existing_type=sa.Boolean(), server_default=None)


def downgrade() -> None:
    with op.batch_alter_table("erasure_request") as batch:
        batch.drop_column("is_asked")
