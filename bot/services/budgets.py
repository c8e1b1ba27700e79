"""A place's budget of one year, as a tree of chapters and accounts with their totals."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import BudgetLine, Population
from bot.services.budget_totals import TOTAL, amount_of, parts_by_whole
from bot.text.digits import Language

REVENUE, EXPENDITURE = "revenue", "expenditure"
# How far the year of a number of inhabitants may lie from that of a budget.
_YEARS_APART = 6


@dataclass(frozen=True)
class Amounts:
    """What was planned, planned anew during the year, and done, in riel; None is not known."""

    planned: int | None = None
    revised: int | None = None
    actual: int | None = None

    @property
    def plan(self) -> int | None:
        """The plan that counts: the revised one, else the first."""
        return self.revised if self.revised is not None else self.planned

    @property
    def latest(self) -> int | None:
        """What was done, else what is planned."""
        return self.actual if self.actual is not None else self.plan

    @property
    def execution(self) -> float | None:
        """The share of the plan that was carried out; 1 is all of it."""
        if self.actual is None or not self.plan:
            return None
        return self.actual / self.plan


@dataclass(frozen=True)
class Item:
    """A chapter, account or sub-account with its parts."""

    code: str
    name_km: str | None
    name_en: str | None
    amounts: Amounts
    parts: tuple[Item, ...] = ()

    def name(self, language: Language) -> str:
        """The name in the language, else in the other one, else the code."""
        own, other = self.name_km, self.name_en
        if language == "en":
            own, other = other, own
        return own or other or self.code

    def leaves(self) -> Iterator[Item]:
        """The smallest lines in it, or itself."""
        if not self.parts:
            yield self
        for part in self.parts:
            yield from part.leaves()


@dataclass(frozen=True)
class Side:
    """Revenue or expenditure: the total, and the chapters in their order."""

    kind: str
    amounts: Amounts
    chapters: tuple[Item, ...]
    sources: tuple[str, ...]

    @property
    def lines(self) -> list[Item]:
        """The smallest lines, the largest first."""
        leaves = [leaf for chapter in self.chapters for leaf in chapter.leaves()]
        return sorted(leaves, key=lambda item: -(item.amounts.latest or 0))


@dataclass(frozen=True)
class Budget:
    """What is known of a place's revenue and expenditure in a year."""

    place_code: str
    year: int
    is_sample: bool
    sides: Mapping[str, Side] = field(default_factory=dict)

    @property
    def main(self) -> Side:
        """Expenditure, or revenue where nothing else is known."""
        return self.sides.get(EXPENDITURE) or self.sides[REVENUE]

    @property
    def sources(self) -> tuple[str, ...]:
        """The documents that the figures stand in."""
        return tuple(dict.fromkeys(s for side in self.sides.values() for s in side.sources))


def budgets_of(
    session: Session, place_codes: Sequence[str], years: Sequence[int] = ()
) -> list[Budget]:
    """The budgets of some places, by place and year; of all years without `years`."""
    query = select(BudgetLine).where(BudgetLine.place_code.in_(place_codes))
    if years:
        query = query.where(BudgetLine.year.in_(years))
    query = query.order_by(BudgetLine.place_code, BudgetLine.year, BudgetLine.kind)
    lines = session.scalars(query)
    return [
        _budget(code, year, list(group))
        for (code, year), group in groupby(lines, key=lambda line: (line.place_code, line.year))
    ]


def totals_of(
    session: Session, place_codes: Sequence[str], year: int, kind: str, *, is_sample: bool
) -> list[Amounts]:
    """The totals of one side of some places' budgets in a year, without their lines.

    Only figures are read, no objects: an average asks for a whole district's lines.
    """
    line = BudgetLine
    # Whether a line is sample data is not asked of the database: its index on that would be taken,
    # and in it all lines of an installation without sample data stand side by side.
    query = (
        select(
            *(line.place_code, line.is_sample, line.chapter, line.account),
            *(line.planned, line.revised, line.actual),
        )
        .where(line.place_code.in_(place_codes), line.year == year, line.kind == kind)
        .order_by(line.place_code)
    )
    by_place: dict[str, dict[str, tuple[int | None, int | None, int | None]]] = {}
    for place, of_sample, chapter, account, planned, revised, actual in session.execute(query):
        if of_sample == is_sample:
            by_place.setdefault(place, {})[account or chapter] = (planned, revised, actual)
    return [_totals(lines) for lines in by_place.values()]


def years_of(session: Session, place_code: str) -> list[int]:
    """The years of which a budget of the place is known, the latest first."""
    query = select(BudgetLine.year).where(BudgetLine.place_code == place_code).distinct()
    return sorted(session.scalars(query), reverse=True)


def population_of(session: Session, place_code: str, year: int) -> Population | None:
    """The number of inhabitants of the year, else of the nearest year within six."""
    numbers = session.scalars(
        select(Population).where(
            Population.place_code == place_code,
            Population.year.between(year - _YEARS_APART, year + _YEARS_APART),
            Population.people > 0,
        )
    ).all()
    return min(numbers, key=lambda number: (abs(number.year - year), -number.year), default=None)


def _totals(lines: Mapping[str, tuple[int | None, int | None, int | None]]) -> Amounts:
    parts = parts_by_whole(lines)
    planned, revised, actual = (
        amount_of(TOTAL, {code: amounts[place] for code, amounts in lines.items()}, parts)
        for place in range(3)
    )
    return Amounts(planned, revised, actual)


def _budget(place_code: str, year: int, lines: Sequence[BudgetLine]) -> Budget:
    sides = {
        kind: _side(kind, list(group)) for kind, group in groupby(lines, key=lambda line: line.kind)
    }
    return Budget(place_code, year, any(line.is_sample for line in lines), sides)


def _side(kind: str, lines: Sequence[BudgetLine]) -> Side:
    by_code = {line.code: line for line in lines}
    parts = parts_by_whole(by_code)
    given = {
        column: {code: getattr(line, column) for code, line in by_code.items()}
        for column in ("planned", "revised", "actual")
    }

    def amounts(code: str) -> Amounts:
        return Amounts(**{column: amount_of(code, given[column], parts) for column in given})

    def item(code: str) -> Item:
        line = by_code.get(code)
        return Item(
            code,
            line.name_km if line else None,
            line.name_en if line else None,
            amounts(code),
            tuple(item(part) for part in parts.get(code, ())),
        )

    chapters = tuple(item(code) for code in parts.get(TOTAL, ()))
    sources = tuple(dict.fromkeys(line.source for line in lines))
    return Side(kind, amounts(TOTAL), chapters, sources)
