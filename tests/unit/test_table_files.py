"""Files that somebody hands over to be imported or opened: neither harms who does it."""

from __future__ import annotations

import csv
import io
import zipfile

import pytest
from openpyxl import Workbook

from bot.services.table_reading import TableFileError, guard, read_tables


def _workbook(rows) -> bytes:
    book = Workbook()
    for row in rows:
        book.active.append(row)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def test_a_small_file_that_unpacks_to_gigabytes_is_refused_unread(tmp_path):
    bomb = tmp_path / "budgets.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as packed:
        packed.writestr("xl/worksheets/sheet1.xml", b"0" * 300_000_000)
    assert bomb.stat().st_size < 1_000_000
    with pytest.raises(TableFileError, match=r"budgets\.xlsx: unpacks to 300 MB; save it in parts"):
        read_tables(bomb)


def test_entities_in_a_workbook_are_not_expanded(tmp_path):
    """A billion laughs: each entity ten of the one before."""
    laughs = "".join(
        f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha" * 1_000}">' for n in range(12)
    )
    bomb = tmp_path / "laughs.xlsx"
    good = zipfile.ZipFile(io.BytesIO(_workbook([["place"], ["01"]])))
    with zipfile.ZipFile(bomb, "w") as packed:
        for part in good.namelist():
            content = good.read(part)
            if part == "xl/workbook.xml":
                content = f"<?xml version='1.0'?><!DOCTYPE x [{laughs}]><x>&l11;</x>".encode()
            packed.writestr(part, content)
    with pytest.raises(TableFileError):
        read_tables(bomb)


@pytest.mark.parametrize("text", ["=1+1", "+855 12", "-1", "@SUM(A1)", "\t=1", "\r=1", "'=1"])
def test_no_cell_that_we_write_is_run_by_a_spreadsheet_and_it_reads_back_as_it_was(text, tmp_path):
    written = io.StringIO()
    csv.writer(written).writerow([guard(text)])
    assert guard(text).startswith("'")
    file = tmp_path / "cells.csv"
    file.write_text("name\r\n" + written.getvalue(), encoding="utf-8", newline="")
    (table,) = read_tables(file)
    assert [row.cells["name"] for row in table.rows] == [text]
