"""`flask forget`: erase what somebody wrote, on their request."""

from __future__ import annotations

from datetime import timedelta

import click
from flask import current_app
from flask.cli import with_appcontext
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.db.models import Contact
from bot.services.deletion_requests import request_forgetting
from webhook.lease import lease

CHANNELS = ("messenger", "telegram", "sms", "web")


@click.command("forget")
@click.argument("channel", type=click.Choice(CHANNELS))
@click.argument("external_id", metavar="ID")
@with_appcontext
def forget(channel: str, external_id: str) -> None:
    """Erase what ID wrote on CHANNEL, and whatever leads to the person.

    ID is the channel's own id of the citizen; for sms the number, such as +85512345678. Messages
    lose their words, the engine's record of the conversation is deleted, counts stay.
    """
    parts = current_app.extensions["chrok"]
    with parts.sessions() as session:
        contact = session.scalars(
            select(Contact).where(Contact.channel == channel, Contact.external_id == external_id)
        ).first()
    if contact is None:
        raise click.ClickException(f"nobody is known by this id on {channel}; nothing was erased")
    with lease(parts.sessions, contact.id) as held:
        if held is None:
            raise click.ClickException("a message of theirs is being answered; try again shortly")
        try:
            with parts.sessions.begin() as session:
                code = request_forgetting(
                    session, session.get_one(Contact, contact.id), "operator", timedelta()
                ).confirmation_code
            forgotten = parts.forgetter.forget(contact.id)
        except DBAPIError as error:
            raise click.ClickException(
                f"a database did not answer ({type(error).__name__}); the worker tries again, or "
                "run this once more. The engine's is TRACKER_DATABASE_URL"
            ) from error
    click.echo(
        f"forgotten: {forgotten.received} messages received, {forgotten.sent} sent, "
        f"{forgotten.detached} other rows; confirmation code {code}"
    )
