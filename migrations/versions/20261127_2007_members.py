"""Asking to join, looks of support, the quarterly review and accounts that nobody uses.

Revision: members, after: contract_sheet, made: 2026-11-27 20:07:00
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "members"
down_revision = "contract_sheet"
branch_labels = None
depends_on = None

INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "join_request",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("email", sa.String(length=254), nullable=False),
        sa.Column("given_name", sa.String(length=80), nullable=False),
        sa.Column("family_name", sa.String(length=80), nullable=False),
        sa.Column("asked_at", INSTANT, nullable=False),
        sa.Column("decided_at", INSTANT, nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("is_accepted", sa.Boolean(), nullable=True),
        sa.ForeignKeyConstraint(
            ["decided_by_id"],
            ["user_account.id"],
            name=op.f("fk_join_request_decided_by_id_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_join_request")),
    )
    with op.batch_alter_table("join_request", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_join_request_siret"), ["siret"], unique=False)
    op.create_table(
        "impersonation",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("support_user_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=300), nullable=False),
        sa.Column("began_at", INSTANT, nullable=False),
        sa.Column("ends_at", INSTANT, nullable=False),
        sa.Column("ended_at", INSTANT, nullable=True),
        sa.CheckConstraint("ends_at > began_at", name=op.f("ck_impersonation_period")),
        sa.ForeignKeyConstraint(
            ["support_user_id"],
            ["user_account.id"],
            name=op.f("fk_impersonation_support_user_id_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_impersonation_user_id_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_impersonation_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_impersonation")),
    )
    with op.batch_alter_table("impersonation", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_impersonation_user_id"), ["user_id"], unique=False)
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.add_column(sa.Column("impersonation_id", sa.Integer(), nullable=True))
        batch_op.create_foreign_key(
            batch_op.f("fk_web_session_impersonation_id_impersonation"),
            "impersonation",
            ["impersonation_id"],
            ["id"],
        )
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("members_reviewed_at", INSTANT, nullable=True))
        batch_op.add_column(sa.Column("review_asked_at", INSTANT, nullable=True))
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.add_column(sa.Column("dormancy_warned_at", INSTANT, nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("user_account", schema=None) as batch_op:
        batch_op.drop_column("dormancy_warned_at")
    with op.batch_alter_table("organisation", schema=None) as batch_op:
        batch_op.drop_column("review_asked_at")
        batch_op.drop_column("members_reviewed_at")
    with op.batch_alter_table("web_session", schema=None) as batch_op:
        batch_op.drop_constraint(
            batch_op.f("fk_web_session_impersonation_id_impersonation"), type_="foreignkey"
        )
        batch_op.drop_column("impersonation_id")
    op.drop_table("impersonation")
    op.drop_table("join_request")
