"""outreach.

Revision: outreach, after: web_sessions, made: 2026-11-27 19:22:05.059716
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "outreach"
down_revision = "web_sessions"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "branch_contact",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("region_code", sa.String(length=2), nullable=False),
        sa.Column("branch", sa.String(length=120), nullable=False),
        sa.Column("organisation_name", sa.String(length=200), nullable=False),
        sa.Column("person_name", sa.String(length=120), nullable=True),
        sa.Column("person_function", sa.String(length=120), nullable=True),
        sa.Column("email", sa.String(length=254), nullable=True),
        sa.Column("phone", sa.String(length=20), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_branch_contact_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_branch_contact")),
    )
    with op.batch_alter_table("branch_contact", schema=None) as batch_op:
        batch_op.create_index(
            "ix_branch_contact_region_code_branch", ["region_code", "branch"], unique=False
        )

    op.create_table(
        "campaign",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=160), nullable=False),
        sa.Column(
            "channel",
            sa.Enum(
                "letter",
                "mail",
                name="campaignchannel",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("subject", sa.String(length=200), nullable=False),
        sa.Column("body", sa.String(length=4000), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_campaign_created_by_user_account")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_campaign_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign")),
    )
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "company_follow",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.CheckConstraint(
            "until IS NULL OR until >= since", name=op.f("ck_company_follow_period")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_company_follow_company_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_company_follow_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_company_follow_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_company_follow")),
    )
    with op.batch_alter_table("company_follow", schema=None) as batch_op:
        batch_op.create_index("ix_company_follow_user_id_until", ["user_id", "until"], unique=False)
        batch_op.create_index(
            "uq_company_follow_live",
            ["company_id", "organisation_id"],
            unique=True,
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )

    op.create_table(
        "target_agreement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("parties", sa.String(length=300), nullable=False),
        sa.Column("network", sa.String(length=40), nullable=False),
        sa.Column("region_code", sa.String(length=2), nullable=True),
        sa.Column("signed_on", sa.Date(), nullable=True),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=False),
        sa.Column("headcount_target", sa.Integer(), nullable=False),
        sa.Column("company_target", sa.Integer(), nullable=False),
        sa.Column("counts_contacts", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.CheckConstraint(
            "company_target >= 0 AND headcount_target >= 0",
            name=op.f("ck_target_agreement_targets"),
        ),
        sa.CheckConstraint("ends_on > starts_on", name=op.f("ck_target_agreement_period")),
        sa.ForeignKeyConstraint(
            ["created_by"],
            ["user_account.id"],
            name=op.f("fk_target_agreement_created_by_user_account"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_target_agreement")),
    )
    with op.batch_alter_table("target_agreement", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_target_agreement_network"), ["network"], unique=False)
        batch_op.create_index(
            batch_op.f("ix_target_agreement_region_code"), ["region_code"], unique=False
        )

    op.create_table(
        "field_agent_post",
        sa.Column("membership_id", sa.Integer(), nullable=False),
        sa.Column("employer_name", sa.String(length=200), nullable=True),
        sa.Column("financing_share", sa.Integer(), nullable=True),
        sa.Column(
            "contract_focus",
            sa.Enum(
                "apprenticeship",
                "professionalisation",
                "both",
                name="contractfocus",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("starts_on", sa.Date(), nullable=False),
        sa.Column("ends_on", sa.Date(), nullable=True),
        sa.Column("base_commune_code", sa.String(length=5), nullable=True),
        sa.CheckConstraint(
            "ends_on IS NULL OR ends_on >= starts_on", name=op.f("ck_field_agent_post_period")
        ),
        sa.CheckConstraint(
            "financing_share IS NULL OR financing_share BETWEEN 0 AND 100",
            name=op.f("ck_field_agent_post_share"),
        ),
        sa.ForeignKeyConstraint(
            ["base_commune_code"],
            ["commune.insee_code"],
            name=op.f("fk_field_agent_post_base_commune_code_commune"),
        ),
        sa.ForeignKeyConstraint(
            ["membership_id"],
            ["membership.id"],
            name=op.f("fk_field_agent_post_membership_id_membership"),
        ),
        sa.PrimaryKeyConstraint("membership_id", name=op.f("pk_field_agent_post")),
    )
    op.create_table(
        "link_made",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("words", sa.String(length=400), nullable=False),
        sa.Column("with_whom", sa.String(length=200), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"],
            ["branch_contact.id"],
            name=op.f("fk_link_made_contact_id_branch_contact"),
        ),
        sa.ForeignKeyConstraint(
            ["created_by"], ["user_account.id"], name=op.f("fk_link_made_created_by_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_link_made")),
    )
    with op.batch_alter_table("link_made", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_link_made_contact_id"), ["contact_id"], unique=False)

    op.create_table(
        "opening_approval",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_by", sa.Integer(), nullable=True),
        sa.Column("recipient", sa.String(length=254), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("was_corrected", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["asked_by"],
            ["user_account.id"],
            name=op.f("fk_opening_approval_asked_by_user_account"),
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_opening_approval_opening_id_opening")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_opening_approval")),
    )
    with op.batch_alter_table("opening_approval", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_opening_approval_opening_id"), ["opening_id"], unique=False
        )

    op.create_table(
        "profile_alert",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("opening_id", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("looked_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_profile_alert_opening_id_opening")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_profile_alert_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_profile_alert")),
        sa.UniqueConstraint(
            "user_id", "opening_id", name=op.f("uq_profile_alert_user_id_opening_id")
        ),
    )
    with op.batch_alter_table("profile_alert", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_profile_alert_opening_id"), ["opening_id"], unique=False
        )

    op.create_table(
        "visit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "visit",
                "call",
                "meeting",
                "mailing",
                name="visitkind",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("happened_on", sa.Date(), nullable=False),
        sa.Column("user_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("person_met", sa.String(length=120), nullable=True),
        sa.Column("person_function", sa.String(length=120), nullable=True),
        sa.Column("need", sa.String(length=600), nullable=True),
        sa.Column("rome_code", sa.String(length=5), nullable=True),
        sa.Column(
            "next_step",
            sa.Enum(
                "call_back",
                "visit_again",
                "send_papers",
                "write_opening",
                "prepare_contract",
                "nothing",
                name="nextstep",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("next_on", sa.Date(), nullable=True),
        sa.Column("next_done_on", sa.Date(), nullable=True),
        sa.Column("opening_id", sa.Integer(), nullable=True),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("is_demonstration", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "next_step = 'nothing' OR next_on IS NOT NULL", name=op.f("ck_visit_next_has_day")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"], ["organisation.id"], name=op.f("fk_visit_company_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["opening_id"], ["opening.id"], name=op.f("fk_visit_opening_id_opening")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_visit_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["rome_code"], ["trade.rome_code"], name=op.f("fk_visit_rome_code_trade")
        ),
        sa.ForeignKeyConstraint(
            ["user_id"], ["user_account.id"], name=op.f("fk_visit_user_id_user_account")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_visit")),
        sa.UniqueConstraint("request_key", name=op.f("uq_visit_request_key")),
    )
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.create_index(
            "ix_visit_company_id_happened_on", ["company_id", "happened_on"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_visit_opening_id"), ["opening_id"], unique=False)
        batch_op.create_index(
            "ix_visit_organisation_id_happened_on", ["organisation_id", "happened_on"], unique=False
        )
        batch_op.create_index("ix_visit_user_id_next_on", ["user_id", "next_on"], unique=False)

    op.create_table(
        "campaign_target",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("campaign_id", sa.Integer(), nullable=False),
        sa.Column("company_id", sa.Integer(), nullable=False),
        sa.Column(
            "state",
            sa.Enum(
                "prepared",
                "sent",
                "returned",
                "opposed",
                "answered",
                "opening_raised",
                name="targetstate",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("state_on", sa.Date(), nullable=False),
        sa.Column("visit_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["campaign_id"], ["campaign.id"], name=op.f("fk_campaign_target_campaign_id_campaign")
        ),
        sa.ForeignKeyConstraint(
            ["company_id"],
            ["organisation.id"],
            name=op.f("fk_campaign_target_company_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_campaign_target_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_campaign_target")),
        sa.UniqueConstraint(
            "campaign_id", "company_id", name=op.f("uq_campaign_target_campaign_id_company_id")
        ),
    )
    with op.batch_alter_table("campaign_target", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_campaign_target_company_id"), ["company_id"], unique=False
        )

    op.create_table(
        "profile_seen",
        sa.Column("alert_id", sa.Integer(), nullable=False),
        sa.Column("youth_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["alert_id"], ["profile_alert.id"], name=op.f("fk_profile_seen_alert_id_profile_alert")
        ),
        sa.ForeignKeyConstraint(
            ["youth_id"], ["youth.id"], name=op.f("fk_profile_seen_youth_id_youth")
        ),
        sa.PrimaryKeyConstraint("alert_id", "youth_id", name=op.f("pk_profile_seen")),
    )
    with op.batch_alter_table("profile_seen", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_profile_seen_youth_id"), ["youth_id"], unique=False)

    op.create_table(
        "visit_measure",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column("aid_id", sa.String(length=60), nullable=False),
        sa.Column("explained_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_measure_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("visit_id", "aid_id", name=op.f("pk_visit_measure")),
    )
    op.create_table(
        "visit_objection",
        sa.Column("visit_id", sa.Integer(), nullable=False),
        sa.Column(
            "objection",
            sa.Enum(
                "no_need",
                "no_time",
                "no_tutor",
                "too_small",
                "cost",
                "paperwork",
                "rhythm",
                "past_experience",
                "minors",
                "safety",
                "activity_down",
                "other",
                name="objection",
                native_enum=False,
                create_constraint=True,
                length=40,
            ),
            nullable=False,
        ),
        sa.ForeignKeyConstraint(
            ["visit_id"], ["visit.id"], name=op.f("fk_visit_objection_visit_id_visit")
        ),
        sa.PrimaryKeyConstraint("visit_id", "objection", name=op.f("pk_visit_objection")),
    )
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.add_column(sa.Column("reminded_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("outcome", sa.String(length=40), nullable=True))
        batch_op.create_check_constraint(
            batch_op.f("ck_opening_openingoutcome"),
            "outcome IN ('filled_here', 'filled_elsewhere', 'abandoned')",
        )


def downgrade() -> None:
    with op.batch_alter_table("opening", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_opening_openingoutcome"), type_="check")
        batch_op.drop_column("outcome")
        batch_op.drop_column("reminded_on")

    op.drop_table("visit_objection")
    op.drop_table("visit_measure")
    with op.batch_alter_table("profile_seen", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_seen_youth_id"))

    op.drop_table("profile_seen")
    with op.batch_alter_table("campaign_target", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_target_company_id"))

    op.drop_table("campaign_target")
    with op.batch_alter_table("visit", schema=None) as batch_op:
        batch_op.drop_index("ix_visit_user_id_next_on")
        batch_op.drop_index("ix_visit_organisation_id_happened_on")
        batch_op.drop_index(batch_op.f("ix_visit_opening_id"))
        batch_op.drop_index("ix_visit_company_id_happened_on")

    op.drop_table("visit")
    with op.batch_alter_table("profile_alert", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_profile_alert_opening_id"))

    op.drop_table("profile_alert")
    with op.batch_alter_table("opening_approval", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_opening_approval_opening_id"))

    op.drop_table("opening_approval")
    with op.batch_alter_table("link_made", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_link_made_contact_id"))

    op.drop_table("link_made")
    op.drop_table("field_agent_post")
    with op.batch_alter_table("target_agreement", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_target_agreement_region_code"))
        batch_op.drop_index(batch_op.f("ix_target_agreement_network"))

    op.drop_table("target_agreement")
    with op.batch_alter_table("company_follow", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_company_follow_live",
            sqlite_where=sa.text("until IS NULL"),
            postgresql_where=sa.text("until IS NULL"),
        )
        batch_op.drop_index("ix_company_follow_user_id_until")

    op.drop_table("company_follow")
    with op.batch_alter_table("campaign", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_campaign_organisation_id"))

    op.drop_table("campaign")
    with op.batch_alter_table("branch_contact", schema=None) as batch_op:
        batch_op.drop_index("ix_branch_contact_region_code_branch")

    op.drop_table("branch_contact")
