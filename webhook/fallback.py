"""A notice that one channel cannot carry goes by another that the citizen agreed to."""

from __future__ import annotations

from collections.abc import Container

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Contact, FallbackRoute, StoredOutbound
from bot.messages import Reply
from bot.services.outgoing import Priority, queue_notice

# Marks the key of a notice that went another way, so that it goes only once.
_ROUTED = ">"
_ROOM_FOR_THE_MARK = 12


def send_elsewhere(
    session: Session, row: StoredOutbound, channels_on: Container[str]
) -> int | None:
    """Queue the notice for a contact that the citizen named; returns that contact's id, or None.

    Buttons are left out: what they stand for is bound to the conversation they were offered in.
    """
    if row.key is None or row.key.count(_ROUTED):
        return None
    routes = session.scalars(
        select(Contact)
        .join(FallbackRoute, FallbackRoute.route_contact_id == Contact.id)
        .where(
            FallbackRoute.contact_id == row.contact_id,
            FallbackRoute.revoked_at.is_(None),
            Contact.opted_out_at.is_(None),
            Contact.blocked_at.is_(None),
        )
        .order_by(FallbackRoute.id)
    )
    route = next((contact for contact in routes if contact.channel in channels_on), None)
    if route is None:
        return None
    reply = Reply.from_json({**row.reply, "buttons": ()})
    key = f"{row.key[: 120 - _ROOM_FOR_THE_MARK]}{_ROUTED}{route.id}"
    queue_notice(session, route, reply, key=key, priority=Priority(row.priority))
    return route.id
