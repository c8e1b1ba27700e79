"""Bring tickets in from a spreadsheet, for an office whose desk system cannot send them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.services.sites import SiteError, find_or_create_site
from bot.services.table_reading import Problem, RawTable, TableFileError, read_tables
from bot.services.ticket_following import Notifier
from bot.services.ticket_reading import FIELDS, FieldError, TicketRecord, TicketRefused, read_ticket
from bot.services.ticket_sync import sync_tickets

_NEEDED = ("code", "site", "status")


@dataclass
class ImportReport:
    """What an import did: rows by outcome, sites that are new, contacts who have a notice now."""

    counts: Counter[str] = field(default_factory=Counter)
    new_sites: list[str] = field(default_factory=list)
    told: list[int] = field(default_factory=list)

    def summary(self) -> str:
        """The numbers in one line."""
        names = ("created", "updated", "unchanged", "stale")
        counts = ", ".join(f"{self.counts[name]} {name}" for name in names)
        return f"{counts}; {len(self.told)} notices"


def import_tickets(
    session: Session, path: Path, moment: datetime, zone: ZoneInfo, notifier: Notifier
) -> ImportReport:
    """Write the tickets of a CSV file or workbook; the caller commits, or rolls a dry run back.

    All of it or nothing: raises `TableFileError` with every problem. A row without a version counts
    as newer than what is stored if it differs. A site that is not known yet is added.
    """
    [table] = read_tables(path)
    by_site = _read(table)
    report = ImportReport()
    problems: list[Problem] = []
    for site_id, rows in sorted(by_site.items()):
        try:
            site, is_new = find_or_create_site(session, site_id)
        except SiteError as error:
            problems += [Problem(table.sheet, line, "site", str(error)) for line, _ in rows]
            continue
        if is_new:
            report.new_sites.append(site.id)
        records = [record for _, record in rows]
        done = sync_tickets(session, site.id, records, source="import", moment=moment, zone=zone)
        for (line, _), result in zip(rows, done.results, strict=True):
            problems += [_problem(table.sheet, line, error) for error in result.errors]
        report.counts += done.counts
        report.told += notifier.tell(session, done, moment)
    if problems:
        raise TableFileError(sorted(problems, key=lambda problem: problem.line))
    return report


def _read(table: RawTable) -> dict[str, list[tuple[int, TicketRecord]]]:
    """The rows by site, each with its line. Raises `TableFileError`."""
    problems = [*table.problems, *_column_problems(table)]
    if problems:
        raise TableFileError(problems)
    by_site: dict[str, list[tuple[int, TicketRecord]]] = {}
    for row in table.rows:
        try:
            record = read_ticket(row.cells, from_spreadsheet=True)
            if record.site is None:
                error = FieldError("site", "required", "site is missing; it is the office's id")
                raise TicketRefused([error])
        except TicketRefused as refused:
            problems += [_problem(table.sheet, row.line, error) for error in refused.errors]
        else:
            by_site.setdefault(record.site, []).append((row.line, record))
    if problems:
        raise TableFileError(problems)
    return by_site


def _column_problems(table: RawTable) -> list[Problem]:
    problems = [
        Problem(table.sheet, 1, name, f"this column is unknown; columns are {', '.join(FIELDS)}")
        for name in table.columns
        if name not in FIELDS
    ]
    problems += [
        Problem(table.sheet, 1, name, "this column is missing")
        for name in _NEEDED
        if name not in table.columns
    ]
    twice = [name for name, times in Counter(table.columns).items() if times > 1]
    return problems + [
        Problem(table.sheet, 1, name, "this column is there twice") for name in twice
    ]


def _problem(sheet: str, line: int, error: FieldError) -> Problem:
    return Problem(sheet, line, error.field, error.message)
