"""/readyz names what is down, and answers in time whatever hangs."""

from __future__ import annotations

import socket
import time

import pytest
from sqlalchemy import text

from bot.db.models import Heartbeat
from bot.db.models.base import now
from bot.db.session import create_database_engine, create_session_factory
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from webhook import create_app
from webhook.health import CHECKS_SECONDS

NOBODY = "http://127.0.0.1:9"


@pytest.fixture
def silence():
    """An address that takes connections and never answers."""
    with socket.create_server(("127.0.0.1", 0), backlog=64) as server:
        yield server.getsockname()[1]


def _client(tmp_path, **given: str):
    usual = {
        "database_url": migrated_sqlite(tmp_path),
        "queue_url": f"sqlite:///{tmp_path}/queue.sqlite3",
        "tracker_database_url": f"sqlite:///{tmp_path}/tracker.sqlite3",
        "rasa_url": NOBODY,
        "actions_url": NOBODY,
    }
    return create_app(Settings(**{**usual, **given})).test_client()


def test_each_dependency_is_named_with_its_state(tmp_path):
    client = _client(tmp_path)
    with create_session_factory(
        create_database_engine(f"sqlite:///{tmp_path}/chrok.sqlite3")
    ).begin() as session:
        session.add(Heartbeat(process="worker", beat_at=now()))
    answer = client.get("/readyz")
    assert answer.status_code == 503
    assert answer.get_json()["checks"] == {
        "database": "ok",
        "queue": "ok",
        "engine": "down",
        "actions": "down",
        "tracker_store": "ok",
        "worker": "ok",
    }
    assert answer.get_json()["channels"] == {
        "messenger": "off",
        "telegram": "off",
        "sms": "off",
        "web": "on",
        "email": "off",
    }


def test_a_broken_database_is_down_and_the_rest_is_still_told(tmp_path):
    client = _client(tmp_path)
    engine = create_database_engine(f"sqlite:///{tmp_path}/chrok.sqlite3")
    with engine.begin() as connection:
        connection.execute(text("DROP TABLE heartbeats"))
    answer = client.get("/readyz")
    checks = answer.get_json()["checks"]
    assert (checks["database"], checks["worker"], checks["queue"]) == ("down", "down", "ok")
    assert "channels" in answer.get_json()


def test_a_tracker_store_that_is_none_is_down(tmp_path):
    (tmp_path / "tracker.sqlite3").write_bytes(b"no database at all " * 100)
    assert _client(tmp_path).get("/readyz").get_json()["checks"]["tracker_store"] == "down"


@pytest.mark.parametrize(
    ("asks", "is_told"),
    [
        ({}, True),
        ({"environ_base": {"REMOTE_ADDR": "203.0.113.9"}}, False),
        ({"headers": {"X-Forwarded-For": "203.0.113.9"}}, False),
        (
            {
                "headers": {
                    "X-Forwarded-For": "203.0.113.9",
                    "Authorization": "Bearer a-token-for-metrics",
                }
            },
            True,
        ),
    ],
    ids=["from the machine", "from outside", "through a proxy", "with the token"],
)
def test_alerts_and_silent_offices_are_told_to_the_operator_alone(tmp_path, asks, is_told):
    client = _client(tmp_path, metrics_token="a-token-for-metrics")
    answer = client.get("/readyz", **asks).get_json()
    assert ("alerts" in answer, "silent_sites" in answer) == (is_told, is_told)
    assert "checks" in answer


def test_it_answers_in_time_even_if_all_hang(tmp_path, silence):
    client = _client(
        tmp_path,
        database_url=f"postgresql://chrok@127.0.0.1:{silence}/chrok",
        tracker_database_url=f"postgresql://chrok@127.0.0.1:{silence}/chrok",
        queue_url=f"redis://127.0.0.1:{silence}/0",
        rasa_url=f"http://127.0.0.1:{silence}",
        actions_url=f"http://127.0.0.1:{silence}",
    )
    began = time.monotonic()
    answer = client.get("/readyz")
    assert time.monotonic() - began < CHECKS_SECONDS + 10
    assert answer.status_code == 503
    checks = answer.get_json()["checks"]
    assert {checks[name] for name in ("database", "queue", "tracker_store")} == {"no answer"}
    assert "ok" not in checks.values()
    began = time.monotonic()
    assert client.get("/healthz").get_json() == {"status": "ok"}
    assert time.monotonic() - began < CHECKS_SECONDS
