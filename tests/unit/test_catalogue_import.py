"""The NGO's spreadsheets: what they may hold, what is refused and how, and that nothing is lost."""

import csv
import io
import string
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy import insert

from bot.db.models import FeeTier, Sector, Service
from bot.errors import CatalogueError
from bot.services.catalogue_export import export_catalogue
from bot.services.catalogue_import import import_catalogue, read_state
from bot.services.catalogue_reading import CatalogueFileError
from bot.services.catalogue_tables import TABLES
from bot.services.seeding import SEEDS
from tests.unit.databases import new_sessions, seeded_sessions

CAR = "vehicle-registration-car"


@pytest.fixture
def sessions(tmp_path):
    return seeded_sessions(tmp_path)


def run(sessions, path, **options):
    with sessions.begin() as session:
        return import_catalogue(session, path, **options)


def problems(sessions, path):
    with sessions() as session:
        before = read_state(session)
    with pytest.raises(CatalogueFileError) as raised:
        run(sessions, path)
    with sessions() as session:
        assert read_state(session) == before
    return [str(problem) for problem in raised.value.problems]


def write(path, text, encoding="utf-8"):
    path.write_bytes(text.encode(encoding))
    return path


def tier_csv(tmp_path, fee, service_id=CAR, encoding="utf-8", header="fee_riel"):
    return write(
        tmp_path / "tiers.csv",
        f"service_id,position,{header}\r\n{service_id},1,{fee}\r\n",
        encoding,
    )


@pytest.mark.parametrize("name", ["all.xlsx", *(f"{table}.csv" for table in TABLES)])
def test_importing_an_export_changes_nothing(sessions, tmp_path, name):
    with sessions() as session:
        assert export_catalogue(session, tmp_path / name) > 0
    assert run(sessions, tmp_path / name).summary() == "0 added, 0 changed, 0 removed"


@pytest.mark.parametrize("table", TABLES)
def test_the_shipped_seed_file_is_a_file_that_can_be_imported(sessions, table):
    path = SEEDS / "catalogue" / f"{table}.csv"
    assert run(sessions, path).summary() == "0 added, 0 changed, 0 removed"


