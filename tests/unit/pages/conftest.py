"""The web application on a database with places and sample budgets."""

import shutil

import pytest
from sqlalchemy import text

from bot.services.budget_sample import load_sample
from bot.settings import Settings
from tests.unit.databases import seeded_sessions
from webhook.app import create_app


@pytest.fixture(scope="session")
def sample_file(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sample")
    sessions = seeded_sessions(folder)
    with sessions.begin() as session:
        load_sample(session)
    with sessions() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    return folder / "chrok.sqlite3"


@pytest.fixture
def app(sample_file, tmp_path):
    copy = shutil.copy(sample_file, tmp_path / "pages.sqlite3")
    return create_app(
        Settings(
            database_url=f"sqlite:///{copy}",
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
            public_url="https://chrok.example",
        )
    )


@pytest.fixture
def client(app):
    return app.test_client()


@pytest.fixture
def sessions(app):
    return app.extensions["chrok"].sessions
