"""No number, id, token or word of a person survives into a log."""

from __future__ import annotations

import json
import logging
import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.logs.configuration import Masks
from bot.logs.masking import LONGEST, mask_text
from tests.unit.logs.lines import event, written

BOT_TOKEN = "7100000001:AAtoken-for-tests"
KHMER = "តម្លៃប៉ុន្មាន"
_KHMER_DIGITS = str.maketrans(string.digits, "០១២៣៤៥៦៧៨៩")

phones = st.builds(
    lambda prefix, digits, separator, in_khmer: (
        prefix + separator.join((digits[:2], digits[2:5], digits[5:]))
    ).translate(_KHMER_DIGITS if in_khmer else {}),
    st.sampled_from(["0", "+855", "+855 ", "00855", "855-"]),
    st.text(string.digits, min_size=8, max_size=9),
    st.sampled_from(["", " ", "-", ".", " - "]),
    st.booleans(),
)
_URL_SAFE = string.ascii_letters + string.digits + "_-"


def _random_word(alphabet: str, size: int, prefix: str = "") -> st.SearchStrategy[str]:
    # A word without a digit is one in thousands among these, but hypothesis would find it.
    return st.text(alphabet, min_size=size, max_size=size).map(lambda rest: f"{prefix}7{rest}aB")


# As Messenger, Telegram, Twilio, the web chat, SMSGate and Nuntium make them.
provider_ids = st.one_of(
    st.integers(10**14, 10**17).map(str),
    st.integers(-(10**13), -(10**9)).map(str),
    _random_word(_URL_SAFE, 60, "m_"),
    _random_word(string.hexdigits[:16], 30, "SM"),
    _random_word(_URL_SAFE, 40),
    _random_word(_URL_SAFE, 14),
    st.uuids().map(str),
)


_TOLD = ("event", "recipient", "parts", "exception")
_LONG_NUMBER = re.compile(r"\d(?:[\s().-]*\d){6,}")


@given(phones | provider_ids, st.sampled_from(["", "to ", "(", "'", "chat=", "/", "id:"]))
def test_no_number_or_id_survives_in_a_field_a_line_or_an_exception(secret, before):
    def tell(log):
        log.warning("sent", recipient=before + secret, parts=[{"to": secret}, (secret,)])
        logging.getLogger(log.name).error("no answer for %s%s, giving up", before, secret)
        try:
            raise OSError(f"nobody is {before}{secret}")
        except OSError:
            log.error("failed", exc_info=True)

    told = written(tell)
    assert secret not in told
    for line in map(json.loads, told.splitlines()):
        for name in _TOLD:
            assert not _LONG_NUMBER.search(str(line.get(name)))


@given(st.integers(10**6, 10**18))
def test_a_providers_number_as_a_value_is_masked_and_ours_is_not(number):
    line = event(lambda log: log.info("x", chat=number, contact_id=number, chats={number: number}))
    assert line["contact_id"] == number
    assert str(number) not in str(line["chat"]) + str(line["chats"])


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (f"https://api.telegram.org/bot{BOT_TOKEN}/sendMessage", "api.telegram.org/bot…/sendM"),
        ("GET /cgi-bin/sendsms?username=chrok&password=hunter2", "/cgi-bin/sendsms?username=…"),
        ("postgresql://chrok:hunter2@database/chrok", "postgresql://…@database/chrok"),
        ("Authorization: Bearer hunter2.abc", "Authorization: Bearer …"),
        ("mail to sok.dara@example.org failed", "mail to …@… failed"),
        (f"could not read {KHMER} here", "could not read …"),
        ("/services/%E1%9E%94%E1%9E%8E", "/services/…"),
        (r"b'\xe1\x9e\x94\xe1\x9e\x8e'", "b'…'"),
        ("[SQL: …]\n[parameters: ('web', 'my words')]\n(Background on …)", "[parameters: …]"),
        ("Key (channel, external_id)=(web, sok) already exists.", "external_id)=(…) already"),
        ("Failing row contains (1, web, my words (all)).", "Failing row contains (…)"),
    ],
)
def test_what_stands_around_a_secret_stays_readable(text, kept):
    masked = mask_text(text)
    assert kept in masked
    for secret in (BOT_TOKEN, "hunter2", "sok", KHMER, "my words", "E1%9E", "xe1"):
        assert secret not in masked


@pytest.mark.parametrize(
    "text",
    [
        "Listening at port 8080",
        "HTTPConnectionPool(host='127.0.0.1', port=5005): Max retries exceeded",
        "RecentEventsTrackerStore",
        "no well-formed X-Hub-Signature-256",
        "webhook/channels/messenger_conversation.py, line 120, in take_message",
        "delivery_report_about_no_message_of_ours",
        "status 503 after 2 tries in 1500 ms",
    ],
)
def test_what_an_operator_needs_is_not_masked(text):
    assert mask_text(text) == text


def test_a_secret_of_the_settings_is_masked_whatever_it_looks_like():
    def tell(log):
        log.info("login refused for kannel-password")

    assert "kannel-password" not in written(tell, Masks(secrets=frozenset({"kannel-password"})))


def test_a_long_text_is_cut():
    assert len(mask_text("ab " * LONGEST)) == LONGEST
