"""The wiring of many machines: several of each program on one PostgreSQL and one Redis.

    with ServicesStack(engines=2, webhooks=2, workers=2) as stack:
        requests.post(stack.addresses[0] …)

The same programs and settings as in compose.yaml, without the containers.
"""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Mapping
from pathlib import Path

from tests.processes import actions_command, engine_command, webhook_command, worker_command
from tests.services import PostgresServer, RedisServer, postgresql_programs
from tests.stack import Assistant, answers_ok, free_port
from webhook.sign_of_life import sign_of_life


def lacking_servers() -> list[str]:
    """What this machine would have to have installed."""
    lacking = [] if postgresql_programs() else ["postgresql"]
    return lacking if shutil.which("redis-server") else [*lacking, "redis-server"]


class ServicesStack(Assistant):
    """Programs are named `engine-1`, `engine-2`, `actions-1`, `webhook-1`, `worker-1` and so on.

    Each engine has the action server of its number, or they share them in turn. `addresses` are
    those of the webhooks, `rasa_urls` and `actions_urls` those of the others. Logs go to `folder`;
    without one they go with the servers' data.
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
        self.database, self.redis = PostgresServer(self._servers), RedisServer()
        self.actions_urls = [_free_address() for _ in range(actions)]
        self.rasa_urls = [_free_address() for _ in range(engines)]
        self.addresses = [_free_address() for _ in range(webhooks)]
        super().__init__(
            folder or self._servers,
            {
                "DATABASE_URL": self.database.url,
                "QUEUE_URL": self.redis.url,
                "RASA_URL": ",".join(self.rasa_urls),
                "ACTIONS_URL": self.actions_urls[0],
                "PUBLIC_URL": self.addresses[0],
                # As in production, where compose.yaml names both.
                "LOG_FORMAT": "json",
                "LOG_LEVEL": "info",
                **(settings or {}),
            },
        )
        for number, address in enumerate(self.actions_urls, 1):
            self.add(f"actions-{number}", actions_command(), ACTIONS_URL=address)
        for number, address in enumerate(self.rasa_urls, 1):
            actions_url = self.actions_urls[(number - 1) % actions]
            self.add(f"engine-{number}", engine_command(_port(address)), ACTIONS_URL=actions_url)
        for number, address in enumerate(self.addresses, 1):
            self.add(f"webhook-{number}", webhook_command(_port(address)))
        for number in range(1, workers + 1):
            self.add(f"worker-{number}", worker_command())

    @property
    def address(self) -> str:
        """The first webhook."""
        return self.addresses[0]

    def start_all(self) -> None:
        self.database.start()
        self.redis.start()
        super().start_all()

    def works(self) -> bool:
        addresses = [
            *(f"{url}/health" for url in self.actions_urls),
            *(f"{url}/" for url in self.rasa_urls),
            *(f"{address}/readyz" for address in self.addresses),
        ]
        workers = [pid for name, pid in self.process_ids.items() if name.startswith("worker")]
        return all(sign_of_life(pid).exists() for pid in workers) and all(
            answers_ok(address) for address in addresses
        )

    def stop(self) -> None:
        super().stop()
        self.redis.kill()
        self.database.kill()
        shutil.rmtree(self._servers, ignore_errors=True)


def _free_address() -> str:
    return f"http://127.0.0.1:{free_port()}"


def _port(address: str) -> int:
    return int(address.rpartition(":")[2])
