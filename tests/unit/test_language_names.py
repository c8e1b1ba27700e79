"""Which language somebody asks for, when both are named or one is refused."""

import pytest

from bot.text.language_names import other_languages, wanted_language
from bot.text.normalise import normalise


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("English please", "en"),
        ("i don't speak khmer, english please", "en"),
        ("I can't read Khmer", "en"),
        ("my english is bad, use khmer", "km"),
        ("stop writing english", "km"),
        ("why do you answer in Khmer? I write English", "en"),
        ("switch from Khmer to English", "en"),
        ("ខ្ញុំមិនចេះអង់គ្លេសទេ សរសេរខ្មែរមក", "km"),
        ("ខ្ញុំអត់ចេះអង់គ្លេសទេ", "km"),
        ("កុំឆ្លើយអង់គ្លេស ឆ្លើយខ្មែរ", "km"),
        ("ប្តូរពីខ្មែរទៅអង់គ្លេស", "en"),
        ("english អត់ចេះទេ យកខ្មែរ", "km"),
        ("ot jes angkles te som khmer", "km"),
        ("និយាយខ្មែរមក", "km"),
        ("change the language", None),
    ],
)
def test_the_language_that_is_wanted_and_not_the_one_refused(
    text: str, language: str | None
) -> None:
    assert wanted_language(text) == language


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("can you speak Thai?", ["thai"]),
        ("ភាសាចិនមានអត់", ["ភាសាចិន"]),
        ("ot mean barang te", ["barang"]),
        ("Khmer or English", []),
        ("ប្តូរទៅខ្មែរ", []),
    ],
)
def test_languages_that_nobody_answers_in_are_named(text: str, named: list[str]) -> None:
    normalised = normalise(text)
    assert [normalised[start:end] for start, end in other_languages(normalised)] == named
