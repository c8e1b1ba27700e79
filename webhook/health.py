"""Whether the process is alive, and whether everything it depends on is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any, cast

import requests
from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db.models import Heartbeat, OperatorAlert, Site
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.services.alerts import open_alerts
from bot.services.site_rhythm import silent_sites
from webhook.channel_pauses import paused_channels
from webhook.metrics.access import may_read
from webhook.metrics.labels import CHANNELS
from webhook.metrics.page import queue_depth

if TYPE_CHECKING:
    from webhook.app import Chrok

health = Blueprint("health", __name__)

# The worker gives a sign of life every minute.
_WORKER_SILENCE = timedelta(seconds=150)
# All checks together: whoever asks gives up soon after.
CHECKS_SECONDS = 2.5


@dataclass(frozen=True)
class _Stored:
    """What the database tells: signs of life, and what wants somebody's eye."""

    worker_beat_at: datetime | None
    paused: Mapping[str, str]
    silent: list[Site]
    alerts: list[OperatorAlert]


@health.get("/healthz")
def alive() -> ResponseReturnValue:
    """The process answers."""
    return {"status": "ok"}


@health.get("/readyz")
def ready() -> ResponseReturnValue:
    """Each dependency by name: `ok`, `down` or `no answer`; 503 unless all are `ok`.

    They are asked side by side, and nothing is waited for longer than 2.5 seconds. Silent offices
    and alerts are told to whoever may read the metrics: they are nobody else's business.
    """
    parts = cast("Chrok", current_app.extensions["chrok"])
    answers = parts.asking.ask(
        {
            "database": partial(_stored, parts.sessions),
            "queue": partial(queue_depth, parts.queue),
            "engine": parts.engine.is_ready,
            "actions": partial(_actions_are_up, parts.settings.actions_url),
            "tracker_store": parts.forgetter.tracker.answers,
        },
        CHECKS_SECONDS,
    )
    stored: _Stored | None = answers.get("database")
    checks = {name: _state(answers, name) for name in _ASKED}
    checks["worker"] = "ok" if stored is not None and _is_alive(stored) else "down"
    is_ready = all(state == "ok" for state in checks.values())
    status = {
        "status": "ready" if is_ready else "not ready",
        "checks": checks,
        "channels": _channels(parts, stored.paused if stored is not None else {}),
        **(_to_look_at(stored) if stored is not None and _asks_from_inside(parts) else {}),
    }
    return status, 200 if is_ready else 503


_ASKED = ("database", "queue", "engine", "actions", "tracker_store")


def _state(answers: Mapping[str, Any], name: str) -> str:
    if name not in answers:
        return "no answer"
    return "ok" if answers[name] else "down"


def _stored(sessions: SessionFactory) -> _Stored | None:
    moment = now()
    try:
        with sessions() as session:
            heartbeat = session.get(Heartbeat, "worker")
            return _Stored(
                worker_beat_at=heartbeat.beat_at if heartbeat is not None else None,
                paused=paused_channels(session),
                silent=silent_sites(session, moment),
                alerts=open_alerts(session, moment),
            )
    except (DBAPIError, PoolTimeout):
        return None


def _asks_from_inside(parts: Chrok) -> bool:
    return may_read(request.environ, parts.settings.metrics_token)


def _is_alive(stored: _Stored) -> bool:
    beat_at = stored.worker_beat_at
    return beat_at is not None and now() - beat_at < _WORKER_SILENCE


def _channels(parts: Chrok, paused: Mapping[str, str]) -> dict[str, str]:
    states = {}
    for name in CHANNELS:
        if name not in parts.channels:
            states[name] = "off"
        else:
            states[name] = f"paused: {paused[name]}" if name in paused else "on"
    states["email"] = "on" if parts.settings.smtp_url else "off"
    return states


def _to_look_at(stored: _Stored) -> dict[str, Any]:
    """What stops no conversation but wants somebody's eye: silent sites, open alerts."""
    return {
        "silent_sites": [
            {"site": site.id, "last_sync": site.last_sync_at and site.last_sync_at.isoformat()}
            for site in stored.silent
        ],
        "alerts": [
            {
                "id": alert.id,
                "kind": alert.kind,
                "subject": alert.subject,
                "raised": alert.raised_at.isoformat(),
                "details": alert.details,
            }
            for alert in stored.alerts
        ],
    }


def _actions_are_up(actions_url: str) -> bool:
    try:
        return requests.get(f"{actions_url}/health", timeout=2).status_code == 200
    except requests.RequestException:
        return False
