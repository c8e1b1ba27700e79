"""The engine's REST channel; with several engines, each conversation has its own."""

from __future__ import annotations

import json
from typing import Any

import requests
from urllib3.exceptions import MaxRetryError, NewConnectionError

from bot.errors import EngineTurnFailed, EngineUnavailable
from bot.messages import Button, Reply
from webhook.engine_addresses import EngineAddresses
from webhook.kept_sessions import KeptSessions

_CONNECT_SECONDS = 3.05
_ANSWER_SECONDS = 20


class RasaClient:
    """One turn of a conversation with the engine, or with one of several."""

    def __init__(self, *engine_urls: str, token: str = "") -> None:
        self._addresses = EngineAddresses(engine_urls)
        self._sessions = KeptSessions({"Authorization": f"Bearer {token}"} if token else None)

    def turn(self, conversation_id: str, message: str, metadata: dict[str, Any]) -> list[Reply]:
        """The engine's replies to a message.

        Raises `EngineUnavailable` when none can be reached or is ready, and `EngineTurnFailed`
        for an empty turn: Rasa 3.6 answers `200 []` for an exception too.
        """
        answer = self._first_answer(
            conversation_id,
            {"sender": conversation_id, "message": message, "metadata": metadata},
        )
        try:
            replies = read_replies(answer.json())
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise EngineTurnFailed("the engine's answer cannot be read") from error
        if not replies:
            raise EngineTurnFailed("the engine gave an empty turn")
        return replies

    def is_ready(self) -> bool:
        """Whether an engine answers us; it listens only after it has loaded its model.

        `/status` would tell more, but only with Rasa's HTTP API on, which also replaces models.
        """
        return any(self._is_ready(address) for address in self._addresses.all())

    def _first_answer(self, conversation_id: str, content: dict[str, Any]) -> requests.Response:
        """The answer of the conversation's engine, or of the next one that can be reached.

        Only an engine that cannot have got the message is passed over: one that fell silent may
        still be at work on it, so the message is put off and goes to another one later.
        """
        failure: Exception = EngineUnavailable("no engine is known")
        for address in self._addresses.for_conversation(conversation_id):
            try:
                answer = self._sessions.get(address).post(
                    f"{address}/webhooks/rest/webhook",
                    json=content,
                    timeout=(_CONNECT_SECONDS, _ANSWER_SECONDS),
                )
            except requests.RequestException as error:
                self._sessions.forget()
                self._addresses.did_not_answer(address)
                failure = error
                if _got_nothing(error):
                    continue
                break
            if answer.status_code != 200:
                self._addresses.did_not_answer(address)
                raise EngineUnavailable(f"the engine answered {answer.status_code}")
            self._addresses.answered(address)
            return answer
        raise EngineUnavailable(type(failure).__name__) from failure

    def _is_ready(self, address: str) -> bool:
        try:
            answer = self._sessions.get(address).get(f"{address}/webhooks/rest/", timeout=2)
            return answer.status_code == 200
        except requests.RequestException:
            self._sessions.forget()
            return False


def _got_nothing(error: requests.RequestException) -> bool:
    """Whether no connection came about, so that nothing of the message can have arrived."""
    if isinstance(error, requests.ConnectTimeout):
        return True
    cause = error.args[0] if error.args else None
    return isinstance(cause, MaxRetryError) and isinstance(cause.reason, NewConnectionError)


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
