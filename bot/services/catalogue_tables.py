"""The catalogue's tables as people edit them: columns, what a cell may hold, how it is written.

Everything follows from the models; a new column needs no change here.
"""

from __future__ import annotations

import math
import re
import unicodedata
from dataclasses import dataclass
from datetime import date
from typing import Any, cast

from sqlalchemy import Boolean, Column, Date, Float, Integer, String, Text
from sqlalchemy import Table as SqlTable
from sqlalchemy.sql import sqltypes
from sqlalchemy.sql.schema import ScalarElementColumnDefault

from bot.db.models import (
    Base,
    FeeTier,
    Office,
    RequiredDocument,
    Sector,
    Service,
    ServicePhrase,
)

Value = str | int | float | bool | date | None
Record = dict[str, Value]
Key = tuple[Value, ...]

_SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
# 30,000 as in English, 30.000 as in Khmer; these columns hold whole numbers only.
_GROUPED_DIGITS = re.compile(r"\d{1,3}([., \u00a0\u202f]\d{3})+")
_DAY_MONTH_YEAR = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})")
_WORDS_FOR_TRUE = {"yes": True, "true": True, "1": True, "no": False, "false": False, "0": False}
_LARGEST_INTEGER = 2**31 - 1
# Exact in a spreadsheet, whose numbers are doubles.
_LARGEST_BIG_INTEGER = 2**53
_BOUNDS = {"latitude": 90, "longitude": 180}


@dataclass(frozen=True)
class Table:
    """One table of the catalogue; `key` names a row, `owner` says to which service it belongs."""

    name: str
    model: type[Base]
    key: tuple[str, ...]
    owner: str

    @property
    def sql_table(self) -> SqlTable:
        """The database's table."""
        return cast(SqlTable, self.model.__table__)

    @property
    def columns(self) -> dict[str, Column[Any]]:
        """The columns that people see: all but a number that only the database uses."""
        return {
            column.name: column
            for column in self.sql_table.columns
            if not (column.name == "id" and isinstance(column.type, Integer))
        }

    def key_of(self, record: Record) -> Key:
        """What names the row."""
        return tuple(record[name] for name in self.key)


# In the order in which rows may be added: a row comes after those it refers to.
TABLES = {
    table.name: table
    for table in (
        Table("sectors", Sector, ("id",), "id"),
        Table("services", Service, ("id",), "id"),
        Table("fee_tiers", FeeTier, ("service_id", "position"), "service_id"),
        Table("required_documents", RequiredDocument, ("service_id", "position"), "service_id"),
        Table("offices", Office, ("id",), "id"),
        Table("service_phrases", ServicePhrase, ("service_id", "phrase"), "service_id"),
    )
}
# Tables whose rows belong to a service and go with it.
TABLES_OF_A_SERVICE = ("fee_tiers", "required_documents", "service_phrases")


def is_required(column: Column[Any]) -> bool:
    """Whether a row cannot do without this column."""
    return not column.nullable and column.default is None


def default_of(column: Column[Any]) -> Value:
    """What a new row holds where the file has no such column or an empty cell."""
    default = column.default
    if not isinstance(default, ScalarElementColumnDefault):
        return None
    value: Value = default.arg
    return value


def parse_cell(column: Column[Any], text: str) -> Value:
    """The value of a cell; an empty one is the column's default.

    Khmer digits count as digits. Raises `ValueError` with a reason for a person.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if not text:
        if is_required(column):
            raise ValueError("is empty, but every row needs it")
        return default_of(column)
    if isinstance(column.type, Boolean):
        return _parse_boolean(text)
    if isinstance(column.type, Integer):
        return _parse_integer(column, text)
    if isinstance(column.type, Float):
        return _parse_decimal(column, text)
    if isinstance(column.type, Date):
        return _parse_date(text)
    return _parse_text(column, text)


def format_cell(value: Value) -> str:
    """The value as `parse_cell` reads it back."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return value.isoformat()
    return str(value)


def _parse_boolean(text: str) -> bool:
    try:
        return _WORDS_FOR_TRUE[text.lower()]
    except KeyError:
        raise ValueError(f"must be yes or no, not {text!r}") from None


def _parse_integer(column: Column[Any], text: str) -> int:
    digits = re.sub(r"\D", "", text) if _GROUPED_DIGITS.fullmatch(text) else text
    if not re.fullmatch(r"\d+", digits):
        raise ValueError(f"must be a whole number of zero or more, not {text!r}")
    big = isinstance(column.type, sqltypes.BigInteger)
    if int(digits) > (_LARGEST_BIG_INTEGER if big else _LARGEST_INTEGER):
        raise ValueError(f"is too large: {text}")
    return int(digits)


def _parse_decimal(column: Column[Any], text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        raise ValueError(f"must be a number such as 11.5564, not {text!r}") from None
    bound = _BOUNDS.get(column.name, math.inf)
    if not math.isfinite(value) or abs(value) > bound:
        raise ValueError(f"must lie between -{bound} and {bound}, not {text!r}")
    return value


def _parse_date(text: str) -> date:
    western = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    reversed_date = _DAY_MONTH_YEAR.fullmatch(western)
    try:
        if reversed_date:
            day, month, year = (int(part) for part in reversed_date.groups())
            return date(year, month, day)
        return date.fromisoformat(western)
    except ValueError:
        raise ValueError(f"must be a date such as 2026-11-23, not {text!r}") from None


def _parse_text(column: Column[Any], text: str) -> str:
    if any(_is_unprintable(character) for character in text):
        raise ValueError("holds a control character; type the cell again")
    if column.name == "place_code":
        text = _place_code(text)
    kind = column.type
    if isinstance(kind, String) and not isinstance(kind, Text):
        limit = kind.length or 0
        if limit and len(text) > limit:
            raise ValueError(f"has {len(text)} characters, {limit} at most")
    if column.name in ("id", "service_id", "sector_id") and not _SLUG.fullmatch(text):
        raise ValueError(f"must be small letters, digits and single hyphens, not {text!r}")
    choices = column.info.get("choices")
    if choices and text not in choices:
        raise ValueError(f"must be one of {', '.join(choices)}, not {text!r}")
    if column.info.get("url") and not re.match(r"https?://\S+$", text):
        raise ValueError(f"must be an address that begins with https:// or http://, not {text!r}")
    return text


def _is_unprintable(character: str) -> bool:
    # What XML, and so a spreadsheet, cannot hold.
    if character in "\n\t":
        return False
    return unicodedata.category(character) in ("Cc", "Cs") or ord(character) & 0xFFFE == 0xFFFE


def _place_code(text: str) -> str:
    """An NCDD code; a spreadsheet that took it for a number has dropped the leading zero."""
    digits = "".join(str(unicodedata.digit(c)) if c.isdigit() else c for c in text)
    return digits.zfill(len(digits) + len(digits) % 2)
