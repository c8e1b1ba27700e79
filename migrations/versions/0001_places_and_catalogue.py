"""Places and catalogue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001_places_and_catalogue"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "imported_records",
        sa.Column("table_name", sa.String(length=40), nullable=False),
        sa.Column("owner_id", sa.String(length=80), nullable=False),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("table_name", "owner_id", name=op.f("pk_imported_records")),
    )
    op.create_table(
        "places",
        sa.Column("code", sa.String(length=6), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=True),
        sa.Column("name_km", sa.String(length=100), nullable=False),
        sa.Column("name_en", sa.String(length=100), nullable=False),
        sa.Column("parent_code", sa.String(length=6), nullable=True),
        sa.Column("source", sa.String(length=300), nullable=False),
        sa.Column("name_is_common_word", sa.Boolean(), nullable=False),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')", name=op.f("ck_places_level")
        ),
        sa.ForeignKeyConstraint(
            ["parent_code"], ["places.code"], name=op.f("fk_places_parent_code_places")
        ),
        sa.PrimaryKeyConstraint("code", name=op.f("pk_places")),
    )
    op.create_index("ix_places_parent_code", "places", ["parent_code"], unique=False)

    op.create_table(
        "sectors",
        sa.Column("id", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name_km", sa.String(length=200), nullable=False),
        sa.Column("name_en", sa.String(length=200), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sectors")),
    )
    op.create_table(
        "seed_versions",
        sa.Column("name", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("seeded_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_seed_versions")),
    )
    op.create_table(
        "offices",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("kind", sa.String(length=30), nullable=False),
        sa.Column("name_km", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_km_is_translation", sa.Boolean(), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=True),
        sa.Column("address_km", sa.String(length=300), nullable=True),
        sa.Column("address_en", sa.String(length=300), nullable=True),
        sa.Column("phone", sa.String(length=40), nullable=True),
        sa.Column("latitude", sa.Double(), nullable=True),
        sa.Column("longitude", sa.Double(), nullable=True),
        sa.Column("opening_hours_km", sa.String(length=200), nullable=True),
        sa.Column("opening_hours_en", sa.String(length=200), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "kind IN ('owsu', 'owso', 'citizens_office', 'hotline', "
            "'transport_service_point', 'vehicle_inspection_site')",
            name=op.f("ck_offices_kind"),
        ),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_offices_place_code_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_offices")),
    )
    op.create_index("ix_offices_place_code", "offices", ["place_code"], unique=False)

    op.create_table(
        "place_aliases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("place_code", sa.String(length=6), nullable=False),
        sa.Column("alias", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(
            ["place_code"], ["places.code"], name=op.f("fk_place_aliases_place_code_places")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_place_aliases")),
        sa.UniqueConstraint("place_code", "alias", name=op.f("uq_place_aliases_place_code_alias")),
    )
    op.create_table(
        "services",
        sa.Column("id", sa.String(length=80), nullable=False),
        sa.Column("sector_id", sa.String(length=60), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("name_km", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("short_name_km", sa.String(length=20), nullable=False),
        sa.Column("short_name_en", sa.String(length=20), nullable=False),
        sa.Column("name_km_is_translation", sa.Boolean(), nullable=False),
        sa.Column("name_en_is_translation", sa.Boolean(), nullable=False),
        sa.Column("legal_basis", sa.Text(), nullable=True),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint("kind IN ('service', 'fine')", name=op.f("ck_services_kind")),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')", name=op.f("ck_services_level")
        ),
        sa.ForeignKeyConstraint(
            ["sector_id"], ["sectors.id"], name=op.f("fk_services_sector_id_sectors")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_services")),
    )
    op.create_index("ix_services_sector_id", "services", ["sector_id"], unique=False)

    op.create_table(
        "fee_tiers",
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("level", sa.String(length=10), nullable=False),
        sa.Column("label_km", sa.String(length=300), nullable=True),
        sa.Column("label_en", sa.String(length=300), nullable=True),
        sa.Column("keywords", sa.Text(), nullable=True),
        sa.Column("fee_riel", sa.BigInteger(), nullable=True),
        sa.Column("fee_maximum_riel", sa.BigInteger(), nullable=True),
        sa.Column("fee_reduced_riel", sa.BigInteger(), nullable=True),
        sa.Column("fee_text_km", sa.String(length=200), nullable=True),
        sa.Column("fee_text_en", sa.String(length=200), nullable=True),
        sa.Column("fee_unit_km", sa.String(length=100), nullable=True),
        sa.Column("fee_unit_en", sa.String(length=100), nullable=True),
        sa.Column("duration_working_days", sa.Integer(), nullable=True),
        sa.Column("duration_text_km", sa.String(length=200), nullable=True),
        sa.Column("duration_text_en", sa.String(length=200), nullable=True),
        sa.Column("validity_km", sa.String(length=100), nullable=True),
        sa.Column("validity_en", sa.String(length=100), nullable=True),
        sa.Column("eligible_km", sa.String(length=200), nullable=True),
        sa.Column("eligible_en", sa.String(length=200), nullable=True),
        sa.Column("translated_columns", sa.Text(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("source_read_on", sa.Date(), nullable=False),
        sa.Column("note", sa.Text(), nullable=True),
        sa.CheckConstraint(
            "level IN ('province', 'district', 'commune')", name=op.f("ck_fee_tiers_level")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("fk_fee_tiers_service_id_services")
        ),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_fee_tiers")),
    )
    op.create_table(
        "required_documents",
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("position", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("case_km", sa.String(length=200), nullable=True),
        sa.Column("case_en", sa.String(length=200), nullable=True),
        sa.Column("case_keywords", sa.Text(), nullable=True),
        sa.Column("case_km_is_translation", sa.Boolean(), nullable=False),
        sa.Column("name_km", sa.String(length=300), nullable=False),
        sa.Column("name_en", sa.String(length=300), nullable=False),
        sa.Column("name_km_is_translation", sa.Boolean(), nullable=False),
        sa.Column("copies", sa.Integer(), nullable=True),
        sa.Column("source_url", sa.Text(), nullable=False),
        sa.Column("source_read_on", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("fk_required_documents_service_id_services")
        ),
        sa.PrimaryKeyConstraint("service_id", "position", name=op.f("pk_required_documents")),
    )
    op.create_table(
        "service_phrases",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("service_id", sa.String(length=80), nullable=False),
        sa.Column("language", sa.String(length=10), nullable=False),
        sa.Column("phrase", sa.String(length=200), nullable=False),
        sa.CheckConstraint(
            "language IN ('km', 'en', 'romanised')", name=op.f("ck_service_phrases_language")
        ),
        sa.ForeignKeyConstraint(
            ["service_id"], ["services.id"], name=op.f("fk_service_phrases_service_id_services")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_service_phrases")),
        sa.UniqueConstraint(
            "service_id", "phrase", name=op.f("uq_service_phrases_service_id_phrase")
        ),
    )


def downgrade() -> None:
    op.drop_table("service_phrases")
    op.drop_table("required_documents")
    op.drop_table("fee_tiers")
    op.drop_index("ix_services_sector_id", table_name="services")

    op.drop_table("services")
    op.drop_table("place_aliases")
    op.drop_index("ix_offices_place_code", table_name="offices")

    op.drop_table("offices")
    op.drop_table("seed_versions")
    op.drop_table("sectors")
    op.drop_index("ix_places_parent_code", table_name="places")

    op.drop_table("places")
    op.drop_table("imported_records")
