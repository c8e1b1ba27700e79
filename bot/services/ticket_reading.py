"""One ticket as a desk sends it, from JSON or a spreadsheet: checked field by field."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from bot.db.models.tickets import PHONE_DIGITS, TICKET_CODE_DIGITS, TICKET_STATUSES
from bot.text.digits import to_latin_digits

FIELDS = (
    *("code", "site", "sector", "service", "status", "phone"),
    *("requested_on", "expected_on", "approved_on", "delivered_on", "version"),
)
_LONGEST = {"sector": 200, "service": 300, "site": 40}
_NEWEST_VERSION = 2**63 - 1
_SEPARATORS = re.compile(r"[\s\-./\u200b\u00a0]")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_PHONE_NOISE = re.compile(r"[\s\-.()\u200b\u00a0]")
_BETWEEN_PHONES = re.compile(r"[/,;]")
_TIME_OF_DAY = re.compile(r"(?:[T ][0-9:.]+(?:Z|[+-][0-9:]+)?)?")
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
# What database tools write for "nothing", which must not be kept as a word.
_NOTHING = ("", "null", "none")


@dataclass(frozen=True)
class FieldError:
    """What is wrong with one field, as a stable code, and in words how to mend it."""

    field: str
    code: str
    message: str


class TicketRefused(Exception):
    """A ticket's fields cannot be used; `errors` holds everything that is wrong.

    `code` is what was given for one, as far as it can be quoted, `version` the number if it is one.
    """

    def __init__(
        self, errors: list[FieldError], code: str = "", version: int | None = None
    ) -> None:
        self.errors = errors
        self.code = code
        self.version = version
        super().__init__("; ".join(error.message for error in errors))


@dataclass(frozen=True)
class TicketRecord:
    """A ticket's fields, understood. `version` is nothing where a spreadsheet has none.

    Of the phone only the last three digits are left.
    """

    code: str
    status: str
    site: str | None = None
    sector: str | None = None
    service: str | None = None
    phone_digits: str | None = None
    requested_on: date | None = None
    expected_on: date | None = None
    approved_on: date | None = None
    delivered_on: date | None = None
    version: int | None = None


class _Wrong(Exception):
    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


def read_ticket(fields: Mapping[str, Any], *, from_spreadsheet: bool = False) -> TicketRecord:
    """Understand a ticket's fields; a missing one is null. Raises `TicketRefused`.

    Values are those of JSON; in a spreadsheet all are text and `version` may be left out.
    """
    errors = [_unknown(name) for name in fields if name not in FIELDS]
    values: dict[str, Any] = {}
    readers = {**_READERS, "version": _version_text if from_spreadsheet else _version}
    for name, read in readers.items():
        try:
            values[name] = read(name, fields.get(name))
        except _Wrong as wrong:
            errors.append(FieldError(name, wrong.code, str(wrong)))
    if errors:
        raise TicketRefused(errors, _quotable_code(fields.get("code")), values.get("version"))
    return TicketRecord(phone_digits=values.pop("phone"), **values)


def read_code(text: str) -> str | None:
    """The 12 digits of a code in any grouping and digit set, or None."""
    digits = _SEPARATORS.sub("", to_latin_digits(text))
    is_code = len(digits) == TICKET_CODE_DIGITS and digits.isascii() and digits.isdigit()
    return digits if is_code else None


def shown(value: object) -> str:
    """A value as an error message quotes it: short, and of characters that every log can hold."""
    text = str(value).encode("utf-8", "replace").decode()
    return repr(text if len(text) <= 60 else text[:59] + "…")


def _quotable_code(value: object) -> str:
    if not isinstance(value, str):
        return ""
    return read_code(value) or value[:60].encode("utf-8", "replace").decode()


def _unknown(name: object) -> FieldError:
    near = difflib.get_close_matches(str(name).lower(), FIELDS, n=1)
    hint = f"did you mean {near[0]}?" if near else f"the fields are {', '.join(FIELDS)}"
    return FieldError(str(name)[:60], "unknown_field", f"{shown(name)} is no field; {hint}")


def _code(name: str, value: Any) -> str:
    text = _text(name, value)
    if text is None:
        raise _Wrong("required", "code is missing; it is the 12 digits on the receipt")
    code = read_code(text)
    if code is None:
        raise _Wrong(
            "malformed",
            f"code {shown(text)} is not 12 digits such as 010221070034"
            " (a spreadsheet drops a leading zero unless the column is text)",
        )
    return code


def _status(name: str, value: Any) -> str:
    text = _text(name, value)
    allowed = ", ".join(TICKET_STATUSES)
    if text is None:
        raise _Wrong("required", f"status is missing; it is one of {allowed}")
    if text.lower() not in TICKET_STATUSES:
        raise _Wrong("unknown_value", f"status {shown(text)} is unknown; it is one of {allowed}")
    return text.lower()


def _phone(name: str, value: Any) -> str | None:
    text = _text(name, value)
    if text is None:
        return None
    first = _BETWEEN_PHONES.split(text)[0]
    number = _PHONE_NOISE.sub("", to_latin_digits(first))
    if not _PHONE.fullmatch(number):
        # The message never repeats the value: it may be somebody's number with a typing error.
        raise _Wrong(
            "malformed", "phone is no telephone number of 8 to 15 digits; leave it out if unknown"
        )
    return number[-PHONE_DIGITS:]


def _day(name: str, value: Any) -> date | None:
    text = _text(name, value)
    if text is None:
        return None
    latin = to_latin_digits(text)
    try:
        if not _TIME_OF_DAY.fullmatch(latin[10:]):
            raise ValueError(latin)
        day = date.fromisoformat(latin[:10])
    except ValueError:
        message = f"{name} {shown(text)} is no date; write it as 2026-11-24"
        raise _Wrong("malformed", message) from None
    if not _FIRST_YEAR <= day.year <= _LAST_YEAR:
        message = f"{name} {shown(text)} is not between {_FIRST_YEAR} and {_LAST_YEAR} (Common Era)"
        raise _Wrong("malformed", message)
    return day


def _version_text(name: str, value: Any) -> int | None:
    text = _text(name, value)
    if text is None:
        return None
    latin = to_latin_digits(text)
    return _version(name, int(latin) if re.fullmatch(r"[0-9]{1,19}", latin) else text)


def _version(name: str, value: Any) -> int:
    if value is None:
        raise _Wrong("required", "version is missing; it grows with each change of the ticket")
    if isinstance(value, bool) or not isinstance(value, int):
        raise _Wrong("malformed", f"version {shown(value)} is no whole number")
    if not 0 <= value <= _NEWEST_VERSION:
        raise _Wrong("malformed", f"version must be between 0 and {_NEWEST_VERSION}")
    return value


def _text(name: str, value: Any) -> str | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise _Wrong("not_text", f"{name} must be text in quotation marks or null")
    text = value.strip()
    if text.lower() in _NOTHING:
        return None
    if any(ord(character) < 32 or 0xD800 <= ord(character) <= 0xDFFF for character in text):
        raise _Wrong("malformed", f"{name} holds a character that is no part of a text")
    longest = _LONGEST.get(name, 100)
    if len(text) > longest:
        raise _Wrong("too_long", f"{name} has {len(text)} characters; at most {longest}")
    return text


_READERS: dict[str, Callable[[str, Any], Any]] = {
    "code": _code,
    "site": _text,
    "sector": _text,
    "service": _text,
    "status": _status,
    "phone": _phone,
    "requested_on": _day,
    "expected_on": _day,
    "approved_on": _day,
    "delivered_on": _day,
}
