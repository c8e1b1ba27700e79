"""A budget file is taken whole or not at all, and everything wrong with it is named by its row."""

import shutil

import pytest
from openpyxl import Workbook
from sqlalchemy import delete, func, select

from bot.db.models import BudgetLine, Place
from bot.db.session import create_database_engine, create_session_factory
from bot.services.budget_import import import_budgets
from bot.services.budget_reading import COLUMNS
from bot.services.budget_sample import load_sample
from bot.services.seeding import seed
from bot.services.table_reading import TableFileError
from bot.settings import PROJECT_ROOT
from tests.unit.budgets.conftest import THIS_YEAR, write
from tests.unit.databases import migrated, seeded_sessions

ROADS = "010201|2022|expenditure|21|2111|ផ្លូវ|Roads|200000000||180000000|Book"
BRIDGES = "010201|2022|expenditure|21|2112|ស្ពាន|Bridges|60000000||50000000|Book"
ASSETS = "010201|2022|expenditure|21||ទ្រព្យ|Assets|260000000||230000000|Book"
WHOLE = "010201|2022|expenditure||||Total|260000000||230000000|Book"


def problems_of(bring, rows):
    with pytest.raises(TableFileError) as caught:
        bring(rows)
    return [(problem.line, problem.column, problem.reason) for problem in caught.value.problems]


def stored(session):
    return list(session.scalars(select(BudgetLine)))


def count(session):
    return session.scalar(select(func.count()).select_from(BudgetLine))


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_the_template_can_be_imported_as_it_is(session, suffix):
    path = PROJECT_ROOT / f"docs/budgets-template.{suffix}"
    imported = import_budgets(session, path, THIS_YEAR)
    assert (imported.lines, imported.places, imported.years) == (7, 1, (2022,))
    allowances = session.get_one(BudgetLine, ("010201", 2022, "expenditure", "64", "6411"))
    assert (allowances.planned, allowances.actual) == (140_000_000, 140_000_000)
    assert allowances.revised is None
    assert allowances.name_km == "ប្រាក់ឧបត្ថម្ភក្រុមប្រឹក្សា"


def test_a_dry_run_tells_the_same_and_writes_nothing(session, bring):
    dry = bring([ASSETS, ROADS, BRIDGES], dry_run=True)
    assert count(session) == 0
    assert bring([ASSETS, ROADS, BRIDGES]) == dry
    assert count(session) == 3


@pytest.mark.parametrize(
    ("written", "amount"),
    [
        ("1200000", 1_200_000),
        ("១២០០០០០", 1_200_000),
        ("១,២០០,០០០", 1_200_000),
        ("1.200.000", 1_200_000),
        ("1 200 000", 1_200_000),
        ("1,200,000.00", 1_200_000),
        ("1.200.000,00", 1_200_000),
        ("1200000.0", 1_200_000),
        ("១២០០០០០ រៀល", 1_200_000),
        ("1,200,000៛", 1_200_000),
        ("0", 0),
    ],
)
def test_amounts_are_read_as_people_write_them(session, bring, written, amount):
    bring([f"010201|2022|expenditure|21|2111|ផ្លូវ||{written}|||Book"])
    assert stored(session)[0].planned == amount


@pytest.mark.parametrize(
    ("written", "complaint"),
    [
        ("-5", "is negative"),
        ("(5,000)", "is negative"),
        ("-៥០០០ រៀល", "is negative"),
        ("12.5", "no whole amount"),
        ("1.234", "no whole amount"),
        ("1,200,00", "no whole amount"),
        ("12,0000", "no whole amount"),
        ("about 5", "no whole amount"),
        ("$100", "no whole amount"),
        ("-", "no whole amount"),
        ("9" * 16, "too large"),
    ],
)
def test_an_amount_that_cannot_be_meant_is_refused(bring, written, complaint):
    row = ["010201", "2022", "expenditure", "21", "2111", "ក", "", written, "", "", "Book"]
    [(line, column, reason)] = problems_of(bring, [row])
    assert (line, column) == (2, "planned")
    assert complaint in reason


