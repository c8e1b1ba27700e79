"""Every request has an id and a line, and neither can be written by a stranger."""

from __future__ import annotations

import logging

import pytest

from bot.logs.fields import is_uuid
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from webhook import create_app
from webhook.request_log import HEADER

GIVEN = "5f0c1f6e-6f5b-4b7a-9c11-0d7c5a1e2b3c"


def _client(tmp_path, proxies: str):
    settings = Settings(
        database_url=migrated_sqlite(tmp_path),
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        tracker_database_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        trusted_proxies=proxies,
    )
    return create_app(settings).test_client()


@pytest.mark.parametrize(
    ("proxies", "given", "is_taken"),
    [
        ("1", GIVEN, True),
        ("0", GIVEN, False),
        ("1", "", False),
        ("1", "85512345678", False),
        ("1", GIVEN + "\tx", False),
        ("1", GIVEN.upper(), False),
        ("1", "a" * 5000, False),
    ],
)
def test_an_id_is_taken_over_only_from_our_proxy_and_only_if_well_formed(
    tmp_path, proxies, given, is_taken
):
    answered = _client(tmp_path, proxies).get("/healthz", headers={HEADER: given}).headers[HEADER]
    assert (answered == given) is is_taken
    assert is_uuid(answered)


def test_two_requests_have_two_ids(tmp_path):
    client = _client(tmp_path, "0")
    first, second = (client.get("/healthz").headers[HEADER] for _ in range(2))
    assert first != second


def test_a_request_is_told_by_its_route_and_not_by_its_address(tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="webhook")
    _client(tmp_path, "0").get("/services/my-words?q=012345678")
    [told] = [record.msg for record in caplog.records if record.name == "webhook.request_log"]
    assert told["event"] == "request"
    assert told["route"].startswith("/services/<")
    assert told["status"] == 404
    assert is_uuid(told["request_id"])
    assert "my-words" not in str(told)
    assert "012345678" not in str(told)


def test_what_machines_ask_every_second_is_not_told(tmp_path, caplog):
    caplog.set_level(logging.INFO, logger="webhook")
    _client(tmp_path, "0").get("/healthz")
    assert not caplog.records
