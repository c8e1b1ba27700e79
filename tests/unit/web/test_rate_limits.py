"""Who asks too often is put off, and nobody else."""

from __future__ import annotations

import json
import logging
import time
import uuid

import pytest
from redis import Redis
from sqlalchemy import func, select

from bot.db.models import StoredInbound
from tests.fakes.graph_api import sign
from tests.services import RedisServer
from tests.stack import MESSENGER
from tests.unit.databases import migrated_sqlite
from tests.unit.web.every_route import application, every_route
from webhook import rate_limits
from webhook.pages.chat import SESSION_COOKIE
from webhook.rate_limits import ALLOWANCES, UNLIMITED, Allowance
from webhook.refusals import A_MINUTE

SOMEBODY, SOMEBODY_ELSE = "203.0.113.7", "203.0.113.8"


@pytest.fixture
def new_app(tmp_path):
    url = migrated_sqlite(tmp_path)
    return lambda **settings: application(url, tmp_path, **settings)


def _from(app, address, **headers):
    client = app.test_client()
    client.environ_base["REMOTE_ADDR"] = address
    for name, value in headers.items():
        client.environ_base[f"HTTP_{name.upper()}"] = value
    return client


def _write(client) -> int:
    message = {"id": str(uuid.uuid4()), "text": "hello"}
    return client.post("/chat/messages", json=message).status_code


def _stored(app) -> int:
    with app.extensions["chrok"].sessions() as session:
        return session.scalar(select(func.count()).select_from(StoredInbound))


def test_every_route_has_a_limit_unless_it_is_named(site, monkeypatch):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(2))
    monkeypatch.setattr(rate_limits, "ALLOWANCES", dict.fromkeys(ALLOWANCES, Allowance(2)))
    tried = set()
    for route in every_route(site):
        if route.method == "OPTIONS" or route.endpoint in tried:
            continue
        tried.add(route.endpoint)
        client = _from(site, SOMEBODY)
        answers = [client.open(route.path, method=route.method) for _ in range(3)]
        statuses = [answer.status_code for answer in answers]
        if route.endpoint in UNLIMITED:
            assert 429 not in statuses, route
        else:
            assert statuses[2] == 429, route
            assert statuses[0] != 429, route
            assert int(answers[2].headers["Retry-After"]) > 0, route
            other = _from(site, SOMEBODY_ELSE).open(route.path, method=route.method)
            assert other.status_code != 429, route


def test_limits_and_exemptions_are_of_routes_that_there_are(site):
    assert set(ALLOWANCES) | set(UNLIMITED) <= {route.endpoint for route in every_route(site)}
    assert not set(ALLOWANCES) & set(UNLIMITED)


def test_one_chat_is_put_off_and_the_others_at_the_same_address_are_not(new_app):
    app = new_app()
    eager, patient = _from(app, SOMEBODY), _from(app, SOMEBODY)
    eager.get("/")
    patient.get("/")
    most = ALLOWANCES["chat.send"].session
    assert {_write(eager) for _ in range(most)} == {202}
    assert _write(eager) == 429
    assert _stored(app) == most
    assert _write(patient) == 202


def test_an_address_cannot_go_on_with_ever_new_chats(new_app):
    app = new_app()
    most = ALLOWANCES["chat.page"].address
    statuses = [_from(app, SOMEBODY).get("/").status_code for _ in range(most + 1)]
    assert (statuses.count(200), statuses[-1]) == (most, 429)


def test_a_page_says_it_in_the_visitors_language_and_a_program_hears_both(site, monkeypatch):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(1))
    client = _from(site, SOMEBODY)
    client.get("/services")
    assert "សូមរង់ចាំមួយនាទី" in client.get("/services").text
    assert "Please wait a minute" in client.get("/services?lang=en").text
    client.get("/api/v1/open/budgets")
    error = client.get("/api/v1/open/budgets").get_json()["error"]
    assert error["code"] == "too_many_requests"
    assert "Retry-After" in error["message"]
    assert "សូមរង់ចាំមួយនាទី" in error["message_km"]


def test_signed_webhooks_are_taken_however_many_and_forged_ones_put_off(new_app):
    app = new_app()
    client = _from(app, SOMEBODY)

    def post(number: int, secret: str) -> int:
        event = {
            "sender": {"id": "700"},
            "recipient": {"id": "1"},
            "timestamp": 1795425600000,
            "message": {"mid": f"m_{number}", "text": "hello"},
        }
        entry = {"id": "1", "time": 1795425600000, "messaging": [event]}
        body = json.dumps({"object": "page", "entry": [entry]}).encode()
        headers = {"X-Hub-Signature-256": sign(body, secret), "Content-Type": "application/json"}
        return client.post("/webhooks/messenger", data=body, headers=headers).status_code

    forged = [post(number, "guessed") for number in range(A_MINUTE + 5)]
    assert forged == [403] * A_MINUTE + [429] * 5
    taken = [post(number, MESSENGER["MESSENGER_APP_SECRET"]) for number in range(400)]
    assert set(taken) == {200}
    assert _stored(app) == 400


