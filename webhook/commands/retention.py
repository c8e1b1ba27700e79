"""`flask retention run`: erase words that are older than they are needed."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.exc import DBAPIError

from bot.db.models.base import now
from bot.services.retention.running import apply_retention
from webhook.nightly import note_success

retention_commands = AppGroup("retention", help="For how long words are kept.")


@retention_commands.command("run")
@click.option("--dry-run", is_flag=True, help="Say what would go, and change nothing.")
def run(dry_run: bool) -> None:
    """Erase raw words older than RAW_TEXT_DAYS, after counting their days; runs each night too."""
    parts = current_app.extensions["chrok"]
    settings = parts.settings
    try:
        done = apply_retention(
            parts.sessions, parts.forgetter.tracker, settings, now(), dry_run=dry_run
        )
    except DBAPIError as error:
        raise click.ClickException(
            f"a database did not answer ({type(error).__name__}); what was erased stays so, run "
            "this once more. The engine's is TRACKER_DATABASE_URL"
        ) from error
    if not dry_run:
        note_success(parts.sessions, "retention")
    would = "would be " if dry_run else ""
    click.echo(f"{done.days} days {would}counted; older than {settings.raw_text_days} days:")
    for name, rows in done.erased.items():
        click.echo(f"  {name}: {rows} rows {would}erased")
