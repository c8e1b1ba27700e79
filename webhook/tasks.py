"""The worker's tasks, registered on a queue by whoever enqueues or runs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from huey import Huey, crontab
from redis.exceptions import RedisError

from bot.db.models import StoredInbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.logs.loggers import bound, get_logger
from bot.services.deletion_requests import Forgetter, contacts_to_forget, forgetting_due_at
from bot.services.heartbeats import beat
from bot.services.ticket_guard import forget_old_attempts
from bot.services.tracker import TrackerStore
from bot.settings import Settings
from webhook import inbox, outbox
from webhook.channels.base import Channel
from webhook.delivery import Delivery
from webhook.forgetting import forget_when_due
from webhook.lease import lease, release_leases_left_behind
from webhook.nightly import register_nightly_tasks
from webhook.official_rounds import tell_what_is_due
from webhook.officials_desk import OfficialsDesk
from webhook.pace import Pace
from webhook.rasa_client import RasaClient
from webhook.turns import Question, answer, is_taken_over, question_of

log = get_logger(__name__)

_SWEEP_AT_ONCE = 5000
# With so many tasks in the queue the frequent sweep adds none.
_BUSY = 50
# Ahead of what the sweep found: a citizen who just wrote overtakes notices to thousands.
_SOMEBODY_WAITS = 10


@dataclass(frozen=True)
class Resources:
    """What the tasks work with."""

    sessions: SessionFactory
    engine: RasaClient
    channels: dict[str, Channel]
    pace: Pace
    settings: Settings
    forgetter: Forgetter

    @property
    def desk(self) -> OfficialsDesk:
        """What deals with the messages of officials."""
        return OfficialsDesk(self.sessions, self.settings)

    @property
    def for_the_night(self) -> tuple[SessionFactory, TrackerStore, Settings]:
        """What the nightly tasks work with."""
        return self.sessions, self.forgetter.tracker, self.settings

    @property
    def delivery(self) -> Delivery:
        """What sends."""
        return Delivery(self.sessions, self.channels, self.pace)


@dataclass(frozen=True)
class Tasks:
    """`serve(contact_id)` wakes a worker for one contact, `sweep()` for all left behind."""

    serve: Callable[..., Any]
    sweep: Callable[..., Any]

    def wake(self, contact_id: int) -> None:
        """Ask a worker to serve the contact; when the queue is down, the sweep will find it.

        The message is stored by then, so its sender must not be told that it was not.
        """
        try:
            self.serve(contact_id, priority=_SOMEBODY_WAITS)
        except (RedisError, sqlite3.Error) as error:
            log.error("wake_up_not_queued", error=error)


def register_tasks(queue: Huey, resources: Callable[[], Resources]) -> Tasks:
    """Register the tasks on the queue. `resources` is called only where a task runs."""

    @queue.task(name="serve")
    def serve(contact_id: int) -> None:
        again = serve_contact(resources(), contact_id)
        if again is not None:
            serve.schedule((contact_id,), delay=max((again - now()).total_seconds(), 0.1))

    def sweep(*, unless_busy: bool = False) -> None:
        due = contacts_left_behind(resources().sessions)
        # A long queue holds their wake-ups already; a second one for each would only lengthen it.
        if not (unless_busy and queue.pending_count() > _BUSY):
            for contact_id in due:
                serve(contact_id)

    @queue.periodic_task(crontab(minute="*"), name="tell_officials")
    def tell_officials() -> None:
        parts = resources()
        for contact_id in tell_what_is_due(parts.sessions, parts.settings, now()):
            serve(contact_id)

    @queue.periodic_task(crontab(minute="20", hour="3"), name="forget_ticket_attempts")
    def forget_ticket_attempts() -> None:
        with resources().sessions.begin() as session:
            forget_old_attempts(session, now())

    queue.periodic_task(crontab(minute="*"), name="sweep")(sweep)
    register_nightly_tasks(queue, lambda: resources().for_the_night)
    return Tasks(serve=serve, sweep=sweep)


def serve_contact(resources: Resources, contact_id: int) -> datetime | None:
    """Answer and deliver all that is due to one contact, in order, each message under a lease.

    Returns when it has to be looked at again, or None. A message that arrives before the lease is
    free again finds nobody; so one more look follows each release.
    """
    while True:
        with lease(resources.sessions, contact_id) as held:
            if held is None:
                return None
            with bound(contact_id=contact_id):
                due = _next_due(resources, contact_id)
                again = _serve(resources, contact_id, due)
        with resources.sessions() as session:
            waits_until = inbox.waits_until(session, contact_id)
            # What was just answered may have been a wish to be forgotten.
            is_to_forget = due is not None and forgetting_due_at(session, contact_id) is not None
        if not is_to_forget and (waits_until is None or waits_until > now()):
            return _earliest(again, waits_until)


def contacts_left_behind(sessions: SessionFactory) -> list[int]:
    """Contacts whose wake-up was lost, with the worker's sign of life written on the way."""
    released = release_leases_left_behind(sessions)
    if released:
        log.warning("leases_left_behind_released", leases=released)
    moment = now()
    with sessions.begin() as session:
        beat(session, "worker", moment)
        due = inbox.contacts_due(session, moment, _SWEEP_AT_ONCE)
        due += outbox.contacts_due(session, moment, _SWEEP_AT_ONCE)
        due += contacts_to_forget(session, moment, _SWEEP_AT_ONCE)
    return list(dict.fromkeys(due))


@dataclass(frozen=True)
class _Due:
    """A message whose turn it is, with what the database tells of it."""

    message: StoredInbound
    question: Question
    is_officials: bool


def _next_due(resources: Resources, contact_id: int) -> _Due | None:
    """The contact's next message, if it is due; all that is read of it in one transaction."""
    with resources.sessions() as session:
        message = inbox.next_waiting(session, contact_id)
        if message is None or message.not_before > now():
            return None
        is_officials = resources.desk.concerns(session, message)
        return _Due(message, question_of(session, message), is_officials)


def _serve(resources: Resources, contact_id: int, due: _Due | None) -> datetime | None:
    """Answer the message that is due, and deliver what is ready; returns when to look again."""
    if due is None:
        delivered = resources.delivery.deliver(contact_id)
        return _earliest(delivered, forget_when_due(resources.forgetter, contact_id))
    message = due.message
    with bound(inbox_id=message.id, conversation_id=message.contact.conversation_id):
        _take_turn(resources, due)
    return resources.delivery.deliver(contact_id)


def _take_turn(resources: Resources, due: _Due) -> None:
    message = due.message
    if due.is_officials and resources.desk.takes(message.id):
        return
    channel = resources.channels.get(message.channel)
    if channel is not None:
        channel.acknowledge(message.details)
    if channel is not None and not is_taken_over(message.contact):
        channel.show_typing(message.contact.external_id)
    answer(resources.sessions, resources.engine, message, due.question)


def _earliest(*moments: datetime | None) -> datetime | None:
    return min(filter(None, moments), default=None)
