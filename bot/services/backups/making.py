"""Making a backup while everything runs: whole, under its name, or not at all."""

from __future__ import annotations

import io
import os
import shutil
import tarfile
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import BinaryIO, cast

from sqlalchemy import create_engine, text
from sqlalchemy.exc import SQLAlchemyError

from bot import VERSION
from bot.db.models.base import now
from bot.db.session import database_address
from bot.encryption import backup_key
from bot.services.backups import manifest
from bot.services.backups.errors import BackupError
from bot.services.backups.manifest import Entry, Manifest, entry_of, probes_of
from bot.services.backups.sealed_file import SealedWriter
from bot.services.backups.stores import Store, stores_of
from bot.settings import PROJECT_ROOT, Settings

MODEL = PROJECT_ROOT / "models" / "chrok.tar.gz"
ENDING = ".backup"


@dataclass(frozen=True)
class MadeBackup:
    """A backup that was made, and the older ones that made room for it."""

    file: Path
    manifest: Manifest
    removed: list[Path]


def make_backup(
    settings: Settings, target: Path, *, keep: int | None = None, model: Path | None = None
) -> MadeBackup:
    """Write one encrypted file; a folder as `target` gets one named after the moment.

    Of the backups in that folder the newest `keep` stay. Raises `BackupError` or `SettingError`;
    then nothing new is there under its name, and nothing older was removed.
    """
    key = backup_key(settings.backup_key)
    made_at = now()
    file = target / _name_of(made_at) if target.is_dir() else target
    if not file.parent.is_dir():
        raise BackupError(f"there is no folder {file.parent}")
    with tempfile.TemporaryDirectory(prefix="chrok-backup-") as staged:
        try:
            described = _stage(settings, Path(staged), made_at, model or MODEL)
            _write(file, key, described, Path(staged))
        except (OSError, SQLAlchemyError) as error:
            raise BackupError(f"no backup was made: {_short(error)}") from error
    return MadeBackup(file, described, _remove_older(file, keep) if target.is_dir() else [])


def backup_folder(settings: Settings) -> Path:
    """Where backups go; raises `BackupError` where BACKUP_FOLDER names no folder."""
    folder = Path(settings.backup_folder)
    if not settings.backup_folder or not folder.is_dir():
        raise BackupError(f"BACKUP_FOLDER is {settings.backup_folder!r}, which is no folder")
    return folder


def _name_of(moment: datetime) -> str:
    return f"chrok-{moment:%Y%m%d-%H%M%S}{ENDING}"


def _stage(settings: Settings, folder: Path, made_at: datetime, model: Path) -> Manifest:
    """Copy everything beside each other, readable for nobody else."""
    stores = stores_of(settings)
    entries = [
        entry_of(folder / store.file_name, rows)
        for store, rows in ((s, s.copy_to(folder)) for s in stores if s.exists())
    ]
    if stores[0].file_name not in {entry.name for entry in entries}:
        raise BackupError("there is no database yet at DATABASE_URL: nothing to back up")
    if model.exists():
        # Its own name, to which `chrok.tar.gz` leads, tells what it was trained from.
        copy = folder / model.resolve().name
        shutil.copyfile(model, copy)
        entries.append(entry_of(copy))
    return Manifest(
        made_at=made_at,
        version=VERSION,
        migration=_migration_of(stores[0]),
        **probes_of(settings.encryption),
        entries=entries,
    )


def _migration_of(store: Store) -> str:
    engine = create_engine(database_address(store.address))
    try:
        with engine.connect() as connection:
            return str(connection.execute(text("SELECT version_num FROM alembic_version")).scalar())
    finally:
        engine.dispose()


def _write(file: Path, key: bytes, described: Manifest, folder: Path) -> None:
    unfinished = file.with_name(f".{file.name}.unfinished")
    try:
        with os.fdopen(_only_for_us(unfinished), "wb") as opened:
            with (
                SealedWriter(opened, key) as sealed,
                tarfile.open(
                    fileobj=cast(BinaryIO, sealed), mode="w|", format=tarfile.PAX_FORMAT
                ) as archive,
            ):
                _add_manifest(archive, described)
                _add_files(archive, folder, described.entries)
            opened.flush()
            os.fsync(opened.fileno())
        unfinished.replace(file)
        _make_sure_of_the_name(file.parent)
    finally:
        unfinished.unlink(missing_ok=True)


def _add_manifest(archive: tarfile.TarFile, described: Manifest) -> None:
    content = described.to_json().encode()
    information = tarfile.TarInfo(manifest.NAME)
    information.size = len(content)
    archive.addfile(information, io.BytesIO(content))


def _add_files(archive: tarfile.TarFile, folder: Path, entries: Iterable[Entry]) -> None:
    for entry in entries:
        information = tarfile.TarInfo(entry.name)
        information.size = entry.size
        with (folder / entry.name).open("rb") as content:
            archive.addfile(information, content)


def _only_for_us(file: Path) -> int:
    return os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _make_sure_of_the_name(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_older(file: Path, keep: int | None) -> list[Path]:
    if keep is None:
        return []
    # Their names tell their age; the one just made is among those that stay.
    older = sorted(file.parent.glob(f"chrok-*{ENDING}"), reverse=True)[keep:]
    for backup in older:
        backup.unlink()
    return older


def _short(error: Exception) -> str:
    if isinstance(error, OSError):
        return f"{error.strerror} ({error.filename})" if error.filename else str(error)
    return type(error).__name__
