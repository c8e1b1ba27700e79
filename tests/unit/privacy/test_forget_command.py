"""`flask forget`, as the operator types it."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from bot.db.models import Contact
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from tests.unit.privacy.people import (
    CITIZEN,
    WORDS,
    everything_in,
    leave_traces,
    requests_in,
    senders_in,
    tracker_with,
)
from webhook import create_app
from webhook.lease import lease


@pytest.fixture
def app(tmp_path):
    url = migrated_sqlite(tmp_path)
    return create_app(
        Settings(
            database_url=url,
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
            tracker_database_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        )
    )


@pytest.fixture
def sessions(app):
    sessions = app.extensions["chrok"].sessions
    leave_traces(sessions)
    return sessions


def _run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["forget", *arguments])


def test_somebody_is_forgotten_at_once_in_both_databases(app, sessions, tmp_path):
    with sessions() as session:
        contact = session.scalars(select(Contact).where(Contact.external_id == CITIZEN)).one()
    tracker = f"sqlite:///{tmp_path}/tracker.sqlite3"
    tracker_with(tracker, contact.conversation_id, "neighbour")
    result = _run(app, "messenger", CITIZEN)
    assert result.exit_code == 0
    (request,) = requests_in(sessions)
    assert result.output == (
        "forgotten: 1 messages received, 2 sent, 3 other rows; "
        f"confirmation code {request.confirmation_code}\n"
    )
    assert (request.state, request.source, request.contact_id) == ("done", "operator", None)
    assert senders_in(tracker) == ["neighbour"]
    left = everything_in(sessions)
    assert CITIZEN not in left
    assert WORDS not in left


@pytest.mark.parametrize("arguments", [("telegram", CITIZEN), ("messenger", "unknown")])
def test_whoever_is_not_known_is_named_as_such(app, sessions, arguments):
    result = _run(app, *arguments)
    assert result.exit_code == 1
    assert "nobody is known" in result.output
    assert "nothing was erased" in result.output
    assert WORDS in everything_in(sessions)


def test_a_channel_that_does_not_exist_is_refused(app, sessions):
    result = _run(app, "pigeon", CITIZEN)
    assert result.exit_code == 2
    assert "messenger" in result.output


def test_nobody_is_forgotten_in_the_middle_of_an_answer(app, sessions):
    with lease(sessions, 1):
        result = _run(app, "messenger", CITIZEN)
    assert result.exit_code == 1
    assert "try again" in result.output
    assert WORDS in everything_in(sessions)


def test_a_tracker_that_does_not_answer_is_named(sessions, tmp_path):
    settings = Settings(
        database_url=f"sqlite:///{tmp_path}/chrok.sqlite3",
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        tracker_database_url="postgresql://somebody:secret@127.0.0.1:9/none",
    )
    result = _run(create_app(settings), "messenger", CITIZEN)
    assert result.exit_code == 1
    assert "TRACKER_DATABASE_URL" in result.output
    assert "secret" not in result.output
    assert [request.state for request in requests_in(sessions)] == ["waiting"]
