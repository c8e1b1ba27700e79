"""How commands tell what is wrong, and end."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from sqlalchemy.exc import OperationalError, ProgrammingError

from bot.services.table_reading import TableFileError


@contextmanager
def faults_of_table_told(file: Path) -> Iterator[None]:
    """Tell everything that is wrong with a spreadsheet, a line each."""
    try:
        yield
    except TableFileError as error:
        for problem in error.problems:
            click.echo(str(problem), err=True)
        raise click.ClickException(
            f"{len(error.problems)} to mend in {file.name}; nothing was changed"
        ) from error


@contextmanager
def missing_tables_told() -> Iterator[None]:
    """Tell what to do where the database has not been prepared."""
    try:
        yield
    except (OperationalError, ProgrammingError) as error:
        raise click.ClickException(
            "the database is not ready; run: flask --app webhook database prepare"
        ) from error
