"""The programs of the assistant, started as in production, each killable by name."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
MODEL = ROOT / "models/chrok.tar.gz"
ENGINE_PYTHON = ROOT / ".venv-rasa/bin/python"
QUIET = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONUNBUFFERED": "1",
}
_PROGRAMS = str(ROOT / ".venv/bin")


def engine_command(port: int) -> list[str]:
    return [
        *(str(ENGINE_PYTHON), "-m", "bot.nlu.engine", "run", "--interface", "127.0.0.1"),
        *("--port", str(port), "--model", str(MODEL.resolve())),
        *("--endpoints", str(ROOT / "endpoints.yml")),
        *("--credentials", str(ROOT / "credentials.yml")),
    ]


def actions_command() -> list[str]:
    """Listens where ACTIONS_URL says."""
    return [f"{_PROGRAMS}/python", "-m", "actions"]


def webhook_command(port: int, workers: int = 1) -> list[str]:
    return [
        *(f"{_PROGRAMS}/gunicorn", "webhook.wsgi:app", "--workers", str(workers)),
        *("--threads", "16"),
        *("--worker-class", "gthread", "--no-control-socket", "--bind", f"127.0.0.1:{port}"),
    ]


def worker_command() -> list[str]:
    return [
        *(f"{_PROGRAMS}/huey_consumer", "webhook.worker.huey", "--workers", "8"),
        *("--worker-type", "thread", "--delay", "0.05", "--max-delay", "0.2"),
        *("--backoff", "1.05", "--quiet", "--graceful-signal", "TERM"),
    ]


def run_flask(environment: Mapping[str, str], *arguments: str) -> str:
    """Run an operator's command; returns what it prints."""
    done = subprocess.run(
        [f"{_PROGRAMS}/flask", "--app", "webhook", *arguments],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


class Processes:
    """Running programs by name, each with `<name>.log` in the folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._running: dict[str, subprocess.Popen[bytes]] = {}

    @property
    def ids(self) -> dict[str, int]:
        """The process id of each running program: of the one that was started, not its children."""
        return {name: process.pid for name, process in self._running.items()}

    def start(self, name: str, command: Sequence[str], environment: Mapping[str, str]) -> None:
        assert name not in self._running, f"{name} runs already"
        with (self.folder / f"{name}.log").open("ab") as log:
            self._running[name] = subprocess.Popen(
                command,
                cwd=ROOT,
                env=environment,
                stdout=log,
                stderr=subprocess.STDOUT,
                # A session of its own, so that a kill takes everything that it started.
                start_new_session=True,
            )

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the program started."""
        process = self._running.pop(name)
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()

    def terminate(self, name: str, seconds: float) -> int:
        """Ask a program to end, as `docker stop` does; returns the code it ended with.

        Raises `subprocess.TimeoutExpired` when it still runs after `seconds`.
        """
        process = self._running[name]
        process.terminate()
        code = process.wait(seconds)
        del self._running[name]
        return code

    def check_alive(self) -> None:
        """Fail if a program ended by itself."""
        for name, process in self._running.items():
            assert process.poll() is None, f"{name} ended; see {self.folder}/{name}.log"

    def stop(self) -> None:
        """Kill whatever still runs."""
        for name in list(self._running):
            self.kill(name)
