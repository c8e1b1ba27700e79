"""What hides ids of people at rest: encryption to read them back, keyed digests to find them."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import ChrokError, SettingError

_KEY_BYTES = 32
_FERNET_SECRET = b"chrok: encryption at rest"
_DIGEST_SECRET = b"chrok: digests of ids"


class UnreadableError(ChrokError):
    """Something in the database was encrypted with a key that this process does not have."""

    code = "unreadable"


class EncryptionKeys:
    """The keys of an installation.

    `encryption_keys` are Fernet keys, the current one first; without any, one is derived from the
    first secret. `secrets` are SECRET_KEY and, while it is being changed, the one before it. What
    was encrypted or digested under any of them is still read and found.
    Raises `SettingError` for what is no Fernet key.
    """

    def __init__(self, encryption_keys: Sequence[str], secrets: Sequence[str]) -> None:
        given = [_fernet(key, position) for position, key in enumerate(encryption_keys, 1)]
        derived = [
            Fernet(base64.urlsafe_b64encode(_derived(secret, _FERNET_SECRET))) for secret in secrets
        ]
        self._current, *_ = all_keys = given + derived
        self._all = MultiFernet(all_keys)
        self._digest_keys = [_derived(secret, _DIGEST_SECRET) for secret in secrets]

    def encrypt(self, text: str) -> str:
        """The text under the current key: a Fernet token, different each time."""
        return self._current.encrypt(text.encode()).decode()

    def decrypt(self, token: str) -> str:
        """The text of a token; raises `UnreadableError` where no key fits."""
        try:
            return self._all.decrypt(token).decode()
        except InvalidToken as error:
            raise UnreadableError(
                "the database holds ids under a key that is not among ENCRYPTION_KEYS (nor derived "
                "from SECRET_KEY): put the key that was used before behind the current one"
            ) from error

    def is_current(self, token: str) -> bool:
        """Whether the token needs none of the older keys."""
        try:
            self._current.decrypt(token)
        except InvalidToken:
            return False
        return True

    def digest(self, text: str) -> str:
        """What the text is found by: HMAC-SHA-256, 64 hexadecimal digits."""
        return _hmac(self._digest_keys[0], text)

    def previous_digest(self, text: str) -> str:
        """What it was found by before SECRET_KEY changed; the same where it did not."""
        return _hmac(self._digest_keys[-1], text)


def new_key() -> str:
    """A key for ENCRYPTION_KEYS or BACKUP_KEY: 32 random bytes in URL-safe base64."""
    return Fernet.generate_key().decode()


def backup_key(setting: str) -> bytes:
    """The 32 bytes of BACKUP_KEY; raises `SettingError`."""
    try:
        key = base64.urlsafe_b64decode(setting)
    except ValueError:
        key = b""
    if len(key) != _KEY_BYTES:
        raise SettingError(
            "BACKUP_KEY must be 32 bytes in URL-safe base64; `flask --app webhook keys new` or "
            "`openssl rand -base64 32 | tr '+/' '-_'` makes one. Keep it apart from the backups"
        )
    return key


def _fernet(key: str, position: int) -> Fernet:
    try:
        return Fernet(key)
    except ValueError as error:
        raise SettingError(
            f"ENCRYPTION_KEYS: key {position} is no Fernet key (32 bytes in URL-safe base64); "
            "`openssl rand -base64 32 | tr '+/' '-_'` or `flask --app webhook keys new` makes one"
        ) from error


def _derived(secret: str, purpose: bytes) -> bytes:
    return HKDF(SHA256(), _KEY_BYTES, salt=None, info=purpose).derive(secret.encode())


def _hmac(key: bytes, text: str) -> str:
    return hmac.digest(key, text.encode(), "sha256").hex()
