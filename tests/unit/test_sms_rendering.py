"""Replies in a few short messages."""

from __future__ import annotations

import pytest
import regex
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Button, Capabilities, Reply
from bot.rendering import Part, lay_out, render
from bot.text.clusters import clusters
from bot.text.sms_alphabet import Alphabet, alphabet_of, fold

SMS = Capabilities(text_characters=480, sms_parts=3)
LONG = "ការិយាល័យច្រកចេញចូលតែមួយ ឆ្លើយតបចំពោះប្រជាពលរដ្ឋ។ "
KHMER_HINT = "អានបន្ត៖ ផ្ញើ «បន្ត»"
ENGLISH_HINT = "For the rest send MORE"


def buttons(*titles: str) -> tuple[Button, ...]:
    return tuple(Button(title, f"token-{n}") for n, title in enumerate(titles))


def texts(reply: Reply, most: int = 3) -> list[str]:
    return [part.text for part in lay_out(reply, Capabilities(480, sms_parts=most)).parts]


def check_limits(parts: list[str], most: int) -> None:
    assert len(parts) <= most
    alphabet = alphabet_of("".join(parts))
    limit = alphabet.value.single if len(parts) == 1 else alphabet.value.several
    assert all(0 < alphabet.units(part) <= limit for part in parts)


def squeezed(text: str) -> str:
    return regex.sub(r"\s+", "", text)


def test_other_channels_are_rendered_as_ever_and_nothing_remains():
    page = Capabilities(200, 20, template_buttons=3, text_with_buttons_characters=100)
    reply = Reply(LONG * 3, "short", buttons("One"))
    rendered = lay_out(reply, page)
    assert rendered.parts == render(reply, page)
    assert rendered.remaining == ""


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("x" * 160, 1),
        ("x" * 161, 2),
        ("x" * 306, 2),
        ("x" * 307, 3),
        ("x" * 459, 3),
        ("€" * 80, 1),
        ("€" * 81, 2),
        ("ក" * 70, 1),
        ("ក" * 71, 2),
        ("ក" * 134, 2),
        ("ក" * 135, 3),
        ("ក" * 201, 3),
        ("x" * 69 + "ក", 1),
        ("x" * 70 + "ក", 2),
        ("👍" * 35, 1),
        ("👍" * 36, 2),
        ("it’s “free” – really… " + "x" * 140, 2),
        ("30,000៛ " + "x" * 148, 1),
    ],
)
def test_a_text_takes_as_many_messages_as_its_alphabet_needs(text, count):
    rendered = lay_out(Reply(text), SMS)
    parts = [part.text for part in rendered.parts]
    assert len(parts) == count
    assert rendered.remaining == ""
    check_limits(parts, 3)


@pytest.mark.parametrize(("text", "hint"), [(LONG * 8, KHMER_HINT), ("word " * 200, ENGLISH_HINT)])
def test_what_does_not_fit_is_announced_and_kept(text, hint):
    rendered = lay_out(Reply(text), SMS)
    parts = [part.text for part in rendered.parts]
    assert len(parts) == 3
    check_limits(parts, 3)
    assert parts[-1].splitlines()[-1] == hint
    told = squeezed("".join(parts)).removesuffix(squeezed(hint))
    assert told + squeezed(rendered.remaining) == squeezed(text)


def test_asking_for_more_again_and_again_tells_everything():
    left, told = LONG * 12, ""
    for _ in range(10):
        rendered = lay_out(Reply(left), SMS)
        hint = squeezed(KHMER_HINT) if rendered.remaining else ""
        told += squeezed("".join(part.text for part in rendered.parts)).removesuffix(hint)
        left = rendered.remaining
        if not left:
            break
    assert told == squeezed(LONG * 12)


def test_the_short_form_is_what_goes_out_without_its_link():
    reply = Reply("long " * 100, "Fee: 1 riel", link_url="https://example.org/source")
    assert lay_out(reply, SMS).parts == [Part("Fee: 1 riel")]


def test_a_link_of_a_reply_without_short_form_stands_on_a_line_of_its_own():
    assert texts(Reply("See", link_url="https://example.org/a")) == ["See\nhttps://example.org/a"]


def test_choices_are_numbered_lines_in_the_digits_of_the_text():
    assert texts(Reply("Which one?", buttons=buttons("Car", "Motorbike"))) == [
        "Which one?\n1. Car\n2. Motorbike"
    ]
    assert texts(Reply("មួយណា?", buttons=buttons("ឡាន", "ម៉ូតូ"))) == ["មួយណា?\n១. ឡាន\n២. ម៉ូតូ"]


