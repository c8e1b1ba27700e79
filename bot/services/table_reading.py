"""Read a table file, CSV or .xlsx, into rows of text with the line each stands on."""

from __future__ import annotations

import csv
import io
import re
import zipfile
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from bot.errors import ChrokError

# Spreadsheet programs run a CSV cell that begins so; an apostrophe before it stops them.
# https://owasp.org/www-community/attacks/CSV_Injection
_GUARDED = re.compile(r"'+[=+\-@\t\r]")
_DELIMITERS = ",;\t"
_LONGEST_CELL = 1_000_000
# A workbook is a zip file: a small one may hold what fills the memory. A country's budgets of ten
# years are a tenth of this.
_LARGEST_UNPACKED = 200_000_000


@dataclass(frozen=True)
class Problem:
    """What is wrong with one cell or row, where, and how to mend it."""

    sheet: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        place = f"{self.sheet}, line {self.line}" if self.line else self.sheet
        return (
            f"{place}, column {self.column}: {self.reason}"
            if self.column
            else (f"{place}: {self.reason}")
        )


class TableFileError(ChrokError):
    """A file cannot be used; `problems` holds everything that is wrong with it."""

    code = "table_file"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


@dataclass(frozen=True)
class RawRow:
    """One row of text under its column names; `line` counts as a spreadsheet shows it, from 1."""

    line: int
    cells: dict[str, str]


@dataclass
class RawTable:
    """The rows of one sheet or CSV file, not yet understood."""

    sheet: str
    columns: list[str]
    rows: list[RawRow] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    # The sheet's name in a workbook; empty for a CSV file, whose columns tell what it is.
    table: str = ""


def read_tables(path: Path, sheets: Collection[str] = ()) -> list[RawTable]:
    """The tables of a CSV file or workbook. Raises `TableFileError`.

    Of a workbook the sheets with the names in `sheets` are read, without any its first one.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        reason = f"cannot be read: {error.strerror}"
        raise TableFileError([Problem(str(path), 0, "", reason)]) from error
    if path.suffix.lower() in (".xlsx", ".xlsm") or content[:4] == b"PK\x03\x04":
        return _read_workbook(path.name, content, sheets)
    return [_read_csv(path.name, content)]


def guard(text: str) -> str:
    """The text as a CSV cell that no spreadsheet program runs; `_unguard` takes it back."""
    return f"'{text}" if _GUARDED.match(f"'{text}") else text


def _unguard(text: str) -> str:
    return text[1:] if _GUARDED.match(text) else text


def _read_csv(sheet: str, content: bytes) -> RawTable:
    text = _decode(sheet, content)
    csv.field_size_limit(_LONGEST_CELL)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text))
    rows: list[tuple[int, list[str]]] = []
    line = 1
    try:
        for cells in reader:
            rows.append((line, [_unguard(cell) for cell in cells]))
            line = reader.line_num + 1
    except csv.Error as error:
        raise TableFileError([Problem(sheet, line, "", f"is no CSV: {error}")]) from error
    return _to_table(sheet, iter(rows))


def _decode(sheet: str, content: bytes) -> str:
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        reason = "is not in UTF-8; save the file as “CSV UTF-8” or as .xlsx"
        raise TableFileError([Problem(sheet, line, "", reason)]) from error


def _delimiter(text: str) -> str:
    header = text.split("\n", 1)[0]
    return max(_DELIMITERS, key=header.count)


def _read_workbook(name: str, content: bytes, wanted: Collection[str]) -> list[RawTable]:
    _refuse_bomb(name, content)
    try:
        formulas = load_workbook(io.BytesIO(content), read_only=True)
        values = load_workbook(io.BytesIO(content), read_only=True, data_only=True)
    except (zipfile.BadZipFile, InvalidFileException, KeyError, ValueError, OSError) as error:
        reason = "is no .xlsx workbook; open it in a spreadsheet program and save it again"
        raise TableFileError([Problem(name, 0, "", reason)]) from error
    sheets = [sheet for sheet in values.sheetnames if sheet in wanted or not wanted]
    if not sheets:
        reason = f"has no sheet named {', '.join(wanted)}"
        raise TableFileError([Problem(name, 0, "", reason)])
    if not wanted:
        sheets = sheets[:1]
    return [_read_sheet(sheet, values[sheet], formulas[sheet]) for sheet in sheets]


def _refuse_bomb(name: str, content: bytes) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            unpacked = sum(part.file_size for part in packed.infolist())
    except zipfile.BadZipFile:
        return
    if unpacked > _LARGEST_UNPACKED:
        reason = f"unpacks to {unpacked // 1_000_000} MB; save it in parts, or as CSV"
        raise TableFileError([Problem(name, 0, "", reason)])


def _read_sheet(sheet: str, values: Any, formulas: Any) -> RawTable:
    problems: list[Problem] = []

    def lines() -> Iterator[tuple[int, list[str]]]:
        pairs = zip(values.iter_rows(), formulas.iter_rows(), strict=True)
        for number, (row, formula_row) in enumerate(pairs, start=1):
            texts: list[str] = []
            for cell, formula in zip(row, formula_row, strict=True):
                reason = _cell_problem(cell, formula)
                if reason:
                    column = getattr(cell, "column_letter", "") or str(len(texts) + 1)
                    problems.append(Problem(sheet, number, column, reason))
                texts.append(_cell_text(cell.value))
            yield number, texts

    table = _to_table(sheet, lines())
    table.table = sheet
    table.problems.extend(problems)
    return table


def _cell_problem(cell: Any, formula: Any) -> str:
    if cell.data_type == "e":
        return f"holds the error {cell.value}"
    if formula.data_type == "f" and cell.value is None:
        return "holds a formula that was never calculated; put the value in its place"
    return ""


def _cell_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _to_table(sheet: str, lines: Iterator[tuple[int, list[str]]]) -> RawTable:
    for _, cells in lines:
        if any(cell.strip() for cell in cells):
            columns = [cell.strip() for cell in cells]
            break
    else:
        raise TableFileError([Problem(sheet, 0, "", "is empty")])
    while not columns[-1]:
        columns.pop()
    table = RawTable(sheet, columns)
    for line, cells in lines:
        if not any(cell.strip() for cell in cells):
            continue
        if any(cell.strip() for cell in cells[len(columns) :]):
            reason = f"has {len(cells)} cells under {len(columns)} column names"
            table.problems.append(Problem(sheet, line, "", reason))
        texts = [*cells, *[""] * len(columns)][: len(columns)]
        table.rows.append(RawRow(line, dict(zip(columns, texts, strict=True))))
    return table
