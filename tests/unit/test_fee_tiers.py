"""Which tier an answer to "which one is yours?" means."""

from __future__ import annotations

import pytest

from bot.db.models import FeeTier
from bot.services.fee_tiers import nearly_mentioned

TIERS = [
    FeeTier(position=1, label_en="Type A motorcycle", keywords="motorbike; moto; ម៉ូតូ"),
    FeeTier(position=2, label_en="Type B car", keywords="car; ឡាន; រថយន្ត"),
]


@pytest.mark.parametrize(
    ("typed", "positions"),
    [
        ("motor bike", [1]),
        ("motorbke", [1]),
        ("Motorbik", [1]),
        ("រថយនត", [2]),
        ("passport", []),
        ("cat", []),
        ("how much is a motorbike registration", []),
        ("", []),
    ],
)
def test_a_misspelt_answer_is_the_tier_that_it_is_nearest_to(typed, positions):
    assert [tier.position for tier in nearly_mentioned(TIERS, typed)] == positions
