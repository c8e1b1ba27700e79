from __future__ import annotations

import pytest

from bot.engine_settings import read_engine_settings
from bot.errors import SettingError
from bot.settings import read_settings

POSTGRESQL = "postgresql://chrok:word@database/chrok"
REDIS = "redis://queue:6379/0"


def test_by_default_everything_is_on_this_machine():
    settings = read_engine_settings({})
    assert settings.tracker_database_url.startswith("sqlite:///")
    assert settings.lock_store_url == "memory://"
    assert settings.actions_url == "http://127.0.0.1:5055"


def test_conversations_and_locks_follow_the_database_and_the_queue():
    environment = {"DATABASE_URL": POSTGRESQL, "QUEUE_URL": REDIS}
    settings = read_engine_settings(environment)
    assert settings.tracker_database_url == POSTGRESQL
    assert settings.lock_store_url == REDIS
    # What is erased is erased where the engine keeps it.
    assert read_settings(environment).tracker_database_url == POSTGRESQL


def test_what_is_set_does_not_follow():
    settings = read_engine_settings(
        {
            "DATABASE_URL": POSTGRESQL,
            "TRACKER_DATABASE_URL": "sqlite:////var/lib/tracker.sqlite3",
            "QUEUE_URL": REDIS,
            "LOCK_STORE_URL": "redis://elsewhere:6379/1",
        }
    )
    assert settings.tracker_database_url == "sqlite:////var/lib/tracker.sqlite3"
    assert settings.lock_store_url == "redis://elsewhere:6379/1"


def test_a_local_database_and_queue_are_not_followed():
    settings = read_engine_settings(
        {"DATABASE_URL": "sqlite:////data/chrok.sqlite3", "QUEUE_URL": "sqlite:////data/q.sqlite3"}
    )
    assert "chrok.sqlite3" not in settings.tracker_database_url
    assert settings.lock_store_url == "memory://"


def test_the_names_are_those_of_endpoints_yml():
    assert set(read_engine_settings({}).as_environment()) == {
        "TRACKER_DATABASE_URL",
        "LOCK_STORE_URL",
        "ACTIONS_URL",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("TRACKER_DATABASE_URL", "mongodb://host"),
        ("LOCK_STORE_URL", "memcached://host"),
        ("ACTIONS_URL", "actions:5055"),
    ],
)
def test_a_wrong_setting_is_named_and_its_value_is_not(name, value):
    with pytest.raises(SettingError) as raised:
        read_engine_settings({name: value})
    assert name in str(raised.value)
    assert value not in str(raised.value)


def test_several_engines_are_named_with_commas():
    settings = read_settings({"RASA_URL": "http://one:5005, http://two:5005/"})
    assert settings.engine_urls == ("http://one:5005", "http://two:5005")
    with pytest.raises(SettingError, match="RASA_URL"):
        read_settings({"RASA_URL": "http://one:5005,two:5005"})
