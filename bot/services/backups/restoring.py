"""Restoring a backup: looked at whole before anything is changed."""

from __future__ import annotations

import json
import shutil
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from bot.db.migrate import configuration, upgrade
from bot.encryption import backup_key
from bot.services.backups import making, manifest, sqlite_copy
from bot.services.backups.errors import BackupError
from bot.services.backups.manifest import Entry, Manifest, entry_of
from bot.services.backups.sealed_file import SealedReader
from bot.services.backups.stores import Store, stores_of
from bot.settings import Settings

_REFERENCE_ONLY = ("alembic_version",)


@dataclass(frozen=True)
class Restored:
    """What is back: the backup's own words, and what was put where."""

    manifest: Manifest
    names: list[str]


def restore_backup(
    settings: Settings, file: Path, *, over_data: bool = False, model: Path | None = None
) -> Restored:
    """Put back what a backup holds, and bring an older one to the structure of this version.

    Raises `BackupError` or `SettingError`, and has changed nothing then: for a wrong key, a
    damaged file, a newer version, and for a database with rows in it unless `over_data`.
    """
    with opened_backup(settings, file) as (described, folder):
        _check_version(described)
        described.check_keys(settings.encryption)
        pairs = list(_matched(settings, described))
        if not over_data:
            _check_empty(pairs[0][0])
        for store, entry in pairs:
            _check_rows(store, entry, folder)
        if pairs[0][0].system == "sqlite":
            # Before it is put back, so that a migration that fails leaves everything as it was.
            _migrate(f"sqlite:///{folder / pairs[0][1].name}", settings)
        for store, entry in pairs:
            store.put_back(folder / entry.name, entry.rows)
        if pairs[0][0].system != "sqlite":
            _migrate(settings.database_url, settings)
        names = [store.name for store, _ in pairs]
        for entry in described.entries:
            if entry.name.endswith(".tar.gz"):
                _put_model_back(folder / entry.name, model or making.MODEL)
                names.append("model")
    return Restored(described, names)


@contextmanager
def opened_backup(settings: Settings, file: Path) -> Iterator[tuple[Manifest, Path]]:
    """The manifest, and a folder with the files, which is gone afterwards; all of it is checked."""
    key = backup_key(settings.backup_key)
    with tempfile.TemporaryDirectory(prefix="chrok-restore-") as folder:
        try:
            described = _unpack(file, key, Path(folder))
        except (tarfile.TarError, KeyError, TypeError, json.JSONDecodeError) as error:
            raise BackupError("the file is no backup that this version reads") from error
        except OSError as error:
            raise BackupError(f"{file} cannot be read: {error.strerror}") from error
        yield described, Path(folder)


def _unpack(file: Path, key: bytes, folder: Path) -> Manifest:
    with file.open("rb") as opened:
        sealed = SealedReader(opened, key)
        with tarfile.open(fileobj=cast(BinaryIO, sealed), mode="r|") as archive:
            for member in archive:
                content = archive.extractfile(member)
                # Only plain names: a name with a folder in it could lead anywhere.
                if content is None or Path(member.name).name != member.name:
                    raise BackupError("the backup holds a name that is not of Chrok's making")
                with (folder / member.name).open("wb") as written:
                    shutil.copyfileobj(content, written)
        sealed.finish()
    described = Manifest.from_json((folder / manifest.NAME).read_bytes())
    for entry in described.entries:
        if entry_of(folder / entry.name, entry.rows) != entry:
            raise BackupError(f"{entry.name} is not as the backup's manifest says")
    return described


def _check_version(described: Manifest) -> None:
    known = {
        script.revision for script in ScriptDirectory.from_config(configuration()).walk_revisions()
    }
    if described.migration not in known:
        raise BackupError(
            f"the backup was made by Chrok {described.version} with the database's structure "
            f"{described.migration}, which this version does not know; update Chrok first. "
            "Nothing was changed"
        )


def _matched(settings: Settings, described: Manifest) -> Iterator[tuple[Store, Entry]]:
    stores = stores_of(settings)
    for store in stores:
        entry = described.entry(store.file_name)
        if entry is not None:
            yield store, entry
        elif store.name == "database":
            other = "PostgreSQL" if store.system == "sqlite" else "SQLite"
            raise BackupError(
                f"the backup is of a {other} database, and DATABASE_URL names none; "
                "nothing was changed"
            )


def _check_empty(store: Store) -> None:
    rows = store.rows()
    filled = {name: count for name, count in rows.items() if count and name not in _REFERENCE_ONLY}
    if filled:
        raise BackupError(
            f"the database holds {sum(filled.values())} rows ({rows.get('contacts', 0)} contacts, "
            f"{rows.get('inbox', 0)} messages), which would be replaced; "
            "say --yes if that is meant. Nothing was changed"
        )


def _check_rows(store: Store, entry: Entry, folder: Path) -> None:
    if store.system == "sqlite" and sqlite_copy.rows_in(folder / entry.name) != entry.rows:
        raise BackupError(f"{entry.name} has not the rows that the manifest says")


def _migrate(database_url: str, settings: Settings) -> None:
    try:
        upgrade(database_url, keys=settings.encryption)
    except SQLAlchemyError as error:
        raise BackupError(
            f"the backup's structure could not be brought up to date ({type(error).__name__}); "
            "with SQLite nothing was changed, PostgreSQL holds the backup as it was made"
        ) from error


def _put_model_back(copy: Path, model: Path) -> None:
    model.parent.mkdir(parents=True, exist_ok=True)
    unfinished = model.with_name(f".{copy.name}.unfinished")
    shutil.copyfile(copy, unfinished)
    unfinished.replace(model.with_name(copy.name))
    if copy.name != model.name:
        unfinished.symlink_to(copy.name)
        unfinished.replace(model)
