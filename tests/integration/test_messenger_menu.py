"""Every line of Messenger's menu and first questions is understood by the real engine."""

from __future__ import annotations

import pytest

from bot.text.digits import to_latin_digits
from bot.wording import LANGUAGES, wording
from tests.messenger_client import MessengerCitizen
from tests.not_understood import not_understood_in
from tests.stack import wait_until
from webhook.channels.messenger_menu import ICE_BREAKERS, MENU, entries

pytestmark = pytest.mark.engine
LINES = {
    (entry, language): entry.payload(language)
    for entry, language in entries((*MENU, *ICE_BREAKERS))
}
_SAYS = {
    "MENU_LANGUAGE": ["choose a language", "ជ្រើសរើសភាសា"],
    "MENU_STOP": ["no more notices", "មិនផ្ញើដំណឹង"],
    "MENU_FORGET": ["cannot be brought back", "មិនអាចយកមកវិញបានទេ"],
    "ASK_FEE": ["30,000"],
    "ASK_OFFICE": ["Poipet", "ប៉ោយប៉ែត"],
}


@pytest.fixture(scope="module")
def answers(stack, graph_api):
    """What each line was answered with, by its payload."""
    citizens = {}
    for payload in LINES.values():
        citizen = citizens[payload] = MessengerCitizen(stack, graph_api)
        # The title is whatever Messenger shows: what counts is the payload.
        citizen.sends({"postback": {"title": "/restart", "payload": payload}})
    for citizen in citizens.values():
        wait_until(lambda citizen=citizen: citizen.read != [], 120, "an answer")
    return {payload: "\n".join(citizen.read) for payload, citizen in citizens.items()}


@pytest.mark.parametrize("payload", LINES.values())
def test_a_chosen_line_is_understood(answers, payload):
    said = to_latin_digits(answers[payload])
    assert not_understood_in(said) == []
    wanted = _SAYS.get(payload[:-3], [""])
    assert any(words in said for words in wanted), said


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_is_answered_in_the_language_it_was_chosen_in(answers, language):
    said = answers[f"MENU_FORGET_{language.upper()}"]
    assert said == wording().text("utter_forget_me_confirm", language)
