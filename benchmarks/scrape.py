"""What one scrape of /metrics takes with 1,000,000 messages in the inbox, beside 1,000.

    .venv/bin/python -m benchmarks.scrape [--rows 1000000] [--waiting 20000] [--json FILE]

Both sizes are asked in turn, in one process. A row for a case in which everything is answered, and
one in which 20,000 wait. SQLite always; PostgreSQL where `TEST_POSTGRESQL_URL` names a database,
in schemas of its own.
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from flask.testing import FlaskClient
from sqlalchemy import text
from sqlalchemy.engine import make_url

from benchmarks.preparation import empty_folder
from benchmarks.tables import percentile, print_table, write_json
from bot.db.migrate import upgrade
from bot.db.session import create_database_engine
from bot.settings import Settings
from webhook import create_app

_SMALL = 1_000
_SCRAPES = 200
_COLUMNS = (
    "id, channel, event_id, contact_id, kind, text, button_token, details, state, attempts,"
    " not_before, occurred_at, received_at"
)


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=1_000_000)
    parser.add_argument("--waiting", type=int, default=20_000)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    figures = {}
    for kind in ("sqlite", "postgresql"):
        if kind == "sqlite" or os.environ.get("TEST_POSTGRESQL_URL"):
            figures |= _measure(kind, options.rows, options.waiting)
    write_json(options.json, figures)


def _measure(kind: str, rows: int, waiting: int) -> dict:
    folder = empty_folder("scrape")
    cases = {
        f"{_SMALL:,} messages, none waits": (_SMALL, 0),
        f"{rows:,} messages, none waits": (rows, 0),
        f"{rows:,} messages, {waiting:,} wait": (rows, waiting),
    }
    clients, seconds = {}, {}
    for number, (name, (count, waits)) in enumerate(cases.items()):
        url = _database(kind, folder, number)
        _fill(url, count, waits)
        clients[name], seconds[name] = _client(url, folder), []
    for _ in range(_SCRAPES):
        for name, client in clients.items():
            began = time.perf_counter()
            answer = client.get("/metrics")
            seconds[name].append(time.perf_counter() - began)
            assert b"chrok_database_up 1.0" in answer.data
    measured = {
        f"{kind}: {name}": {
            "p50_ms": 1000 * percentile(taken, 0.5),
            "p95_ms": 1000 * percentile(taken, 0.95),
        }
        for name, taken in seconds.items()
    }
    rows_of_table = [[name, *values.values()] for name, values in measured.items()]
    print_table(f"A scrape of /metrics, {kind}", ["", "p50 ms", "p95 ms"], rows_of_table)
    small, large, _ = measured.values()
    print(f"  p95 of many / p95 of few: {large['p95_ms'] / small['p95_ms']:.2f}")
    return measured


def _database(kind: str, folder: Path, number: int) -> str:
    if kind == "sqlite":
        (folder / str(number)).mkdir(parents=True)
        url = f"sqlite:///{folder}/{number}/chrok.sqlite3"
    else:
        schema = f"benchmark_scrape_{number}"
        given = make_url(os.environ["TEST_POSTGRESQL_URL"])
        with _connection(given.render_as_string(hide_password=False)) as connection:
            connection.execute(text(f"DROP SCHEMA IF EXISTS {schema} CASCADE"))
            connection.execute(text(f"CREATE SCHEMA {schema}"))
        url = given.update_query_dict({"options": f"-csearch_path={schema}"}).render_as_string(
            hide_password=False
        )
    upgrade(url)
    return url


@contextmanager
def _connection(url: str) -> Iterator:
    engine = create_database_engine(url)
    with engine.begin() as connection:
        yield connection
    engine.dispose()


def _fill(url: str, count: int, waiting: int) -> None:
    """Rows as a year leaves them, the waiting ones among the newest."""
    is_sqlite = url.startswith("sqlite")
    numbers = (
        "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) SELECT"
        if is_sqlite
        else "SELECT"
    )
    source = "n" if is_sqlite else "generate_series(1, :count) AS n(i)"
    moment = "'2026-11-24 03:00:00.000000'" if is_sqlite else "TIMESTAMPTZ '2026-11-24 03:00:00+00'"
    with _connection(url) as connection:
        connection.execute(
            text(
                "INSERT INTO contacts (id, channel, external_id, external_id_digest,"
                f" conversation_id, created_at) VALUES (1, 'web', 'x', 'x', 'x', {moment})"
            )
        )
        connection.execute(
            text(
                f"INSERT INTO inbox ({_COLUMNS}) {numbers} i, 'web', 'e' || i, 1, 'text', 'words',"
                f" '', '{{}}', CASE WHEN i > :done THEN 'waiting' ELSE 'done' END, 0,"
                f" {moment}, {moment}, {moment} FROM {source}"
            ),
            {"count": count, "done": count - waiting},
        )
        connection.execute(text("ANALYZE"))


def _client(url: str, folder: Path) -> FlaskClient:
    settings = Settings(
        database_url=url,
        tracker_database_url=f"sqlite:///{folder}/tracker.sqlite3",
        queue_url=f"sqlite:///{folder}/queue.sqlite3",
    )
    return create_app(settings).test_client()


if __name__ == "__main__":
    main()