@pytest.mark.parametrize(
    ("text", "riel"),
    [
        ("126000", 126_000),
        ("១២៦០០០", 126_000),
        ("១២៦.០០០", 126_000),
        ('"126,000"', 126_000),
        ("126 000", 126_000),
        ("0", 0),
        ("", None),
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_a_number_is_read_as_people_write_it(sessions, tmp_path, text, riel, encoding):
    run(sessions, tier_csv(tmp_path, text, encoding=encoding))
    with sessions() as session:
        tier = session.get(FeeTier, (CAR, 1))
        assert (tier.fee_riel, tier.fee_unit_en) == (riel, "per vehicle")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_delimiters_of_spreadsheet_programs_are_understood(sessions, tmp_path, delimiter):
    line = delimiter.join(["service_id", "position", "fee_riel"])
    path = write(tmp_path / "x.csv", f"{line}\n{delimiter.join([CAR, '1', '7'])}\n")
    assert list(run(sessions, path).changes[0].lines()) == [
        f"changed: fee_tiers {CAR}/1: fee_riel: '125000' → '7'"
    ]


def test_a_dry_run_tells_the_difference_and_writes_nothing(sessions, tmp_path):
    path = write(
        tmp_path / "x.csv",
        "service_id,position,level,fee_riel,source_url,source_read_on\n"
        "driving-licence-retest,1,province,6000,https://example.org/,2026-11-23\n"
        "driving-licence-retest,9,province,1,https://example.org/,23/11/2026\n",
    )
    with sessions() as session:
        before = read_state(session)
    difference = run(sessions, path, dry_run=True)
    lines = [line for change in difference.changes for line in change.lines()]
    assert "added: fee_tiers driving-licence-retest/9" in lines
    assert "removed: fee_tiers driving-licence-retest/2" in lines
    assert "changed: fee_tiers driving-licence-retest/1: fee_riel: '5000' → '6000'" in lines
    assert (difference.added, difference.changed, difference.removed) == (1, 1, 3)
    with sessions() as session:
        assert read_state(session) == before


def test_what_a_file_does_not_name_stays_unless_asked_otherwise(sessions, tmp_path):
    path = tmp_path / "services.csv"
    with (SEEDS / "catalogue" / "services.csv").open(encoding="utf-8") as file:
        path.write_text("".join(file.readlines()[:2]), encoding="utf-8")
    assert run(sessions, path).kept == 66
    difference = run(sessions, path, remove_missing=True)
    with sessions() as session:
        state = read_state(session)
    assert list(state["services"]) == [("driving-licence-exam",)]
    assert {key[0] for key in state["fee_tiers"]} == {"driving-licence-exam"}
    assert difference.removed > 66


def test_every_bad_cell_is_named_in_one_run(sessions, tmp_path):
    path = write(
        tmp_path / "x.csv",
        "service_id,position,level,fee_riel,label_km,label_en,source_url,source_read_on,colour\n"
        "no-such-service,1,province,1,,,https://example.org/,2026-11-23,\n"
        f"{CAR},1,village,lots,,,ftp://example.org/,yesterday,\n"
        "\n"
        f"{CAR},1,province,-5,,,https://example.org/,2026-11-23,\n"
        "Bad Id,x,province,1,,,https://example.org/,2026-11-23,\n",
    )
    found = problems(sessions, path)
    for line, column in [
        (1, "colour"),
        (3, "level"),
        (3, "fee_riel"),
        (3, "source_url"),
        (3, "source_read_on"),
        (5, "fee_riel"),
        (2, "service_id"),
        (6, "service_id"),
        (6, "position"),
    ]:
        assert any(f"line {line}, column {column}:" in text for text in found), (line, column)
    assert any("line 5: has the same" in text for text in found)


@pytest.mark.parametrize(
    ("table", "rows", "expected"),
    [
        (
            "fee_tiers",
            {"service_id": CAR, "position": "1", "label_km": "ក – ខ", "label_en": "A"},
            "line 2, column label_km: must have as many parts",
        ),
        (
            "fee_tiers",
            {"service_id": CAR, "position": "1", "label_km": "ក", "label_en": ""},
            "line 2, column label_km: must have as many parts",
        ),
        (
            "fee_tiers",
            {
                "service_id": CAR,
                "position": "1",
                "fee_maximum_riel": "5",
                "fee_reduced_riel": "6",
            },
            "line 2, column fee_reduced_riel: is more than",
        ),
        (
            "fee_tiers",
            {"service_id": "no-such-service", "position": "1"},
            "line 2, column service_id: names no known service",
        ),
        (
            "fee_tiers",
            {"service_id": CAR, "position": "7", "fee_riel": "1"},
            "line 2, column source_url: is missing",
        ),
        (
            "services",
            {"id": CAR, "sector_id": "no-such-sector"},
            "line 2, column sector_id: names no known sector",
        ),
        (
            "services",
            {"id": CAR, "sector_id": "health", "short_name_en": "a name that is much too long"},
            "line 2, column short_name_en: has 28 characters, 20 at most",
        ),
        (
            "offices",
            {"id": "owso-0110", "place_code": "9999", "kind": "owso"},
            "line 2, column place_code: is no NCDD code",
        ),
        (
            "service_phrases",
            {"service_id": CAR, "language": "fr", "phrase": "voiture"},
            "line 2, column language: must be one of km, en, romanised",
        ),
    ],
)
def test_a_row_that_contradicts_the_catalogue_is_named(sessions, tmp_path, table, rows, expected):
    file = io.StringIO()
    writer = csv.DictWriter(file, list(rows))
    writer.writeheader()
    writer.writerow(rows)
    found = problems(sessions, write(tmp_path / f"{table}.csv", file.getvalue()))
    assert any(expected in text for text in found), found


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.csv", b"", "is empty"),
        ("x.csv", b"service_id,position\nabc\xff,1\n", "line 2: is not in UTF-8"),
        ("x.csv", b"one,two\n1,2\n", "is no table of the catalogue"),
        ("x.csv", b"service_id,position\na,1,surplus\n", "has 3 cells under 2 column names"),
        ("x.csv", b"service_id,position,position\na,1,1\n", "column position: stands there twice"),
        ("x.xlsx", b"PK\x03\x04 no workbook", "is no .xlsx workbook"),
        ("x.xlsx", b"no workbook", "is no .xlsx workbook"),
    ],
)
def test_a_file_that_is_no_catalogue_is_refused(sessions, tmp_path, name, content, expected):
    path = tmp_path / name
    path.write_bytes(content)
    assert any(expected in text for text in problems(sessions, path))


