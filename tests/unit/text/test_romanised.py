from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import Levenshtein

from bot.text.romanised import chat_spellings, fold, romanise, variants

SPELLINGS = Path(__file__).with_name("held_out_spellings.txt")


@pytest.mark.parametrize(
    ("khmer", "latin"),
    [
        ("តើខ្ញុំចង់បន្តប័ណ្ណបើកបរ", "ter knhom chong bonto bat bek bor"),
        ("សំបុត្រកំណើតត្រូវធ្វើនៅឯណា?", "sombot kamnert trov tver nov ena?"),
        ("លេខ ១២៣ type A", "lek 123 type a"),
        ("ផ្សេងៗ", "phseng phseng"),
        ("ប្រទេស", "protes"),
        ("", ""),
    ],
)
def test_the_commonest_spelling(khmer: str, latin: str) -> None:
    assert romanise(khmer) == latin


def test_seeds_vary_the_spelling_and_repeat_themselves() -> None:
    text = "ខ្ញុំត្រូវការឯកសារអ្វីខ្លះ"
    spelt = [romanise(text, seed) for seed in range(12)]
    assert len(set(spelt)) > 6
    assert spelt == [romanise(text, seed) for seed in range(12)]


@given(st.text(st.characters(min_codepoint=0x1780, max_codepoint=0x17F9), max_size=30))
def test_no_khmer_letter_or_digit_is_left(text: str) -> None:
    for seed in (0, 1):
        for character in romanise(text, seed):
            assert not "\u1780" <= character <= "\u17b3"
            assert not "\u17e0" <= character <= "\u17e9"


def test_spellings_seen_in_chat_come_first() -> None:
    assert variants("ខ្ញុំ")[:3] == ("knhom", "nhom", "khnhom")
    assert len(variants("រដ្ឋបាល")) == len(set(variants("រដ្ឋបាល"))) > 3


@pytest.mark.parametrize(
    "spellings",
    [
        "knhom khnhom nhom kyom khyom nh",
        "bonman ponman bman",
        "tver thver tveu",
        "trov trv trow",
        "nov nv nou",
        "te teh",
        "ort ot",
        "thlai tlai tlay",
        "avey avei avy",
        "oy aoy",
        "kamnert komnert kamnet",
        "sombot sambot sombut",
        "ekasa eksa eksar",
        "jong chong jg",
        "Moto moto MOTO!",
    ],
)
def test_spellings_of_one_word_share_a_key(spellings: str) -> None:
    assert len({fold(spelling) for spelling in spellings.split()}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [("ekasa", "sombot"), ("lan", "moto"), ("khum", "khet"), ("tlai", "ponman"), ("bong", "bek")],
)
def test_different_words_keep_different_keys(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@given(st.text())
def test_a_key_has_one_part_per_word_and_no_stray_space(text: str) -> None:
    assert fold(text) == " ".join(fold(text).split())


def test_every_chat_spelling_is_latin() -> None:
    assert len(chat_spellings()) > 200
    for word, spellings in chat_spellings().items():
        assert all(spelling.isascii() and spelling for spelling in spellings), word


def test_keys_find_service_words_in_spellings_never_seen() -> None:
    exact = close = total = 0
    for line in SPELLINGS.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        word, _, spelling = line.partition(":")
        key = fold(spelling).replace(" ", "")
        keys = {fold(variant).replace(" ", "") for variant in variants(word)}
        distance = min(Levenshtein.distance(key, other) for other in keys)
        total += 1
        exact += distance == 0
        close += distance <= max(1, len(key) // 5)
    assert total >= 60
    assert exact / total >= 0.75
    assert close / total >= 0.9
