"""The keys of a database engine: its dialect carries them, because columns are told only that."""

from __future__ import annotations

from typing import cast

from sqlalchemy.engine import Dialect

from bot.encryption import EncryptionKeys
from bot.settings import read_settings

_ATTRIBUTE = "chrok_encryption_keys"


def give_keys(dialect: Dialect, keys: EncryptionKeys) -> None:
    """Let the engine with this dialect read and write the ids of people."""
    setattr(dialect, _ATTRIBUTE, keys)


def keys_of(dialect: Dialect) -> EncryptionKeys:
    """The engine's keys; where it was given none, those of the environment."""
    if not hasattr(dialect, _ATTRIBUTE):
        give_keys(dialect, read_settings().encryption)
    return cast(EncryptionKeys, getattr(dialect, _ATTRIBUTE))
