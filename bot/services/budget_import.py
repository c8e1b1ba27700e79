"""Bring budgets of places to what a file says: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from sqlalchemy import delete, func, insert, select, tuple_
from sqlalchemy.orm import Session

from bot.db.models import BudgetLine, Place
from bot.services.budget_checking import check_totals
from bot.services.budget_reading import Reading, ReadLine, Side, read_budgets
from bot.services.table_reading import TableFileError

# SQLite takes at most 32,766 values in one statement; https://www.sqlite.org/limits.html
_AT_ONCE = 500


@dataclass(frozen=True)
class ImportedBudgets:
    """What an import brings, in numbers; `replaced` are the lines that it takes the place of."""

    lines: int
    places: int
    years: tuple[int, ...]
    replaced: int
    replaced_sample: int

    def summary(self) -> str:
        """The numbers in one line."""
        years = ", ".join(map(str, self.years)) or "no year"
        text = f"{self.lines} lines of {self.places} places, {years}; {self.replaced} replaced"
        if self.replaced_sample:
            text += f"; {self.replaced_sample} lines of sample data of these places and years go"
        return text


def import_budgets(
    session: Session, path: Path, this_year: int, *, dry_run: bool = False
) -> ImportedBudgets:
    """Import a CSV file or workbook; the caller commits.

    The file holds all revenue or all expenditure of a place and year that it names: earlier lines
    of that side go. Sample data of a place and year goes as a whole, so that what is real never
    stands beside what is invented. Raises `TableFileError`, which names every bad row, and then
    has written nothing.
    """
    places = set(session.scalars(select(Place.code)))
    reading = read_budgets(path, places, this_year)
    problems = [*reading.problems, *check_totals(reading)]
    if problems:
        raise TableFileError(sorted(problems, key=lambda p: (p.sheet, p.line)))
    replaced = _count(session, list(reading.sides), sample=False)
    sample = _count(session, list(reading.sides), sample=True)
    if not dry_run:
        _remove(session, list(reading.sides))
        for rows in _batches(reading):
            session.execute(insert(BudgetLine), rows)
    return ImportedBudgets(
        lines=sum(map(len, reading.sides.values())),
        places=len({place for place, _, _ in reading.sides}),
        years=tuple(sorted({year for _, year, _ in reading.sides})),
        replaced=replaced,
        replaced_sample=sample,
    )


def _remove(session: Session, sides: list[Side]) -> None:
    for some in _chunks(sides):
        same_side = tuple_(BudgetLine.place_code, BudgetLine.year, BudgetLine.kind).in_(some)
        session.execute(delete(BudgetLine).where(same_side))
        same_year = tuple_(BudgetLine.place_code, BudgetLine.year).in_([s[:2] for s in some])
        session.execute(delete(BudgetLine).where(same_year, BudgetLine.is_sample))


def _count(session: Session, sides: list[Side], *, sample: bool) -> int:
    counted = 0
    budgets = sorted({side[:2] for side in sides}) if sample else sides
    columns = (BudgetLine.place_code, BudgetLine.year, BudgetLine.kind)[: 2 if sample else 3]
    for some in _chunks(budgets):
        query = select(func.count()).select_from(BudgetLine)
        query = query.where(tuple_(*columns).in_(some), BudgetLine.is_sample.is_(sample))
        counted += session.scalar(query) or 0
    return counted


def _chunks(items: list[Any]) -> Iterator[list[Any]]:
    for start in range(0, len(items), _AT_ONCE):
        yield items[start : start + _AT_ONCE]


def _batches(reading: Reading) -> Iterator[list[dict[str, Any]]]:
    rows = (_row(line) for lines in reading.sides.values() for line in lines.values())
    while batch := list(islice(rows, 10 * _AT_ONCE)):
        yield batch


def _row(line: ReadLine) -> dict[str, Any]:
    place, year, kind = line.side
    return {
        "place_code": place,
        "year": year,
        "kind": kind,
        "chapter": line.chapter,
        "account": line.account,
        "name_km": line.name_km,
        "name_en": line.name_en,
        **line.amounts,
        "source": line.source,
        "is_sample": False,
    }
