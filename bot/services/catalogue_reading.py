"""Read a catalogue file, CSV or .xlsx, into rows of text with the line each stands on."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from bot.errors import CatalogueError
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


class CatalogueFileError(CatalogueError):
    """A catalogue file cannot be used; `problems` holds everything that is wrong with it."""

    code = "catalogue_file"

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(str(problem) for problem in self.problems))


def read_file(path: Path) -> list[RawTable]:
    """The tables of a CSV file or workbook. Raises `CatalogueFileError`."""
    try:
        return read_tables(path, TABLES)
    except TableFileError as error:
        raise CatalogueFileError(error.problems) from error
