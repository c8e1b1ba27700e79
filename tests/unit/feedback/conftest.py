from __future__ import annotations

import pytest

from bot.services.places import PlaceFinder
from tests.unit.databases import seeded_sessions
from tests.unit.feedback.citizen import Citizen


@pytest.fixture(scope="session")
def places(tmp_path_factory):
    with seeded_sessions(tmp_path_factory.mktemp("places"))() as session:
        return PlaceFinder.from_session(session)


@pytest.fixture
def sessions(tmp_path):
    """A database of its own with all the places."""
    return seeded_sessions(tmp_path)


@pytest.fixture
def citizen(sessions, places):
    return Citizen(sessions, places)
