"""What a provider calls a message stands at its part, not also at the row."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011_parts_name_what_was_sent"
down_revision = "0010_understanding"


def upgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.drop_column("provider_message_id")


def downgrade() -> None:
    with op.batch_alter_table("outbox") as outbox:
        outbox.add_column(sa.Column("provider_message_id", sa.String(length=255), nullable=True))
