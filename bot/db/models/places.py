"""Cambodia's administrative places, under their NCDD codes."""

from __future__ import annotations

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models.base import Base

PLACE_LEVELS = ("province", "district", "commune")
# What a district or a commune is called depends on where it lies; the words are the law's.
_KIND_WORDS = {
    "capital": ("រាជធានី", "capital"),
    "province": ("ខេត្ត", "province"),
    "khan": ("ខណ្ឌ", "khan"),
    "krong": ("ក្រុង", "municipality"),
    "srok": ("ស្រុក", "district"),
    "sangkat": ("សង្កាត់", "sangkat"),
    "khum": ("ឃុំ", "commune"),
}


class Place(Base):
    """A province, district or commune; `code` is its NCDD code (2, 4 or 6 digits, as text).

    `kind` is a key of `_KIND_WORDS`, or nothing where no source tells.
    A name that is also an ordinary Khmer word (ថ្មី, ផ្សារ) is flagged.
    """

    __tablename__ = "places"
    __table_args__ = (CheckConstraint(f"level IN {PLACE_LEVELS}", name="level"),)

    code: Mapped[str] = mapped_column(String(6), primary_key=True)
    level: Mapped[str] = mapped_column(String(10))
    kind: Mapped[str | None] = mapped_column(String(10))
    name_km: Mapped[str] = mapped_column(String(100))
    name_en: Mapped[str] = mapped_column(String(100))
    parent_code: Mapped[str | None] = mapped_column(ForeignKey("places.code"), index=True)
    source: Mapped[str] = mapped_column(String(300))
    name_is_common_word: Mapped[bool] = mapped_column(default=False)

    aliases: Mapped[list[PlaceAlias]] = relationship(
        back_populates="place", cascade="all, delete-orphan", order_by="PlaceAlias.alias"
    )

    @property
    def full_name_km(self) -> str:
        """The name with its kind before it, as people write it: ក្រុងប៉ោយប៉ែត."""
        return f"{_KIND_WORDS[self.kind][0]}{self.name_km}" if self.kind else self.name_km

    @property
    def full_name_en(self) -> str:
        """The name with its kind after it: Paoy Paet municipality."""
        return f"{self.name_en} {_KIND_WORDS[self.kind][1]}" if self.kind else self.name_en


class PlaceAlias(Base):
    """Another spelling by which people know a place."""

    __tablename__ = "place_aliases"
    __table_args__ = (UniqueConstraint("place_code", "alias"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"))
    alias: Mapped[str] = mapped_column(String(100))

    place: Mapped[Place] = relationship(back_populates="aliases")
