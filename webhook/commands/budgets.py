"""`flask budgets …`: bring budgets and numbers of inhabitants in, take the sample data out."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Protocol

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from bot.services.budget_import import import_budgets
from bot.services.budget_sample import load_sample, remove_sample
from bot.services.population_import import import_populations
from webhook.commands.faults import faults_of_table_told

budget_commands = AppGroup("budgets", help="What places plan and spend, and for how many people.")

_file = click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
_dry_run = click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")


class _Imported(Protocol):
    def summary(self) -> str: ...


@budget_commands.command("import")
@_file
@_dry_run
def import_file(file: Path, dry_run: bool) -> None:
    """Import budgets from FILE (.csv or .xlsx), all of it or nothing.

    Columns as in docs/budgets-template.csv; amounts in riel. The file holds all revenue or all
    expenditure of the places and years that it names.
    """
    _import(
        file,
        dry_run,
        lambda session, year: import_budgets(session, file, year, dry_run=dry_run),
    )


@budget_commands.command("import-population")
@_file
@_dry_run
def import_population(file: Path, dry_run: bool) -> None:
    """Import numbers of inhabitants from FILE (.csv or .xlsx): place, year, people, source."""
    _import(
        file,
        dry_run,
        lambda session, year: import_populations(session, file, year, dry_run=dry_run),
    )


@budget_commands.command("remove-sample")
def remove() -> None:
    """Remove all sample data for good: `database prepare` does not bring them back."""
    with current_app.extensions["chrok"].sessions.begin() as session:
        removed = remove_sample(session)
    click.echo(f"{removed} rows of sample data removed")


@budget_commands.command("load-sample")
def load() -> None:
    """Bring the sample data back; real budgets of a place and year stay as they are."""
    with current_app.extensions["chrok"].sessions.begin() as session:
        loaded = load_sample(session, again=True)
    click.echo(f"{loaded} budget lines of sample data loaded")


def _import(file: Path, dry_run: bool, run: Callable[[Session, int], _Imported]) -> None:
    parts = current_app.extensions["chrok"]
    this_year = datetime.now(parts.settings.zone).year
    with faults_of_table_told(file), parts.sessions.begin() as session:
        imported = run(session, this_year)
    click.echo(f"{'would be: ' if dry_run else ''}{imported.summary()}")
