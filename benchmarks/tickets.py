"""Tickets at scale: lookups and syncs with 1,000,000 stored tickets beside 10,000; guesses in time.

A guess is a code with wrong digits: one of a ticket must take as long as one that nobody has.

Runs in the application's environment: `.venv/bin/python -m benchmarks.tickets [--json FILE]`.
SQLite always; PostgreSQL where `TEST_POSTGRESQL_URL` names a database, in schemas of its own. Both
sizes are measured in turn, so that the machine's moods hit both alike.
"""

from __future__ import annotations

import argparse
import os
import random
import time
from bisect import bisect_left
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import Engine, insert, text

from benchmarks.preparation import empty_folder
from benchmarks.tables import percentile, print_table, write_json
from bot.db.migrate import upgrade
from bot.db.models import Site, Ticket
from bot.db.session import SessionFactory, create_database_engine, create_session_factory
from bot.services.ticket_lookup import TicketLookup
from bot.services.ticket_reading import TicketRecord
from bot.services.ticket_sync import sync_tickets

SIZES = (10_000, 1_000_000)
LIMIT = 1.5
_BATCH = 1000
_INSERTED_AT_ONCE = 20_000
_ZONE = ZoneInfo("Asia/Phnom_Penh")
_MOMENT = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)
_STATUSES = ("accepted", "paid", "approved", "rejected", "delivered")
# A month's forms are numbered from 0000 to 9999.
_FORMS = 10_000
_DISTRICTS = 200