@pytest.mark.parametrize(
    ("position", "value", "column", "complaint"),
    [
        (0, "999999", "place", "no NCDD code of a known place"),
        (0, "Ou Chrov", "place", "is no NCDD code"),
        (1, "2565", "year", "Buddhist year"),
        (1, "1999", "year", "must be from 2002 to 2027"),
        (1, "2028", "year", "must be from 2002 to 2027"),
        (1, "", "year", "is no year"),
        (2, "budget", "kind", "must be revenue or expenditure"),
        (3, "210", "chapter", "2 digits"),
        (3, "", "account", "stands without a chapter"),
        (4, "6011", "account", "is not in chapter 21"),
        (4, "21", "account", "4 digits or a sub-account of 5"),
        (10, "", "source", "which document"),
    ],
)
def test_a_wrong_cell_is_named(session, bring, position, value, column, complaint):
    row = ROADS.split("|")
    row[position] = value
    [(line, named, reason)] = problems_of(bring, [row])
    assert (line, named) == (2, column)
    assert complaint in reason
    assert count(session) == 0


@pytest.mark.parametrize("written", ["10201", "០១០២០១", "010201"])
def test_a_place_is_known_in_khmer_digits_and_without_the_zero_that_excel_drops(
    session, bring, written
):
    bring([ROADS.replace("010201", written)])
    assert stored(session)[0].place_code == "010201"


@pytest.mark.parametrize(
    ("said", "meant"),
    [("ចំណាយ", "expenditure"), ("Revenue", "revenue"), ("ចំណូល", "revenue")],
)
def test_kinds_are_read_in_khmer_too(session, bring, said, meant):
    bring([ROADS.replace("expenditure", said)])
    assert stored(session)[0].kind == meant


def test_a_chapter_that_is_not_the_sum_of_its_accounts_is_named(bring):
    wrong = ASSETS.replace("260000000", "250000000")
    [(line, column, reason)] = problems_of(bring, [wrong, ROADS, BRIDGES])
    assert (line, column) == (2, "planned")
    assert "250,000,000" in reason
    assert "260,000,000" in reason


def test_a_total_that_is_not_the_sum_of_its_chapters_is_named(bring):
    other = "010201|2022|expenditure|64||បុគ្គលិក|Personnel|5000||5000|Book"
    [(line, column, _), (_, second, _)] = problems_of(bring, [WHOLE, ASSETS, other])
    assert (line, column, second) == (2, "planned", "actual")


def test_sub_accounts_add_up_to_their_account(bring):
    parts = [
        "010201|2022|expenditure|21|21111|ក||150000000||180000000|Book",
        "010201|2022|expenditure|21|21112|ខ||50000001|||Book",
    ]
    [(line, column, _)] = problems_of(bring, [ASSETS, ROADS, BRIDGES, *parts])
    assert (line, column) == (3, "planned")


def test_a_total_with_an_unknown_part_must_hold_the_known_ones(session, bring):
    unknown = BRIDGES.replace("||50000000|", "|||")
    bring([ASSETS, ROADS, unknown])
    too_small = ASSETS.replace("230000000", "170000000")
    [(line, column, reason)] = problems_of(bring, [too_small, ROADS, unknown])
    assert (line, column) == (2, "actual")
    assert "less than the 180,000,000" in reason


def test_a_line_twice_is_named_with_the_line_it_repeats(bring):
    [(line, _, reason)] = problems_of(bring, [ROADS, BRIDGES, ROADS])
    assert line == 4
    assert "line 2" in reason


def test_a_line_without_any_amount_is_named(bring):
    [(line, column, _)] = problems_of(bring, ["010201|2022|expenditure|21|2111|ក|||||Book"])
    assert (line, column) == (2, "planned")


def test_a_heading_needs_no_amounts_of_its_own(session, bring):
    bring(["010201|2022|expenditure|21||ទ្រព្យ|||||Book", ROADS])
    assert count(session) == 2


@pytest.mark.parametrize(
    ("columns", "missing"),
    [(COLUMNS[:-1], "source"), (tuple(c for c in COLUMNS if c != "place"), "place")],
)
def test_a_missing_column_is_named(session, tmp_path, columns, missing):
    path = tmp_path / "b.csv"
    path.write_text(",".join(columns) + "\n" + ",".join("1" for _ in columns), encoding="utf-8")
    with pytest.raises(TableFileError, match=f"column {missing}: is missing"):
        import_budgets(session, path, THIS_YEAR)


def test_a_file_replaces_the_side_of_the_budget_that_it_names_and_no_other(session, bring):
    revenue = "010201|2022|revenue|75|7511|មូលនិធិ|Fund|5||5|Book"
    bring([ASSETS, ROADS, BRIDGES, revenue])
    imported = bring([ROADS])
    assert imported.replaced == 3
    assert {line.code for line in stored(session)} == {"2111", "7511"}


