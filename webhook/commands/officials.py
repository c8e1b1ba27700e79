"""`flask officials …`: who is told what about which place."""

from __future__ import annotations

from typing import cast

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.models import Official
from bot.db.models.feedback import UNITS
from bot.db.models.officials import OFFICIAL_CHANNELS, OFFICIAL_ROLES, PERIODS
from bot.db.session import SessionFactory
from bot.services import officials as service
from bot.services.invitations import invite as new_invitation
from bot.wording import LANGUAGES

officials_commands = AppGroup(
    "officials", help="The officials who get feedback: add, list, remove, subscribe, invite."
)

_PLACE = click.option(
    "--place", required=True, help="NCDD code of the district (0110) or province (01)."
)
_NAME = click.option("--name", required=True, help="The office or person, for your own lists.")
_ROLE = click.option("--role", type=click.Choice(OFFICIAL_ROLES), default="office")
_UNIT = click.option("--unit", type=click.Choice(UNITS), help="Only about this unit.")
_LANGUAGE = click.option("--language", type=click.Choice(LANGUAGES), default="km")
_PERIOD = click.option(
    "--period", "periods", multiple=True, type=click.Choice(PERIODS), help="May be given again."
)


@officials_commands.command("add")
@_NAME
@_PLACE
@click.option("--channel", required=True, type=click.Choice(OFFICIAL_CHANNELS))
@click.option("--address", required=True, help="Chat id, e-mail address or phone number.")
@_ROLE
@_UNIT
@_LANGUAGE
@_PERIOD
def add(
    name: str,
    place: str,
    channel: str,
    address: str,
    role: str,
    unit: str | None,
    language: str,
    periods: tuple[str, ...],
) -> None:
    """Add an official and subscribe them; prints their number."""
    try:
        with _sessions().begin() as session:
            official = service.add_official(
                session,
                name=name,
                place_code=place,
                channel=channel,
                address=address,
                role=role,
                unit=unit or "",
                language=language,
            )
            service.subscribe(session, official, periods)
            click.echo(_line(official))
    except service.OfficialError as error:
        raise click.ClickException(str(error)) from error


@officials_commands.command("list")
def list_all() -> None:
    """Everybody who is told something, by place."""
    with _sessions()() as session:
        officials = service.active_officials(session)
        for official in officials:
            click.echo(_line(official))
    if not officials:
        click.echo("nobody yet; add one with `flask officials add` or invite a Telegram group")


@officials_commands.command("remove")
@click.argument("number", type=int)
def remove(number: int) -> None:
    """Send the official NUMBER nothing more. What they did stays in the audit trail."""
    try:
        with _sessions().begin() as session:
            official = service.remove_official(session, number)
            click.echo(f"removed: {official.name}")
    except service.OfficialError as error:
        raise click.ClickException(str(error)) from error


@officials_commands.command("subscribe")
@click.argument("number", type=int)
@_PERIOD
@click.option("--end", is_flag=True, help="End these subscriptions instead.")
def subscribe(number: int, periods: tuple[str, ...], end: bool) -> None:
    """Send the official NUMBER these periods from now on."""
    if not periods:
        raise click.UsageError(f"--period: give one or more of {', '.join(PERIODS)}")
    try:
        with _sessions().begin() as session:
            official = service.official_with(session, number)
            (service.unsubscribe if end else service.subscribe)(session, official, periods)
            click.echo(_line(official))
    except service.OfficialError as error:
        raise click.ClickException(str(error)) from error


@officials_commands.command("invite")
@_NAME
@_PLACE
@_ROLE
@_UNIT
@_LANGUAGE
@_PERIOD
def invite(
    name: str, place: str, role: str, unit: str | None, language: str, periods: tuple[str, ...]
) -> None:
    """Print a code: sent as /join CODE in a Telegram group with the bot, it joins that group."""
    try:
        with _sessions().begin() as session:
            invitation = new_invitation(
                session,
                name=name,
                place_code=place,
                periods=periods or ("immediate", "daily"),
                role=role,
                unit=unit or "",
                language=language,
            )
            click.echo(invitation.code)
    except service.OfficialError as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"Add the bot to the group and send there: /join {invitation.code}", err=True)
    click.echo("It is good once, for seven days.", err=True)


def _line(official: Official) -> str:
    periods = [s.period for s in official.subscriptions if s.ended_at is None]
    scope = " ".join(filter(None, (official.place_code, official.unit, official.role)))
    what = ", ".join(periods) or "nothing subscribed"
    return (
        f"{official.id}  {official.name}  {scope}  {official.channel} "
        f"{_masked(official.channel, official.address)}  {official.language}  {what}"
    )


def _masked(channel: str, address: str) -> str:
    return f"…{address[-3:]}" if channel == "sms" else address


def _sessions() -> SessionFactory:
    return cast(SessionFactory, current_app.extensions["chrok"].sessions)
