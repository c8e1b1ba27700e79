"""Meta's Graph API v26.0, as far as Messenger's Send API goes."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.provider import Answer, FakeProvider, RecordedRequest

MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
PAGE_ID = "100200300400500"
OUR_APP_ID = 900800700600500
PAGE_INBOX_APP_ID = 263902037430900
SENDER_ACTIONS = ("mark_seen", "typing_on", "typing_off")


def sign(body: bytes, app_secret: str) -> str:
    """The `X-Hub-Signature-256` header that Meta sends with a body."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def graph_error(
    status: int, code: int, subcode: int | None = None, message: str = "Refused"
) -> Answer:
    """An error as the Graph API words it."""
    error: dict[str, Any] = {
        "message": f"(#{code}) {message}",
        "type": "OAuthException",
        "code": code,
        "fbtrace_id": "AfAkEtRaCeIdOfThEtEsT",
    }
    if subcode is not None:
        error["error_subcode"] = subcode
    return Answer(status, {"error": error})


def echo_of(content: dict[str, Any], mid: str, app_id: int) -> bytes:
    """The body of the webhook request that tells what the Page said, as Meta writes it."""
    message = {
        **{name: value for name, value in content["message"].items() if name != "quick_replies"},
        **{"mid": mid, "is_echo": True, "app_id": app_id},
    }
    event = {
        "sender": {"id": PAGE_ID},
        "recipient": content["recipient"],
        "timestamp": 1795425600000,
        "message": message,
    }
    entry = {"id": PAGE_ID, "time": 1795425600312, "messaging": [event]}
    return json.dumps({"object": "page", "entry": [entry]}).encode()


class Refused(Exception):
    """A parameter is not as the documentation wants it; answered as error 100."""


class GraphApi(FakeProvider):
    """Accepts what the real API accepts and refuses what it refuses.

    A script holds for messages only: sender actions (typing and the like) are answered as usual.
    """

    base_path = "/v26.0"

    def __init__(self, page_token: str, app_secret: str) -> None:
        super().__init__()
        self._page_token = page_token
        self._proof = hmac.new(app_secret.encode(), page_token.encode(), hashlib.sha256).hexdigest()
        self._accepting = threading.Lock()
        self._accepted: list[dict[str, Any]] = []

    def reset(self) -> None:
        super().reset()
        with self._accepting:
            self._accepted.clear()

    def messages(self, recipient_id: str | None = None) -> list[dict[str, Any]]:
        """The `message` objects that reached citizens (or one of them), in order."""
        with self._accepting:
            return [
                content["message"]
                for content in self._accepted
                if "message" in content and recipient_id in (None, content["recipient"]["id"])
            ]

    def echoes(self, recipient_id: str) -> list[bytes]:
        """What the real API posts to the webhook about each message that reached a citizen."""
        with self._accepting:
            accepted = list(self._accepted)
        return [
            echo_of(content, f"m_fake-{number}", OUR_APP_ID)
            for number, content in enumerate(accepted, 1)
            if "message" in content and content["recipient"]["id"] == recipient_id
        ]

    def sender_actions(self, recipient_id: str) -> list[str]:
        """The sender actions that reached a citizen, in order."""
        with self._accepting:
            return [
                content["sender_action"]
                for content in self._accepted
                if "sender_action" in content and content["recipient"]["id"] == recipient_id
            ]

    def is_scripted(self, request: RecordedRequest) -> bool:
        return b'"sender_action"' not in request.body

    def respond(self, request: RecordedRequest) -> Answer:
        if request.method != "POST" or urlsplit(request.path).path != "/v26.0/me/messages":
            return graph_error(404, 2500, message="Unknown path components")
        if request.headers.get("authorization") != f"Bearer {self._page_token}":
            return graph_error(400, 190, message="Invalid OAuth access token.")
        if request.query.get("appsecret_proof") != self._proof:
            message = "Invalid appsecret_proof provided in the API argument"
            return graph_error(400, 100, message=message)
        try:
            content = json.loads(request.body)
            check_content(content)
        except (ValueError, Refused) as refusal:
            return graph_error(400, 100, message=str(refusal))
        recipient_id = content["recipient"]["id"]
        with self._accepting:
            self._accepted.append(content)
            number = len(self._accepted)
        if "sender_action" in content:
            return Answer(200, {"recipient_id": recipient_id})
        return Answer(200, {"recipient_id": recipient_id, "message_id": f"m_fake-{number}"})


def check_content(content: Any) -> None:
    """Raise `Refused` for a request that the Send API refuses.

    Source: https://developers.facebook.com/docs/messenger-platform/reference/send-api
    """
    _need(isinstance(content, dict), "the body must be an object")
    recipient = content.get("recipient")
    _need(
        isinstance(recipient, dict) and isinstance(recipient.get("id"), str) and recipient["id"],
        "param recipient must be non-empty",
    )
    if "sender_action" in content:
        _need("message" not in content, "Cannot send both message and state at the same time")
        _need(content["sender_action"] in SENDER_ACTIONS, "param sender_action is unknown")
        return
    _need(content.get("messaging_type") in MESSAGING_TYPES, "param messaging_type must be one of…")
    message = content.get("message")
    _need(isinstance(message, dict), "param message must be an object")
    _need(("text" in message) != ("attachment" in message), "message needs text or attachment")
    metadata = message.get("metadata", "")
    _need(isinstance(metadata, str) and len(metadata) <= 1000, "param metadata is too long")
    if "text" in message:
        _text(message["text"], "message[text]", 2000)
    else:
        _attachment(message["attachment"])
    if "quick_replies" in message:
        _quick_replies(message["quick_replies"])


def _attachment(attachment: Any) -> None:
    payload = attachment.get("payload", {})
    if attachment.get("type") == "image":
        _address(payload.get("url"), "message[attachment][payload][url]")
        return
    _need(attachment.get("type") == "template", "message[attachment][type] is unknown")
    _need(payload.get("template_type") == "button", "template_type is unknown")
    _text(payload.get("text"), "message[attachment][payload][text]", 640)
    buttons = payload.get("buttons", [])
    _need(1 <= len(buttons) <= 3, "a button template has 1 to 3 buttons")
    for button in buttons:
        _text(button.get("title"), "buttons[title]", 20)
        if button.get("type") == "web_url":
            _address(button.get("url"), "buttons[url]")
        else:
            _need(button.get("type") == "postback", "buttons[type] is unknown")
            _text(button.get("payload"), "buttons[payload]", 1000)


def _quick_replies(quick_replies: Any) -> None:
    _need(1 <= len(quick_replies) <= 13, "quick_replies must have 1 to 13 elements")
    for reply in quick_replies:
        _need(reply.get("content_type") == "text", "quick_replies[content_type] is unknown")
        _text(reply.get("title"), "quick_replies[title]", 20)
        _text(reply.get("payload"), "quick_replies[payload]", 1000)


def _text(value: Any, name: str, limit: int) -> None:
    _need(isinstance(value, str) and value.strip() != "", f"param {name} must be non-empty")
    _need(len(value) <= limit, f"Length of param {name} must be less than or equal to {limit}")


def _address(value: Any, name: str) -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    _need(
        parts is not None and parts.scheme in ("http", "https") and parts.netloc != "",
        f"param {name} should represent a valid URL",
    )


def _need(condition: Any, message: str) -> None:
    if not condition:
        raise Refused(message)
