"""What the worker does each night: a backup, and forgetting what is too old."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from huey import Huey, crontab
from sqlalchemy.exc import DBAPIError

from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.errors import ChrokError
from bot.logs.loggers import get_logger
from bot.services.alerts import raise_alert
from bot.services.backups.making import backup_folder, make_backup
from bot.services.heartbeats import beat, takes_turn
from bot.services.retention.running import apply_retention
from bot.services.tracker import TrackerStore
from bot.settings import Settings

log = get_logger(__name__)

# Of several workers, each of which is asked for it, one does it.
_ONCE_A_NIGHT = timedelta(hours=12)


def register_nightly_tasks(
    queue: Huey, parts: Callable[[], tuple[SessionFactory, TrackerStore, Settings]]
) -> None:
    """Register them on the queue; hours are UTC, in Cambodia it is seven hours later."""

    @queue.periodic_task(crontab(minute="10", hour="19"), name="nightly_backup")
    def nightly_backup() -> None:
        sessions, _, settings = parts()
        back_up(sessions, settings)

    # Before the backup, so that what is too old is not in it.
    @queue.periodic_task(crontab(minute="40", hour="18"), name="nightly_retention")
    def nightly_retention() -> None:
        erase_old_words(*parts())


def back_up(sessions: SessionFactory, settings: Settings) -> bool:
    """Make tonight's backup in BACKUP_FOLDER; returns whether one was made.

    Without that setting nothing happens. A failure is an alert for the operator.
    """
    if not settings.backup_folder:
        return False

    def work() -> None:
        made = make_backup(settings, backup_folder(settings), keep=int(settings.backup_keep))
        log.info("backup_made", file=made.file.name)

    return _once_a_night(sessions, "backup", work)


def erase_old_words(sessions: SessionFactory, tracker: TrackerStore, settings: Settings) -> bool:
    """Apply retention; returns whether it was this worker's turn and went well.

    A failure is an alert, and the next night goes on where this one stopped.
    """

    def work() -> None:
        done = apply_retention(sessions, tracker, settings, now())
        log.info("retention_applied", days=done.days, rows=sum(done.erased.values()))

    return _once_a_night(sessions, "retention", work)


def note_success(sessions: SessionFactory, process: str) -> None:
    """Write down that `backup` or `retention` went well, for whoever watches over it."""
    with sessions.begin() as session:
        beat(session, process, now())


def _once_a_night(sessions: SessionFactory, process: str, work: Callable[[], None]) -> bool:
    moment = now()
    with sessions.begin() as session:
        if not takes_turn(session, f"{process}_begun", moment, _ONCE_A_NIGHT):
            return False
    try:
        work()
    except (ChrokError, DBAPIError) as error:
        # What a database says may hold rows; our own errors are written for the operator.
        reason = str(error)[:300] if isinstance(error, ChrokError) else type(error).__name__
        log.error(f"{process}_failed", error=error)
        with sessions.begin() as session:
            kind = f"{process}_failed"
            key = f"{kind}:{moment:%Y-%m-%d}"
            raise_alert(session, kind, process, key=key, details={"reason": reason})
        return False
    note_success(sessions, process)
    return True
