"""Channel links."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009_channel_links"
down_revision = "0008_deletion_requests"


def upgrade() -> None:
    op.create_table(
        "link_codes",
        sa.Column("code", sa.String(length=8), nullable=False),
        sa.Column("contact_id", sa.Integer(), nullable=False),
        sa.Column("used_by_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["contact_id"], ["contacts.id"], name=op.f("fk_link_codes_contact_id_contacts")
        ),
        sa.ForeignKeyConstraint(
            ["used_by_id"], ["contacts.id"], name=op.f("fk_link_codes_used_by_id_contacts")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_link_codes")),
    )
    op.create_index("ix_link_codes_contact_id", "link_codes", ["contact_id"], unique=False)
    op.create_index(
        "ix_tickets_status_expected_on", "tickets", ["status", "expected_on"], unique=False
    )


def downgrade() -> None:
    op.drop_index("ix_tickets_status_expected_on", table_name="tickets")
    op.drop_index("ix_link_codes_contact_id", table_name="link_codes")
    op.drop_table("link_codes")
