"""`flask channels setup telegram`: what Telegram is told, and how a mistake is explained."""

from __future__ import annotations

import re

import pytest

from bot.settings import Settings
from tests.fakes.bot_api import telegram_error, too_many_requests
from tests.fakes.provider import Delay, Drop
from tests.unit.channels.telegram_samples import SECRET, TOKEN, USERNAME
from webhook.app import create_app
from webhook.channels import telegram_setup
from webhook.channels.telegram_commands import NAMES, command_in
from webhook.translation import CATALOGUES, read_catalogue


@pytest.fixture
def set_up(bot_api, tmp_path):
    def run(**changed):
        values = {
            "database_url": f"sqlite:///{tmp_path}/chrok.sqlite3",
            "queue_url": f"sqlite:///{tmp_path}/queue.sqlite3",
            "public_url": "https://chrok.example.org",
            "telegram_bot_token": TOKEN,
            "telegram_secret_token": SECRET,
            "telegram_api_url": bot_api.address,
        } | changed
        app = create_app(Settings(**values))
        return app.test_cli_runner().invoke(args=["channels", "setup", "telegram"])

    return run


def test_the_webhook_is_set_with_its_secret_and_loses_no_waiting_update(bot_api, set_up):
    assert set_up().exit_code == 0
    assert bot_api.calls("setWebhook") == [
        {
            "url": "https://chrok.example.org/webhooks/telegram",
            "secret_token": SECRET,
            "allowed_updates": ["message", "edited_message", "callback_query", "my_chat_member"],
            "drop_pending_updates": False,
        }
    ]


def test_commands_and_descriptions_are_khmer_for_all_and_english_for_english(bot_api, set_up):
    set_up()
    for method in ("setMyCommands", "setMyDescription", "setMyShortDescription"):
        calls = {call["language_code"]: call for call in bot_api.calls(method)}
        assert set(calls) == {"", "km", "en"}
        texts = {code: str(next(iter(call.values()))) for code, call in calls.items()}
        assert texts[""] == texts["km"]
        assert re.search("[ក-៿]", texts["km"])
        assert not re.search("[ក-៿]", texts["en"])


def test_every_command_in_the_menu_means_something_in_both_languages(bot_api, set_up):
    set_up()
    for call in bot_api.calls("setMyCommands"):
        for command in call["commands"]:
            heard = command_in("/" + command["command"])
            assert heard.is_ours
            assert re.search("[ក-៿]", heard.meaning("km"))
            assert re.fullmatch("[A-Za-z ?]+", heard.meaning("en"))


def test_it_prints_what_it_did_and_never_the_secrets(bot_api, set_up):
    commands = " ".join("/" + name for name in NAMES)
    output = set_up(telegram_bot_username=USERNAME.lower()).output
    assert output.splitlines() == [
        "bot: @ChrokTestBot",
        "webhook: https://chrok.example.org/webhooks/telegram, for message, edited_message, "
        "callback_query, my_chat_member",
        f"commands in Khmer (for all others): {commands}",
        f"commands in Khmer: {commands}",
        f"commands in English: {commands}",
        "descriptions in Khmer (for all others)",
        "descriptions in Khmer",
        "descriptions in English",
    ]


def test_it_says_when_the_bot_cannot_join_groups(bot_api, set_up):
    bot_api.can_join_groups = False
    assert "@BotFather, /setjoingroups" in set_up().output


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"telegram_bot_token": "", "telegram_secret_token": ""}, "TELEGRAM_BOT_TOKEN and"),
        ({"public_url": "http://chrok.example.org"}, "PUBLIC_URL must begin with https://"),
        ({"public_url": "https://chrok.example.org:8080"}, "PUBLIC_URL must use port 443"),
        ({"public_url": "https://chrok.example.org:99999"}, "PUBLIC_URL must use port 443"),
        ({"public_url": "https://localhost"}, "PUBLIC_URL must be an address"),
        ({"public_url": "https://192.168.1.7"}, "PUBLIC_URL must be an address"),
        ({"telegram_bot_token": "7100000001:AAwrong"}, "TELEGRAM_BOT_TOKEN is not that of a bot"),
        ({"telegram_bot_token": "nonsense"}, "TELEGRAM_BOT_TOKEN is not that of a bot"),
        ({"telegram_bot_username": "OtherBot"}, "TELEGRAM_BOT_USERNAME is OtherBot"),
        ({"telegram_api_url": "http://127.0.0.1:9"}, "TELEGRAM_API_URL (connection)"),
    ],
)
def test_a_mistake_is_explained_by_the_setting_to_mend(bot_api, set_up, changed, words):
    result = set_up(**changed)
    assert result.exit_code == 1
    assert words in result.output
    for secret in (SECRET, "AAinvented", "AAwrong", "Traceback"):
        assert secret not in result.output
    assert bot_api.calls("setWebhook") == []


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (
            telegram_error(400, "Bad Request: bad webhook: Failed to resolve host"),
            "does not take https://chrok.example.org/webhooks/telegram, made from PUBLIC_URL: "
            "Bad Request: bad webhook: Failed to resolve host",
        ),
        (too_many_requests(9), "Telegram refused setWebhook: 429"),
        (Drop(), "no answer from TELEGRAM_API_URL"),
    ],
)
def test_a_webhook_that_telegram_refuses_is_explained(bot_api, set_up, answer, words):
    # getMe goes well.
    bot_api.will(Delay(0))
    bot_api.will(answer)
    result = set_up()
    assert result.exit_code == 1
    assert words in result.output


def test_the_catalogue_holds_exactly_what_the_profile_says():
    said = {command["description"] for command in telegram_setup.command_menu("en")}
    said |= {telegram_setup.DESCRIPTION, telegram_setup.SHORT_DESCRIPTION}
    catalogue = read_catalogue(CATALOGUES / "km/LC_MESSAGES/telegram.po", "km")
    assert {message.id for message in catalogue if message.id} == said
    assert all(re.search("[ក-៿]", str(message.string)) for message in catalogue if message.id)
