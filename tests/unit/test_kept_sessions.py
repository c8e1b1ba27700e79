"""Sessions that are kept look their environment up once, and obey it all the same."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.fakes.provider import Answer, FakeProvider
from webhook.kept_sessions import KeptSessions

PROVIDER = "https://provider.example/send"


class Anything(FakeProvider):
    """Answers 200."""

    def respond(self, request):
        return Answer(200)


def test_a_thread_has_one_session_until_it_is_forgotten():
    sessions = KeptSessions()
    first = sessions.get(PROVIDER)
    assert sessions.get(PROVIDER) is first
    with ThreadPoolExecutor(1) as other:
        assert other.submit(sessions.get, PROVIDER).result() is not first
    sessions.forget()
    assert sessions.get(PROVIDER) is not first


def test_a_call_goes_through_the_proxy_that_the_environment_names(monkeypatch):
    with Anything() as proxy:
        monkeypatch.setenv("http_proxy", proxy.address)
        monkeypatch.setenv("no_proxy", "")
        address = "http://provider.example/send"
        assert KeptSessions().get(address).post(address, timeout=5).ok
        [request] = proxy.requests
    assert request.path == address


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [("no_proxy", "provider.example", {}), ("no_proxy", "", {"https": "http://proxy.example"})],
)
def test_who_needs_no_proxy_is_called_directly(monkeypatch, name, value, expected):
    monkeypatch.setenv("https_proxy", "http://proxy.example")
    monkeypatch.setenv(name, value)
    proxies = KeptSessions().get(PROVIDER).proxies
    assert {key: proxies[key] for key in proxies if key == "https"} == expected


@pytest.mark.parametrize("name", ["REQUESTS_CA_BUNDLE", "CURL_CA_BUNDLE"])
def test_certificates_of_the_environment_are_used(monkeypatch, name):
    monkeypatch.delenv("REQUESTS_CA_BUNDLE", raising=False)
    monkeypatch.delenv("CURL_CA_BUNDLE", raising=False)
    assert KeptSessions().get(PROVIDER).verify is True
    monkeypatch.setenv(name, "/etc/own-authority.pem")
    assert KeptSessions().get(PROVIDER).verify == "/etc/own-authority.pem"


def test_a_login_in_netrc_is_not_sent(monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("default login somebody password secret\n")
    monkeypatch.setenv("NETRC", str(netrc))
    with Anything() as provider:
        KeptSessions({"X-Own": "yes"}).get(provider.address).post(provider.address, timeout=5)
        [request] = provider.requests
    assert "authorization" not in request.headers
    assert request.headers["x-own"] == "yes"
