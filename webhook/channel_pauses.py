"""A channel whose provider refuses us as a whole is left alone until somebody mends it."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, bindparam, delete, select
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import ChannelPause
from bot.db.models.base import now
from bot.logs.loggers import get_logger

log = get_logger(__name__)

_FIRST_PAUSE = timedelta(minutes=1)
_LONGEST_PAUSE = timedelta(minutes=15)
# Every message that goes out asks for it, so it is built once.
_END_OF_PAUSE = (
    delete(ChannelPause)
    .where(ChannelPause.channel == bindparam("channel"))
    .execution_options(synchronize_session=False)
)


def pause(session: Session, channel: str, reason: str) -> datetime:
    """Send nothing more over the channel for a while; returns until when.

    One message tries again after a minute, then after growing pauses of at most a quarter of an
    hour, so a mended token is noticed without anybody's help.
    """
    moment = now()
    first = {
        "channel": channel,
        "reason": reason,
        "since": moment,
        "until": moment + _FIRST_PAUSE,
    }
    insert_once(session, ChannelPause, first)
    row = session.get_one(ChannelPause, channel)
    if row.until <= moment:
        row.until = moment + min(2 * (row.until - row.since), _LONGEST_PAUSE)
    row.reason = reason[:60]
    log.critical("channel_paused", channel=channel, until=row.until, reason=reason)
    return row.until


def paused_until(session: Session, channel: str) -> datetime | None:
    """Until when the channel sends nothing; None when it may send."""
    row = session.get(ChannelPause, channel)
    return row.until if row is not None and row.until > now() else None


def resume(session: Session, channel: str) -> None:
    """The provider takes messages again."""
    ended = session.execute(_END_OF_PAUSE, {"channel": channel})
    if cast("CursorResult[Any]", ended).rowcount:
        log.warning("channel_sends_again", channel=channel)


def paused_channels(session: Session) -> dict[str, str]:
    """The reason for each channel that the provider refused at its last try."""
    return {row.channel: row.reason for row in session.scalars(select(ChannelPause))}
