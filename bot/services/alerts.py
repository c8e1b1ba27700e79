"""Alerts for the operator: in the log at once, in /readyz and the digest until they are settled."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import OperatorAlert
from bot.db.models.base import now
from bot.logs.loggers import get_logger

log = get_logger(__name__)

# What nobody settled is old news after a week.
_SHOWN_FOR = timedelta(days=7)


def raise_alert(
    session: Session, kind: str, subject: str, *, key: str, details: dict[str, Any]
) -> bool:
    """Raise an alert once for each `key`, in the caller's transaction; returns whether it is new.

    `details` must hold nothing about a citizen: they are shown to whoever can read /readyz.
    """
    is_new = insert_once(
        session,
        OperatorAlert,
        {
            "key": key,
            "kind": kind,
            "subject": subject,
            "details": details,
            "raised_at": now(),
        },
    )
    if is_new:
        log.warning("operator_alert", kind=kind, subject=subject, details=details)
    return is_new


def is_raised(session: Session, key: str) -> bool:
    """Whether the alert with this key was raised, settled or not."""
    return session.scalar(select(OperatorAlert.id).where(OperatorAlert.key == key)) is not None


def open_alerts(session: Session, moment: datetime, limit: int = 20) -> list[OperatorAlert]:
    """The alerts that nobody settled, newest first."""
    return list(
        session.scalars(
            select(OperatorAlert)
            .where(OperatorAlert.settled_at.is_(None))
            .where(OperatorAlert.raised_at > moment - _SHOWN_FOR)
            .order_by(OperatorAlert.raised_at.desc())
            .limit(limit)
        )
    )


def settle_alert(session: Session, alert_id: int) -> bool:
    """The operator has dealt with it; returns whether there was such an open alert."""
    alert = session.get(OperatorAlert, alert_id)
    if alert is None or alert.settled_at is not None:
        return False
    alert.settled_at = now()
    return True
