"""The operator's commands: `flask --app webhook …`."""

from flask import Flask

from webhook.commands.alerts import alerts_commands
from webhook.commands.backup import backup, restore
from webhook.commands.budgets import budget_commands
from webhook.commands.catalogue import catalogue_commands
from webhook.commands.catalogue_search import search
from webhook.commands.channels import channels_commands
from webhook.commands.conversations import conversations_commands
from webhook.commands.database import database_commands
from webhook.commands.digests import digests_commands
from webhook.commands.forget import forget
from webhook.commands.handovers import handover_commands
from webhook.commands.keys import keys_commands
from webhook.commands.officials import officials_commands
from webhook.commands.outbox import outbox_commands
from webhook.commands.privacy import privacy_commands
from webhook.commands.reports import reports_commands
from webhook.commands.retention import retention_commands
from webhook.commands.sites import sites_commands
from webhook.commands.tickets import tickets_commands
from webhook.commands.understanding import nlu_commands


def register_commands(app: Flask) -> None:
    """Add every group of commands to the application."""
    app.cli.add_command(alerts_commands)
    catalogue_commands.add_command(search)
    app.cli.add_command(backup)
    app.cli.add_command(restore)
    app.cli.add_command(budget_commands)
    app.cli.add_command(catalogue_commands)
    app.cli.add_command(channels_commands)
    app.cli.add_command(conversations_commands)
    app.cli.add_command(database_commands)
    app.cli.add_command(digests_commands)
    app.cli.add_command(nlu_commands)
    app.cli.add_command(officials_commands)
    app.cli.add_command(handover_commands)
    app.cli.add_command(forget)
    app.cli.add_command(keys_commands)
    app.cli.add_command(outbox_commands)
    app.cli.add_command(privacy_commands)
    app.cli.add_command(reports_commands)
    app.cli.add_command(retention_commands)
    app.cli.add_command(sites_commands)
    app.cli.add_command(tickets_commands)
