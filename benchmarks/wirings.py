"""The wirings that are measured: one machine, and several of each program with servers."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from benchmarks.targets import WatchedGraphApi
from tests.services_stack import ServicesStack
from tests.stack import MESSENGER, Stack

_NUMBERS = {1: "one", 2: "two"}


@dataclass(frozen=True)
class Wiring:
    """A running assistant; `addresses` are its webhooks', `engines` and `actions` those parts'."""

    name: str
    stack: Stack | ServicesStack
    provider: WatchedGraphApi
    addresses: Sequence[str]
    engines: Sequence[str]
    actions: Sequence[str]

    @property
    def process_ids(self) -> dict[str, int]:
        """The process id of each program and, where the wiring has them, of its servers."""
        if isinstance(self.stack, Stack):
            return self.stack.process_ids
        servers = {
            "postgresql": self.stack.database.process_id,
            "redis": self.stack.redis.process_id,
        }
        return {**self.stack.process_ids, **servers}


@contextmanager
def one_machine(folder: Path) -> Iterator[Wiring]:
    """One of each program, SQLite."""
    folder.mkdir(parents=True)
    with WatchedGraphApi() as provider, Stack(folder, _settings(provider)) as stack:
        yield Wiring(
            "one of each, SQLite",
            stack,
            provider,
            addresses=[stack.address],
            engines=[stack.rasa_url],
            actions=[stack.actions_url],
        )


@contextmanager
def many_machines(folder: Path, of_each: int) -> Iterator[Wiring]:
    """So many engines, action servers, webhooks and workers on one PostgreSQL and one Redis."""
    name = f"{_NUMBERS[of_each]} of each, PostgreSQL and Redis"
    folder.mkdir(parents=True)
    with (
        WatchedGraphApi() as provider,
        ServicesStack(
            engines=of_each,
            webhooks=of_each,
            workers=of_each,
            actions=of_each,
            settings=_settings(provider),
            folder=folder,
        ) as stack,
    ):
        yield Wiring(name, stack, provider, stack.addresses, stack.rasa_urls, stack.actions_urls)


def _settings(provider: WatchedGraphApi) -> dict[str, str]:
    return {**MESSENGER, "MESSENGER_API_URL": provider.address}
