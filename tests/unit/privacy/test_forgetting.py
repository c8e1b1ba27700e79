"""Forgetting somebody, on SQLite and on PostgreSQL."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import OperationalError

from bot.db.models import (
    ButtonToken,
    Contact,
    DeletionRequest,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.base import now
from bot.db.session import create_database_engine, create_session_factory
from bot.services.deletion_requests import (
    Forgetter,
    contacts_to_forget,
    note_provider_request,
    request_by_code,
    request_forgetting,
)
from bot.services.forgetting import Forgotten
from bot.services.tracker import TrackerStore
from tests.unit.databases import migrated_sqlite
from tests.unit.privacy.people import (
    CITIZEN,
    NUMBER,
    SECRET,
    TRACES,
    WORDS,
    contact_of,
    everything_in,
    leave_traces,
    requests_in,
    senders_in,
    tracker_with,
    write,
)
from webhook import inbox
from webhook.forgetting import forget_when_due


def test_nothing_that_leads_to_the_person_is_left(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    before = everything_in(both_databases)
    assert all(trace in before for trace in TRACES), "the scan must be able to find them"
    forgotten = forgetter.forget(contact_id)
    assert forgotten == Forgotten(received=1, sent=2, detached=3)
    after = everything_in(both_databases)
    assert [trace for trace in TRACES if trace in after and trace != NUMBER] == []
    with both_databases() as session:
        # The other channel is another contact: only what joined the two is gone.
        assert contact_of(session, NUMBER) is not None
        assert session.scalar(select(func.count()).select_from(ButtonToken)) == 0


def test_counts_outlive_the_words(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    forgetter.forget(contact_id)
    with both_databases() as session:
        received = session.scalars(select(StoredInbound)).one()
        assert (received.state, received.kind, received.channel) == ("done", "text", "messenger")
        states = session.scalars(select(StoredOutbound.state).order_by(StoredOutbound.id)).all()
    assert states == ["sent", "skipped:forgotten"]


def test_sqlite_s_file_holds_no_words_any_more(tmp_path, tracker):
    url = migrated_sqlite(tmp_path)
    sessions = create_session_factory(create_database_engine(url))
    contact_id = leave_traces(sessions)
    Forgetter(sessions, tracker, SECRET).forget(contact_id)
    with sessions() as session:
        session.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    stored = b"".join(path.read_bytes() for path in tmp_path.glob("chrok.sqlite3*"))
    assert WORDS.encode() not in stored
    assert CITIZEN.encode() not in stored


def test_others_are_not_touched(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    neighbour = write(both_databases, "m_other", "someone else's words", sender="7000000000000002")
    forgetter.forget(contact_id)
    with both_databases() as session:
        kept = session.scalars(
            select(StoredInbound).where(StoredInbound.contact_id == neighbour)
        ).one()
        assert (kept.text, kept.state) == ("someone else's words", "waiting")


def test_whoever_writes_again_is_somebody_new(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    forgetter.forget(contact_id)
    again = write(both_databases, "m_new", "hello")
    assert again != contact_id
    with both_databases() as session:
        contact = session.get_one(Contact, again)
        assert (contact.external_id, contact.chosen_language, contact.opted_out_at) == (
            CITIZEN,
            None,
            None,
        )


def test_a_message_that_waits_is_not_answered_any_more(both_databases, forgetter):
    contact_id = write(both_databases, "m_1", WORDS)
    forgetter.forget(contact_id)
    with both_databases() as session:
        assert inbox.next_waiting(session, contact_id) is None


def test_forgetting_twice_is_forgetting_once(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    forgetter.forget(contact_id)
    forgetter.forget(contact_id)
    assert CITIZEN not in everything_in(both_databases)


def test_the_engine_s_record_of_the_conversation_is_deleted(
    both_databases, forgetter, tracker_url, tmp_path
):
    contact_id = leave_traces(both_databases)
    with both_databases() as session:
        conversation_id = session.get_one(Contact, contact_id).conversation_id
    tracker_with(tracker_url, conversation_id, "neighbour", conversation_id)
    forgetter.forget(contact_id)
    assert senders_in(tracker_url) == ["neighbour"]
    assert Path(tmp_path, "tracker.sqlite3").read_bytes().count(WORDS.encode()) == 1


def test_a_tracker_that_nobody_wrote_to_is_not_made(tmp_path, tracker):
    assert tracker.forget("x") == 0
    assert not Path(tmp_path, "tracker.sqlite3").exists()
    Path(tmp_path, "tracker.sqlite3").touch()
    assert tracker.forget("x") == 0


def test_a_tracker_that_does_not_answer_leaves_the_request_open(both_databases):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        request_forgetting(session, session.get_one(Contact, contact_id), "chat", timedelta())
    away = Forgetter(both_databases, TrackerStore("postgresql://nobody@127.0.0.1:9/none"), SECRET)
    with pytest.raises(OperationalError):
        away.forget(contact_id)
    assert [request.state for request in requests_in(both_databases)] == ["waiting"]
    again = forget_when_due(away, contact_id)
    assert again is not None
    assert again > now()


def test_the_farewell_goes_out_before_the_words_go(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        session.query(StoredOutbound).filter(StoredOutbound.key.is_(None)).update(
            {"state": "queued"}
        )
        request = request_forgetting(session, session.get_one(Contact, contact_id), "chat")
    # Not before the pause in which the web chat's page fetches the farewell.
    due = forget_when_due(forgetter, contact_id)
    assert due == request.not_before
    _let_time_pass(both_databases, timedelta(minutes=1))
    assert forget_when_due(forgetter, contact_id) > now()
    assert WORDS in everything_in(both_databases)
    with both_databases.begin() as session:
        session.query(StoredOutbound).filter(StoredOutbound.key.is_(None)).update({"state": "sent"})
    # A notice that waits for tomorrow holds nothing up.
    assert forget_when_due(forgetter, contact_id) is None
    assert WORDS not in everything_in(both_databases)


def test_a_farewell_that_cannot_go_out_holds_nothing_up_for_long(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        session.query(StoredOutbound).update({"state": "queued"})
        request_forgetting(session, session.get_one(Contact, contact_id), "chat")
    _let_time_pass(both_databases, timedelta(hours=2))
    assert forget_when_due(forgetter, contact_id) is None
    assert WORDS not in everything_in(both_databases)


def test_whoever_did_not_ask_is_remembered(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    assert forget_when_due(forgetter, contact_id) is None
    assert WORDS in everything_in(both_databases)


def test_asking_twice_is_asking_once(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        contact = session.get_one(Contact, contact_id)
        first = request_forgetting(session, contact, "chat").confirmation_code
        assert request_forgetting(session, contact, "operator").confirmation_code == first
    assert len(requests_in(both_databases)) == 1


def test_the_sweep_finds_who_is_to_be_forgotten(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        request_forgetting(session, session.get_one(Contact, contact_id), "chat")
        assert contacts_to_forget(session, now(), 10) == []
        assert contacts_to_forget(session, now() + timedelta(minutes=1), 10) == [contact_id]
    forgetter.forget(contact_id)
    with both_databases() as session:
        assert contacts_to_forget(session, now() + timedelta(minutes=1), 10) == []


def test_a_finished_request_names_nobody(both_databases, forgetter):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        code = request_forgetting(
            session, session.get_one(Contact, contact_id), "chat"
        ).confirmation_code
    forgetter.forget(contact_id)
    with both_databases() as session:
        request = request_by_code(session, code.lower())
    assert (request.state, request.contact_id) == ("done", None)
    assert request.done_at >= request.requested_at


def test_a_provider_s_repeat_finds_its_request(both_databases):
    contact_id = leave_traces(both_databases)
    with both_databases.begin() as session:
        contact = session.get_one(Contact, contact_id)
        first = note_provider_request(session, "messenger", "a" * 64, contact)
        second = note_provider_request(session, "messenger", "a" * 64, contact)
        unknown = note_provider_request(session, "messenger", "b" * 64, None)
        assert first.id == second.id
        assert (first.state, unknown.state) == ("waiting", "unmatched")


def _let_time_pass(sessions, span: timedelta) -> None:
    with sessions.begin() as session:
        session.execute(update(DeletionRequest).values(not_before=now() - span))
