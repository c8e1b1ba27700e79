"""`flask channels setup messenger`: what Meta is told, and how a mistake is explained."""

from __future__ import annotations

import re

import pytest

from bot.settings import Settings
from tests.fakes.graph_api import OUR_APP_ID, graph_error
from tests.fakes.provider import Drop
from tests.unit.channels.messenger_samples import (
    SECRET,
    TOKEN,
    VERIFY,
    event_body,
    received,
)
from webhook import create_app
from webhook.channels.messenger_menu import ICE_BREAKERS, LOCALES, MENU, entries, words_behind
from webhook.channels.messenger_setup import FIELDS, profile

KHMER = re.compile("[ក-៿]")


@pytest.fixture
def set_up(graph, tmp_path):
    def run(webhook_answers=True, **changed):
        values = {
            "database_url": f"sqlite:///{tmp_path}/chrok.sqlite3",
            "queue_url": f"sqlite:///{tmp_path}/queue.sqlite3",
            "public_url": "https://chrok.example.org",
            "messenger_page_token": TOKEN,
            "messenger_app_secret": SECRET,
            "messenger_verify_token": VERIFY,
            "messenger_api_url": graph.address,
        } | changed
        app = create_app(Settings(**values))
        client = app.test_client()
        if webhook_answers:
            graph.webhook = lambda args: client.get("/webhooks/messenger", query_string=args).text
        return app.test_cli_runner().invoke(args=["channels", "setup", "messenger"])

    return run


def test_profile_and_subscriptions_reach_meta_as_it_wants_them(graph, set_up):
    result = set_up()
    assert result.exit_code == 0, result.output
    assert graph.profile == profile()
    assert graph.profile["get_started"] == {"payload": "GET_STARTED"}
    assert graph.page_fields == list(FIELDS)
    assert graph.app_subscription == {
        "object": "page",
        "callback_url": "https://chrok.example.org/webhooks/messenger",
        "verify_token": VERIFY,
        "fields": ",".join(FIELDS),
        "include_values": True,
    }
    for field in (
        *("messages", "messaging_postbacks", "messaging_referrals", "message_deliveries"),
        *("message_echoes", "messaging_handovers", "standby", "message_edits"),
    ):
        assert field in FIELDS


def test_it_says_what_it_did_and_what_to_set_next(set_up):
    lines = set_up().output.splitlines()
    assert lines[0] == "Page: Chrok for tests"
    assert f"set MESSENGER_APP_ID={OUR_APP_ID}" in lines[1]
    assert lines[-1] == "webhook: https://chrok.example.org/webhooks/messenger"
    assert any(line.startswith("menu in Khmer (for all others): ") for line in lines)
    assert any(line.startswith("menu in English: ") for line in lines)
    assert set_up(messenger_app_id=str(OUR_APP_ID)).output.splitlines()[1] == f"app: {OUR_APP_ID}"


def test_khmer_stands_under_default_and_english_under_its_locale():
    content = profile()
    for name in ("greeting", "ice_breakers", "persistent_menu"):
        khmer, english = content[name]
        assert (khmer["locale"], english["locale"]) == ("default", "en_US")
        assert KHMER.search(str(khmer))
        assert not KHMER.search(str(english))
    assert "not a person" in content["greeting"][1]["text"]
    assert "មិនមែនមនុស្ស" in content["greeting"][0]["text"]


def test_repeating_it_changes_nothing(graph, set_up):
    set_up()
    first = (graph.profile.copy(), graph.page_fields)
    assert set_up().exit_code == 0
    assert (graph.profile, graph.page_fields) == first


def test_without_https_only_the_webhook_is_left_out(graph, set_up):
    result = set_up(public_url="http://127.0.0.1:8080")
    assert result.exit_code == 0
    assert "NOT set, because PUBLIC_URL" in result.output
    assert graph.profile
    assert graph.app_subscription == {}


@pytest.mark.parametrize(
    ("changed", "setting"),
    [
        ({"messenger_page_token": "expired"}, "MESSENGER_PAGE_TOKEN is not valid"),
        ({"messenger_app_secret": "another"}, "MESSENGER_APP_SECRET is not that of the app"),
        ({"messenger_app_id": "42"}, "MESSENGER_APP_ID is 42"),
        ({"messenger_api_url": "http://127.0.0.1:9"}, "MESSENGER_API_URL: no answer"),
        (
            {
                "messenger_page_token": "",
                "messenger_app_secret": "",
                "messenger_verify_token": "",
            },
            "MESSENGER_PAGE_TOKEN, MESSENGER_APP_SECRET and MESSENGER_VERIFY_TOKEN are not set",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_a_mistake_is_explained_by_its_setting(graph, set_up, changed, setting):
    result = set_up(**changed)
    assert result.exit_code == 1
    assert setting in result.output
    assert SECRET not in result.output
    assert TOKEN not in result.output
    assert graph.profile == {}


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (graph_error(403, 200, message="Requires pages_messaging"), "lacks a permission"),
        (graph_error(400, 613), "in ten minutes"),
        (graph_error(400, 4), "in ten minutes"),
        (graph_error(500, 1, message="Please retry"), "Meta refused: (#1) Please retry"),
        (Drop(), "MESSENGER_API_URL: no answer"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_a_refusal_is_explained(graph, set_up, answer, words):
    graph.will(answer)
    result = set_up()
    assert result.exit_code == 1
    assert words in result.output


def test_a_webhook_that_does_not_answer_rightly_is_explained(set_up):
    result = set_up(webhook_answers=False)
    assert result.exit_code == 1
    assert "https://chrok.example.org/webhooks/messenger, made from PUBLIC_URL" in result.output
    assert "MESSENGER_VERIFY_TOKEN" in result.output
    assert VERIFY not in result.output


@pytest.mark.parametrize(("entry", "language"), list(entries((*MENU, *ICE_BREAKERS))))
def test_a_chosen_line_is_heard_as_our_own_words(entry, language):
    payload = entry.payload(language)
    (message,) = received(event_body(postback={"title": "/restart", "payload": payload})).messages
    assert (message.kind.value, message.button_token) == ("text", "")
    assert message.text == entry.words_in(language)
    assert bool(KHMER.search(message.text)) == (language == "km")


@pytest.mark.parametrize("payload", ["MENU_SERVICES", "MENU_SERVICES_XX", "menu_services_km", ""])
def test_only_names_of_the_table_mean_something(payload):
    assert words_behind(payload) == ""


def test_every_line_has_a_payload_of_its_own():
    payloads = [entry.payload(language) for entry, language in entries((*MENU, *ICE_BREAKERS))]
    assert len(set(payloads)) == len(payloads)
    assert set(LOCALES.values()) == {"km", "en"}
