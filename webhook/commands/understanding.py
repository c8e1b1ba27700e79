"""`flask nlu review …`: what was understood badly goes out for labelling and comes back."""

from __future__ import annotations

from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from bot.db.models.base import now
from bot.services.review_sheet import write_review
from bot.services.training_examples import TRAINING_DATA, add_labelled, intents
from bot.services.understanding_review import (
    UNSURE_BELOW,
    forget_old,
    mark_reviewed,
    to_review,
)
from webhook.commands.faults import faults_of_table_told

nlu_commands = AppGroup("nlu", help="How messages are understood.")
review_commands = AppGroup("review", help="Messages that were understood badly.")
nlu_commands.add_command(review_commands)


@review_commands.command("export")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    default=UNSURE_BELOW,
    show_default=True,
    help="How sure the engine was at most.",
)
def export(file: Path, below: float) -> None:
    """Write unsure, misunderstood and corrected messages to FILE (.xlsx), masked, for labelling."""
    if file.suffix.lower() != ".xlsx":
        raise click.BadParameter("give a name that ends in .xlsx", param_hint="FILE")
    with current_app.extensions["chrok"].sessions.begin() as session:
        forgotten = forget_old(session, now())
        rows = to_review(session, below)
        try:
            write_review(file, rows, intents())
        except OSError as error:
            raise click.ClickException(f"{file}: {error.strerror}") from error
    click.echo(f"{len(rows)} messages written to {file}")
    if forgotten:
        click.echo(f"{forgotten} older than 90 days were forgotten")


@review_commands.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", is_flag=True, help="Check everything and write nothing.")
@click.option(
    "--data",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=TRAINING_DATA,
    help="The folder of the training data.",
)
def import_labels(file: Path, dry_run: bool, data: Path) -> None:
    """Take labelled rows of FILE (.xlsx or .csv) into data/nlu/reviewed.yml, all or none."""
    with faults_of_table_told(file):
        added = add_labelled(file, dry_run=dry_run, folder=data)
    if not dry_run:
        with current_app.extensions["chrok"].sessions.begin() as session:
            mark_reviewed(session, added.texts)
    click.echo(f"{'would be: ' if dry_run else ''}{added.summary()}")
    if added.added and not dry_run:
        click.echo("`make train` teaches them to the engine")
