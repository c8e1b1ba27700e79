import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.digits import (
    format_date,
    format_number,
    format_riel,
    to_khmer_digits,
    to_latin_digits,
    to_meant_digits,
)


@given(st.text())
def test_digits_go_there_and_back_without_changing_the_length(text: str) -> None:
    khmer = to_khmer_digits(text)
    assert len(khmer) == len(text)
    assert not set(khmer) & set("0123456789")
    assert to_latin_digits(khmer) == to_latin_digits(text)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2o23", "2023"),
        ("២O២៤", "2024"),
        ("o12 345 678", "012 345 678"),
        ("0107241100o5", "010724110005"),
        ("1o32411oo52", "10324110052"),
        ("100o", "1000"),
        ("O3O1 22O4 OO1O", "0301 2204 0010"),
        ("ooo", "ooo"),
        ("2 o'clock", "2 o'clock"),
        ("4oclock", "4oclock"),
        ("no 23", "no 23"),
        ("ot mean 3", "ot mean 3"),
    ],
)
def test_the_letter_o_among_digits_is_a_zero(written: str, meant: str) -> None:
    assert to_meant_digits(written) == meant


@pytest.mark.parametrize(
    ("amount", "khmer", "english"),
    [
        (0, "០ រៀល", "0 riel"),
        (500, "៥០០ រៀល", "500 riel"),
        (30000, "៣០,០០០ រៀល", "30,000 riel"),
        (1234567890, "១,២៣៤,៥៦៧,៨៩០ រៀល", "1,234,567,890 riel"),
    ],
)
def test_money_is_written_as_offices_write_it(amount: int, khmer: str, english: str) -> None:
    assert format_riel(amount, "km") == khmer
    assert format_riel(amount, "en") == english


def test_fractions_take_a_point_in_both_languages() -> None:
    assert format_number(12345.6, "km") == "១២,៣៤៥.៦"
    assert format_number(12345.6, "en") == "12,345.6"


@pytest.mark.parametrize(
    ("date", "khmer", "english"),
    [
        (datetime.date(2026, 11, 23), "២៣ វិច្ឆិកា ២០២៦", "23 November 2026"),
        (datetime.date(2026, 1, 1), "១ មករា ២០២៦", "1 January 2026"),
        (datetime.date(2025, 2, 28), "២៨ កុម្ភៈ ២០២៥", "28 February 2025"),
    ],
)
def test_dates_are_written_out(date: datetime.date, khmer: str, english: str) -> None:
    assert format_date(date, "km") == khmer
    assert format_date(date, "en") == english
