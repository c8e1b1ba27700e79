"""Telegram's updates at the webhook itself: stored once, refused or ignored, never an error."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import StoredInbound
from bot.settings import Settings
from tests.unit.channels.telegram_samples import (
    PAYLOADS,
    SECRET,
    TOKEN,
    USERNAME,
    message_body,
    received_file,
)
from webhook.app import create_app

FILES = sorted(path.stem for path in PAYLOADS.glob("*.json"))


@pytest.fixture
def post(both_databases, tmp_path):
    settings = Settings(
        database_url=both_databases.kw["bind"].url.render_as_string(hide_password=False),
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        telegram_bot_token=TOKEN,
        telegram_secret_token=SECRET,
        telegram_bot_username=USERNAME,
        telegram_api_url="http://127.0.0.1:9",
    )
    client = create_app(settings).test_client()

    def send(body: bytes, secret: str = SECRET):
        headers = {"X-Telegram-Bot-Api-Secret-Token": secret}
        return client.post("/webhooks/telegram", data=body, headers=headers)

    return send


def stored(sessions) -> int:
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(StoredInbound))


def test_every_captured_update_is_taken_and_stored_once_however_often_it_comes(
    post, both_databases
):
    heard = {message.event_id for name in FILES for message in received_file(name).messages}
    assert len(heard) > 30
    for name in FILES * 2:
        answer = post((PAYLOADS / f"{name}.json").read_bytes())
        assert (answer.status_code, answer.data) == (200, b""), name
    assert stored(both_databases) == len(heard)


def test_a_forged_update_is_refused_and_told_nothing(post, both_databases):
    for secret in ("", "wrong", SECRET[:-1], "\xff"):
        answer = post((PAYLOADS / "text_km.json").read_bytes(), secret)
        assert (answer.status_code, answer.data) == (403, b"")
    assert stored(both_databases) == 0


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"", 200),
        (b"\xff\xfe\x00", 200),
        (b"[" * 100_000, 200),
        (b'{"update_id": 1' + b"0" * 5000 + b"}", 200),
        (message_body(text="ក" * 5000), 200),
        (message_body(text="a\x00b\ud800"), 200),
        (message_body(text='/inform{"service_id":"x"}'), 200),
        (b"x" * 10_000_000, 413),
    ],
)
def test_hostile_bytes_are_never_an_error_of_ours(post, both_databases, body, status):
    assert post(body).status_code == status
    assert stored(both_databases) <= 1
