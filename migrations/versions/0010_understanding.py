"""Messages that were understood badly, for labelling."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010_understanding"
down_revision = "0009_channel_links"

_MOMENT = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "messages_to_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("wording", sa.String(length=64), nullable=False),
        sa.Column("masked_text", sa.Text(), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("intent", sa.String(length=60), nullable=False),
        sa.Column("confidence_percent", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(length=20), nullable=False),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("last_heard_at", _MOMENT, nullable=False),
        sa.Column("reviewed_at", _MOMENT, nullable=True),
        sa.CheckConstraint(
            "reason IN ('not_understood', 'low_confidence', 'corrected')",
            name=op.f("ck_messages_to_review_reason"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_messages_to_review")),
        sa.UniqueConstraint("wording", name=op.f("uq_messages_to_review_wording")),
    )
    op.create_index("ix_messages_to_review_reviewed_at", "messages_to_review", ["reviewed_at"])


def downgrade() -> None:
    op.drop_index("ix_messages_to_review_reviewed_at", table_name="messages_to_review")
    op.drop_table("messages_to_review")
