"""STOP, START, HELP and MORE as people write them."""

from __future__ import annotations

import pytest

from bot.messages import Kind
from webhook.channels.sms.keywords import keyword

CASES = {
    Kind.OPT_OUT: {
        "en": [
            "STOP",
            "stop",
            "Stop.",
            " STOP! ",
            "s t o p",
            "ＳＴＯＰ",
            "StopAll",
            "stop all",
            "“stop”",
            "UNSUBSCRIBE",
            "please stop",
            "opt-out",
        ],
        "km": [
            "ឈប់",
            "ឈប់។",
            "សូមឈប់",
            "ឈប់\u200bផ្ញើ",
            "ឈប់ ផ្ញើ សារ",
            "ឈប់ផ្ញើសារ",
            "កុំផ្ញើទៀត",
            "បញ្ឈប់",
            "ឈប់ទទួលដំណឹង",
            "chhob",
            "Chhop",
            "chob",
            "CHHUB",
            "kom phnher teat",
        ],
    },
    Kind.OPT_IN: {
        "en": ["START", "start", "Start!", "UNSTOP", "subscribe"],
        "km": [
            "ចាប់ផ្ដើម",
            "ចាប់ផ្តើម",
            "ចាប់\u200bផ្ដើម",
            "ចាប់ផ្ដើមវិញ",
            "ទទួលដំណឹងវិញ",
            "jab pderm",
            "chab phdaem",
            "Chap Pderm",
        ],
    },
    Kind.HELP: {
        "en": ["HELP", "help?", "info", "Help me"],
        "km": ["ជំនួយ", "ជួយ", "ជួយផង", "សូមជួយ", "របៀបប្រើ", "chumnuoy", "juoy phong"],
    },
    Kind.MORE: {
        "en": ["MORE", "more", "More...", "continue"],
        "km": ["បន្ត", "បន្ត។", "«បន្ត»", "បន្តទៀត", "អានបន្ត", "bonto", "ban to", "Bontor", "teat"],
    },
}


@pytest.mark.parametrize(
    ("text", "kind", "language"),
    [
        (text, kind, language)
        for kind, languages in CASES.items()
        for language, texts in languages.items()
        for text in texts
    ],
)
def test_a_keyword_is_recognised(text, kind, language):
    found = keyword(text)
    assert found is not None
    assert (found.kind, found.language) == (kind, language)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "2",
        "yes",
        "cancel",
        "quit",
        "menu",
        "ទេ",
        "please stop the car",
        "where does the bus stop",
        "how do I start a business",
        "I need help with my licence",
        "more information about passports",
        "ឈប់ធ្វើការហើយ ត្រូវការឯកសារអ្វី",
        "ចាប់ផ្ដើមអាជីវកម្ម",
        "បន្តសុពលភាពប័ណ្ណបើកបរ",
        "បន្តប័ណ្ណ",
        "ជួយរកការិយាល័យ",
        "មើលបន្ត",
        "stopp",
        "/stop now",
    ],
)
def test_a_message_that_only_holds_such_a_word_is_a_message(text):
    assert keyword(text) is None
