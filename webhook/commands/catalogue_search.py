"""`flask catalogue search`: what the assistant would find for some words."""

from __future__ import annotations

import json

import click
from flask import current_app
from flask.cli import with_appcontext

from bot.services.catalogue import services_by_id
from bot.services.catalogue_index import load_index
from webhook.commands.faults import missing_tables_told


@click.command("search")
@click.argument("text")
@click.option("--json", "as_json", is_flag=True, help='Print [{"id": …, "score": …}].')
@click.option("--limit", default=5, show_default=True, type=click.IntRange(1, 50))
@with_appcontext
def search(text: str, as_json: bool, limit: int) -> None:
    """The services that TEXT may mean, best first; nothing where nothing fits."""
    with missing_tables_told(), current_app.extensions["chrok"].sessions() as session:
        hits = load_index(session).search(text, limit)
        names = {
            service.id: service.name_en
            for service in services_by_id(session, [hit.service_id for hit in hits])
        }
    if as_json:
        found = [{"id": hit.service_id, "score": round(hit.score, 4)} for hit in hits]
        click.echo(json.dumps(found, ensure_ascii=False))
        return
    for hit in hits:
        click.echo(f"{hit.score:.2f}  {hit.service_id}  {names[hit.service_id]}")
    if not hits:
        click.echo("nothing fits")
