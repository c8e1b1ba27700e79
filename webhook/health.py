"""Whether the process is alive, and whether everything it depends on is."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, cast

import requests
from flask import Blueprint, current_app
from flask.typing import ResponseReturnValue
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db.models import Heartbeat
from bot.db.models.base import now
from bot.services.alerts import open_alerts
from bot.services.site_rhythm import silent_sites
from webhook.channel_pauses import paused_channels

if TYPE_CHECKING:
    from webhook.app import Chrok

health = Blueprint("health", __name__)

# The worker gives a sign of life every minute.
_WORKER_SILENCE = timedelta(seconds=150)
CHANNEL_NAMES = ("messenger", "telegram", "sms", "web")


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Each dependency by name; 503 when one that every conversation needs is down."""
    parts = cast("Chrok", current_app.extensions["chrok"])
    checks = {
        "database": _database_is_up(parts),
        "engine": parts.engine.is_ready(),
        "actions": _actions_are_up(parts.settings.actions_url),
        "worker": _worker_is_alive(parts),
    }
    paused = _paused(parts)
    channels = {name: _state_of(name, parts, paused) for name in CHANNEL_NAMES}
    channels["email"] = "on" if parts.settings.smtp_url else "off"
    status = {
        "status": "ready" if all(checks.values()) else "not ready",
        "checks": {name: "ok" if up else "down" for name, up in checks.items()},
        "channels": channels,
        **_to_look_at(parts),
    }
    return status, 200 if all(checks.values()) else 503


def _state_of(name: str, parts: Chrok, paused: dict[str, str]) -> str:
    if name not in parts.channels:
        return "off"
    return f"paused: {paused[name]}" if name in paused else "on"


def _paused(parts: Chrok) -> dict[str, str]:
    try:
        with parts.sessions() as session:
            return paused_channels(session)
    except DBAPIError:
        return {}


def _database_is_up(parts: Chrok) -> bool:
    try:
        with parts.sessions() as session:
            session.execute(text("SELECT 1"))
    except DBAPIError:
        return False
    return True


def _to_look_at(parts: Chrok) -> dict[str, Any]:
    """What stops no conversation but wants somebody's eye: silent sites, open alerts."""
    moment = now()
    try:
        with parts.sessions() as session:
            silent = silent_sites(session, moment)
            alerts = open_alerts(session, moment)
    except DBAPIError:
        return {}
    return {
        "silent_sites": [
            {"site": site.id, "last_sync": site.last_sync_at and site.last_sync_at.isoformat()}
            for site in silent
        ],
        "alerts": [
            {
                "id": alert.id,
                "kind": alert.kind,
                "subject": alert.subject,
                "raised": alert.raised_at.isoformat(),
                "details": alert.details,
            }
            for alert in alerts
        ],
    }


def _worker_is_alive(parts: Chrok) -> bool:
    try:
        with parts.sessions() as session:
            heartbeat = session.get(Heartbeat, "worker")
    except DBAPIError:
        return False
    return heartbeat is not None and now() - heartbeat.beat_at < _WORKER_SILENCE


def _actions_are_up(actions_url: str) -> bool:
    try:
        return requests.get(f"{actions_url}/health", timeout=2).status_code == 200
    except requests.RequestException:
        return False
