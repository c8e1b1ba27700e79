"""Telegram from the webhook to the bytes at the Bot API, through the real engine."""

from __future__ import annotations

import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import select

from bot.db.models import Contact, StoredOutbound
from tests.fakes.bot_api import BLOCKED, too_many_requests
from tests.stack import TELEGRAM, wait_until
from tests.telegram_client import (
    BOT,
    citizen_id,
    contact_of,
    post,
    said_by,
    say,
    stored_of,
    update,
    wait_for_reply,
    wait_for_words,
    words_of,
)

pytestmark = pytest.mark.engine
KHMER_QUESTION = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"


def test_a_khmer_question_ends_in_the_right_bytes_at_the_provider(stack, bot_api):
    citizen = citizen_id()
    say(stack, citizen, text=KHMER_QUESTION)
    wait_for_words(bot_api, citizen, "៣០,០០០ រៀល")
    said = "\n".join(words_of(message) for message in bot_api.messages(citizen))
    for words in ("១០ ថ្ងៃធ្វើការ", "mpwt.gov.kh"):
        assert words in said
    request = next(
        request
        for request in bot_api.requests
        if request.path.endswith("/sendMessage") and request.json()["chat_id"] == citizen
    )
    assert request.path == f"/bot{TELEGRAM['TELEGRAM_BOT_TOKEN']}/sendMessage"
    assert request.headers["content-type"] == "application/json"
    assert "parse_mode" not in request.json()
    assert {"chat_id": citizen, "action": "typing"} in bot_api.calls("sendChatAction")


@pytest.mark.parametrize("secret", ["", "wrong", TELEGRAM["TELEGRAM_SECRET_TOKEN"].upper()])
def test_a_request_without_the_secret_stores_nothing_and_gets_403(stack, secret):
    citizen = citizen_id()
    answer = post(stack, update(message=said_by(citizen, text=KHMER_QUESTION)), secret)
    assert answer.status_code == 403
    assert answer.text == ""
    assert contact_of(stack, citizen) is None


