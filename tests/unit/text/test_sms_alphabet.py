"""What fits into a short message."""

from __future__ import annotations

import pytest

from bot.text.sms_alphabet import Alphabet, alphabet_of, fold


@pytest.mark.parametrize(
    ("text", "alphabet", "units"),
    [
        ("Fee: 30,000 riel", Alphabet.GSM_7, 16),
        ("à la carte @ £5_Δ", Alphabet.GSM_7, 17),
        ("[€] {^~|\\}", Alphabet.GSM_7, 19),
        ("", Alphabet.GSM_7, 0),
        ("ថ្លៃ", Alphabet.UCS_2, 4),
        ("30,000៛", Alphabet.UCS_2, 7),
        ("“Fee”", Alphabet.UCS_2, 5),
        ("ok 👍", Alphabet.UCS_2, 5),
        ("a`b", Alphabet.UCS_2, 3),
        ("Fee\tfree", Alphabet.UCS_2, 8),
    ],
)
def test_a_text_is_counted_in_the_alphabet_it_needs(text, alphabet, units):
    assert alphabet_of(text) is alphabet
    assert alphabet.units(text) == units


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("“Fee” – it’s free…", '"Fee" - it\'s free...'),
        ("30,000៛", "30,000 riel"),
        ("• one\u00a0copy", "- one copy"),
        ("e\u0301tat", "état"),
        ("zero\u200bwidth", "zerowidth"),
        ("«ច្រក» – ៣០០៛…", "«ច្រក» - ៣០០៛…"),
        ("ថ្លៃ\u200bសេវា", "ថ្លៃសេវា"),
        ("Hi 👍 “there”", 'Hi 👍 "there"'),
    ],
)
def test_what_costs_more_than_it_says_is_folded(text, folded):
    assert fold(text) == folded