def test_who_guesses_a_sites_token_is_put_off(new_app):
    client = _from(new_app(), SOMEBODY)
    answers = [
        client.put(
            "/api/v1/sites/0102/tickets",
            json={"tickets": []},
            headers={"Authorization": f"Bearer guess-{number}"},
        )
        for number in range(A_MINUTE + 1)
    ]
    assert [answer.status_code for answer in answers] == [401] * A_MINUTE + [429]
    assert answers[-1].headers["Retry-After"]


def test_refusals_beyond_the_limit_are_no_warnings_any_more(new_app, caplog):
    client = _from(new_app(), SOMEBODY)
    with caplog.at_level(logging.WARNING, logger="webhook.hooks"):
        for _ in range(A_MINUTE + 100):
            client.post("/webhooks/telegram")
    assert len(caplog.records) == A_MINUTE


@pytest.mark.parametrize(
    ("first", "second", "is_one"),
    [
        ("2001:db8:1:2::1", "2001:db8:1:2:ffff::9", True),
        ("2001:db8:1:2::1", "2001:db8:1:3::1", False),
        ("203.0.113.7", "203.0.113.8", False),
    ],
)
def test_a_whole_ipv6_network_counts_as_one(site, monkeypatch, first, second, is_one):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(1))
    _from(site, first).get("/services")
    status = _from(site, second).get("/services").status_code
    assert status == (429 if is_one else 200)


@pytest.mark.parametrize(
    ("proxies", "written", "is_believed"),
    [
        ("0", "198.51.100.1", False),
        ("1", "198.51.100.1", True),
        # What the caller wrote stands before what our proxy wrote.
        ("1", "198.51.100.1, 203.0.113.7", False),
    ],
)
def test_an_invented_address_is_not_believed(make_site, monkeypatch, proxies, written, is_believed):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(1))
    app = make_site(TRUSTED_PROXIES=proxies)
    _from(app, SOMEBODY, x_forwarded_for=SOMEBODY).get("/services")
    answer = _from(app, SOMEBODY, x_forwarded_for=written).get("/services")
    assert answer.status_code == (200 if is_believed else 429)


def test_the_machine_itself_may_ask_more_often(site, monkeypatch):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(1))
    client = _from(site, "127.0.0.1")
    statuses = [client.get("/services?q=x").status_code for _ in range(11)]
    assert statuses == [200] * 10 + [429]


def test_a_forwarded_loopback_address_is_nothing_special(make_site, monkeypatch):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(1))
    client = _from(make_site(TRUSTED_PROXIES="1"), "127.0.0.1", x_forwarded_for="127.0.0.1")
    assert [client.get("/services").status_code for _ in range(2)] == [200, 429]


def test_the_storage_does_not_hold_what_would_open_a_chat(new_app):
    redis = RedisServer()
    redis.start()
    try:
        client = _from(new_app(QUEUE_URL=redis.url), SOMEBODY)
        client.get("/")
        assert _write(client) == 202
        counted = Redis.from_url(redis.url).keys("*")
        assert any(b"session" in key for key in counted)
        cookie = client.get_cookie(SESSION_COOKIE).value.encode()
        assert not any(cookie in key for key in counted)
    finally:
        redis.kill()


def test_processes_count_together_and_go_on_alone_while_redis_is_down(new_app, monkeypatch, caplog):
    monkeypatch.setattr(rate_limits, "USUAL", Allowance(4))
    redis = RedisServer()
    redis.start()
    try:
        first, second = (new_app(QUEUE_URL=redis.url) for _ in range(2))
        statuses = [
            _from(app, SOMEBODY).get("/data-deletion").status_code
            for app in (first, second, first, second, first)
        ]
        assert statuses == [200, 200, 200, 200, 429]
        redis.kill()
        # Nobody is refused for that, but who asks too often still is.
        alone = [_from(first, SOMEBODY).get("/data-deletion").status_code for _ in range(5)]
        assert alone == [200, 200, 200, 200, 429]
        assert "storage unreachable" in caplog.text
        forged = _from(first, SOMEBODY).post("/webhooks/telegram")
        assert forged.status_code == 403
        assert "refusals_not_counted" in caplog.text
        redis.start()
        until = time.monotonic() + 40
        while "recovered" not in caplog.text and time.monotonic() < until:
            time.sleep(0.5)
            caplog.set_level(logging.INFO)
            assert _from(first, SOMEBODY_ELSE).get("/data-deletion").status_code in (200, 429)
        assert "recovered" in caplog.text
    finally:
        redis.kill()
