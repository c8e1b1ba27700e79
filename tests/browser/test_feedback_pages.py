"""The dashboard and the page on which officials answer, in a real browser, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe

from bot.db.models.base import now
from bot.settings import Settings
from tests.browser.site_server import served
from tests.unit.databases import seeded_sessions
from tests.unit.feedback.citizen import SECRET
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import feedback, official
from webhook.app import create_app
from webhook.signed_links import SignedLinks

WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Addresses of the pages by name."""
    folder = tmp_path_factory.mktemp("feedback_site")
    sessions = seeded_sessions(folder)
    numbers = month_of_feedback(sessions)
    for person in "abc":
        feedback(sessions, now().strftime("%Y-%m-%dT00:00"), f"good {person}", person)
    settings = Settings(
        database_url=f"sqlite:///{folder}/chrok.sqlite3",
        queue_url=f"sqlite:///{folder}/queue.sqlite3",
        secret_key=SECRET,
    )
    with served(create_app(settings)) as address:
        yield _pages(address, sessions, settings, numbers[7])


def _pages(address, sessions, settings, feedback_id):
    links = SignedLinks(settings)
    pages = {"gone": f"{address}/officials/answers/nothing"}
    for language in ("km", "en"):
        pages[f"dashboard-{language}"] = f"{address}/dashboard?lang={language}"
        pages[f"small-{language}"] = f"{address}/dashboard?lang={language}&place=05"
        number = official(
            sessions,
            channel="email",
            address=f"{language}@example.org",
            place_code="0102",
            language=language,
        )
        link = links.answer(number, feedback_id).removeprefix("http://127.0.0.1:8080")
        pages[f"answer-{language}"] = address + link
    return pages


NAMES = ("dashboard-km", "dashboard-en", "small-km", "small-en", "answer-km", "answer-en", "gone")


@pytest.mark.browser
@pytest.mark.parametrize("name", NAMES)
def test_a_page_fits_a_phone_and_meets_wcag(site, page, name):
    page.goto(site[name], wait_until="networkidle")
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_an_official_answers_on_the_page_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(site["answer-en"])
    page.get_by_label("Your answer to the citizen").fill("We are sorry. It will not happen again.")
    page.get_by_role("button", name="Send the answer").click()
    assert "Thank you" not in page.get_by_role("alert").all_inner_texts()
    assert page.get_by_role("status").inner_text().startswith("FB-")
    assert "We are sorry. It will not happen again." in page.locator(".trail").inner_text()
    context.close()
