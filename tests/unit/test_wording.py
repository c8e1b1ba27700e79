from __future__ import annotations

import string

import pytest
import yaml

from bot.errors import ChrokError
from bot.settings import PROJECT_ROOT
from bot.wording import LANGUAGES, Wording, wording

DOMAIN = yaml.safe_load((PROJECT_ROOT / "domain.yml").read_text(encoding="utf-8"))
RESPONSES = DOMAIN["responses"]
BUTTON_TITLE_CHARACTERS = 20


def _placeholders(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


def _variations(name: str) -> dict[str, dict]:
    return {row["condition"][0]["value"]: row for row in RESPONSES[name]}


@pytest.mark.parametrize("name", RESPONSES)
def test_every_response_says_the_same_in_both_languages(name):
    variations = _variations(name)
    assert set(variations) == set(LANGUAGES)
    khmer, english = variations["km"], variations["en"]
    assert _placeholders(khmer["text"]) == _placeholders(english["text"])
    payloads = [
        [button["payload"] for button in row.get("buttons", ())] for row in (khmer, english)
    ]
    assert payloads[0] == payloads[1]


@pytest.mark.parametrize("name", RESPONSES)
def test_button_titles_fit_the_narrowest_channel(name):
    for row in RESPONSES[name]:
        for button in row.get("buttons", ()):
            assert len(button["title"]) <= BUTTON_TITLE_CHARACTERS, button["title"]


@pytest.mark.parametrize("name", RESPONSES)
def test_khmer_responses_are_in_khmer_and_english_ones_are_not(name):
    khmer = [character for character in _variations(name)["km"]["text"] if "ក" <= character <= "៿"]
    english = [
        character for character in _variations(name)["en"]["text"] if "ក" <= character <= "៿"
    ]
    bilingual = {"utter_ask_language"}
    only_a_name = _variations(name)["km"]["text"] == "{place}"
    assert khmer or only_a_name
    assert not english or name in bilingual


def test_a_missing_response_is_named():
    with pytest.raises(ChrokError, match="utter_nothing in km"):
        wording().text("utter_nothing", "km")


def test_placeholders_are_filled():
    words = Wording(
        {
            "utter_x": [
                {
                    "text": "Fee: {fee}",
                    "condition": [{"type": "slot", "name": "language", "value": "en"}],
                }
            ]
        }
    )
    assert words.text("utter_x", "en", fee="1 riel") == "Fee: 1 riel"
