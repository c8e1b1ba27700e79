"""What changes something is taken from our own pages, or with a proof that no browser sends."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from bot.db.models import StoredInbound
from tests.unit.web.every_route import every_route
from webhook.same_origin import PROVED_OTHERWISE

READING = ("GET", "HEAD", "OPTIONS")
OTHER_SITES = [
    {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"},
    {"Sec-Fetch-Site": "same-site"},
    {"Sec-Fetch-Site": "none"},
    {"Sec-Fetch-Site": "garbage"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://["},
    {"Origin": "https://localhost.evil.example"},
]
BODIES = [
    {"data": b"action=answer&text=x", "content_type": "application/x-www-form-urlencoded"},
    {"data": b'{"id":"12345678","text":"x"}', "content_type": "application/json"},
    {"data": b'{"id":"12345678","text":"x"}', "content_type": "text/plain"},
]


def _changing(site):
    return [route for route in every_route(site) if route.method not in READING]


@pytest.mark.parametrize("headers", OTHER_SITES, ids=str)
def test_every_route_that_changes_something_refuses_other_sites(site, headers):
    client = site.test_client()
    for route in _changing(site):
        for body in BODIES:
            answer = client.open(route.path, method=route.method, headers=headers, **body)
            if route.endpoint in PROVED_OTHERWISE:
                assert 400 <= answer.status_code < 500, route
            else:
                assert answer.status_code == 403, route


def test_each_exemption_is_of_a_route_that_asks_for_another_proof(site):
    client = site.test_client()
    changing = {route.endpoint: route for route in _changing(site)}
    for endpoint, reason in PROVED_OTHERWISE.items():
        assert reason
        route = changing[endpoint]
        answer = client.open(route.path, method=route.method, **BODIES[1])
        assert answer.status_code in (400, 401, 403), route


def test_every_webhook_asks_for_its_proof_whatever_the_method(site):
    client = site.test_client()
    receivers = site.extensions["chrok"].receivers
    assert len(receivers) >= 7
    for name in receivers:
        for method in ("GET", "POST"):
            answer = client.open(f"/webhooks/{name}?from=85512345678&text=hi&id=1", method=method)
            assert 400 <= answer.status_code < 405, (name, method)
    with site.extensions["chrok"].sessions() as session:
        assert session.scalar(select(func.count()).select_from(StoredInbound)) == 0


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://chrok.example"},
        {"Origin": "https://chrok.example"},
        {"Origin": "http://localhost"},
        {},
    ],
    ids=str,
)
def test_our_own_pages_are_let_through(make_site, headers):
    client = make_site(PUBLIC_URL="https://chrok.example").test_client()
    answer = client.post("/officials/answers/nobody-signed-this", headers=headers)
    assert answer.status_code == 410
