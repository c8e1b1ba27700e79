"""Read the cells of a budget file: amounts, years, codes, in Khmer or Latin digits.

Every function raises `ValueError` with a reason that says how to mend the cell.
"""

from __future__ import annotations

import re

from bot.text.digits import to_latin_digits

# Communes have had councils, and by that budgets of their own, since the elections of 2002.
FIRST_YEAR = 2002
# Beyond this an amount is a slip: it is over ten times the whole state's budget of a year.
LARGEST_AMOUNT = 10**15
_BUDDHIST_YEARS_AHEAD = 543
_KINDS = {
    **{"revenue": "revenue", "income": "revenue", "ចំណូល": "revenue"},
    **{"expenditure": "expenditure", "expense": "expenditure", "ចំណាយ": "expenditure"},
}
_TOTAL_WORDS = frozenset({"total", "សរុប"})
_CURRENCY = re.compile(r"\s*(?:៛|រៀល|riels?|khr)\s*$", re.IGNORECASE)
_GROUPED = re.compile(r"\d{1,3}(?:([,. \u00a0\u202f])\d{3})(?:\1\d{3})*")
# The same with cents, which riel do not have: 1,200,000.00 and 1.200.000,00.
_WITH_DECIMALS = re.compile(r"(\d+|\d{1,3}(?:,\d{3})+)\.0{1,2}|(\d{1,3}(?:\.\d{3})+),0{1,2}")
_WHOLE = re.compile(r"\d+")
_NEGATIVE = re.compile(r"[-−–]\s*\d.*|\(\s*\d.*\)")


def read_amount(text: str) -> int | None:
    """An amount of riel, or None for an empty cell: nothing is known.

    Thousands may be set apart by commas, dots or spaces; dots at least twice, since 1.234 may as
    well be a decimal.
    """
    written = _CURRENCY.sub("", to_latin_digits(text)).strip()
    if not written:
        return None
    if _NEGATIVE.fullmatch(written):
        raise ValueError(f"is negative: {text!r}; amounts are 0 or more")
    with_decimals = _WITH_DECIMALS.fullmatch(written)
    whole = written[: max(map(written.rfind, ".,"))] if with_decimals else written
    grouped = _GROUPED.fullmatch(whole)
    if grouped and (with_decimals or grouped[1] != "." or whole.count(".") > 1):
        whole = re.sub(r"\D", "", whole)
    if not _WHOLE.fullmatch(whole):
        raise ValueError(
            f"is no whole amount of riel: {text!r}; write it like 1200000, or leave it empty if "
            "it is not known"
        )
    if int(whole) > LARGEST_AMOUNT:
        raise ValueError(f"is too large to be true: {text!r}; amounts are in riel")
    return int(whole)


def read_year(text: str, this_year: int) -> int:
    """A fiscal year, which is the calendar year; the next one may be planned already."""
    digits = to_latin_digits(text.strip())
    if not _WHOLE.fullmatch(digits):
        raise ValueError(f"is no year: {text!r}; write it like 2022")
    year = int(digits)
    if FIRST_YEAR <= year <= this_year + 1:
        return year
    if FIRST_YEAR <= year - _BUDDHIST_YEARS_AHEAD <= this_year + 1:
        common = year - _BUDDHIST_YEARS_AHEAD
        raise ValueError(f"is a Buddhist year: {text!r}; write the fiscal year, perhaps {common}")
    raise ValueError(f"must be from {FIRST_YEAR} to {this_year + 1}, not {text!r}")


def read_place_code(text: str) -> str:
    """An NCDD code of 2, 4 or 6 digits; the zero that a spreadsheet dropped is put back."""
    digits = to_latin_digits(text.strip())
    if not re.fullmatch(r"\d{1,6}", digits):
        raise ValueError(
            f"is no NCDD code: {text!r}; a code has 2 digits for a province, 4 for a district, 6 "
            "for a commune"
        )
    return digits.zfill(len(digits) + len(digits) % 2)


def read_kind(text: str) -> str:
    """`revenue` or `expenditure`, also as ចំណូល or ចំណាយ."""
    kind = _KINDS.get(text.strip().lower())
    if kind is None:
        raise ValueError(f"must be revenue or expenditure, not {text!r}")
    return kind


def read_chapter(text: str) -> str:
    """A chapter of 2 digits; empty, or the word total, for a line that sums up all chapters."""
    digits = to_latin_digits(text.strip())
    if digits.lower() in {"", *_TOTAL_WORDS}:
        return ""
    if not re.fullmatch(r"\d{1,2}", digits):
        raise ValueError(f"must be a chapter of 2 digits, not {text!r}")
    return digits.zfill(2)


def read_account(text: str, chapter: str | None) -> str:
    """An account of 4 digits or a sub-account of 5 inside the chapter; empty for a whole chapter.

    `chapter` is None where it could not be read.
    """
    digits = to_latin_digits(text.strip())
    if not digits:
        return ""
    if chapter and chapter.startswith("0") and len(digits) == 3:
        digits = f"0{digits}"
    if not re.fullmatch(r"\d{4,5}", digits):
        raise ValueError(f"must be an account of 4 digits or a sub-account of 5, not {text!r}")
    if chapter is not None and not (chapter and digits.startswith(chapter)):
        raise ValueError(
            f"is not in chapter {chapter}: {text!r}; an account begins with its chapter"
            if chapter
            else f"stands without a chapter: {text!r}; write its chapter, {digits[:2]}"
        )
    return digits
