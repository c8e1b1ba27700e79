"""Who may call the engine, and how the engine shows itself to the action server.

Rasa's `--auth-token` guards its HTTP API, which is off here, and leaves the REST channel open: who
reaches its port could speak in any citizen's name. So every request has to show the token, and
only "are you there" is answered without it.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from typing import Any

import rasa.core.run
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic, response

_ALIVE = "/"


def only_who_shows(token: str) -> None:
    """Let the engine answer 401 to every request without `Authorization: Bearer <token>`."""
    expected = f"Bearer {token}".encode()
    configure_app: Callable[..., Sanic[Any, Any]] = rasa.core.run.configure_app

    async def refuse_strangers(request: Any) -> Any:
        shown = request.headers.get("Authorization", "").encode("utf-8", "replace")
        if request.path == _ALIVE or hmac.compare_digest(shown, expected):
            return None
        return response.empty(status=401, headers={"WWW-Authenticate": "Bearer"})

    def configure_guarded_app(*arguments: Any, **options: Any) -> Sanic[Any, Any]:
        app = configure_app(*arguments, **options)
        app.register_middleware(refuse_strangers, "request")
        return app

    rasa.core.run.configure_app = configure_guarded_app


def show_actions(token: str) -> None:
    """Let every call of the action server carry the token, whatever endpoints.yml says."""
    read_endpoints = AvailableEndpoints.read_endpoints

    def read_endpoints_with_token(file: str) -> AvailableEndpoints:
        endpoints = read_endpoints(file)
        if endpoints.action is not None:
            endpoints.action.headers["Authorization"] = f"Bearer {token}"
        return endpoints

    AvailableEndpoints.read_endpoints = read_endpoints_with_token


def on_loopback(arguments: list[str]) -> list[str]:
    """The command's arguments; `run` without an interface listens on loopback, not everywhere."""
    if arguments[:1] != ["run"] or any(a in ("-i", "--interface") for a in arguments):
        return arguments
    return [*arguments, "--interface", "127.0.0.1"]
