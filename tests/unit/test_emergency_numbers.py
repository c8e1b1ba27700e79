"""The numbers that somebody in danger is told to call are emergency numbers of Cambodia."""

import re

import phonenumbers
import pytest

from bot.text.digits import to_latin_digits
from bot.wording import wording

IN_DANGER = ("utter_danger", "utter_feedback_ask_share_safety")


@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("response", IN_DANGER)
def test_every_number_in_words_to_somebody_in_danger_reaches_an_emergency_service(
    response, language
):
    words = to_latin_digits(wording().text(response, language, concern=""))
    numbers = re.findall(r"\d+", words)
    assert numbers
    assert all(phonenumbers.is_emergency_number(number, "KH") for number in numbers)
