"""What the headers forbid, no page of ours needs: every page in Chromium, without a complaint."""

from __future__ import annotations

import pytest

from bot.services.budget_sample import load_sample
from bot.settings import Settings
from tests.browser.conftest import PHONE, Faults
from tests.browser.site_server import served
from tests.unit.databases import seeded_sessions
from tests.unit.feedback.citizen import SECRET
from tests.unit.feedback.month import month_of_feedback
from tests.unit.feedback.officials import official
from tests.unit.web.every_route import every_route
from webhook.app import create_app
from webhook.signed_links import SignedLinks

pytestmark = pytest.mark.browser
DESKTOP = {"width": 1280, "height": 800}


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The address, and the path of every page on it with something to show."""
    folder = tmp_path_factory.mktemp("policy")
    sessions = seeded_sessions(folder)
    with sessions.begin() as session:
        load_sample(session)
    number = official(sessions, channel="email", address="o@example.org", place_code="0102")
    settings = Settings(
        database_url=f"sqlite:///{folder}/chrok.sqlite3",
        queue_url=f"sqlite:///{folder}/queue.sqlite3",
        secret_key=SECRET,
    )
    link = SignedLinks(settings).answer(number, month_of_feedback(sessions)[7])
    app = create_app(settings)
    paths = {route.path for route in every_route(app) if route.method == "GET"}
    with served(app) as address:
        yield address, sorted(paths | {link.removeprefix(settings.public_url), "/nowhere"})


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("language", ["km", "en"])
def test_no_page_does_what_its_headers_forbid(site, browser, size, language):
    address, paths = site
    context = browser.new_context(viewport=size)
    for path in paths:
        page = context.new_page()
        faults = Faults(page)
        answer = context.request.get(f"{address}{path}?lang={language}")
        if "text/html" in answer.headers["content-type"]:
            page.goto(f"{address}{path}?lang={language}", wait_until="load")
            page.wait_for_timeout(150)
        assert faults.found == [], path
        page.close()
    context.close()


@pytest.mark.parametrize(
    ("path", "link"),
    [
        ("/dashboard?lang=en", "The months as CSV"),
        ("/budgets/010201?lang=en", "All years as CSV"),
    ],
)
def test_figures_can_be_downloaded(site, page, path, link):
    page.goto(site[0] + path)
    with page.expect_download() as started:
        page.get_by_role("link", name=link).click()
    assert started.value.suggested_filename.endswith(".csv")


def test_charts_are_drawn(site, page):
    page.goto(f"{site[0]}/dashboard?lang=en")
    assert page.locator("img.picture").evaluate("picture => picture.naturalWidth") > 0


def test_an_official_answers_by_the_form(site, page):
    """The form's own request passes what refuses other sites' requests."""
    address, paths = site
    answer_page = next(path for path in paths if path.startswith("/officials/answers/"))
    if "nobody-signed" in answer_page:
        answer_page = next(p for p in paths if p.startswith("/officials/answers/") and "." in p)
    page.goto(address + answer_page)
    page.locator("#text").fill("Thank you; we have spoken with the clerk.")
    page.locator("button[value=answer]").click()
    page.wait_for_load_state()
    assert page.locator(".done").count() == 1


def test_another_site_cannot_post_the_chats_messages(site, browser):
    """A page on another port is another origin; the browser says so by itself."""
    page = browser.new_context().new_page()
    page.goto(site[0].replace("127.0.0.1", "localhost") + "/nowhere")
    status = page.evaluate(
        """async address => {
            const answer = await fetch(address, {method: "POST", mode: "no-cors", body: "{}"})
                .catch(error => error);
            return String(answer.type ?? answer);
        }""",
        f"{site[0]}/chat/messages",
    )
    assert "error" in status.lower()
    page.context.close()
