"""The scan finds a person wherever and however they are written, and nobody once they are gone."""

from __future__ import annotations

import os
import sqlite3
import uuid

import pytest
from redis import Redis
from sqlalchemy import select, text

from bot.db.models import Contact, MessageToReview, StoredInbound
from bot.services.forgetting import tables_that_refer_to_contacts
from bot.services.traces.needles import needles_for
from bot.services.traces.scanning import find_traces
from bot.services.understanding_review import _wording
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from tests.unit.privacy.people import (
    ANSWER,
    CITIZEN,
    FEEDBACK,
    NUMBER,
    WORDS,
    contact_of,
    give_feedback,
    leave_traces,
    noted_for_review,
    tracker_with,
    write,
)
from webhook import create_app

KEYS = Settings().encryption
SAID = (WORDS, ANSWER, FEEDBACK)


@pytest.fixture
def settings(both_databases, tracker_url, tmp_path):
    return Settings(
        database_url=both_databases.kw["bind"].url.render_as_string(hide_password=False),
        tracker_database_url=tracker_url,
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
    )


def places(settings, *needles, logs=()) -> set[str]:
    return {trace.place for trace in find_traces(settings, needles, logs)}


@pytest.mark.parametrize(
    "written",
    [
        "+85512000001",
        "85512000001",
        "0085512000001",
        "+855 12 000 001",
        "+855 (0)12 000 001",
        "012000001",
        "012 000 001",
        "012-000-001",
        "012.000.001",
        "(012) 000 001",
        "12000001",
        "call 012000001, please",
        "លេខ ០១២ ០០០ ០០១",
        "លេខ០១២០០០០០១ប៉ុណ្ណោះ",
        "\\u17e0\\u17e1\\u17e2\\u17e0\\u17e0\\u17e0\\u17e0\\u17e0\\u17e1",
        "sms://85512000001",
        '{"from": "+85512000001"}',
        "to=%2B85512000001&text=",
    ],
)
def test_a_number_is_found_in_every_spelling(settings, both_databases, written):
    write(both_databases, "m_1", written, sender="somebody else")
    assert "database: inbox.text" in places(settings, *needles_for("+85512000001", KEYS))


@pytest.mark.parametrize(
    "written",
    ["+85512000002", "112000001", "12000001234", "85512000001999"],
)
def test_another_number_is_not_taken_for_it(settings, both_databases, written):
    write(both_databases, "m_1", written, sender="somebody else")
    found = places(settings, *needles_for("+85512000001", KEYS))
    assert "database: inbox.text" not in found


def test_everything_is_found_before_and_nothing_after_forgetting(
    settings, both_databases, forgetter
):
    contact_id = leave_traces(both_databases)
    give_feedback(both_databases, contact_id)
    with both_databases() as session:
        conversation_id = session.get_one(Contact, contact_id).conversation_id
    tracker_with(settings.tracker_database_url, conversation_id)
    needles = needles_for(CITIZEN, KEYS, SAID, [conversation_id])
    before = places(settings, *needles)
    assert before >= {
        "database: contacts.external_id",
        "database: contacts.external_id_digest",
        "database: contacts.conversation_id",
        "database: inbox.text",
        "database: outbox.reply",
        "database: outbox.remaining",
        "database: ticket_attempts.conversation_id",
        "database: feedback.text",
        "database: feedback_events.text",
        "database: outgoing_emails.content",
        "tracker: events.sender_id",
        "tracker: events.data",
        "file: tracker.sqlite3",
    }
    assert {trace.kind for trace in find_traces(settings, needles)} == {
        *("id", "digest", "conversation", "words")
    }
    forgetter.forget(contact_id)
    assert find_traces(settings, needles) == []


