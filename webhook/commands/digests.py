"""`flask digests …`: send what is due by a moment."""

from __future__ import annotations

from datetime import datetime

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.models.base import now
from bot.services.digests.periods import DIGEST_KINDS
from webhook.digest_delivery import send_digests
from webhook.mail_delivery import send_queued_emails

digests_commands = AppGroup("digests", help="What officials are sent, beside the worker's clock.")


@digests_commands.command("send")
@click.option("--period", required=True, type=click.Choice(DIGEST_KINDS))
@click.option("--at", help="ISO time such as 2026-11-25T08:00; without a zone that of TIMEZONE.")
def send(period: str, at: str | None) -> None:
    """Send the digests that are due by --at and were not sent yet; without it, by now.

    The worker does so by itself every minute; each subscription gets each period once, whoever
    sends it.
    """
    parts = current_app.extensions["chrok"]
    try:
        moment = datetime.fromisoformat(at) if at else now()
    except ValueError as error:
        raise click.BadParameter(
            f"{at!r} is no ISO time such as 2026-11-25T08:00", param_hint="--at"
        ) from error
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=parts.settings.zone)
    result = send_digests(parts.sessions, parts.settings, [period], moment, on_request=True)
    for contact_id in dict.fromkeys(result.contacts):
        parts.tasks.wake(contact_id)
    emails = send_queued_emails(parts.sessions, parts.settings)
    click.echo(f"{result.told} {period} digests queued, {emails} e-mails sent")
    if result.failed:
        raise click.ClickException(f"{result.failed} failed; the log says why. Run it again.")
