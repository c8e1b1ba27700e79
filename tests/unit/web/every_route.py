"""Every request that the web application knows, found in its own map of routes."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from bot.settings import read_settings
from tests.stack import MESSENGER, SMS, TELEGRAM
from webhook import create_app

# What may stand in an address; a new kind of it is added here, so that the new route is tested.
IN_ADDRESSES = {
    "code": "010201",
    "filename": "site.css",
    "name": "messenger",
    "site_id": "0102",
    "slug": "driving-licence-exam",
    "token": "nobody-signed-this",
}


@dataclass(frozen=True)
class Route:
    """A view, a method it takes, and an address that leads to it."""

    endpoint: str
    method: str
    path: str


def application(database_url: str, folder: Path, **settings: str) -> Flask:
    """The whole application with every channel on; settings may be given by name."""
    return create_app(
        read_settings(
            {
                **MESSENGER,
                **TELEGRAM,
                **SMS,
                "MESSENGER_API_URL": "http://127.0.0.1:9",
                "TELEGRAM_API_URL": "http://127.0.0.1:9",
                "RASA_URL": "http://127.0.0.1:9",
                "ACTIONS_URL": "http://127.0.0.1:9",
                "DATABASE_URL": database_url,
                "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3",
                "TRACKER_DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
                **settings,
            }
        )
    )


def every_route(app: Flask) -> list[Route]:
    """Each view with each of its methods."""
    routes = []
    for rule in app.url_map.iter_rules():
        path = rule.rule
        for argument in rule.arguments:
            path = path.replace(_placeholder(path, argument), IN_ADDRESSES[argument])
        routes += [Route(rule.endpoint, method, path) for method in sorted(rule.methods or ())]
    return routes


def _placeholder(path: str, argument: str) -> str:
    """`<code>` or `<path:name>` as it stands in the rule."""
    start = path.rindex("<", 0, path.index(f"{argument}>"))
    return path[start : path.index(">", start) + 1]
