"""The NGO's spreadsheets, written and read in."""

import pytest
from openpyxl import Workbook

from bot.services.catalogue_import import import_catalogue, read_state
from bot.services.catalogue_reading import CatalogueFileError

CAR = "vehicle-registration-car"


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


def workbook(path, sheet, rows):
    book = Workbook()
    book.active.title = sheet
    for row in rows:
        book.active.append(row)
    book.save(path)
    return path
