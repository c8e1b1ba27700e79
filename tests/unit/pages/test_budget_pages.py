"""The budget pages, their pictures and downloads, as a browser without scripts gets them."""

import csv
import io
import re
from io import BytesIO

import pytest
from PIL import Image
from sqlalchemy import select

from bot.db.models import BudgetLine, Place, Population
from bot.services.budget_import import import_budgets
from bot.services.budget_report import report
from bot.services.budget_sample import load_sample, remove_sample
from bot.services.seeding import seed
from bot.settings import Settings
from bot.text.digits import format_riel_in_words
from tests.unit.databases import migrated
from webhook.app import create_app
from webhook.translation import CATALOGUES, catalogue_paths, read_catalogue

COMMUNE = "010201"


def html(response):
    assert response.status_code == 200
    return response.get_data(as_text=True)


def set_budget(sessions, place=COMMUNE, year=2022, **columns):
    """A small budget without gaps, except where `columns` say otherwise."""
    with sessions.begin() as session:
        for line in session.scalars(
            select(BudgetLine).where(BudgetLine.place_code == place, BudgetLine.year == year)
        ):
            session.delete(line)
        session.flush()
        values = {"planned": 200_000_000, "revised": None, "actual": 150_000_000, **columns}
        for account, name, factor in (("2111", "Roads", 3), ("2112", "Bridges", 1)):
            session.add(
                BudgetLine(
                    **{"place_code": place, "year": year, "kind": "expenditure", "chapter": "21"},
                    **{"account": account, "name_km": None, "name_en": name, "source": "Book"},
                    **{k: v * factor if v is not None else None for k, v in values.items()},
                    is_sample=False,
                )
            )


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Ou Chrov", "/budgets/0105"),
        ("អូរជ្រៅ", "/budgets/0105"),
        ("poipet", "/budgets/0110"),
        ("បន្ទាយនាង", "/budgets/010201"),
        ("chrov", "/budgets/0105"),
        ("010201", "/budgets/010201"),
    ],
)
def test_a_place_is_found_in_both_languages(client, text, expected):
    assert expected in html(client.get("/budgets", query_string={"q": text}))


@pytest.mark.parametrize("text", ["xyzzy", "%", "_", "<script>", "ក" * 5000])
def test_what_is_no_place_is_said_to_be_none(client, text):
    page = html(client.get("/budgets", query_string={"q": text, "lang": "en"}))
    assert "No place found" in page
    assert "<script>" not in page


def test_the_headline_tells_planned_actual_share_and_per_resident(client, sessions):
    set_budget(sessions)
    with sessions.begin() as session:
        session.merge(
            Population(
                place_code=COMMUNE, year=2022, people=10_000, source="Census", is_sample=False
            )
        )
    page = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=en"))
    for figure in (
        "800 million riel",
        "600 million riel",
        "75%",
        "60,000 riel",
        "10,000 residents",
    ):
        assert figure in page
    khmer = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=km"))
    for figure in ("៨០០ លានរៀល", "៦០០ លានរៀល", "៧៥%", "៦០,០០០ រៀល"):
        assert figure in khmer


def test_what_is_not_known_is_said_and_never_shown_as_zero(client, sessions):
    set_budget(sessions, actual=None)
    page = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=en"))
    assert "Actual spending</dt><dd><strong>not published" in page
    assert not re.search(r"[^\d,]0 riel|\b0%", page)


def test_the_revised_plan_counts_where_there_is_one(client, sessions):
    set_budget(sessions, revised=300_000_000)
    page = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=en"))
    assert "1.2 billion riel" in page
    assert "after revision during the year" in page
    assert "50%" in page


def test_sample_data_are_marked_on_the_page_in_the_preview_and_in_downloads(client):
    page = html(client.get(f"/budgets/{COMMUNE}?lang=en"))
    assert page.count("Sample data") >= 3
    assert "ទិន្នន័យគំរូ" in html(client.get(f"/budgets/{COMMUNE}?lang=km"))
    data = client.get(f"/api/v1/open/budgets/{COMMUNE}.json").get_json()
    assert {budget["is_sample"] for budget in data["budgets"]} == {True}
    assert {number["is_sample"] for number in data["populations"]} == {True}
    rows = read_csv(client.get(f"/api/v1/open/budgets/{COMMUNE}.csv"))
    assert {row["is_sample"] for row in rows} == {"yes"}


