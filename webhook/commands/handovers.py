"""`flask handovers …`: citizens who want to speak with a person."""

from __future__ import annotations

import json
from datetime import tzinfo

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy.orm import Session

from bot.db.models import HandoverRequest, Place
from bot.errors import ChrokError
from bot.services.handovers import close_handover, handover_requests

handover_commands = AppGroup("handovers", help="Citizens who want to speak with a person.")


@handover_commands.command("list")
@click.option("--all", "closed_too", is_flag=True, help="Also those that are closed.")
@click.option("--json", "as_json", is_flag=True, help="As JSON, for other programs.")
def list_requests(closed_too: bool, as_json: bool) -> None:
    """Show the open requests, the oldest first, with the citizen's own words."""
    parts = current_app.extensions["chrok"]
    with parts.sessions() as session:
        rows = [
            _row(session, request, parts.settings.zone)
            for request in handover_requests(session, closed_too=closed_too)
        ]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        click.echo(
            f"{row['id']}  {row['created_at']}  {row['channel']} contact {row['contact']}  "
            f"{row['place'] or 'no place'}  {row['state']}"
        )
        for line in str(row["reason"]).split("\n"):
            click.echo(f"    {line or '(no words of their own)'}")
    click.echo(f"{len(rows)} requests" if rows else "nobody waits for a person")


@handover_commands.command("close")
@click.argument("request_ids", type=int, nargs=-1, required=True)
@click.option("--message", default="", help="A last message to the citizens, in their language.")
def close_requests(request_ids: tuple[int, ...], message: str) -> None:
    """Close the requests with these numbers, all of them or none."""
    try:
        with current_app.extensions["chrok"].sessions.begin() as session:
            for request_id in request_ids:
                close_handover(session, request_id, message.strip())
    except ChrokError as error:
        raise click.ClickException(f"{error}; nothing was closed") from error
    told = " and told so" if message.strip() else ""
    click.echo(f"closed{told}: {', '.join(map(str, request_ids))}")


def _row(session: Session, request: HandoverRequest, zone: tzinfo) -> dict[str, str | int]:
    place = session.get(Place, request.place_code or "")
    return {
        "id": request.id,
        "created_at": request.created_at.astimezone(zone).strftime("%Y-%m-%d %H:%M"),
        "channel": request.contact.channel,
        "contact": request.contact_id,
        "place": f"{place.name_en} ({place.code})" if place else "",
        "state": request.state,
        "reason": request.reason,
    }
