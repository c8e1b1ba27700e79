from __future__ import annotations

import shutil

import pytest

from bot.db.session import create_database_engine, create_session_factory
from bot.services.places import PlaceFinder
from bot.services.seeding import seed
from tests.unit.catalogue_database import new_sessions


@pytest.fixture(scope="session")
def seeded_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("seeded")
    sessions = new_sessions(folder)
    with sessions.begin() as session:
        seed(session)
    sessions.kw["bind"].dispose()
    return folder


@pytest.fixture(scope="session")
def places(seeded_folder):
    engine = create_database_engine(f"sqlite:///{seeded_folder}/chrok.sqlite3")
    with create_session_factory(engine)() as session:
        return PlaceFinder.from_session(session)


@pytest.fixture
def sessions(seeded_folder, tmp_path):
    """A database of its own with all the places."""
    shutil.copy(seeded_folder / "chrok.sqlite3", tmp_path / "chrok.sqlite3")
    return create_session_factory(create_database_engine(f"sqlite:///{tmp_path}/chrok.sqlite3"))
