"""National agreements, local versions that wait for their signatures, signed data-sharing sheets.

Revision: sharing_sheets, after: members, made: 2026-11-27 20:20:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "sharing_sheets"
down_revision = "members"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "framework",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("signed_on", sa.Date(), nullable=False),
        sa.Column("is_history", sa.Boolean(), nullable=False),
        sa.Column("shares_youth", sa.Boolean(), nullable=False),
        sa.Column("shares_places", sa.Boolean(), nullable=False),
        sa.Column("shares_events", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_framework")),
    )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("framework_id", sa.Integer(), nullable=True))
        # Agreements of before were written by a party, and share as they did.
        batch_op.add_column(
            sa.Column(
                "waits_for_signatures", sa.Boolean(), nullable=False, server_default=sa.false()
            )
        )
        batch_op.create_index(
            batch_op.f("ix_agreement_framework_id"), ["framework_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_agreement_framework_id_framework"),
            "framework",
            ["framework_id"],
            ["id"],
        )
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.alter_column(
            "waits_for_signatures", existing_type=sa.Boolean(), server_default=None
        )
    op.create_table(
        "agreement_signature",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("agreement_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("signed_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("text_version", sa.String(length=20), nullable=False),
        sa.ForeignKeyConstraint(
            ["agreement_id"],
            ["agreement.id"],
            name=op.f("fk_agreement_signature_agreement_id_agreement"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_agreement_signature_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"],
            ["user_account.id"],
            name=op.f("fk_agreement_signature_user_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_agreement_signature")),
        sa.UniqueConstraint(
            "agreement_id",
            "organisation_id",
            name=op.f("uq_agreement_signature_agreement_id_organisation_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("agreement_signature")
    # Without the column, what waited for its signatures would share at once: it goes.
    op.execute("DELETE FROM agreement WHERE waits_for_signatures")
    with op.batch_alter_table("agreement", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_agreement_framework_id_framework"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_agreement_framework_id"))
        batch_op.drop_column("waits_for_signatures")
        batch_op.drop_column("framework_id")
    op.drop_table("framework")
