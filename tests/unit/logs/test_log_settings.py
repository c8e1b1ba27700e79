"""LOG_FORMAT and LOG_LEVEL."""

from __future__ import annotations

import pytest

from bot.errors import SettingError
from bot.log_settings import LogSettings, read_log_settings
from bot.settings import Settings, read_settings
from bot.sms_settings import KannelSettings, SmsSettings


def test_a_console_reads_by_default_and_a_machine_in_production():
    assert read_log_settings({}) == LogSettings("console", "info")
    assert read_log_settings({"CHROK_ENVIRONMENT": "production"}).format == "json"
    environment = {"CHROK_ENVIRONMENT": "production", "LOG_FORMAT": "Console"}
    assert read_log_settings(environment).format == "console"


@pytest.mark.parametrize(
    ("name", "value", "mending"),
    [
        ("LOG_FORMAT", "xml", "console or json"),
        ("LOG_LEVEL", "verbose", "debug, info, warning or error"),
        ("METRICS_PORT", "99999", "1 to 65535"),
        ("METRICS_PORT", "nine", "1 to 65535"),
        ("METRICS_HOST", "everywhere", "127.0.0.1 or 0.0.0.0"),
        ("METRICS_TOKEN", "with blanks", "letters A to Z"),
    ],
)
def test_a_wrong_setting_is_named_with_how_to_mend_it(name, value, mending):
    with pytest.raises(SettingError) as raised:
        read_settings({name: value})
    assert name in str(raised.value)
    assert mending in str(raised.value)
    assert value not in str(raised.value).replace("1 to 65535", "")


def test_every_secret_of_the_settings_is_known_to_the_logs():
    settings = Settings(
        telegram_bot_token="7100:AA",
        encryption_keys="new-key, old-key",
        database_url="postgresql://chrok:p%40ss@host/chrok",
        sms=SmsSettings(kannel=KannelSettings("http://x", "u", password="pw-1", secret="s-1")),
    )
    assert {
        "7100:AA",
        "7100%3AAA",
        "p%40ss",
        "pw-1",
        "s-1",
        "new-key",
        "old-key",
    } <= settings.secrets
    assert "" not in settings.secrets
