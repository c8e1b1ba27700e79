import pytest

from bot.nlu.place_names import find_places
from bot.nlu.sounds import sound_of
from bot.text.normalise import normalise
from bot.text.segment import segment
from scripts.place_names import RESOURCE, content


def words(text: str) -> tuple[str, ...]:
    return tuple(word.text for word in segment(normalise(text)))


@pytest.mark.parametrize(
    ("text", "name", "level"),
    [
        ("ខ្ញុំនៅស្រុកស្អាង", "ស្អាង", "district"),
        ("ច្រកបាត់ដំបងនៅណា", "បាត់ដំបង", "province"),
        ("ស្រុកសម្រោងទង", "សម្រោងទង", "district"),
        ("ស្រុកសំរោងទង", "សំរោងទង", "district"),
        ("office in siemreap", "siemreap", "province"),
        ("i live in kompong cham", "kompong cham", "province"),
        ("Mongkol Borey district", "mongkol borey", "district"),
        ("nov khum bat trang", "bat trang", "commune"),
        ("នៅ Poipet", "poipet", "district"),
    ],
)
def test_a_name_is_found_in_its_spellings(text: str, name: str, level: str) -> None:
    given = words(text)
    found = [place for place in find_places(given) if place.certain]
    assert [("".join(given[p.start : p.end]), p.level) for p in found] == [
        (name.replace(" ", ""), level)
    ]


@pytest.mark.parametrize(
    "text",
    [
        "how much is the fee",
        "tlai ponman bong",
        "what is the price please",
        "ខ្ញុំចង់សួរតម្លៃប័ណ្ណបើកបរ",
        "ធ្វើនៅកណ្តាលផ្ទះ",
        "",
    ],
)
def test_ordinary_words_are_no_certain_places(text: str) -> None:
    assert [place for place in find_places(words(text)) if place.certain] == []


@pytest.mark.parametrize(
    ("khmer", "latin"),
    [("ប៉ុន្មាន", "ponman"), ("ប៉ុន្មាន", "bonman"), ("ខ្ញុំ", "nhom"), ("សៀមរាប", "seamreab")],
)
def test_spellings_of_a_word_sound_alike(khmer: str, latin: str) -> None:
    assert sound_of(normalise(khmer)) == sound_of(latin)


def test_the_shipped_names_are_those_of_the_gazetteer_and_the_seeds() -> None:
    assert RESOURCE.read_text(encoding="utf-8") == content()
