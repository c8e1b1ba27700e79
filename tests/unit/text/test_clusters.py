import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clusters import clusters, split, truncate

TEXT = st.text(
    st.one_of(
        st.sampled_from("កខមរសតា្្្ិីុំះ់ៗ។ \n.?ab1១👍🏽é\u0301"),
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
    ),
    max_size=60,
)


def utf16_units(text: str) -> int:
    return len(text.encode("utf-16-be", "surrogatepass")) // 2


def visible(text: str) -> str:
    return "".join(text.split())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ស្ត្រី", ["ស្ត្រី"]),
        ("ក្រុង", ["ក្រុ", "ង"]),
        ("ខ្ញុំ", ["ខ្ញុំ"]),
        ("ពាណិជ្ជកម្ម", ["ពា", "ណិ", "ជ្ជ", "ក", "ម្ម"]),
        ("នុ៎ះ", ["នុ៎ះ"]),
        ("ពោធិ៍", ["ពោ", "ធិ៍"]),
        ("ក។", ["ក", "។"]),
        ("e\u0301👍🏽a", ["e\u0301", "👍🏽", "a"]),
        ("", []),
    ],
)
def test_a_subscript_stays_with_its_base(text: str, expected: list[str]) -> None:
    assert clusters(text) == expected


@given(TEXT)
def test_clusters_join_to_the_text(text: str) -> None:
    assert "".join(clusters(text)) == text


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ប័ណ្ណបើកបរ", 20, "ប័ណ្ណបើកបរ"),
        ("ប័ណ្ណបើកបរ", 6, "ប័ណ្ណ…"),
        ("ប័ណ្ណបើកបរ", 5, "ប័…"),
        ("licence fee", 9, "licence…"),
        ("ស្ត្រី", 3, "…"),
        ("ab", 0, ""),
    ],
)
def test_truncating_never_cuts_inside_a_cluster(text: str, limit: int, expected: str) -> None:
    assert truncate(text, limit) == expected


@given(TEXT, st.integers(0, 70))
def test_truncated_text_fits_and_is_the_beginning(text: str, limit: int) -> None:
    shortened = truncate(text, limit)
    assert len(shortened) <= limit
    assert text.startswith(shortened.removesuffix("…")) or shortened == text


def test_a_negative_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="limit must be 0 or more, not -1"):
        truncate("a", -1)


@given(TEXT, st.integers(2, 30), st.sampled_from([len, utf16_units]))
def test_splitting_loses_nothing_visible_and_keeps_the_limit(text, limit, measure) -> None:
    pieces = split(text, limit, measure)
    assert visible("".join(pieces)) == visible(text)
    assert all(piece.strip() and measure(piece) <= limit for piece in pieces)


@given(TEXT, st.integers(12, 30))
def test_splitting_keeps_clusters_whole(text: str, limit: int) -> None:
    whole = clusters(text)
    if max(map(len, whole), default=0) <= limit:
        pieces = [cluster for piece in split(text, limit) for cluster in clusters(piece)]
        expected = [cluster for cluster in whole if cluster.strip()]
        assert [visible(p) for p in pieces if p.strip()] == [visible(c) for c in expected]


@pytest.mark.parametrize(
    ("text", "limit", "expected"),
    [
        ("ថ្លៃ ៣០.០០០ រៀល\nយក ១០ ថ្ងៃ", 25, ["ថ្លៃ ៣០.០០០ រៀល", "យក ១០ ថ្ងៃ"]),
        ("ត្រូវយកអ្វីខ្លះ? អាចធ្វើនៅទីណា", 24, ["ត្រូវយកអ្វីខ្លះ?", "អាចធ្វើនៅទីណា"]),
        ("ខ្ញុំចង់បន្តប័ណ្ណបើកបរ", 14, ["ខ្ញុំចង់បន្ត", "ប័ណ្ណបើកបរ"]),
        ("one two three", 8, ["one two", "three"]),
        ("sentence.", 8, ["sentence", "."]),
        ("short", 5, ["short"]),
        ("  \n ", 5, []),
    ],
)
def test_splitting_prefers_lines_then_sentences_then_words(text, limit, expected) -> None:
    assert split(text, limit) == expected


def test_a_limit_too_small_for_one_character_is_refused() -> None:
    with pytest.raises(ValueError, match="limit 1 is too small for the character '👍'"):
        split("a👍b", 1, utf16_units)
