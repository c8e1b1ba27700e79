"""What unit tests share: an empty database on each system, and the fake Graph API."""

from __future__ import annotations

import pytest

from bot.db.session import create_database_engine, create_session_factory
from tests.fakes.graph_api import GraphApi
from tests.unit.channels.messenger_samples import SECRET, TOKEN
from tests.unit.databases import BOTH, migrated


@pytest.fixture(params=BOTH)
def database_url(request, tmp_path):
    """The address of a migrated, empty database: SQLite, then PostgreSQL."""
    return migrated(request.param, tmp_path)


@pytest.fixture
def both_databases(database_url):
    """Sessions on it."""
    engine = create_database_engine(database_url)
    yield create_session_factory(engine)
    engine.dispose()


@pytest.fixture
def sessions(both_databases):
    """What most tests work on, where their folder has no database of its own."""
    return both_databases


@pytest.fixture(scope="module")
def running_graph_api():
    with GraphApi(TOKEN, SECRET) as provider:
        yield provider


@pytest.fixture
def graph(running_graph_api):
    """The fake Graph API, with nothing recorded and no script."""
    running_graph_api.reset()
    return running_graph_api
