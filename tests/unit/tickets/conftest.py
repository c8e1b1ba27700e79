"""A migrated database of each kind, empty at the start of every test but for two places."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import text

from bot.db.migrate import upgrade
from bot.db.models import Base, Place
from bot.db.session import create_database_engine, create_session_factory

ZONE = ZoneInfo("Asia/Phnom_Penh")
# A Tuesday, 10:00 in Phnom Penh, and no public holiday.
MOMENT = datetime(2026, 11, 17, 3, 0, tzinfo=UTC)


@pytest.fixture(
    scope="session", params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)]
)
def database_url(request, tmp_path_factory):
    if request.param == "sqlite":
        url = f"sqlite:///{tmp_path_factory.mktemp('tickets')}/chrok.sqlite3"
        upgrade(url)
        yield url
        return
    url = os.environ.get("TEST_POSTGRESQL_URL")
    if not url:
        pytest.skip("TEST_POSTGRESQL_URL is not set: no PostgreSQL server to test on")
    empty_schema(url)
    upgrade(url)
    yield url
    empty_schema(url)


@pytest.fixture
def sessions(database_url):
    engine = create_database_engine(database_url)
    factory = create_session_factory(engine)
    with factory.begin() as session:
        for table in reversed(Base.metadata.sorted_tables):
            session.execute(table.delete())
        session.add_all(places())
    yield factory
    engine.dispose()


def places():
    """The places of the examples, as the seeds have them."""
    return [
        Place(
            code="01",
            level="province",
            kind="province",
            name_km="បន្ទាយមានជ័យ",
            name_en="Banteay Meanchey",
            source="test",
        ),
        Place(
            code="0102",
            level="district",
            kind="srok",
            name_km="មង្គលបូរី",
            name_en="Mongkol Borei",
            parent_code="01",
            source="test",
        ),
    ]


def empty_schema(url):
    engine = create_database_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()
