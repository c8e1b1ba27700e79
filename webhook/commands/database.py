"""`flask database …`: bring the schema and the reference data up to date."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.migrate import (
    current_revision,
    downgrade,
    pinned_head,
    revisions_between,
    upgrade,
)
from bot.services.budget_sample import load_sample
from bot.services.seeding import seed

database_commands = AppGroup("database", help="The SQL database: schema and reference data.")


@database_commands.command("prepare")
def prepare() -> None:
    """Migrate to the newest schema and load the reference data that changed."""
    parts = current_app.extensions["chrok"]
    upgrade(parts.settings.database_url, keys=parts.settings.encryption)
    with parts.sessions.begin() as session:
        changed = seed(session)
        sample = load_sample(session)
    click.echo("database: reference data loaded" if changed else "database: up to date")
    if sample:
        click.echo(f"database: {sample} budget lines of sample data loaded")


@database_commands.command("status")
def status() -> None:
    """Tell the revision of the database, and the one that this version was written for."""
    found = current_revision(current_app.extensions["chrok"].settings.database_url)
    click.echo(f"database: {found or 'empty'}")
    click.echo(f"this version: {pinned_head()}")


@database_commands.command("revert")
@click.argument("revision")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revert(revision: str, yes: bool) -> None:
    """Take newer tables and columns away, before an older version is started.

    REVISION is what `migrations/HEAD` of the older version says. Run it in the newer one, which
    alone knows the way; stop webhook, worker, actions and engine before.
    """
    settings = current_app.extensions["chrok"].settings
    url = settings.database_url
    going = revisions_between(url, revision)
    if going is None:
        raise click.ClickException(
            f"{revision} is no revision that this version knows; `migrations/HEAD` of the older "
            "version names it"
        )
    if not going:
        click.echo("database: nothing newer to take away")
        return
    click.echo(f"These go, with what is in them: {', '.join(going)}")
    if not yes:
        click.confirm("Is there a backup, and shall they go?", abort=True)
    downgrade(url, revision, keys=settings.encryption)
    click.echo(f"database: {current_revision(url)}")
