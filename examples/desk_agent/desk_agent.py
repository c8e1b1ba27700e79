"""The desk agent: reads an office's SQL database and tells Chrok what changed.

One file to be read, copied and changed. It needs Python 3.11, SQLAlchemy, requests and the driver
of the desk's database. Settings stand in a TOML file; `desk_agent.example.toml` explains each.

    python desk_agent.py desk_agent.toml            # every minute, until it is stopped
    python desk_agent.py desk_agent.toml --once     # once, for a scheduler
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from itertools import islice
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
import tomllib
from sqlalchemy import Engine, create_engine, text
from sqlalchemy.exc import SQLAlchemyError

log = logging.getLogger("desk_agent")

FIELDS = (
    *("code", "sector", "service", "status", "phone"),
    *("requested_on", "expected_on", "approved_on", "delivered_on", "version"),
)
BATCH = 1000
_PAUSES = (1, 2, 5, 15, 30)
_TIMEOUT = (5, 60)
_RETRIED = frozenset({429, 500, 502, 503, 504})
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


class AgentError(Exception):
    """Something that a person has to mend; the message says what."""


@dataclass(frozen=True)
class AgentSettings:
    """What the TOML file says; `statuses` are the desk's words for Chrok's five."""

    database: str
    query: str
    statuses: Mapping[str, str]
    address: str
    token: str
    state_file: Path
    overlap: int
    every_seconds: float


def read_settings(path: Path) -> AgentSettings:
    """Read the TOML file; its paths are relative to its folder. Raises `AgentError`."""
    try:
        content = tomllib.loads(path.read_text(encoding="utf-8"))
        desk, chrok, agent = content["desk"], content["chrok"], content.get("agent", {})
        folder = path.resolve().parent
        settings = AgentSettings(
            database=desk["database"],
            query=desk["query"],
            statuses=desk.get("statuses", {}),
            address=f"{chrok['address'].rstrip('/')}/api/v1/sites/{chrok['site']}/tickets",
            token=(folder / chrok["token_file"]).read_text(encoding="utf-8").strip(),
            state_file=folder / agent.get("state_file", "position.json"),
            overlap=int(agent.get("overlap", 0)),
            every_seconds=float(agent.get("every_seconds", 60)),
        )
    except KeyError as error:
        raise AgentError(f"{path}: the setting {error} is missing") from error
    except (OSError, ValueError) as error:
        raise AgentError(f"{path}: {error}") from error
    target = urlsplit(settings.address)
    if target.scheme != "https" and target.hostname not in _LOOPBACK:
        raise AgentError(f"{path}: chrok.address must begin with https://, the token is secret")
    return settings


class DeskAgent:
    """Pushes what changed since the last time, and remembers how far it came."""

    def __init__(self, settings: AgentSettings) -> None:
        self._settings = settings
        self._engine: Engine = create_engine(settings.database)
        self._http = requests.Session()
        self._http.headers["Authorization"] = f"Bearer {settings.token}"

    def push(self) -> int:
        """Send all that changed; returns how many rows. Raises `AgentError`.

        Rows of the version reached last are sent again: others may have got the same version
        since. Chrok takes each version once, so nothing happens twice. The place is kept only
        after Chrok has answered: a crash in between repeats a batch and loses none.
        """
        count = 0
        changed = self._changed_rows(self._position())
        while rows := tuple(islice(changed, BATCH)):
            self._send(rows)
            self._keep(rows[-1]["version"])
            count += len(rows)
        if count == 0:
            self._send(())
        return count

    def _changed_rows(self, position: int) -> Iterator[dict[str, Any]]:
        since = max(position - self._settings.overlap, 0)
        try:
            with self._engine.connect() as connection:
                result = connection.execution_options(stream_results=True).execute(
                    text(self._settings.query), {"version": since}
                )
                missing = {"code", "status", "version"} - set(result.keys())
                if missing:
                    raise AgentError(f"desk.query gives no column {', '.join(sorted(missing))}")
                for row in result.mappings():
                    yield self._ticket(row)
        except SQLAlchemyError as error:
            raise AgentError(f"the desk's database: {type(error).__name__}: {error}") from error

    def _ticket(self, row: Mapping[str, Any]) -> dict[str, Any]:
        ticket = {name: _plain(row[name]) for name in FIELDS if name in row}
        ticket["status"] = self._settings.statuses.get(ticket["status"], ticket["status"])
        for name in ("code", "phone"):
            if ticket.get(name) is not None:
                ticket[name] = str(ticket[name])
        return ticket

    def _send(self, rows: tuple[dict[str, Any], ...]) -> None:
        answer = self._put({"tickets": list(rows)})
        if answer.status_code != 200:
            raise AgentError(f"Chrok refused with {answer.status_code}: {answer.text[:500]}")
        report = answer.json()
        log.info("sent %s: %s", report["received"], report["counts"])
        for result in report["results"]:
            for error in result.get("errors", ()):
                log.warning("ticket %s: %s", result["code"], error["message"])

    def _put(self, content: Mapping[str, Any]) -> requests.Response:
        reason = ""
        for pause in (*_PAUSES, None):
            try:
                answer = self._http.put(self._settings.address, json=content, timeout=_TIMEOUT)
                if answer.status_code not in _RETRIED:
                    return answer
                reason = f"it answered {answer.status_code}"
            except requests.RequestException as error:
                reason = type(error).__name__
            if pause is not None:
                log.warning("Chrok cannot be reached (%s); again in %s s", reason, pause)
                time.sleep(pause)
        raise AgentError(f"Chrok cannot be reached: {reason}")

    def _position(self) -> int:
        if not self._settings.state_file.exists():
            return 0
        try:
            return int(json.loads(self._settings.state_file.read_text())["version"])
        except (ValueError, KeyError, TypeError) as error:
            raise AgentError(
                f"{self._settings.state_file} cannot be read; remove it to send everything again"
            ) from error

    def _keep(self, version: int) -> None:
        """Replace the file in one step, so that a power cut leaves the old one or the new one."""
        new = self._settings.state_file.with_suffix(".new")
        new.write_text(json.dumps({"version": version}), encoding="utf-8")
        new.replace(self._settings.state_file)


def _plain(value: Any) -> Any:
    """A database's value as JSON has it; nothing stays nothing."""
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Decimal):
        return int(value)
    return value


def main() -> int:
    """Run once or for ever; returns the exit status."""
    parser = argparse.ArgumentParser(description="Tell Chrok which tickets changed.")
    parser.add_argument("settings", type=Path)
    parser.add_argument("--once", action="store_true", help="send what changed and end")
    options = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    try:
        settings = read_settings(options.settings)
        agent = DeskAgent(settings)
    except (AgentError, SQLAlchemyError, ImportError) as error:
        log.error("%s", error)
        return 2
    while True:
        try:
            agent.push()
        except AgentError as error:
            log.error("%s", error)
            if options.once:
                return 1
        if options.once:
            return 0
        time.sleep(settings.every_seconds)


if __name__ == "__main__":
    sys.exit(main())
