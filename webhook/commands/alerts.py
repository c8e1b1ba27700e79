"""`flask alerts …`: what the operator has to look at."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.models.base import now
from bot.services.alerts import open_alerts, settle_alert

alerts_commands = AppGroup("alerts", help="What the operator has to look at.")


@alerts_commands.command("list")
def list_alerts() -> None:
    """The alerts of the last week that nobody settled, newest first."""
    parts = current_app.extensions["chrok"]
    with parts.sessions() as session:
        alerts = open_alerts(session, now(), limit=100)
    for alert in alerts:
        raised = alert.raised_at.astimezone(parts.settings.zone)
        figures = ", ".join(f"{name} {value}" for name, value in alert.details.items())
        click.echo(f"{alert.id}  {raised:%Y-%m-%d %H:%M}  {alert.kind} {alert.subject}  {figures}")
    if not alerts:
        click.echo("no open alerts")


@alerts_commands.command("settle")
@click.argument("alert_id", type=int)
def settle(alert_id: int) -> None:
    """Take an alert off the list: it was looked at."""
    with current_app.extensions["chrok"].sessions.begin() as session:
        settled = settle_alert(session, alert_id)
    if not settled:
        raise click.ClickException(
            f"there is no open alert {alert_id}; `flask alerts list` shows all"
        )
    click.echo(f"settled: {alert_id}")
