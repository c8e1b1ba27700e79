"""What is refused of the NGO's spreadsheets, each cell by name, and that nothing is lost."""

import csv
import io

import pytest

from tests.unit.catalogue_files import CAR, problems, workbook, write
from tests.unit.databases import seeded_sessions


@pytest.fixture
def sessions(tmp_path):
    return seeded_sessions(tmp_path)


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


def test_a_workbook_without_a_known_sheet_is_refused(sessions, tmp_path):
    found = problems(sessions, workbook(tmp_path / "x.xlsx", "Sheet1", [["id"], ["a"]]))
    assert "has no sheet named" in found[0]


def test_a_formula_that_was_never_calculated_is_refused(sessions, tmp_path):
    rows = [["service_id", "position", "fee_riel"], [CAR, 1, "=1+1"]]
    found = problems(sessions, workbook(tmp_path / "x.xlsx", "fee_tiers", rows))
    assert any("line 2, column C: holds a formula" in text for text in found)
