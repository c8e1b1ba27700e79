from pathlib import Path
from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.language import _model, detect

HELD_OUT = Path(__file__).with_name("held_out_romanised.txt")
HELD_OUT_ENGLISH = Path(__file__).with_name("held_out_english.txt")


@pytest.mark.parametrize(
    ("text", "language", "script", "romanised"),
    [
        ("តើថ្លៃប៉ុន្មាន?", "km", "khmer", False),
        ("ok ថ្លៃ៣០០០", "km", "khmer", False),
        ("license បណ្ណបើកបរ type A", "km", "khmer", False),
        ("How much is a birth certificate?", "en", "latin", False),
        ("fee?", "en", "latin", False),
        ("yes please", "en", "latin", False),
        ("tlai ponman", "km", "latin", True),
        ("nh jong tver bat bek bor", "km", "latin", True),
        ("jong bonto passport", "km", "latin", True),
        ("ot te", "km", "latin", True),
        ("I want a passport", "en", "latin", False),
    ],
)
def test_language_and_script(text: str, language: str, script: str, romanised: bool) -> None:
    found = detect(text)
    assert (found.language, found.script, found.romanised) == (language, script, romanised)
    assert found.confidence > 0


@pytest.mark.parametrize(
    "text",
    ["", "  ", "123", "១២៣", "012 345 678", "👍", "ok", "OK!", "A", "passport", "Battambang",
     "phnom penh", "Sophea", "me@example.org", "https://example.org/fee", "?!", "日本語"],
)  # fmt: skip
def test_what_belongs_to_no_language(text: str) -> None:
    assert detect(text).language is None


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    found = detect(text)
    assert 0 <= found.confidence <= 1
    assert found.romanised == (found.language == "km" and found.script == "latin")


def test_romanised_phrases_never_fitted_to_are_told_from_english() -> None:
    lines = HELD_OUT.read_text(encoding="utf-8").splitlines()
    found = [detect(line).language for line in lines if not line.startswith("#")]
    assert len(found) >= 130
    assert found.count("km") / len(found) >= 0.97
    assert found.count("en") / len(found) <= 0.015


def test_english_never_fitted_to_is_told_from_romanised_khmer() -> None:
    lines = HELD_OUT_ENGLISH.read_text(encoding="utf-8").splitlines()
    found = [detect(line).language for line in lines if not line.startswith("#")]
    assert len(found) >= 60
    assert found.count("en") / len(found) >= 0.98
    assert "km" not in found


def test_fitting_takes_no_noticeable_time() -> None:
    def fit() -> float:
        _model.cache_clear()
        start = process_time()
        _model()
        return process_time() - start

    assert min(fit() for _ in range(3)) < 0.1
