"""A real browser, the real page and the real assistant behind it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from bot.text.digits import to_latin_digits

pytestmark = [pytest.mark.browser, pytest.mark.engine]

QUESTIONS = [
    (
        "km",
        "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន",
        ("30,000 រៀល", "10 ថ្ងៃធ្វើការ", "mpwt.gov.kh"),
    ),
    (
        "en",
        "how much is a driving test for a car",
        ("90,000 riel", "10 working days", "mpwt.gov.kh"),
    ),
]


@pytest.mark.parametrize(("language", "question", "expected"), QUESTIONS)
def test_a_citizen_asks_on_the_web_chat(stack, page: Page, language, question, expected):
    page.goto(f"{stack.address}/?lang={language}")
    page.get_by_role("textbox").fill(question)
    page.keyboard.press("Enter")
    answer = page.locator(".message.assistant .text").last
    expect(answer).to_contain_text(expected[-1], timeout=60_000)
    said = to_latin_digits(answer.inner_text())
    for words in expected:
        assert words in said
    page.reload()
    expect(page.locator(".message.assistant .text").last).to_contain_text(expected[-1])
    pictures = os.environ.get("SCREENSHOTS")
    if pictures:
        page.screenshot(path=Path(pictures) / f"chat-{language}.png")
