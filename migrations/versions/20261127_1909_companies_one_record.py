"""companies_one_record.

Revision: companies_one_record, after: notices, made: 2026-11-27 19:09:04.605853
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "companies_one_record"
down_revision = "notices"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "registry_establishment",
        sa.Column("siret", sa.String(length=14), nullable=False),
        sa.Column("siren", sa.String(length=9), nullable=False),
        sa.Column("name", sa.String(length=200), nullable=False),
        sa.Column("naf_code", sa.String(length=6), nullable=True),
        sa.Column("address", sa.String(length=300), nullable=True),
        sa.Column("commune_code", sa.String(length=5), nullable=True),
        sa.Column("is_closed", sa.Boolean(), nullable=False),
        sa.Column("closed_on", sa.Date(), nullable=True),
        sa.Column("loaded_on", sa.Date(), nullable=False),
        sa.PrimaryKeyConstraint("siret", name=op.f("pk_registry_establishment")),
    )
    with op.batch_alter_table("registry_establishment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_registry_establishment_siren"), ["siren"], unique=False
        )

    op.create_table(
        "company_merge",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=False),
        sa.Column("merged_id", sa.Integer(), nullable=False),
        sa.Column(
            "reason",
            sa.Enum(
                "same_siren",
                "same_name_and_commune",
                "said_by_a_person",
                name="mergereason",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("merged_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("merged_by", sa.Integer(), nullable=True),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_company_merge_two_records")),
        sa.ForeignKeyConstraint(
            ["kept_id"], ["organisation.id"], name=op.f("fk_company_merge_kept_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["merged_by"], ["user_account.id"], name=op.f("fk_company_merge_merged_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["merged_id"], ["organisation.id"], name=op.f("fk_company_merge_merged_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["undone_by"], ["user_account.id"], name=op.f("fk_company_merge_undone_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_merge")),
    )
    with op.batch_alter_table("company_merge", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_company_merge_kept_id"), ["kept_id"], unique=False)
        batch_op.create_index(
            "uq_company_merge_live",
            ["merged_id"],
            unique=True,
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )

    op.create_table(
        "different_companies",
        sa.Column("first_id", sa.Integer(), nullable=False),
        sa.Column("second_id", sa.Integer(), nullable=False),
        sa.Column("said_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("said_by", sa.Integer(), nullable=True),
        sa.CheckConstraint("first_id < second_id", name=op.f("ck_different_companies_ordered")),
        sa.ForeignKeyConstraint(
            ["first_id"],
            ["organisation.id"],
            name=op.f("fk_different_companies_first_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["said_by"],
            ["user_account.id"],
            name=op.f("fk_different_companies_said_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["second_id"],
            ["organisation.id"],
            name=op.f("fk_different_companies_second_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("first_id", "second_id", name=op.f("pk_different_companies")),
    )
    op.create_table(
        "field_commune",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("insee_code", sa.String(length=5), nullable=False),
        sa.ForeignKeyConstraint(
            ["insee_code"], ["commune.insee_code"], name=op.f("fk_field_commune_insee_code_commune")
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_field_commune_membership_id_membership"),
        ),
        sa.PrimaryKeyConstraint("membership_id", "insee_code", name=op.f("pk_field_commune")),
    )
    op.create_table(
        "field_sector",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("naf_division", sa.String(length=2), nullable=False),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_field_sector_membership_id_membership"),
        ),
        sa.PrimaryKeyConstraint("membership_id", "naf_division", name=op.f("pk_field_sector")),
    )
    with op.batch_alter_table("company") as batch_op:
        batch_op.add_column(sa.Column("opco", sa.String(length=60), nullable=True))
        batch_op.add_column(
            sa.Column(
                "had_apprentices", sa.String(length=40), nullable=False, server_default="unknown"
            )
        )
        batch_op.add_column(sa.Column("hosts_conditions", sa.String(length=300), nullable=True))
        batch_op.add_column(sa.Column("hosts_said_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("hosts_said_by", sa.String(length=120), nullable=True))
        batch_op.add_column(sa.Column("merged_into_id", sa.Integer(), nullable=True))
        batch_op.create_index(
            batch_op.f("ix_company_merged_into_id"), ["merged_into_id"], unique=False
        )
        batch_op.create_foreign_key(
            batch_op.f("fk_company_merged_into_id_organisation"),
            "organisation",
            ["merged_into_id"],
            ["id"],
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_company_hadapprentices"), "had_apprentices IN ('yes', 'no', 'unknown')"
        )
        batch_op.create_check_constraint(
            batch_op.f("ck_company_merged_elsewhere"), "merged_into_id <> organisation_id"
        )
    # The rows that were there have their answer; a new row says its own.
    with op.batch_alter_table("company") as batch_op:
        batch_op.alter_column("had_apprentices", server_default=None)

    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.add_column(sa.Column("closed_on", sa.Date(), nullable=True))


def downgrade() -> None:
    with op.batch_alter_table("site", schema=None) as batch_op:
        batch_op.drop_column("closed_on")

    with op.batch_alter_table("company") as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_company_merged_elsewhere"), type_="check")
        batch_op.drop_constraint(batch_op.f("ck_company_hadapprentices"), type_="check")
        batch_op.drop_constraint(
            batch_op.f("fk_company_merged_into_id_organisation"), type_="foreignkey"
        )
        batch_op.drop_index(batch_op.f("ix_company_merged_into_id"))
        batch_op.drop_column("merged_into_id")
        batch_op.drop_column("hosts_said_by")
        batch_op.drop_column("hosts_said_on")
        batch_op.drop_column("hosts_conditions")
        batch_op.drop_column("had_apprentices")
        batch_op.drop_column("opco")

    op.drop_table("field_sector")
    op.drop_table("field_commune")
    op.drop_table("different_companies")
    with op.batch_alter_table("company_merge", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_company_merge_live",
            sqlite_where=sa.text("undone_at IS NULL"),
            postgresql_where=sa.text("undone_at IS NULL"),
        )
        batch_op.drop_index(batch_op.f("ix_company_merge_kept_id"))

    op.drop_table("company_merge")
    with op.batch_alter_table("registry_establishment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_registry_establishment_siren"))

    op.drop_table("registry_establishment")
