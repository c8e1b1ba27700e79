"""Settings of the SMS gateways: all or none, and which of them sends."""

from __future__ import annotations

import pytest

from bot.errors import SettingError
from bot.settings import read_settings
from tests.unit.channels.sms_samples import ENVIRONMENT, GATEWAYS
from webhook import create_app
from webhook.channels.registry import build_channels, build_receivers

TWILIO = {name: value for name, value in ENVIRONMENT.items() if name.startswith("SMS_TWILIO_")}
KANNEL = {name: value for name, value in ENVIRONMENT.items() if name.startswith("SMS_KANNEL_")}


def test_without_settings_sms_is_off():
    settings = read_settings({})
    assert settings.sms.on == ()
    assert "sms" not in build_channels(settings)
    assert not any(name.startswith("sms/") for name in build_receivers(settings))


def test_one_gateway_receives_and_sends():
    settings = read_settings(TWILIO)
    assert settings.sms.sends == "twilio"
    assert "sms" in build_channels(settings)
    assert [name for name in build_receivers(settings) if name.startswith("sms/")] == ["sms/twilio"]


def test_all_gateways_receive_and_the_chosen_one_sends():
    settings = read_settings(ENVIRONMENT)
    assert settings.sms.on == GATEWAYS
    assert settings.sms.sends == "kannel"
    assert {f"sms/{name}" for name in GATEWAYS} <= set(build_receivers(settings))


@pytest.mark.parametrize(
    "missing",
    [
        name
        for name in ENVIRONMENT
        if name.startswith("SMS_")
        and name
        not in (
            "SMS_GATEWAY",
            "SMS_KANNEL_SENDER",
            "SMS_SMSGATE_API_URL",
            "SMS_TWILIO_API_URL",
            "SMS_GENERIC_AUTHORIZATION",
        )
    ],
)
def test_a_missing_setting_is_named(missing):
    with pytest.raises(SettingError, match=missing):
        read_settings({name: value for name, value in ENVIRONMENT.items() if name != missing})


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"SMS_GATEWAY": ""}, "SMS_GATEWAY"),
        ({"SMS_GATEWAY": "nexmo"}, "SMS_GATEWAY"),
        ({"SMS_KANNEL_API_URL": "kannel:13013"}, "SMS_KANNEL_API_URL"),
        ({"SMS_KANNEL_SECRET": "per%cent"}, "SMS_KANNEL_SECRET"),
        ({"SMS_GENERIC_METHOD": "PUT"}, "SMS_GENERIC_METHOD"),
        ({"SMS_GENERIC_FORMAT": "xml"}, "SMS_GENERIC_FORMAT"),
        ({"SMS_GENERIC_TO_FIELD": "text"}, "SMS_GENERIC_"),
        ({"SMS_GENERIC_TO_FIELD": "text.to"}, "SMS_GENERIC_"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(changes, named):
    with pytest.raises(SettingError) as raised:
        read_settings({**ENVIRONMENT, **changes})
    assert named in str(raised.value)
    assert not any(value and value in str(raised.value) for value in changes.values())


def test_a_chosen_gateway_must_be_on():
    with pytest.raises(SettingError, match=r"SMS_GATEWAY.*kannel"):
        read_settings({**KANNEL, "SMS_GATEWAY": "twilio"})
    with pytest.raises(SettingError, match="SMS_GATEWAY"):
        read_settings({"SMS_GATEWAY": "twilio"})


def test_setting_up_prints_the_addresses_to_enter_and_no_secret(tmp_path):
    queue = f"sqlite:///{tmp_path}/queue.sqlite3"
    app = create_app(read_settings({**ENVIRONMENT, "QUEUE_URL": queue}))
    done = app.test_cli_runner().invoke(args=["channels", "setup", "sms"])
    assert done.exit_code == 0, done.output
    assert "twilio: https://chrok.example.org/webhooks/sms/twilio" in done.output
    assert "kannel (sends): get-url = " in done.output
    assert "secret=<SMS_KANNEL_SECRET>&from=%p" in done.output
    assert not any(
        value in done.output
        for name, value in ENVIRONMENT.items()
        if name.endswith(("PASSWORD", "SECRET", "TOKEN", "KEY"))
    )


def test_setting_up_without_a_gateway_says_what_is_missing(tmp_path):
    app = create_app(read_settings({"QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite3"}))
    done = app.test_cli_runner().invoke(args=["channels", "setup", "sms"])
    assert done.exit_code != 0
    assert "SMS_<GATEWAY>" in done.output
