"""The chat page as a citizen uses it, in Chromium; answers come from a script."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from bot.messages import Button, Reply
from tests.browser.chat_server import ChatServer, with_buttons

pytestmark = pytest.mark.browser

FEE = "ប្រឡងប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន?"


@pytest.fixture
def chat(page: Page, server: ChatServer) -> Page:
    page.goto(server.address)
    expect(page.locator("#greeting")).to_be_visible()
    return page


def write(page: Page, text: str) -> None:
    page.get_by_role("textbox").fill(text)
    page.keyboard.press("Enter")


def said(page: Page, author: str):
    return page.locator(f".message.{author} .text")


def test_a_question_is_answered_and_the_greeting_gives_way(chat, server):
    server.assistant.script[FEE] = [Reply("តម្លៃ៖ ៣០ ០០០ រៀល\nរយៈពេល៖ ១០ថ្ងៃ")]
    write(chat, FEE)
    expect(said(chat, "citizen")).to_have_text(FEE)
    expect(said(chat, "assistant")).to_have_text(
        "តម្លៃ៖ ៣០ ០០០ រៀល\nរយៈពេល៖ ១០ថ្ងៃ", use_inner_text=True
    )
    expect(chat.locator("#greeting")).to_be_hidden()
    expect(chat.get_by_role("textbox")).to_have_value("")
    expect(chat.locator(".citizen .state")).to_have_text("បានផ្ញើ")


def test_the_send_button_sends_too(chat):
    chat.get_by_role("textbox").fill("សួស្តី")
    chat.get_by_role("button", name="ផ្ញើ").click()
    expect(said(chat, "assistant")).to_have_text("ចម្លើយ៖ សួស្តី")


def test_shift_and_enter_make_a_new_line_and_the_field_grows(chat, server):
    box = chat.get_by_role("textbox")
    before = box.bounding_box()["height"]
    box.fill("មួយ")
    chat.keyboard.press("Shift+Enter")
    chat.keyboard.type("two")
    assert box.bounding_box()["height"] > before
    chat.keyboard.press("Enter")
    expect(said(chat, "citizen")).to_have_text("មួយ\ntwo", use_inner_text=True)
    # Shown at once, heard a moment later: the answer says that it was.
    expect(said(chat, "assistant")).to_have_count(1)
    assert server.assistant.heard() == [("មួយ\ntwo", "")]


def test_blank_text_is_not_sent(chat, server):
    write(chat, "   ")
    write(chat, "hello")
    expect(said(chat, "assistant")).to_have_count(1)
    assert server.assistant.heard() == [("hello", "")]


def test_a_starter_suggestion_sends_itself(chat, server):
    chat.get_by_role("button", name=FEE).click()
    expect(said(chat, "assistant")).to_have_text(f"ចម្លើយ៖ {FEE}")
    assert server.assistant.heard() == [(FEE, "")]


def test_the_typing_sign_shows_while_an_answer_is_worked_on(chat, server):
    server.assistant.may_answer.clear()
    write(chat, "hello")
    expect(chat.locator("#typing")).to_be_visible()
    server.assistant.may_answer.set()
    expect(said(chat, "assistant")).to_have_count(1)
    expect(chat.locator("#typing")).to_be_hidden()


def test_a_button_is_pressed_once_and_then_gone(chat, server):
    server.assistant.script["menu"] = [
        with_buttons("Which one?", {"Car": "token-car", "ម៉ូតូ": "token-moto"})
    ]
    write(chat, "menu")
    chat.get_by_role("button", name="ម៉ូតូ").click()
    expect(said(chat, "assistant").last).to_have_text("ចម្លើយ៖ ម៉ូតូ")
    expect(said(chat, "citizen").last).to_have_text("ម៉ូតូ")
    expect(chat.get_by_role("button", name="Car")).to_be_hidden()
    assert server.assistant.heard() == [("menu", ""), ("ម៉ូតូ", "token-moto")]


def test_buttons_of_an_earlier_answer_do_not_count_any_more(chat, server):
    server.assistant.script["menu"] = [with_buttons("Which one?", {"Car": "token-car"})]
    write(chat, "menu")
    expect(chat.get_by_role("button", name="Car")).to_be_enabled()
    write(chat, "something else")
    expect(said(chat, "assistant")).to_have_count(2)
    expect(chat.get_by_role("button", name="Car")).to_have_count(0)
    expect(chat.locator("button.choice", has_text="Car")).to_be_disabled()


def test_everything_can_be_done_by_keyboard_alone(chat, server):
    server.assistant.script["menu"] = [
        with_buttons("Which one?", {"Car": "token-car", "Moto": "token-moto"})
    ]
    focus_with_tab(chat, "#text")
    chat.keyboard.type("menu")
    chat.keyboard.press("Enter")
    expect(chat.get_by_role("button", name="Moto")).to_be_visible()
    focus_with_tab(chat, "button.choice:text-is('Moto')", key="Shift+Tab")
    outline = "element => getComputedStyle(element).outlineStyle"
    assert chat.locator(":focus").evaluate(outline) != "none"
    chat.keyboard.press("Enter")
    expect(said(chat, "assistant").last).to_have_text("ចម្លើយ៖ Moto")
    assert server.assistant.heard()[-1] == ("Moto", "token-moto")
    expect(chat.get_by_role("textbox")).to_be_focused()


def focus_with_tab(page: Page, selector: str, key: str = "Tab") -> None:
    wanted = page.locator(selector)
    for _ in range(20):
        page.keyboard.press(key)
        if wanted.evaluate("element => element === document.activeElement"):
            return
    raise AssertionError(f"20 × {key} never reached {selector}")


def test_a_reload_keeps_conversation_draft_and_living_buttons(chat, server):
    server.assistant.script["menu"] = [with_buttons("Which one?", {"Car": "token-car"})]
    write(chat, "hello")
    expect(said(chat, "assistant")).to_have_count(1)
    write(chat, "menu")
    expect(said(chat, "assistant")).to_have_count(2)
    chat.get_by_role("textbox").fill("half a quest")
    chat.reload()
    expect(chat.locator(".message .text")).to_have_text(
        ["hello", "ចម្លើយ៖ hello", "menu", "Which one?"]
    )
    expect(chat.get_by_role("textbox")).to_have_value("half a quest")
    chat.get_by_role("button", name="Car").click()
    expect(said(chat, "assistant").last).to_have_text("ចម្លើយ៖ Car")
    assert server.assistant.heard()[-1] == ("Car", "token-car")


def test_two_tabs_show_the_same_conversation(chat, context, server):
    write(chat, "from the first tab")
    expect(said(chat, "assistant")).to_have_count(1)
    second = context.new_page()
    second.goto(server.address)
    expect(second.locator(".message")).to_have_count(2)
    write(second, "from the second tab")
    expect(said(second, "assistant")).to_have_count(2)
    chat.bring_to_front()
    expect(chat.locator(".message")).to_have_count(4, timeout=20_000)


def test_what_comes_unasked_is_shown(chat, server):
    write(chat, "hello")
    expect(said(chat, "assistant")).to_have_count(1)
    server.assistant.say(Reply("ការិយាល័យបានឆ្លើយតប"))
    expect(said(chat, "assistant").last).to_have_text("ការិយាល័យបានឆ្លើយតប", timeout=20_000)


def test_markup_is_shown_as_text(chat, server):
    attack = "<img src=x onerror=\"document.title='owned'\"><script>document.title='owned'</script>"
    server.assistant.script[attack] = [
        Reply(attack, buttons=(Button("<b>bold</b>", payload="token"),))
    ]
    write(chat, attack)
    expect(said(chat, "citizen")).to_have_text(attack)
    expect(said(chat, "assistant")).to_have_text(attack)
    expect(chat.get_by_role("button", name="<b>bold</b>")).to_be_visible()
    expect(chat).to_have_title("Chrok ច្រក")
    assert chat.locator("#log img, #log script, #log b").count() == 0


@pytest.mark.parametrize(
    ("text", "links"),
    [
        ("see https://mpwt.gov.kh/kh/a-b?x=1&y=2.", ["https://mpwt.gov.kh/kh/a-b?x=1&y=2"]),
        ("សូមមើលhttps://owso.example/aសូមអរគុណ", ["https://owso.example/a"]),
        (
            "(http://a.example/b) and https://c.example/d_(e)",
            ["http://a.example/b", "https://c.example/d_(e)"],
        ),
        ("javascript:alert(1) data:text/html,x ftp://a.example mailto:a@b.example", []),
        ("https:// http://", []),
    ],
)
def test_only_web_addresses_become_links(chat, text, links):
    write(chat, text)
    expect(said(chat, "citizen")).to_have_text(text)
    found = said(chat, "citizen").locator("a")
    assert found.evaluate_all("links => links.map(link => link.href)") == links


def test_a_scripted_address_on_a_button_is_no_link(chat, server):
    server.assistant.script["menu"] = [
        Reply(
            "Which one?",
            buttons=(Button("Bad", url="javascript:alert(1)"), Button("Good", url="/services")),
            link_url="javascript:alert(2)",
            image_url="https://elsewhere.example/picture.png",
        )
    ]
    write(chat, "menu")
    expect(chat.get_by_role("link", name="Good")).to_be_visible()
    links = chat.locator("#log a").evaluate_all("links => links.map(link => link.href)")
    assert links == ["https://elsewhere.example/picture.png", f"{server.address}/services"]


def test_the_language_changes_at_once_and_keeps_the_conversation(chat, server):
    write(chat, "hello")
    expect(said(chat, "assistant")).to_have_count(1)
    chat.get_by_role("textbox").fill("draft")
    chat.get_by_role("link", name="English").click()
    expect(chat.get_by_role("textbox")).to_have_attribute("placeholder", "Write your question…")
    expect(chat.locator(".citizen .state")).to_have_text("Sent")
    expect(chat.locator("html")).to_have_attribute("lang", "en")
    expect(chat.locator(".message")).to_have_count(2)
    expect(chat.get_by_role("textbox")).to_have_value("draft")
    chat.reload()
    expect(chat.get_by_role("button", name="Send")).to_be_visible()
    chat.get_by_role("link", name="ខ្មែរ").click()
    expect(chat.get_by_role("button", name="ផ្ញើ")).to_be_visible()
    assert server.assistant.heard() == [("hello", "")]


@pytest.mark.parametrize("language", ["km", "en"])
def test_no_latin_word_is_left_in_khmer_and_no_khmer_in_english(page, server, language):
    page.goto(f"{server.address}/?lang={language}")
    expect(page.locator("#greeting")).to_be_visible()
    words = page.locator("[data-word]").evaluate_all("all => all.map(one => one.textContent)")
    other = {"km": r"^[\x00-\x7f…]+$", "en": "[ក-៿]"}[language]
    assert [word for word in words if word and re.search(other, word)] == []


@pytest.mark.parametrize("width", [320, 360, 1280])
@pytest.mark.parametrize("language", ["km", "en"])
def test_nothing_scrolls_sideways(page, server, width, language):
    page.set_viewport_size({"width": width, "height": 740})
    server.assistant.script["long"] = [
        Reply(
            "https://mpwt.gov.kh/" + "a" * 200 + "\n" + "ក" * 200,
            buttons=(Button("ខ" * 90, payload="token"), Button("B" * 90, payload="token2")),
        )
    ]
    page.goto(f"{server.address}/?lang={language}")
    expect(page.locator("#greeting")).to_be_visible()
    assert overflow(page) == 0
    write(page, "long")
    expect(page.get_by_role("button", name="B" * 90)).to_be_visible()
    assert overflow(page) == 0


def overflow(page: Page) -> int:
    return page.evaluate(
        "() => Math.max(...['html', '#scroller'].map(name => document.querySelector(name))"
        ".map(element => element.scrollWidth - element.clientWidth))"
    )


def test_a_long_answer_is_read_from_its_beginning(chat, server):
    server.assistant.script["long"] = [Reply("\n".join(f"line {number}" for number in range(80)))]
    write(chat, "long")
    expect(said(chat, "assistant")).to_have_count(1)
    top = chat.locator(".message.assistant").bounding_box()["y"]
    assert top >= chat.locator("#scroller").bounding_box()["y"]
    expect(chat.locator("#latest")).to_be_visible()
    chat.locator("#latest").click()
    expect(chat.locator("#latest")).to_be_hidden()


def test_who_reads_further_up_is_not_pulled_away(chat, server):
    server.assistant.script["long"] = [Reply("\n".join(f"line {number}" for number in range(80)))]
    write(chat, "long")
    expect(said(chat, "assistant")).to_have_count(1)
    chat.locator("#latest").click()
    chat.locator("#scroller").hover()
    chat.mouse.wheel(0, -700)
    expect(chat.locator("#latest")).to_be_visible()
    before = chat.locator("#scroller").evaluate("element => element.scrollTop")
    server.assistant.say(Reply("news"))
    expect(said(chat, "assistant")).to_have_count(2, timeout=20_000)
    assert chat.locator("#scroller").evaluate("element => element.scrollTop") == before


def test_the_page_speaks_to_a_screen_reader(chat):
    log = chat.get_by_role("log")
    expect(log).to_have_attribute("aria-live", "polite")
    expect(log).to_have_attribute("aria-label", "ការសន្ទនា")
    expect(chat.get_by_role("textbox", name="សាររបស់លោកអ្នក")).to_be_visible()
    unnamed = chat.locator("button, a, textarea").evaluate_all(
        "all => all.filter(one => !(one.getAttribute('aria-label') || one.innerText.trim()"
        " || one.labels?.length || one.closest('[hidden]'))).length"
    )
    assert unnamed == 0


def test_a_text_that_is_too_long_is_kept_for_shortening(chat, server):
    write(chat, "ក" * 5_003)
    expect(chat.locator("#too-long")).to_contain_text("3")
    assert server.assistant.heard() == []
    write(chat, "ក" * 5_000)
    expect(chat.locator("#too-long")).to_be_hidden()
    expect(said(chat, "assistant")).to_have_count(1)
    assert server.assistant.heard() == [("ក" * 5_000, "")]


def test_where_scripts_do_not_run_the_page_says_what_it_needs(browser, server):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{server.address}/?lang=en")
    expect(page.locator("#no-script")).to_contain_text("switch on JavaScript")
    expect(page.locator("#no-script")).to_be_visible()
    expect(page.get_by_role("button", name="Send")).to_be_disabled()
    context.close()


def test_where_scripts_run_nothing_is_said_about_them(chat):
    expect(chat.locator("#no-script")).to_have_count(0)
