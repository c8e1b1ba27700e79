"""Words go after thirty days, numbers stay, and what is still being worked on is left alone."""

from __future__ import annotations

import itertools
import json
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import create_engine, select, text, update

from bot.db.models import (
    ButtonToken,
    Contact,
    DailyCount,
    Feedback,
    HandoverRequest,
    Heartbeat,
    OperatorAlert,
    OutgoingEmail,
    StoredInbound,
    StoredOutbound,
)
from bot.messages import Reply
from bot.services.retention import erasing
from bot.services.retention.running import TRACKER, apply_retention
from bot.services.tracker import TrackerStore
from bot.settings import Settings
from tests.unit.privacy.people import (
    FEEDBACK,
    everything_in,
    give_feedback,
    leave_traces,
    noted_for_review,
    tracker_with,
)
from webhook import create_app
from webhook.nightly import erase_old_words
from webhook.web_chat import ChatSession, WebChat

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)
LIMIT = NOON - timedelta(days=30)
OLD, RECENT = NOON - timedelta(days=40), NOON - timedelta(days=20)
_numbers = itertools.count()


@pytest.fixture
def database(both_databases, tracker_url, tracker):
    return Database(both_databases, tracker_url, tracker)


class Database:
    """Where somebody talked with us at moments of the test's choice."""

    def __init__(self, sessions, tracker_url, tracker):
        self.sessions, self.tracker_url, self.tracker = sessions, tracker_url, tracker
        self.settings = Settings(tracker_database_url=tracker_url)
        with sessions.begin() as session:
            number = next(_numbers)
            contact = Contact(
                channel="web",
                external_id=f"person-{number}",
                conversation_id=f"conversation-{number}",
                last_language="km",
            )
            session.add(contact)
            session.flush()
            self.contact_id = contact.id
            self.conversation_id = contact.conversation_id

    def heard(self, moment, words, state="done", kind="text") -> int:
        return self._add(
            StoredInbound(
                channel="web",
                event_id=f"event-{next(_numbers)}",
                contact_id=self.contact_id,
                kind=kind,
                text=words,
                details={"reference": words},
                button_token="token",
                state=state,
                occurred_at=moment,
                received_at=moment,
            )
        )

    def said(self, moment, words, state="sent") -> int:
        return self._add(
            StoredOutbound(
                contact_id=self.contact_id,
                reply=Reply(words).to_json(),
                remaining=words,
                state=state,
                created_at=moment,
            )
        )

    def tracked(self, moment, kind, data, name=None):
        engine = create_engine(self.tracker_url)
        with engine.begin() as connection:
            connection.execute(
                text(
                    "INSERT INTO events (sender_id, type_name, timestamp, intent_name, action_name,"
                    " data) VALUES (:sender, :kind, :moment, :intent, :action, :data)"
                ),
                {
                    "sender": self.conversation_id,
                    "kind": kind,
                    "moment": moment.timestamp(),
                    "intent": name if kind == "user" else None,
                    "action": name if kind != "user" else None,
                    "data": json.dumps(data),
                },
            )
        engine.dispose()

    def turn(self, moment, words, intent, service_id=None):
        self.tracked(moment, "user", {"text": words}, intent)
        self.tracked(moment, "slot", {"name": "language", "value": "en"}, "language")
        self.tracked(moment, "slot", {"name": "service_id", "value": service_id}, "service_id")

    def apply(self, moment=NOON, **options):
        return apply_retention(self.sessions, self.tracker, self.settings, moment, **options)

    def text_everywhere(self) -> str:
        """Every column of every table, and the tracker's."""
        engine = create_engine(self.tracker_url)
        with engine.connect() as connection:
            has_events = engine.dialect.has_table(connection, "events")
            events = connection.execute(text("SELECT * FROM events")).all() if has_events else []
        engine.dispose()
        return everything_in(self.sessions) + str([tuple(event) for event in events])

    def _add(self, row) -> int:
        with self.sessions.begin() as session:
            session.add(row)
            session.flush()
            return row.id


def test_words_go_and_the_row_stays(database):
    heard, said = database.heard(OLD, "old question"), database.said(OLD, "old answer")
    database.heard(RECENT, "recent question")
    database.said(RECENT, "recent answer")
    database.apply()
    everything = database.text_everywhere()
    assert "old question" not in everything
    assert "old answer" not in everything
    assert everything.count("recent") == 4
    with database.sessions() as session:
        assert session.get_one(StoredInbound, heard).state == "done"
        assert session.get_one(StoredOutbound, said).state == "sent"


