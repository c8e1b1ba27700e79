"""Phone numbers in E.164."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.phone_numbers import phone_number


@pytest.mark.parametrize(
    "written",
    [
        *("+85510000001", "85510000001", "0085510000001", "00855 10 000 001", "010000001"),
        *("010 000 001", "010-000-001", "(+855) 10 000 001".replace("(", "").replace(")", "")),
        *("sms://85510000001", "sms:+85510000001", "tel:+85510000001", " +85510000001\n"),
        *("០១០ ០០០ ០០១", "＋85510000001", "+855 010 000 001"),
    ],
)
def test_every_way_to_write_a_cambodian_number_is_one_number(written):
    assert phone_number(written) == "+85510000001"


def test_other_countries_keep_their_code():
    assert phone_number("0014155550100") == phone_number("+1 415 555 0100") == "+14155550100"


@pytest.mark.parametrize(
    "written",
    [
        *("", " ", "1234", "1777", "CELLCARD", "Smart", "855", "00855", "+", "0", "00", "+855"),
        *("whatsapp:+85510000001", "+85510000001;ext=2", "abc85510000001", "1-800-FLOWERS"),
        *("+85510000001" * 3, "9" * 40, "+999123456789", "١٢٣٤٥٦٧٨٩", "\x0085510000001"),
    ],
)
def test_short_codes_names_and_nonsense_are_no_numbers(written):
    assert phone_number(written) is None


@given(st.text(max_size=30))
def test_a_number_is_e_164_or_nothing(written):
    number = phone_number(written)
    assert number is None or (number[0] == "+" and number[1:].isascii() and number[1:].isdigit())
