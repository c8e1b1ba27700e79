"""The worker's process: `huey_consumer webhook.worker.huey`."""

from __future__ import annotations

import atexit
import sqlite3
import threading
import time
from functools import cache

from redis.exceptions import RedisError
from sqlalchemy.exc import SQLAlchemyError

from bot.db.session import create_database_engine, create_session_factory
from bot.logs.configuration import adopt_libraries
from bot.logs.loggers import get_logger
from bot.services.deletion_requests import Forgetter
from bot.services.tracker import TrackerStore
from bot.starting import settings_or_exit, start_logs
from webhook.channels.registry import build_channels
from webhook.metrics.own_port import serve_metrics
from webhook.pace import Pace
from webhook.queue import create_queue, shared_storage_url
from webhook.rasa_client import RasaClient
from webhook.sign_of_life import give_sign_of_life, take_sign_of_life_back
from webhook.tasks import Resources, register_tasks

log = get_logger(__name__)

settings = settings_or_exit()
start_logs("worker", settings)
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
        engine=RasaClient(*settings.engine_urls, token=settings.rasa_token),
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
        adopt_libraries()
        atexit.register(take_sign_of_life_back)
        if settings.metrics_port:
            serve_metrics(settings.metrics_host, int(settings.metrics_port), settings.metrics_token)
        threading.Thread(target=_sweep_for_ever, name="sweeper", daemon=True).start()


def _sweep_for_ever() -> None:
    while True:
        try:
            tasks.sweep(unless_busy=True)
            give_sign_of_life()
        except (SQLAlchemyError, RedisError, sqlite3.Error) as error:
            log.error("sweep_failed", error=error)
        time.sleep(_SWEEP_SECONDS)