def test_what_is_still_being_worked_on_is_left_alone(database):
    tracker_with(database.tracker_url)
    database.heard(OLD, "waits for an answer", state="waiting")
    database.said(OLD, "waits for delivery", state="queued")
    database.turn(OLD, "an open conversation", "ask_service")
    database._add(
        HandoverRequest(contact_id=database.contact_id, reason="wants a person", created_at=OLD)
    )
    before = database.text_everywhere()
    database.apply()
    for words in (
        "waits for an answer",
        "waits for delivery",
        "an open conversation",
        "wants a person",
    ):
        assert before.count(words) == database.text_everywhere().count(words) > 0


def test_the_other_places_where_words_rest_are_emptied_too(database):
    leave_traces(database.sessions)
    give_feedback(database.sessions, database.contact_id)
    with database.sessions.begin() as session:
        session.add(
            HandoverRequest(
                contact_id=database.contact_id,
                reason="a reason",
                state="closed",
                created_at=OLD,
                closed_at=OLD,
            )
        )
        session.execute(update(ButtonToken).values(created_at=OLD, payload="a payload"))
        session.execute(update(OutgoingEmail).values(created_at=OLD, content=b"a quoted complaint"))
        session.add(noted_for_review("heard long ago", last_heard_at=NOON - timedelta(days=91)))
        session.add(noted_for_review("heard lately", last_heard_at=NOON - timedelta(days=89)))
    done = database.apply()
    everything = database.text_everywhere()
    for words in ("a reason", "a payload", "a quoted complaint", "heard long ago"):
        assert words not in everything
    assert "heard lately" in everything
    assert done.erased["handover_requests"] == done.erased["outgoing_emails"] == 1
    with database.sessions() as session:
        # The office's record of a complaint outlives the conversation.
        assert session.scalars(select(Feedback.text)).first() == FEEDBACK


def test_the_engine_s_record_goes_by_the_same_limit(database):
    tracker_with(database.tracker_url)
    database.turn(OLD, "old words", "greet")
    database.turn(RECENT, "recent words", "greet")
    assert database.apply().erased[TRACKER] == 3
    everything = database.text_everywhere()
    assert "old words" not in everything
    assert "recent words" in everything


def test_a_dry_run_says_what_would_go_and_changes_nothing(database):
    tracker_with(database.tracker_url)
    database.heard(OLD, "old question")
    database.said(OLD, "old answer")
    database.turn(OLD, "old words", "greet")
    before = database.text_everywhere()
    foreseen = database.apply(dry_run=True)
    assert database.text_everywhere() == before
    assert foreseen.erased["inbox"] == foreseen.erased["outbox"] == 1
    assert foreseen == database.apply()


def test_a_second_run_finds_nothing(database):
    tracker_with(database.tracker_url)
    database.heard(OLD, "old question")
    database.turn(OLD, "old words", "greet")
    database.apply()
    counted = numbers(database)
    again = database.apply()
    assert set(again.erased.values()) == {0}
    assert numbers(database) == counted != {}


def test_many_rows_go_a_few_at_a_time(database, monkeypatch):
    monkeypatch.setattr(erasing, "_AT_ONCE", 7)
    for number in range(20):
        database.heard(OLD, f"question {number}")
    assert database.apply().erased["inbox"] == 20
    assert "question" not in database.text_everywhere()


@settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    ages=st.lists(
        st.timedeltas(timedelta(days=29), timedelta(days=31))
        | st.sampled_from([timedelta(days=30), timedelta(days=30, seconds=1)]),
        min_size=1,
        max_size=6,
    ),
    days=st.sampled_from(["30", "4", "365"]),
)
def test_around_the_limit_exactly_what_is_older_is_gone(database, ages, days):
    database.settings = Settings(tracker_database_url=database.tracker_url, raw_text_days=days)
    limit = NOON - timedelta(days=int(days))
    shift = timedelta(days=int(days) - 30)
    rows = []
    for age in ages:
        moment = NOON - age - shift
        words = f"words-{next(_numbers)}"
        database.heard(moment, words)
        database.said(moment, words)
        rows.append((moment, words))
    database.apply()
    everything = database.text_everywhere()
    for moment, words in rows:
        assert (words in everything) == (moment >= limit), (moment, limit)


