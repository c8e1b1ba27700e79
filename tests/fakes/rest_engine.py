"""An engine's REST channel that needs no model."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.fakes.provider import Answer, FakeProvider, RecordedRequest


class RestEngine(FakeProvider):
    """Answers every message with what `say` makes of its content."""

    def __init__(self, say: Callable[[dict[str, Any]], list[dict[str, Any]]]) -> None:
        super().__init__()
        self._say = say

    def respond(self, request: RecordedRequest) -> Answer:
        return Answer(200, self._say(request.json()))
