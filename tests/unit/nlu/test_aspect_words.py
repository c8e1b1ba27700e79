import pytest

from bot.nlu.aspect_words import find_aspects
from bot.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "known", "aspects"),
    [
        ("how much is the driving test", set(), ["fee"]),
        ("how long is it valid", {"validity"}, []),
        ("what is the fee and the documents", {"fee"}, ["documents"]),
        ("ប្រឡងប័ណ្ណបើកបរ តម្លៃប៉ុន្មាន", set(), ["fee"]),
        ("ធ្វើប៉ុន្មានថ្ងៃ ឯកសារអ្វីខ្លះ", set(), ["documents", "duration"]),
        ("bat bek bor moto tlai ponman", set(), ["fee"]),
        ("i lost my licence", set(), []),
        ("can foreigners get a licence", set(), ["eligibility"]),
        ("can my sister apply on my behalf", set(), ["eligibility"]),
        ("i am a foreigner, which documents", set(), ["documents"]),
        ("ជនបរទេសធ្វើបានទេ", set(), ["eligibility"]),
        ("ត្រូវទៅខ្លួនឯងទេ", set(), ["eligibility"]),
        ("the costume", set(), []),
    ],
)
def test_aspects_that_the_words_name(text: str, known: set[str], aspects: list[str]) -> None:
    assert [value for value, _, _ in find_aspects(normalise(text), known)] == aspects