def test_a_button_that_opens_a_page_is_its_address():
    offered = (Button("Car", "token"), Button("Prices", url="https://example.org/p"))
    assert texts(Reply("Here:", buttons=offered)) == [
        "Here:\n1. Car\nPrices: https://example.org/p"
    ]


def test_choices_of_a_long_text_stand_in_the_last_message_before_the_hint():
    rendered = lay_out(Reply(LONG * 8, buttons=buttons("រកការិយាល័យ", "សេវាទាំងអស់")), SMS)
    check_limits([part.text for part in rendered.parts], 3)
    assert rendered.parts[-1].text.splitlines()[-3:] == [
        "១. រកការិយាល័យ",
        "២. សេវាទាំងអស់",
        KHMER_HINT,
    ]
    assert rendered.remaining


def test_titles_that_are_too_long_together_are_shortened_and_every_number_is_there():
    titles = [f"អាជ្ញាប័ណ្ណអាជីវកម្មលក់ទំនិញ និងអាហារ ប្រភេទទី {n} សម្រាប់ម្ចាស់ហាង" for n in range(5)]
    rendered = lay_out(Reply("តើលោកអ្នកចង់សួរអំពីសេវាមួយណា?", buttons=buttons(*titles)), SMS)
    lines = "\n".join(part.text for part in rendered.parts).splitlines()
    check_limits([part.text for part in rendered.parts], 3)
    assert [line[:2] for line in lines if line[0] in "១២៣៤៥"] == ["១.", "២.", "៣.", "៤.", "៥."]
    assert all(line.endswith("…") for line in lines if line[0] in "១២៣៤៥")
    assert "មួយណា" in lines[0]
    assert rendered.remaining == ""


def test_a_choice_is_not_cut_where_a_message_ends():
    titles = [f"Choice number {n} of this list" for n in range(1, 8)]
    parts = texts(Reply("Which one of these would it be, please?", buttons=buttons(*titles)))
    lines = [line for part in parts for line in part.splitlines()]
    assert [line.split(". ", 1)[1] for line in lines[1:]] == titles


def test_an_empty_reply_has_no_messages():
    assert lay_out(Reply(" \n"), SMS).parts == []
    assert lay_out(Reply("", image_url="https://example.org/chart.png"), SMS).parts == []


WRITTEN = st.text(st.sampled_from("abc 1\n។ក្មា៉ំ៛“…€👍\u200bន្តស្រី"), max_size=700)


@settings(deadline=None, max_examples=150)
@given(
    WRITTEN,
    st.lists(st.text(st.sampled_from("ab ក្មុំ"), max_size=60), max_size=9),
    st.integers(2, 4),
)
def test_limits_hold_and_nothing_is_lost(text, titles, most):
    rendered = lay_out(Reply(text, buttons=buttons(*titles)), Capabilities(480, sms_parts=most))
    parts = [part.text for part in rendered.parts]
    check_limits(parts, most)
    spoken = fold(text).strip() or "".join(titles)
    numbers = "១២៣៤៥៦៧៨៩" if regex.search("[\u1780-\u17b3]", spoken) else "123456789"
    lines = "\n".join(parts).splitlines()
    for number in numbers[: len(titles)]:
        assert any(line.startswith(f"{number}.") for line in lines)
    if not titles:
        whole = [cluster.strip() for cluster in clusters(lay_out_whole(text)) if cluster.strip()]
        told = "".join(parts) + rendered.remaining
        for hint in (KHMER_HINT, ENGLISH_HINT):
            told = told.replace(hint, "", 1) if rendered.remaining else told
        assert squeezed(told) == squeezed("".join(whole))
        if max(map(len, clusters(text)), default=0) < 60 and not rendered.remaining:
            cut = [c.strip() for part in parts for c in clusters(part) if c.strip()]
            assert cut == whole


def lay_out_whole(text: str) -> str:
    """The text as a channel with endless short messages would carry it."""
    return "\n".join(texts(Reply(text), most=1000))


def test_the_alphabet_is_that_of_the_whole_reply():
    parts = texts(Reply("x" * 100, buttons=buttons("ភាសាខ្មែរ")))
    assert alphabet_of("".join(parts)) is Alphabet.UCS_2
    assert all(len(part) <= 67 for part in parts)
