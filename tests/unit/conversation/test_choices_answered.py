from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.choices_answered import choice_answered
from bot.text.digits import to_khmer_digits

VEHICLES = ["Motorcycle", "Car", "Lorry (over 3 tonnes)"]
KHMER = ["ម៉ូតូ", "រថយន្តធុនតូច", "រថយន្តធុនធំ"]
YES_NO = ["បាទ/ចាស", "ទេ"]


@pytest.mark.parametrize(
    ("text", "titles", "place"),
    [
        *((text, VEHICLES, 1) for text in ("2", "២", " 2. ", "2)", "no. 2", "លេខ ២", "2. Car")),
        *((text, VEHICLES, 1) for text in ("car", "CAR", "Car.", "second", "ពីរ", "two", "pii")),
        *((text, VEHICLES, 0) for text in ("motorcycle", "motorcycel", "motrcycle", "motor", "1")),
        *((text, VEHICLES, 2) for text in ("lorry", "lory", "over 3 tonnes", "last", "3")),
        *((text, KHMER, 0) for text in ("ម៉ូតូ", "មូតូ", "១", "ម៉ូ\u200bតូ", "មួយ")),
        *((text, KHMER, 1) for text in ("រថយន្តធុនតូច", "រថយន្ត ធុនតូច", "រថយនតធុនតូច")),
        *((text, YES_NO, 0) for text in ("បាទ", "ចាស", "1")),
        *((text, YES_NO, 1) for text in ("ទេ", "២")),
    ],
)
def test_a_choice_is_known_by_number_word_or_typo(text, titles, place):
    assert choice_answered(text, titles) == place


@pytest.mark.parametrize(
    ("text", "titles"),
    [
        *(
            (text, VEHICLES)
            for text in ("", "0", "4", "99", "2023", "012345678", "?", "cat", "bus")
        ),
        *((text, VEHICLES) for text in ("how much is a car", "car and motorcycle", "hello")),
        ("រថយន្ត", KHMER),
        ("1", []),
        ("two", ["a"]),
    ],
)
def test_anything_else_chooses_nothing(text, titles):
    assert choice_answered(text, titles) is None


@given(st.integers(1, 20), st.integers(0, 40))
def test_a_number_chooses_its_place_in_either_digit_set_or_nothing(count, number):
    titles = [f"title {chr(97 + place)}" for place in range(count)]
    chosen = number - 1 if 1 <= number <= count else None
    assert choice_answered(str(number), titles) == chosen
    assert choice_answered(to_khmer_digits(str(number)), titles) == chosen


@given(st.lists(st.text(min_size=1, max_size=12), max_size=5), st.text(max_size=30))
def test_a_choice_is_always_among_those_offered(titles, text):
    place = choice_answered(text, titles)
    assert place is None or 0 <= place < len(titles)
