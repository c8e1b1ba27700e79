"""Looking through every table, queue and file of an installation for traces of a person."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast
from urllib.parse import urlsplit

from redis import Redis
from sqlalchemy import Connection, Engine, MetaData, create_engine, inspect, select
from sqlalchemy.engine import make_url

from bot.db.models import Base
from bot.db.session import create_database_engine, database_address
from bot.db.write_ahead import merge_write_ahead_log
from bot.services.traces.needles import Needle, readable
from bot.settings import Settings

_ROWS_AT_ONCE = 1000
_BYTES_AT_ONCE = 1 << 20


@dataclass(frozen=True)
class Trace:
    """Where something was found: `place` is a table's column, a key of Redis or a file."""

    kind: str
    place: str
    times: int


def find_traces(
    settings: Settings, needles: Sequence[Needle], log_files: Iterable[Path] = ()
) -> list[Trace]:
    """Every place that holds any of the needles; an empty list means that nothing is left.

    Columns are read as the application reads them, so encrypted ones are decrypted. SQLite's files
    are read byte by byte as well, after their write-ahead logs were merged: what was erased must
    not be there either. Raises SQLAlchemy's `DBAPIError` where a database does not answer.
    """
    found: Counter[tuple[str, str]] = Counter()
    engine = create_database_engine(settings.database_url, settings.encryption)
    _search_database("database", engine, Base.metadata, needles, found)
    for name, url in (
        ("tracker", settings.tracker_database_url),
        ("queue", settings.queue_url),
    ):
        if urlsplit(url).scheme.startswith("redis"):
            _search_redis(url, needles, found)
        elif _is_there(url):
            other = create_engine(database_address(make_url(url)))
            _search_database(name, other, MetaData(), needles, found)
    for file in log_files:
        _search_file(file, needles, found)
    return [Trace(kind, place, times) for (kind, place), times in sorted(found.items())]


def _is_there(url: str) -> bool:
    address = make_url(url)
    return address.get_backend_name() != "sqlite" or Path(address.database or "").exists()


def _search_database(
    name: str,
    engine: Engine,
    known: MetaData,
    needles: Sequence[Needle],
    found: Counter[tuple[str, str]],
) -> None:
    try:
        merge_write_ahead_log(engine)
        with engine.connect() as connection:
            for table, column, value in _values(connection, known):
                text = readable(value)
                for needle in needles:
                    if needle.pattern.search(text):
                        found[needle.kind, f"{name}: {table}.{column}"] += 1
    finally:
        engine.dispose()
    if engine.dialect.name == "sqlite" and engine.url.database:
        for file in Path(engine.url.database).parent.glob(f"{Path(engine.url.database).name}*"):
            _search_file(file, needles, found)


def _values(connection: Connection, known: MetaData) -> Iterator[tuple[str, str, Any]]:
    """Each value of each column of each table, also of tables that we do not know."""
    unknown = MetaData()
    for name in inspect(connection).get_table_names():
        table = known.tables.get(name)
        if table is None:
            unknown.reflect(connection, only=[name])
            table = unknown.tables[name]
        rows = connection.execution_options(yield_per=_ROWS_AT_ONCE).execute(select(table))
        for row in rows.mappings():
            for column, value in row.items():
                if value is not None:
                    yield name, str(column), value


def _search_redis(url: str, needles: Sequence[Needle], found: Counter[tuple[str, str]]) -> None:
    with _redis(url) as client:
        for key in client.scan_iter("*"):
            text = readable(key) + readable(_content(client, key))
            for needle in needles:
                if needle.pattern.search(text):
                    found[needle.kind, f"queue: {readable(key).partition('/')[0]}"] += 1


@contextmanager
def _redis(url: str) -> Iterator[Any]:
    client = cast(Any, Redis).from_url(url)
    try:
        yield client
    finally:
        client.close()


def _content(client: Any, key: bytes) -> Any:
    readers: dict[bytes, Callable[[], Any]] = {
        b"string": lambda: client.get(key),
        b"list": lambda: b"\n".join(client.lrange(key, 0, -1)),
        b"set": lambda: b"\n".join(client.smembers(key)),
        b"zset": lambda: b"\n".join(client.zrange(key, 0, -1)),
        b"hash": lambda: b"\n".join(name + b" " + one for name, one in client.hgetall(key).items()),
    }
    return readers.get(client.type(key), lambda: b"")() or b""


def _search_file(file: Path, needles: Sequence[Needle], found: Counter[tuple[str, str]]) -> None:
    wanted = [(needle, spelling) for needle in needles for spelling in _spellings(needle.literal)]
    overlap = max((len(spelling) for _, spelling in wanted), default=0)
    before = b""
    hits: Counter[str] = Counter()
    with file.open("rb") as opened:
        while part := opened.read(_BYTES_AT_ONCE):
            window = before + part
            for needle, spelling in wanted:
                hits[needle.kind] += spelling in window
            before = window[-overlap:] if overlap else b""
    for kind, times in hits.items():
        if times:
            found[kind, f"file: {file.name}"] += times


def _spellings(literal: str) -> set[bytes]:
    """As text, and as JSON writes what is not ASCII."""
    return {literal.encode(), json.dumps(literal)[1:-1].encode()}