def workbook(path, sheet, rows):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path


def test_a_workbook_without_a_known_sheet_is_refused(sessions, tmp_path):
    found = problems(sessions, workbook(tmp_path / "x.xlsx", "Sheet1", [["id"], ["a"]]))
    assert "has no sheet named" in found[0]


def test_a_formula_that_was_never_calculated_is_refused(sessions, tmp_path):
    rows = [["service_id", "position", "fee_riel"], [CAR, 1, "=1+1"]]
    found = problems(sessions, workbook(tmp_path / "x.xlsx", "fee_tiers", rows))
    assert any("line 2, column C: holds a formula" in text for text in found)


def test_what_a_spreadsheet_makes_of_numbers_and_dates_is_understood(sessions, tmp_path):
    rows = [
        ["service_id", "position", "fee_riel", "source_read_on"],
        [],
        [CAR, 1.0, 130000.0, date(2026, 12, 1)],
    ]
    run(sessions, workbook(tmp_path / "x.xlsx", "fee_tiers", rows))
    run(
        sessions,
        workbook(tmp_path / "y.xlsx", "offices", [["id", "place_code"], ["owso-0110", 102]]),
    )
    with sessions() as session:
        tier = session.get(FeeTier, (CAR, 1))
        assert (tier.fee_riel, tier.source_read_on) == (130_000, date(2026, 12, 1))
        assert read_state(session)["offices"][("owso-0110",)]["place_code"] == "0102"


@pytest.mark.parametrize("name", ["services.csv", "documents.csv"])
def test_the_layout_in_which_the_catalogue_was_collected_is_understood(sessions, tmp_path, name):
    flat = {
        "services.csv": "id,level,sector_en,sector_km,name_km,name_en,variant_km,variant_en,"
        "fee_khr_specific,fee_khr_max,fee_khr_reduced,source_url\n"
        f"{CAR},province,Public works & transport,,,,,,130000,,,\n",
        "documents.csv": "service_id,case,order,document_km,document_en,copies,source_url\n"
        "driving-licence-renewal,,1,,Old driving licence,,\n"
        "driving-licence-renewal,,2,,Identity card,,\n"
        "driving-licence-renewal,,3,,,,\n"
        "driving-licence-renewal,,4,,,4,\n",
    }
    difference = run(sessions, write(tmp_path / name, flat[name]))
    lines = {line for change in difference.changes for line in change.lines()}
    expected = {
        "services.csv": {f"changed: fee_tiers {CAR}/1: fee_riel: '125000' → '130000'"},
        "documents.csv": {
            "changed: required_documents driving-licence-renewal/2: name_en: "
            "'Khmer national identity card' → 'Identity card'",
            "changed: required_documents driving-licence-renewal/4: copies: '3' → '4'",
        },
    }
    assert lines == expected[name]


def test_an_exported_workbook_opens_readably(sessions, tmp_path):
    with sessions() as session:
        export_catalogue(session, tmp_path / "x.xlsx")
    book = load_workbook(tmp_path / "x.xlsx")
    assert book.sheetnames == list(TABLES)
    for sheet in book:
        assert sheet.freeze_panes == "A2"
        assert all(cell.font.bold for cell in sheet[1])
        assert all(8 <= sheet.column_dimensions[c.column_letter].width <= 60 for c in sheet[1])


