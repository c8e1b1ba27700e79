"""Dumping and restoring a PostgreSQL database by its own programs, at one moment and in one go."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, create_engine, inspect, text

from bot.db.session import database_address
from bot.services.backups.errors import BackupError

# Lines of a dump's contents about the schema itself, which is there already.
_OF_THE_SCHEMA = re.compile(r" (SCHEMA - public|ACL - SCHEMA public|COMMENT - SCHEMA public) ")
_DROP_EVERY_TABLE = """
SET LOCAL client_min_messages = warning;
DO $$ DECLARE found record; BEGIN
  FOR found IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' LOOP
    EXECUTE format('DROP TABLE public.%I CASCADE', found.tablename);
  END LOOP;
END $$;
"""


def dump(address: URL, target: Path) -> dict[str, int]:
    """Dump in PostgreSQL's custom format; returns how many rows each table had at that moment."""
    with _connection(address) as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
        snapshot = connection.execute(text("SELECT pg_export_snapshot()")).scalar_one()
        _run(
            "pg_dump",
            address,
            ["--format=custom", f"--snapshot={snapshot}", "--schema=public", f"--file={target}"],
        )
        return _rows(connection)


def restore(address: URL, dumped: Path, rows: Mapping[str, int]) -> None:
    """The database becomes the dump, or stays as it was: dropping, filling, counting are one.

    Raises `BackupError`, also where a table has other than `rows`.
    """
    contents = dumped.with_suffix(".list")
    listed = _run("pg_restore", None, ["--list", str(dumped)])
    kept = [line for line in listed.splitlines() if not _OF_THE_SCHEMA.search(line)]
    contents.write_text("\n".join(kept), encoding="utf-8")
    script = dumped.with_suffix(".sql")
    options = ["--no-owner", "--no-privileges", f"--use-list={contents}", f"--file={script}"]
    _run("pg_restore", None, [*options, str(dumped)])
    before, after = dumped.with_suffix(".before"), dumped.with_suffix(".after")
    before.write_text(_DROP_EVERY_TABLE, encoding="utf-8")
    after.write_text("".join(_check(name, count) for name, count in rows.items()), encoding="utf-8")
    files = [f"--file={file}" for file in (before, script, after)]
    options = ["--no-psqlrc", "--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1"]
    _run("psql", address, [*options, *files])


def rows_in(address: URL) -> dict[str, int]:
    """Tables, and how many rows each has."""
    with _connection(address) as connection:
        return _rows(connection)


def _check(name: str, count: int) -> str:
    return (
        f'DO $$ BEGIN IF (SELECT count(*) FROM public."{name}") <> {count} THEN '  # noqa: S608  names that the backup's key vouches for
        f"RAISE EXCEPTION 'table {name} has not the {count} rows of the backup'; "
        "END IF; END $$;\n"
    )


def _rows(connection: Connection) -> dict[str, int]:
    names = sorted(inspect(connection).get_table_names())
    return {
        name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())  # noqa: S608  a table's name, as the schema itself tells
        for name in names
    }


@contextmanager
def _connection(address: URL) -> Iterator[Connection]:
    engine = create_engine(database_address(address))
    try:
        with engine.connect() as connection:
            yield connection
    finally:
        engine.dispose()


def _run(program: str, address: URL | None, options: Sequence[str]) -> str:
    path = shutil.which(program)
    if path is None:
        raise BackupError(
            f"{program} is not installed: it comes with Debian's package postgresql-client, in a "
            "version not older than the server's"
        )
    # The password must not stand among the arguments, which every user of the machine can see.
    environment = {"PATH": os.defpath, "LC_ALL": "C.UTF-8"}
    if address is not None:
        environment["PGPASSWORD"] = address.password or ""
        options = [*options, f"--dbname={_without_password(address)}"]
    done = subprocess.run(  # noqa: S603  our own programs
        [path, *options], env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        lines = done.stderr.strip().splitlines() or [f"it ended with {done.returncode}"]
        reason = next((line for line in lines if "error:" in line.lower()), lines[-1])
        raise BackupError(f"{program} failed: {reason}")
    return done.stdout


def _without_password(address: URL) -> str:
    plain = address.set(drivername="postgresql", password=None)
    return plain.render_as_string(hide_password=False)
