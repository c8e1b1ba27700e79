"""The action server, as rasa-sdk builds it, for the engine alone."""

from __future__ import annotations

import hmac
from functools import partial
from typing import Any

from rasa_sdk.endpoint import create_app_for_serve
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.utils import number_of_sanic_workers
from sanic import HTTPResponse, Request, Sanic
from sanic.response import empty
from sanic.worker.loader import AppLoader

from bot.settings import Settings
from bot.starting import start_logs

_ALIVE = "/health"


def serve(executor: ActionExecutor, settings: Settings, host: str, port: int) -> None:
    """Answer on this address until the process is ended; with `ACTIONS_TOKEN` only to who shows it.

    This is `rasa_sdk.endpoint.run` with our own application.
    """
    loader = AppLoader(factory=partial(_start, executor, settings))
    app = loader.load()
    app.prepare(host=host, port=port, workers=number_of_sanic_workers())
    Sanic.serve(primary=app, app_loader=loader)


def _start(executor: ActionExecutor, settings: Settings) -> Sanic[Any, Any]:
    """The application, with its logs: Sanic starts a process more, which inherits nothing."""
    start_logs("actions", settings)
    return create_app(executor, settings.actions_token)


def create_app(executor: ActionExecutor, token: str) -> Sanic[Any, Any]:
    """The application; rasa-sdk itself authenticates nobody.

    No other origin's page may read an answer: nobody but the engine calls.
    """
    app: Sanic[Any, Any] = create_app_for_serve(executor, cors_origins="")
    if token:
        app.register_middleware(partial(_refuse_strangers, f"Bearer {token}".encode()), "request")
    return app


async def _refuse_strangers(expected: bytes, request: Request) -> HTTPResponse | None:
    shown = request.headers.get("Authorization", "").encode("utf-8", "replace")
    if request.path == _ALIVE or hmac.compare_digest(shown, expected):
        return None
    return empty(status=401, headers={"WWW-Authenticate": "Bearer"})
