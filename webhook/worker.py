"""The worker's process: `huey_consumer webhook.worker.huey`."""

from __future__ import annotations

import logging
import sqlite3
import threading
import time
from functools import cache

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot.db.session import create_database_engine, create_session_factory
from bot.services.deletion_requests import Forgetter
from bot.services.tracker import TrackerStore
from bot.starting import settings_or_exit
from webhook.channels.registry import build_channels
from webhook.pace import Pace
from webhook.queue import create_queue, shared_storage_url
from webhook.rasa_client import RasaClient
from webhook.tasks import Resources, register_tasks

logging.basicConfig(level=logging.INFO, format="%(levelname)s %(name)s: %(message)s")
logging.getLogger("huey").setLevel(logging.WARNING)

log = logging.getLogger(__name__)

settings = settings_or_exit()
# huey_consumer imports its queue by name, so here, and only here, one is made at import.
huey = create_queue(settings)


@cache
def _resources() -> Resources:
    sessions = create_session_factory(
        create_database_engine(settings.database_url, settings.encryption)
    )
    tracker = TrackerStore(settings.tracker_database_url)
    return Resources(
        sessions=sessions,
        engine=RasaClient(settings.rasa_url, token=settings.rasa_token),
        channels=build_channels(settings),
        pace=Pace(shared_storage_url(settings)),
        settings=settings,
        forgetter=Forgetter(sessions, tracker, settings.secret_key),
    )


tasks = register_tasks(huey, _resources)


_SWEEP_SECONDS = 5
_first_thread = threading.Lock()


@huey.on_startup()
def start_sweeping() -> None:
    """What a killed worker left behind is picked up at once, and what is lost later within seconds.

    huey calls this in each of its threads; one sweeper is enough.
    """
    if _first_thread.acquire(blocking=False):
        threading.Thread(target=_sweep_for_ever, name="sweeper", daemon=True).start()


def _sweep_for_ever() -> None:
    while True:
        try:
            tasks.sweep(unless_busy=True)
        except (SQLAlchemyError, RedisError, sqlite3.Error) as error:
            log.error("no sweep: %s", type(error).__name__)
        time.sleep(_SWEEP_SECONDS)
