"""Every command of Telegram's menu is understood by the real engine."""

from __future__ import annotations

import pytest

from bot.wording import LANGUAGES
from tests.not_understood import not_understood_in
from tests.telegram_client import citizen_id, say, wait_for_reply, words_of
from webhook.channels.telegram_commands import NAMES

pytestmark = pytest.mark.engine
_SAYS = {
    "start": ["a bot, not a person", "មិនមែនមនុស្សទេ"],
    "menu": ["What would you like to know", "តើលោកអ្នកចង់ដឹងអំពីអ្វី"],
    "language": ["choose a language", "ជ្រើសរើសភាសា"],
    "stop": ["no more notices", "មិនផ្ញើដំណឹង"],
    "forget": ["cannot be brought back", "មិនអាចយកមកវិញបានទេ"],
}


@pytest.fixture(scope="module")
def answers(stack, bot_api):
    """What each command was answered with, by its name and language."""
    citizens = {(name, language): citizen_id() for name in NAMES for language in LANGUAGES}
    for (name, language), citizen in citizens.items():
        sender = {"id": citizen, "is_bot": False, "language_code": language}
        say(stack, citizen, text=f"/{name}", **{"from": sender})
    return {
        command: "\n".join(words_of(message) for message in wait_for_reply(bot_api, citizen))
        for command, citizen in citizens.items()
    }


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", NAMES)
def test_a_command_is_understood_and_answered_in_its_language(answers, name, language):
    said = answers[name, language]
    assert not_understood_in(said) == []
    assert any(words in said for words in _SAYS.get(name, [""])), said
    khmer = any("ក" <= character <= "៿" for character in said)
    assert khmer == (language == "km") or name == "language"
