"""`flask database status` and `revert`: the way back to an older version."""

from __future__ import annotations

import pytest

from bot.db.migrate import current_revision, pinned_head
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from webhook.app import create_app

OLDER = "0010_understanding"


@pytest.fixture
def url(tmp_path):
    return migrated_sqlite(tmp_path)


@pytest.fixture
def run(url, tmp_path):
    app = create_app(Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3"))
    return lambda *arguments, **options: app.test_cli_runner().invoke(
        args=["database", *arguments], **options
    )


def test_the_status_tells_where_the_database_is_and_should_be(run):
    assert run("status").output.splitlines() == [
        f"database: {pinned_head()}",
        f"this version: {pinned_head()}",
    ]


def test_an_empty_database_is_told_as_empty(tmp_path):
    url = f"sqlite:///{tmp_path}/empty.sqlite3"
    app = create_app(Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3"))
    assert "database: empty" in app.test_cli_runner().invoke(args=["database", "status"]).output


def test_it_goes_back_only_when_asked_twice(run, url):
    refused = run("revert", OLDER, input="n\n")
    assert refused.exit_code == 1
    assert f"These go, with what is in them: {pinned_head()}" in refused.output
    assert current_revision(url) == pinned_head()
    assert run("revert", OLDER, input="y\n").exit_code == 0
    assert current_revision(url) == OLDER
    # And up again, as the newer version does when it is started.
    assert run("prepare").exit_code == 0
    assert current_revision(url) == pinned_head()


def test_going_back_to_where_it_is_changes_nothing(run, url):
    told = run("revert", pinned_head(), "--yes")
    assert (told.exit_code, told.output) == (0, "database: nothing newer to take away\n")


def test_an_unknown_revision_is_refused(run, url):
    told = run("revert", "0099_from_the_future", "--yes")
    assert told.exit_code == 1
    assert "0099_from_the_future is no revision that this version knows" in told.output
    assert current_revision(url) == pinned_head()


def test_a_newer_revision_is_no_way_back(run, url):
    run("revert", OLDER, "--yes")
    assert "nothing newer to take away" in run("revert", pinned_head(), "--yes").output
    assert current_revision(url) == OLDER
