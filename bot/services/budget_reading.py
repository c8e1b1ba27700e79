"""Read a budget file into lines, and name everything that is wrong with it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from bot.services.budget_cells import (
    read_account,
    read_amount,
    read_chapter,
    read_kind,
    read_place_code,
    read_year,
)
from bot.services.table_reading import Problem, RawRow, RawTable, read_tables

COLUMNS = (
    *("place", "year", "kind", "chapter", "account", "name_km", "name_en"),
    *("planned", "revised", "actual", "source"),
)
# In what Chrok itself gives out; a file to import need not have it.
SAMPLE_COLUMN = "is_sample"
AMOUNTS = ("planned", "revised", "actual")
_REQUIRED = ("place", "year", "kind", "chapter", "account", "planned", "actual", "source")
_LONGEST_NAME = 300

Value = TypeVar("Value")
# A place's revenue or expenditure in one year.
Side = tuple[str, int, str]


@dataclass(frozen=True)
class ReadLine:
    """A line and where it was read; `unreadable` are the amounts that could not be understood."""

    sheet: str
    line: int
    side: Side
    chapter: str
    account: str
    name_km: str | None
    name_en: str | None
    amounts: dict[str, int | None]
    source: str
    unreadable: frozenset[str] = frozenset()

    @property
    def code(self) -> str:
        """What the line is known by within its side."""
        return self.account or self.chapter


@dataclass
class Reading:
    """What a file says. `incomplete` are sides of which a row could not be placed at all."""

    sides: dict[Side, dict[str, ReadLine]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    incomplete: set[Side] = field(default_factory=set)


def read_budgets(path: Path, places: Collection[str], this_year: int) -> Reading:
    """The lines of a CSV file or of a workbook's first sheet.

    Problems of rows are collected in the reading; raises `TableFileError` for what is no table.
    """
    reading = Reading()
    for table in read_tables(path):
        reading.problems.extend(table.problems)
        if not _header_is_usable(table, reading):
            continue
        _read_rows(table, places, this_year, reading)
    return reading


def _header_is_usable(table: RawTable, reading: Reading) -> bool:
    before = len(reading.problems)
    for column in dict.fromkeys(table.columns):
        if column not in (*COLUMNS, SAMPLE_COLUMN):
            reason = f"is unknown; the columns are {', '.join(COLUMNS)}"
            reading.problems.append(Problem(table.sheet, 1, column or "(no name)", reason))
        elif table.columns.count(column) > 1:
            reading.problems.append(Problem(table.sheet, 1, column, "stands there twice"))
    for column in _REQUIRED:
        if column not in table.columns:
            reading.problems.append(Problem(table.sheet, 1, column, "is missing"))
    if not {"name_km", "name_en"} & set(table.columns):
        reading.problems.append(Problem(table.sheet, 1, "name_km", "is missing, and so is name_en"))
    return len(reading.problems) == before


def _read_rows(table: RawTable, places: Collection[str], this_year: int, reading: Reading) -> None:
    previous: Side | None = None
    lost = False
    for row in table.rows:
        line = _Row(table.sheet, row, reading.problems).read(places, this_year)
        if line is None:
            # Which side lacks this row nobody knows: most likely that of the rows around it.
            lost = True
            reading.incomplete |= {previous} if previous else set()
            continue
        if lost:
            reading.incomplete.add(line.side)
        previous, lost = line.side, False
        _keep(line, reading)


def _keep(line: ReadLine, reading: Reading) -> None:
    lines = reading.sides.setdefault(line.side, {})
    same = lines.setdefault(line.code, line)
    if same is not line:
        name = f"account {line.account}" if line.account else f"chapter {line.chapter or 'total'}"
        reason = f"says {name} of {' '.join(map(str, line.side))} again; line {same.line} has it"
        reading.problems.append(Problem(line.sheet, line.line, "", reason))
        reading.incomplete.add(line.side)


class _Row:
    """One row on its way to a line; what is wrong with it goes to the problems."""

    def __init__(self, sheet: str, row: RawRow, problems: list[Problem]) -> None:
        self._sheet, self._row, self._problems = sheet, row, problems

    def read(self, places: Collection[str], this_year: int) -> ReadLine | None:
        """The line, or None where its place in the budget could not be read."""
        place = self._cell("place", lambda text: _known_place(text, places))
        year = self._cell("year", lambda text: read_year(text, this_year))
        kind = self._cell("kind", read_kind)
        chapter = self._cell("chapter", read_chapter)
        account = self._cell("account", lambda text: read_account(text, chapter))
        unreadable = set()
        amounts: dict[str, int | None] = {}
        for name in AMOUNTS:
            problems_before = len(self._problems)
            amounts[name] = self._cell(name, read_amount)
            if len(self._problems) > problems_before:
                unreadable.add(name)
        names = [self._text(column) for column in ("name_km", "name_en")]
        if chapter and not any(names):
            self._report("name_km", "is missing, and so is name_en: what is the line called?")
        if not self._text("source"):
            self._report("source", "is missing: which document do the figures stand in?")
        if self._row.cells.get(SAMPLE_COLUMN, "").strip().lower() in ("yes", "true", "1"):
            self._report(SAMPLE_COLUMN, "says that this is sample data; only real figures go in")
        if place is None or year is None or kind is None or chapter is None or account is None:
            return None
        return ReadLine(
            sheet=self._sheet,
            line=self._row.line,
            side=(place, year, kind),
            chapter=chapter,
            account=account,
            name_km=names[0],
            name_en=names[1],
            amounts=amounts,
            source=self._text("source") or "",
            unreadable=frozenset(unreadable),
        )

    def _cell(self, column: str, read: Callable[[str], Value]) -> Value | None:
        try:
            return read(self._row.cells.get(column, ""))
        except ValueError as error:
            self._report(column, str(error))
            return None

    def _text(self, column: str) -> str | None:
        text = " ".join(self._row.cells.get(column, "").split())
        if len(text) > _LONGEST_NAME and column != "source":
            self._report(column, f"has {len(text)} characters; at most {_LONGEST_NAME} are taken")
        return text or None

    def _report(self, column: str, reason: str) -> None:
        self._problems.append(Problem(self._sheet, self._row.line, column, reason))


def _known_place(text: str, places: Collection[str]) -> str:
    code = read_place_code(text)
    if code not in places:
        raise ValueError(f"is no NCDD code of a known place: {text!r}")
    return code
