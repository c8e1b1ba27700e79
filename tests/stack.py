"""The real four processes on free ports, with a database of their own."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import requests

from tests.processes import ENGINE_PYTHON as ENGINE_PYTHON
from tests.processes import MODEL as MODEL
from tests.processes import (
    QUIET,
    Processes,
    actions_command,
    engine_command,
    run_flask,
    webhook_command,
    worker_command,
)
from tests.processes import ROOT as ROOT

MESSENGER = {
    "MESSENGER_PAGE_TOKEN": "page-token-for-tests",
    "MESSENGER_APP_SECRET": "app-secret-for-tests",
    "MESSENGER_VERIFY_TOKEN": "verify-token-for-tests",
}
TELEGRAM = {
    "TELEGRAM_BOT_TOKEN": "7100000001:AAtoken-for-tests",
    "TELEGRAM_SECRET_TOKEN": "secret_token-for-tests",
}
SMS = {
    # All gateways receive; Kannel sends. Nobody listens on port 9.
    "SMS_GATEWAY": "kannel",
    "SMS_NUNTIUM_API_URL": "http://127.0.0.1:9",
    "SMS_NUNTIUM_ACCOUNT": "province",
    "SMS_NUNTIUM_APPLICATION": "chrok",
    "SMS_NUNTIUM_PASSWORD": "nuntium-password",
    "SMS_NUNTIUM_CALLBACK_USER": "nuntium",
    "SMS_NUNTIUM_CALLBACK_PASSWORD": "callback-password",
    "SMS_KANNEL_API_URL": "http://127.0.0.1:9",
    "SMS_KANNEL_USERNAME": "chrok",
    "SMS_KANNEL_PASSWORD": "kannel-password",
    "SMS_KANNEL_SECRET": "kannel-secret",
    "SMS_KANNEL_SENDER": "1234",
    "SMS_SMSGATE_API_URL": "http://127.0.0.1:9",
    "SMS_SMSGATE_USERNAME": "PHONE1",
    "SMS_SMSGATE_PASSWORD": "phone-password",
    "SMS_SMSGATE_SIGNING_KEY": "signing-key",
    "SMS_TWILIO_API_URL": "http://127.0.0.1:9",
    "SMS_TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "SMS_TWILIO_AUTH_TOKEN": "twilio-token",
    "SMS_TWILIO_SENDER": "+15005550006",
    "SMS_GENERIC_API_URL": "http://127.0.0.1:9/send",
    "SMS_GENERIC_SECRET": "generic-secret",
    "SMS_GENERIC_AUTHORIZATION": "Bearer generic-token",
}


# What the processes show each other; without them a port would answer anybody.
TOKENS = {
    "RASA_TOKEN": "rasa-token-for-tests-0123456789abcdef",
    "ACTIONS_TOKEN": "actions-token-for-tests-0123456789abcdef",
}


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until(condition: Callable[[], bool], seconds: float, what: str) -> None:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if condition():
            return
        time.sleep(0.1)
    raise AssertionError(f"after {seconds} s still not: {what}")


class Stack:
    """Engine, actions, webhook and worker as they run in production, each killable."""

    def __init__(self, folder: Path, settings: Mapping[str, str], web_workers: int = 1) -> None:
        self.folder = folder
        self.engine_port, self.actions_port, self.web_port = free_port(), free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.web_port}"
        self.rasa_url = f"http://127.0.0.1:{self.engine_port}"
        self.environment = {
            **os.environ,
            "DATABASE_URL": f"sqlite:///{folder}/chrok.sqlite3",
            "TRACKER_DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
            "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3",
            "RASA_URL": self.rasa_url,
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "PUBLIC_URL": self.address,
            **TOKENS,
            **QUIET,
            **settings,
        }
        self.database_url = self.environment["DATABASE_URL"]
        self._processes = Processes(folder)
        self._commands = {
            "engine": engine_command(self.engine_port),
            "actions": actions_command(),
            "webhook": webhook_command(self.web_port, web_workers),
            "worker": worker_command(),
        }

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of each running program."""
        return self._processes.ids

    def prepare(self) -> None:
        self.flask("database", "prepare")

    def flask(self, *arguments: str) -> str:
        """Run an operator's command in the stack's environment; returns what it prints."""
        return run_flask(self.environment, *arguments)

    def start(self, *names: str) -> None:
        for name in names:
            self._processes.start(name, self._commands[name], self.environment)

    def start_all(self) -> None:
        self.prepare()
        self.start(*self._commands)
        self.wait_ready()

    def wait_ready(self, seconds: float = 120) -> None:
        wait_until(self._is_ready, seconds, f"ready; logs in {self.folder}")

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the process started."""
        self._processes.kill(name)

    def terminate(self, name: str, seconds: float) -> int:
        """Ask a process to end, as `docker stop` does; returns the code it ended with."""
        return self._processes.terminate(name, seconds)

    def stop(self) -> None:
        self._processes.stop()

    def _is_ready(self) -> bool:
        self._processes.check_alive()
        return answers_ok(f"{self.address}/readyz")


def answers_ok(address: str) -> bool:
    """Whether an address answers 200."""
    try:
        return requests.get(address, timeout=5).status_code == 200
    except requests.RequestException:
        return False
