"""What a turn costs a worker: processor time, statements, transactions.

    .venv/bin/python -m benchmarks.turn_cost [--turns 600] [--profile FOLDER] [--json FILE]

One thread takes wake-ups off the queue and serves them; engine and provider answer from a process
of their own, always the same. The baseline of the same run is the turn's HTTP calls alone, what a
worker would take that keeps nothing and only passes on. On SQLite, and with `TEST_POSTGRESQL_URL`
and `TEST_REDIS_URL` on PostgreSQL with Redis too.
"""

from __future__ import annotations

import argparse
import cProfile
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import replace
from itertools import count
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from statistics import median
from typing import Any

import requests
from sqlalchemy import Engine, event

from benchmarks.tables import print_table, write_json
from bot.db.models.base import now
from bot.db.session import create_database_engine, create_session_factory
from bot.messages import InboundMessage, Kind
from bot.services.deletion_requests import Forgetter
from bot.services.tracker import TrackerStore
from bot.settings import Settings, read_settings
from bot.starting import start_logs
from tests.fakes.graph_api import GraphApi
from tests.fakes.rest_engine import RestEngine
from tests.stack import MESSENGER, TOKENS
from tests.unit.databases import migrated
from webhook import inbox
from webhook.channels.messenger_graph import proof_of
from webhook.channels.registry import build_channels
from webhook.pace import Pace
from webhook.queue import create_queue, shared_storage_url
from webhook.rasa_client import RasaClient
from webhook.tasks import Resources, register_tasks

