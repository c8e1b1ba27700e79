"""Turn rows of text into records of the catalogue, and name everything that is wrong with them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from bot.db.models.catalogue import FACET_SEPARATOR
from bot.services.catalogue_reading import Problem, RawRow, RawTable
from bot.services.catalogue_tables import (
    TABLES,
    TABLES_OF_A_SERVICE,
    Key,
    Record,
    Table,
    default_of,
    is_required,
    parse_cell,
)

State = dict[str, dict[Key, Record]]


@dataclass(frozen=True)
class ReadRecord:
    """A record and where it was read; columns that the file lacks are not in it."""

    sheet: str
    line: int
    record: Record


@dataclass
class Reading:
    """What a file says: records by table and key, and the problems found so far."""

    tables: dict[str, dict[Key, ReadRecord]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)


def understand(raw_tables: list[RawTable]) -> Reading:
    """The records of a file's tables; problems are collected, never raised."""
    reading = Reading()
    for raw in raw_tables:
        reading.problems.extend(raw.problems)
        table = _recognise(raw)
        if table is None:
            columns = "; ".join(f"{t.name}: {', '.join(t.columns)}" for t in TABLES.values())
            reason = f"is no table of the catalogue. The tables and their columns: {columns}"
            reading.problems.append(Problem(raw.sheet, 1, "", reason))
            continue
        if _header_is_usable(raw, table, reading):
            _read_rows(raw, table, reading)
    return reading


def complete(table: Table, record: Record, existing: Record | None) -> Record:
    """The whole record: columns that a file lacks stay as they are, or take their default."""
    base = existing or {name: default_of(column) for name, column in table.columns.items()}
    return {**base, **record}


def check_references(reading: Reading, after: State, places: set[str]) -> list[Problem]:
    """What the file's records get wrong among each other, given the catalogue as it would be."""
    problems: list[Problem] = []
    for name, rows in reading.tables.items():
        for key, row in rows.items():
            record = after[name][key]
            for column, reason in _row_problems(name, record, after, places).items():
                problems.append(Problem(row.sheet, row.line, column, reason))
    return problems


def _recognise(raw: RawTable) -> Table | None:
    if raw.table:
        return TABLES[raw.table]
    candidates = [table for table in TABLES.values() if set(table.key) <= set(raw.columns)]
    known = {table.name: len(set(raw.columns) & set(table.columns)) for table in candidates}
    required = {
        table.name: sum(is_required(c) and n in raw.columns for n, c in table.columns.items())
        for table in candidates
    }
    return max(candidates, key=lambda t: (known[t.name], required[t.name]), default=None)


def _header_is_usable(raw: RawTable, table: Table, reading: Reading) -> bool:
    def report(column: str, reason: str) -> None:
        reading.problems.append(Problem(raw.sheet, 1, column, reason))

    for column in dict.fromkeys(raw.columns):
        if column not in table.columns:
            reason = f"is unknown in {table.name}, which has {', '.join(table.columns)}"
            report(column or "(no name)", reason)
        elif raw.columns.count(column) > 1:
            report(column, "stands there twice")
    missing = [name for name in table.key if name not in raw.columns]
    for name in missing:
        report(name, f"is missing; every row of {table.name} is known by it")
    return not missing


def _read_rows(raw: RawTable, table: Table, reading: Reading) -> None:
    records = reading.tables.setdefault(table.name, {})
    for row in raw.rows:
        record = _read_row(raw.sheet, table, row, reading)
        if any(record.get(name) is None for name in table.key):
            continue
        key = table.key_of(record)
        if key in records:
            name = ", ".join(f"{n} {v}" for n, v in zip(table.key, key, strict=True))
            reason = f"has the same {name} as line {records[key].line}"
            reading.problems.append(Problem(raw.sheet, row.line, "", reason))
        else:
            records[key] = ReadRecord(raw.sheet, row.line, record)


def _read_row(sheet: str, table: Table, row: RawRow, reading: Reading) -> Record:
    record: Record = {}
    for name, text in row.cells.items():
        if name not in table.columns:
            continue
        try:
            record[name] = parse_cell(table.columns[name], text)
        except ValueError as error:
            reading.problems.append(Problem(sheet, row.line, name, str(error)))
    return record


def _row_problems(name: str, record: Record, after: State, places: set[str]) -> Mapping[str, str]:
    problems = {
        column: f"is missing, and there is no such row in the catalogue yet ({name})"
        for column, spec in TABLES[name].columns.items()
        if is_required(spec) and record.get(column) is None
    }
    sector = record.get("sector_id")
    if name == "services" and sector is not None and (sector,) not in after["sectors"]:
        problems["sector_id"] = f"names no known sector: {record['sector_id']!r}"
    if name in TABLES_OF_A_SERVICE and (record["service_id"],) not in after["services"]:
        problems["service_id"] = f"names no known service: {record['service_id']!r}"
    if name == "offices" and record["place_code"] and record["place_code"] not in places:
        problems["place_code"] = f"is no NCDD code of a known place: {record['place_code']!r}"
    if name == "fee_tiers":
        problems.update(_tier_problems(record))
    if name == "required_documents" and bool(record["case_km"]) != bool(record["case_en"]):
        problems["case_km"] = "needs both languages: case_km and case_en"
    return problems


def _tier_problems(record: Record) -> dict[str, str]:
    problems: dict[str, str] = {}
    khmer, english = (str(record[f"label_{code}"] or "") for code in ("km", "en"))
    if khmer.count(FACET_SEPARATOR) != english.count(FACET_SEPARATOR) or bool(khmer) != bool(
        english
    ):
        problems["label_km"] = (
            f"must have as many parts (between “{FACET_SEPARATOR}”) as label_en: "
            f"{khmer!r} against {english!r}"
        )
    maximum, reduced = record["fee_maximum_riel"], record["fee_reduced_riel"]
    if isinstance(maximum, int) and isinstance(reduced, int) and reduced > maximum:
        problems["fee_reduced_riel"] = f"is more than fee_maximum_riel: {reduced} > {maximum}"
    unknown = {
        part.strip() for part in str(record["translated_columns"] or "").split(";") if part.strip()
    } - set(TABLES["fee_tiers"].columns)
    if unknown:
        problems["translated_columns"] = f"names no column: {', '.join(sorted(unknown))}"
    return problems
