"""The real programs on free ports, with a database of their own."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Self

import requests

from bot.db.session import SessionFactory, create_database_engine, create_session_factory
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


class Assistant:
    """Programs in one environment, each started, killed and ended by its name.

    As a context manager it prepares the database, starts everything and ends it.
    """

    def __init__(self, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = {**os.environ, **TOKENS, **QUIET, **environment}
        self._processes = Processes(folder)
        self._programs: dict[str, tuple[list[str], dict[str, str]]] = {}

    def __enter__(self) -> Self:
        try:
            self.start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def names(self) -> list[str]:
        """Every program, in the order in which they are started."""
        return list(self._programs)

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of each running program."""
        return self._processes.ids

    def add(self, name: str, command: list[str], **settings: str) -> None:
        """One more program, with settings of its own."""
        self._programs[name] = (command, {**self.environment, **settings})

    def flask(self, *arguments: str) -> str:
        """Run an operator's command in the environment; returns what it prints."""
        return run_flask(self.environment, *arguments)

    def prepare(self) -> None:
        self.flask("database", "prepare")

    def start_all(self) -> None:
        self.prepare()
        self.start(*self.names)
        self.wait_ready()

    def start(self, *names: str) -> None:
        for name in names:
            command, environment = self._programs[name]
            self._processes.start(name, command, environment)

    def wait_ready(self, seconds: float = 180) -> None:
        """Return when every program works; one that was killed has to be started first."""

        def is_ready() -> bool:
            self._processes.check_alive()
            return self.works()

        wait_until(is_ready, seconds, f"ready; logs in {self.folder}")

    def works(self) -> bool:
        """Whether every program does its part."""
        raise NotImplementedError

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the program started."""
        self._processes.kill(name)

    def terminate(self, name: str, seconds: float) -> int:
        """Ask a program to end, as `docker stop` does; returns the code it ended with."""
        return self._processes.terminate(name, seconds)

    def stop(self) -> None:
        self._processes.stop()


class Stack(Assistant):
    """Engine, actions, webhook and worker as they run in production, on files in the folder."""

    def __init__(self, folder: Path, settings: Mapping[str, str], web_workers: int = 1) -> None:
        self.engine_port, self.actions_port, self.web_port = free_port(), free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.web_port}"
        self.rasa_url = f"http://127.0.0.1:{self.engine_port}"
        self.actions_url = f"http://127.0.0.1:{self.actions_port}"
        super().__init__(
            folder,
            {
                "DATABASE_URL": f"sqlite:///{folder}/chrok.sqlite3",
                "TRACKER_DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
                "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3",
                "RASA_URL": self.rasa_url,
                "ACTIONS_URL": self.actions_url,
                "PUBLIC_URL": self.address,
                **settings,
            },
        )
        self.database_url = self.environment["DATABASE_URL"]
        self.add("engine", engine_command(self.engine_port))
        self.add("actions", actions_command())
        self.add("webhook", webhook_command(self.web_port, web_workers))
        self.add("worker", worker_command())

    @cached_property
    def sessions(self) -> SessionFactory:
        """For looking at what is stored."""
        return create_session_factory(create_database_engine(self.database_url))

    def works(self) -> bool:
        return answers_ok(f"{self.address}/readyz")


def answers_ok(address: str) -> bool:
    """Whether an address answers 200."""
    try:
        return requests.get(address, timeout=5).status_code == 200
    except requests.RequestException:
        return False
