"""In production nothing starts with a setting that leaves a door open."""

from __future__ import annotations

import os
import subprocess

import pytest

from bot.errors import SettingError
from bot.settings import Settings, read_settings
from bot.starting import REFUSED
from tests.stack import ROOT

SAFE = {
    "CHROK_ENVIRONMENT": "production",
    "SECRET_KEY": "b7f1c0d2a94e5f60718293a4b5c6d7e8",
    "ACTIONS_TOKEN": "0e1d2c3b4a5f60718293a4b5c6d7e8f9",
    "RASA_TOKEN": "f9e8d7c6b5a4938271605f4e3d2c1b0a",
    "PUBLIC_URL": "https://chrok.gov.kh",
    "TRUSTED_PROXIES": "1",
}
KANNEL = {
    "SMS_KANNEL_API_URL": "http://10.0.0.5:13013",
    "SMS_KANNEL_USERNAME": "chrok",
    "SMS_KANNEL_PASSWORD": "given-by-the-operator",
}
MESSENGER = {"MESSENGER_PAGE_TOKEN": "given", "MESSENGER_APP_SECRET": "given-too"}


def _refusal(environment: dict[str, str]) -> str:
    with pytest.raises(SettingError) as raised:
        read_settings(environment)
    return str(raised.value)


def test_safe_settings_are_taken_in_production():
    assert read_settings(SAFE).is_production


def test_development_is_what_there_is_without_a_word():
    assert not read_settings({}).is_production


def test_a_misspelt_environment_is_not_taken_for_development():
    assert "CHROK_ENVIRONMENT" in _refusal({"CHROK_ENVIRONMENT": "prod"})


@pytest.mark.parametrize(
    ("name", "unsafe"),
    [
        ("SECRET_KEY", {"SECRET_KEY": ""}),
        ("SECRET_KEY", {"SECRET_KEY": "local-development-only"}),
        ("SECRET_KEY", {"SECRET_KEY": "short-but-own"}),
        ("SECRET_KEY", {"SECRET_KEY": "ab" * 20}),
        ("ACTIONS_TOKEN", {"ACTIONS_TOKEN": ""}),
        ("ACTIONS_TOKEN", {"ACTIONS_TOKEN": "f00d"}),
        ("RASA_TOKEN", {"RASA_TOKEN": ""}),
        ("ACTIONS_TOKEN", {"ACTIONS_TOKEN": SAFE["RASA_TOKEN"]}),
        ("SECRET_KEY", {"SECRET_KEY": SAFE["RASA_TOKEN"]}),
        ("FLASK_DEBUG", {"FLASK_DEBUG": "1"}),
        ("FLASK_DEBUG", {"FLASK_DEBUG": "true"}),
        ("PUBLIC_URL", {"PUBLIC_URL": "http://chrok.gov.kh"}),
        ("PUBLIC_URL", {"PUBLIC_URL": "https://localhost"}),
        ("PUBLIC_URL", {"PUBLIC_URL": "https://chrok.example.org"}),
        ("TRUSTED_PROXIES", {"TRUSTED_PROXIES": "0"}),
        ("RASA_URL", {"RASA_URL": "http://8.8.8.8:5005"}),
        ("RASA_URL", {"RASA_URL": "http://10.0.0.5:5005,http://8.8.8.8:5005"}),
        ("ACTIONS_URL", {"ACTIONS_URL": "http://8.8.8.8:5055"}),
        ("METRICS_TOKEN", {"METRICS_TOKEN": "prometheus"}),
        ("MESSENGER_VERIFY_TOKEN", {**MESSENGER, "MESSENGER_VERIFY_TOKEN": "verify"}),
        ("MESSENGER_API_URL", {"MESSENGER_API_URL": "http://graph.facebook.com/v26.0"}),
        (
            "TELEGRAM_SECRET_TOKEN",
            {"TELEGRAM_BOT_TOKEN": "1:AA", "TELEGRAM_SECRET_TOKEN": "secret"},
        ),
        ("SMS_KANNEL_SECRET", {**KANNEL, "SMS_KANNEL_SECRET": "kannel"}),
        ("DATABASE_URL", {"DATABASE_URL": "postgresql://chrok:chrok@db/chrok"}),
        ("QUEUE_URL", {"QUEUE_URL": "redis://:changeme@redis:6379/0"}),
    ],
)
def test_an_unsafe_setting_is_refused_in_production_alone(name, unsafe):
    refusal = _refusal({**SAFE, **unsafe})
    assert any(line.startswith(name) for line in refusal.splitlines()), refusal
    read_settings({**SAFE, **unsafe, "CHROK_ENVIRONMENT": "development"})


def test_all_faults_are_told_at_once_and_no_value_of_any():
    values = {
        "SECRET_KEY": "hunter2-hunter2",
        "ACTIONS_TOKEN": "swordfish",
        "PUBLIC_URL": "http://chrok-of-banteay.kh",
        "DATABASE_URL": "postgresql://operator:password@db-of-ours/chrok",
    }
    refusal = _refusal({"CHROK_ENVIRONMENT": "production", **values})
    named = {line.split()[0] for line in refusal.splitlines()}
    assert named == {*values, "RASA_TOKEN"}
    for value in (*values.values(), "db-of-ours"):
        assert value not in refusal


def test_wrong_settings_are_told_together_too():
    refusal = _refusal({"TIMEZONE": "Mars", "TRUSTED_PROXIES": "many", "RASA_URL": "http://["})
    assert {line.split()[0] for line in refusal.splitlines()} == {
        *("TIMEZONE", "TRUSTED_PROXIES", "RASA_URL")
    }


def test_a_token_that_no_header_can_carry_is_refused():
    assert "ACTIONS_TOKEN" in _refusal({"ACTIONS_TOKEN": "two words"})


def test_settings_show_no_secret_when_printed():
    assert SAFE["SECRET_KEY"] not in repr(Settings(secret_key=SAFE["SECRET_KEY"]))


@pytest.mark.parametrize(
    "command",
    [
        ["flask", "--app", "webhook", "database", "prepare"],
        ["gunicorn", "webhook.wsgi:app", "--bind", "127.0.0.1:0", "--no-control-socket"],
        ["huey_consumer", "webhook.worker.huey"],
        ["python", "-m", "actions"],
    ],
    ids=lambda command: command[0],
)
def test_no_process_starts_unsafe_in_production(command):
    program = ROOT / ".venv/bin" / command[0]
    environment = {**os.environ, **SAFE, "SECRET_KEY": "too-easy"}
    ended = subprocess.run(
        [program, *command[1:]],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == REFUSED
    assert "Chrok does not start" in ended.stderr
    assert "SECRET_KEY" in ended.stderr
    assert "too-easy" not in ended.stderr
    assert "Traceback" not in ended.stderr
