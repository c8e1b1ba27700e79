"""What a backup says about itself: what is in it, of which version, and that it is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.services.backups.errors import BackupError

NAME = "manifest.json"
_FORMAT = 1


@dataclass(frozen=True)
class Entry:
    """One file of a backup. `rows` are those of each table, where it is a database."""

    name: str
    size: int
    sha256: str
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """`version` is Chrok's, `migration` the revision of its database's structure."""

    made_at: datetime
    version: str
    migration: str
    entries: list[Entry]

    def to_json(self) -> str:
        """As it stands in the backup."""
        values = {"format": _FORMAT, **asdict(self), "made_at": self.made_at.isoformat()}
        return json.dumps(values, indent=2)

    @classmethod
    def from_json(cls, written: bytes) -> Manifest:
        """Read it; raises `BackupError` for a format of a later version."""
        values: dict[str, Any] = json.loads(written)
        if values.pop("format") != _FORMAT:
            raise BackupError("the backup was made by a newer Chrok; nothing was changed")
        entries = [Entry(**entry) for entry in values.pop("entries")]
        made_at = datetime.fromisoformat(values.pop("made_at"))
        return cls(made_at=made_at, entries=entries, **values)

    def entry(self, name: str) -> Entry | None:
        """The file of this name."""
        return next((entry for entry in self.entries if entry.name == name), None)


def entry_of(file: Path, rows: dict[str, int] | None = None) -> Entry:
    """Describe a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Entry(file.name, file.stat().st_size, digest, rows or {})
