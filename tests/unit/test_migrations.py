"""The revisions build what the models describe, and come down and up again with data in place."""

import os
from datetime import date

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import inspect, text

from bot.db.migrate import configuration, downgrade, pinned_head, upgrade
from bot.db.models import Base, FeeTier, Place, Sector, Service
from bot.db.session import create_database_engine, create_session_factory


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def database_url(request, tmp_path):
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path}/chrok.sqlite3"
        return
    url = os.environ.get("TEST_POSTGRESQL_URL")
    if not url:
        pytest.skip("TEST_POSTGRESQL_URL is not set: no PostgreSQL server to test on")
    empty(url)
    yield url
    empty(url)


def empty(url):
    engine = create_database_engine(url)
    with engine.begin() as connection:
        connection.execute(text("DROP SCHEMA public CASCADE"))
        connection.execute(text("CREATE SCHEMA public"))
    engine.dispose()


def differences(url):
    engine = create_database_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        found = compare_metadata(context, Base.metadata)
    engine.dispose()
    return found


def test_upgrading_an_empty_database_gives_what_the_models_describe(database_url):
    upgrade(database_url)
    assert differences(database_url) == []


def test_the_comparison_notices_a_missing_column(database_url):
    upgrade(database_url)
    engine = create_database_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE services DROP COLUMN note"))
    engine.dispose()
    assert differences(database_url) != []


def test_upgrading_twice_changes_nothing(database_url):
    upgrade(database_url)
    upgrade(database_url)
    assert differences(database_url) == []


def test_a_database_with_data_goes_down_one_revision_at_a_time_and_up_again(database_url):
    upgrade(database_url)
    engine = create_database_engine(database_url)
    with create_session_factory(engine).begin() as session:
        session.add(example_service())
    engine.dispose()
    revisions = [r.revision for r in ScriptDirectory.from_config(configuration()).walk_revisions()]
    for revision in [*revisions[1:], "base"]:
        downgrade(database_url, revision)
    engine = create_database_engine(database_url)
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}
    engine.dispose()
    upgrade(database_url)
    assert differences(database_url) == []


def test_data_outlive_a_downgrade_of_later_tables(database_url):
    upgrade(database_url)
    engine = create_database_engine(database_url)
    sessions = create_session_factory(engine)
    with sessions.begin() as session:
        session.add(example_service())
        session.add(Place(code="01", level="province", name_km="ក", name_en="A", source="test"))
    downgrade(database_url, "0001_places_and_catalogue")
    upgrade(database_url)
    with sessions() as session:
        assert session.get(Service, "example").tiers[0].fee_riel == 1_000_000_000
        assert session.get(Place, "01").name_km == "ក"
    engine.dispose()


def test_the_pinned_head_is_the_newest_revision():
    assert ScriptDirectory.from_config(configuration()).get_heads() == [pinned_head()]


def test_revisions_are_numbered_without_a_gap():
    scripts = ScriptDirectory.from_config(configuration()).walk_revisions()
    numbers = sorted(script.revision[:4] for script in scripts)
    assert numbers == [f"{number:04}" for number in range(1, len(numbers) + 1)]


def example_service():
    tier = FeeTier(
        position=1,
        level="commune",
        fee_riel=1_000_000_000,
        source_url="https://example.org/",
        source_read_on=date(2026, 11, 23),
    )
    return Service(
        id="example",
        sector=Sector(id="sector", position=1, name_km="ក", name_en="A"),
        position=1,
        level="commune",
        name_km="ក",
        name_en="A",
        short_name_km="ក",
        short_name_en="A",
        tiers=[tier],
    )
