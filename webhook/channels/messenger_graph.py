"""The Graph API's address for messages, and what its errors mean for us."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any

import requests
from requests.auth import AuthBase

from webhook.channels.answers import json_object, retry_after, whole_number
from webhook.channels.base import SendAction, SendError
from webhook.kept_sessions import KeptSessions

_TIMEOUT = (3.05, 10)
# Nothing depends on a typing sign, and the answer waits for it.
_ACTION_TIMEOUT = (1, 2)
_RATE_LIMIT_PAUSE = 30.0
_OK = 200
_TOO_MANY_REQUESTS = 429

# (code, subcode) as in Meta's table of error codes; None stands for any. The first match counts.
# https://developers.facebook.com/docs/messenger-platform/error-codes
_ACTIONS: tuple[tuple[int | None, int | None, SendAction], ...] = (
    (None, 1545041, "stop_contact"),
    (None, 2018108, "stop_contact"),
    (None, 2018278, "window_closed"),
    (None, 2018065, "window_closed"),  # the same rule's older subcode
    (10, 1893063, "pause_channel"),
    (190, None, "pause_channel"),
    (551, None, "stop_contact"),
    (1, None, "retry"),
    (2, None, "retry"),
    (4, None, "retry"),
    (613, None, "retry"),
    (80006, None, "retry"),  # too many calls for the Page
    (1200, None, "retry"),  # temporary send message failure
    (100, None, "dead_letter"),
)
_RATE_LIMIT_CODES = (4, 613, 80006)


class GraphClient:
    """Calls `me/messages` in the name of one Page.

    The token goes in a header, which the Graph API takes like its `access_token` parameter, so that
    no address holds it; errors of `requests`, which quote addresses, are not passed on.
    """

    def __init__(self, api_url: str, page_token: str, app_secret: str) -> None:
        self._address = f"{api_url.rstrip('/')}/me/messages"
        self._auth = BearerToken(page_token)
        self._proof = {"appsecret_proof": proof_of(page_token, app_secret)}
        self._sessions = KeptSessions()

    def send_message(self, recipient_id: str, message: Mapping[str, Any]) -> str:
        """Send a message; returns Meta's id of it. Raises `SendError`."""
        content = {
            "recipient": {"id": recipient_id},
            "messaging_type": "RESPONSE",
            "message": message,
        }
        try:
            answer = self._post(content, _TIMEOUT)
        except requests.Timeout:
            raise SendError("retry", "timeout") from None
        except requests.RequestException:
            raise SendError("retry", "connection") from None
        values = json_object(answer)
        if answer.status_code != _OK or "error" in values:
            raise _send_error(answer, values)
        # A 200 that cannot be read was sent all the same: a retry would repeat the message.
        return str(values.get("message_id", ""))

    def send_action(self, recipient_id: str, action: str) -> bool:
        """Send `mark_seen` or `typing_on`; returns whether that worked."""
        content = {"recipient": {"id": recipient_id}, "sender_action": action}
        try:
            return self._post(content, _ACTION_TIMEOUT).status_code == _OK
        except requests.RequestException:
            return False

    def _post(self, content: Mapping[str, Any], timeout: tuple[float, float]) -> requests.Response:
        return self._sessions.get(self._address).post(
            self._address,
            params=self._proof,
            json=content,
            auth=self._auth,
            timeout=timeout,
            allow_redirects=False,
        )


class BearerToken(AuthBase):
    """A token as a header; unlike a header set on the session, a `.netrc` cannot replace it."""

    def __init__(self, token: str) -> None:
        self._value = f"Bearer {token}"

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        """The request with the header."""
        request.headers["Authorization"] = self._value
        return request


def proof_of(token: str, app_secret: str) -> str:
    """What shows that a token is used by its app (`appsecret_proof`)."""
    return hmac.new(app_secret.encode(), token.encode(), hashlib.sha256).hexdigest()


def action_for(status: int, code: int | None, subcode: int | None) -> SendAction:
    """What follows from an HTTP status with the Graph API's error code and subcode."""
    for known_code, known_subcode, action in _ACTIONS:
        if known_code in (None, code) and known_subcode in (None, subcode):
            return action
    if status < 400 or status == _TOO_MANY_REQUESTS or status >= 500:
        return "retry"
    return "dead_letter"


def _send_error(answer: requests.Response, values: Mapping[str, Any]) -> SendError:
    error = values.get("error")
    code, subcode = (
        (whole_number(error.get("code")), whole_number(error.get("error_subcode")))
        if isinstance(error, dict)
        else (None, None)
    )
    action = action_for(answer.status_code, code, subcode)
    if isinstance(error, dict) and "appsecret_proof" in str(error.get("message")):
        # Also error 100, but it is our secret that is wrong, not the message.
        action = "pause_channel"
    is_rate_limit = code in _RATE_LIMIT_CODES or answer.status_code == _TOO_MANY_REQUESTS
    named = "/".join(str(part) for part in (code, subcode) if part is not None)
    return SendError(
        action,
        named or f"http_{answer.status_code}",
        retry_after(answer, _RATE_LIMIT_PAUSE if is_rate_limit else None),
    )
