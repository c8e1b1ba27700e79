from __future__ import annotations

import pytest

from bot.services.universal_words import universal_word


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        *(
            (text, "menu")
            for text in ("menu", "Menu!", " MENU ", "mneu", "main menu", "menu please")
        ),
        *((text, "menu") for text in ("ម៉ឺនុយ", "មឺនុយ", "ម៉ឺនុយ។", "ម៉ឺ\u200bនុយ", "ម ៉ឺនុយ", "0", "០")),
        *((text, "menu") for text in ("ម៉ឺនុយវិញ", "monuy", "mernuy", "សូមបង្ហាញម៉ឺនុយ")),
        *((text, "cancel") for text in ("cancel", "Cancel.", "cancle", "cancell", "cancel please")),
        *((text, "cancel") for text in ("បោះបង់", "បោះបង", "បោះបង់បង", "bos bong", "bosbong")),
        *((text, "back") for text in ("back", "go back", "BACK", "ថយក្រោយ", "ថយ ក្រោយ", "ត្រឡប់ក្រោយ")),
        *((text, "back") for text in ("thoy kroy", "thoy kraoy", "go back please")),
    ],
)
def test_a_universal_word_is_known_however_it_is_written(text, meaning):
    assert universal_word(text) == meaning


@pytest.mark.parametrize(
    "text",
    [
        *("", " ", "bank", "pack", "1", "១០", "2023", "no", "ទេ", "ok", "hello", "man", "many"),
        *("cancel my business licence", "how do I cancel a mortgage", "when will I get it back"),
        *("they told me to come back tomorrow", "បោះបង់អាជីវកម្ម ត្រូវធ្វើម៉េច", "តើថវិកាថយទេ"),
        *("menu of services in Poipet", "ម៉ូតូ", "បាត់ដំបង", "ឈប់ធ្វើអាជីវកម្ម", "car", "background"),
    ],
)
def test_other_messages_are_no_universal_word(text):
    assert universal_word(text) is None
