"""Numbers, money and dates as they are written in Khmer and in English."""

import datetime
import re
from typing import Literal

Language = Literal["km", "en"]

_LATIN = "0123456789"
_KHMER = "០១២៣៤៥៦៧៨៩"
_TO_LATIN = str.maketrans(_KHMER, _LATIN)
_TO_KHMER = str.maketrans(_LATIN, _KHMER)

# The letter o between digits, and in a word of three or more digits and o's: 2o23, oo42, 33o.
_O_FOR_ZERO = re.compile(r"(?<=\d)[oO]+(?=\d)|(?<!\w)(?=\w*\d)[\doO]{3,}(?!\w)")
_ZEROS = str.maketrans("oO", "00")

_LARGE_UNITS = ((10**9, "ពាន់លាន", "billion"), (10**6, "លាន", "million"))

# Names of the Gregorian months as in CLDR's km locale.
KHMER_MONTHS = (
    "មករា",
    "កុម្ភៈ",
    "មីនា",
    "មេសា",
    "ឧសភា",
    "មិថុនា",
    "កក្កដា",
    "សីហា",
    "កញ្ញា",
    "តុលា",
    "វិច្ឆិកា",
    "ធ្នូ",
)
ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)


def to_latin_digits(text: str) -> str:
    """`text` with Khmer digits as 0-9; the length stays."""
    return text.translate(_TO_LATIN)


def to_meant_digits(text: str) -> str:
    """`to_latin_digits`, and the letter o where it stands for a zero; the length stays."""
    return _O_FOR_ZERO.sub(lambda found: found[0].translate(_ZEROS), to_latin_digits(text))


def to_khmer_digits(text: str) -> str:
    """`text` with the digits 0-9 as Khmer digits; the length stays."""
    return text.translate(_TO_KHMER)


def format_number(number: int | float, language: Language) -> str:
    """`number` grouped by thousands: ១២,៣៤៥ in Khmer, 12,345 in English.

    Both group with a comma, as price boards and receipts in Cambodia do: the same figure must not
    look like another one to somebody who reads both.
    """
    english = f"{number:,}"
    return english if language == "en" else to_khmer_digits(english)


def format_riel(amount: int, language: Language) -> str:
    """`amount` of riel: ៣០,០០០ រៀល in Khmer, 30,000 riel in English."""
    unit = "riel" if language == "en" else "រៀល"
    return f"{format_number(amount, language)} {unit}"


def format_riel_in_words(amount: int, language: Language) -> str:
    """`amount` of riel as people say it: ៤៥០ លានរៀល, 450 million riel; three digits that count.

    Below a million every riel is told.
    """
    rounded = _three_digits(amount)
    for unit, khmer, english in _LARGE_UNITS:
        if rounded >= unit:
            number = format_number(_plain(rounded / unit), language)
            return f"{number} {english} riel" if language == "en" else f"{number} {khmer}រៀល"
    return format_riel(amount, language)


def format_share(share: float, language: Language) -> str:
    """A share of 1 in whole percent: ៤៥%, 45%; what is not nothing is never told as 0%."""
    percent = round(share * 100)
    if percent == 0 and share > 0:
        return "<1%" if language == "en" else "<១%"
    return f"{format_number(percent, language)}%"


def _three_digits(amount: int) -> int:
    return int(float(f"{amount:.3g}"))


def _plain(number: float) -> int | float:
    return int(number) if number == int(number) else round(number, 2)


def format_date(date: datetime.date, language: Language) -> str:
    """`date` written out: ២៣ វិច្ឆិកា ២០២៦ in Khmer, 23 November 2026 in English."""
    if language == "en":
        return f"{date.day} {ENGLISH_MONTHS[date.month - 1]} {date.year}"
    return to_khmer_digits(f"{date.day} {KHMER_MONTHS[date.month - 1]} {date.year}")