def test_real_figures_are_not_called_sample_data_and_not_compared_with_them(client, sessions):
    set_budget(sessions)
    page = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=en"))
    assert "Sample data" not in page
    assert "There are no figures of 2021 to compare with." in page
    assert "Source: Book" in page
    assert "average commune" not in page


def test_the_average_is_that_of_the_communes_of_the_district(client, sessions):
    with sessions() as session:
        codes = session.scalars(select(Place.code).where(Place.parent_code == "0102")).all()
    for number, code in enumerate(codes):
        set_budget(sessions, code, planned=100_000_000 * (number + 1), actual=None)
    set_budget(sessions, "010301", planned=10**12)
    with sessions() as session:
        found = report(session, session.get(Place, codes[0]), 2022)
    expected = 4 * 100_000_000 * (len(codes) + 1) // 2
    assert found.averages["planned"].amount == expected
    assert found.averages["planned"].places == len(codes)
    page = html(client.get(f"/budgets/{codes[0]}?lang=en"))
    assert format_riel_in_words(expected, "en") in page


def test_a_year_is_chosen_by_a_link_and_the_latest_one_comes_first(client):
    assert "2022</h1>" in html(client.get(f"/budgets/{COMMUNE}?lang=en"))
    page = html(client.get(f"/budgets/{COMMUNE}?lang=en&year=2021"))
    assert "2021</h1>" in page
    assert f'href="/budgets/{COMMUNE}?year=2022"' in page
    assert "2021</h1>" in html(client.get(f"/budgets/{COMMUNE}?lang=en&year=២០២១"))


@pytest.mark.parametrize("year", ["2019", "abc", "99999"])
def test_a_year_without_figures_offers_those_that_have_some(client, year):
    response = client.get(f"/budgets/{COMMUNE}?lang=en&year={year}")
    assert response.status_code == 404
    text = response.get_data(as_text=True)
    assert "There are no figures of that year" in text
    assert "?year=2021" in text


def test_a_place_without_figures_says_so_and_what_was_announced(client):
    page = html(client.get("/budgets/120101?lang=en"))
    assert "No budget of this place is known here yet" in page
    assert "70,000 US dollars" in page
    assert "http://m.freshnewsasia.com" in page


def test_a_province_leads_to_its_districts(client):
    page = html(client.get("/budgets/01?lang=en"))
    assert 'href="/budgets/0105"' in page


@pytest.mark.parametrize("code", ["99", "0199", "abc", "0102011", "%20", "010201.png"])
def test_an_unknown_place_is_not_found_in_the_language_of_the_page(client, code):
    response = client.get(f"/budgets/{code}?lang=km")
    assert response.status_code == 404
    assert "រកមិនឃើញ" in response.get_data(as_text=True)


def test_a_code_without_its_zero_leads_to_the_place(client):
    response = client.get("/budgets/10201?lang=en")
    assert response.status_code == 301
    assert response.headers["Location"] == "/budgets/010201?lang=en"


def test_the_page_is_ready_to_be_shared(client):
    page = html(client.get(f"/budgets/{COMMUNE}?year=2022&lang=en"))
    image = re.search(r'property="og:image" content="([^"]+)"', page)[1].replace("&amp;", "&")
    assert image.startswith("https://chrok.example/budgets/010201/share.png?year=2022")
    picture = client.get(image.removeprefix("https://chrok.example"))
    assert picture.mimetype == "image/png"
    assert Image.open(BytesIO(picture.data)).size == (1200, 630)
    assert '<link rel="canonical" href="https://chrok.example/budgets/010201?year=2022' in page


@pytest.mark.parametrize("name", ["chart.png", "share.png"])
def test_pictures_are_cached_and_may_be_shown_elsewhere(client, name):
    address = f"/budgets/{COMMUNE}/{name}?year=2022&lang=km"
    first = client.get(address)
    assert first.headers["Cross-Origin-Resource-Policy"] == "cross-origin"
    assert "max-age" in first.headers["Cache-Control"]
    again = client.get(address, headers={"If-None-Match": first.headers["ETag"]})
    assert again.status_code == 304
    assert client.get(address.replace("km", "en")).data != first.data
    assert client.get(f"/budgets/{COMMUNE}/{name}?year=2019").status_code == 404


def test_a_picture_shows_the_figures_of_now(client, sessions):
    address = f"/budgets/{COMMUNE}/chart.png?year=2022&lang=en"
    before = client.get(address).data
    set_budget(sessions)
    assert client.get(address).data != before


