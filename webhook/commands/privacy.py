"""`flask privacy scan`: look whether anything of a person is left."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.db.models import Contact
from bot.services.traces.needles import needles_for
from bot.services.traces.scanning import find_traces
from bot.settings import PROJECT_ROOT
from webhook.commands.forget import CHANNELS

privacy_commands = AppGroup("privacy", help="What is kept of a person.")

_LOGS = PROJECT_ROOT / "var" / "log"


@privacy_commands.command("scan")
@click.argument("channel", type=click.Choice(CHANNELS))
@click.argument("external_id", metavar="ID")
@click.option("--words", multiple=True, help="Words of theirs to look for; may be repeated.")
@click.option("--conversation", multiple=True, help="The engine's name for them.")
@click.option("--logs", type=click.Path(path_type=Path, file_okay=False), default=_LOGS)
def scan(
    channel: str,
    external_id: str,
    words: tuple[str, ...],
    conversation: tuple[str, ...],
    logs: Path,
) -> None:
    """Look for ID in every table, queue and log, in all spellings; ends with 1 if it is found.

    Before `flask forget` it says how the engine calls the person, for the scan afterwards.
    """
    parts = current_app.extensions["chrok"]
    try:
        with parts.sessions() as session:
            known = session.scalars(
                select(Contact.conversation_id).where(
                    Contact.channel == channel, Contact.external_id == external_id
                )
            ).all()
        needles = needles_for(
            external_id, parts.settings.encryption, words, [*known, *conversation]
        )
        traces = find_traces(parts.settings, needles, sorted(logs.glob("*.log*")))
    except DBAPIError as error:
        raise click.ClickException(
            f"a database did not answer ({type(error).__name__}); nothing is known yet"
        ) from error
    for name in known:
        click.echo(f"known to the engine as {name}: give it as --conversation after forgetting")
    for trace in traces:
        click.echo(f"{trace.kind}  {trace.place}  {trace.times}")
    if traces:
        raise click.ClickException(f"found in {len(traces)} places")
    click.echo("nothing found")
