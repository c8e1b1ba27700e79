"""A seeded database with all places and no budgets."""

import csv

import pytest

from bot.services.budget_import import import_budgets
from bot.services.budget_reading import COLUMNS
from tests.unit.databases import seeded_sessions

THIS_YEAR = 2026


@pytest.fixture
def sessions(tmp_path):
    return seeded_sessions(tmp_path)


@pytest.fixture
def session(sessions):
    with sessions.begin() as session:
        yield session


@pytest.fixture
def bring(session, tmp_path):
    """Import rows given as dictionaries, or as text under the usual columns."""

    def run(rows, **options):
        path = tmp_path / "budgets.csv"
        write(path, rows)
        return import_budgets(session, path, THIS_YEAR, **options)

    return run


def write(path, rows):
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(COLUMNS)
        writer.writerows(row.split("|") if isinstance(row, str) else row for row in rows)
