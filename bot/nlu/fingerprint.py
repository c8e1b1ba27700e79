"""What Rasa's training cache must know about our code.

Rasa fingerprints only a component's own class source. After a change in a helper module it would
restore a stale component from its cache, which then disagrees with inference.
"""

from __future__ import annotations

import hashlib
from pathlib import Path

import bot.text

_FOLDERS = (Path(__file__).parent, Path(bot.text.__file__).parent)


def source_fingerprint() -> str:
    """A digest of all source and resource files that tokenizing, features and tagging depend on."""
    digest = hashlib.sha256()
    for folder in _FOLDERS:
        for path in sorted(folder.rglob("*")):
            if path.suffix in (".py", ".txt"):
                digest.update(path.name.encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()
