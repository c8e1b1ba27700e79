"""Delivery."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003_delivery"
down_revision = "0002_messaging"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    with op.batch_alter_table("contacts") as contacts:
        contacts.add_column(sa.Column("opted_out_at", _MOMENT, nullable=True))
        contacts.add_column(sa.Column("blocked_at", _MOMENT, nullable=True))
        contacts.add_column(sa.Column("last_heard_at", _MOMENT, nullable=True))
        contacts.add_column(sa.Column("taken_over_until", _MOMENT, nullable=True))
        contacts.add_column(sa.Column("throttled_until", _MOMENT, nullable=True))
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("priority", sa.Integer(), nullable=False, server_default="0"))
        outbox.add_column(sa.Column("key", sa.String(length=120), nullable=True))
        outbox.add_column(sa.Column("last_error", sa.String(length=60), nullable=True))
        outbox.add_column(sa.Column("remaining", sa.Text(), nullable=True))
        outbox.add_column(sa.Column("queued_at", _MOMENT, nullable=True))
        outbox.create_unique_constraint(op.f("uq_outbox_key"), ["key"])
    op.create_table(
        "outbox_parts",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("outbox_id", sa.Integer(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("provider_message_id", sa.String(length=255), nullable=False),
        sa.Column("state", sa.String(length=60), nullable=False),
        sa.Column("sent_at", _MOMENT, nullable=False),
        sa.Column("reported_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["outbox_id"], ["outbox.id"], name=op.f("fk_outbox_parts_outbox_id_outbox")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_outbox_parts")),
        sa.UniqueConstraint(
            "outbox_id", "position", name=op.f("uq_outbox_parts_outbox_id_position")
        ),
    )
    op.create_index(
        "ix_outbox_parts_channel_provider_message_id",
        "outbox_parts",
        ["channel", "provider_message_id"],
        unique=False,
    )
    op.create_table(
        "channel_pauses",
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("reason", sa.String(length=60), nullable=False),
        sa.Column("since", _MOMENT, nullable=False),
        sa.Column("until", _MOMENT, nullable=False),
        sa.PrimaryKeyConstraint("channel", name=op.f("pk_channel_pauses")),
    )
    op.create_table(
        "fallback_routes",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("route_contact_id", sa.Integer(), nullable=False),
        sa.Column("agreed_at", _MOMENT, nullable=False),
        sa.Column("revoked_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_fallback_routes_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["route_contact_id"],
            ["contacts.id"],
            name=op.f("fk_fallback_routes_route_contact_id_contacts"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_fallback_routes")),
        sa.UniqueConstraint(
            "contact_id",
            "route_contact_id",
            name=op.f("uq_fallback_routes_contact_id_route_contact_id"),
        ),
    )


def downgrade() -> None:
    op.drop_table("fallback_routes")
    op.drop_table("channel_pauses")
    op.drop_index("ix_outbox_parts_channel_provider_message_id", table_name="outbox_parts")
    op.drop_table("outbox_parts")
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_constraint(op.f("uq_outbox_key"), type_="unique")
        for name in ("priority", "key", "last_error", "remaining", "queued_at"):
            outbox.drop_column(name)
    with op.batch_alter_table("contacts") as contacts:
        for name in (
            *("opted_out_at", "blocked_at", "last_heard_at"),
            *("taken_over_until", "throttled_until"),
        ):
            contacts.drop_column(name)
