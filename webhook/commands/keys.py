"""`flask keys …`: the keys under which ids of people rest."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from bot.encryption import UnreadableError, new_key
from bot.services.key_rotation import rotate

keys_commands = AppGroup("keys", help="The keys under which ids of people rest.")


@keys_commands.command("new")
def new() -> None:
    """Print a new key for ENCRYPTION_KEYS; put it before the ones that stand there."""
    click.echo(new_key())


@keys_commands.command("rotate")
def rotate_keys() -> None:
    """Re-encrypt everything under the first of ENCRYPTION_KEYS, while the system runs.

    Broken off, it goes on where it was when it is run again.
    """
    parts = current_app.extensions["chrok"]
    try:
        rotated = rotate(parts.sessions, parts.settings)
    except UnreadableError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"re-encrypted {rotated.changed} of {rotated.total} ids")
    if rotated.left:
        raise click.ClickException(
            f"{rotated.left} ids are under an older key: a process still runs with the settings "
            "from before. Restart all of them, then run this again"
        )
    click.echo(
        "everything is under the current key. Once every process has been restarted with it, the "
        "older ones can be removed from ENCRYPTION_KEYS; keep them apart as long as you keep "
        "backups from before. PREVIOUS_SECRET_KEY stays for 90 days, while links are out"
    )
