"""The real four processes on free ports, with a database of their own."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path

import requests

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/chrok.tar.gz"
ENGINE_PYTHON = ROOT / ".venv-rasa/bin/python"

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

    def __init__(self, folder: Path, settings: Mapping[str, str]) -> None:
        self.folder = folder
        self.engine_port, self.actions_port, self.web_port = free_port(), free_port(), free_port()
        self.address = f"http://127.0.0.1:{self.web_port}"
        self.rasa_url = f"http://127.0.0.1:{self.engine_port}"
        self.database_url = settings.get("DATABASE_URL", f"sqlite:///{folder}/chrok.sqlite3")
        self._environment = {
            **os.environ,
            "DATABASE_URL": self.database_url,
            "TRACKER_DATABASE_URL": f"sqlite:///{folder}/tracker.sqlite3",
            "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3",
            "RASA_URL": self.rasa_url,
            "ACTIONS_URL": f"http://127.0.0.1:{self.actions_port}",
            "PUBLIC_URL": self.address,
            **TOKENS,
            "TF_CPP_MIN_LOG_LEVEL": "3",
            "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
            "PYTHONWARNINGS": "ignore",
            "RASA_TELEMETRY_ENABLED": "false",
            "PYTHONUNBUFFERED": "1",
            **settings,
        }
        self._processes: dict[str, subprocess.Popen[bytes]] = {}
        self._write_endpoints()

    def command(self, name: str) -> list[str]:
        venv = str(ROOT / ".venv/bin")
        return {
            "engine": [
                *(str(ENGINE_PYTHON), "-m", "bot.nlu.engine", "run", "--interface", "127.0.0.1"),
                *("--port", str(self.engine_port), "--model", str(MODEL.resolve())),
                *("--endpoints", str(self.folder / "endpoints.yml")),
                *("--credentials", str(ROOT / "credentials.yml")),
            ],
            "actions": [f"{venv}/python", "-m", "actions"],
            "webhook": [
                *(f"{venv}/gunicorn", "webhook.wsgi:app", "--workers", "1", "--threads", "16"),
                *("--worker-class", "gthread", "--no-control-socket"),
                *("--bind", f"127.0.0.1:{self.web_port}"),
            ],
            "worker": [
                *(f"{venv}/huey_consumer", "webhook.worker.huey", "--workers", "8"),
                *("--worker-type", "thread", "--delay", "0.05", "--max-delay", "0.2"),
                *("--backoff", "1.05", "--quiet"),
            ],
        }[name]

    def prepare(self) -> None:
        self.flask("database", "prepare")

    def flask(self, *arguments: str) -> str:
        """Run an operator's command in the stack's environment; returns what it prints."""
        command = [str(ROOT / ".venv/bin/flask"), "--app", "webhook", *arguments]
        done = subprocess.run(
            command, cwd=ROOT, env=self._environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def start(self, *names: str) -> None:
        for name in names:
            with (self.folder / f"{name}.log").open("ab") as log:
                self._processes[name] = subprocess.Popen(
                    self.command(name),
                    cwd=ROOT,
                    env=self._environment,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    start_new_session=True,
                )

    def start_all(self) -> None:
        self.prepare()
        self.start("engine", "actions", "webhook", "worker")
        self.wait_ready()

    def wait_ready(self, seconds: float = 120) -> None:
        wait_until(self._is_ready, seconds, f"ready; logs in {self.folder}")

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the process started."""
        process = self._processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for name in list(self._processes):
            self.kill(name)

    def _is_ready(self) -> bool:
        for name, process in self._processes.items():
            assert process.poll() is None, f"{name} ended; see {self.folder}/{name}.log"
        try:
            return requests.get(f"{self.address}/readyz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def _write_endpoints(self) -> None:
        (self.folder / "endpoints.yml").write_text(
            f"action_endpoint:\n"
            f"  url: http://127.0.0.1:{self.actions_port}/webhook\n"
            f"  enable_selective_domain: true\n"
            f"tracker_store:\n  type: bot.nlu.tracker_store.RecentEventsTrackerStore\n"
            f"  dialect: sqlite\n"
            f"  db: {self.folder}/tracker.sqlite3\n"
            f"lock_store:\n  type: in_memory\n"
        )
