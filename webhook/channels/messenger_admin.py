"""The Graph API beyond messages: the Page's profile, its webhook, and who is who."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Literal

import requests

from bot.errors import ChrokError
from webhook.channels.answers import json_object
from webhook.channels.messenger_graph import BearerToken, proof_of
from webhook.channels.values import Values, items, mapping

_TIMEOUT = (3.05, 20)
# Facebook waits for our answer while we ask it who is meant.
_QUICK_TIMEOUT = (2, 4)
_USER_ID = re.compile(r"[0-9]{1,32}")
_OK = 200


class GraphError(ChrokError):
    """The Graph API refused a call, or did not answer (`graph_code` is 0 then)."""

    code = "graph"

    def __init__(self, graph_code: int, message: str) -> None:
        super().__init__(message)
        self.graph_code = graph_code
        self.retryable = graph_code == 0


class GraphAdmin:
    """Calls in the name of the Page, or of the app where Meta wants that."""

    def __init__(self, api_url: str, page_token: str, app_secret: str, app_id: str = "") -> None:
        self._api_url = api_url.rstrip("/")
        self._page_token = page_token
        self._app_secret = app_secret
        self._app_id = app_id

    def as_page(
        self, method: Literal["GET", "POST"], path: str, content: Values | None = None
    ) -> Values:
        """A call with the Page's token; raises `GraphError`."""
        return self._call(method, path, self._page_token, content, _TIMEOUT)

    def as_app(
        self, method: Literal["GET", "POST"], path: str, content: Values, app_id: str
    ) -> Values:
        """A call with the app's own token, which is its id and its secret; raises `GraphError`."""
        return self._call(method, path, f"{app_id}|{self._app_secret}", content, _TIMEOUT)

    def page_scoped_ids(self, user_id: str) -> list[str]:
        """The ids by which the Pages know somebody whom our app knows by `user_id`.

        Needs the app's id; empty without it. Raises `GraphError`.
        Source: https://developers.facebook.com/docs/messenger-platform/identity/id-matching
        """
        if not self._app_id or not _USER_ID.fullmatch(user_id):
            return []
        token = f"{self._app_id}|{self._app_secret}"
        found = self._call("GET", f"{user_id}/ids_for_pages", token, None, _QUICK_TIMEOUT)
        ids = (mapping(item).get("id") for item in items(found.get("data")))
        return [page_scoped for page_scoped in ids if isinstance(page_scoped, str)]

    def _call(
        self,
        method: str,
        path: str,
        token: str,
        content: Values | None,
        timeout: tuple[float, float],
    ) -> Values:
        try:
            answer = requests.request(
                method,
                f"{self._api_url}/{path}",
                params={"appsecret_proof": proof_of(token, self._app_secret)},
                json=content,
                auth=BearerToken(token),
                timeout=timeout,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            # Its words quote the address; the kind of error says enough.
            raise GraphError(0, f"no answer ({type(error).__name__})") from None
        values = json_object(answer)
        if answer.status_code != _OK or "error" in values:
            raise _refusal(answer.status_code, mapping(values.get("error")))
        return values


def _refusal(status: int, error: Mapping[str, Any]) -> GraphError:
    code = error.get("code")
    message = error.get("error_user_msg") or error.get("message") or f"HTTP {status}"
    return GraphError(code if isinstance(code, int) else -1, str(message))
