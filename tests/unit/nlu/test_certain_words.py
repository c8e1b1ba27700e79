"""Entities that words and patterns name by themselves: phone digits, ratings, languages."""

import pytest

from bot.nlu.phone_digits import find_phone_digits
from bot.nlu.possible_entities import Intents
from bot.nlu.rating_words import find_rating
from bot.text.language_names import language_named, languages_in_khmer
from bot.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("321", "321"),
        ("៩៩១បង", "៩៩១"),
        ("lek 1234", "1234"),
        ("the last digits are 0321", "0321"),
        ("ticket is lost, my phone ends with 118", "118"),
        ("លេខ៣ខ្ទង់ចុងក្រោយគឺ 214", "214"),
        ("46\u200b71", "46\u200b71"),
        ("3o4", "3o4"),
        ("012 000 000", "012 000 000"),
        ("លេខខ្ញុំ ០១២ ០០០ ០០០", "០១២ ០០០ ០០០"),
        ("+855 12 000 000", "+855 12 000 000"),
    ],
)
def test_phone_digits_are_found_in_either_digit_set(text: str, digits: str) -> None:
    assert [text[start:end] for start, end in find_phone_digits(text)] == [digits]


@pytest.mark.parametrize(
    "text",
    [
        "125cc",
        "២០០ម៉ែត្រ",
        "ក្រោម១០០",
        "more than 200",
        "$100",
        "100 dollars",
        "2023",
        "២៥៦៧",
        "i waited 120 minutes in the heat with my old mother",
        "12",
    ],
)
def test_measures_amounts_and_years_are_no_phone_digits(text: str) -> None:
    assert find_phone_digits(text) == []


@pytest.mark.parametrize(
    ("text", "asked", "rating"),
    [
        ("I am satisfied with the office", False, "satisfied"),
        ("i am not happy with how they treated us", False, "dissatisfied"),
        ("ខ្ញុំមិនសូវពេញចិត្តទេ", False, "dissatisfied"),
        ("knhom ot penh chet te", False, "dissatisfied"),
        ("សេវាអាចទទួលយកបាន តែចាំយូរ", False, "acceptable"),
        ("the staff are good", False, None),
        ("knhom khoeng nas", False, "dissatisfied"),
        ("ខ្ញុំធុញទ្រាន់នឹងរង់ចាំ", False, "dissatisfied"),
        ("យាយត្រេកអរណាស់", False, "satisfied"),
        ("ខ្ញុំមិនសុខចិត្តទេ", False, "dissatisfied"),
        ("អតពេញចិត្ត", False, "dissatisfied"),
        ("really good", True, "satisfied"),
        ("not bad", True, "acceptable"),
        ("មិនល្អមិនអាក្រក់", True, "acceptable"),
        ("អន់ណាស់", True, "dissatisfied"),
        ("dissatisfied", True, "dissatisfied"),
        ("ល្អបង្គួរ", True, "acceptable"),
        ("poipet", True, None),
        ("I'm happy", False, "satisfied"),
        ("no, I am happy", False, "satisfied"),
        ("m pen jet te", False, "dissatisfied"),
        ("can't say I'm happy", False, "dissatisfied"),
        ("I don't like it", True, "dissatisfied"),
        ("no good at all", True, "dissatisfied"),
        ("មិន happy", False, "dissatisfied"),
        ("ពុំពេញចិត្ត", False, "dissatisfied"),
        ("មិនដែលពេញចិត្តទេ", False, "dissatisfied"),
        ("ពេញចិត្តមិនបានទេ", False, "dissatisfied"),
        ("មិនអាចទទួលយកបាន", False, "dissatisfied"),
        ("មិនមែនមិនពេញចិត្តទេ", False, "acceptable"),
        ("more or less satisfied", False, "acceptable"),
        ("penh chet tech tuoch", False, "acceptable"),
        ("ពេញចិត្តខ្លះៗ", False, "acceptable"),
    ],
)
def test_how_satisfied_somebody_says_to_be(text: str, asked: bool, rating: str | None) -> None:
    found = find_rating(normalise(text), asked)
    assert (found[0] if found else None) == rating


@pytest.mark.parametrize(
    ("word", "language"),
    [
        ("english", "en"), ("inglish", "en"), ("englsh", "en"), ("angkles", "en"), ("eng", "en"),
        ("khmer", "km"), ("kmer", "km"), ("khmae", "km"), ("cambodian", "km"),
        ("polish", None), ("kh", "km"), ("her", None), ("cambodia", None),
        ("english-speaking", None),
    ],
)  # fmt: skip
def test_languages_are_known_however_misspelt(word: str, language: str | None) -> None:
    assert language_named(word) == language


def test_languages_in_khmer_script() -> None:
    text = normalise("ឆ្លើយជាភាសាអង់គ្លេស មិនមែនខ្មែរទេ")
    found = [(value, text[start:end]) for value, start, end in languages_in_khmer(text)]
    assert found == [("en", normalise("ភាសាអង់គ្លេស")), ("km", normalise("ខ្មែរ"))]


KHMER_WIFE = {"intent": "change_language", "start": 30, "end": 43}


@pytest.mark.parametrize(
    ("whole", "clauses", "entity", "start", "allowed"),
    [
        ("ask_service", [], "aspect", 0, True),
        ("ask_budget", [], "aspect", 0, False),
        ("out_of_scope", [], "place", 0, False),
        ("give_feedback", [], "place", 0, True),
        ("forget_me", [], "phone_digits", 0, True),
        ("ask_service", [{**KHMER_WIFE, "confidence": 0.9}], "language", 35, True),
        ("ask_service", [{**KHMER_WIFE, "confidence": 0.5}], "language", 35, False),
        ("ask_service", [{**KHMER_WIFE, "confidence": 0.9}], "language", 5, False),
    ],
)
def test_an_entity_stands_where_the_message_or_its_clause_can_hold_it(
    whole: str, clauses: list[dict[str, object]], entity: str, start: int, allowed: bool
) -> None:
    assert Intents(whole, clauses).allow({"entity": entity, "start": start}) == allowed
