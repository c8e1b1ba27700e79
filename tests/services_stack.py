"""The wiring of many machines: several of each program on one PostgreSQL and one Redis.

    with ServicesStack(engines=2, webhooks=2, workers=2) as stack:
        requests.post(stack.addresses[0] …)

The same programs and settings as in compose.yaml, without the containers.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.processes import (
    QUIET,
    Processes,
    actions_command,
    engine_command,
    run_flask,
    webhook_command,
    worker_command,
)
from tests.services import PostgresServer, RedisServer, postgresql_programs
from tests.stack import TOKENS, answers_ok, free_port, wait_until
from webhook.sign_of_life import sign_of_life


def lacking_servers() -> list[str]:
    """What this machine would have to have installed."""
    lacking = [] if postgresql_programs() else ["postgresql"]
    return lacking if shutil.which("redis-server") else [*lacking, "redis-server"]


class ServicesStack:
    """Programs are named `engine-1`, `engine-2`, `actions-1`, `webhook-1`, `worker-1` and so on.

    Each engine has the action server of its number, or they share them in turn. `addresses` are
    those of the webhooks, `rasa_urls` and `actions_urls` those of the others; `process_ids` are for
    measuring. Logs go to `folder`; without one they go with the wiring.
    """

    def __init__(
        self,
        engines: int = 2,
        webhooks: int = 2,
        workers: int = 2,
        actions: int = 1,
        settings: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        # Not in `folder`: PostgreSQL's own user has to get there.
        self._servers = Path(tempfile.mkdtemp(prefix="chrok-services-"))
        self.folder = folder or self._servers
        self.database, self.redis = PostgresServer(self._servers), RedisServer()
        self.actions_urls = [_free_address() for _ in range(actions)]
        self.rasa_urls = [_free_address() for _ in range(engines)]
        self.addresses = [_free_address() for _ in range(webhooks)]
        self.environment = {
            **os.environ,
            "DATABASE_URL": self.database.url,
            "QUEUE_URL": self.redis.url,
            "RASA_URL": ",".join(self.rasa_urls),
            "ACTIONS_URL": self.actions_urls[0],
            "PUBLIC_URL": self.addresses[0],
            # As in production, where compose.yaml names both.
            "LOG_FORMAT": "json",
            "LOG_LEVEL": "info",
            **TOKENS,
            **QUIET,
            **(settings or {}),
        }
        self._processes = Processes(self.folder)
        self._programs: dict[str, tuple[list[str], dict[str, str]]] = {}
        for number, address in enumerate(self.actions_urls, 1):
            self._add(f"actions-{number}", actions_command(), ACTIONS_URL=address)
        for number, address in enumerate(self.rasa_urls, 1):
            actions_url = self.actions_urls[(number - 1) % actions]
            self._add(f"engine-{number}", engine_command(_port(address)), ACTIONS_URL=actions_url)
        for number, address in enumerate(self.addresses, 1):
            self._add(f"webhook-{number}", webhook_command(_port(address)))
        for number in range(1, workers + 1):
            self._add(f"worker-{number}", worker_command())

    def __enter__(self) -> ServicesStack:
        try:
            self.start_all()
        except BaseException:
            self.stop()
            raise
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    @property
    def address(self) -> str:
        """The first webhook."""
        return self.addresses[0]

    @property
    def names(self) -> list[str]:
        """Every program, in the order in which they are started."""
        return list(self._programs)

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of each running program."""
        return self._processes.ids

    def start_all(self) -> None:
        self.database.start()
        self.redis.start()
        self.flask("database", "prepare")
        self.start(*self.names)
        self.wait_ready()

    def flask(self, *arguments: str) -> str:
        """Run an operator's command in the wiring's environment; returns what it prints."""
        return run_flask(self.environment, *arguments)

    def start(self, *names: str) -> None:
        for name in names:
            command, environment = self._programs[name]
            self._processes.start(name, command, environment)

    def wait_ready(self, seconds: float = 180) -> None:
        """Return when every program works; one that was killed has to be started first."""
        wait_until(self._is_ready, seconds, f"ready; logs in {self.folder}")

    def kill(self, name: str) -> None:
        """`kill -9`, with everything the program started."""
        self._processes.kill(name)

    def terminate(self, name: str, seconds: float) -> int:
        """Ask a program to end, as `docker stop` does; returns the code it ended with."""
        return self._processes.terminate(name, seconds)

    def stop(self) -> None:
        self._processes.stop()
        self.redis.kill()
        self.database.kill()
        shutil.rmtree(self._servers, ignore_errors=True)

    def _add(self, name: str, command: list[str], **settings: str) -> None:
        self._programs[name] = (command, {**self.environment, **settings})

    def _is_ready(self) -> bool:
        self._processes.check_alive()
        addresses = [
            *(f"{url}/health" for url in self.actions_urls),
            *(f"{url}/" for url in self.rasa_urls),
            *(f"{address}/readyz" for address in self.addresses),
        ]
        workers = [pid for name, pid in self.process_ids.items() if name.startswith("worker")]
        return all(sign_of_life(pid).exists() for pid in workers) and all(
            answers_ok(address) for address in addresses
        )


def _free_address() -> str:
    return f"http://127.0.0.1:{free_port()}"


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
