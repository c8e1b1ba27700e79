"""The layout in which the catalogue was first collected, turned into the catalogue's own tables.

There, `services.csv` has one row per fee tier with the service's columns repeated, and
`documents.csv` one row per document. An empty cell there says "not seen" and changes nothing; the
wording of rows that the catalogue has already (labels, notes, short names) stays as it is.
"""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime

from bot.db.models.catalogue import SHORT_NAME_CHARACTERS
from bot.services.catalogue_checking import State
from bot.services.catalogue_reading import RawRow, RawTable
from bot.services.catalogue_tables import Key, Record

_FLAT_SERVICES = {"id", "sector_en", "name_km", "variant_km", "fee_khr_specific"}
_FLAT_DOCUMENTS = {"service_id", "case", "document_km", "document_en"}
_SERVICE_FACTS = {
    name: name for name in ("name_km", "name_en", "name_en_is_translation", "legal_basis")
}
_TIER_FACTS = {
    "level": "level",
    "fee_riel": "fee_khr_specific",
    "fee_maximum_riel": "fee_khr_max",
    "fee_reduced_riel": "fee_khr_reduced",
    "fee_unit_en": "fee_unit",
    "duration_working_days": "duration_working_days",
    "duration_text_en": "duration_text",
    "validity_en": "validity",
    "eligible_km": "eligible_km",
    "source_url": "source_url",
}
_TIER_WORDING = {"label_km": "variant_km", "label_en": "variant_en", "note": "note"}
_DOCUMENT_FACTS = {
    "name_km": "document_km",
    "name_en": "document_en",
    "copies": "copies",
    "source_url": "source_url",
}
_DOCUMENT_WORDING = {"case_km": "case", "case_en": "case"}
# "1 month (១ខែ)": the Khmer words have a column of their own.
_KHMER_IN_BRACKETS = re.compile(r" \([^)]*[\u1780-\u17ff][^)]*\)$")


def from_original_layout(raw: RawTable, catalogue: State) -> list[RawTable]:
    """The catalogue's tables that such a file fills; any other table is returned as it is."""
    if set(raw.columns) >= _FLAT_SERVICES:
        services = _table(raw, "services", _services(raw, catalogue))
        tiers = _numbered(raw, "id", catalogue["fee_tiers"], _TIER_FACTS, _TIER_WORDING)
        return [services, _table(raw, "fee_tiers", tiers)]
    if set(raw.columns) >= _FLAT_DOCUMENTS:
        existing = catalogue["required_documents"]
        rows = _numbered(raw, "service_id", existing, _DOCUMENT_FACTS, _DOCUMENT_WORDING)
        return [_table(raw, "required_documents", rows)]
    return [raw]


def _services(raw: RawTable, catalogue: State) -> list[RawRow]:
    sectors = {str(s["name_en"]): str(s["id"]) for s in catalogue["sectors"].values()}
    rows: dict[str, RawRow] = {}
    for row in raw.rows:
        service_id = row.cells["id"].strip()
        first = service_id not in rows
        known = catalogue["services"].get((service_id,))
        target = rows.setdefault(service_id, RawRow(row.line, {"id": service_id})).cells
        for column, source in _SERVICE_FACTS.items():
            if row.cells.get(source, "").strip():
                target.setdefault(column, row.cells[source])
        if first:
            sector = row.cells["sector_en"].strip()
            target["sector_id"] = sectors.get(sector, sector)
        if first and known is None:
            target["level"] = row.cells.get("level", "")
            target["position"] = str(len(catalogue["services"]) + len(rows))
            for language in ("km", "en"):
                name = row.cells.get(f"name_{language}", "").strip()
                if len(name) <= SHORT_NAME_CHARACTERS:
                    target[f"short_name_{language}"] = name
    return list(rows.values())


def _numbered(
    raw: RawTable,
    owner: str,
    existing: dict[Key, Record],
    facts: dict[str, str],
    wording: dict[str, str],
) -> list[RawRow]:
    """The rows, numbered through each service in the order in which they stand."""
    count: Counter[str] = Counter()
    rows = []
    for row in raw.rows:
        service_id = row.cells[owner].strip()
        count[service_id] += 1
        known = existing.get((service_id, count[service_id]))
        cells = {"service_id": service_id, "position": str(count[service_id])}
        for column, source in (facts if known else {**facts, **wording}).items():
            text = row.cells.get(source, "").strip()
            if column.endswith("_en"):
                text = _KHMER_IN_BRACKETS.sub("", text)
            if text:
                cells[column] = text
        if known is None:
            cells["source_read_on"] = datetime.now(UTC).date().isoformat()
        rows.append(RawRow(row.line, cells))
    return rows


def _table(raw: RawTable, name: str, rows: list[RawRow]) -> RawTable:
    columns = list(dict.fromkeys(column for row in rows for column in row.cells))
    return RawTable(raw.sheet, columns, rows, list(raw.problems), table=name)
