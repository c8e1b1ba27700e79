"""The engine's REST channel."""

from __future__ import annotations

import json
import threading
from typing import Any

import requests

from bot.errors import EngineTurnFailed, EngineUnavailable
from bot.messages import Button, Reply

_CONNECT_SECONDS = 3.05
_ANSWER_SECONDS = 20


class RasaClient:
    """One turn of a conversation with the engine."""

    def __init__(self, rasa_url: str, *, token: str = "") -> None:
        self._address = f"{rasa_url.rstrip('/')}/webhooks/rest/webhook"
        self._ready_address = f"{rasa_url.rstrip('/')}/webhooks/rest/"
        self._token = token
        self._local = threading.local()

    def turn(self, conversation_id: str, message: str, metadata: dict[str, Any]) -> list[Reply]:
        """The engine's replies to a message.

        Raises `EngineUnavailable` when it cannot be reached or is not ready, and `EngineTurnFailed`
        for an empty turn: Rasa 3.6 answers `200 []` for an exception too.
        """
        content = {"sender": conversation_id, "message": message, "metadata": metadata}
        try:
            answer = self._session().post(
                self._address, json=content, timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS)
            )
        except requests.RequestException as error:
            self._local.session = None
            raise EngineUnavailable(type(error).__name__) from error
        if answer.status_code != 200:
            raise EngineUnavailable(f"the engine answered {answer.status_code}")
        try:
            replies = read_replies(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineTurnFailed("the engine's answer cannot be read") from error
        if not replies:
            raise EngineTurnFailed("the engine gave an empty turn")
        return replies

    def is_ready(self) -> bool:
        """Whether the engine answers us; it listens only after it has loaded its model.

        `/status` would tell more, but only with Rasa's HTTP API on, which also replaces models.
        """
        try:
            return self._session().get(self._ready_address, timeout=2).status_code == 200
        except requests.RequestException:
            self._local.session = None
            return False

    def _session(self) -> requests.Session:
        """A session for each thread: they are not promised to be safe to share."""
        if getattr(self._local, "session", None) is None:
            self._local.session = requests.Session()
            if self._token:
                self._local.session.headers["Authorization"] = f"Bearer {self._token}"
        session: requests.Session = self._local.session
        return session


def read_replies(messages: list[dict[str, Any]]) -> list[Reply]:
    """Rasa's messages as replies.

    Rasa sends the text and the custom part of one utterance as two messages; the custom part
    (`short_text`, `link_url`, `image_url`) belongs to the reply before it.
    """
    replies: list[Reply] = []
    for message in messages:
        custom = message.get("custom")
        if custom is not None and replies:
            replies[-1] = Reply.from_json({**replies[-1].to_json(), **custom})
        elif str(message.get("text") or "").strip() or message.get("image"):
            replies.append(
                Reply(
                    text=message.get("text", ""),
                    buttons=tuple(_button(button) for button in message.get("buttons", ())),
                    image_url=message.get("image", ""),
                )
            )
    return replies


def _button(button: dict[str, Any]) -> Button:
    return Button(
        title=str(button["title"]),
        payload=str(button.get("payload", "")),
        url=str(button.get("url", "")),
    )


def with_language(payload: str, language: str | None) -> str:
    """A button's payload with the language to answer in; Rasa detects none in a payload."""
    if not language or not payload.startswith("/"):
        return payload
    intent, brace, entities = payload.partition("{")
    values = json.loads(brace + entities) if brace else {}
    return intent + json.dumps({**values, "reply_language": language}, ensure_ascii=False)
