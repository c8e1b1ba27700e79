"""The chat page on a bad line: nothing typed is lost, nothing arrives twice."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import Page, Route, expect

from tests.browser.chat_server import ChatServer, with_buttons

pytestmark = pytest.mark.browser

SENDING = "**/chat/messages"


@pytest.fixture
def chat(page: Page, server: ChatServer) -> Page:
    page.goto(f"{server.address}/?lang=en")
    expect(page.locator("#greeting")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def state(page: Page):
    return page.locator(".citizen .state")


def test_offline_messages_wait_and_go_out_in_order_when_back(chat, context, server):
    context.set_offline(True)
    expect(chat.locator("#notice")).to_contain_text("No internet")
    for text in ("one", "two", "three"):
        write(chat, text)
    expect(state(chat)).to_have_text(["Not sent yet. Tap to try again."] * 3)
    assert server.assistant.heard() == []
    context.set_offline(False)
    expect(state(chat)).to_have_text(["Sent"] * 3)
    expect(chat.locator(".message.assistant")).to_have_count(3)
    expect(chat.locator("#notice")).to_be_hidden()
    assert server.assistant.heard() == [("one", ""), ("two", ""), ("three", "")]


def test_unsent_messages_survive_a_reload(chat, server):
    chat.route(SENDING, lambda route: route.abort())
    write(chat, "not lost")
    expect(state(chat)).to_have_text("Not sent yet. Tap to try again.")
    chat.reload()
    expect(chat.locator(".message.citizen .text")).to_have_text("not lost")
    assert server.assistant.heard() == []
    chat.unroute(SENDING)
    expect(chat.locator(".message.assistant .text")).to_have_text("ចម្លើយ៖ not lost")
    expect(chat.locator(".message.citizen")).to_have_count(1)
    assert server.assistant.heard() == [("not lost", "")]
    assert chat.evaluate("Object.keys(localStorage).filter(key => key.includes('pending'))") == []


def test_a_message_whose_receipt_got_lost_is_sent_again_and_not_doubled(chat, server):
    tries: list[str] = []

    def lose_receipts(route: Route) -> None:
        tries.append(route.request.post_data_json["id"])
        if len(tries) == 3:
            route.continue_()
            return
        route.fetch()
        route.abort()

    chat.route(SENDING, lose_receipts)
    write(chat, "only once")
    while len(tries) < 3:
        chat.wait_for_timeout(100)
    expect(state(chat)).to_have_text("Sent")
    expect(chat.locator(".message .text")).to_have_text(["only once", "ចម្លើយ៖ only once"])
    assert len(set(tries)) == 1
    assert server.assistant.heard() == [("only once", "")]
    assert server.assistant.answered() == 1
    expect(chat.locator(".message")).to_have_count(2)


@pytest.mark.parametrize("status", [500, 502, 503, 429])
def test_a_server_in_trouble_is_tried_again_by_itself(chat, server, status):
    troubles = iter(range(2))

    def trouble_twice(route: Route) -> None:
        if next(troubles, None) is None:
            route.continue_()
        else:
            route.fulfill(status=status, json={"error": {"code": "x", "message": "x"}})

    chat.route(SENDING, trouble_twice)
    write(chat, "patience")
    expect(state(chat)).to_have_text("Not sent yet. Tap to try again.")
    expect(chat.locator(".message.assistant")).to_have_count(1, timeout=15_000)
    assert server.assistant.heard() == [("patience", "")]


def test_a_tap_on_a_failed_message_tries_at_once(chat, server):
    tries: list[Route] = []

    def fail(route: Route) -> None:
        tries.append(route)
        route.abort()

    chat.route(SENDING, fail)
    write(chat, "now please")
    while len(tries) < 3:
        chat.wait_for_timeout(100)
    expect(state(chat)).to_have_text("Not sent yet. Tap to try again.")
    chat.unroute(SENDING)
    state(chat).click()
    # By itself the page would wait more than three seconds after the third failure.
    expect(state(chat)).to_have_text("Sent", timeout=2_000)
    assert server.assistant.heard() == [("now please", "")]


def test_a_refused_message_comes_back_for_changing(chat, server):
    chat.route(SENDING, lambda route: route.fulfill(status=413, json={"error": {}}))
    write(chat, "refused")
    expect(state(chat)).to_have_text("Could not be sent. Tap to change it.")
    chat.unroute(SENDING)
    state(chat).click()
    expect(chat.locator(".message.citizen")).to_have_count(0)
    expect(chat.get_by_role("textbox")).to_have_value("refused")
    chat.keyboard.press("Enter")
    expect(chat.locator(".message.assistant")).to_have_count(1)
    assert server.assistant.heard() == [("refused", "")]


def test_a_button_pressed_offline_is_kept_too(chat, context, server):
    server.assistant.script["menu"] = [with_buttons("Which one?", {"Car": "token-car"})]
    write(chat, "menu")
    button = chat.get_by_role("button", name="Car")
    expect(button).to_be_visible()
    context.set_offline(True)
    button.click()
    expect(state(chat).last).to_have_text("Not sent yet. Tap to try again.")
    context.set_offline(False)
    expect(state(chat).last).to_have_text("Sent")
    assert server.assistant.heard() == [("menu", ""), ("Car", "token-car")]


POLL = re.compile(r"after=")
BEGINNING = datetime(2026, 11, 23, 8, tzinfo=UTC)


def test_polling_is_fast_while_waiting_rests_when_idle_and_wakes_on_focus(page, server):
    # The page's own clock stands still; only `run_for` moves it.
    page.clock.install(time=BEGINNING)
    page.clock.pause_at(BEGINNING + timedelta(seconds=1))
    page.goto(f"{server.address}/?lang=en")
    expect(page.locator("#greeting")).to_be_visible()
    server.assistant.may_answer.clear()
    write(page, "hello")
    expect(page.locator("#typing")).to_be_visible()
    expect(page.locator(".citizen .state")).to_have_text("Sent")
    page.wait_for_timeout(500)
    for _ in range(3):
        poll_after(page, milliseconds=700)
    server.assistant.may_answer.set()
    page.wait_for_timeout(300)
    poll_after(page, milliseconds=700)
    expect(page.locator(".message.assistant")).to_have_count(1)
    for _ in range(10):
        poll_after(page, milliseconds=15_000)
    polls: list[str] = []
    page.on("request", lambda request: polls.append(request.url))
    page.clock.run_for(14_900)
    page.wait_for_timeout(500)
    assert polls == []
    with page.expect_response(POLL):
        page.evaluate("window.dispatchEvent(new Event('focus'))")


def poll_after(page: Page, milliseconds: int) -> None:
    with page.expect_response(POLL) as response:
        page.clock.run_for(milliseconds)
    response.value.finished()
    page.wait_for_timeout(100)
