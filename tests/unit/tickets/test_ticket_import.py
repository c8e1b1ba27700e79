"""Tickets from a spreadsheet: all of it or nothing, every problem with its line."""

from __future__ import annotations

from datetime import date

import pytest
from openpyxl import Workbook
from sqlalchemy import func, select

from bot.db.models import Site, Ticket
from bot.services.table_reading import TableFileError
from bot.services.ticket_import import import_tickets
from bot.services.ticket_reading import FIELDS
from tests.unit.tickets.desk import MOMENT, NOTIFIER, ZONE

HEADER = ",".join(FIELDS)
ROW = "010221070034,0102,Public works,ចុះបញ្ជីម៉ូតូ,paid,012 000 678,2021-07-05,2021-07-16,,,2"


def run(sessions, path):
    with sessions.begin() as session:
        return import_tickets(session, path, MOMENT, ZONE, NOTIFIER)


def csv_file(tmp_path, *rows, header=HEADER):
    path = tmp_path / "tickets.csv"
    path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    return path


def count(sessions):
    with sessions() as session:
        return session.scalar(select(func.count()).select_from(Ticket))


def problems(sessions, path):
    before = count(sessions)
    with pytest.raises(TableFileError) as raised:
        run(sessions, path)
    assert count(sessions) == before
    return [str(problem) for problem in raised.value.problems]


def test_a_csv_file_is_imported_and_its_site_is_added(sessions, tmp_path):
    report = run(sessions, csv_file(tmp_path, ROW))
    assert report.summary() == "1 created, 0 updated, 0 unchanged, 0 stale; 0 notices"
    assert report.new_sites == ["0102"]
    with sessions() as session:
        ticket = session.get(Ticket, "010221070034")
        site = session.get(Site, "0102")
    assert (ticket.phone_digits, ticket.requested_on, ticket.approved_on) == (
        "678",
        date(2021, 7, 5),
        None,
    )
    assert (site.place_code, site.last_sync_at) == ("0102", MOMENT)


def test_a_workbook_is_imported_with_its_dates_and_numbers(sessions, tmp_path):
    workbook = Workbook()
    sheet = workbook.active
    sheet.append(FIELDS)
    sheet.append(
        [
            "010221070034",
            "0102",
            None,
            None,
            "paid",
            12000678,
            date(2021, 7, 5),
            None,
            None,
            None,
            2,
        ]
    )
    workbook.save(tmp_path / "tickets.xlsx")
    run(sessions, tmp_path / "tickets.xlsx")
    with sessions() as session:
        ticket = session.get(Ticket, "010221070034")
    assert (ticket.phone_digits, ticket.requested_on, ticket.version) == (
        "678",
        date(2021, 7, 5),
        2,
    )
    assert ticket.service is None


def test_a_code_that_lost_its_leading_zero_is_explained(sessions, tmp_path):
    workbook = Workbook()
    workbook.active.append(["code", "site", "status"])
    workbook.active.append([10221070034, "0102", "paid"])
    workbook.save(tmp_path / "tickets.xlsx")
    [problem] = problems(sessions, tmp_path / "tickets.xlsx")
    assert "line 2, column code" in problem
    assert "leading zero" in problem


def test_importing_a_file_again_changes_nothing(sessions, tmp_path):
    path = csv_file(tmp_path, ROW)
    run(sessions, path)
    assert run(sessions, path).summary() == "0 created, 0 updated, 1 unchanged, 0 stale; 0 notices"


def test_a_row_without_a_version_is_newer_if_it_differs(sessions, tmp_path):
    header = "code,site,status"
    run(sessions, csv_file(tmp_path, "010221070034,0102,accepted", header=header))
    same = run(sessions, csv_file(tmp_path, "010221070034,0102,accepted", header=header))
    assert same.counts == {"unchanged": 1}
    moved = run(sessions, csv_file(tmp_path, "010221070034,0102,paid", header=header))
    assert moved.counts == {"updated": 1}
    with sessions() as session:
        assert session.get(Ticket, "010221070034").version == 1


def test_one_bad_row_keeps_the_whole_file_out_and_all_problems_are_told(sessions, tmp_path):
    path = csv_file(
        tmp_path,
        ROW,
        "12,0102,,,finished,,,,,,1",
        "010221070035,,,,paid,,,,,,1",
        "010221070036,0102,,,paid,,05/07/2021,,,,1",
    )
    found = problems(sessions, path)
    assert [words.split(":")[0] for words in found] == [
        "tickets.csv, line 3, column code",
        "tickets.csv, line 3, column status",
        "tickets.csv, line 4, column site",
        "tickets.csv, line 5, column requested_on",
    ]


def test_a_row_of_another_site_is_told_with_its_line(sessions, tmp_path):
    run(sessions, csv_file(tmp_path, ROW))
    [problem] = problems(sessions, csv_file(tmp_path, "010221070035,0103,,,paid,,,,,,1"))
    assert "line 2" in problem
    assert "another site" in problem


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("code,site,state", ["column state: this column is unknown", "column status: this column"]),
        ("code,site,status,code", ["column code: this column is there twice"]),
    ],
)
def test_columns_are_checked_by_name(sessions, tmp_path, header, words):
    found = problems(sessions, csv_file(tmp_path, header=header))
    for wanted, problem in zip(words, found, strict=True):
        assert wanted in problem


def test_a_site_that_cannot_be_one_is_refused(sessions, tmp_path):
    [problem] = problems(sessions, csv_file(tmp_path, "010221070035,my site,,,paid,,,,,,1"))
    assert "'my site' is no site" in problem
