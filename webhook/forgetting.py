"""Forgetting somebody at the right moment: after the farewell, within the hour in any case."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from bot.db.models import StoredOutbound
from bot.db.models.base import now
from bot.logs.loggers import get_logger
from bot.services.deletion_requests import Forgetter, forgetting_due_at
from bot.services.outgoing import Priority
from webhook import inbox

log = get_logger(__name__)

# A provider that is down does not keep somebody's words alive for longer than this.
_LONGEST_FAREWELL = timedelta(hours=1)
_TRY_AGAIN = timedelta(minutes=5)


def forget_when_due(forgetter: Forgetter, contact_id: int) -> datetime | None:
    """Forget the contact if that was asked for and the farewell is out; else when to look again.

    To be called under the contact's lease. A message that waits for its answer comes first.
    """
    with forgetter.sessions() as session:
        due = forgetting_due_at(session, contact_id)
        if due is None:
            return None
        if due > now():
            return due
        if inbox.waits_until(session, contact_id) is not None:
            return None
        if now() < due + _LONGEST_FAREWELL and _reply_is_on_its_way(session, contact_id):
            return now() + _TRY_AGAIN
    try:
        forgotten = forgetter.forget(contact_id)
    except DBAPIError as error:
        log.error("contact_not_forgotten_yet", contact_id=contact_id, error=error)
        return now() + _TRY_AGAIN
    log.info("contact_forgotten", forgotten=forgotten)
    return None


def _reply_is_on_its_way(session: Session, contact_id: int) -> bool:
    queued = select(StoredOutbound.id).where(
        StoredOutbound.contact_id == contact_id,
        StoredOutbound.state == "queued",
        StoredOutbound.priority == Priority.REPLY,
    )
    return session.scalars(queued.limit(1)).first() is not None
