"""Takes out of a line whatever could tell who somebody is, or let somebody in.

Numbers of seven digits and more (phones, ids of Messenger and Telegram, tickets), long opaque words
(message ids, session tokens), addresses of e-mail, everything behind a name in an address (Kannel's
password stands there), Telegram's bot token in a path, parameters of SQL, and Khmer words: our own
lines are English, so these are somebody's.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from bot.text.masked_ids import mask_id

HIDDEN = "…"
LONGEST = 10_000
_SHORTEST_SECRET = 5

_SQL_PARAMETERS = re.compile(r"\[parameters: .*?(?=\n\(Background on|\Z)", re.DOTALL)
# What PostgreSQL tells of a row that it refused.
_ROW = re.compile(r"(Key \([^)]*\)=|Failing row contains )\(.*?\)(?=[. ]|$)", re.DOTALL)
_CREDENTIALS = re.compile(r"(://)[^/@\s]+@")
_BOT_TOKEN = re.compile(r"/bot[^/\s]+/")
_QUERY_VALUE = re.compile(r"([?&][\w.\[\]%-]+=)[^&\s\"'<>]+")
_AUTHORIZATION = re.compile(r"\b(bearer|basic)\s+[\w.~+/=:-]+", re.IGNORECASE)
_EMAIL = re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+")
_ESCAPED = re.compile(
    r"(?:%[0-9A-Fa-f]{2}){3,}|(?:\\x[0-9A-Fa-f]{2}){3,}|(?:\\u[0-9A-Fa-f]{4}){2,}"
)
_OPAQUE = re.compile(r"[A-Za-z0-9_-]{16,}")
# Such as X-Hub-Signature-256 and ix_inbox_2.
_NAME = re.compile(r"(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4})(?:[-_]+(?:[A-Z]?[a-z]+|[A-Z]+|\d{1,4}))*")
_LONG_NUMBER = re.compile(r"\+?\d(?:[\s\u200b().,/–-]{0,3}\d){6,}")
_KHMER = re.compile(r"[\u1780-\u17ff\u19e0-\u19ff][\u1780-\u17ff\u19e0-\u19ff\u200b ]*")

_LONG_WORD = 32
# Letters for each run of capitals: a CamelCase name has about seven, a random word four.
_LETTERS_A_HUMP = 4.5


def mask_text(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without numbers, ids, tokens, addresses and Khmer words, at most 10,000 characters.

    `secrets` are taken out wherever they stand, whatever they look like.
    """
    text = text[:LONGEST]
    for secret in secrets:
        if len(secret) >= _SHORTEST_SECRET:
            text = text.replace(secret, HIDDEN)
    text = _SQL_PARAMETERS.sub(f"[parameters: {HIDDEN}]", text)
    text = _ROW.sub(rf"\1({HIDDEN})", text)
    text = _CREDENTIALS.sub(rf"\1{HIDDEN}@", text)
    text = _BOT_TOKEN.sub(f"/bot{HIDDEN}/", text)
    text = _QUERY_VALUE.sub(rf"\1{HIDDEN}", text)
    text = _AUTHORIZATION.sub(rf"\1 {HIDDEN}", text)
    text = _EMAIL.sub(f"{HIDDEN}@{HIDDEN}", text)
    text = _ESCAPED.sub(HIDDEN, text)
    text = _OPAQUE.sub(lambda found: HIDDEN if _is_opaque(found[0]) else found[0], text)
    text = _LONG_NUMBER.sub(lambda found: mask_id(found[0]), text)
    return _KHMER.sub(HIDDEN, text)


def _is_opaque(word: str) -> bool:
    """Whether a long word is an id or a token rather than a name in our code."""
    if _NAME.fullmatch(word):
        return False
    if any(letter.isdigit() for letter in word):
        return any(letter.isalpha() for letter in word)
    if word.islower() or word.isupper():
        return False
    humps = len(re.findall("[A-Z]+", word))
    return len(word) >= _LONG_WORD or len(word) < humps * _LETTERS_A_HUMP
