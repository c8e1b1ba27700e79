"""`flask tickets …`: tickets from a spreadsheet."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.models.base import now
from bot.services.ticket_import import import_tickets
from bot.services.ticket_reading import FIELDS
from webhook.commands.faults import faults_of_table_told, missing_tables_told

tickets_commands = AppGroup("tickets", help="The tickets of the offices.")


@tickets_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything, show the numbers, write nothing.")
def import_file(file: Path, dry_run: bool) -> None:
    """Bring in the tickets of FILE (.csv or .xlsx), all of it or nothing.

    A version that is not newer than the stored one changes nothing: a file may be imported twice.
    """
    parts = current_app.extensions["chrok"]
    with missing_tables_told(), faults_of_table_told(file), parts.sessions() as session:
        report = import_tickets(session, file, now(), parts.settings.zone, parts.notifier)
        if dry_run:
            session.rollback()
        else:
            session.commit()
    for site_id in report.new_sites:
        click.echo(f"new site: {site_id}")
    click.echo(f"{'would be: ' if dry_run else ''}{report.summary()}")
    for contact_id in () if dry_run else report.told:
        parts.tasks.wake(contact_id)


@tickets_commands.command("template")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path), default="tickets.csv")
def template(file: Path) -> None:
    """Write an empty table with the columns of an import to FILE (tickets.csv)."""
    if file.exists():
        raise click.ClickException(f"{file} is there already")
    file.write_text(",".join(FIELDS) + "\n", encoding="utf-8-sig")
    click.echo(f"written: {file}")
