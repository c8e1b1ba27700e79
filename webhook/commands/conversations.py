"""`flask conversations …`: a person takes a conversation over, or gives it back."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Contact
from bot.db.models.base import now
from bot.text.masked_ids import mask_id
from webhook.control_messages import TAKEN_OVER

conversations_commands = AppGroup(
    "conversations", help="Take a conversation over from the assistant, or give it back."
)


@conversations_commands.command("take")
@click.argument("channel")
@click.argument("external_id")
def take(channel: str, external_id: str) -> None:
    """Keep the assistant quiet for 12 hours: a person answers EXTERNAL_ID on CHANNEL."""
    with current_app.extensions["chrok"].sessions.begin() as session:
        contact = _contact(session, channel, external_id)
        contact.taken_over_until = now() + TAKEN_OVER
    click.echo(f"{channel}:{mask_id(external_id)} is yours until it is released, 12 h at most")


@conversations_commands.command("release")
@click.argument("channel")
@click.argument("external_id")
def release(channel: str, external_id: str) -> None:
    """Let the assistant answer EXTERNAL_ID on CHANNEL again."""
    with current_app.extensions["chrok"].sessions.begin() as session:
        _contact(session, channel, external_id).taken_over_until = None
    click.echo(f"the assistant answers {channel}:{mask_id(external_id)} again")


@conversations_commands.command("list")
def list_taken() -> None:
    """List the conversations that a person has taken over."""
    with current_app.extensions["chrok"].sessions() as session:
        taken = session.scalars(select(Contact).where(Contact.taken_over_until > now())).all()
    for contact in taken:
        click.echo(
            f"{contact.channel}:{mask_id(contact.external_id)}  until "
            f"{contact.taken_over_until:%Y-%m-%d %H:%M} UTC"
        )
    click.echo(f"{len(taken)} taken over")


def _contact(session: Session, channel: str, external_id: str) -> Contact:
    contact = session.scalars(
        select(Contact).where(Contact.channel == channel, Contact.external_id == external_id)
    ).first()
    if contact is None:
        raise click.ClickException(f"nobody wrote on {channel!r} under that id")
    return contact
