"""Engine and actions answer nobody but the process before them, and nobody from outside."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest
import requests

from tests.chat_client import ChatClient
from tests.stack import ENGINE_PYTHON, ROOT, TOKENS

pytestmark = pytest.mark.engine
MESSAGE = {"sender": "somebody-else", "message": "how much is a driving test for a car"}
ACTION = {"next_action": "action_take_turn", "tracker": {"sender_id": "somebody-else"}}
STRANGERS = [
    {},
    {"Authorization": ""},
    {"Authorization": "Bearer"},
    {"Authorization": "Bearer guessed"},
    {"Authorization": TOKENS["RASA_TOKEN"]},
    {"Authorization": f"Basic {TOKENS['RASA_TOKEN']}"},
    {"Authorization": f"Bearer {TOKENS['RASA_TOKEN']}x"},
    {"Authorization": f"bearer {TOKENS['ACTIONS_TOKEN'].upper()}"},
]


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_a_stranger_cannot_speak_to_the_engine(stack, headers):
    for path in ("webhooks/rest/webhook", "conversations/somebody-else/tracker", "model", "%00"):
        answer = requests.post(f"{stack.rasa_url}/{path}", json=MESSAGE, headers=headers)
        assert (answer.status_code, answer.text) == (401, ""), path


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_a_stranger_cannot_run_an_action(stack, headers):
    for method, path in (("POST", "webhook"), ("GET", "actions"), ("GET", "%2e%2e/actions")):
        answer = requests.request(
            method, f"{stack.actions_url}/{path}", json=ACTION, headers=headers
        )
        assert (answer.status_code, answer.text) == (401, ""), path


def test_the_token_of_one_opens_not_the_other(stack):
    swapped = {"Authorization": f"Bearer {TOKENS['ACTIONS_TOKEN']}"}
    engine = f"{stack.rasa_url}/webhooks/rest/webhook"
    assert requests.post(engine, json=MESSAGE, headers=swapped).status_code == 401


def test_who_shows_the_token_is_served(stack):
    shown = {"Authorization": f"Bearer {TOKENS['ACTIONS_TOKEN']}"}
    listed = requests.get(f"{stack.actions_url}/actions", headers=shown)
    assert listed.status_code == 200
    assert "90,000 riel" in ChatClient(stack.address).ask(MESSAGE["message"])[-1]["text"]


def test_health_checks_need_no_token(stack):
    assert requests.get(f"{stack.rasa_url}/").status_code == 200
    assert requests.get(f"{stack.actions_url}/health").status_code == 200


def test_rasas_own_interface_is_not_there_even_with_the_token(stack):
    """It shows every conversation and replaces the model; its channel is all that we use."""
    shown = {"Authorization": f"Bearer {TOKENS['RASA_TOKEN']}"}
    for path in ("conversations/x/tracker", "status", "model/train", "domain", "version"):
        answer = requests.get(f"{stack.rasa_url}/{path}", headers=shown)
        assert answer.status_code == 404, path


def test_engine_and_actions_listen_on_loopback_alone(stack):
    listening = {
        tuple(line.split()[1].split(":"))
        for line in Path("/proc/net/tcp").read_text(encoding="ascii").splitlines()[1:]
        if line.split()[3] == "0A"
    }
    for port in (stack.engine_port, stack.actions_port):
        addresses = {address for address, written in listening if int(written, 16) == port}
        assert addresses == {"0100007F"}


def test_the_engine_does_not_start_in_production_without_tokens():
    ended = subprocess.run(
        [ENGINE_PYTHON, "-m", "bot.nlu.engine", "run"],
        cwd=ROOT,
        env={
            **os.environ,
            "CHROK_ENVIRONMENT": "production",
            "RASA_TOKEN": "",
            "ACTIONS_TOKEN": "",
        },
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert ended.returncode == 1
    assert "does not start in production without RASA_TOKEN, ACTIONS_TOKEN" in ended.stderr


@pytest.mark.parametrize(
    ("typed", "listens"),
    [
        ("run", "run --interface 127.0.0.1"),
        ("run --port 5005", "run --port 5005 --interface 127.0.0.1"),
        ("run --interface 10.0.0.2", "run --interface 10.0.0.2"),
        ("run -i 0.0.0.0", "run -i 0.0.0.0"),
        ("test core", "test core"),
    ],
)
def test_the_engine_listens_on_loopback_unless_told_otherwise(typed, listens):
    program = (
        "import sys; from bot.nlu.engine_doors import on_loopback as f; print(*f(sys.argv[1:]))"
    )
    done = subprocess.run(
        [ENGINE_PYTHON, "-c", program, *typed.split()], cwd=ROOT, capture_output=True, text=True
    )
    assert done.stdout.strip() == listens, done.stderr
