"""Bring the numbers of inhabitants to what a file says: all of it, or nothing."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Place, Population
from bot.services.budget_cells import read_amount, read_place_code, read_year
from bot.services.table_reading import Problem, RawTable, TableFileError, read_tables

COLUMNS = ("place", "year", "people", "source")
# The whole country has some 17 million inhabitants.
_MOST_PEOPLE = 20_000_000


@dataclass(frozen=True)
class ImportedPopulations:
    """What an import brings: how many numbers, and how many of them take an earlier one's place."""

    numbers: int
    replaced: int

    def summary(self) -> str:
        """The numbers in one line."""
        return f"{self.numbers} numbers of inhabitants; {self.replaced} replaced"


def import_populations(
    session: Session, path: Path, this_year: int, *, dry_run: bool = False
) -> ImportedPopulations:
    """Import a CSV file or a workbook's first sheet; the caller commits.

    Raises `TableFileError`, which names every bad row, and then has written nothing.
    """
    places = set(session.scalars(select(Place.code)))
    problems: list[Problem] = []
    read: dict[tuple[str, int], Population] = {}
    for table in read_tables(path):
        problems += table.problems
        problems += _header_problems(table)
        if problems:
            continue
        for row in table.rows:
            _read_row(table.sheet, row.line, row.cells, places, this_year, read, problems)
    if problems:
        raise TableFileError(sorted(problems, key=lambda problem: (problem.sheet, problem.line)))
    existing = {(p.place_code, p.year) for p in session.scalars(select(Population))}
    if not dry_run:
        for population in read.values():
            session.merge(population)
        session.flush()
    return ImportedPopulations(len(read), len(existing & read.keys()))


def _header_problems(table: RawTable) -> list[Problem]:
    unknown = [column for column in table.columns if column not in COLUMNS]
    missing = [column for column in COLUMNS if column not in table.columns]
    columns = ", ".join(COLUMNS)
    return [
        *(Problem(table.sheet, 1, c, f"is unknown; the columns are {columns}") for c in unknown),
        *(Problem(table.sheet, 1, c, "is missing") for c in missing),
    ]


def _read_row(
    sheet: str,
    line: int,
    cells: dict[str, str],
    places: Collection[str],
    this_year: int,
    read: dict[tuple[str, int], Population],
    problems: list[Problem],
) -> None:
    column = "place"
    try:
        code = read_place_code(cells["place"])
        if code not in places:
            raise ValueError(f"is no NCDD code of a known place: {cells['place']!r}")
        column = "year"
        year = read_year(cells["year"], this_year)
        column = "people"
        people = read_amount(cells["people"])
        if people is None or people > _MOST_PEOPLE:
            raise ValueError(f"must be a number of people, not {cells['people']!r}")
        column = "source"
        if not cells["source"].strip():
            raise ValueError("is missing: who counted?")
        if (code, year) in read:
            column = ""
            raise ValueError(f"says {code} in {year} again")
    except ValueError as error:
        problems.append(Problem(sheet, line, column, str(error)))
        return
    read[code, year] = Population(
        place_code=code, year=year, people=people, source=cells["source"].strip(), is_sample=False
    )
