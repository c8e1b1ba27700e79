"""What to look for: a person's id and number in every spelling, their digests, their words."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from dataclasses import dataclass

from bot.encryption import EncryptionKeys
from bot.text.digits import to_latin_digits

_SEPARATOR = r"[\s.()/-]{0,2}"
_ESCAPED = re.compile(r"\\u([0-9a-f]{4})", re.IGNORECASE)
_COUNTRY = "855"
# A number without the country: the shortest of Cambodia have eight digits after the 0.
_SHORTEST_NUMBER = 8


@dataclass(frozen=True)
class Needle:
    """One thing that must not be found: `kind` says what, `pattern` matches `readable` text.

    `literal` is how it stands in a file's bytes where nobody wrote it in another spelling.
    """

    kind: str
    pattern: re.Pattern[str]
    literal: str


def needles_for(
    external_id: str,
    keys: EncryptionKeys,
    words: Iterable[str] = (),
    conversation_ids: Iterable[str] = (),
) -> list[Needle]:
    """Everything that leads to the person whom a channel knows by this id.

    `conversation_ids` are the engine's names for them, which nobody can know any more once they
    are forgotten; so they are asked for before.
    """
    digests = {keys.digest(external_id), keys.previous_digest(external_id)}
    needles = [_exact("id", external_id), *(_exact("digest", digest) for digest in digests)]
    if external_id.startswith(f"+{_COUNTRY}"):
        needles.append(_number(external_id))
    needles += [_exact("conversation", one) for one in conversation_ids]
    needles += [_phrase(phrase) for phrase in words if phrase.strip()]
    return needles


def readable(value: object) -> str:
    """A value as text that the patterns fit: digits Latin, escapes undone, lower case."""
    if isinstance(value, bytes | memoryview):
        text = bytes(value).decode(errors="replace")
    elif isinstance(value, dict | list):
        text = json.dumps(value, ensure_ascii=False, default=str)
    else:
        text = str(value)
    unescaped = _ESCAPED.sub(lambda found: chr(int(found[1], 16)), text)
    return to_latin_digits(unescaped).casefold()


def _exact(kind: str, identifier: str) -> Needle:
    written = re.escape(readable(identifier))
    return Needle(kind, re.compile(rf"(?<![0-9a-z]){written}(?![0-9a-z])"), identifier)


def _phrase(phrase: str) -> Needle:
    return Needle("words", re.compile(re.escape(readable(phrase.strip()))), phrase.strip())


def _number(number: str) -> Needle:
    """+855 12…, 0085512…, 85512…, 012…, 12…, with blanks, dots, dashes or brackets between.

    It rather finds too much: a decimal number of the same digits is looked at in vain.
    """
    own = number.removeprefix(f"+{_COUNTRY}")
    digits = _SEPARATOR.join(own)
    country = _SEPARATOR.join(_COUNTRY)
    before = rf"(?:(?:\+|00)?{_SEPARATOR}{country}{_SEPARATOR}(?:\(?0\)?)?|0)"
    # Without any of these a shorter number is too likely to be something else.
    optional = "?" if len(own) >= _SHORTEST_NUMBER else ""
    pattern = rf"(?<![0-9]){before}{optional}{_SEPARATOR}{digits}(?![0-9])"
    return Needle("number", re.compile(pattern), own)
