"""The worker's tasks, registered on a queue by whoever enqueues or runs them."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from huey import Huey, crontab
from redis.exceptions import RedisError

from bot.db.models import StoredInbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.logs.loggers import bound, get_logger
from bot.services.deletion_requests import Forgetter, contacts_to_forget
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
from webhook.turns import answer, is_taken_over

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
    """Answer and deliver all that is due to one contact, in order, under a lease.

    Returns when it has to be looked at again, or None. A message that arrives after the last look
    and before the lease is free again would find nobody; so one more look follows the release.
    """
    while True:
        with lease(resources.sessions, contact_id) as held:
            if held is None:
                return None
            with bound(contact_id=contact_id):
                again = _serve(resources, contact_id, held.renew)
        if again is not None:
            return again
        with resources.sessions() as session:
            if inbox.next_waiting(session, contact_id) is None:
                return None


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


def _serve(
    resources: Resources, contact_id: int, renew_lease: Callable[[], bool]
) -> datetime | None:
    """Serve until nothing is due; returns when something will be."""
    while True:
        delivery = resources.delivery.deliver(contact_id)
        with resources.sessions() as session:
            waiting = inbox.next_waiting(session, contact_id)
            if waiting is not None:
                _ = waiting.contact
        if waiting is None:
            look_again = forget_when_due(resources.forgetter, contact_id)
            return min(filter(None, (look_again, delivery)), default=None)
        if waiting.not_before > now():
            return min(filter(None, (waiting.not_before, delivery)))
        if not renew_lease():
            return now() + timedelta(seconds=1)
        with bound(inbox_id=waiting.id, conversation_id=waiting.contact.conversation_id):
            _take_turn(resources, waiting)


def _take_turn(resources: Resources, waiting: StoredInbound) -> None:
    if resources.desk.takes(waiting.id):
        return
    channel = resources.channels.get(waiting.channel)
    if channel is not None:
        channel.acknowledge(waiting.details)
    if channel is not None and not is_taken_over(waiting.contact):
        channel.show_typing(waiting.contact.external_id)
    answer(resources.sessions, resources.engine, waiting)
