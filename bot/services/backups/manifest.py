"""What a backup says about itself: what is in it, of which version, and that it is whole."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from bot.encryption import EncryptionKeys, UnreadableError
from bot.services.backups.errors import BackupError

NAME = "manifest.json"
_FORMAT = 1
_PROBE = "probe"


@dataclass(frozen=True)
class Entry:
    """One file of a backup. `rows` are those of each table, where it is a database."""

    name: str
    size: int
    sha256: str
    rows: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Manifest:
    """`version` is Chrok's, `migration` the revision of its database's structure.

    By `encrypted_probe` and `digest_probe` who restores it is told beforehand whether the ids of
    people in it can be read, and found.
    """

    made_at: datetime
    version: str
    migration: str
    encrypted_probe: str
    digest_probe: str
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

    def check_keys(self, keys: EncryptionKeys) -> None:
        """Raise `BackupError` where these keys are not those of the backed up installation."""
        try:
            keys.decrypt(self.encrypted_probe)
        except UnreadableError as error:
            raise BackupError(
                "the ids in the backup are under a key that is not among ENCRYPTION_KEYS (nor "
                "derived from SECRET_KEY): put the one of that time behind the others. "
                "Nothing was changed"
            ) from error
        if self.digest_probe not in (keys.digest(_PROBE), keys.previous_digest(_PROBE)):
            raise BackupError(
                "the people in the backup are found by another SECRET_KEY: put the one of that "
                "time into SECRET_KEY, or into PREVIOUS_SECRET_KEY and run `flask keys rotate` "
                "afterwards. Nothing was changed"
            )

    def entry(self, name: str) -> Entry | None:
        """The file of this name."""
        return next((entry for entry in self.entries if entry.name == name), None)


def probes_of(keys: EncryptionKeys) -> dict[str, str]:
    """What a manifest holds to recognise the keys by."""
    return {"encrypted_probe": keys.encrypt(_PROBE), "digest_probe": keys.digest(_PROBE)}


def entry_of(file: Path, rows: dict[str, int] | None = None) -> Entry:
    """Describe a file."""
    with file.open("rb") as opened:
        digest = hashlib.file_digest(opened, "sha256").hexdigest()
    return Entry(file.name, file.stat().st_size, digest, rows or {})
