"""The whole web application on a database with the reference data."""

from __future__ import annotations

import pytest

from tests.unit.databases import seeded_sessions
from tests.unit.web.every_route import application


@pytest.fixture(scope="session")
def site_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("web")
    seeded_sessions(folder)
    return folder


@pytest.fixture
def make_site(site_folder):
    """Makes the application with settings by name."""

    def make(**settings):
        return application(f"sqlite:///{site_folder}/chrok.sqlite3", site_folder, **settings)

    return make


@pytest.fixture
def site(make_site):
    return make_site()
