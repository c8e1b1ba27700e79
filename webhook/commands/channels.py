"""`flask channels …`: make providers know us."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import click
from flask import current_app
from flask.cli import AppGroup

from bot.errors import SettingError
from bot.settings import Settings
from webhook.channels import messenger_setup, telegram_setup
from webhook.channels.sms import setup as sms_setup

channels_commands = AppGroup("channels", help="The channels: what their providers know of us.")

# Each takes the settings and yields a line for each thing it did.
SETUPS: dict[str, Callable[[Settings], Iterable[str]]] = {
    "messenger": messenger_setup.set_up,
    "sms": sms_setup.set_up,
    "telegram": telegram_setup.set_up,
}


@channels_commands.command("setup")
@click.argument("name", type=click.Choice(sorted(SETUPS)))
def set_up(name: str) -> None:
    """Tell the provider of channel NAME our address, menu and greeting; may be repeated."""
    settings = current_app.extensions["chrok"].settings
    try:
        for line in SETUPS[name](settings):
            click.echo(line)
    except SettingError as error:
        raise click.ClickException(str(error)) from error
