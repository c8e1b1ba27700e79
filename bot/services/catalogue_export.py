"""Write the catalogue to a workbook or CSV files, in the form that `import_catalogue` reads."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet
from sqlalchemy.orm import Session

from bot.errors import CatalogueError
from bot.services.catalogue_import import read_state
from bot.services.catalogue_reading import guard
from bot.services.catalogue_tables import TABLES, Key, Record, Table, Value, format_cell

_NARROWEST, _WIDEST = 8, 60


def export_catalogue(session: Session, path: Path) -> int:
    """Write the catalogue; returns the number of rows.

    A `.xlsx` file holds every table as a sheet. A `.csv` file holds the table that it is named
    after, such as `fee_tiers.csv`. Raises `CatalogueError` for any other name.
    """
    state = read_state(session)
    if path.suffix.lower() == ".xlsx":
        _workbook(state).save(path)
        return sum(len(records) for records in state.values())
    table = TABLES.get(path.stem)
    if path.suffix.lower() != ".csv" or table is None:
        names = ", ".join(f"{name}.csv" for name in TABLES)
        raise CatalogueError(f"{path.name}: give a name that ends in .xlsx, or one of {names}")
    # With the mark at its beginning a spreadsheet program takes the file for UTF-8.
    path.write_bytes(table_as_csv(table, state[table.name]).encode("utf-8-sig"))
    return len(state[table.name])


def table_as_csv(table: Table, records: dict[Key, Record]) -> str:
    """One table as CSV; cells that a spreadsheet would run as a formula are guarded."""
    file = io.StringIO(newline="")
    writer = csv.writer(file, lineterminator="\r\n")
    writer.writerow(table.columns)
    for record in records.values():
        writer.writerow(
            guard(value) if isinstance(value, str) else format_cell(value)
            for value in record.values()
        )
    return file.getvalue()


def _workbook(state: dict[str, dict[Key, Record]]) -> Workbook:
    workbook = Workbook()
    for sheet in workbook.worksheets:
        workbook.remove(sheet)
    for name, table in TABLES.items():
        sheet = workbook.create_sheet(name)
        _fill(sheet, [list(table.columns)])
        _fill(sheet, [list(record.values()) for record in state[name].values()])
        for cell in sheet[1]:
            cell.font = Font(bold=True)
        sheet.freeze_panes = "A2"
        _set_widths(sheet)
    return workbook


def _fill(sheet: Worksheet, rows: list[list[Value]]) -> None:
    for row in rows:
        line = sheet.max_row + 1 if sheet["A1"].value is not None else 1
        for number, value in enumerate(row, start=1):
            if isinstance(value, bool):
                sheet.cell(line, number, format_cell(value))
            elif isinstance(value, str):
                _set_text(sheet, line, number, value)
            elif value is not None:
                sheet.cell(line, number, value)


def _set_text(sheet: Worksheet, line: int, number: int, text: str) -> None:
    cell = sheet.cell(line, number, text)
    # Typed as text, so that "=1+1" stays words; the quote keeps it so when a person edits the cell.
    cell.data_type = "s"
    if guard(text) != text:
        cell.quotePrefix = True
    cell.alignment = Alignment(vertical="top", wrap_text="\n" in text)


def _set_widths(sheet: Worksheet) -> None:
    for number, column in enumerate(sheet.iter_cols(values_only=True), start=1):
        longest = max(len(str(value)) for value in column if value is not None)
        width = min(max(longest + 2, _NARROWEST), _WIDEST)
        sheet.column_dimensions[get_column_letter(number)].width = width
