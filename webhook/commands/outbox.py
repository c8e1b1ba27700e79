"""`flask outbox …`: what is on its way to citizens, and why something is not."""

from __future__ import annotations

import click
from flask import current_app
from flask.cli import AppGroup
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import OutboundPart, StoredOutbound
from bot.db.models.base import now
from bot.messages import Reply
from bot.text.masked_ids import mask_id
from webhook.channel_pauses import paused_until

outbox_commands = AppGroup("outbox", help="Messages to citizens: list, explain, send again.")

_WHY = {
    "queued": "waits for its turn, for its time, or for another try",
    "sent": "the provider took it and has told nothing more",
    "delivered": "the provider says that it arrived",
    "skipped:opted_out": "the citizen stopped our notices; they come back with START",
    "skipped:blocked": "the citizen cannot be reached: blocked us, or left the provider",
    "skipped:window_closed": "the provider takes nothing before the citizen writes again; it "
    "goes out with their next message",
    "skipped:other_channel": "it went by another channel that the citizen agreed to",
    "skipped:channel_off": "the channel has no credentials in the settings",
    "skipped:nothing_to_show": "there was nothing in it that the channel can show",
    "failed:too_old": "it could not be sent for 72 hours",
}


@outbox_commands.command("list")
@click.option("--state", default="queued", show_default=True, help="For example failed, skipped.")
@click.option("--channel", default="", help="Only this channel.")
@click.option("--limit", default=50, show_default=True, type=click.IntRange(1, 1000))
def list_rows(state: str, channel: str, limit: int) -> None:
    """List the newest rows whose state begins with STATE."""
    query = select(StoredOutbound).where(StoredOutbound.state.startswith(state))
    if channel:
        query = query.join(StoredOutbound.contact).where(
            StoredOutbound.contact.has(channel=channel)
        )
    with current_app.extensions["chrok"].sessions() as session:
        rows = session.scalars(query.order_by(StoredOutbound.id.desc()).limit(limit)).all()
        for row in rows:
            click.echo(_line(row))
    click.echo(f"{len(rows)} rows with state {state}…")


@outbox_commands.command("retry")
@click.argument("row_ids", nargs=-1, type=int)
@click.option("--failed", is_flag=True, help="All rows that failed, instead of naming them.")
def retry(row_ids: tuple[int, ...], failed: bool) -> None:
    """Queue rows again that ended as failed or skipped; what was sent is not sent twice."""
    if not row_ids and not failed:
        raise click.UsageError("name rows, for example: outbox retry 17 18; or give --failed")
    with current_app.extensions["chrok"].sessions.begin() as session:
        query = select(StoredOutbound).where(StoredOutbound.state.startswith("failed"))
        if row_ids:
            query = select(StoredOutbound).where(StoredOutbound.id.in_(row_ids))
        rows = session.scalars(query).all()
        missing = set(row_ids) - {row.id for row in rows}
        if missing:
            raise click.ClickException(f"there is no row {', '.join(map(str, sorted(missing)))}")
        again = [row for row in rows if _can_go_out_again(row)]
        for row in again:
            _queue_again(session, row)
    click.echo(f"{len(again)} queued again, {len(rows) - len(again)} left as they are")


def _can_go_out_again(row: StoredOutbound) -> bool:
    """Whether it ended without arriving, and its words were not erased since."""
    return row.state.startswith(("failed", "skipped")) and row.reply != Reply("").to_json()


@outbox_commands.command("why")
@click.argument("row_id", type=int)
def why(row_id: int) -> None:
    """Tell what became of one row, and why."""
    with current_app.extensions["chrok"].sessions() as session:
        row = session.get(StoredOutbound, row_id)
        if row is None:
            raise click.ClickException(f"there is no row {row_id}")
        for line in _explained(session, row):
            click.echo(line)


def _queue_again(session: Session, row: StoredOutbound) -> None:
    """Queue what has not arrived: from the first part on of which the provider says so."""
    parts = session.scalars(
        select(OutboundPart).where(OutboundPart.outbox_id == row.id).order_by(OutboundPart.position)
    ).all()
    lost = next((part for part in parts if part.state.startswith("failed")), None)
    if lost is not None:
        row.parts_sent = lost.position
        for part in parts[parts.index(lost) :]:
            session.delete(part)
    row.state = "queued"
    row.attempts = 0
    row.not_before = row.queued_at = now()
    row.finished_at = None


def _line(row: StoredOutbound) -> str:
    kind = "reply" if row.inbound_id else "notice"
    recipient = f"{row.contact.channel}:{mask_id(row.contact.external_id)}"
    return (
        f"{row.id}  {row.state}  {kind}  {recipient}  tries {row.attempts}  "
        f"created {row.created_at:%Y-%m-%d %H:%M}  {row.last_error or ''}".rstrip()
    )


def _explained(session: Session, row: StoredOutbound) -> list[str]:
    lines = [_line(row), _WHY.get(row.state, "the provider refused it for good; see the code")]
    if row.state == "queued":
        lines.append(f"next try not before {row.not_before:%Y-%m-%d %H:%M:%S} UTC")
        until = paused_until(session, row.contact.channel)
        if until is not None:
            lines.append(f"its channel is paused until {until:%Y-%m-%d %H:%M:%S} UTC")
    parts = session.scalars(
        select(OutboundPart).where(OutboundPart.outbox_id == row.id).order_by(OutboundPart.position)
    )
    lines += [f"part {part.position + 1}: {part.state}" for part in parts]
    return lines
