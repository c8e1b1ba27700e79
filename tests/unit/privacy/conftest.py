"""What forgets, with a tracker that no engine has written to yet."""

from __future__ import annotations

import pytest

from bot.services.deletion_requests import Forgetter
from bot.services.tracker import TrackerStore
from tests.unit.privacy.people import SECRET


@pytest.fixture
def tracker_url(tmp_path):
    return f"sqlite:///{tmp_path}/tracker.sqlite3"


@pytest.fixture
def tracker(tracker_url):
    return TrackerStore(tracker_url)


@pytest.fixture
def forgetter(both_databases, tracker):
    return Forgetter(both_databases, tracker, SECRET)
