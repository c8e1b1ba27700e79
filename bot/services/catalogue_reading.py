"""Read a catalogue file, CSV or .xlsx, into rows of text with the line each stands on."""

from __future__ import annotations

from pathlib import Path

from bot.services.catalogue_tables import TABLES
from bot.services.table_reading import (
    Problem,
    RawRow,
    RawTable,
    TableFileError,
    guard,
    read_tables,
)

__all__ = ["CatalogueFileError", "Problem", "RawRow", "RawTable", "guard", "read_file"]


class CatalogueFileError(TableFileError):
    """A catalogue file cannot be used; `problems` holds everything that is wrong with it."""

    code = "catalogue_file"


def read_file(path: Path) -> list[RawTable]:
    """The tables of a CSV file or workbook. Raises `CatalogueFileError`."""
    try:
        return read_tables(path, TABLES)
    except TableFileError as error:
        raise CatalogueFileError(error.problems) from error
