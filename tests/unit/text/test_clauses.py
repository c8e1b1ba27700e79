from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.clauses import clauses


def _parts(text: str) -> list[str]:
    return [text[start:end].strip(" ,.!?។") for start, end in clauses(text)]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("hello, how much is a licence", ["hello", "how much is a licence"]),
        ("hi bong how much is it", ["hi bong", "how much is it"]),
        ("how much is it? where is the office?", ["how much is it", "where is the office"]),
        ("the fee and the documents", ["the fee", "the documents"]),
        ("how much is it, and where do I go", ["how much is it", "where do I go"]),
        ("how much is it? thanks a lot", ["how much is it", "thanks a lot"]),
        ("សួស្ដីបង តម្លៃប៉ុន្មាន", ["សួស្ដីបង", "តម្លៃប៉ុន្មាន"]),
        ("ជម្រាបសួរ ខ្ញុំចង់ចុះបញ្ជីម៉ូតូ អរគុណ", ["ជម្រាបសួរ", "ខ្ញុំចង់ចុះបញ្ជីម៉ូតូ", "អរគុណ"]),
        ("តម្លៃប៉ុន្មាន ហើយនៅឯណា", ["តម្លៃប៉ុន្មាន", "នៅឯណា"]),
        ("tlai ponman haey nov na", ["tlai ponman", "nov na"]),
    ],
)
def test_a_message_is_cut_where_another_may_begin(text, parts):
    assert _parts(text) == parts


@pytest.mark.parametrize(
    "text",
    [
        *("", "hello", "អរគុណ", "thanks", "ចុះបញ្ជីម៉ូតូ", "how much is a brandy licence"),
        *("0102 2107 0034", "12.5", "why, why, why, why, why, why, why, why"),
    ],
)
def test_one_message_stays_one(text):
    assert len(clauses(text)) <= 1


@given(st.text(max_size=80))
def test_the_parts_lie_in_order_inside_the_message(text):
    at = 0
    for start, end in clauses(text):
        assert at <= start < end <= len(text)
        at = end
