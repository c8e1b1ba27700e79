"""Messages that wait for the mail server: each is sent once, or ends with a reason."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any, cast

from sqlalchemy import CursorResult, or_, select, update

from bot.db.models import OutgoingEmail
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.logs.loggers import get_logger
from bot.settings import Settings
from webhook.mail import MailError, MailServer, sender

log = get_logger(__name__)

_LONGEST = timedelta(hours=72)
# Longer than the server may take, so that nobody else sends what one worker is sending.
_CLAIM = timedelta(minutes=5)
_LONGEST_PAUSE = timedelta(hours=1)
_AT_ONCE = 200


def send_queued_emails(sessions: SessionFactory, settings: Settings) -> int:
    """Send what is due; returns how many went out.

    Without SMTP_URL everything waits, and ends as `failed:email_off` after 72 hours. A recipient
    whom the server refuses holds back nobody else.
    """
    with sessions() as session:
        due = list(
            session.scalars(
                select(OutgoingEmail.id)
                .where(OutgoingEmail.state == "queued", OutgoingEmail.not_before <= now())
                .order_by(OutgoingEmail.id)
                .limit(_AT_ONCE)
            )
        )
    if not due:
        return 0
    if not settings.smtp_url:
        _give_up_old(sessions, due)
        return 0
    with MailServer(settings.smtp_url) as server:
        return sum(_send(sessions, settings, server, email_id) for email_id in due)


def _send(sessions: SessionFactory, settings: Settings, server: MailServer, email_id: int) -> bool:
    if not _claim(sessions, email_id):
        return False
    with sessions() as session:
        email = session.get_one(OutgoingEmail, email_id)
    try:
        server.send(sender(settings), email.recipient, email.content)
    except MailError as error:
        _put_off(sessions, email, error)
        return False
    _end(sessions, email_id, "sent")
    return True


def _claim(sessions: SessionFactory, email_id: int) -> bool:
    """Whether the message is this worker's to send."""
    moment = now()
    with sessions.begin() as session:
        claimed = session.execute(
            update(OutgoingEmail)
            .where(
                OutgoingEmail.id == email_id,
                OutgoingEmail.state == "queued",
                or_(OutgoingEmail.claimed_until.is_(None), OutgoingEmail.claimed_until < moment),
            )
            .values(claimed_until=moment + _CLAIM, attempts=OutgoingEmail.attempts + 1)
        )
        return cast("CursorResult[Any]", claimed).rowcount == 1


def _put_off(sessions: SessionFactory, email: OutgoingEmail, error: MailError) -> None:
    if not error.retryable or now() - email.created_at > _LONGEST:
        _end(sessions, email.id, f"failed:{error.code}")
        log.error("email_failed", email_id=email.id, reason=error.code)
        return
    pause = min(timedelta(minutes=1) * 2 ** (email.attempts - 1), _LONGEST_PAUSE)
    with sessions.begin() as session:
        row = session.get_one(OutgoingEmail, email.id)
        row.not_before, row.claimed_until = now() + pause, None
    log.warning("email_put_off", email_id=email.id, seconds=pause, reason=error.code)


def _give_up_old(sessions: SessionFactory, due: list[int]) -> None:
    oldest: datetime = now() - _LONGEST
    with sessions() as session:
        old = list(
            session.scalars(
                select(OutgoingEmail.id).where(
                    OutgoingEmail.id.in_(due), OutgoingEmail.created_at < oldest
                )
            )
        )
    for email_id in old:
        _end(sessions, email_id, "failed:email_off")
    log.warning("emails_wait_for_smtp_url", emails=len(due) - len(old))


def _end(sessions: SessionFactory, email_id: int, state: str) -> None:
    with sessions.begin() as session:
        row = session.get_one(OutgoingEmail, email_id)
        row.state, row.finished_at, row.claimed_until = state[:60], now(), None
