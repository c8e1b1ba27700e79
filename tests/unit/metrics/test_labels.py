"""Label values are few, whatever comes in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webhook.metrics.labels import CHANNELS, OTHER, Reasons, channel_label


@given(st.lists(st.text(), max_size=200))
def test_no_input_makes_more_values_than_allowed_or_any_with_an_id(given_reasons):
    reasons = Reasons(most=10)
    values = {reasons.label(reason) for reason in given_reasons}
    assert len(values - {OTHER}) <= 10
    for value in values:
        assert re.fullmatch(r"[a-z0-9_]{0,60}", value)
        assert not re.search(r"\d{7}", value)


def test_a_value_stays_what_it_is_after_the_list_is_full():
    reasons = Reasons(most=1)
    assert reasons.label("a message without mid") == "a_message_without_mid"
    assert reasons.label("another") == OTHER
    assert reasons.label("a message without mid") == "a_message_without_mid"


@pytest.mark.parametrize(
    ("code", "label"),
    [("10/2018278", OTHER), ("http_502", "http_502"), ("551", "551"), ("", "")],
)
def test_providers_codes_are_told_as_far_as_they_are_no_ids(code, label):
    assert Reasons().label(code) == label


@given(st.text())
def test_a_channel_is_one_of_ours_or_other(name):
    assert channel_label(name) in (*CHANNELS, OTHER)


def test_gateways_are_one_channel():
    assert channel_label("sms/kannel") == "sms"
