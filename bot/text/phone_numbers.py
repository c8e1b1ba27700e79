"""Phone numbers as people and gateways write them, in E.164.

Source: ITU-T E.164; Cambodia's country code is 855, its national prefix 0, its international 00.
"""

from __future__ import annotations

import re
import unicodedata

import phonenumbers

from bot.text.digits import to_latin_digits

_COUNTRY = "KH"
_SCHEME = re.compile(r"(?:sms|tel):(?://)?", re.IGNORECASE)
_WRITTEN = re.compile(r"\+?[0-9][0-9 ().\-]{5,24}")
_INTERNATIONAL_PREFIX = re.compile(r"\A00(?=[1-9])")


def phone_number(written: str) -> str | None:
    """The number in E.164 (`+85512345678`), or None for what is no phone number.

    `00855…` becomes `+855…`, the national `012…` too, and so does `855…`. Short codes and senders
    that are names are no phone numbers: nobody can be answered there.
    """
    plain = to_latin_digits(unicodedata.normalize("NFKC", written)).strip()
    plain = _SCHEME.sub("", plain, count=1).strip()
    if not _WRITTEN.fullmatch(plain):
        return None
    # phonenumbers knows that Cambodia dials 001 or 007 abroad, and reads 00855 as +55.
    plain = _INTERNATIONAL_PREFIX.sub("+", plain, count=1)
    try:
        number = phonenumbers.parse(plain, _COUNTRY)
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
