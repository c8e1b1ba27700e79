"""The NGO's spreadsheets: what they may hold, and what becomes of it."""

from datetime import date

import pytest

from bot.db.models import FeeTier
from bot.services.catalogue_import import read_state
from bot.services.catalogue_tables import TABLES
from bot.services.seeding import SEEDS
from tests.unit.catalogue_files import CAR, run, tier_csv, workbook, write
from tests.unit.databases import seeded_sessions


@pytest.fixture
def sessions(tmp_path):
    return seeded_sessions(tmp_path)


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
