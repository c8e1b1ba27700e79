"""The public pages in a real browser: readable on a phone, small, accessible, without scripts."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from bot.services.budget_sample import load_sample
from bot.settings import Settings
from tests.browser.site_server import served
from tests.unit.databases import seeded_sessions
from webhook.app import create_app

LARGEST_PAGE = 150_000
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
PATHS = ("/budgets", "/budgets?q=chrov", "/budgets/010201", "/budgets/0105", "/budgets/01")
PATHS += ("/budgets/120101", "/budgets/nowhere", "/services", "/services?q=moto")
PATHS += ("/services/driving-licence-exam", "/services/birth-registration")


@pytest.fixture(scope="session")
def site(tmp_path_factory):
    """The address of the web application with places and sample budgets."""
    folder = tmp_path_factory.mktemp("site")
    with seeded_sessions(folder).begin() as session:
        load_sample(session)
    queue = f"sqlite:///{folder}/queue.sqlite3"
    app = create_app(Settings(database_url=f"sqlite:///{folder}/chrok.sqlite3", queue_url=queue))
    with served(app) as address:
        yield address


def in_language(path, language):
    return f"{path}{'&' if '?' in path else '?'}lang={language}"


@pytest.mark.browser
@pytest.mark.parametrize("language", ["km", "en"])
@pytest.mark.parametrize("path", PATHS)
def test_a_page_fits_a_phone_and_meets_wcag(site, page, path, language):
    loaded = []
    page.on("response", lambda response: loaded.append(len(response.body())))
    page.goto(site + in_language(path, language), wait_until="networkidle")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    for details in page.locator("summary").all():
        details.click()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    assert found.violations_count == 0, found.generate_report()
    assert 0 < sum(loaded) < LARGEST_PAGE


@pytest.mark.browser
@pytest.mark.parametrize("path", ["/budgets", "/budgets/010201", "/services/driving-licence-exam"])
def test_a_page_meets_wcag_in_the_dark(site, browser, path):
    context = browser.new_context(color_scheme="dark", viewport={"width": 1000, "height": 800})
    page = context.new_page()
    page.goto(site + in_language(path, "en"))
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": WCAG}})
    context.close()
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.browser
def test_a_citizen_finds_the_budget_of_their_commune_without_javascript(site, browser):
    context = browser.new_context(java_script_enabled=False, viewport={"width": 360, "height": 740})
    page = context.new_page()
    page.goto(f"{site}/budgets?lang=en")
    page.get_by_label("Find a commune, district or province").fill("Banteay Neang")
    page.get_by_role("button", name="Search").click()
    page.get_by_role("link", name="Banteay Neang commune").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(
        "Budget of Banteay Neang commune, 2022"
    )
    page.get_by_role("link", name="2021").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("2021")
    page.get_by_role("link", name="ខ្មែរ").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("ថវិកាឃុំបន្ទាយនាង ឆ្នាំ២០២១")
    context.close()


@pytest.mark.browser
def test_the_printed_page_has_the_figures_and_not_the_menus(site, page):
    page.goto(f"{site}/budgets/010201?lang=en")
    page.emulate_media(media="print")
    expect(page.locator("header.top")).to_be_hidden()
    expect(page.get_by_text("Sample data", exact=True)).to_be_visible()
    expect(page.get_by_role("table").first).to_be_visible()
