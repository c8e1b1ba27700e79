"""Concerns, masking and what a message says by itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.concerns import concern_in
from bot.services.feedback_reading import (
    aspects_answer,
    is_nothing,
    rating_answer,
    read,
    unit_answer,
)
from bot.services.masking import MASK, mask
from bot.text.digits import to_khmer_digits


@pytest.mark.parametrize(
    ("text", "concern"),
    [
        ("they asked me for extra money at Poipet", "bribery"),
        ("i had to pay a bribe", "bribery"),
        ("they charged me more than the official price", "bribery"),
        ("មន្ត្រីសុំលុយក្រៅពីខ្ញុំ", "bribery"),
        ("គេទារលុយខ្ញុំលើសតម្លៃ", "bribery"),
        ("តម្លៃបិទផ្សាយ៤ម៉ឺន តែគេយក១០ម៉ឺន", "bribery"),
        ("montrei som luy krom tok", "bribery"),
        ("មន្ត្រីគំរាមខ្ញុំ", "safety"),
        ("he threatened me and asked for a bribe", "safety"),
        ("មន្ត្រីរើសអើងអ្នកក្រ", "discrimination"),
        ("they treat poor people badly", "discrimination"),
        ("nobody asked for a bribe", None),
        ("it was fast and no one took money", None),
        ("គ្មានអ្នកណាទារលុយទេ", None),
        ("the officer was rude", None),
        ("សេវាល្អណាស់", None),
        ("សេវាយឺតណាស់", None),
    ],
)
def test_a_concern_is_recognised_and_a_denied_one_is_not(text, concern):
    assert concern_in(text) == concern


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("call me 0968881234 or +855 12 345 678", f"call me {MASK} or {MASK}"),
        ("ទូរស័ព្ទ ០១២៣៤៥៦៧៨", f"ទូរស័ព្ទ {MASK}"),
        ("my id is 010234567", f"my id is {MASK}"),
        ("ticket 0102 2107 0034", f"ticket {MASK}"),
        ("a.b@example.org wrote", f"{MASK} wrote"),
        ("Mr Sok Dara asked me for 50000 riel", f"Mr {MASK} asked me for 50000 riel"),
        ("ខ្ញុំឈ្មោះ សុខ ដារ៉ា រស់នៅទីនេះ", f"ខ្ញុំឈ្មោះ {MASK} រស់នៅទីនេះ"),
        ("លោក ចាន់ វណ្ណៈ ទារលុយខ្ញុំ", f"លោក {MASK} ទារលុយខ្ញុំ"),
        ("លោកមេភូមិសុំលុយ", "លោកមេភូមិសុំលុយ"),
        ("លោកអ្នកសូមជួយ", "លោកអ្នកសូមជួយ"),
        ("I paid 1,000,000 riel, not 100000", "I paid 1,000,000 riel, not 100000"),
        ("បង់ ៥០,០០០ រៀល", "បង់ ៥០,០០០ រៀល"),
    ],
)
def test_what_tells_who_somebody_is_is_masked_and_money_is_not(text, masked):
    assert mask(text) == masked


@given(st.integers(10**7, 10**11 - 1), st.booleans())
def test_no_long_number_survives(number, khmer):
    digits = f"0{number}"
    written = to_khmer_digits(digits) if khmer else digits
    assert written[2:-2] not in mask(f"លេខ {written} សូមទាក់ទង")


@given(st.text())
def test_masking_never_fails_and_is_stable(text):
    assert mask(mask(text)) == mask(text)


@pytest.mark.parametrize(
    ("text", "unit", "rating", "liked", "disliked", "is_statement"),
    [
        ("I want to give feedback", "", "", (), (), False),
        ("ខ្ញុំចង់ប្តឹង", "", "", (), (), False),
        ("i want to complain about the Poipet office", "", "", (), (), False),
        ("fast but expensive", "", "", ("delivery",), ("price",), True),
        ("សេវាយឺតណាស់ ចាំយូរ", "", "dissatisfied", (), ("delivery",), True),
        (
            "the district hall staff were friendly and fast",
            "district_hall",
            "satisfied",
            ("behaviour", "delivery"),
            (),
            True,
        ),
        (
            "អង្គភាពច្រកខេត្តបន្ទាយមានជ័យធ្វើការយឺត",
            "province_owsu",
            "dissatisfied",
            (),
            ("delivery",),
            True,
        ),
    ],
)
def test_a_message_is_read_for_what_it_says_itself(
    text, unit, rating, liked, disliked, is_statement
):
    said = read(text)
    assert (said.unit, said.rating, said.liked, said.disliked) == (unit, rating, liked, disliked)
    assert said.is_statement == is_statement


@pytest.mark.parametrize(
    ("text", "rating"),
    [
        ("1", "satisfied"),
        ("២", "acceptable"),
        ("៣", "dissatisfied"),
        ("ពេញចិត្ត", "satisfied"),
        ("មិនពេញចិត្ត", "dissatisfied"),
        ("not bad", "acceptable"),
        ("not good", "dissatisfied"),
        ("🙂", "satisfied"),
        ("4", ""),
        ("Poipet", ""),
    ],
)
def test_a_rating_is_a_number_a_word_or_a_face(text, rating):
    assert rating_answer(text) == rating


@pytest.mark.parametrize(
    ("text", "nothing"),
    [
        ("គ្មានទេ", True),
        ("Skip", True),
        ("No.", True),
        ("រួចហើយ!", True),
        ("គេមិនទាន់ប្រគល់លុយទេ", False),
        ("nobody answered me", False),
        ("there is no light in the office", False),
        ("ចាំយូរ", False),
    ],
)
def test_only_a_whole_answer_means_nothing(text, nothing):
    assert is_nothing(text) == nothing


def test_several_aspects_are_taken_at_once():
    offered = ["price", "information", "behaviour"]
    assert aspects_answer("១ ៣", offered) == ("price", "behaviour")
    assert aspects_answer("price and staff", offered) == ("price", "behaviour")
    assert aspects_answer("1, 7", offered) == ()
    assert unit_answer("2") == "district_hall"
