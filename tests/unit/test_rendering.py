"""Replies laid out on channels of which only the limits are known."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.messages import Button, Capabilities, Reply
from bot.rendering import Part, render
from bot.text.clusters import clusters

PAGE = Capabilities(
    text_characters=2000,
    button_title_characters=20,
    template_buttons=3,
    text_with_buttons_characters=640,
    quick_replies=13,
    images=True,
)
KEYBOARD = Capabilities(
    text_characters=300,
    button_title_characters=40,
    template_buttons=8,
    text_with_buttons_characters=200,
    images=True,
)
CHIPS = Capabilities(text_characters=500, button_title_characters=30, quick_replies=4)
PLAIN = Capabilities(text_characters=70)
LONG_KHMER_TITLES = ("អាជ្ញាប័ណ្ណអាជីវកម្មលក់ទំនិញ", "អាជ្ញាប័ណ្ណអាជីវកម្មលក់អាហារ")


def buttons(count: int, title: str = "Choice") -> tuple[Button, ...]:
    return tuple(Button(f"{title} {n}", f"token-{n}") for n in range(1, count + 1))


def titles(part: Part) -> list[str]:
    return [button.title for button in part.buttons]


def test_a_plain_text_is_one_part():
    assert render(Reply("  សួស្តី\n"), PAGE) == [Part(text="សួស្តី")]


def test_an_empty_reply_has_no_parts():
    assert render(Reply(" \n"), PAGE) == []


@pytest.mark.parametrize(
    ("count", "length", "kind"),
    [
        (1, 10, "template"),
        (3, 640, "template"),
        (3, 641, "quick_replies"),
        (4, 10, "quick_replies"),
        (13, 10, "quick_replies"),
        (13, 2000, "quick_replies"),
    ],
)
def test_buttons_stand_under_one_part_while_they_fit(count, length, kind):
    (part,) = render(Reply("x" * length, buttons=buttons(count)), PAGE)
    assert part == Part("x" * length, buttons(count), kind)


def test_buttons_go_with_the_last_part_of_a_long_text():
    parts = render(Reply("ច្រក។ " * 700, buttons=buttons(2)), PAGE)
    assert len(parts) == 3
    assert [len(part.buttons) for part in parts] == [0, 0, 2]
    assert all(part.text.endswith("។") for part in parts)


def test_more_buttons_than_quick_replies_come_in_further_parts_with_the_quick_replies_last():
    parts = render(Reply("Which one?", buttons=buttons(17)), PAGE)
    assert [(part.buttons_as, len(part.buttons)) for part in parts] == [
        ("template", 3),
        ("template", 1),
        ("quick_replies", 13),
    ]
    assert parts[0].text == "Which one?\n\n1. Choice 1\n2. Choice 2\n3. Choice 3"
    assert parts[1].text == "4. Choice 4"
    assert titles(parts[2])[0] == "5. Choice 5"


def test_without_templates_what_exceeds_the_quick_replies_is_a_numbered_line():
    (part,) = render(Reply("Which one?", buttons=buttons(6)), CHIPS)
    assert len(part.buttons) == 4
    assert part.text.endswith("5. Choice 5\n6. Choice 6")


def test_a_channel_without_buttons_gets_numbered_lines():
    (part,) = render(Reply("តើមួយណា?", buttons=(Button("បាទ", "a"), Button("ទេ", "b"))), PLAIN)
    assert part == Part("តើមួយណា?\n\n១. បាទ\n២. ទេ")


def test_a_channel_with_templates_only_splits_the_text_for_them():
    parts = render(Reply("word " * 50, buttons=buttons(10)), KEYBOARD)
    assert [len(part.buttons) for part in parts] == [0, 8, 2]
    assert all(len(part.text) <= 200 for part in parts if part.buttons)


def test_too_long_titles_are_told_in_full_and_numbered_in_khmer():
    offered = tuple(Button(title, title) for title in LONG_KHMER_TITLES)
    (part,) = render(Reply("សូមជ្រើសរើស", buttons=offered), PAGE)
    assert part.text == f"សូមជ្រើសរើស\n\n១. {LONG_KHMER_TITLES[0]}\n២. {LONG_KHMER_TITLES[1]}"
    assert titles(part) == ["១. អាជ្ញាប័ណ្ណអាជីវ…", "២. អាជ្ញាប័ណ្ណអាជីវ…"]
    assert [button.payload for button in part.buttons] == list(LONG_KHMER_TITLES)


def test_numbers_are_latin_in_an_english_text():
    offered = (Button("A title of more than twenty characters", "a"), Button("Short", "b"))
    (part,) = render(Reply("Please choose", buttons=offered), PAGE)
    assert titles(part) == ["1. A title of more…", "2. Short"]


def test_equal_titles_are_told_apart_by_numbers():
    (part,) = render(Reply("Which?", buttons=(Button("Market", "a"), Button("Market", "b"))), PAGE)
    assert titles(part) == ["1. Market", "2. Market"]


def test_an_address_button_stays_a_button_in_a_template():
    page = Button("Map", url="https://example.org/map")
    (part,) = render(Reply("Here", buttons=(page, Button("Back", "b"))), PAGE)
    assert part.buttons_as == "template"
    assert part.buttons[0] == page


def test_an_address_button_becomes_a_line_where_no_template_fits():
    page = Button("Map", url="https://example.org/map")
    (part,) = render(Reply("Here", buttons=(page, *buttons(4))), PAGE)
    assert part.text == "Here\n\nMap: https://example.org/map"
    assert part.buttons == buttons(4)


def test_an_image_is_a_part_of_its_own_before_the_text():
    reply = Reply("A map", buttons=buttons(1), image_url="https://example.org/m.png")
    assert render(reply, PAGE) == [
        Part(image_url="https://example.org/m.png"),
        Part("A map", buttons(1), "template"),
    ]


def test_a_short_text_is_the_caption_of_its_image_where_there_are_captions():
    photos = replace(PAGE, caption_characters=100)
    address = "https://example.org/m.png"
    reply = Reply("A map", buttons=buttons(1), image_url=address)
    assert render(reply, photos) == [Part("A map", buttons(1), "template", image_url=address)]
    image, text = render(Reply("x" * 101, image_url=address), photos)
    assert (image, text) == (Part(image_url=address), Part("x" * 101))


def test_an_image_alone_needs_no_text():
    reply = Reply("", image_url="https://example.org/m.png")
    assert render(reply, PAGE) == [Part(image_url="https://example.org/m.png")]


def test_an_image_is_told_as_an_address_where_there_are_no_images():
    reply = Reply("A map", image_url="https://example.org/m.png")
    assert render(reply, CHIPS) == [Part("A map\n\nhttps://example.org/m.png")]


def test_buttons_without_a_text_get_their_titles_as_text():
    (part,) = render(Reply("", buttons=buttons(2)), PAGE)
    assert part.text == "1. Choice 1\n2. Choice 2"


def test_a_link_stands_in_the_text_once():
    link = "https://example.org/services"
    assert render(Reply("More", link_url=link), PAGE) == [Part(f"More\n\n{link}", link_url=link)]
    assert render(Reply(f"See {link}", link_url=link), PAGE) == [Part(f"See {link}", link_url=link)]


def test_a_link_is_moved_to_the_next_part_rather_than_cut():
    link = "https://example.org/a-rather-long-address/of-a-page"
    texts = [part.text for part in render(Reply("word " * 13, link_url=link), PLAIN)]
    assert texts == [("word " * 13).strip(), link]


def test_addresses_are_left_out_where_links_are_not_allowed():
    reply = Reply(
        "Here",
        buttons=(Button("Map", url="https://example.org"),),
        image_url="https://example.org/m.png",
        link_url="https://example.org",
    )
    assert render(reply, Capabilities(text_characters=70, links=False)) == [Part("Here")]


CLUSTERS = st.sampled_from(
    ["ក្", "ស្ត្រី", "ខ្ញុំ", "ប័", "ណ្ណ", "អ", "a", "b", "é", " ", "\n", "។", "👩‍👩‍👧", "🇰🇭", "1", "៛"]
)
TEXTS = st.lists(CLUSTERS, max_size=400).map("".join)
TITLES = st.lists(CLUSTERS, max_size=30).map("".join)
BUTTONS = st.lists(st.tuples(TITLES, st.booleans()), max_size=30).map(
    lambda drawn: tuple(
        Button(title, url=f"https://e.org/{n}") if is_page else Button(title, f"token-{n}")
        for n, (title, is_page) in enumerate(drawn)
    )
)
REPLIES = st.builds(
    Reply,
    text=TEXTS,
    buttons=BUTTONS,
    image_url=st.sampled_from(["", "https://e.org/i.png"]),
    link_url=st.sampled_from(["", "https://e.org/link"]),
)
CAPABILITIES = st.one_of(
    st.sampled_from([PAGE, KEYBOARD, CHIPS]),
    st.builds(
        Capabilities,
        text_characters=st.integers(60, 400),
        button_title_characters=st.integers(4, 30),
        template_buttons=st.integers(0, 5),
        text_with_buttons_characters=st.integers(40, 400),
        quick_replies=st.integers(0, 9),
        images=st.booleans(),
    ),
)


@settings(max_examples=100, deadline=None)
@given(REPLIES, CAPABILITIES)
def test_no_part_exceeds_the_limits(reply, capabilities):
    for part in render(reply, capabilities):
        most_characters, most_buttons = {
            None: (capabilities.text_characters, 0),
            "template": (capabilities.text_with_buttons_characters, capabilities.template_buttons),
            "quick_replies": (capabilities.text_characters, capabilities.quick_replies),
        }[part.buttons_as]
        assert len(part.text) <= most_characters
        assert len(part.buttons) <= most_buttons
        assert bool(part.buttons) == (part.buttons_as is not None)
        assert bool(part.text) != bool(part.image_url)
        assert part.text == part.text.strip()
        assert capabilities.images or not part.image_url
        for title in titles(part):
            assert 0 < len(title) <= capabilities.button_title_characters
        if part.buttons_as == "quick_replies":
            assert not any(button.url for button in part.buttons)


@settings(max_examples=100, deadline=None)
@given(REPLIES, CAPABILITIES)
def test_no_button_is_lost(reply, capabilities):
    parts = render(reply, capabilities)
    pressed = [button.payload or button.url for part in parts for button in part.buttons]
    told = "\n".join(part.text for part in parts)
    assert len(set(pressed)) == len(pressed)
    for button in reply.buttons:
        if (button.payload or button.url) in pressed:
            continue
        if button.url:
            assert button.url in told
        else:
            title = " ".join(button.title.split())
            assert "".join(title.split()) in "".join(told.split())
    offered = {title for part in parts for title in titles(part)}
    assert len(offered) == len(pressed)


@settings(max_examples=100, deadline=None)
@given(REPLIES, CAPABILITIES)
def test_quick_replies_stand_only_under_the_last_part(reply, capabilities):
    for part in render(reply, capabilities)[:-1]:
        assert part.buttons_as in (None, "template")


@settings(max_examples=100, deadline=None)
@given(TEXTS, CAPABILITIES)
def test_no_cluster_is_cut(text, capabilities):
    rendered = [c for part in render(Reply(text), capabilities) for c in clusters(part.text)]
    assert [c for c in rendered if c.strip()] == [c for c in clusters(text) if c.strip()]
