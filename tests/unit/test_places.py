"""Places are found in any spelling, and only where a place is meant."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.services.places import PlaceFinder
from tests.unit.databases import seeded_sessions

DATA = Path(__file__).parent / "data"


@pytest.fixture(scope="module")
def finder(tmp_path_factory):
    with seeded_sessions(tmp_path_factory.mktemp("places"))() as session:
        return PlaceFinder.from_session(session)


def codes(finder, text, **options):
    return [match.place.code for match in finder.find(text, **options)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # Names and aliases, Khmer and Latin, with and without the word for the kind.
        ("Poipet", ["0110"]),
        ("ប៉ោយប៉ែត", ["0110", "011002"]),
        ("ក្រុងប៉ោយប៉ែត", ["0110"]),
        ("សង្កាត់ប៉ោយប៉ែត", ["011002"]),
        ("mongkol borey", ["0102"]),
        ("Mongkol Borei district", ["0102"]),
        ("nov srok thmor puok", ["0107"]),
        ("krong serey sophorn", ["0106"]),
        ("ស៊ីសុផុន", ["0106"]),
        ("PP", ["12"]),
        ("ភពេញ", ["12"]),
        ("រាជធានីភ្នំពេញ", ["12"]),
        ("S'ang district", ["0810"]),
        ("saang", ["0810", "130101"]),
        ("៧មករា", ["1203"]),
        ("7 makara", ["1203"]),
        ("សង្កាត់ផ្សារថ្មីទី១", ["120201"]),
        ("ផ្សារថ្មីទី ៣", ["120203"]),
        ("ផ្សារថ្មី៣", ["120203"]),
        ("rolea bier", ["0406", "040610"]),
        # A province whose name is also a city gives both, unless the word beside it tells.
        ("បាត់ដំបង", ["02", "0203"]),
        ("ខេត្តបាត់ដំបង", ["02"]),
        ("ក្រុងបាត់ដំបង", ["0203"]),
        ("Siem Reap", ["17", "1710"]),
        ("siem reap city", ["1710"]),
        ("Siemreap province", ["17"]),
        ("kompong chnang", ["04", "0403", "040302"]),
        # In a sentence, without spaces.
        ("ចុះបញ្ជីម៉ូតូនៅប៉ោយប៉ែតអស់ប៉ុន្មាន", ["0110"]),
        ("how much does moto registration cost in poipet", ["0110"]),
        ("ខ្ញុំនៅស្រុកមង្គលបូរី ខេត្តបន្ទាយមានជ័យ", ["0102", "01"]),
        # What lies inside a place that is named too comes first, and alone of its name.
        ("ឃុំសំរោង ស្រុកអូរជ្រៅ", ["010505", "0105"]),
        ("ឃុំសម្រោង ស្រុកអូរជ្រៅ", ["010505", "0105"]),
        ("samrong commune, banteay meanchey", ["010505", "01"]),
        ("ស្ដៅ រតនមណ្ឌល ត្រូវបង់ប៉ុន្មាន", ["020701", "0207"]),
        ("Banteay Meanchey, Poipet", ["0110", "01"]),
        # Typos.
        ("ស្រុកមង្គលបុលី", ["0102"]),
        ("មង្គលបុលី", ["0102"]),
        ("battanbang", ["02", "0203"]),
        ("registration in battanbang please", ["02", "0203"]),
        # Codes, in both kinds of digits.
        ("0203", ["0203"]),
        ("០២០៣", ["0203"]),
        ("020305", ["020305"]),
        ("ខេត្ត ០២", ["02"]),
        ("code 2004", ["2004"]),
        # Invisible characters.
        ("ភ្នំ\u200bពេញ ខណ្ឌដូន\u200bពេញ", ["1202", "12"]),
        # An ordinary word is a place with the word for its kind before it.
        ("ស្រុកពួក", ["1707"]),
        ("ខេត្តកណ្តាល", ["08"]),
    ],
)
def test_a_place_is_found_by_any_spelling(finder, text, expected):
    assert codes(finder, text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        "   ",
        "ចង់ធ្វើប័ណ្ណថ្មី",
        "នៅផ្ទះពួកគេ",
        "ផ្សារនៅកណ្ដាលក្រុង",
        "អរគុណ",
        "សួស្តី",
        "hello",
        "thank you",
        "i want to take the driving test",
        "passport",
        "12",
        "2004",
        "20000 riel in 2026",
        "012345678",
        "010203260001",
    ],
)
def test_no_place_is_found_where_none_is_named(finder, text):
    assert codes(finder, text) == []


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ("ស្ដៅ", {"within": "02"}, ["020701"]),
        ("Samraong", {"within": "01"}, ["010505"]),
        ("ស្វាយជេក", {"within": "01"}, ["0108", "010804"]),
        ("battambang", {"level": "district"}, ["0203"]),
        ("battambang", {"within": "02"}, ["0203"]),
        ("svay chek", {"level": "commune", "within": "01"}, ["010804"]),
        ("12", {"level": "province"}, ["12"]),
        ("kampto", {"level": "province"}, ["07"]),
        ("Poipet", {"within": "02"}, []),
    ],
)
def test_a_search_can_be_narrowed(finder, text, options, expected):
    assert codes(finder, text, **options) == expected


def test_an_ambiguous_name_gives_several_districts_first(finder):
    found = [match.place for match in finder.find("សំរោង", limit=50)]
    assert [place.code for place in found][:2] == ["2107", "2204"]
    assert len(found) == 12
    assert len(finder.find("សំរោង")) == 5


def test_an_exact_name_scores_more_than_a_misspelt_one(finder):
    assert finder.find("ស្រុកមង្គលបូរី")[0].score == 1
    assert 0.7 < finder.find("ស្រុកមង្គលបុលី")[0].score < 1


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ខ្ញុំនៅស្រុកមង្គលបូរី", "មង្គលបូរី"),
        ("ភ្នំ\u200bពេញ", "ភ្នំ\u200bពេញ"),
        ("I live in  Siem Reap  city.", "Siem Reap  city"),
        ("at ប៉ោយប៉ែត!", "ប៉ោយប៉ែត"),
    ],
)
def test_a_match_tells_where_the_name_stands_in_the_original(finder, text, name):
    match = finder.find(text)[0]
    assert text[match.start : match.end] == name


@pytest.mark.parametrize("level", ["province", "district", "commune"])
def test_every_place_is_found_by_its_bare_and_its_full_name(finder, level):
    places = finder.places(level)
    sample = random.Random(1).sample(places, min(len(places), 210))
    for place in sample:
        for text in (
            place.name_km,
            place.name_en,
            f"ខ្ញុំរស់នៅ{place.full_name_km}",
            f"how much is it in {place.full_name_en}?",
        ):
            assert place.code in codes(finder, text, limit=60), text


def lines_of(name):
    lines = (DATA / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if not line.startswith("#")]


@pytest.mark.parametrize("without_spaces", [False, True])
@pytest.mark.parametrize(("language", "most"), [("en", 0), ("km", 12)])
def test_sentences_of_other_topics_name_hardly_any_place(finder, language, most, without_spaces):
    """MASSIVE's Khmer side does name places of Cambodia; reading what is found showed no other."""
    lines = lines_of(f"other_topics_{language}.txt")
    texts = [line.replace(" ", "") if without_spaces else line for line in lines]
    found = [text for text in texts if finder.find(text)]
    assert len(texts) == 300
    assert len(found) <= most, found


def test_questions_about_services_name_only_the_places_in_them(finder):
    lines = lines_of("colloquial_questions.txt")
    found = {line for line in lines if finder.find(line)}
    assert found == {line for line in lines if "ភ្នំពេញ" in line}


@settings(max_examples=100, deadline=None)
@given(
    text=st.lists(
        st.one_of(
            st.characters(min_codepoint=0x1780, max_codepoint=0x17F9),
            st.sampled_from(["ស្រុក", "ក្រុង", "បាត់ដំបង", "ឃុំ", " district ", "Poipet", " ", "0203"]),
            st.characters(exclude_categories=["Cs"]),
        ),
        max_size=30,
    ).map("".join)
)
def test_any_text_gives_matches_inside_the_text(finder, text):
    for match in finder.find(text):
        assert 0 <= match.start < match.end <= len(text)
        assert 0 < match.score <= 1
