"""Requests to be forgotten."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008_deletion_requests"
down_revision = "0007_handover"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "deletion_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("confirmation_code", sa.String(length=20), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("source", sa.String(length=20), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=True),
        sa.Column("subject", sa.String(length=64), nullable=True),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("requested_at", _MOMENT, nullable=False),
        sa.Column("not_before", _MOMENT, nullable=False),
        sa.Column("done_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_deletion_requests_contact_id_contacts")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_deletion_requests")),
        sa.UniqueConstraint(
            "confirmation_code", name=op.f("uq_deletion_requests_confirmation_code")
        ),
        sa.UniqueConstraint("subject", name=op.f("uq_deletion_requests_subject")),
    )
    op.create_index("ix_deletion_requests_contact_id", "deletion_requests", ["contact_id"])
    op.create_index(
        "ix_deletion_requests_state_not_before", "deletion_requests", ["state", "not_before"]
    )


def downgrade() -> None:
    op.drop_index("ix_deletion_requests_state_not_before", table_name="deletion_requests")
    op.drop_index("ix_deletion_requests_contact_id", table_name="deletion_requests")
    op.drop_table("deletion_requests")
