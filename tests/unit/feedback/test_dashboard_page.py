"""The public page: what it shows, what it hides, and its downloads."""

from __future__ import annotations

import string

import pytest
import regex

from bot.settings import PROJECT_ROOT
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import at, feedback, settings
from webhook.app import create_app
from webhook.translation import translations


@pytest.fixture
def web(sessions, monkeypatch):
    month_of_feedback(sessions)
    monkeypatch.setattr("webhook.pages.dashboard.now", lambda: at("2026-11-24T12:00"))
    feedback(sessions, "2026-11-02T10:00", "good", "x", rating="satisfied", place_code="0401")
    return create_app(settings(str(sessions.kw["bind"].url))).test_client()


def test_the_page_shows_ratings_places_and_months_in_both_languages(web):
    for language, expected in (("en", "Banteay Meanchey province"), ("km", "ខេត្តបន្ទាយមានជ័យ")):
        page = web.get(f"/dashboard?lang={language}&months=24")
        shown = page.get_data(as_text=True)
        assert page.status_code == 200
        assert expected in shown
        assert "utter_" not in shown
        assert "script-src" not in page.headers["Content-Security-Policy"]


def test_of_fewer_than_three_nothing_is_told(web):
    shown = web.get("/dashboard?lang=en&place=04&months=24").get_data(as_text=True)
    assert "Fewer than three people" in shown
    assert "100%" not in shown
    assert web.get("/dashboard/chart.png?place=04&months=24").status_code == 404
    rows = web.get("/dashboard/feedback.csv?place=04&months=24").get_data(as_text=True)
    assert "2026-11,04,<3,<3,<3" in rows


def test_the_chart_is_a_picture_and_the_months_are_a_table(web):
    picture = web.get("/dashboard/chart.png?months=24&lang=km")
    assert picture.data.startswith(b"\x89PNG")
    table = web.get("/dashboard/feedback.csv?months=24")
    assert table.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert "2026-10,,3,2,5" in table.get_data(as_text=True)


@pytest.mark.parametrize("query", ["place=99", "place=010201", "months=x", "months=²", "place='"])
def test_an_address_that_means_nothing_is_not_found(web, query):
    assert web.get(f"/dashboard?{query}").status_code == 404


def test_the_page_s_words_are_there_in_khmer():
    template = (PROJECT_ROOT / "webhook/pages/templates/dashboard.html").read_text()
    view = (PROJECT_ROOT / "webhook/pages/dashboard_view.py").read_text()
    found = set(regex.findall(r"_\([\"']([^\"']+)[\"']", template))
    found |= set(regex.findall(r'say\("([^"]+)"', view))
    assert len(found) > 25
    for message in found:
        khmer = translations("km").gettext(message)
        assert any("ក" <= character <= "៿" for character in khmer), message
        fields = [
            {name for _, name, _, _ in string.Formatter().parse(text) if name}
            for text in (message, khmer)
        ]
        assert fields[0] == fields[1]
