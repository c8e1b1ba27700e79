"""Telegram from the webhook to the bytes at the Bot API, through the real engine."""

from __future__ import annotations

import itertools
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import func, select

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.session import create_database_engine, create_session_factory
from tests.fakes.bot_api import BLOCKED, migrated, too_many_requests
from tests.stack import TELEGRAM, wait_until

pytestmark = pytest.mark.engine
KHMER_QUESTION = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"
BOT = {"id": 7100000001, "is_bot": True, "first_name": "Chrok", "username": "ChrokTestBot"}
_numbers = itertools.count(1)


def _citizen() -> int:
    return 7 * 10**15 + uuid.uuid4().int % 10**14


def _group() -> int:
    return -(100 * 10**10) - uuid.uuid4().int % 10**10


def _update(**update) -> bytes:
    return json.dumps({"update_id": 10**8 + next(_numbers), **update}).encode()


def _said(sender: int, chat: int | None = None, **message) -> dict:
    """A message of a citizen, in private or in a group."""
    chat_type = "private" if chat is None else "supergroup"
    return {
        "message_id": next(_numbers),
        "from": {"id": sender, "is_bot": False, "first_name": "Invented"},
        "chat": {"id": chat or sender, "type": chat_type},
        "date": int(time.time()),
        **message,
    }


def _post(stack, body: bytes, secret: str | None = None) -> requests.Response:
    secret = TELEGRAM["TELEGRAM_SECRET_TOKEN"] if secret is None else secret
    headers = {"Content-Type": "application/json", "X-Telegram-Bot-Api-Secret-Token": secret}
    return requests.post(
        f"{stack.address}/webhooks/telegram", data=body, headers=headers, timeout=10
    )


def _say(stack, sender: int, chat: int | None = None, **message) -> dict:
    said = _said(sender, chat, **message)
    assert _post(stack, _update(message=said)).status_code == 200
    return said


def _sessions(stack):
    return create_session_factory(create_database_engine(stack.database_url))()


def _contact(stack, chat: int) -> Contact | None:
    with _sessions(stack) as session:
        return session.scalars(
            select(Contact).where(Contact.channel == "telegram", Contact.external_id == str(chat))
        ).first()


def _stored(stack, chat: int) -> int:
    query = select(func.count()).select_from(StoredInbound).join(Contact)
    with _sessions(stack) as session:
        return session.scalar(query.where(Contact.external_id == str(chat)))


def _words(message: dict) -> str:
    return message.get("text") or message.get("caption", "")


def _wait_for_reply(bot_api, chat: int, count: int = 1) -> list[dict]:
    wait_until(lambda: len(bot_api.messages(chat)) >= count, 60, f"{count} replies")
    return bot_api.messages(chat)


def _wait_for_words(bot_api, chat: int, words: str) -> dict:
    found = lambda: [m for m in bot_api.messages(chat) if words in _words(m)]  # noqa: E731
    wait_until(lambda: bool(found()), 60, words)
    return found()[0]


def test_a_khmer_question_ends_in_the_right_bytes_at_the_provider(stack, bot_api):
    citizen = _citizen()
    _say(stack, citizen, text=KHMER_QUESTION)
    _wait_for_words(bot_api, citizen, "៣០,០០០ រៀល")
    said = "\n".join(_words(message) for message in bot_api.messages(citizen))
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
    citizen = _citizen()
    answer = _post(stack, _update(message=_said(citizen, text=KHMER_QUESTION)), secret)
    assert answer.status_code == 403
    assert answer.text == ""
    assert _contact(stack, citizen) is None


