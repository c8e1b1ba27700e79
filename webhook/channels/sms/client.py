"""Calling a gateway, and what follows from its refusals."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import requests
from requests.auth import AuthBase, HTTPBasicAuth

from webhook.channels.answers import retry_after
from webhook.channels.base import SendAction, SendError
from webhook.kept_sessions import KeptSessions

_TIMEOUT = (3.05, 15)
_RATE_LIMIT_PAUSE = 30.0
_TOO_MANY_REQUESTS = 429
_PASSING = frozenset({408, 425, 429})
_NOT_ALLOWED = frozenset({401, 403})
_MOVED = range(300, 400)


class GatewayClient:
    """One gateway's HTTP interface; a session for each thread, no address in any error."""

    def __init__(self, username: str = "", password: str = "") -> None:
        # Without a name for it requests would look into ~/.netrc.
        self._auth: AuthBase = HTTPBasicAuth(username, password) if username else _NoLogin()
        self._sessions = KeptSessions()

    def call(self, method: str, address: str, **content: Any) -> requests.Response:
        """The gateway's answer, whatever it says; raises `SendError` where there is none."""
        try:
            return self._sessions.get(address).request(
                method,
                address,
                auth=self._auth,
                timeout=_TIMEOUT,
                allow_redirects=False,
                **content,
            )
        except requests.Timeout:
            raise SendError("retry", "timeout") from None
        except requests.RequestException:
            self._sessions.forget()
            raise SendError("retry", "connection") from None


class _NoLogin(AuthBase):
    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        return request


def action_for_status(status: int) -> SendAction:
    """What follows from an HTTP status alone.

    A redirect is a wrong address in the settings: nobody can be reached until it is mended.
    """
    if status in _NOT_ALLOWED or status in _MOVED:
        return "pause_channel"
    if status in _PASSING or status >= 500:
        return "retry"
    return "dead_letter"


def refusal(
    answer: requests.Response, code: str = "", actions: Mapping[str, SendAction] | None = None
) -> SendError:
    """The error for an answer that is no success: by the gateway's code, else by the status."""
    status = answer.status_code
    action = (actions or {}).get(code) or action_for_status(status)
    pause = _RATE_LIMIT_PAUSE if status == _TOO_MANY_REQUESTS else None
    return SendError(action, code or f"http_{status}", retry_after(answer, pause))