class Filled:
    """A database with so many tickets, spread over offices and months as real ones are."""

    def __init__(self, database_url: str, size: int) -> None:
        self.size = size
        self.engine: Engine = create_database_engine(database_url)
        self.sessions: SessionFactory = create_session_factory(self.engine)
        self._version = 1
        self._per_district = max(size // _DISTRICTS, 50)
        self.districts = [f"{number:04}" for number in range(101, 101 + size // self._per_district)]
        self._fill()

    def remove(self) -> None:
        """Give the room back: a gigabyte on a server that others use too."""
        if self.engine.dialect.name == "postgresql":
            with self.engine.begin() as connection:
                connection.execute(text(f"DROP SCHEMA {_schema_name(self.size)} CASCADE"))
        self.engine.dispose()

    def codes_of(self, district: str) -> list[str]:
        """The district's codes: from January 2021 on, a tenth of the forms of each month."""
        codes = []
        for number in range(self._per_district):
            months, form = divmod(number * 10, _FORMS)
            codes.append(f"{district}{21 + months // 12:02}{1 + months % 12:02}{form:04}")
        return codes

    def random_codes(self, count: int, chance: random.Random) -> list[str]:
        """Codes of existing tickets anywhere."""
        return [
            chance.choice(self.codes_of(district))
            for district in chance.choices(self.districts, k=count)
        ]

    def next_batch(self, chance: random.Random) -> tuple[str, list[TicketRecord]]:
        """1,000 changed tickets of as few neighbouring districts as have so many."""
        self._version += 1
        codes: list[str] = []
        start = chance.randrange(len(self.districts))
        while len(codes) < _BATCH:
            codes += self.codes_of(self.districts[start % len(self.districts)])
            start += 1
        status = _STATUSES[self._version % len(_STATUSES)]
        chosen = chance.sample(sorted(set(codes)), _BATCH)
        return "all", [
            TicketRecord(
                code=code, status=status, service="x", phone_digits="678", version=self._version
            )
            for code in chosen
        ]

    def _fill(self) -> None:
        with self.sessions.begin() as session:
            session.add(Site(id="all", allowed_networks=""))
        rows: list[dict[str, Any]] = []
        for district in self.districts:
            rows += [self._row(code) for code in self.codes_of(district)]
            if len(rows) >= _INSERTED_AT_ONCE:
                self._insert(rows)
                rows = []
        self._insert(rows)
        with self.engine.begin() as connection:
            connection.execute(text("ANALYZE"))

    def _row(self, code: str) -> dict[str, Any]:
        return {
            "code": code,
            "site_id": "all",
            "service": "driving-licence-exam",
            "status": "paid",
            "phone_digits": "678",
            "requested_on": _MOMENT.date(),
            "version": 1,
            "synced_at": _MOMENT,
        }

    def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        if rows:
            with self.sessions.begin() as session:
                session.execute(insert(Ticket), rows)


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    parser.add_argument("--lookups", type=int, default=2000, help="at each size")
    parser.add_argument("--syncs", type=int, default=15, help="of 1,000 changed rows, at each size")
    options = parser.parse_args()
    figures: dict[str, Any] = {}
    for database, urls in _databases().items():
        filled = [Filled(url, size) for url, size in zip(urls, SIZES, strict=True)]
        figures[database] = _measure(filled, options.lookups, options.syncs)
        for one in filled:
            one.remove()
    _print(figures)
    write_json(options.json, figures)


def _databases() -> dict[str, list[str]]:
    """An empty, migrated database for each size, by kind."""
    folder = empty_folder("tickets")
    databases = {"SQLite": [f"sqlite:///{folder}/{size}.sqlite3" for size in SIZES]}
    given = os.environ.get("TEST_POSTGRESQL_URL")
    if given:
        databases["PostgreSQL"] = [_schema(given, _schema_name(size)) for size in SIZES]
    for urls in databases.values():
        for url in urls:
            upgrade(url)
    return databases


def _schema_name(size: int) -> str:
    return f"benchmark_of_{size}_tickets"


def _schema(database_url: str, name: str) -> str:
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text(f"DROP SCHEMA IF EXISTS {name} CASCADE"))
        connection.execute(text(f"CREATE SCHEMA {name}"))
    engine.dispose()
    return f"{database_url}?options=-csearch_path%3D{name}"


def _measure(filled: Sequence[Filled], lookups: int, syncs: int) -> dict[str, Any]:
    small, large = filled
    looked = _in_turn(filled, _look_up, lookups)
    synced = _in_turn(filled, _sync, syncs)
    p95 = {one.size: 1000 * percentile(looked[one.size], 0.95) for one in filled}
    half = {one.size: 1000 * median(synced[one.size]) for one in filled}
    guessed = _guess_in_turn(large, lookups)
    return {
        "guess_ratio": median(guessed[True]) / median(guessed[False]),
        "guess_slower_share": _share_slower(guessed[True], guessed[False]),
        "lookup_p95_ms": p95,
        "sync_median_ms": half,
        "lookup_ratio": p95[large.size] / p95[small.size],
        "sync_ratio": half[large.size] / half[small.size],
    }


def _in_turn(
    filled: Sequence[Filled], work: Callable[[Filled, random.Random], float], times: int
) -> dict[int, list[float]]:
    """Seconds by size; the first tenth warms caches up and is not counted."""
    chance = random.Random(5)
    seconds: dict[int, list[float]] = {one.size: [] for one in filled}
    for number in range(times + max(times // 10, 2)):
        for one in filled:
            taken = work(one, chance)
            if number >= max(times // 10, 2):
                seconds[one.size].append(taken)
    return seconds


def _look_up(filled: Filled, chance: random.Random) -> float:
    """A citizen's whole try: code and digits, with what is written about it."""
    [code] = filled.random_codes(1, chance)
    sender = f"c{chance.randrange(10**9)}"
    began = time.perf_counter()
    with filled.sessions.begin() as session:
        moment = _MOMENT + timedelta(seconds=chance.randrange(10**6))
        looked = TicketLookup(session, sender, moment).check(code, "678")
    taken = time.perf_counter() - began
    assert looked.outcome == "told", code
    return taken


def _guess_in_turn(filled: Filled, times: int) -> dict[bool, list[float]]:
    """Seconds of wrong guesses, by whether the code is a ticket's; both kinds in turn."""
    chance = random.Random(7)
    seconds: dict[bool, list[float]] = {True: [], False: []}
    for code in filled.random_codes(times, chance):
        # Every tenth form is a ticket's.
        for is_taken, asked in ((True, code), (False, f"{code[:-1]}5")):
            began = time.perf_counter()
            with filled.sessions.begin() as session:
                sender = f"g{chance.randrange(10**9)}"
                moment = _MOMENT + timedelta(seconds=chance.randrange(10**6))
                looked = TicketLookup(session, sender, moment).check(asked, "000")
            seconds[is_taken].append(time.perf_counter() - began)
            assert looked.outcome == "not_found", asked
    return seconds


def _share_slower(ours: Sequence[float], others: Sequence[float]) -> float:
    """The share of pairs in which ours took longer; by chance 0.5 (Mann-Whitney)."""
    sorted_others = sorted(others)
    return sum(bisect_left(sorted_others, one) for one in ours) / (len(ours) * len(others))


def _sync(filled: Filled, chance: random.Random) -> float:
    site_id, rows = filled.next_batch(chance)
    began = time.perf_counter()
    with filled.sessions.begin() as session:
        report = sync_tickets(session, site_id, rows, source="api", moment=_MOMENT, zone=_ZONE)
    taken = time.perf_counter() - began
    assert report.counts == {"updated": _BATCH}, report.counts
    return taken


def _print(figures: dict[str, Any]) -> None:
    small, large = SIZES
    rows = []
    for database, found in figures.items():
        for name, key in (
            ("lookup p95 ms", "lookup_p95_ms"),
            ("sync of 1,000 ms", "sync_median_ms"),
        ):
            ratio = found[key][large] / found[key][small]
            rows.append(
                [f"{database}, {name}", found[key][small], found[key][large], f"{ratio:.2f}"]
            )
    header = ["", f"{small:,} tickets", f"{large:,} tickets", f"ratio (≤ {LIMIT})"]
    print_table("Tickets at scale, both sizes in turn", header, rows)
    guesses = [
        [database, f"{found['guess_ratio']:.3f}", f"{found['guess_slower_share']:.2f}"]
        for database, found in figures.items()
    ]
    print_table(
        "Wrong guesses, of a ticket's code against one that nobody has",
        ["", "median ratio (1)", "share slower (0.5)"],
        guesses,
    )


if __name__ == "__main__":
    main()