def test_the_same_request_ten_times_at_once_is_stored_and_answered_once(stack, bot_api):
    citizen = _citizen()
    body = _update(message=_said(citizen, text="how much is a driving test for a car"))
    with ThreadPoolExecutor(10) as pool:
        answers = list(pool.map(lambda _: _post(stack, body), range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    _wait_for_words(bot_api, citizen, "90,000 riel")
    # A second message is answered after whatever the first one still had to say.
    _say(stack, citizen, text="goodbye")
    _wait_for_words(bot_api, citizen, "Goodbye")
    prices = [m for m in bot_api.messages(citizen) if "90,000 riel" in _words(m)]
    assert len(prices) == 1
    assert _stored(stack, citizen) == 2


@pytest.mark.parametrize("with_message", [True, False])
def test_a_button_goes_on_with_the_question(stack, bot_api, with_message):
    citizen = _citizen()
    _say(stack, citizen, text="how much is the driving test")
    asked = _wait_for_reply(bot_api, citizen)[-1]
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
        query["message"] = {**_said(citizen, reply_markup=asked["reply_markup"]), "from": BOT}
    assert _post(stack, _update(callback_query=query)).status_code == 200
    _wait_for_words(bot_api, citizen, "30,000 riel")
    assert {"callback_query_id": query["id"]} in bot_api.calls("answerCallbackQuery")


def test_a_button_of_somebody_else_does_nothing_of_theirs(stack, bot_api):
    first, second = _citizen(), _citizen()
    _say(stack, first, text="how much is the driving test")
    asked = _wait_for_reply(bot_api, first)[-1]
    token = asked["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    query = {"id": uuid.uuid4().hex, "from": {"id": second, "is_bot": False}, "data": token}
    _post(stack, _update(callback_query=query))
    replies = _wait_for_reply(bot_api, second)
    assert not any("30,000" in _words(message) for message in replies)


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
    citizen = _citizen()
    sender = {"id": citizen, "is_bot": False, "language_code": language}
    _say(stack, citizen, text=text, **{"from": sender})
    replies = _wait_for_reply(bot_api, citizen)
    assert answer in _words(replies[0])


def test_a_tapped_command_goes_on_in_the_language_of_the_conversation(stack, bot_api):
    citizen = _citizen()
    sender = {"id": citizen, "is_bot": False, "language_code": "en"}
    _say(stack, citizen, text="អរគុណ", **{"from": sender})
    _wait_for_reply(bot_api, citizen)
    _say(stack, citizen, text="/help", **{"from": sender})
    _wait_for_words(bot_api, citizen, "សូមសរសេរឈ្មោះសេវា")


def test_in_a_group_the_bot_is_silent_until_it_is_addressed(stack, bot_api):
    group, official = _group(), _citizen()
    _say(stack, official, group, text="how much is a driving test for a car")
    _say(stack, official, group, text="/help@AnotherBot")
    _say(stack, official, group, text="@ChrokTestBot how much is a driving test for a car")
    _wait_for_words(bot_api, group, "90,000 riel")
    assert _stored(stack, group) == 1
    assert bot_api.messages(official) == []


def test_a_group_that_became_a_supergroup_keeps_its_conversation(stack, bot_api):
    old, new, official = _group(), _group(), _citizen()
    _say(stack, official, old, text="@ChrokTestBot goodbye")
    _wait_for_words(bot_api, old, "Goodbye")
    before = _contact(stack, old)
    _say(stack, official, old, migrate_to_chat_id=new)
    _say(stack, official, new, migrate_from_chat_id=old)
    assert _contact(stack, new).id == before.id
    _say(stack, official, new, text="@ChrokTestBot goodbye")
    _wait_for_words(bot_api, new, "Goodbye")


def test_an_answer_follows_a_group_that_moved_while_it_was_written(stack, bot_api):
    old, new, official = _group(), _group(), _citizen()
    bot_api.chat_answers(old, migrated(new))
    _say(stack, official, old, text="@ChrokTestBot goodbye")
    _wait_for_words(bot_api, new, "Goodbye")
    assert _contact(stack, old) is None


def test_a_sticker_gets_a_kind_answer_and_an_edit_none(stack, bot_api):
    citizen = _citizen()
    said = _say(stack, citizen, sticker={"emoji": "👍", "file_id": "x"})
    _wait_for_words(bot_api, citizen, "សូមសរសេរជាអក្សរមក")
    edited = {**said, "text": KHMER_QUESTION, "edit_date": int(time.time())}
    del edited["sticker"]
    assert _post(stack, _update(edited_message=edited)).status_code == 200
    _say(stack, citizen, text="goodbye")
    _wait_for_words(bot_api, citizen, "Goodbye")
    assert len(bot_api.messages(citizen)) == 2


def test_whoever_blocks_the_bot_is_left_alone_until_they_write_again(stack, bot_api):
    citizen = _citizen()
    chat = {"id": citizen, "type": "private"}
    for status in ("kicked", "member", "kicked"):
        change = {"chat": chat, "date": 1, "new_chat_member": {"user": BOT, "status": status}}
        assert _post(stack, _update(my_chat_member=change)).status_code == 200
        assert (_contact(stack, citizen).blocked_at is not None) == (status == "kicked")
    _say(stack, citizen, text="goodbye")
    _wait_for_words(bot_api, citizen, "Goodbye")
    assert _contact(stack, citizen).blocked_at is None


def test_telegrams_pause_is_kept_and_nothing_is_said_twice(stack, bot_api):
    citizen = _citizen()
    bot_api.will(too_many_requests(3))
    begin = time.monotonic()
    _say(stack, citizen, text="goodbye")
    _wait_for_words(bot_api, citizen, "Goodbye")
    assert time.monotonic() - begin >= 3
    assert len(bot_api.messages(citizen)) == 1


def test_a_citizen_who_blocked_us_without_our_knowing_is_not_tried_again(stack, bot_api):
    citizen = _citizen()
    bot_api.chat_answers(citizen, BLOCKED)
    _say(stack, citizen, text="goodbye")

    def states() -> list[str]:
        with _sessions(stack) as session:
            query = select(StoredOutbound.state).join(Contact)
            return list(session.scalars(query.where(Contact.external_id == str(citizen))))

    wait_until(lambda: states() == ["skipped:blocked"], 60, "an end with its reason")
    tries = [r for r in bot_api.requests if str(citizen).encode() in r.body]
    assert len([r for r in tries if r.path.endswith("/sendMessage")]) == 1


def test_the_token_is_in_no_log_of_any_process(stack, bot_api):
    citizen = _citizen()
    _say(stack, citizen, text="goodbye")
    _wait_for_words(bot_api, citizen, "Goodbye")
    for log in stack.folder.glob("*.log"):
        assert TELEGRAM["TELEGRAM_BOT_TOKEN"] not in log.read_text(errors="replace")
        assert TELEGRAM["TELEGRAM_SECRET_TOKEN"] not in log.read_text(errors="replace")


def test_odd_requests_are_never_an_error_of_ours(stack):
    for body in (b"", b"\xff\x00", b"[]", b"null", b"[" * 100_000, _update(message={"text": 1})):
        assert _post(stack, body).status_code == 200
    assert _post(stack, b"x" * 10_000_000).status_code == 413
    assert requests.get(f"{stack.address}/webhooks/telegram", timeout=5).status_code == 404
