"""A citizen on the web chat, over HTTP."""

from __future__ import annotations

import time
import uuid
from typing import Any

import requests


class ChatClient:
    """Sends messages and waits for what is answered to them."""

    def __init__(self, address: str) -> None:
        self._address = address
        self._session = requests.Session()
        self._session.get(f"{address}/", timeout=10).raise_for_status()
        self._seen: set[int] = set()

    @property
    def token(self) -> str:
        """What the cookie holds: by it the conversation is known."""
        return self._session.cookies["chrok_chat"]

    def send(self, text: str, button_token: str = "") -> None:
        message = {"id": str(uuid.uuid4()), "text": text}
        if button_token:
            message["button_token"] = button_token
        self._session.post(
            f"{self._address}/chat/messages",
            json=message,
            headers={"Origin": self._address},
            timeout=10,
        ).raise_for_status()

    def ask(self, text: str, seconds: float = 60, button_token: str = "") -> list[dict[str, Any]]:
        """The replies to a message; an empty list only when none came in time."""
        self.send(text, button_token)
        return self.wait_for_replies(seconds)

    def wait_for_replies(self, seconds: float = 60) -> list[dict[str, Any]]:
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            state = self._fetch()
            new = [
                message
                for message in state["messages"]
                if message["author"] == "assistant" and message["id"] not in self._seen
            ]
            if new and not state["waiting"]:
                self._seen |= {message["id"] for message in new}
                return new
            time.sleep(0.1)
        return []

    def press(self, replies: list[dict[str, Any]], title: str) -> list[dict[str, Any]]:
        """Press the button whose title contains some words."""
        buttons = [button for reply in replies for button in reply["buttons"]]
        for button in buttons:
            if title in button["title"]:
                return self.ask(button["title"], button_token=button["token"])
        raise AssertionError(f"no button with {title!r} among {[b['title'] for b in buttons]}")

    def history(self) -> list[dict[str, Any]]:
        """Everything said so far."""
        return self._fetch()["messages"]

    def is_waiting(self) -> bool:
        """Whether an answer is being worked on."""
        return bool(self._fetch()["waiting"])

    def _fetch(self) -> dict[str, Any]:
        answer = self._session.get(
            f"{self._address}/chat/messages", params={"after": 0}, timeout=10
        )
        answer.raise_for_status()
        return answer.json()