def test_an_export_to_an_unknown_name_says_which_names_there_are(sessions, tmp_path):
    with sessions() as session, pytest.raises(CatalogueError, match=r"fee_tiers\.csv"):
        export_catalogue(session, tmp_path / "fees.csv")


@pytest.mark.parametrize("name", ["x.xlsx", "sectors.csv"])
def test_no_exported_cell_runs_as_a_formula(tmp_path, name):
    sessions = new_sessions(tmp_path)
    with sessions.begin() as session:
        session.add(Sector(id="a", position=1, name_km='=HYPERLINK("http://x")', name_en="+1"))
    with sessions() as session:
        export_catalogue(session, tmp_path / name)
    if name == "x.xlsx":
        cells = load_workbook(tmp_path / name)["sectors"][2]
        assert [cell.data_type for cell in cells] == ["s", "n", "s", "s"]
    else:
        assert "'=HYPERLINK" in (tmp_path / name).read_text(encoding="utf-8-sig")
    assert run(sessions, tmp_path / name).summary() == "0 added, 0 changed, 0 removed"


WORDS = st.text(
    st.one_of(
        st.sampled_from("=+-@'\"\t\n,;ក្ខេម១ \u200b"),
        st.characters(exclude_categories=["Cc", "Cs", "Cn"]),
    ),
    min_size=1,
    max_size=20,
).filter(lambda text: text == text.strip() and not any(ord(c) & 0xFFFE == 0xFFFE for c in text))
MAYBE = st.none() | WORDS
SLUGS = st.text(string.ascii_lowercase, min_size=1, max_size=10)
AMOUNTS = st.none() | st.integers(0, 2**53)


@st.composite
def catalogues(draw):
    services = draw(st.lists(SLUGS, min_size=1, max_size=4, unique=True))
    tiers = draw(
        st.lists(st.tuples(st.sampled_from(services), st.integers(1, 5)), max_size=6, unique=True)
    )
    return {
        Sector: [{"id": "s", "position": 1, "name_km": draw(WORDS), "name_en": draw(WORDS)}],
        Service: [
            {
                "id": service,
                "sector_id": "s",
                "position": draw(st.integers(0, 2**31 - 1)),
                "level": draw(st.sampled_from(["province", "district", "commune"])),
                "kind": draw(st.sampled_from(["service", "fine"])),
                **{n: draw(WORDS) for n in ("name_km", "name_en")},
                **{n: draw(WORDS) for n in ("short_name_km", "short_name_en")},
                "name_km_is_translation": draw(st.booleans()),
                "name_en_is_translation": draw(st.booleans()),
                "legal_basis": draw(MAYBE),
                "note": draw(MAYBE),
            }
            for service in services
        ],
        FeeTier: [
            {
                "service_id": service,
                "position": position,
                "level": "commune",
                "keywords": draw(MAYBE),
                "fee_riel": draw(AMOUNTS),
                "fee_text_en": draw(MAYBE),
                "duration_working_days": draw(st.none() | st.integers(0, 400)),
                "source_url": "https://example.org/",
                "source_read_on": draw(st.dates()),
                "note": draw(MAYBE),
            }
            for service, position in tiers
        ],
    }


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(catalogue=catalogues(), as_workbook=st.booleans())
def test_export_then_import_is_the_identity(tmp_path_factory, catalogue, as_workbook):
    folder = tmp_path_factory.mktemp("identity")
    (folder / "other").mkdir()
    first, second = new_sessions(folder), new_sessions(folder / "other")
    with first.begin() as session:
        for model, rows in catalogue.items():
            if rows:
                session.execute(insert(model), rows)
        state = read_state(session)
        names = ["all.xlsx"] if as_workbook else ["sectors.csv", "services.csv", "fee_tiers.csv"]
        for name in names:
            export_catalogue(session, folder / name)
    for sessions in (first, second):
        for name in names:
            if catalogue[FeeTier] or name != "fee_tiers.csv":
                run(sessions, folder / name)
        with sessions() as session:
            assert read_state(session) == state
        sessions.kw["bind"].dispose()
