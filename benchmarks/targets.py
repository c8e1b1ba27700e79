"""What is measured: the bridge from webhook to provider, and an engine's bare REST channel."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import threading
import time
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import requests

from benchmarks.load import NoAnswer, Step, all_steps
from tests.fakes.graph_api import GraphApi, sign
from tests.fakes.provider import Answer, RecordedRequest
from tests.stack import ENGINE_PYTHON, MESSENGER, ROOT, TOKENS, Stack, free_port, wait_until

_PATIENCE_SECONDS = 30.0
_RASA_TOKEN = {"Authorization": f"Bearer {TOKENS['RASA_TOKEN']}"}
_ACTIONS_TOKEN = json.dumps({"Authorization": f"Bearer {TOKENS['ACTIONS_TOKEN']}"})
# No further part of an answer comes after so long a silence; used only before measuring.
_SILENCE_SECONDS = 0.7
_PAGE = "100200300400500"


class WatchedGraphApi(GraphApi):
    """The fake Graph API, where somebody may wait for messages."""

    def __init__(self) -> None:
        super().__init__(MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"])
        self._arrival = threading.Condition()
        self._arrived: Counter[str] = Counter()

    def respond(self, request: RecordedRequest) -> Answer:
        """As the real one, and count the messages (typing indicators are none)."""
        answer = super().respond(request)
        content = json.loads(request.body)
        if answer.status == 200 and "message" in content:
            with self._arrival:
                self._arrived[content["recipient"]["id"]] += 1
                self._arrival.notify_all()
        return answer

    def arrived(self, recipient: str) -> int:
        """How many messages somebody has got."""
        with self._arrival:
            return self._arrived[recipient]

    def wait_for(self, recipient: str, messages: int, seconds: float) -> bool:
        """Wait until somebody has got so many messages; False when they did not come in time."""
        with self._arrival:
            return self._arrival.wait_for(lambda: self._arrived[recipient] >= messages, seconds)


class RestChannel:
    """The REST channel of engines, asked as the bridge asks it: one engine for each sender."""

    def __init__(self, *addresses: str) -> None:
        self._addresses = [f"{address}/webhooks/rest/webhook" for address in addresses]
        self._local = threading.local()

    def turn(self, step: Step) -> None:
        """Send a message; the answer is in the response."""
        content = {
            "sender": f"rest-{step.sender}",
            "message": step.text,
            "metadata": {"chosen_language": None, "last_language": None},
        }
        address = self._addresses[int(step.sender) % len(self._addresses)]
        try:
            answer = _session(self._local).post(
                address, json=content, headers=_RASA_TOKEN, timeout=_PATIENCE_SECONDS
            )
        except requests.RequestException as error:
            raise NoAnswer(step.text) from error
        if answer.status_code != 200 or not answer.json():
            raise NoAnswer(step.text)


class Bridge:
    """Signed Messenger webhooks in, messages at the provider out.

    Several addresses take turns, as behind a load balancer.
    """

    def __init__(self, addresses: Sequence[str], provider: WatchedGraphApi) -> None:
        self._addresses = itertools.cycle([f"{one}/webhooks/messenger" for one in addresses])
        self._provider = provider
        self._local = threading.local()
        self._parts: dict[tuple[int, int], int] = {}
        self.acknowledged: list[float] = []

    def count_parts(self, sender: int) -> None:
        """Learn of how many messages each answer consists, by waiting until no more come."""
        for step in all_steps(sender):
            before = self._provider.arrived(step.sender)
            self.post(step)
            self._wait(step, before + 1)
            seen = before + 1
            while self._provider.wait_for(step.sender, seen + 1, _SILENCE_SECONDS):
                seen += 1
            self._parts[step.script, step.place] = seen - before

    def turn(self, step: Step) -> None:
        """Send a message; the turn is over when the last part of its answer is at the provider."""
        before = self._provider.arrived(step.sender)
        began = time.perf_counter()
        self.post(step)
        self.acknowledged.append(time.perf_counter() - began)
        self._wait(step, before + self._parts[step.script, step.place])

    def post(self, step: Step) -> None:
        """Send a message and wait for nothing."""
        body = json.dumps(_event(step)).encode()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(body, MESSENGER["MESSENGER_APP_SECRET"]),
        }
        answer = _session(self._local).post(
            next(self._addresses), data=body, headers=headers, timeout=_PATIENCE_SECONDS
        )
        if answer.status_code != 200:
            raise NoAnswer(f"the webhook answered {answer.status_code}")

    def _wait(self, step: Step, messages: int) -> None:
        if not self._provider.wait_for(step.sender, messages, _PATIENCE_SECONDS):
            raise NoAnswer(step.text)


class DefaultEngine:
    """Bare Rasa with the default pipeline, with the stack's action server behind it."""

    def __init__(self, stack: Stack, model: Path) -> None:
        self._folder = stack.folder
        self._model = model
        self._port = free_port()
        self.address = f"http://127.0.0.1:{self._port}"
        self._environment = stack.environment | {
            "SANIC_HOST": "127.0.0.1",
            "TRACKER_DATABASE_URL": f"sqlite:///{stack.folder}/tracker-default.sqlite3",
            "LOCK_STORE_URL": "memory://",
        }
        self._endpoints = stack.folder / "endpoints-default.yml"
        ours = (ROOT / "endpoints.yml").read_text(encoding="utf-8")
        self._endpoints.write_text(
            ours.replace("action_endpoint:", f"action_endpoint:\n  headers: {_ACTIONS_TOKEN}")
            .replace("bot.nlu.tracker_store.RecentEventsTrackerStore", "SQL")
            .replace("bot.nlu.lock_store.ConversationLockStore", "in_memory"),
            encoding="utf-8",
        )

    def __enter__(self) -> DefaultEngine:
        with (self._folder / "default-engine.log").open("ab") as log:
            self._process = subprocess.Popen(
                [
                    *(str(ENGINE_PYTHON), "-m", "rasa", "run", "--interface", "127.0.0.1"),
                    *("--port", str(self._port), "--model", str(self._model)),
                    *("--endpoints", str(self._endpoints)),
                    *("--credentials", str(ROOT / "credentials.yml")),
                ],
                cwd=ROOT,
                env=self._environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    def wait_ready(self) -> None:
        """Return when the model is loaded."""
        wait_until(self._is_ready, 180, f"default engine ready; log in {self._folder}")

    def __exit__(self, *exception: object) -> None:
        if self._process.poll() is None:
            os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def _is_ready(self) -> bool:
        assert self._process.poll() is None, f"ended; see {self._folder}/default-engine.log"
        try:
            return requests.get(self.address, timeout=5).status_code == 200
        except requests.RequestException:
            return False


def _event(step: Step) -> dict[str, Any]:
    moment = int(time.time() * 1000)
    messaging = {
        "sender": {"id": step.sender},
        "recipient": {"id": _PAGE},
        "timestamp": moment,
        "message": {"mid": f"m_{step.sender}_{step.place}", "text": step.text},
    }
    return {"object": "page", "entry": [{"id": _PAGE, "time": moment, "messaging": [messaging]}]}


def _session(local: threading.local) -> requests.Session:
    """A session for each thread, so that connections are kept open as a provider does."""
    if not hasattr(local, "session"):
        local.session = requests.Session()
    session: requests.Session = local.session
    return session
