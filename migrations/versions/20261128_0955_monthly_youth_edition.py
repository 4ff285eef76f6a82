"""Readers outside the coordination have one edition of the figures of youth a month.

Revision: monthly_youth_edition, after: lever_room, made: 2026-11-28 09:55:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "monthly_youth_edition"
down_revision = "lever_room"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "monthly_youth_edition",
        sa.Column("region_code", sa.String(length=2), nullable=False),
        sa.Column("on_day", sa.Date(), nullable=False),
        sa.Column(
            "figures", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("computed_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("region_code", name=op.f("pk_monthly_youth_edition")),
    )


def downgrade() -> None:
    op.drop_table("monthly_youth_edition")