_BATCHES = 6
_TURNS_OF_A_CITIZEN = 5
_QUESTION = "ប្រឡងប័ណ្ណបើកបរម៉ូតូថ្លៃប៉ុន្មាន"
# A card with choices, and what SMS would get of it.
_CARD = [
    {
        "text": "ការប្រឡងយកប័ណ្ណបើកបរម៉ូតូ\n• តម្លៃសេវា៖ ៣០,០០០ រៀល\n• រយៈពេល៖ ៧ ថ្ងៃធ្វើការ\n"
        "• កន្លែងធ្វើ៖ ការិយាល័យច្រកចេញចូលតែមួយ\nតើលោកអ្នកចង់ដឹងអ្វីទៀត?",
        "buttons": [
            {"title": "ឯកសារត្រូវការ", "payload": '/ask_service{"aspect": "documents"}'},
            {"title": "កន្លែងធ្វើ", "payload": "/find_office"},
            {"title": "ម៉ឺនុយ", "payload": "/ask_help"},
        ],
    },
    {"custom": {"short_text": "ប្រឡងប័ណ្ណបើកបរម៉ូតូ៖ ៣០,០០០ រៀល, ៧ ថ្ងៃ", "understood": True}},
]


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--turns", type=int, default=600)
    parser.add_argument("--profile", type=Path, help="write profiles (pstats) to this folder")
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    kinds = ["sqlite", *(["postgresql"] if os.environ.get("TEST_POSTGRESQL_URL") else [])]
    figures = {}
    for kind in kinds:
        with _doubles() as (graph, engine), tempfile.TemporaryDirectory() as folder:
            settings = _settings(kind, Path(folder), graph, engine)
            profiler = cProfile.Profile(time.process_time)
            profiled = profiler if options.profile else None
            figures[kind] = _measured(settings, options.turns // _BATCHES, profiled)
            if options.profile:
                options.profile.mkdir(parents=True, exist_ok=True)
                profiler.dump_stats(options.profile / f"{kind}.pstats")
    print_table(
        "A turn in the worker, one thread",
        ["", "CPU ms", "its calls alone", "times", "statements", "transactions"],
        [[kind, *values.values()] for kind, values in figures.items()],
    )
    write_json(options.json, figures)


def _settings(kind: str, folder: Path, graph: str, engine: str) -> Settings:
    queue = f"sqlite:///{folder}/queue.sqlite3"
    return replace(
        read_settings({**MESSENGER, **TOKENS, "MESSENGER_API_URL": graph, "RASA_URL": engine}),
        database_url=migrated(kind, folder),
        tracker_database_url=f"sqlite:///{folder}/tracker.sqlite3",
        queue_url=queue if kind == "sqlite" else os.environ.get("TEST_REDIS_URL", queue),
    )


def _measured(
    settings: Settings, batch: int, profiler: cProfile.Profile | None
) -> dict[str, float]:
    """Turns and bare calls in batches by turns; the first ones warm up and are not counted."""
    worker, calls = _Worker(settings), _BareCalls(settings)
    turns, bare = [], []
    for number in range(_BATCHES + 1):
        ours = [worker.turn(profiler if number else None) for _ in range(batch)]
        theirs = [_milliseconds(calls.make) for _ in range(batch)]
        if number:
            turns.append(sum(ours) / batch)
            bare.append(sum(theirs) / batch)
    served = (_BATCHES + 1) * batch
    return {
        "cpu_ms": median(turns),
        "calls_cpu_ms": median(bare),
        "ratio": median(ours / theirs for ours, theirs in zip(turns, bare, strict=True)),
        "statements": worker.counted["before_cursor_execute"] / served,
        "transactions": worker.counted["begin"] / served,
    }


def _milliseconds(work: Callable[[], None]) -> float:
    began = time.process_time()
    work()
    return 1000 * (time.process_time() - began)


class _Worker:
    """The worker's parts in this process."""

    def __init__(self, settings: Settings) -> None:
        start_logs("worker", settings)
        database = create_database_engine(settings.database_url, settings.encryption)
        self._sessions = create_session_factory(database)
        tracker = TrackerStore(settings.tracker_database_url)
        resources = Resources(
            sessions=self._sessions,
            engine=RasaClient(*settings.engine_urls, token=settings.rasa_token),
            channels=build_channels(settings),
            pace=Pace(shared_storage_url(settings)),
            settings=settings,
            forgetter=Forgetter(self._sessions, tracker, settings.secret_key),
        )
        self._queue = create_queue(settings)
        self._queue.storage.flush_all()
        self._tasks = register_tasks(self._queue, lambda: resources)
        self._numbers = count()
        self._is_serving = False
        self.counted: Counter[str] = Counter()
        for name in ("before_cursor_execute", "begin"):
            self._count(database, name)

    def turn(self, profiler: cProfile.Profile | None) -> float:
        """Store a message as the webhook does, and serve it; returns milliseconds of serving."""
        number = next(self._numbers)
        sender = str(10**15 + number // _TURNS_OF_A_CITIZEN)
        message = InboundMessage("messenger", f"m_{number}", sender, Kind.TEXT, now(), _QUESTION)
        [contact_id] = inbox.accept(self._sessions, [message])
        self._tasks.wake(contact_id)
        self._is_serving = True
        try:
            with profiler or nullcontext():
                return _milliseconds(lambda: self._queue.execute(self._queue.dequeue()))
        finally:
            self._is_serving = False

    def _count(self, database: Engine, name: str) -> None:
        @event.listens_for(database, name)
        def note(*arguments: Any) -> None:
            self.counted[name] += self._is_serving


class _BareCalls:
    """The HTTP calls of a turn by `requests` as it comes, each session kept open."""

    def __init__(self, settings: Settings) -> None:
        self._engine, self._provider = requests.Session(), requests.Session()
        self._engine_address = f"{settings.rasa_url}/webhooks/rest/webhook"
        self._address = f"{settings.messenger_api_url}/me/messages"
        token = settings.messenger_page_token
        proof = proof_of(token, settings.messenger_app_secret)
        self._provider.headers["Authorization"] = f"Bearer {token}"
        self._provider.params = {"appsecret_proof": proof}

    def make(self) -> None:
        """The engine, two sender actions, one message."""
        question = {"sender": "1", "message": _QUESTION, "metadata": {}}
        card = self._engine.post(self._engine_address, json=question, timeout=20).json()
        person = {"recipient": {"id": "1"}}
        for action in ("mark_seen", "typing_on"):
            self._send({**person, "sender_action": action})
        self._send({**person, "messaging_type": "RESPONSE", "message": {"text": card[0]["text"]}})

    def _send(self, content: dict[str, Any]) -> None:
        answer = self._provider.post(self._address, json=content, timeout=20)
        answer.raise_for_status()


@contextmanager
def _doubles() -> Iterator[tuple[str, str]]:
    """The addresses of a provider and an engine in a process of their own."""
    spawned = get_context("spawn")
    ours, theirs = spawned.Pipe()
    process = spawned.Process(target=_answer, args=(theirs,), daemon=True)
    process.start()
    try:
        yield ours.recv()
    finally:
        process.terminate()
        process.join()


def _answer(addresses: Connection) -> None:
    token, secret = MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"]
    with GraphApi(token, secret) as graph, RestEngine(lambda content: _CARD) as engine:
        addresses.send((graph.address, engine.address))
        addresses.poll(None)


if __name__ == "__main__":
    main()
