"""A migrated database of each kind, empty at the start of every test but for two places."""

from __future__ import annotations

import pytest

from tests.unit.tickets.desk import places, service
from tests.unit.tickets.ticket_talk import Citizen


@pytest.fixture
def sessions(both_databases):
    with both_databases.begin() as session:
        session.add_all([*places(), service()])
    return both_databases


@pytest.fixture
def citizen(sessions):
    return Citizen(sessions)
