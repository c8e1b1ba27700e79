"""Feedback, officials and what is sent to them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006_feedback"
down_revision = "0005_tickets"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "feedback",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.String(length=16), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("rating", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("masked_text", sa.Text(), nullable=False),
        sa.Column("ticket_code", sa.String(length=12), nullable=True),
        sa.Column("concern", sa.String(length=20), nullable=True),
        sa.Column("shared_with_citizens_office", sa.Boolean(), nullable=False),
        sa.Column("author_key", sa.String(length=64), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("gender", sa.String(length=10), nullable=True),
        sa.Column("age_group", sa.String(length=12), nullable=True),
        sa.Column("kept_back", sa.String(length=12), nullable=True),
        sa.Column("duplicate_of_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("answer", sa.Text(), nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("waiting_since", _MOMENT, nullable=False),
        sa.Column("answered_at", _MOMENT, nullable=True),
        sa.Column("reopened_at", _MOMENT, nullable=True),
        sa.Column("reminded_at", _MOMENT, nullable=True),
        sa.Column("escalated_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "rating IN ('satisfied', 'acceptable', 'dissatisfied')", name=op.f("ck_feedback_rating")
        ),
        sa.CheckConstraint(
            "state IN ('open', 'acknowledged', 'answered', 'closed', 'solved')",
            name=op.f("ck_feedback_state"),
        ),
        sa.CheckConstraint(
            "unit IN ('province_owsu', 'district_owso', 'district_hall')",
            name=op.f("ck_feedback_unit"),
        ),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_feedback_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["duplicate_of_id"], ["feedback.id"], name=op.f("fk_feedback_duplicate_of_id_feedback")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_feedback_place_code_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback")),
        sa.UniqueConstraint("reference", name=op.f("uq_feedback_reference")),
    )
    op.create_index(
        "ix_feedback_author_key_created_at", "feedback", ["author_key", "created_at"], unique=False
    )
    op.create_index(op.f("ix_feedback_contact_id"), "feedback", ["contact_id"], unique=False)
    op.create_index(
        "ix_feedback_place_code_created_at", "feedback", ["place_code", "created_at"], unique=False
    )
    op.create_index(
        "ix_feedback_state_waiting_since", "feedback", ["state", "waiting_since"], unique=False
    )
    op.create_table(
        "officials",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("address", sa.String(length=255), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("removed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "channel IN ('telegram', 'email', 'sms')", name=op.f("ck_officials_channel")
        ),
        sa.CheckConstraint("role IN ('office', 'citizens_office')", name=op.f("ck_officials_role")),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_officials_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_officials_place_code_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_officials")),
    )
    op.create_index(op.f("ix_officials_contact_id"), "officials", ["contact_id"], unique=False)
    op.create_index(op.f("ix_officials_place_code"), "officials", ["place_code"], unique=False)
    op.create_table(
        "answer_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_answer_codes_feedback_id_feedback")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_answer_codes_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_answer_codes")),
        sa.UniqueConstraint(
            "official_id", "feedback_id", name=op.f("uq_answer_codes_official_id_feedback_id")
        ),
    )
    op.create_table(
        "feedback_aspects",
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("aspect", sa.String(length=16), nullable=False),
        sa.Column("opinion", sa.String(length=10), nullable=False),
        sa.CheckConstraint(
            "aspect IN ('price', 'information', 'behaviour', "
            "'working_hours', 'delivery', 'request_form')",
            name=op.f("ck_feedback_aspects_aspect"),
        ),
        sa.CheckConstraint(
            "opinion IN ('liked', 'disliked')", name=op.f("ck_feedback_aspects_opinion")
        ),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_aspects_feedback_id_feedback")
        ),
        sa.PrimaryKeyConstraint(
            "feedback_id", "aspect", "opinion", name=op.f("pk_feedback_aspects")
        ),
    )
    op.create_table(
        "feedback_events",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.Column("happened_at", _MOMENT, nullable=False),
        sa.Column("actor", sa.String(length=10), nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=True),
        sa.Column("action", sa.String(length=20), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_events_feedback_id_feedback")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_feedback_events_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feedback_events")),
    )
    op.create_index(
        op.f("ix_feedback_events_feedback_id"), "feedback_events", ["feedback_id"], unique=False
    )
    op.create_table(
        "feedback_notices",
        sa.Column("outbox_key", sa.String(length=120), nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=False),
        sa.Column("feedback_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["feedback_id"], ["feedback.id"], name=op.f("fk_feedback_notices_feedback_id_feedback")
        ),
        sa.ForeignKeyConstraint(
            ["official_id"],
            ["officials.id"],
            name=op.f("fk_feedback_notices_official_id_officials"),
        ),
        sa.PrimaryKeyConstraint("outbox_key", name=op.f("pk_feedback_notices")),
    )
    op.create_table(
        "invitations",
        sa.Column("code", sa.String(length=16), nullable=False),
        sa.Column("name", sa.String(length=120), nullable=False),
        sa.Column("role", sa.String(length=20), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("unit", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("periods", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("expires_at", _MOMENT, nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_invitations_official_id_officials")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_invitations_place_code_places")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_invitations")),
    )
    op.create_table(
        "outgoing_emails",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=False),
        sa.Column("recipient", sa.String(length=255), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("claimed_until", _MOMENT, nullable=True),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("finished_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_outgoing_emails_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outgoing_emails")),
        sa.UniqueConstraint("key", name=op.f("uq_outgoing_emails_key")),
    )
    op.create_index(
        "ix_outgoing_emails_state_not_before",
        "outgoing_emails",
        ["state", "not_before"],
        unique=False,
    )
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("official_id", sa.Integer(), nullable=False),
        sa.Column("period", sa.String(length=12), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("ended_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "period IN ('immediate', 'daily', 'weekly', 'monthly', 'ombudsman')",
            name=op.f("ck_subscriptions_period"),
        ),
        sa.ForeignKeyConstraint(
            ["official_id"], ["officials.id"], name=op.f("fk_subscriptions_official_id_officials")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_subscriptions")),
        sa.UniqueConstraint(
            "official_id", "period", name=op.f("uq_subscriptions_official_id_period")
        ),
    )
    op.create_table(
        "digests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("subscription_id", sa.Integer(), nullable=False),
        sa.Column("period_start", _MOMENT, nullable=False),
        sa.Column("period_end", _MOMENT, nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.ForeignKeyConstraint(
            ["subscription_id"],
            ["subscriptions.id"],
            name=op.f("fk_digests_subscription_id_subscriptions"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digests")),
        sa.UniqueConstraint(
            "subscription_id", "period_start", name=op.f("uq_digests_subscription_id_period_start")
        ),
    )


def downgrade() -> None:
    op.drop_table("digests")
    op.drop_table("subscriptions")
    op.drop_index("ix_outgoing_emails_state_not_before", table_name="outgoing_emails")
    op.drop_table("outgoing_emails")
    op.drop_table("invitations")
    op.drop_table("feedback_notices")
    op.drop_index(op.f("ix_feedback_events_feedback_id"), table_name="feedback_events")
    op.drop_table("feedback_events")
    op.drop_table("feedback_aspects")
    op.drop_table("answer_codes")
    op.drop_index(op.f("ix_officials_place_code"), table_name="officials")
    op.drop_index(op.f("ix_officials_contact_id"), table_name="officials")
    op.drop_table("officials")
    op.drop_index("ix_feedback_state_waiting_since", table_name="feedback")
    op.drop_index("ix_feedback_place_code_created_at", table_name="feedback")
    op.drop_index(op.f("ix_feedback_contact_id"), table_name="feedback")
    op.drop_index("ix_feedback_author_key_created_at", table_name="feedback")
    op.drop_table("feedback")
