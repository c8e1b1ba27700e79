"""Starts all processes under honcho, waits until each answers, prints the web chat's address."""

from __future__ import annotations

import os
import socket
import sys
import threading
import time
from pathlib import Path

import requests
from dotenv import dotenv_values
from honcho.environ import parse_procfile
from honcho.manager import Manager

ROOT = Path(__file__).resolve().parent.parent
# How the processes are kept quiet, and where they listen: the engine and the actions only here.
ENVIRONMENT = {
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "SQLALCHEMY_SILENCE_UBER_WARNING": "1",
    "PYTHONWARNINGS": "ignore",
    "RASA_TELEMETRY_ENABLED": "false",
    "PYTHONUNBUFFERED": "1",
}
ENGINE_SETTINGS = (
    *("ACTIONS_TOKEN", "ACTIONS_URL", "CHROK_ENVIRONMENT", "DATABASE_URL", "LOCK_STORE_URL"),
    *("LOG_FORMAT", "LOG_LEVEL", "QUEUE_URL", "RASA_TOKEN", "TRACKER_DATABASE_URL"),
)
PATIENCE_SECONDS = 180


def main() -> int:
    """Run until Ctrl-C; the exit code is honcho's."""
    port = os.environ.setdefault("PORT", "8080")
    if not port.isdigit():
        print(f"PORT={port} is no port number; use for example: make run PORT=8090")
        return 2
    for number, owner in ((int(port), "the web chat"), (5005, "the engine"), (5055, "the actions")):
        if _is_taken(number):
            print(f"port {number}, which {owner} needs, is in use; end what listens there")
            return 2
    if not read_settings_file().get("PUBLIC_URL"):
        # Links to our own pages and pictures lead to where we really listen.
        os.environ.setdefault("PUBLIC_URL", f"http://127.0.0.1:{port}")
    for name in ENGINE_SETTINGS:
        # The engine reads no `.env`: its environment has no library for it.
        if value := read_settings_file().get(name):
            os.environ.setdefault(name, value)
    os.chdir(ROOT)
    (ROOT / "var/log").mkdir(parents=True, exist_ok=True)
    manager = Manager()
    for name, command in parse_procfile((ROOT / "Procfile").read_text()).processes.items():
        manager.add_process(name, command, env={**os.environ, **ENVIRONMENT}, cwd=str(ROOT))
    threading.Thread(target=_announce, args=(port,), daemon=True).start()
    manager.loop()
    return int(manager.returncode or 0)


def read_settings_file() -> dict[str, str | None]:
    """What stands in `.env`, which a default must not override."""
    return dotenv_values(ROOT / ".env")


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _announce(port: str) -> None:
    """Say when everything answers, and until then what is waited for."""
    address = f"http://127.0.0.1:{port}"
    print("starting engine, actions, webhook and worker ...", flush=True)
    waited_for = "webhook"
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        try:
            status = requests.get(f"{address}/readyz", timeout=5)
            checks = status.json()["checks"]
            waited_for = ", ".join(name for name, state in checks.items() if state != "ok")
            if status.status_code == 200:
                print(
                    f"\n  Chrok is ready. The web chat: {address}/\n  Ctrl-C ends it.\n", flush=True
                )
                return
        except (requests.RequestException, ValueError, KeyError):
            pass
        time.sleep(0.5)
    print(f"still waiting for: {waited_for}; see the lines above and var/log/", flush=True)


if __name__ == "__main__":
    sys.exit(main())
