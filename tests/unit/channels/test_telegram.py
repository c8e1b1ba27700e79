"""Telegram: who may call us, and when the channel is on."""

from __future__ import annotations

import pytest

from bot.errors import SettingError
from bot.settings import Settings, read_settings
from tests.unit.channels.telegram_samples import OFFLINE, SECRET, TOKEN, request_of
from webhook.app import create_app
from webhook.channels.base import RawRequest, Rejected
from webhook.channels.registry import build_channels, build_receivers


@pytest.mark.parametrize(
    "secret",
    ["", SECRET[:-1], SECRET + "x", SECRET.upper(), " " + SECRET, SECRET + "\n", "ខុស", "\udc80"],
)
def test_only_the_exact_secret_token_is_accepted(secret):
    OFFLINE.verify(request_of(b"{}"))
    with pytest.raises(Rejected) as refusal:
        OFFLINE.verify(request_of(b"{}", secret))
    assert refusal.value.status == 403
    assert SECRET not in refusal.value.reason


def test_a_request_without_the_secret_token_is_rejected():
    with pytest.raises(Rejected):
        OFFLINE.verify(RawRequest("POST", {}, {}, b"{}"))


def test_nobody_has_business_here_by_get():
    with pytest.raises(Rejected) as refusal:
        OFFLINE.handshake(RawRequest("GET", {}, {}, b""))
    assert refusal.value.status == 404


def test_telegram_is_there_with_its_credentials_only():
    on = Settings(telegram_bot_token=TOKEN, telegram_secret_token=SECRET)
    assert set(build_channels(on)) == {"web", "telegram"}
    assert set(build_receivers(on)) == {"telegram"}
    assert set(build_channels(Settings())) == {"web"}
    assert build_receivers(Settings()) == {}


def test_a_channel_that_is_off_is_not_there(tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/chrok.sqlite3",
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        rasa_url="http://127.0.0.1:9",
        actions_url="http://127.0.0.1:9",
    )
    client = create_app(settings).test_client()
    for path in ("messenger", "telegram", "sms/kannel"):
        assert client.post(f"/webhooks/{path}").status_code == 404
    channels = client.get("/readyz").json["channels"]
    off = {"messenger": "off", "telegram": "off", "sms": "off"}
    assert channels.items() >= {**off, "web": "on"}.items()


@pytest.mark.parametrize(
    ("environment", "name"),
    [
        ({"TELEGRAM_BOT_TOKEN": TOKEN}, "TELEGRAM_SECRET_TOKEN"),
        ({"TELEGRAM_SECRET_TOKEN": SECRET}, "TELEGRAM_BOT_TOKEN"),
        (
            {"TELEGRAM_BOT_TOKEN": TOKEN + "/getMe", "TELEGRAM_SECRET_TOKEN": SECRET},
            "TELEGRAM_BOT_TOKEN",
        ),
        (
            {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_SECRET_TOKEN": "with.a.dot"},
            "TELEGRAM_SECRET_TOKEN",
        ),
        (
            {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_SECRET_TOKEN": "x" * 257},
            "TELEGRAM_SECRET_TOKEN",
        ),
        ({"TELEGRAM_BOT_USERNAME": "@ChrokBot"}, "TELEGRAM_BOT_USERNAME"),
        ({"TELEGRAM_API_URL": "api.telegram.org"}, "TELEGRAM_API_URL"),
    ],
)
def test_a_wrong_setting_is_named_and_no_secret_is_shown(environment, name):
    with pytest.raises(SettingError, match=name) as raised:
        read_settings(environment)
    for secret in (TOKEN, SECRET, "with.a.dot"):
        assert secret not in str(raised.value)


def test_all_of_telegrams_alphabet_is_taken():
    environment = {"TELEGRAM_BOT_TOKEN": TOKEN, "TELEGRAM_SECRET_TOKEN": "Az09_-" * 42}
    assert read_settings(environment).telegram_is_on