def test_what_is_downloaded_can_be_imported_unless_it_is_sample_data(client, sessions, tmp_path):
    set_budget(sessions)
    with sessions.begin() as session:
        for line in session.scalars(select(BudgetLine).where(BudgetLine.is_sample)):
            session.delete(line)
    path = tmp_path / "download.csv"
    path.write_bytes(client.get(f"/api/v1/open/budgets/{COMMUNE}.csv").data)
    with sessions.begin() as session:
        assert import_budgets(session, path, 2026).lines == 2


def test_open_data_hold_the_totals_of_the_page(client, sessions):
    set_budget(sessions)
    response = client.get(f"/api/v1/open/budgets/{COMMUNE}.json")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    data = response.get_json()
    budget = data["budgets"][-1]
    assert (budget["year"], budget["is_sample"]) == (2022, False)
    assert budget["expenditure"]["actual"] == 600_000_000
    assert budget["expenditure"]["chapters"][0]["accounts"][0]["name_en"] == "Roads"
    places = client.get("/api/v1/open/budgets").get_json()["places"]
    assert {"010201", "0105"} <= {place["code"] for place in places}


@pytest.mark.parametrize("suffix", ["csv", "json"])
def test_open_data_of_an_unknown_place_name_the_fault(client, suffix):
    response = client.get(f"/api/v1/open/budgets/999.{suffix}")
    assert response.status_code == 404
    assert response.get_json()["error"]["code"] == "unknown_place"


def test_a_name_that_a_spreadsheet_would_run_is_guarded(client, sessions):
    set_budget(sessions)
    with sessions.begin() as session:
        line = session.get(BudgetLine, (COMMUNE, 2022, "expenditure", "21", "2111"))
        line.name_en = "=cmd|' /C calc'!A0"
    rows = read_csv(client.get(f"/api/v1/open/budgets/{COMMUNE}.csv"))
    assert any(row["name_en"].startswith("'=") for row in rows)


@pytest.mark.parametrize("path", ["/budgets", f"/budgets/{COMMUNE}", "/budgets/120101"])
def test_pages_allow_no_script_and_no_frame(client, path):
    headers = client.get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "<script" not in client.get(path).get_data(as_text=True)


def test_the_language_stays_for_the_next_page(client):
    client.get("/budgets?lang=en")
    assert "<h1>Budgets of communes and districts</h1>" in html(client.get("/budgets"))


@pytest.mark.postgresql
def test_the_pages_work_on_postgresql_too(tmp_path):
    url = migrated("postgresql", tmp_path)
    app = create_app(Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3"))
    parts = app.extensions["chrok"]
    with parts.sessions.begin() as session:
        seed(session)
        load_sample(session)
    client = app.test_client()
    for path in (
        *("/budgets", "/budgets?q=chrov", "/budgets?q=ជ្រៅ", "/budgets/0105", "/budgets/01"),
        *("/budgets/120101", "/budgets/010201/chart.png", "/api/v1/open/budgets"),
        *("/api/v1/open/budgets/0105.json", "/api/v1/open/budgets/0105.csv"),
        *("/services", "/services?q=moto", "/services/driving-licence-exam"),
    ):
        assert client.get(path).status_code == 200, path
    with parts.sessions.begin() as session:
        assert remove_sample(session) > 15_000
    parts.sessions.kw["bind"].dispose()


MESSAGES = re.compile(r"""(?:\b_|\bsay)\(\s*(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)')""")
TOPICS = {
    "budgets": ("budget", "places", "published"),
    "services": ("service",),
    "site": ("layout", "error", "site"),
}


def test_the_khmer_catalogues_hold_all_words_of_the_pages_and_no_others():
    folder = CATALOGUES.parent / "pages"
    used = set()
    for path in [*folder.glob("*.py"), *folder.glob("templates/*.html")]:
        if path.name.startswith(tuple(p for prefixes in TOPICS.values() for p in prefixes)):
            found = MESSAGES.findall(path.read_text(encoding="utf-8"))
            used |= {double or single for double, single in found}
    known = {
        message.id
        for topic in TOPICS
        for message in read_catalogue(CATALOGUES / f"km/LC_MESSAGES/{topic}.po", "km")
        if message.id
    }
    # A word may be another topic's as well, such as the name of a page in the menu.
    everywhere = {m.id for path in catalogue_paths("km") for m in read_catalogue(path, "km")}
    assert used - everywhere == set()
    assert known - used == set()


def read_csv(response):
    assert response.status_code == 200
    text = response.data.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))
