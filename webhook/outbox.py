"""The outbox: replies wait here until the provider has them."""

from __future__ import annotations

import logging
import random
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import StoredOutbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.messages import Reply
from bot.rendering import render
from webhook.channels.base import Channel, SendError

log = logging.getLogger(__name__)

# Nothing stays without an end for longer than this.
LONGEST = timedelta(hours=72)
_LONGEST_PAUSE = 600.0


def deliver(sessions: SessionFactory, channels: Mapping[str, Channel], contact_id: int) -> None:
    """Send what the contact's outbox holds, in order; the first that has to wait stops the rest."""
    while True:
        with sessions() as session:
            row = _next_queued(session, contact_id)
            if row is None or row.not_before > now():
                return
            channel = channels.get(row.contact.channel)
        if channel is None:
            _end(sessions, row.id, "skipped:channel_off")
        elif not _send(sessions, channel, row):
            return


def next_due(session: Session, contact_id: int) -> datetime | None:
    """When the contact's outbox wants to be looked at again; None when it is empty."""
    row = _next_queued(session, contact_id)
    return row.not_before if row else None


def contacts_due(session: Session, moment: datetime, limit: int) -> list[int]:
    """Contacts with a reply that should be sent by now."""
    return list(
        session.scalars(
            select(StoredOutbound.contact_id)
            .where(StoredOutbound.state == "queued", StoredOutbound.not_before <= moment)
            .order_by(StoredOutbound.id)
            .limit(limit)
        )
    )


def _next_queued(session: Session, contact_id: int) -> StoredOutbound | None:
    return session.scalars(
        select(StoredOutbound)
        .where(StoredOutbound.contact_id == contact_id, StoredOutbound.state == "queued")
        .order_by(StoredOutbound.priority, StoredOutbound.id)
        .limit(1)
    ).first()


def _send(sessions: SessionFactory, channel: Channel, row: StoredOutbound) -> bool:
    """Send the parts that are left; returns whether the contact's next reply may follow."""
    parts = render(Reply.from_json(row.reply), channel.capabilities)
    if not parts:
        _end(sessions, row.id, "skipped:nothing_to_show")
    for position in range(row.parts_sent, len(parts)):
        try:
            sent = channel.send(row.contact.external_id, parts[position])
        except SendError as error:
            return _handle(sessions, row, error)
        with sessions.begin() as session:
            stored = session.get_one(StoredOutbound, row.id)
            stored.parts_sent = position + 1
            stored.provider_message_id = sent.provider_message_id
            if position + 1 == len(parts):
                stored.state = "sent"
                stored.finished_at = now()
    return True


def _handle(sessions: SessionFactory, row: StoredOutbound, error: SendError) -> bool:
    if error.action == "window_closed":
        _end(sessions, row.id, "skipped:window_closed")
    elif error.action == "stop_contact":
        _end(sessions, row.id, "skipped:blocked")
    elif error.action == "dead_letter":
        _end(sessions, row.id, f"failed:{error.code}")
    elif now() - row.created_at > LONGEST:
        _end(sessions, row.id, "failed:too_old")
    else:
        _retry_later(sessions, row.id, error)
        return False
    return True


def _retry_later(sessions: SessionFactory, row_id: int, error: SendError) -> None:
    with sessions.begin() as session:
        stored = session.get_one(StoredOutbound, row_id)
        pause = min(2.0**stored.attempts, _LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311  spreads retries, guards nothing
        pause = max(pause, error.retry_after or 0)
        stored.attempts += 1
        stored.not_before = now() + timedelta(seconds=pause)
    log.warning("outbox %s put off for %.0f s: %s", row_id, pause, error.code)


def _end(sessions: SessionFactory, row_id: int, state: str) -> None:
    with sessions.begin() as session:
        stored = session.get_one(StoredOutbound, row_id)
        stored.state = state[:60]
        stored.finished_at = now()
    log.error("outbox %s ended as %s", row_id, state)
