"""A seeded database with all places and no budgets."""

import csv
import shutil

import pytest
from sqlalchemy import text

from bot.db.session import create_database_engine, create_session_factory
from bot.services.budget_import import import_budgets
from bot.services.budget_reading import COLUMNS
from bot.services.seeding import seed
from tests.unit.catalogue_database import new_sessions

THIS_YEAR = 2026


@pytest.fixture(scope="session")
def seeded_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    sessions = new_sessions(folder)
    with sessions.begin() as session:
        seed(session)
    with sessions() as session:
        # The copies are of this one file, without what still lies in the log beside it.
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return folder / "chrok.sqlite3"


@pytest.fixture
def sessions(seeded_file, tmp_path):
    copy = shutil.copy(seeded_file, tmp_path / "budgets.sqlite3")
    return create_session_factory(create_database_engine(f"sqlite:///{copy}"))


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
