"""Facebook's signed request to delete somebody's data."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.fakes.graph_api import signed_request
from tests.unit.channels.messenger_samples import SECRET
from webhook.channels.base import Rejected
from webhook.channels.messenger_deletion import SignedRequest, read_signed_request

# The example in Facebook's documentation of signed requests, whose secret is "secret".
DOCUMENTED = (
    "vlXgu64BQGFSQrY0ZcJBZASMvYvTHu9GQ0YM9rjPSso"
    ".eyJhbGdvcml0aG0iOiJITUFDLVNIQTI1NiIsIjAiOiJwYXlsb2FkIn0"
)


def refusal(value: str, secret: str = SECRET) -> Rejected:
    with pytest.raises(Rejected) as caught:
        read_signed_request(value, secret)
    return caught.value


def test_the_person_and_the_time_are_read():
    request = read_signed_request(signed_request(SECRET, user_id="218471"), SECRET)
    assert request == SignedRequest("218471", 1795425600)


def test_the_signature_is_that_of_facebook_s_own_example():
    assert refusal(DOCUMENTED, "secret").reason == "signed_request names no user_id"
    assert refusal(DOCUMENTED, "Secret").reason == "signed_request has a wrong signature"


GOOD = signed_request(SECRET, user_id="218471")


@pytest.mark.parametrize(
    ("value", "status"),
    [
        ("", 400),
        (GOOD.replace(".", ""), 400),
        ("." + GOOD.partition(".")[2], 403),
        (GOOD.partition(".")[0] + ".", 403),
        (GOOD + "A", 403),
        (GOOD[1:], 403),
        ("A" + GOOD, 403),
        (GOOD + " ", 403),
        (f" {GOOD}", 403),
        (signed_request("another-secret", user_id="218471"), 403),
        (signed_request(SECRET, user_id="218471", algorithm="none"), 403),
        (signed_request(SECRET, user_id="218471", algorithm="HMAC-SHA1"), 403),
        (signed_request(SECRET, user_id="218471", algorithm=None), 403),
        (signed_request(SECRET), 400),
        (signed_request(SECRET, user_id="me"), 400),
        (signed_request(SECRET, user_id="../app"), 400),
        (signed_request(SECRET, user_id="១២៣"), 400),
        (signed_request(SECRET, user_id="9" * 33), 400),
        (signed_request(SECRET, user_id="218471", issued_at="now"), 400),
        ("A" * 5000 + ".B", 400),
        ("ខ្មែរ.ខ្មែរ", 403),
    ],
)
def test_what_is_not_exactly_signed_is_refused(value, status):
    error = refusal(value)
    assert error.status == status
    assert "218471" not in error.reason


def test_padding_of_base64_does_not_matter():
    signature, _, payload = GOOD.partition(".")
    assert len(base64.urlsafe_b64decode(signature + "=")) == 32
    assert read_signed_request(f"{signature}=.{payload}", SECRET).user_id == "218471"


def test_a_number_may_be_given_as_a_number():
    assert read_signed_request(signed_request(SECRET, user_id=218471), SECRET).user_id == "218471"


def test_the_subject_leads_to_nobody_and_tells_requests_apart():
    first, later = SignedRequest("218471", 1), SignedRequest("218471", 2)
    assert first.subject("key") == SignedRequest("218471", 1).subject("key")
    assert len({first.subject("key"), later.subject("key"), first.subject("another")}) == 3
    assert len(first.subject("key")) == 64
    assert "218471" not in first.subject("key")


@given(st.text(max_size=200) | st.builds("{}.{}".format, st.text(), st.text()))
def test_whatever_is_sent_is_read_or_refused(value):
    with pytest.raises(Rejected):
        read_signed_request(value, SECRET)
