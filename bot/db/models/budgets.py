"""What communes, districts and provinces plan and spend, and for how many people.

In every table a missing amount means "not known", never zero.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base

BUDGET_KINDS = ("revenue", "expenditure")


class BudgetLine(Base):
    """One line of a place's budget for one year, in riel, with the name that came with the data.

    `chapter` has 2 digits, `account` 4, or 5 for a sub-account; a line without an account is the
    whole chapter, one without a chapter everything of its kind. `source` is the document that the
    figures stand in. A sample line is invented, and is shown as such wherever it is shown.
    """

    __tablename__ = "budget_lines"
    __table_args__ = (
        CheckConstraint(f"kind IN {BUDGET_KINDS}", name="kind"),
        Index("ix_budget_lines_is_sample", "is_sample"),
    )

    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(11), primary_key=True)
    chapter: Mapped[str] = mapped_column(String(2), primary_key=True)
    account: Mapped[str] = mapped_column(String(5), primary_key=True)
    name_km: Mapped[str | None] = mapped_column(String(300))
    name_en: Mapped[str | None] = mapped_column(String(300))
    planned: Mapped[int | None] = mapped_column(BigInteger)
    revised: Mapped[int | None] = mapped_column(BigInteger)
    actual: Mapped[int | None] = mapped_column(BigInteger)
    source: Mapped[str] = mapped_column(Text)
    is_sample: Mapped[bool] = mapped_column(default=False)

    @property
    def code(self) -> str:
        """What the line is known by within its kind: its account, else its chapter."""
        return self.account or self.chapter


class Population(Base):
    """How many people lived in a place in a year."""

    __tablename__ = "populations"

    place_code: Mapped[str] = mapped_column(ForeignKey("places.code"), primary_key=True)
    year: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    people: Mapped[int]
    source: Mapped[str] = mapped_column(Text)
    is_sample: Mapped[bool] = mapped_column(default=False)


class PublishedFigure(Base):
    """A national or aggregate figure as a ministry or the press gave it, in the currency it gave.

    `scope_*` says what it counts (all communes together, the average commune…). An amount stands in
    riel or in US dollars, never converted. Words that are our translation are flagged.
    """

    __tablename__ = "published_figures"
    __table_args__ = (CheckConstraint(f"kind IN {BUDGET_KINDS}", name="kind"),)

    position: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    scope_km: Mapped[str] = mapped_column(String(300))
    scope_en: Mapped[str] = mapped_column(String(300))
    level: Mapped[str] = mapped_column(String(10))
    year: Mapped[int]
    kind: Mapped[str] = mapped_column(String(11))
    name_km: Mapped[str] = mapped_column(String(300))
    name_en: Mapped[str] = mapped_column(String(300))
    name_km_is_translation: Mapped[bool]
    planned_riel: Mapped[int | None] = mapped_column(BigInteger)
    actual_riel: Mapped[int | None] = mapped_column(BigInteger)
    planned_us_dollars: Mapped[int | None] = mapped_column(BigInteger)
    actual_us_dollars: Mapped[int | None] = mapped_column(BigInteger)
    source_url: Mapped[str] = mapped_column(Text)
    note_km: Mapped[str | None] = mapped_column(Text)
    note_en: Mapped[str | None] = mapped_column(Text)
