"""Exceptions as text for a log: where it happened, and only such words as come from code."""

from __future__ import annotations

import re
import traceback
from collections.abc import Iterator

from bot.errors import ChrokError

# Their words are names in our code, and may be quoted.
_ABOUT_CODE = (AttributeError, ImportError, KeyError, NameError, TypeError)
# Theirs are about files, networks and databases; what they quote may be somebody's.
_ABOUT_MACHINES = (ChrokError, OSError)
_LIBRARIES_OF_MACHINES = ("alembic", "huey", "psycopg", "redis", "sqlalchemy", "sqlite3", "urllib3")
_QUOTED = re.compile(r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""")
_LONGEST = 500
_DEEPEST = 5


def render_exception(error: BaseException, *, with_words: bool = True) -> str:
    """The traceback with those of the causes before it; without `with_words` types alone are told.

    Words are told of errors about code, files, networks and databases; others, such as a
    `ValueError`, say what could not be read, which a citizen may have written. Values of
    variables are never in it. The caller masks the whole of it.
    """
    return "\n".join(_lines(error, with_words, _DEEPEST))


def _lines(error: BaseException, with_words: bool, deepest: int) -> Iterator[str]:
    cause = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    if cause is not None and deepest:
        yield from _lines(cause, with_words, deepest - 1)
        yield "which led to:"
    yield "Traceback (most recent call last):"
    yield "".join(traceback.format_tb(error.__traceback__)).rstrip()
    name = type(error).__qualname__
    words = _words(error) if with_words else ""
    yield f"{name}: {words}" if words else name


def _words(error: BaseException) -> str:
    """What the error says, if it is of a kind that does not tell what somebody wrote."""
    words = str(error)[:_LONGEST]
    if isinstance(error, _ABOUT_CODE):
        return _QUOTED.sub(lambda found: "'…'" if " " in found[0] else found[0], words)
    library = type(error).__module__.partition(".")[0]
    if isinstance(error, _ABOUT_MACHINES) or library in _LIBRARIES_OF_MACHINES:
        return _QUOTED.sub("'…'", words)
    return ""
