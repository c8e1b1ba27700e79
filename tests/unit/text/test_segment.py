from concurrent.futures import ThreadPoolExecutor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.segment import Word, segment

TEXT = st.text(
    st.one_of(
        st.sampled_from("កខមរសតា្្ិីុំះ់ៗ។៛ \n.,?abé1១\u200b👍"),
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
        st.characters(),
    ),
    max_size=40,
)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("ខ្ញុំចង់បន្តប័ណ្ណ", ["ខ្ញុំ", "ចង់", "បន្ត", "ប័ណ្ណ"]),
        ("៦៣ម៉ែត្រ", ["៦៣", "ម៉ែត្រ"]),
        ("ថ្លៃ៣០.០០០រៀល?", ["ថ្លៃ", "៣០.០០០", "រៀល", "?"]),
        ("១២៣៛", ["១២៣", "៛"]),
        ("ផ្សេងៗទៀត", ["ផ្សេងៗ", "ទៀត"]),
        ("type Aឬ20km", ["type", "A", "ឬ", "20", "km"]),
        ("I don’t know.", ["I", "don’t", "know", "."]),
        ("", []),
        (" \n", []),
    ],
)
def test_words_are_found_without_spaces(text: str, words: list[str]) -> None:
    assert [word.text for word in segment(text)] == words


def test_zero_width_spaces_are_no_boundaries_and_offsets_hold() -> None:
    text = "រដ្ឋ\u200bបាល ខេត្ត"
    assert segment(text) == [Word("រដ្ឋ\u200bបាល", 0, 8), Word("ខេត្ត", 9, 14)]


@given(TEXT)
def test_words_cover_everything_visible_in_order(text: str) -> None:
    end = 0
    for word in segment(text):
        assert text[word.start : word.end] == word.text
        assert word.start >= end
        assert word.end > word.start
        skipped = text[end : word.start]
        assert all(skip.isspace() or skip in "\u200b\u200c\u200d\u17b4\u17b5" for skip in skipped)
        end = word.end


def test_many_threads_get_the_same_words() -> None:
    texts = [f"ខ្ញុំចង់បន្តប័ណ្ណបើកបរ{'ម៉ូតូ' * (i % 7)}ថ្មី" for i in range(200)]
    expected = [segment(text) for text in texts]
    fresh = [f"{text}ទេ" for text in texts]
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(segment, texts)) == expected
        assert list(pool.map(segment, fresh)) == [segment(text) for text in fresh]
