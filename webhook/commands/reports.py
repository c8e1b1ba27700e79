"""`flask reports …`: reports as PDF files."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from bot.services.reports.ombudsman import ReportError, build_report, read_month
from bot.wording import LANGUAGES
from webhook.official_words import OfficialWords
from webhook.reports.ombudsman_pdf import ombudsman_pdf

reports_commands = AppGroup("reports", help="Reports as PDF files.")


@reports_commands.command("ombudsman")
@click.option("--district", required=True, help="NCDD code of the district, such as 0102.")
@click.option("--month", required=True, help="The month, such as 2026-10.")
@click.option("--language", type=click.Choice(LANGUAGES), default="km")
@click.option(
    "--output", type=click.Path(dir_okay=False, path_type=Path), help="Where to write it."
)
def ombudsman(district: str, month: str, language: str, output: Path | None) -> None:
    """Write the month's report for the district's Citizen's Office; prints where it is.

    All of the citizens' words are masked in it. Subscribers to `ombudsman` get theirs by themselves
    on the first of the month.
    """
    parts = current_app.extensions["chrok"]
    path = output or Path(f"ombudsman-{district}-{month}.pdf")
    try:
        with parts.sessions() as session:
            period = read_month(month, parts.settings.zone)
            report = build_report(session, district, period, parts.settings.zone)
            words = OfficialWords(session, language, parts.settings.zone)
            path.write_bytes(ombudsman_pdf(report, words))
    except ReportError as error:
        raise click.ClickException(str(error)) from error
    except OSError as error:
        raise click.ClickException(f"{path} cannot be written: {error.strerror}") from error
    click.echo(str(path))