def test_numbers_outlive_the_words(database):
    tracker_with(database.tracker_url)
    # 18:30 UTC is the next day in Cambodia.
    evening = datetime(2026, 10, 10, 18, 30, tzinfo=UTC)
    morning = datetime(2026, 10, 11, 2, 0, tzinfo=UTC)
    database.heard(evening, "a")
    database.heard(morning, "b", state="apologised", kind="button")
    database.said(morning, "c", state="failed:blocked")
    database.turn(evening, "a", "ask_service", "birth-certificate")
    database.turn(morning, "b", "nlu_fallback")
    database.apply()
    assert numbers(database) == {
        (date(2026, 10, 11), "web", "km", "received", "text"): 1,
        (date(2026, 10, 11), "web", "km", "received", "button"): 1,
        (date(2026, 10, 11), "web", "km", "outcome", "done"): 1,
        (date(2026, 10, 11), "web", "km", "outcome", "apologised"): 1,
        (date(2026, 10, 11), "web", "km", "sent", "failed:blocked"): 1,
        (date(2026, 10, 11), "web", "en", "intent", "ask_service"): 1,
        (date(2026, 10, 11), "web", "en", "intent", "nlu_fallback"): 1,
        (date(2026, 10, 11), "web", "en", "service", "birth-certificate"): 1,
    }


def test_night_after_night_each_message_is_counted_once(database):
    began = datetime(2026, 10, 1, 3, tzinfo=UTC)
    for hour in range(0, 24 * 30, 7):
        database.heard(began + timedelta(hours=hour), f"words {hour}")
    for night in range(45):
        database.apply(began + timedelta(days=night, hours=15))
    counted = [count for key, count in numbers(database).items() if key[3] == "received"]
    assert sum(counted) == len(range(0, 24 * 30, 7))
    assert max(key[0] for key in numbers(database)) == date(2026, 10, 31)


def test_a_day_is_not_counted_while_something_of_it_may_still_wait(database):
    database.heard(NOON - timedelta(days=2), "yesterday's", state="waiting")
    database.apply()
    assert numbers(database) == {}


def test_old_words_are_no_empty_bubbles_in_the_web_chat(database):
    database.heard(OLD, "old question")
    database.said(OLD, "old answer")
    database.said(RECENT, "recent answer")
    database.apply()
    with database.sessions() as session:
        token = session.get_one(Contact, database.contact_id).external_id
    chat = WebChat(database.sessions, lambda contact_id: None)
    shown = chat.messages(ChatSession(token, token, is_new=False), 0)
    assert [message.text for message in shown] == ["recent answer"]


def test_what_has_lost_its_words_is_not_sent_again(database, tmp_path):
    row = database.said(OLD, "old answer", state="failed:timeout")
    database.apply()
    app = create_app(
        Settings(
            database_url=database.sessions.kw["bind"].url.render_as_string(hide_password=False),
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
        )
    )
    told = app.test_cli_runner().invoke(args=["outbox", "retry", str(row)])
    assert "0 queued again, 1 left" in told.output


def test_the_command_tells_what_went_and_what_would_go(database, tmp_path):
    database.heard(datetime.now(UTC) - timedelta(days=31), "old question")
    app = create_app(
        Settings(
            database_url=database.sessions.kw["bind"].url.render_as_string(hide_password=False),
            queue_url=f"sqlite:///{tmp_path}/queue.sqlite3",
            tracker_database_url=database.tracker_url,
        )
    )
    runner = app.test_cli_runner()
    foreseen = runner.invoke(args=["retention", "run", "--dry-run"])
    assert "inbox: 1 rows would be erased" in foreseen.output
    assert "old question" in database.text_everywhere()
    assert "inbox: 1 rows erased" in runner.invoke(args=["retention", "run"]).output
    assert "old question" not in database.text_everywhere()


def test_each_night_one_worker_does_it_and_says_so(database):
    night = (database.sessions, database.tracker, database.settings)
    assert erase_old_words(*night)
    assert not erase_old_words(*night)
    with database.sessions() as session:
        assert session.get(Heartbeat, "retention") is not None


def test_a_tracker_that_does_not_answer_is_an_alert(database):
    away = TrackerStore("postgresql://nobody@127.0.0.1:9/none")
    database.heard(OLD, "old question")
    assert not erase_old_words(database.sessions, away, database.settings)
    with database.sessions() as session:
        assert session.scalars(select(OperatorAlert.kind)).all() == ["retention_failed"]
        assert session.scalars(select(DailyCount)).all() == []


def numbers(database) -> dict[tuple, int]:
    with database.sessions() as session:
        return {
            (row.day, row.channel, row.language, row.subject, row.value): row.count
            for row in session.scalars(select(DailyCount))
        }
