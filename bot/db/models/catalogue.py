"""The catalogue of services: what they cost, need and take, where they are given, how people ask.

In every table a missing value means "not known", never zero and never "none".
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base, UTCDateTime, now
from bot.db.models.places import PLACE_LEVELS

SERVICE_KINDS = ("service", "fine")
PHRASE_LANGUAGES = ("km", "en", "romanised")
OFFICE_KINDS = (
    "owsu",
    "owso",
    "citizens_office",
    "hotline",
    "transport_service_point",
    "vehicle_inspection_site",
)
# A Messenger button holds 20 characters.
# https://developers.facebook.com/docs/messenger-platform/reference/buttons/postback
SHORT_NAME_CHARACTERS = 20
# Between the facets of a tier's label: "Type A motorcycle – foreigner".
FACET_SEPARATOR = " – "
# Between the entries of a list in one column, such as keywords.
LIST_SEPARATOR = ";"


def split_list(value: str | None) -> tuple[str, ...]:
    """The entries of a semicolon list, trimmed, without empty ones."""
    return tuple(part.strip() for part in (value or "").split(LIST_SEPARATOR) if part.strip())


class Sector(Base):
    """A group of services, such as public works and transport; `position` orders the menu."""

    __tablename__ = "sectors"

    id: Mapped[str] = mapped_column(String(60), primary_key=True)
    position: Mapped[int]
    name_km: Mapped[str] = mapped_column(String(200))
    name_en: Mapped[str] = mapped_column(String(200))

    services: Mapped[list[Service]] = relationship(
        back_populates="sector", order_by="Service.position"
    )


class Service(Base):
    """A service of the one window, or a fine that people meet there.

    `level` is the lowest level that gives it; a tier names its own. The short names fit a button.
    A name is flagged where it is a translation or description of ours and not the official one.
    """

    __tablename__ = "services"
    __table_args__ = (
        CheckConstraint(f"level IN {PLACE_LEVELS}", name="level"),
        CheckConstraint(f"kind IN {SERVICE_KINDS}", name="kind"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    sector_id: Mapped[str] = mapped_column(ForeignKey("sectors.id"), index=True)
    position: Mapped[int]
    level: Mapped[str] = mapped_column(String(10), info={"choices": PLACE_LEVELS})
    kind: Mapped[str] = mapped_column(
        String(10), default="service", info={"choices": SERVICE_KINDS}
    )
    name_km: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    short_name_km: Mapped[str] = mapped_column(String(SHORT_NAME_CHARACTERS))
    short_name_en: Mapped[str] = mapped_column(String(SHORT_NAME_CHARACTERS))
    name_km_is_translation: Mapped[bool] = mapped_column(default=False)
    name_en_is_translation: Mapped[bool] = mapped_column(default=False)
    legal_basis: Mapped[str | None] = mapped_column(Text)
    note: Mapped[str | None] = mapped_column(Text)

    sector: Mapped[Sector] = relationship(back_populates="services")
    tiers: Mapped[list[FeeTier]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="FeeTier.position"
    )
    documents: Mapped[list[RequiredDocument]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="RequiredDocument.position"
    )
    phrases: Mapped[list[ServicePhrase]] = relationship(
        back_populates="service", cascade="all, delete-orphan", order_by="ServicePhrase.phrase"
    )


class FeeTier(Base):
    """One case of a service with its fee, duration and validity.

    A label is a row of facets joined by `FACET_SEPARATOR`, as many in Khmer as in English. A fee is
    posted as one figure (`fee_riel`, 0 is free), as a maximum and a concession, or, where a source
    gives no riel, in words. `translated_columns` lists (with semicolons) the columns whose words
    are our translation. Durations are working days; `duration_text_*` holds any other.
    """

    __tablename__ = "fee_tiers"
    __table_args__ = (CheckConstraint(f"level IN {PLACE_LEVELS}", name="level"),)

    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    level: Mapped[str] = mapped_column(String(10), info={"choices": PLACE_LEVELS})
    label_km: Mapped[str | None] = mapped_column(String(300))
    label_en: Mapped[str | None] = mapped_column(String(300))
    keywords: Mapped[str | None] = mapped_column(Text)
    fee_riel: Mapped[int | None] = mapped_column(BigInteger)
    fee_maximum_riel: Mapped[int | None] = mapped_column(BigInteger)
    fee_reduced_riel: Mapped[int | None] = mapped_column(BigInteger)
    fee_text_km: Mapped[str | None] = mapped_column(String(200))
    fee_text_en: Mapped[str | None] = mapped_column(String(200))
    fee_unit_km: Mapped[str | None] = mapped_column(String(100))
    fee_unit_en: Mapped[str | None] = mapped_column(String(100))
    duration_working_days: Mapped[int | None]
    duration_text_km: Mapped[str | None] = mapped_column(String(200))
    duration_text_en: Mapped[str | None] = mapped_column(String(200))
    validity_km: Mapped[str | None] = mapped_column(String(100))
    validity_en: Mapped[str | None] = mapped_column(String(100))
    eligible_km: Mapped[str | None] = mapped_column(String(200))
    eligible_en: Mapped[str | None] = mapped_column(String(200))
    translated_columns: Mapped[str | None] = mapped_column(Text)
    source_url: Mapped[str] = mapped_column(Text, info={"url": True})
    source_read_on: Mapped[date]
    note: Mapped[str | None] = mapped_column(Text)

    service: Mapped[Service] = relationship(back_populates="tiers")

    @property
    def facets_km(self) -> tuple[str, ...]:
        """The parts of the Khmer label."""
        return tuple(self.label_km.split(FACET_SEPARATOR)) if self.label_km else ()

    @property
    def facets_en(self) -> tuple[str, ...]:
        """The parts of the English label."""
        return tuple(self.label_en.split(FACET_SEPARATOR)) if self.label_en else ()

    @property
    def keyword_list(self) -> tuple[str, ...]:
        """The words by which people mean this tier."""
        return split_list(self.keywords)

    @property
    def fee_is_known(self) -> bool:
        """Whether any source told the fee, in riel or in words."""
        amounts = (self.fee_riel, self.fee_maximum_riel, self.fee_reduced_riel)
        return any(amount is not None for amount in amounts) or bool(self.fee_text_en)


class RequiredDocument(Base):
    """A document that a service asks for; `case_*` is empty where it is asked of everybody.

    `position` counts through a service, so that the documents of one case stand together.
    """

    __tablename__ = "required_documents"

    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    case_km: Mapped[str | None] = mapped_column(String(200))
    case_en: Mapped[str | None] = mapped_column(String(200))
    case_keywords: Mapped[str | None] = mapped_column(Text)
    case_km_is_translation: Mapped[bool] = mapped_column(default=False)
    name_km: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    name_km_is_translation: Mapped[bool] = mapped_column(default=False)
    copies: Mapped[int | None]
    source_url: Mapped[str] = mapped_column(Text, info={"url": True})
    source_read_on: Mapped[date]

    service: Mapped[Service] = relationship(back_populates="documents")

    @property
    def case_keyword_list(self) -> tuple[str, ...]:
        """The words by which people mean this case."""
        return split_list(self.case_keywords)


class Office(Base):
    """An office or service point, with what is public; `place_code` is as narrow as known."""

    __tablename__ = "offices"
    __table_args__ = (CheckConstraint(f"kind IN {OFFICE_KINDS}", name="kind"),)

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    kind: Mapped[str] = mapped_column(String(30), info={"choices": OFFICE_KINDS})
    name_km: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    name_km_is_translation: Mapped[bool] = mapped_column(default=False)
    place_code: Mapped[str | None] = mapped_column(ForeignKey("places.code"), index=True)
    address_km: Mapped[str | None] = mapped_column(String(300))
    address_en: Mapped[str | None] = mapped_column(String(300))
    phone: Mapped[str | None] = mapped_column(String(40))
    latitude: Mapped[float | None]
    longitude: Mapped[float | None]
    opening_hours_km: Mapped[str | None] = mapped_column(String(200))
    opening_hours_en: Mapped[str | None] = mapped_column(String(200))
    source_url: Mapped[str] = mapped_column(Text, info={"url": True})
    note: Mapped[str | None] = mapped_column(Text)


class ServicePhrase(Base):
    """Words by which people ask for a service."""

    __tablename__ = "service_phrases"
    __table_args__ = (
        UniqueConstraint("service_id", "phrase"),
        CheckConstraint(f"language IN {PHRASE_LANGUAGES}", name="language"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    service_id: Mapped[str] = mapped_column(ForeignKey("services.id"))
    language: Mapped[str] = mapped_column(String(10), info={"choices": PHRASE_LANGUAGES})
    phrase: Mapped[str] = mapped_column(String(200))

    service: Mapped[Service] = relationship(back_populates="phrases")


class SeedVersion(Base):
    """Which state of the shipped seed files this database was last filled from."""

    __tablename__ = "seed_versions"

    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    digest: Mapped[str] = mapped_column(String(64))
    seeded_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)


class ImportedRecord(Base):
    """What the NGO imported, and seeds therefore never touch again.

    One table's rows of one owner: a sector, a service or an office by its id, or all tiers,
    documents or phrases of a service by the service's id. A removal counts as well.
    """

    __tablename__ = "imported_records"

    table_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    owner_id: Mapped[str] = mapped_column(String(80), primary_key=True)
    imported_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
