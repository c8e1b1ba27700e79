"""Citizens who want to speak with a person."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007_handover"
down_revision = "0006_feedback"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "handover_requests",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=True),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=20), nullable=False),
        sa.Column("created_at", _MOMENT, nullable=False),
        sa.Column("closed_at", _MOMENT, nullable=True),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_handover_requests_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_handover_requests_place_code_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_requests")),
    )
    op.create_index("ix_handover_requests_contact_id", "handover_requests", ["contact_id"])
    op.create_index(
        "ix_handover_requests_state_created_at", "handover_requests", ["state", "created_at"]
    )


def downgrade() -> None:
    op.drop_table("handover_requests")
