"""Meta's Graph API v26.0, as far as Messenger goes: sending, profile, webhook, who is who."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from tests.fakes.graph_profile import (
    Refused,
    check_profile,
    check_subscription,
    check_text,
    need,
)
from tests.fakes.provider import Answer, FakeProvider, RecordedRequest

MESSAGING_TYPES = ("RESPONSE", "UPDATE", "MESSAGE_TAG", "UTILITY")
PAGE_ID = "100200300400500"
OUR_APP_ID = 900800700600500
PAGE_INBOX_APP_ID = 263902037430900
SENDER_ACTIONS = ("mark_seen", "typing_on", "typing_off")


def sign(body: bytes, app_secret: str) -> str:
    """The `X-Hub-Signature-256` header that Meta sends with a body."""
    return "sha256=" + hmac.new(app_secret.encode(), body, hashlib.sha256).hexdigest()


def signed_request(app_secret: str, **content: Any) -> str:
    """A `signed_request` as Facebook sends it to the data deletion callback."""
    values = {"algorithm": "HMAC-SHA256", "issued_at": 1795425600, **content}
    payload = _base64url(json.dumps(values).encode())
    signature = hmac.new(app_secret.encode(), payload.encode(), hashlib.sha256).digest()
    return f"{_base64url(signature)}.{payload}"


def _base64url(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).decode().rstrip("=")


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


class GraphApi(FakeProvider):
    """Accepts what the real API accepts and refuses what it refuses.

    A script holds for messages only: sender actions (typing and the like) are answered as usual.
    """

    base_path = "/v26.0"

    def __init__(self, page_token: str, app_secret: str) -> None:
        super().__init__()
        self._page_token = page_token
        self._app_secret = app_secret
        self._accepting = threading.Lock()
        self._accepted: list[dict[str, Any]] = []
        self._page_scoped: dict[str, str] = {}
        self.profile: dict[str, Any] = {}
        self.page_fields: list[str] = []
        self.app_subscription: dict[str, Any] = {}
        # Answers the handshake that follows a subscription: the arguments to what we would say.
        self.webhook: Callable[[dict[str, str]], str] | None = None

    def reset(self) -> None:
        super().reset()
        with self._accepting:
            self._accepted.clear()
        self._page_scoped.clear()
        self.profile, self.page_fields, self.app_subscription = {}, [], {}
        self.webhook = None

    def knows(self, user_id: str, page_scoped_id: str) -> None:
        """Somebody whom the app knows by one id and the Page by another."""
        self._page_scoped[user_id] = page_scoped_id

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
        path = urlsplit(request.path).path.removeprefix("/v26.0/")
        as_app = path.endswith(("/subscriptions", "/ids_for_pages"))
        token = f"{OUR_APP_ID}|{self._app_secret}" if as_app else self._page_token
        if request.headers.get("authorization") != f"Bearer {token}":
            return graph_error(400, 190, message="Invalid OAuth access token.")
        if request.query.get("appsecret_proof") != _proof(token, self._app_secret):
            message = "Invalid appsecret_proof provided in the API argument"
            return graph_error(400, 100, message=message)
        try:
            if request.method == "GET":
                return self._tell(path)
            return self._take(path, json.loads(request.body))
        except (ValueError, Refused) as refusal:
            return graph_error(400, 100, message=str(refusal))

    def _tell(self, path: str) -> Answer:
        if path == "me":
            return Answer(200, {"id": PAGE_ID, "name": "Chrok for tests"})
        if path == "app":
            return Answer(200, {"id": str(OUR_APP_ID), "name": "Chrok"})
        if path.endswith("/ids_for_pages"):
            found = self._page_scoped.get(path.partition("/")[0])
            page = {"id": PAGE_ID, "name": "Chrok for tests"}
            return Answer(200, {"data": [{"id": found, "page": page}] if found else []})
        return graph_error(404, 2500, message="Unknown path components")

    def _take(self, path: str, content: Any) -> Answer:
        if path == "me/messages":
            return self._take_message(content)
        if path == "me/messenger_profile":
            check_profile(content, self.profile)
            self.profile.update(content)
            return Answer(200, {"result": "success"})
        if path == "me/subscribed_apps":
            self.page_fields = check_subscription(content.get("subscribed_fields"))
            return Answer(200, {"success": True})
        if path == f"{OUR_APP_ID}/subscriptions":
            return self._subscribe(content)
        return graph_error(404, 2500, message="Unknown path components")

    def _subscribe(self, content: Any) -> Answer:
        check_subscription(content.get("fields"))
        need(content.get("object") == "page", "param object must be page")
        need(str(content.get("callback_url")).startswith("https://"), "callback_url must be https")
        challenge = {
            "hub.mode": "subscribe",
            "hub.verify_token": content.get("verify_token", ""),
            "hub.challenge": "1158201444",
        }
        if self.webhook is None or self.webhook(challenge) != challenge["hub.challenge"]:
            return graph_error(400, 2200, message="Callback verification failed")
        self.app_subscription = content
        return Answer(200, {"success": True})

    def _take_message(self, content: Any) -> Answer:
        check_content(content)
        recipient_id = content["recipient"]["id"]
        with self._accepting:
            self._accepted.append(content)
            number = len(self._accepted)
        if "sender_action" in content:
            return Answer(200, {"recipient_id": recipient_id})
        return Answer(200, {"recipient_id": recipient_id, "message_id": f"m_fake-{number}"})


def _proof(token: str, app_secret: str) -> str:
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def check_content(content: Any) -> None:
    """Raise `Refused` for a request that the Send API refuses.

    Source: https://developers.facebook.com/docs/messenger-platform/reference/send-api
    """
    need(isinstance(content, dict), "the body must be an object")
    recipient = content.get("recipient")
    need(
        isinstance(recipient, dict) and isinstance(recipient.get("id"), str) and recipient["id"],
        "param recipient must be non-empty",
    )
    if "sender_action" in content:
        need("message" not in content, "Cannot send both message and state at the same time")
        need(content["sender_action"] in SENDER_ACTIONS, "param sender_action is unknown")
        return
    need(content.get("messaging_type") in MESSAGING_TYPES, "param messaging_type must be one of…")
    message = content.get("message")
    need(isinstance(message, dict), "param message must be an object")
    need(("text" in message) != ("attachment" in message), "message needs text or attachment")
    metadata = message.get("metadata", "")
    need(isinstance(metadata, str) and len(metadata) <= 1000, "param metadata is too long")
    if "text" in message:
        check_text(message["text"], "message[text]", 2000)
    else:
        _attachment(message["attachment"])
    if "quick_replies" in message:
        _quick_replies(message["quick_replies"])


def _attachment(attachment: Any) -> None:
    payload = attachment.get("payload", {})
    if attachment.get("type") == "image":
        _address(payload.get("url"), "message[attachment][payload][url]")
        return
    need(attachment.get("type") == "template", "message[attachment][type] is unknown")
    need(payload.get("template_type") == "button", "template_type is unknown")
    check_text(payload.get("text"), "message[attachment][payload][text]", 640)
    buttons = payload.get("buttons", [])
    need(1 <= len(buttons) <= 3, "a button template has 1 to 3 buttons")
    for button in buttons:
        check_text(button.get("title"), "buttons[title]", 20)
        if button.get("type") == "web_url":
            _address(button.get("url"), "buttons[url]")
        else:
            need(button.get("type") == "postback", "buttons[type] is unknown")
            check_text(button.get("payload"), "buttons[payload]", 1000)


def _quick_replies(quick_replies: Any) -> None:
    need(1 <= len(quick_replies) <= 13, "quick_replies must have 1 to 13 elements")
    for reply in quick_replies:
        need(reply.get("content_type") == "text", "quick_replies[content_type] is unknown")
        check_text(reply.get("title"), "quick_replies[title]", 20)
        check_text(reply.get("payload"), "quick_replies[payload]", 1000)


def _address(value: Any, name: str) -> None:
    parts = urlsplit(value) if isinstance(value, str) else None
    need(
        parts is not None and parts.scheme in ("http", "https") and parts.netloc != "",
        f"param {name} should represent a valid URL",
    )
