"""Questions to what we depend on, asked side by side, with one time for all of them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as NoAnswer
from typing import Any


class SideBySide:
    """Asks by name; what hangs is not asked again before it has answered."""

    def __init__(self, most: int = 16) -> None:
        self._threads = ThreadPoolExecutor(most, thread_name_prefix="asking")
        self._asked: dict[str, Future[Any]] = {}
        self._lock = threading.Lock()

    def ask(self, questions: Mapping[str, Callable[[], Any]], seconds: float) -> dict[str, Any]:
        """The answers by name, without those that did not come in time."""
        until = time.monotonic() + seconds
        asked = {name: self._ask(name, question) for name, question in questions.items()}
        answers = {}
        for name, future in asked.items():
            try:
                answers[name] = future.result(max(until - time.monotonic(), 0))
            except NoAnswer:
                continue
        return answers

    def _ask(self, name: str, question: Callable[[], Any]) -> Future[Any]:
        with self._lock:
            running = self._asked.get(name)
            if running is None or running.done():
                running = self._asked[name] = self._threads.submit(question)
            return running
