"""What /metrics tells of requests, and to whom."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from bot.db.session import create_database_engine
from bot.settings import Settings
from bot.version import VERSION
from tests.fakes.graph_api import sign
from tests.readings import readings_of, value
from tests.stack import MESSENGER
from tests.unit.databases import migrated_sqlite
from webhook import create_app
from webhook.metrics.counted import REGISTRY
from webhook.metrics.labels import CHANNELS

SECRET = MESSENGER["MESSENGER_APP_SECRET"]
TOKEN = "a-token-of-the-operators"


@pytest.fixture
def client(tmp_path):
    given = {name.lower(): word for name, word in MESSENGER.items()}
    parts = Settings(
        **given,
        database_url=migrated_sqlite(tmp_path),
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        tracker_database_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        metrics_token=TOKEN,
    )
    return create_app(parts).test_client()


def _read(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    return readings_of(answer.text)


def _post(client, body: bytes, signature: str | None = None):
    headers = {"X-Hub-Signature-256": sign(body, SECRET) if signature is None else signature}
    return client.post(
        "/webhooks/messenger", data=body, headers=headers, content_type="application/json"
    )


def _event(mid: str, message: dict | None = None) -> bytes:
    event = {
        "sender": {"id": "7212345678901234"},
        "recipient": {"id": "1"},
        "timestamp": 1795425600000,
        "message": {"mid": mid, "text": "hello"} if message is None else message,
    }
    return json.dumps({"object": "page", "entry": [{"id": "1", "messaging": [event]}]}).encode()


def test_messages_are_counted_by_what_became_of_them(client):
    before = _read(client)
    _post(client, _event("m_1"))
    _post(client, _event("m_1"))
    _post(client, _event("m_2", message={"text": "no mid"}))
    _post(client, _event("m_3"), signature="sha256=00")
    after = _read(client)

    def rise(outcome: str, reason: str = "") -> float:
        labels = {"channel": "messenger", "outcome": outcome, "reason": reason}
        name = "chrok_messages_total"
        return value(after, name, **labels) - value(before, name, **labels)

    assert rise("accepted") == 1
    assert rise("duplicate") == 1
    assert rise("ignored", "a_message_without_mid") == 1
    assert rise("rejected", "no_well_formed_x_hub_signature_256") == 1
    acknowledged = "chrok_acknowledgement_seconds_count"
    assert (
        value(after, acknowledged, channel="messenger")
        - value(before, acknowledged, channel="messenger")
        == 2
    )
    assert value(after, "chrok_inbox_waiting", channel="messenger") == 1
    assert value(after, "chrok_channel_on", channel="messenger") == 1
    assert value(after, "chrok_channel_on", channel="sms") == 0
    assert value(after, "chrok_build_info", version=VERSION) == 1
    assert value(after, "chrok_queue_tasks") == 1


@pytest.mark.parametrize(
    ("peer", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("203.0.113.5", {}, 404),
        ("127.0.0.1", {"X-Forwarded-For": "203.0.113.5"}, 404),
        ("203.0.113.5", {"Authorization": f"Bearer {TOKEN}"}, 200),
        ("203.0.113.5", {"Authorization": "Bearer wrong"}, 404),
    ],
)
def test_strangers_are_told_that_there_is_nothing(client, peer, headers, status):
    answer = client.get("/metrics", headers=headers, environ_base={"REMOTE_ADDR": peer})
    assert answer.status_code == status
    assert ("chrok_" in answer.text) is (status == 200)


def test_without_the_database_the_rest_is_told(client, tmp_path):
    engine = create_database_engine(f"sqlite:///{tmp_path}/chrok.sqlite3")
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE inbox RENAME TO gone"))
    readings = _read(client)
    assert value(readings, "chrok_database_up") == 0
    assert value(readings, "chrok_queue_up") == 1
    assert not any(name.startswith("chrok_inbox") for name, _ in readings)


hostile = st.one_of(
    st.text(max_size=30).map(str.encode),
    st.dictionaries(st.text(max_size=8), st.text(max_size=8)).map(
        lambda message: _event("m_x", message=message)
    ),
    st.text(max_size=12).map(lambda mid: _event(mid)),
)


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=hostile, signed=st.booleans(), word=st.text(max_size=12))
def test_nobody_can_make_label_values(client, body, signed, word):
    _post(client, body, signature=None if signed else word.encode().hex())
    client.get(f"/services/{word.encode().hex()}?q={word}", method="G" + word.encode().hex()[:5])
    client.post("/chat/messages", json={"id": word, "text": word})
    client.get(f"/{word.encode().hex()}")
    routes = {rule.rule for rule in client.application.url_map.iter_rules()} | {"none"}
    for family in REGISTRY.collect():
        for sample in family.samples:
            labels = sample.labels
            assert labels.get("channel", "web") in (*CHANNELS, "other")
            assert labels.get("route", "none") in routes
    reasons = {labels["reason"] for _, labels in _samples("chrok_messages_total")}
    assert len(reasons) <= 61


def _samples(name: str):
    return [
        (sample.value, sample.labels)
        for family in REGISTRY.collect()
        for sample in family.samples
        if sample.name == name
    ]
