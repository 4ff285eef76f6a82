"""Every row of a person names the hat; a representative's refusal, and their agreement in the ledger.

Revision: hats_and_representatives, after: check_ins
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "hats_and_representatives"
down_revision = "check_ins"
branch_labels = None
depends_on = None

HATS = (
    ("journal_event", "actor_user_id", "actor_organisation_id"),
    ("access_record", "user_id", "organisation_id"),
    ("named_export", "user_id", "organisation_id"),
)


def _allow_kinds(*kinds: str) -> None:
    listed = ", ".join(f"'{kind}'" for kind in kinds)
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_consent_record_consentkind"), type_="check")
        batch_op.create_check_constraint(
            op.f("ck_consent_record_consentkind"), sa.text(f"kind IN ({listed})")
        )


def upgrade() -> None:
    with op.batch_alter_table("legal_representative", schema=None) as batch_op:
        batch_op.add_column(sa.Column("refused_at", sa.DateTime(timezone=True), nullable=True))

    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.add_column(sa.Column("recorded_for", sa.Integer(), nullable=True))
    # Only the house that follows the youth wrote agreements so far.
    op.execute(
        "UPDATE consent_record SET recorded_for = "
        "(SELECT organisation_id FROM youth WHERE youth.id = consent_record.youth_id) "
        "WHERE recorded_by IS NOT NULL"
    )
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.create_foreign_key(
            op.f("fk_consent_record_recorded_for_organisation"),
            "organisation",
            ["recorded_for"],
            ["id"],
        )
        batch_op.create_check_constraint(
            op.f("ck_consent_record_hat"), "recorded_by IS NULL OR recorded_for IS NOT NULL"
        )
    _allow_kinds("listing", "reveal", "representative")

    for table, user, organisation in HATS:
        # The few rows without a hat were written by support at the end of a look.
        op.execute(
            f"UPDATE {table} SET {organisation} = COALESCE((SELECT MIN(organisation_id) "  # noqa: S608
            f"FROM membership WHERE membership.user_id = {table}.{user}), 0) "
            f"WHERE {user} IS NOT NULL AND {organisation} IS NULL"
        )
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.create_check_constraint(
                op.f(f"ck_{table}_hat"), f"{user} IS NULL OR {organisation} IS NOT NULL"
            )


def downgrade() -> None:
    for table, _user, _organisation in reversed(HATS):
        with op.batch_alter_table(table, schema=None) as batch_op:
            batch_op.drop_constraint(op.f(f"ck_{table}_hat"), type_="check")

    op.execute("DELETE FROM consent_record WHERE kind = 'representative'")
    _allow_kinds("listing", "reveal")
    with op.batch_alter_table("consent_record", schema=None) as batch_op:
        batch_op.drop_constraint(op.f("ck_consent_record_hat"), type_="check")
        batch_op.drop_constraint(
            op.f("fk_consent_record_recorded_for_organisation"), type_="foreignkey"
        )
        batch_op.drop_column("recorded_for")
    with op.batch_alter_table("legal_representative", schema=None) as batch_op:
        batch_op.drop_column("refused_at")
