"""Every answer of every route carries the headers that protect who gets it."""

from __future__ import annotations

import re

import pytest

from tests.unit.web.every_route import every_route

EVERYWHERE = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
}
NO_SUCH_PAGES = ["/nowhere", "/officials/nothing", "/api/v1/nothing", "/static/none.js", "/%00"]
# Everybody may have these; all else is for the one who asked, or for nobody.
PUBLIC = ("open_budgets.", "static", "budgets.chart", "budgets.share", "dashboard.")
SHOWN_ELSEWHERE = (
    "open_budgets.",
    *("budgets.chart", "budgets.share", "dashboard.chart", "officials.picture"),
)


def _answers(site):
    client = site.test_client()
    for route in every_route(site):
        yield route, client.open(route.path, method=route.method)


def _directives(policy: str) -> dict[str, list[str]]:
    return {words[0]: words[1:] for part in policy.split(";") if (words := part.split())}


def test_every_answer_has_the_headers(site):
    for route, answer in _answers(site):
        for name, value in EVERYWHERE.items():
            assert answer.headers.get(name) == value, (route, name)
        assert answer.headers["Referrer-Policy"] in ("same-origin", "no-referrer"), route


@pytest.mark.parametrize("method", ["GET", "POST", "PATCH", "TRACE"])
@pytest.mark.parametrize("path", NO_SUCH_PAGES)
def test_an_error_has_the_headers_too(site, path, method):
    answer = site.test_client().open(path, method=method)
    assert 400 <= answer.status_code < 500
    assert EVERYWHERE.items() <= dict(answer.headers).items()
    assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]


def test_no_policy_lets_foreign_or_inline_code_run(site):
    for route, answer in _answers(site):
        policy = answer.headers["Content-Security-Policy"]
        directives = _directives(policy)
        assert directives["default-src"] in (["'none'"], ["'self'"]), route
        assert directives["frame-ancestors"] == ["'none'"], route
        assert not re.search(r"unsafe|\*|https?:|data:|nonce", policy), route


def test_no_page_needs_inline_script_or_style(site):
    for route, answer in _answers(site):
        if answer.mimetype == "text/html":
            inline = r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|javascript:"
            assert not re.search(inline, answer.text), route


def test_what_is_private_stays_in_no_shared_cache(site):
    for route, answer in _answers(site):
        if not route.endpoint.startswith(PUBLIC):
            cache = answer.headers["Cache-Control"]
            assert "no-store" in cache or "private" in cache, route


def test_only_pictures_and_open_data_may_be_shown_on_other_sites(site):
    for route, answer in _answers(site):
        elsewhere = answer.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
        assert not elsewhere or route.endpoint.startswith(SHOWN_ELSEWHERE), route


@pytest.mark.parametrize(
    ("public_url", "expected"),
    [("https://chrok.example.org", "max-age=31536000"), ("http://127.0.0.1:8080", None)],
)
def test_browsers_are_held_to_tls_where_there_is_tls(make_site, public_url, expected):
    for route, answer in _answers(make_site(PUBLIC_URL=public_url)):
        assert answer.headers.get("Strict-Transport-Security") == expected, route


def test_every_cookie_is_for_this_site_alone_and_under_tls(make_site):
    for route, answer in _answers(make_site(PUBLIC_URL="https://chrok.example.org")):
        for cookie in answer.headers.getlist("Set-Cookie"):
            assert "Secure" in cookie, route
            assert "SameSite=Lax" in cookie, route
            # The language is no secret, and the page's script changes it.
            assert "HttpOnly" in cookie or cookie.startswith("chrok_lang="), route


def test_an_unknown_page_is_said_kindly_in_both_languages(site):
    client = site.test_client()
    for language, words in (("km", "គ្មានទំព័រនេះទេ"), ("en", "There is no such page")):
        answer = client.get(f"/nowhere?lang={language}")
        assert answer.status_code == 404
        assert words in answer.text


def test_a_program_gets_its_errors_as_json_and_a_provider_none(site):
    client = site.test_client()
    assert client.get("/api/v1/nothing").get_json()["error"]["code"] == "not_found"
    answer = client.post("/webhooks/nobody")
    assert (answer.status_code, answer.text) == (404, "")


def test_a_refused_method_still_names_those_that_are_taken(site):
    answer = site.test_client().delete("/services")
    assert answer.status_code == 405
    assert "GET" in answer.headers["Allow"]


def test_a_page_without_a_database_asks_to_try_again(site, tmp_path):
    site.extensions["chrok"].sessions.configure(bind=_broken(tmp_path))
    answer = site.test_client().get("/services?lang=en")
    assert answer.status_code == 503
    assert answer.headers["Retry-After"]
    assert "try again" in answer.text


def _broken(folder):
    from bot.db.session import create_database_engine

    return create_database_engine(f"sqlite:///{folder}")
