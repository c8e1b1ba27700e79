"""`flask backup` and `flask restore`: all that an installation needs to come back, in one file."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext

from bot.errors import ChrokError
from bot.services.backups.making import backup_folder, make_backup
from bot.services.backups.manifest import Manifest
from bot.services.backups.restoring import opened_backup, restore_backup
from webhook.nightly import note_success


@click.command("backup")
@click.option("--to", "target", type=click.Path(path_type=Path), help="A folder, or a new file.")
@click.option("--keep", type=click.IntRange(min=1), help="How many stay in the folder.")
@with_appcontext
def backup(target: Path | None, keep: int | None) -> None:
    """Write one encrypted file with databases, queue and model, while everything runs.

    Without --to it goes to BACKUP_FOLDER. Settings and their keys are not in it (docs/backup.md).
    """
    parts = current_app.extensions["chrok"]
    settings = parts.settings
    if target is None and not settings.backup_folder:
        raise click.ClickException("say where to with --to FOLDER, or set BACKUP_FOLDER")
    try:
        made = make_backup(settings, target or backup_folder(settings), keep=keep)
    except ChrokError as error:
        raise click.ClickException(str(error)) from error
    note_success(parts.sessions, "backup")
    size = made.file.stat().st_size
    click.echo(f"{made.file}: {size / 1e6:.1f} MB")
    _tell_contents(made.manifest)
    for older in made.removed:
        click.echo(f"  removed {older.name}")


@click.command("restore")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--yes", is_flag=True, help="Replace a database that has rows in it.")
@click.option("--check", is_flag=True, help="Only look whether the file is whole.")
@with_appcontext
def restore(file: Path, yes: bool, check: bool) -> None:
    """Put back what `flask backup` wrote; stop webhook, worker, actions and engine before.

    The file is looked at whole before anything is changed. An older one is migrated.
    """
    settings = current_app.extensions["chrok"].settings
    try:
        if check:
            with opened_backup(settings, file) as (described, _):
                click.echo(
                    f"whole: made {described.made_at:%Y-%m-%d %H:%M} UTC, "
                    f"Chrok {described.version}, structure {described.migration}"
                )
                _tell_contents(described)
            return
        restored = restore_backup(settings, file, over_data=yes)
    except ChrokError as error:
        raise click.ClickException(str(error)) from error
    click.echo(
        f"restored {', '.join(restored.names)} of {restored.manifest.made_at:%Y-%m-%d %H:%M} UTC. "
        "Who asked to be forgotten since then is back: `flask forget CHANNEL ID` for each"
    )


def _tell_contents(described: Manifest) -> None:
    for entry in described.entries:
        rows = f", {sum(entry.rows.values())} rows" if entry.rows else ""
        click.echo(f"  {entry.name}: {entry.size / 1e6:.1f} MB{rows}")
