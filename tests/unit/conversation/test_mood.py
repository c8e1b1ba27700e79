from __future__ import annotations

import pytest

from bot.services.mood import mood_of


@pytest.mark.parametrize(
    ("text", "mood"),
    [
        *((text, "rude") for text in ("you stupid bot", "FUCK", "bullshit", "អាឆ្កែ", "ល្ងង់")),
        *((text, "rude") for text in ("មិនបានការសោះ", "a chkae", "ot ban ka")),
        *((text, "desperate") for text in ("nobody helps me", "don't know what to do")),
        *((text, "desperate") for text in ("អត់ដឹងធ្វើម៉េចទៀតទេ", "អស់សង្ឃឹមហើយ", "គ្មានអ្នកណាជួយ")),
        *((text, "danger") for text in ("i want to die", "ខ្ញុំចង់ស្លាប់", "I will kill myself")),
    ],
)
def test_the_mood_is_read_from_the_words(text, mood):
    assert mood_of(text) == mood


@pytest.mark.parametrize(
    "text",
    [
        *("", "hello", "how much is a birth certificate", "register a death", "ចុះបញ្ជីមរណភាព"),
        *("ការិយាល័យច្រកចេញចូលតែមួយ", "ឈ្មោះយំ", "I want a licence for a dog", "joy", "assess my land"),
        *("ត្រូវធ្វើម៉េច", "what do I need to do", "garbage collection fee", "អាចុះបញ្ជី", "scunthorpe"),
    ],
)
def test_ordinary_messages_have_no_mood(text):
    assert mood_of(text) == ""
