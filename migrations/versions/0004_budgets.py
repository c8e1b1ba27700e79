"""Budgets."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004_budgets"
down_revision = "0003_delivery"

_KINDS = "kind IN ('revenue', 'expenditure')"


def upgrade() -> None:
    op.create_table(
        "budget_lines",
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("chapter", sa.String(length=2), nullable=False),
        sa.Column("account", sa.String(length=5), nullable=False),
        sa.Column("name_km", sa.String(length=300), nullable=True),
        sa.Column("name_en", sa.String(length=300), nullable=True),
        sa.Column("planned", sa.BigInteger(), nullable=True),
        sa.Column("revised", sa.BigInteger(), nullable=True),
        sa.Column("actual", sa.BigInteger(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.CheckConstraint(_KINDS, name=op.f("ck_budget_lines_kind")),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_budget_lines_place_code_places")
        ),
        sa.PrimaryKeyConstraint(
            "place_code", "year", "kind", "chapter", "account", name=op.f("pk_budget_lines")
        ),
    )
    op.create_index("ix_budget_lines_is_sample", "budget_lines", ["is_sample"], unique=False)
    op.create_table(
        "populations",
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("year", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("is_sample", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_populations_place_code_places")
        ),
        sa.PrimaryKeyConstraint("place_code", "year", name=op.f("pk_populations")),
    )
    op.create_table(
        "published_figures",
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("scope_km", sa.String(length=300), nullable=False),
        sa.Column("scope_en", sa.String(length=300), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("name_km", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_km_is_translation", sa.Boolean(), nullable=False),
        sa.Column("planned_riel", sa.BigInteger(), nullable=True),
        sa.Column("actual_riel", sa.BigInteger(), nullable=True),
        sa.Column("planned_us_dollars", sa.BigInteger(), nullable=True),
        sa.Column("actual_us_dollars", sa.BigInteger(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("note_km", sa.Text(), nullable=True),
        sa.Column("note_en", sa.Text(), nullable=True),
        sa.CheckConstraint(_KINDS, name=op.f("ck_published_figures_kind")),
        sa.PrimaryKeyConstraint("position", name=op.f("pk_published_figures")),
    )


def downgrade() -> None:
    op.drop_table("published_figures")
    op.drop_table("populations")
    op.drop_index("ix_budget_lines_is_sample", table_name="budget_lines")
    op.drop_table("budget_lines")
