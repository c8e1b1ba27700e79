"""A citizen, and Meta, who write to the webhook of Messenger."""

from __future__ import annotations

import json
import time
import uuid
from typing import Any

import requests

from tests.fakes.graph_api import PAGE_ID, PAGE_INBOX_APP_ID, GraphApi, sign
from tests.stack import MESSENGER, Stack, wait_until

SECRET = MESSENGER["MESSENGER_APP_SECRET"]


class MessengerCitizen:
    """Somebody with an id of their own; their requests are signed as Meta signs them."""

    def __init__(self, stack: Stack, graph_api: GraphApi) -> None:
        self.id = str(10**15 + uuid.uuid4().int % 10**14)
        self._stack = stack
        self._graph_api = graph_api

    def writes(self, text: str) -> str:
        """Send a text; returns its mid."""
        mid = f"m_{uuid.uuid4().hex}"
        self.sends({"message": {"mid": mid, "text": text}})
        return mid

    def presses(self, button: dict[str, Any]) -> None:
        """Press a quick reply or a template's button, as it reached the citizen."""
        title, payload = button["title"], button["payload"]
        if "content_type" in button:
            message = {"mid": f"m_{uuid.uuid4().hex}", "text": title}
            self.sends({"message": {**message, "quick_reply": {"payload": payload}}})
        else:
            self.sends({"postback": {"title": title, "payload": payload}})

    def presses_titled(self, title: str) -> None:
        """Press the latest button with such a title: a notice may have come in between."""
        buttons = [button for message in self.received for button in buttons_of(message)]
        self.presses([button for button in buttons if title in button["title"]][-1])

    def is_answered_by_a_person(self, text: str) -> None:
        """A colleague writes to the citizen from the Page's inbox."""
        message = {
            **{"mid": f"m_{uuid.uuid4().hex}", "text": text},
            **{"is_echo": True, "app_id": PAGE_INBOX_APP_ID},
        }
        self.sends({"message": message}, from_page=True)

    def sends(self, event: dict[str, Any], from_page: bool = False, key: str = "messaging") -> None:
        """Post one event; it must be taken."""
        self.posts(self.body_of(event, from_page, key))

    def body_of(
        self, event: dict[str, Any], from_page: bool = False, key: str = "messaging"
    ) -> bytes:
        """A request with one event, as Meta writes it: non-ASCII escaped."""
        parties = (PAGE_ID, self.id) if from_page else (self.id, PAGE_ID)
        sender, recipient = ({"id": party} for party in parties)
        moment = int(time.time() * 1000)
        event = {"sender": sender, "recipient": recipient, "timestamp": moment, **event}
        entry = {"id": PAGE_ID, "time": moment, key: [event]}
        return json.dumps({"object": "page", "entry": [entry]}).encode()

    def posts(self, body: bytes) -> None:
        """Post a body as it is, signed; it must be taken."""
        answer = requests.post(
            f"{self._stack.address}/webhooks/messenger",
            data=body,
            headers={
                "Content-Type": "application/json",
                "X-Hub-Signature-256": sign(body, SECRET),
            },
            timeout=10,
        )
        assert answer.status_code == 200, answer.status_code

    @property
    def received(self) -> list[dict[str, Any]]:
        """The messages that reached the citizen."""
        return self._graph_api.messages(self.id)

    @property
    def read(self) -> list[str]:
        """The words of the messages that reached the citizen."""
        return [words(message) for message in self.received]

    @property
    def buttons(self) -> list[dict[str, Any]]:
        """The buttons of the last message."""
        return buttons_of(self.received[-1])

    def waits_for_an_answer(self, seconds: float = 60) -> None:
        """Wait until anything came."""
        wait_until(lambda: self.received != [], seconds, f"an answer to {self.id}")

    def waits_for(self, said: str, seconds: float = 60) -> None:
        """Wait until some words are in the last message."""
        wait_until(lambda: said in "".join(self.read[-1:]), seconds, f"{said!r} in {self.read}")


def buttons_of(message: dict[str, Any]) -> list[dict[str, Any]]:
    """A message's quick replies, or its template's buttons."""
    template = message.get("attachment", {}).get("payload", {})
    return message.get("quick_replies") or template.get("buttons", [])


def words(message: dict[str, Any]) -> str:
    """What a message of the Send API says."""
    if "text" in message:
        return message["text"]
    return message["attachment"]["payload"].get("text", "")
