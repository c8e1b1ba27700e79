"""When something that has no address of its own was last alive, or last went well."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, update
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Heartbeat


def beat(session: Session, process: str, moment: datetime) -> None:
    """Write down that `process` is alive, or went well, at this moment."""
    if not insert_once(session, Heartbeat, {"process": process, "beat_at": moment}):
        session.execute(
            update(Heartbeat).where(Heartbeat.process == process).values(beat_at=moment)
        )


def takes_turn(session: Session, process: str, moment: datetime, apart: timedelta) -> bool:
    """Whether this worker is the one to begin what several are asked for at the same time.

    It is, if nobody began within `apart`.
    """
    if insert_once(session, Heartbeat, {"process": process, "beat_at": moment}):
        return True
    begun = session.execute(
        update(Heartbeat)
        .where(Heartbeat.process == process, Heartbeat.beat_at < moment - apart)
        .values(beat_at=moment)
    )
    return cast("CursorResult[Any]", begun).rowcount == 1
