"""`flask catalogue …`: the NGO's way to bring the catalogue in and out as a spreadsheet."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from bot.errors import CatalogueError
from bot.services.catalogue_export import export_catalogue
from bot.services.catalogue_import import import_catalogue
from webhook.commands.faults import faults_of_table_told

catalogue_commands = AppGroup("catalogue", help="The services: fees, documents, offices, phrases.")


@catalogue_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Show what would change and write nothing.")
@click.option(
    "--remove-missing",
    is_flag=True,
    help="Also remove the services, sectors and offices that the file does not name.",
)
def import_file(file: Path, dry_run: bool, remove_missing: bool) -> None:
    """Bring the catalogue to what FILE (.xlsx or .csv) says, all of it or nothing.

    Of a service that a sheet names, the sheet holds all fee tiers, documents or phrases: others of
    that service are removed. What the file does not name at all stays as it is.
    """
    sessions = current_app.extensions["chrok"].sessions
    with faults_of_table_told(file), sessions.begin() as session:
        difference = import_catalogue(session, file, dry_run=dry_run, remove_missing=remove_missing)
    for change in difference.changes:
        for line in change.lines():
            click.echo(line)
    if difference.kept:
        click.echo(f"{difference.kept} rows that the file does not name stay as they are")
    click.echo(f"{'would be: ' if dry_run else ''}{difference.summary()}")


@catalogue_commands.command("export")
@click.argument("file", required=False, type=click.Path(dir_okay=False, path_type=Path))
def export_file(file: Path | None) -> None:
    """Write the catalogue to FILE: .xlsx holds everything, fee_tiers.csv and the like one table.

    Without FILE it goes to chrok-catalogue-<date>.xlsx in the current folder.
    """
    parts = current_app.extensions["chrok"]
    today = datetime.now(parts.settings.zone).date()
    path = file or Path(f"chrok-catalogue-{today.isoformat()}.xlsx")
    try:
        with parts.sessions() as session:
            rows = export_catalogue(session, path)
    except CatalogueError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    click.echo(f"{rows} rows written to {path}")