def test_the_same_request_ten_times_at_once_is_stored_and_answered_once(stack, bot_api):
    citizen = citizen_id()
    body = update(message=said_by(citizen, text="how much is a driving test for a car"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: post(stack, body), range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    wait_for_words(bot_api, citizen, "90,000 riel")
    # A second message is answered after whatever the first one still had to say.
    say(stack, citizen, text="goodbye")
    wait_for_words(bot_api, citizen, "Goodbye")
    prices = [m for m in bot_api.messages(citizen) if "90,000 riel" in words_of(m)]
    assert len(prices) == 1
    assert stored_of(stack, citizen) == 2


@pytest.mark.parametrize("with_message", [True, False])
def test_a_button_goes_on_with_the_question(stack, bot_api, with_message):
    citizen = citizen_id()
    say(stack, citizen, text="how much is the driving test")
    asked = wait_for_reply(bot_api, citizen)[-1]
    keyboard = asked["reply_markup"]["inline_keyboard"]
    assert len(keyboard[0][0]["callback_data"].encode()) <= 64
    assert "{" not in keyboard[0][0]["callback_data"], "the payload must not leave the server"
    query = {
        "id": uuid.uuid4().hex,
        "from": {"id": citizen, "is_bot": False, "first_name": "Invented"},
        "chat_instance": "1",
        "data": keyboard[0][0]["callback_data"],
    }
    if with_message:
        query["message"] = {**said_by(citizen, reply_markup=asked["reply_markup"]), "from": BOT}
    assert post(stack, update(callback_query=query)).status_code == 200
    wait_for_words(bot_api, citizen, "30,000 riel")
    assert {"callback_query_id": query["id"]} in bot_api.calls("answerCallbackQuery")


def test_a_button_of_somebody_else_does_nothing_of_theirs(stack, bot_api):
    first, second = citizen_id(), citizen_id()
    say(stack, first, text="how much is the driving test")
    asked = wait_for_reply(bot_api, first)[-1]
    token = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = {"id": uuid.uuid4().hex, "from": {"id": second, "is_bot": False}, "data": token}
    post(stack, update(callback_query=query))
    replies = wait_for_reply(bot_api, second)
    assert not any("30,000" in words_of(message) for message in replies)


@pytest.mark.parametrize(
    ("text", "language", "answer"),
    [
        ("/start", "km", "កម្មវិធីឆ្លើយស្វ័យប្រវត្តិ"),
        ("/start poster-hall-1102", "en", "a bot, not a person"),
        ("/help", "en", "Write the name of a service"),
        ("/language", "km", "សូមជ្រើសរើសភាសា"),
        ("/restart", "km", ""),
    ],
)
def test_commands_are_answered_in_the_language_of_the_menu(stack, bot_api, text, language, answer):
    citizen = citizen_id()
    sender = {"id": citizen, "is_bot": False, "language_code": language}
    say(stack, citizen, text=text, **{"from": sender})
    replies = wait_for_reply(bot_api, citizen)
    assert answer in words_of(replies[0])


def test_a_tapped_command_goes_on_in_the_language_of_the_conversation(stack, bot_api):
    citizen = citizen_id()
    sender = {"id": citizen, "is_bot": False, "language_code": "en"}
    say(stack, citizen, text="អរគុណ", **{"from": sender})
    wait_for_reply(bot_api, citizen)
    say(stack, citizen, text="/help", **{"from": sender})
    wait_for_words(bot_api, citizen, "សូមសរសេរឈ្មោះសេវា")


def test_a_sticker_gets_a_kind_answer_and_an_edit_none(stack, bot_api):
    citizen = citizen_id()
    said = say(stack, citizen, sticker={"emoji": "👍", "file_id": "x"})
    wait_for_words(bot_api, citizen, "សូមសរសេរជាអក្សរមក")
    edited = {**said, "text": KHMER_QUESTION, "edit_date": int(time.time())}
    del edited["sticker"]
    assert post(stack, update(edited_message=edited)).status_code == 200
    say(stack, citizen, text="goodbye")
    wait_for_words(bot_api, citizen, "Goodbye")
    assert len(bot_api.messages(citizen)) == 2


def test_whoever_blocks_the_bot_is_left_alone_until_they_write_again(stack, bot_api):
    citizen = citizen_id()
    chat = {"id": citizen, "type": "private"}
    for status in ("kicked", "member", "kicked"):
        change = {"chat": chat, "date": 1, "new_chat_member": {"user": BOT, "status": status}}
        assert post(stack, update(my_chat_member=change)).status_code == 200
        assert (contact_of(stack, citizen).blocked_at is not None) == (status == "kicked")
    say(stack, citizen, text="goodbye")
    wait_for_words(bot_api, citizen, "Goodbye")
    assert contact_of(stack, citizen).blocked_at is None


def test_telegrams_pause_is_kept_and_nothing_is_said_twice(stack, bot_api):
    citizen = citizen_id()
    bot_api.will(too_many_requests(3), about=str(citizen))
    begin = time.monotonic()
    say(stack, citizen, text="goodbye")
    wait_for_words(bot_api, citizen, "Goodbye")
    assert time.monotonic() - begin >= 3
    assert len(bot_api.messages(citizen)) == 1


def test_a_citizen_who_blocked_us_without_our_knowing_is_not_tried_again(stack, bot_api):
    citizen = citizen_id()
    bot_api.chat_answers(citizen, BLOCKED)
    say(stack, citizen, text="goodbye")

    def states() -> list[str]:
        with stack.sessions() as session:
            query = select(StoredOutbound.state).join(Contact)
            return list(session.scalars(query.where(Contact.external_id == str(citizen))))

    wait_until(lambda: states() == ["skipped:blocked"], 60, "an end with its reason")
    tries = [r for r in bot_api.requests if str(citizen).encode() in r.body]
    assert len([r for r in tries if r.path.endswith("/sendMessage")]) == 1


def test_the_token_is_in_no_log_of_any_process(stack, bot_api):
    citizen = citizen_id()
    say(stack, citizen, text="goodbye")
    wait_for_words(bot_api, citizen, "Goodbye")
    for log in stack.folder.glob("*.log"):
        assert TELEGRAM["TELEGRAM_BOT_TOKEN"] not in log.read_text(errors="replace")
        assert TELEGRAM["TELEGRAM_SECRET_TOKEN"] not in log.read_text(errors="replace")


def test_odd_requests_are_never_an_error_of_ours(stack):
    for body in (b"", b"\xff\x00", b"[]", b"null", b"[" * 100_000, update(message={"text": 1})):
        assert post(stack, body).status_code == 200
    assert post(stack, b"x" * 10_000_000).status_code == 413
    assert requests.get(f"{stack.address}/webhooks/telegram", timeout=5).status_code == 404
