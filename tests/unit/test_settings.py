from __future__ import annotations

import pytest

from bot.errors import SettingError
from bot.settings import read_settings


def test_everything_has_a_default_so_that_a_clean_clone_runs():
    settings = read_settings({})
    assert settings.database_url.startswith("sqlite:///")
    assert settings.public_url == "http://127.0.0.1:8080"
    assert not settings.messenger_is_on


def test_an_empty_setting_counts_as_absent():
    assert read_settings({"RASA_URL": "  "}).rasa_url == "http://127.0.0.1:5005"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("RASA_URL", "localhost:5005"),
        ("PUBLIC_URL", "chrok.example.org"),
        ("DATABASE_URL", "mysql://localhost/chrok"),
        ("QUEUE_URL", "amqp://localhost"),
        ("TIMEZONE", "Asia/Nowhere"),
        ("MESSENGER_PAGE_TOKEN", "only-one-of-three"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(name, value):
    with pytest.raises(SettingError) as raised:
        read_settings({name: value})
    assert name.split("_")[0] in str(raised.value).upper()
    assert value not in str(raised.value)


def test_messenger_is_on_with_all_three_credentials():
    environment = {
        f"MESSENGER_{name}": "x" for name in ("PAGE_TOKEN", "APP_SECRET", "VERIFY_TOKEN")
    }
    assert read_settings(environment).messenger_is_on
