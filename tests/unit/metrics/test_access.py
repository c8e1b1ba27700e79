"""Who may read the metrics."""

from __future__ import annotations

import pytest

from webhook.metrics.access import may_read

TOKEN = "a-token-of-the-operators"


@pytest.mark.parametrize(
    ("peer", "is_near"),
    [
        ("127.0.0.1", True),
        ("::1", True),
        ("10.2.3.4", True),
        ("172.31.0.1", True),
        ("192.168.7.7", True),
        ("fd12::1", True),
        ("::ffff:10.0.0.1", True),
        ("172.32.0.1", False),
        ("100.64.0.1", False),
        ("203.0.113.5", False),
        ("8.8.8.8", False),
        ("::ffff:8.8.8.8", False),
        ("2001:db8::1", False),
        ("unix:", False),
        ("", False),
    ],
)
@pytest.mark.parametrize("token", ["", TOKEN])
def test_without_a_token_only_who_is_near_reads(peer, is_near, token):
    assert may_read({"REMOTE_ADDR": peer}, token) is is_near


@pytest.mark.parametrize("peer", ["127.0.0.1", "203.0.113.5"])
@pytest.mark.parametrize(
    "header", ["HTTP_X_FORWARDED_FOR", "HTTP_FORWARDED", "HTTP_X_REAL_IP", "HTTP_VIA"]
)
def test_what_came_through_a_proxy_needs_the_token(peer, header):
    environ = {"REMOTE_ADDR": peer, header: "127.0.0.1"}
    assert not may_read(environ, TOKEN)
    assert may_read({**environ, "HTTP_AUTHORIZATION": f"Bearer {TOKEN}"}, TOKEN)


def test_the_address_that_a_proxy_wrote_is_not_the_peers():
    environ = {
        "REMOTE_ADDR": "127.0.0.1",
        "werkzeug.proxy_fix.orig": {"REMOTE_ADDR": "203.0.113.5"},
    }
    assert not may_read(environ, "")


@pytest.mark.parametrize(
    "shown", ["Bearer wrong", "Bearer ", "Basic " + TOKEN, TOKEN, "Bearer \u1780", "Bearer"]
)
def test_a_wrong_token_opens_nothing(shown):
    assert not may_read({"REMOTE_ADDR": "8.8.8.8", "HTTP_AUTHORIZATION": shown}, TOKEN)


@pytest.mark.parametrize("shown", ["Bearer ", "Bearer", "", "Bearer None"])
def test_no_token_of_ours_means_that_none_opens(shown):
    assert not may_read({"REMOTE_ADDR": "8.8.8.8", "HTTP_AUTHORIZATION": shown}, "")
