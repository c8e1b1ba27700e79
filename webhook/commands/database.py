"""`flask database …`: bring the schema and the reference data up to date."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.migrate import upgrade
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
