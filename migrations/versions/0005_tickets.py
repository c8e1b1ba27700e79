"""Tickets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005_tickets"
down_revision = "0004_budgets"


def upgrade() -> None:
    op.create_table(
        "operator_alerts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.String(length=120), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=80), nullable=False),
        sa.Column("details", sa.JSON(), nullable=False),
        sa.Column("raised_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_operator_alerts")),
        sa.UniqueConstraint("key", name=op.f("uq_operator_alerts_key")),
    )
    op.create_index(
        "ix_operator_alerts_settled_at_raised_at",
        "operator_alerts",
        ["settled_at", "raised_at"],
        unique=False,
    )
    op.create_table(
        "sites",
        sa.Column("id", sa.String(length=40), nullable=False),
        sa.Column("name_km", sa.String(length=200), nullable=True),
        sa.Column("name_en", sa.String(length=200), nullable=True),
        sa.Column("place_code", sa.String(length=6), nullable=True),
        sa.Column("token_digest", sa.String(length=64), nullable=True),
        sa.Column("token_issued_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("allowed_networks", sa.Text(), server_default="", nullable=False),
        sa.Column("last_sync_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("silent_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sites")),
    )
    op.create_table(
        "ticket_attempts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("conversation_id", sa.String(length=64), nullable=False),
        sa.Column("ticket_code", sa.String(length=12), nullable=False),
        sa.Column("district", sa.String(length=4), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('opened', 'wrong', 'told')", name=op.f("ck_ticket_attempts_outcome")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_attempts")),
    )
    op.create_index("ix_ticket_attempts_at", "ticket_attempts", ["at"], unique=False)
    op.create_index(
        "ix_ticket_attempts_conversation_id_at",
        "ticket_attempts",
        ["conversation_id", "at"],
        unique=False,
    )
    op.create_index(
        "ix_ticket_attempts_district_at", "ticket_attempts", ["district", "at"], unique=False
    )
    op.create_table(
        "site_syncs",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("source", sa.String(length=10), nullable=False),
        sa.Column("outcome", sa.String(length=10), nullable=False),
        sa.Column("failure", sa.String(length=60), nullable=True),
        sa.Column("created", sa.Integer(), nullable=False),
        sa.Column("updated", sa.Integer(), nullable=False),
        sa.Column("unchanged", sa.Integer(), nullable=False),
        sa.Column("stale", sa.Integer(), nullable=False),
        sa.Column("refused", sa.Integer(), nullable=False),
        sa.Column("notices", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "outcome IN ('accepted', 'refused')", name=op.f("ck_site_syncs_outcome")
        ),
        sa.CheckConstraint("source IN ('api', 'import')", name=op.f("ck_site_syncs_source")),
        sa.ForeignKeyConstraint(
            ["site_id"], ["sites.id"], name=op.f("fk_site_syncs_site_id_sites")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_site_syncs")),
    )
    op.create_index(
        "ix_site_syncs_site_id_received_at", "site_syncs", ["site_id", "received_at"], unique=False
    )
    op.create_table(
        "tickets",
        sa.Column("code", sa.String(length=12), nullable=False),
        sa.Column("site_id", sa.String(length=40), nullable=False),
        sa.Column("sector", sa.String(length=200), nullable=True),
        sa.Column("service", sa.String(length=300), nullable=True),
        sa.Column("status", sa.String(length=10), nullable=False),
        sa.Column("phone_digits", sa.String(length=3), nullable=True),
        sa.Column("requested_on", sa.Date(), nullable=True),
        sa.Column("expected_on", sa.Date(), nullable=True),
        sa.Column("approved_on", sa.Date(), nullable=True),
        sa.Column("delivered_on", sa.Date(), nullable=True),
        sa.Column("version", sa.BigInteger(), nullable=False),
        sa.Column("synced_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "status IN ('accepted', 'paid', 'approved', 'rejected', 'delivered')",
            name=op.f("ck_tickets_status"),
        ),
        sa.ForeignKeyConstraint(["site_id"], ["sites.id"], name=op.f("fk_tickets_site_id_sites")),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_tickets")),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "ticket_follows",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("ticket_code", sa.String(length=12), nullable=False),
        sa.Column("followed_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_ticket_follows_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["ticket_code"], ["tickets.code"], name=op.f("fk_ticket_follows_ticket_code_tickets")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_ticket_follows")),
        sa.UniqueConstraint(
            "contact_id", "ticket_code", name=op.f("uq_ticket_follows_contact_id_ticket_code")
        ),
    )
    op.create_index(
        "ix_ticket_follows_ticket_code", "ticket_follows", ["ticket_code"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_ticket_follows_ticket_code", table_name="ticket_follows")
    op.drop_table("ticket_follows")
    op.drop_table("tickets")
    op.drop_index("ix_site_syncs_site_id_received_at", table_name="site_syncs")
    op.drop_table("site_syncs")
    op.drop_index("ix_ticket_attempts_district_at", table_name="ticket_attempts")
    op.drop_index("ix_ticket_attempts_conversation_id_at", table_name="ticket_attempts")
    op.drop_index("ix_ticket_attempts_at", table_name="ticket_attempts")
    op.drop_table("ticket_attempts")
    op.drop_table("sites")
    op.drop_index("ix_operator_alerts_settled_at_raised_at", table_name="operator_alerts")
    op.drop_table("operator_alerts")