def test_a_table_that_nobody_told_the_scan_about_is_searched_too(settings, both_databases):
    with both_databases.begin() as session:
        session.execute(text("CREATE TABLE notes_of_somebody (note VARCHAR(200))"))
        session.execute(text("INSERT INTO notes_of_somebody VALUES ('his number is 012 000 001')"))
    try:
        found = places(settings, *needles_for("+85512000001", KEYS))
        assert "database: notes_of_somebody.note" in found
    finally:
        with both_databases.begin() as session:
            session.execute(text("DROP TABLE notes_of_somebody"))


def test_the_queue_and_the_logs_are_searched(settings, tmp_path):
    with sqlite3.connect(tmp_path / "queue.sqlite3") as connection:
        connection.execute("CREATE TABLE task (data BLOB)")
        connection.execute("INSERT INTO task VALUES (?)", (f"\x80serve {CITIZEN}".encode(),))
    log = tmp_path / "webhook.log"
    log.write_text("x" * 1_048_570 + f" heard from {CITIZEN}\n")
    found = places(settings, *needles_for(CITIZEN, KEYS), logs=[log])
    assert found >= {"queue: task.data", "file: queue.sqlite3", "file: webhook.log"}


def test_a_queue_in_redis_is_searched(settings, both_databases):
    url = os.environ.get("TEST_REDIS_URL")
    if not url:
        pytest.skip("TEST_REDIS_URL is not set: no Redis server to test on")
    key, person = f"huey.test.{uuid.uuid4()}", f"7{uuid.uuid4().int % 10**14:014}"
    values = {name: getattr(settings, name) for name in ("database_url", "tracker_database_url")}
    with Redis.from_url(url) as client:
        client.rpush(key, f"serve {person}")
        found = places(Settings(queue_url=url, **values), *needles_for(person, KEYS))
        client.delete(key)
        assert found == {f"queue: {key}"}
        assert places(Settings(queue_url=url, **values), *needles_for(person, KEYS)) == set()


def test_words_that_were_noted_for_review_go_with_their_only_author(both_databases, forgetter):
    contact_id = write(both_databases, "m_1", "a wording of mine")
    write(both_databases, "m_2", "a wording of many")
    with both_databases.begin() as session:
        for wording, times in (("a wording of mine", 1), ("a wording of many", 5)):
            session.add(noted_for_review(wording, wording=_wording(wording), times=times))
    forgetter.forget(contact_id)
    with both_databases() as session:
        left = session.scalars(select(MessageToReview.masked_text)).all()
    assert left == ["a wording of many"]


def test_the_operator_scans_forgets_and_scans_again(tmp_path):
    configured = Settings(
        database_url=migrated_sqlite(tmp_path),
        tracker_database_url=f"sqlite:///{tmp_path}/tracker.sqlite3",
        queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
    )
    app = create_app(configured)
    sessions = app.extensions["chrok"].sessions
    leave_traces(sessions)
    with sessions() as session:
        conversation_id = contact_of(session).conversation_id

    def run(*arguments: str):
        return app.test_cli_runner().invoke(args=[*arguments, "--logs", str(tmp_path)])

    found = run("privacy", "scan", "messenger", CITIZEN, "--words", WORDS)
    assert found.exit_code == 1
    assert f"known to the engine as {conversation_id}" in found.output
    assert "words  database: inbox.text  1" in found.output
    assert app.test_cli_runner().invoke(args=["forget", "messenger", CITIZEN]).exit_code == 0
    options = ("--words", WORDS, "--conversation", conversation_id)
    left = run("privacy", "scan", "messenger", CITIZEN, *options)
    assert (left.exit_code, left.output) == (0, "nothing found\n")
    # Another channel of theirs is another contact, and is still there.
    assert run("privacy", "scan", "sms", NUMBER).exit_code == 1


def test_each_table_that_refers_to_a_contact_is_within_reach_of_the_scan(both_databases):
    with both_databases() as session:
        searched = set(session.get_bind().dialect.get_table_names(session.connection()))
    assert set(tables_that_refer_to_contacts()) <= searched
    with both_databases() as session:
        assert session.scalars(select(StoredInbound)).all() == []
