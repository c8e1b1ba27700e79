"""Bring the catalogue to what a file says: work out the difference, show it, apply it whole."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from sqlalchemy import ColumnElement, and_, delete, insert, select, update
from sqlalchemy.orm import Session

from bot.db.models import ImportedRecord, Place
from bot.services.catalogue_checking import (
    Reading,
    State,
    check_references,
    complete,
    understand,
)
from bot.services.catalogue_flat import from_original_layout
from bot.services.catalogue_reading import CatalogueFileError, Problem, read_file
from bot.services.catalogue_tables import (
    TABLES,
    TABLES_OF_A_SERVICE,
    Key,
    Record,
    Table,
    format_cell,
)

Owners = set[tuple[str, str]]


@dataclass(frozen=True)
class RowChange:
    """One row that differs: `before` is nothing for a new row, `after` for one that goes."""

    table: Table
    key: Key
    before: Record | None
    after: Record | None

    @property
    def owner(self) -> tuple[str, str]:
        """The table and the service, sector or office that the row belongs to."""
        record = self.after or self.before or {}
        return self.table.name, str(record[self.table.owner])

    def lines(self) -> Iterator[str]:
        """The change for a person to read."""
        name = f"{self.table.name} {'/'.join(format_cell(part) for part in self.key)}"
        if self.before is None or self.after is None:
            yield f"{'added' if self.after else 'removed'}: {name}"
            return
        for column, old in self.before.items():
            new = self.after[column]
            if old != new:
                yield f"changed: {name}: {column}: {format_cell(old)!r} → {format_cell(new)!r}"


@dataclass
class Difference:
    """What an import changes; `kept` are rows that the file does not speak of."""

    changes: list[RowChange] = field(default_factory=list)
    kept: int = 0

    @property
    def added(self) -> int:
        """How many rows are new."""
        return sum(change.before is None for change in self.changes)

    @property
    def removed(self) -> int:
        """How many rows go."""
        return sum(change.after is None for change in self.changes)

    @property
    def changed(self) -> int:
        """How many rows hold something else."""
        return len(self.changes) - self.added - self.removed

    def summary(self) -> str:
        """The numbers in one line."""
        return f"{self.added} added, {self.changed} changed, {self.removed} removed"


def import_catalogue(
    session: Session, path: Path, *, dry_run: bool = False, remove_missing: bool = False
) -> Difference:
    """Import a CSV file or workbook; the caller commits.

    A file speaks for what it names. Of a service that a sheet names, the sheet holds all tiers,
    documents or phrases: others of that service go. A service, sector or office that no row names
    stays, unless `remove_missing`. Whatever changes is from then on the importer's: seeds leave it
    alone. Raises `CatalogueFileError` with every problem, and then has written nothing.
    """
    before = read_state(session)
    raw_tables = [table for raw in read_file(path) for table in from_original_layout(raw, before)]
    reading = understand(raw_tables)
    difference, after = compare(reading, before, remove_missing=remove_missing)
    places = set(session.scalars(select(Place.code)))
    problems = [*reading.problems, *check_references(reading, after, places)]
    if problems:
        raise CatalogueFileError(_one_per_cell(problems))
    if not dry_run:
        apply(session, difference)
        for table_name, owner_id in {change.owner for change in difference.changes}:
            session.merge(ImportedRecord(table_name=table_name, owner_id=owner_id))
        session.flush()
    return difference


def read_state(session: Session) -> State:
    """The whole catalogue as records by table and key."""
    state: State = {}
    for name, table in TABLES.items():
        columns = list(table.columns.values())
        order = [table.columns[name] for name in ("position", *table.key) if name in table.columns]
        if table.owner != "id":
            order = [table.columns[column] for column in table.key]
        rows = session.execute(select(*columns).order_by(*order))
        records = (dict(zip(table.columns, row, strict=True)) for row in rows)
        state[name] = {table.key_of(record): record for record in records}
    return state


def compare(
    reading: Reading, before: State, *, remove_missing: bool, protected: Owners | None = None
) -> tuple[Difference, State]:
    """What leads from `before` to what was read, and the catalogue as it would be then.

    Rows of `protected` owners stay as they are.
    """
    protected = protected or set()
    after: State = {name: dict(records) for name, records in before.items()}
    for name, rows in reading.tables.items():
        table = TABLES[name]
        for key, row in rows.items():
            if (name, row.record[table.owner]) not in protected:
                after[name][key] = complete(table, row.record, before[name].get(key))
        for key in _missing(table, reading, before, remove_missing):
            if (name, before[name][key][table.owner]) not in protected:
                del after[name][key]
    if remove_missing:
        _keep_what_is_referred_to(before, after, protected)
        _remove_rows_of_removed_services(after, before)
    difference = Difference(kept=_count_kept(reading, before, after))
    for name, table in TABLES.items():
        for key in sorted({*before[name], *after[name]}, key=repr):
            old, new = before[name].get(key), after[name].get(key)
            if old != new:
                difference.changes.append(RowChange(table, key, old, new))
    return difference, after


def apply(session: Session, difference: Difference) -> None:
    """Write the difference: rows go before those they refer to, and come after them."""
    for name in reversed(TABLES):
        for change in (c for c in difference.changes if c.table.name == name):
            if change.after is None:
                session.execute(delete(change.table.model).where(_is_row(change)))
    for name, table in TABLES.items():
        changes = [c for c in difference.changes if c.table.name == name]
        new = [c.after for c in changes if c.after is not None and c.before is None]
        if new:
            session.execute(insert(table.model), new)
        for change in changes:
            if change.before is not None and change.after is not None:
                session.execute(update(table.model).where(_is_row(change)).values(change.after))
    session.expire_all()


def _is_row(change: RowChange) -> ColumnElement[bool]:
    columns = change.table.sql_table.columns
    pairs = zip(change.table.key, change.key, strict=True)
    return and_(*(columns[name] == value for name, value in pairs))


def _missing(table: Table, reading: Reading, before: State, remove_missing: bool) -> list[Key]:
    """Keys of existing rows that the file leaves out and by that removes."""
    rows = reading.tables[table.name]
    named = {row.record[table.owner] for row in rows.values()}
    return [
        key
        for key, record in before[table.name].items()
        if key not in rows and (remove_missing or record[table.owner] in named)
    ]


def _keep_what_is_referred_to(before: State, after: State, protected: Owners) -> None:
    """Keep a removed service that an importer's rows need, and the sectors that services need."""
    for name in TABLES_OF_A_SERVICE:
        for record in after[name].values():
            key = (record["service_id"],)
            if (name, key[0]) in protected and key not in after["services"]:
                after["services"][key] = before["services"][key]
    for service in after["services"].values():
        key = (service["sector_id"],)
        if key not in after["sectors"] and key in before["sectors"]:
            after["sectors"][key] = before["sectors"][key]


def _remove_rows_of_removed_services(after: State, before: State) -> None:
    gone = {key[0] for key in before["services"]} - {key[0] for key in after["services"]}
    for name in TABLES_OF_A_SERVICE:
        for key in [k for k, record in after[name].items() if record["service_id"] in gone]:
            del after[name][key]


def _count_kept(reading: Reading, before: State, after: State) -> int:
    return sum(
        key not in rows and key in after[name]
        for name, rows in reading.tables.items()
        for key in before[name]
    )


def _one_per_cell(problems: list[Problem]) -> list[Problem]:
    """The problems in the order of the file; a cell that could not be read is not also missing."""
    first: dict[tuple[str, int, str], Problem] = {}
    for problem in problems:
        first.setdefault((problem.sheet, problem.line, problem.column), problem)
    return sorted(first.values(), key=lambda p: (p.sheet, p.line))
