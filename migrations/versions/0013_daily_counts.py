"""How Chrok is used, in numbers that outlive the words."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013_daily_counts"
down_revision = "0012_contact_ids_encrypted"


def upgrade() -> None:
    op.create_table(
        "daily_counts",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("channel", sa.String(length=20), nullable=False),
        sa.Column("language", sa.String(length=2), nullable=False),
        sa.Column("subject", sa.String(length=10), nullable=False),
        sa.Column("value", sa.String(length=80), nullable=False),
        sa.Column("count", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "subject IN ('received', 'outcome', 'sent', 'intent', 'service')",
            name=op.f("ck_daily_counts_subject"),
        ),
        sa.PrimaryKeyConstraint(
            "day", "channel", "language", "subject", "value", name=op.f("pk_daily_counts")
        ),
    )


def downgrade() -> None:
    op.drop_table("daily_counts")