def test_real_figures_take_the_place_of_sample_figures_of_that_place_and_year(session, bring):
    load_sample(session)
    before = count(session)
    imported = bring([ROADS])
    assert imported.replaced_sample > 20
    assert count(session) == before - imported.replaced_sample + 1
    query = select(BudgetLine).where(BudgetLine.place_code == "010201", BudgetLine.year == 2022)
    assert [line.is_sample for line in session.scalars(query)] == [False]


@pytest.fixture(scope="module")
def sound(tmp_path_factory):
    """400 communes × 50 lines."""
    with seeded_sessions(tmp_path_factory.mktemp("places"))() as session:
        query = select(Place.code).where(Place.level == "commune").order_by(Place.code)
        communes = session.scalars(query.limit(400)).all()
    return [row for code in communes for row in budget_of(code)]


@pytest.fixture(scope="module")
def faulty(sound):
    """The same with 50 faults of ten kinds, each on a line of its own, and those lines."""
    rows = [list(row) for row in sound]
    lines = []
    for number in range(50):
        # Chapter rows for totals, account rows otherwise.
        index = number * 8 * 50 + (10 if number % 10 == 0 else 12 + number % 7)
        FAULTS[number % 10](rows, index)
        lines.append(index + 2)
    return rows, lines


def test_of_20_000_rows_all_50_faults_are_named_and_nothing_is_stored(session, tmp_path, faulty):
    rows, lines = faulty
    path = tmp_path / "large.csv"
    write(path, rows)
    with pytest.raises(TableFileError) as caught:
        import_budgets(session, path, THIS_YEAR)
    assert len(rows) == 20_000
    assert [problem.line for problem in caught.value.problems] == lines
    assert count(session) == 0


def test_faults_of_a_workbook_are_named_by_the_row_that_the_spreadsheet_shows(
    session, tmp_path, faulty
):
    rows, lines = faulty
    path = tmp_path / "large.xlsx"
    write_workbook(path, rows[:2000])
    with pytest.raises(TableFileError) as caught:
        import_budgets(session, path, THIS_YEAR)
    assert [problem.line for problem in caught.value.problems] == lines[:5]
    assert count(session) == 0


def test_without_the_faults_the_large_file_is_stored_whole(session, tmp_path, sound):
    path = tmp_path / "large.csv"
    write(path, sound)
    assert import_budgets(session, path, THIS_YEAR).lines == 20_000
    assert count(session) == 20_000


def budget_of(code):
    for chapter in ("21", "60", "61", "64", "65"):
        yield [code, "2022", "expenditure", chapter, "", "ជំពូក", "", "900", "900", "450", "Book"]
        for account in range(1, 10):
            yield [
                *(code, "2022", "expenditure", chapter, f"{chapter}1{account}", "គណនី", ""),
                *("100", "100", "50", "Book"),
            ]


def set_cell(column, value):
    def fault(rows, index):
        rows[index][COLUMNS.index(column)] = value

    return fault


def repeat_the_row_before(rows, index):
    rows[index] = list(rows[index - 1])


FAULTS = (
    set_cell("planned", "901"),
    set_cell("place", "999999"),
    set_cell("year", "2565"),
    set_cell("kind", "spending"),
    set_cell("planned", "-100"),
    set_cell("actual", "៥០,០០"),
    repeat_the_row_before,
    set_cell("account", "9911"),
    set_cell("source", ""),
    set_cell("name_km", ""),
)


def write_workbook(path, rows):
    workbook = Workbook(write_only=True)
    sheet = workbook.create_sheet("budgets")
    for row in [COLUMNS, *rows]:
        sheet.append(list(row))
    workbook.save(path)


@pytest.mark.postgresql
def test_an_import_works_on_postgresql_too(tmp_path):
    url = migrated("postgresql", tmp_path)
    engine = create_database_engine(url)
    with create_session_factory(engine).begin() as session:
        seed(session)
        load_sample(session)
        path = shutil.copy(PROJECT_ROOT / "docs/budgets-template.csv", tmp_path / "b.csv")
        assert import_budgets(session, path, THIS_YEAR).replaced_sample > 20
        assert import_budgets(session, path, THIS_YEAR).replaced == 7
        session.execute(delete(BudgetLine))
    engine.dispose()
