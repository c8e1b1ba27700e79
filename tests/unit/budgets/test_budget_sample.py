"""Sample budgets: always the same, of the published size, marked, gone with one command."""

import csv

import pytest
from sqlalchemy import func, select

from bot.db.models import BudgetLine, Population, PublishedFigure
from bot.services.budget_reading import COLUMNS
from bot.services.budget_sample import MAGNITUDES, SAMPLE_SOURCE, load_sample, remove_sample
from bot.services.published_figures import average_commune_plan, published_figures
from bot.services.seeding import SEEDS
from bot.settings import Settings
from webhook.app import create_app


def lines(session):
    return session.scalars(select(BudgetLine)).all()


def rows_of(session):
    query = select(*BudgetLine.__table__.columns).order_by(*BudgetLine.__table__.primary_key)
    return session.execute(query).all()


def test_the_sample_is_for_all_districts_and_communes_of_the_pilot_provinces(session):
    load_sample(session)
    codes = {line.place_code for line in lines(session)}
    assert {len(code) for code in codes} == {4, 6}
    assert {code[:2] for code in codes} == {"01", "02", "04"}
    assert len([code for code in codes if len(code) == 6]) > 230
    assert {line.year for line in lines(session)} == {2021, 2022}


def test_every_sample_row_says_that_it_is_one(session):
    load_sample(session)
    populations = session.scalars(select(Population)).all()
    assert populations
    for row in (*lines(session), *populations):
        assert row.is_sample
        assert row.source == SAMPLE_SOURCE


def test_loading_twice_and_anew_gives_the_same_sample(session):
    load_sample(session)
    first = rows_of(session)
    assert load_sample(session) == 0
    load_sample(session, again=True)
    assert rows_of(session) == first


def test_sample_communes_have_about_the_published_budget(session):
    load_sample(session)
    for year, magnitude in MAGNITUDES.items():
        plans = session.scalars(
            select(func.sum(BudgetLine.planned))
            .where(BudgetLine.year == year, BudgetLine.kind == "expenditure")
            .where(BudgetLine.account == "", func.length(BudgetLine.place_code) == 6)
            .group_by(BudgetLine.place_code)
        ).all()
        assert sum(plans) / len(plans) == pytest.approx(magnitude, rel=0.1)


def test_a_sample_commune_plans_to_spend_what_it_receives(session):
    load_sample(session)
    query = select(BudgetLine.kind, func.sum(BudgetLine.planned)).where(
        BudgetLine.place_code == "010201", BudgetLine.year == 2022, BudgetLine.account == ""
    )
    sides = dict(session.execute(query.group_by(BudgetLine.kind)).all())
    assert sides["revenue"] == sides["expenditure"]


def test_the_sample_would_pass_the_checks_of_an_import(session, bring):
    load_sample(session)
    rows = [
        [getattr(line, {"place": "place_code"}.get(c, c)) for c in COLUMNS]
        for line in lines(session)
    ]
    remove_sample(session)
    assert bring(rows).lines == len(rows)


def test_a_removed_sample_stays_away_until_it_is_wanted_again(session):
    loaded = load_sample(session)
    assert remove_sample(session) > loaded
    assert load_sample(session) == 0
    assert not lines(session)
    assert load_sample(session, again=True) == loaded


def test_the_sample_keeps_away_from_real_figures(session, bring):
    bring(["010201|2022|expenditure|21|2111|ផ្លូវ|Roads|5||5|Book"])
    load_sample(session)
    of_place = [line for line in lines(session) if line.place_code == "010201"]
    assert {(line.year, line.is_sample) for line in of_place} == {(2021, True), (2022, False)}


def test_every_collected_national_figure_is_there_in_its_own_currency(session):
    with (SEEDS / "budgets/published_figures.csv").open(encoding="utf-8", newline="") as file:
        seeds = list(csv.DictReader(file))
    figures = published_figures(session)
    assert len(figures) == len(seeds) == 44
    for figure in figures:
        amounts = [
            *(figure.planned_riel, figure.actual_riel),
            *(figure.planned_us_dollars, figure.actual_us_dollars),
        ]
        assert len([amount for amount in amounts if amount is not None]) == 1
        assert figure.source_url.startswith("http")
        assert bool(figure.note_km) == bool(figure.note_en)


@pytest.mark.parametrize(
    ("year", "dollars"), [(2019, 35_000), (2021, 85_000), (2022, 70_000), (2018, None)]
)
def test_the_latest_announcement_for_an_average_commune_counts(session, year, dollars):
    figure = average_commune_plan(session, year)
    assert (figure.planned_us_dollars if figure else None) == dollars


def test_seeding_again_after_a_change_replaces_the_figures(session):
    session.add(PublishedFigure(**{**vars_of(published_figures(session)[0]), "position": 99}))
    session.flush()
    from bot.services.published_figures import seed_published_figures

    assert seed_published_figures(session, SEEDS / "budgets/published_figures.csv") == 44
    assert len(published_figures(session)) == 44


def vars_of(row):
    return {column.key: getattr(row, column.key) for column in row.__table__.columns}


class TestCommands:
    @pytest.fixture
    def run(self, sessions, tmp_path):
        url = str(sessions.kw["bind"].url)
        queue = f"sqlite:///{tmp_path}/queue.sqlite3"
        runner = create_app(Settings(database_url=url, queue_url=queue)).test_cli_runner()
        return lambda *arguments: runner.invoke(args=["budgets", *map(str, arguments)])

    def test_one_command_removes_the_sample_and_one_brings_it_back(self, run, sessions):
        assert "15459 budget lines" in run("load-sample").output
        assert "rows of sample data removed" in run("remove-sample").output
        with sessions() as session:
            assert not lines(session)
            assert not session.scalars(select(Population)).all()

    def test_an_import_names_its_problems_and_fails(self, run, tmp_path):
        path = tmp_path / "b.csv"
        path.write_text(",".join(COLUMNS) + "\n99,2022,revenue,70,,ក,A,1,,1,B\n", "utf-8")
        result = run("import", path)
        assert result.exit_code == 1
        assert "b.csv, line 2, column place" in result.output
        assert "1 to mend in b.csv; nothing was changed" in result.output

    def test_a_dry_run_says_what_would_be(self, run):
        result = run("import", "docs/budgets-template.csv", "--dry-run")
        assert result.output.startswith("would be: 7 lines of 1 places, 2022; 0 replaced")

    def test_inhabitants_are_imported_from_a_file(self, run, sessions, tmp_path):
        path = tmp_path / "people.csv"
        path.write_text("place,year,people,source\n10201,២០១៩,១០៥០០,Census\n", "utf-8")
        assert run("import-population", path).exit_code == 0
        with sessions() as session:
            assert session.get(Population, ("010201", 2019)).people == 10_500

    @pytest.mark.parametrize(
        ("row", "column"),
        [
            ("010299,2019,5,Census", "place"),
            ("010201,1990,5,Census", "year"),
            ("010201,2019,,Census", "people"),
            ("010201,2019,-3,Census", "people"),
            ("010201,2019,5,", "source"),
        ],
    )
    def test_a_wrong_number_of_inhabitants_is_named(self, run, sessions, tmp_path, row, column):
        path = tmp_path / "people.csv"
        path.write_text(f"place,year,people,source\n010202,2019,7,Census\n{row}\n", "utf-8")
        result = run("import-population", path)
        assert f"line 3, column {column}" in result.output
        with sessions() as session:
            assert session.scalars(select(Population)).all() == []
