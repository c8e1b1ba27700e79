"""What a message says about tickets, as people really write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.services.ticket_words import TicketWords, read_words
from bot.text.digits import to_khmer_digits

CODE = "010221070034"


@pytest.mark.parametrize(
    ("text", "wish"),
    [
        ("tell me when it is ready", "follow"),
        ("Let me know when I can collect it", "follow"),
        ("please notify me", "follow"),
        ("text me once it's approved", "follow"),
        ("follow this ticket", "follow"),
        ("ប្រាប់ខ្ញុំផងពេលរួច", "follow"),
        ("ប្រាប់ ខ្ញុំ ផង ពេល រួច", "follow"),
        ("ពេលរួចសូមប្រាប់ខ្ញុំផង", "follow"),
        ("រួចពេលណាសារប្រាប់ផង", "follow"),
        ("បើរួចហើយ ជូនដំណឹងខ្ញុំផង", "follow"),
        ("brab knhom phong pel ruoch", "follow"),
        ("ruoch pel na brab knhom phong", "follow"),
        ("stop telling me about this", "unfollow"),
        ("don't tell me any more", "unfollow"),
        ("unfollow", "unfollow"),
        ("ឈប់ប្រាប់ខ្ញុំទៀត", "unfollow"),
        ("កុំប្រាប់ខ្ញុំពីសំបុត្រនេះទៀត", "unfollow"),
        ("ឈប់តាមដានសំបុត្រនេះ", "unfollow"),
        ("chhub brab knhom", "unfollow"),
        ("which tickets do I follow?", "list"),
        ("what am I following", "list"),
        ("my tickets", "list"),
        ("តើខ្ញុំកំពុងតាមដានសំបុត្រណាខ្លះ", "list"),
        ("សំបុត្រដែលខ្ញុំតាមដាន", "list"),
        ("another ticket", "other"),
        ("សំបុត្រផ្សេង", "other"),
        ("where is my paper", ""),
        ("តាមដានសំបុត្រ", ""),
        ("តាមដានសំបុត្រ ០១០២ ២១០៧ ០០៣៤", ""),
        ("is it ready yet", ""),
        ("ឯកសារខ្ញុំរួចហើយឬនៅ", ""),
        ("ពេលណាឯកសារខ្ញុំរួច", ""),
        ("when will it be ready", ""),
        ("how much is it", ""),
    ],
)
def test_wishes(text, wish):
    assert read_words(text).wish == wish


@pytest.mark.parametrize(
    "text",
    [
        "I lost my receipt",
        "I forgot",
        "don't have the code",
        "បាត់បង្កាន់ដៃហើយ",
        "ភ្លេចលេខ",
        "អត់មានលេខទេ",
        "bat lek hery",
    ],
)
def test_somebody_who_has_no_code_is_understood(text):
    assert read_words(text).is_lost


@pytest.mark.parametrize("text", ["where is my paper", "ឯកសារខ្ញុំរួចហើយឬនៅ", "678", "yes"])
def test_somebody_who_lost_nothing_is_not(text):
    assert not read_words(text).is_lost


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("678", TicketWords(digits="678")),
        ("៦៧៨", TicketWords(digits="678")),
        ("012 000 678", TicketWords(digits="678", almost_code=9)),
        ("012000678", TicketWords(digits="678", almost_code=9)),
        ("+855 97 000 0678", TicketWords(digits="678", almost_code=12)),
        ("00855 12 000 678", TicketWords(digits="678", almost_code=13)),
        ("67", TicketWords(other_digits=2)),
        ("6789", TicketWords(other_digits=4)),
        (f"{CODE} 678", TicketWords(code=CODE, digits="678")),
        ("0102 2107 0034 678", TicketWords(code=CODE, digits="678")),
        ("0102 2107 003", TicketWords(almost_code=11, other_digits=11)),
        ("in 2023", TicketWords(other_digits=4)),
        ("no digits", TicketWords()),
    ],
)
def test_numbers(text, expected):
    found = read_words(text)
    assert (found.code, found.digits, found.almost_code, found.other_digits) == (
        expected.code,
        expected.digits,
        expected.almost_code,
        expected.other_digits,
    )


@given(
    st.from_regex(r"[0-7][0-9]{11}", fullmatch=True),
    st.sampled_from(["", " ", "-", ".", "/"]),
    st.booleans(),
    st.sampled_from(["{}", "where is {}?", "លេខ{}រួចនៅ", "សំបុត្រ {} ផង"]),
)
def test_a_code_is_found_in_whatever_grouping_digits_and_sentence(code, separator, khmer, frame):
    grouped = separator.join(code[start : start + 4] for start in range(0, 12, 4))
    written = to_khmer_digits(grouped) if khmer else grouped
    assert read_words(frame.format(written)).code == code
