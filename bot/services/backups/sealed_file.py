"""A file that is encrypted as it is written: AES-256-GCM in chunks, whose order and end are sure.

The way of age's payload (age-encryption.org/v1) and STREAM (Hoang, Reyhanitabar, Rogaway, Vizár:
Online Authenticated-Encryption and its Nonce-Reuse Misuse-Resistance, 2015): every file has a key
of its own, every chunk its number, and the last one says that it is the last. docs/adr/0008.
"""

from __future__ import annotations

import os
from types import TracebackType
from typing import BinaryIO, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.services.backups.errors import BackupError

_MAGIC = b"CHROK BACKUP 1\n"
_SALT_BYTES = 16
_KEY_BYTES = 32
_CHUNK = 1 << 20
_TAG_BYTES = 16
_DAMAGED = (
    "the file is damaged or cut off, or BACKUP_KEY is not the key that it was made with; "
    "nothing was changed"
)


class SealedWriter:
    """Writes the encrypted file; only after `close` it is a whole one."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        salt = os.urandom(_SALT_BYTES)
        self._file = file
        self._chunks = _Chunks(key, salt)
        self._pending = bytearray()
        file.write(_MAGIC + salt)

    def write(self, data: bytes) -> int:
        """Take the next bytes."""
        self._pending += data
        # The last chunk is known as such only at the end: one stays behind.
        while len(self._pending) > _CHUNK:
            self._file.write(self._chunks.seal(bytes(self._pending[:_CHUNK]), is_last=False))
            del self._pending[:_CHUNK]
        return len(data)

    def close(self) -> None:
        """Write the last chunk."""
        self._file.write(self._chunks.seal(bytes(self._pending), is_last=True))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        # What broke off must not look whole.
        if kind is None:
            self.close()


class SealedReader:
    """Reads it again; raises `BackupError` before it gives out a byte that is not as written."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        header = file.read(len(_MAGIC) + _SALT_BYTES)
        if not header.startswith(_MAGIC) or len(header) < len(_MAGIC) + _SALT_BYTES:
            raise BackupError("this is no backup of Chrok; nothing was changed")
        self._file = file
        self._chunks = _Chunks(key, header[len(_MAGIC) :])
        self._ahead = file.read(_CHUNK + _TAG_BYTES)
        self._plain = b""
        self._is_over = False

    def read(self, size: int) -> bytes:
        """The next `size` bytes, fewer only at the end."""
        parts = []
        while size > 0 and (self._plain or self._open_next()):
            part, self._plain = self._plain[:size], self._plain[size:]
            parts.append(part)
            size -= len(part)
        return b"".join(parts)

    def finish(self) -> None:
        """Read what is left, so that also the end of the file is known to be whole."""
        while self._open_next():
            pass

    def _open_next(self) -> bool:
        if self._is_over:
            return False
        sealed, self._ahead = self._ahead, self._file.read(_CHUNK + _TAG_BYTES)
        self._is_over = not self._ahead
        self._plain = self._chunks.open(sealed, is_last=self._is_over)
        return True


class _Chunks:
    """The chunks of one file, one after the other."""

    def __init__(self, key: bytes, salt: bytes) -> None:
        derived = HKDF(SHA256(), _KEY_BYTES, salt=salt, info=b"chrok: backup").derive(key)
        self._cipher = AESGCM(derived)
        self._number = 0

    def seal(self, plain: bytes, *, is_last: bool) -> bytes:
        return self._cipher.encrypt(self._nonce(is_last), plain, None)

    def open(self, sealed: bytes, *, is_last: bool) -> bytes:
        try:
            return self._cipher.decrypt(self._nonce(is_last), sealed, None)
        except InvalidTag as error:
            raise BackupError(_DAMAGED) from error

    def _nonce(self, is_last: bool) -> bytes:
        """11 bytes of number, one that says whether it is the last: never twice under a key."""
        self._number += 1
        return self._number.to_bytes(11) + bytes([is_last])
