"""Numbers, money and dates as they are written in Khmer and in English."""

import datetime
from typing import Literal

Language = Literal["km", "en"]

_LATIN = "0123456789"
_KHMER = "០១២៣៤៥៦៧៨៩"
_TO_LATIN = str.maketrans(_KHMER, _LATIN)
_TO_KHMER = str.maketrans(_LATIN, _KHMER)

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


def format_date(date: datetime.date, language: Language) -> str:
    """`date` written out: ២៣ វិច្ឆិកា ២០២៦ in Khmer, 23 November 2026 in English."""
    if language == "en":
        return f"{date.day} {ENGLISH_MONTHS[date.month - 1]} {date.year}"
    return to_khmer_digits(f"{date.day} {KHMER_MONTHS[date.month - 1]} {date.year}")
