"""Bring tickets to what a site says: each code and version once, never an older over a newer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from bot.db.models import Site, SiteSync, Ticket
from bot.services.site_rhythm import silent_from
from bot.services.sites import district_sites, may_send
from bot.services.ticket_reading import FieldError, TicketRecord, TicketRefused

# SQLite takes 32,766 values in one statement, PostgreSQL 65,535.
_ROWS_AT_ONCE = 1000
OUTCOMES = ("created", "updated", "unchanged", "stale", "refused")
# What a version speaks for: with the same version, these must be the same.
_CONTENT = (
    *("sector", "service", "status", "phone_digits"),
    *("requested_on", "expected_on", "approved_on", "delivered_on"),
)


@dataclass(frozen=True)
class RowResult:
    """What became of one row: an outcome of `OUTCOMES`, with the errors of a refused one."""

    code: str
    version: int | None
    outcome: str
    errors: tuple[FieldError, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Plain values."""
        content: dict[str, Any] = {
            "code": self.code,
            "version": self.version,
            "outcome": self.outcome,
        }
        if self.errors:
            content["errors"] = [asdict(error) for error in self.errors]
        return content


@dataclass(frozen=True)
class StatusChange:
    """A ticket that moved; `ticket` holds what is true now."""

    ticket: TicketRecord
    version: int
    site_id: str


@dataclass(frozen=True)
class SyncReport:
    """What a sync did, row by row in the order of the request, and which tickets moved.

    `log_id` is that of its line in the site's log.
    """

    results: list[RowResult]
    changes: list[StatusChange]
    log_id: int = 0

    @property
    def counts(self) -> Counter[str]:
        """How many rows had each outcome."""
        return Counter(result.outcome for result in self.results)


def sync_tickets(
    session: Session,
    site_id: str,
    rows: Sequence[TicketRecord | TicketRefused],
    *,
    source: str,
    moment: datetime,
    zone: ZoneInfo,
) -> SyncReport:
    """Write the rows of one site in the caller's transaction; call it first in that transaction.

    A row that could not be read comes as `TicketRefused` and is reported like the others. The
    site's own row is written before anything is read, so that two syncs of a site wait for one
    another, on SQLite as on PostgreSQL.
    """
    session.execute(update(Site).where(Site.id == site_id).values(last_sync_at=moment))
    site = session.get_one(Site, site_id, populate_existing=True)
    batch = _Batch(session, site, [row for row in rows if isinstance(row, TicketRecord)], moment)
    results = [batch.take(row) if isinstance(row, TicketRecord) else _refusal(row) for row in rows]
    batch.write()
    report = SyncReport(results, batch.changes)
    log_row = SiteSync(
        site_id=site_id, received_at=moment, source=source, outcome="accepted", **report.counts
    )
    session.add(log_row)
    session.flush()
    site.silent_from = silent_from(session, site_id, moment, zone)
    return replace(report, log_id=log_row.id)


def log_refused_sync(session: Session, site_id: str, failure: str, moment: datetime) -> None:
    """Keep in the site's log that a whole request was refused."""
    session.add(
        SiteSync(
            site_id=site_id, received_at=moment, source="api", outcome="refused", failure=failure
        )
    )


def _write(
    session: Session,
    site: Site,
    rows: Sequence[TicketRecord | TicketRefused],
    report: SyncReport,
    moment: datetime,
) -> None:
    batch = _Batch(session, site, [row for row in rows if isinstance(row, TicketRecord)], moment)
    for row in rows:
        report.results.append(batch.take(row) if isinstance(row, TicketRecord) else _refusal(row))
    batch.write()
    report.changes.extend(batch.changes)


class _Batch:
    """The tickets that a sync touches, as they are and as they become."""

    def __init__(
        self, session: Session, site: Site, records: Sequence[TicketRecord], moment: datetime
    ) -> None:
        self.changes: list[StatusChange] = []
        self._session = session
        self._site = site
        self._moment = moment
        codes = {record.code for record in records}
        self._district_sites = district_sites(session, {code[:4] for code in codes})
        self._known = {
            row.code: dict(row._mapping)
            for row in session.execute(
                select(Ticket.__table__).where(Ticket.code.in_(codes)).with_for_update()
            )
        }
        self._new: dict[str, dict[str, Any]] = {}
        self._changed: dict[str, dict[str, Any]] = {}

    def take(self, record: TicketRecord) -> RowResult:
        """Decide what becomes of a row."""
        before = self._known.get(record.code)
        errors = self._objections(record, before)
        if errors:
            return RowResult(record.code, record.version, "refused", errors)
        content = {name: getattr(record, name) for name in _CONTENT}
        if before is None:
            return self._add(record, content)
        same = self._site.id == before["site_id"] and all(
            before[name] == value for name, value in content.items()
        )
        version = record.version
        if version is None:
            version = before["version"] if same else before["version"] + 1
        if version < before["version"]:
            return RowResult(record.code, version, "stale")
        if version == before["version"]:
            if same:
                return RowResult(record.code, version, "unchanged")
            return RowResult(record.code, version, "refused", (_version_conflict(version),))
        return self._change(record, before, content, version)

    def write(self) -> None:
        """Write what was decided."""
        if self._new:
            self._session.execute(insert(Ticket), list(self._new.values()))
        if self._changed:
            self._session.execute(update(Ticket), list(self._changed.values()))

    def _add(self, record: TicketRecord, content: dict[str, Any]) -> RowResult:
        row = self._row(record.code, content, record.version or 0)
        self._new[record.code] = self._known[record.code] = row
        return RowResult(record.code, row["version"], "created")

    def _change(
        self, record: TicketRecord, before: dict[str, Any], content: dict[str, Any], version: int
    ) -> RowResult:
        row = self._row(record.code, content, version)
        if record.code in self._new:
            self._new[record.code] = row
        else:
            self._changed[record.code] = row
        self._known[record.code] = row
        if before["status"] != record.status:
            self.changes.append(StatusChange(record, version, self._site.id))
        return RowResult(record.code, version, "updated")

    def _row(self, code: str, content: dict[str, Any], version: int) -> dict[str, Any]:
        return {
            "code": code,
            "site_id": self._site.id,
            **content,
            "version": version,
            "synced_at": self._moment,
        }

    def _objections(
        self, record: TicketRecord, before: dict[str, Any] | None
    ) -> tuple[FieldError, ...]:
        if record.site is not None and record.site != self._site.id:
            message = f"site {record.site!r} is not {self._site.id!r}, which sends this"
            return (FieldError("site", "other_site", message),)
        owner = before["site_id"] if before else None
        if not may_send(self._site, record.code, owner, self._district_sites):
            message = f"ticket {record.code} belongs to another site"
            return (FieldError("code", "other_site", message),)
        return ()


def _refusal(refused: TicketRefused) -> RowResult:
    return RowResult(refused.code, refused.version, "refused", tuple(refused.errors))


def _version_conflict(version: int) -> FieldError:
    return FieldError(
        "version",
        "version_conflict",
        f"version {version} was sent before with other fields; a change needs a higher version",
    )
