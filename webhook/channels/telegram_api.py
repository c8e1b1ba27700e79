"""The Bot API's addresses, and what its errors mean for us.

Source: https://core.telegram.org/bots/api#making-requests
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any

import requests

from webhook.channels.answers import json_object, retry_after, whole_number
from webhook.channels.base import SendAction, SendError
from webhook.kept_sessions import KeptSessions

_TIMEOUT = (3.05, 10)
# Nothing depends on a typing sign or on the end of a button's waiting sign.
_SHORT_TIMEOUT = (1, 2)
_RATE_LIMIT_PAUSE = 5.0
_ADDRESS_LOGGERS = ("urllib3.connectionpool", "urllib3.util.retry")
_OK = 200
_TOO_MANY_REQUESTS = 429
_ACTIONS: Mapping[int, SendAction] = {
    401: "pause_channel",
    403: "stop_contact",
    # Of a token that is none; a wrong method would be our fault and seen in the tests.
    404: "pause_channel",
    _TOO_MANY_REQUESTS: "retry",
}


class BotApiError(SendError):
    """The Bot API did not do what was asked; `description` is its own, for the operator."""

    def __init__(
        self,
        action: SendAction,
        code: str,
        retry_after: float | None = None,
        moved_to: str = "",
        description: str = "",
    ) -> None:
        super().__init__(action, code, retry_after, moved_to)
        self.description = description


class BotApi:
    """Calls methods in the name of one bot.

    The token stands in the address, as Telegram wants it. So no error of `requests`, which quote
    addresses, is passed on or kept as the cause of another, and the log of `urllib3` is masked.
    """

    def __init__(self, api_url: str, token: str) -> None:
        self._address = f"{api_url.rstrip('/')}/bot{token}"
        self._sessions = KeptSessions()
        for name in _ADDRESS_LOGGERS:
            logging.getLogger(name).addFilter(_mask)

    def call(self, method: str, content: Mapping[str, Any] | None = None) -> Any:
        """The method's result, None where an accepted answer cannot be read.

        Raises `BotApiError`. A repeat of an unread message would be worse than not knowing its id.
        """
        answer = self._post(method, content or {}, _TIMEOUT)
        values = json_object(answer)
        if answer.status_code != _OK or values.get("ok") is False:
            raise _error_of(answer, values)
        return values.get("result")

    def try_call(self, method: str, content: Mapping[str, Any] | None = None) -> Any:
        """The method's result, or None if that does not work at once."""
        try:
            answer = self._post(method, content or {}, _SHORT_TIMEOUT)
        except BotApiError:
            return None
        return json_object(answer).get("result") if answer.status_code == _OK else None

    def _post(
        self, method: str, content: Mapping[str, Any], timeout: tuple[float, float]
    ) -> requests.Response:
        try:
            return self._sessions.get(self._address).post(
                f"{self._address}/{method}", json=content, timeout=timeout, allow_redirects=False
            )
        except requests.Timeout:
            failure = "timeout"
        except requests.RequestException:
            failure = "connection"
        # Outside the handlers: an error raised inside would keep the other one, with the address.
        raise BotApiError("retry", failure)


class _TokenMask(logging.Filter):
    """Takes tokens out of the lines that `urllib3` logs of every request."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let the record through, without a token."""
        record.msg = re.sub(r"/bot[^/\s]+/", "/bot***/", record.getMessage())
        record.args = None
        return True


_mask = _TokenMask()


def action_for(status: int) -> SendAction:
    """What follows from an HTTP status or the Bot API's own error code, which are the same."""
    if status in _ACTIONS:
        return _ACTIONS[status]
    return "retry" if status < 400 or status >= 500 else "dead_letter"


def _error_of(answer: requests.Response, values: Mapping[str, Any]) -> BotApiError:
    code = whole_number(values.get("error_code")) or answer.status_code
    parameters = values.get("parameters")
    parameters = parameters if isinstance(parameters, dict) else {}
    moved_to = whole_number(parameters.get("migrate_to_chat_id"))
    return BotApiError(
        action="retry" if moved_to is not None else action_for(code),
        code=str(code) if values else f"http_{code}",
        retry_after=_retry_after(answer, parameters, code),
        moved_to="" if moved_to is None else str(moved_to),
        description=str(values.get("description", ""))[:200],
    )


def _retry_after(
    answer: requests.Response, parameters: Mapping[str, Any], code: int
) -> float | None:
    """Seconds, from the answer's parameters or from the header that says the same."""
    seconds = whole_number(parameters.get("retry_after"))
    if seconds is not None and seconds >= 0:
        return float(seconds)
    return retry_after(answer, _RATE_LIMIT_PAUSE if code == _TOO_MANY_REQUESTS else None)
