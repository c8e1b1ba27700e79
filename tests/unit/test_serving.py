"""A worker serves one citizen: what waits is answered in order, and nobody waits for nothing."""

from __future__ import annotations

import itertools
from collections import Counter
from contextlib import contextmanager
from datetime import timedelta

import pytest
from sqlalchemy import event, select

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from bot.services.deletion_requests import Forgetter, request_forgetting
from bot.services.tracker import TrackerStore
from bot.settings import Settings
from tests.fakes.provider import Answer
from tests.fakes.rest_engine import RestEngine
from tests.unit.deliveries import Provider, change, queue_reply
from webhook import inbox
from webhook.channels.base import SendError
from webhook.lease import lease
from webhook.pace import Pace
from webhook.rasa_client import RasaClient
from webhook.tasks import Resources, serve_contact

_ids = itertools.count()
# What docs/scale.md reckons with; each more is half a millisecond of every turn.
MOST_STATEMENTS, MOST_TRANSACTIONS = 18, 8


class Serving:
    """The worker's parts, with an engine that repeats what it hears."""

    def __init__(self, sessions, folder) -> None:
        self.sessions, self.provider = sessions, Provider()
        self.meanwhile = lambda: None
        self.engine = RestEngine(self._say)
        tracker = TrackerStore(f"sqlite:///{folder}/tracker.sqlite3")
        self.resources = Resources(
            sessions=sessions,
            engine=RasaClient(self.engine.address),
            channels={"provider": self.provider},
            pace=Pace(),
            settings=Settings(),
            forgetter=Forgetter(sessions, tracker, "a-secret-for-tests"),
        )

    def hear(self, text: str) -> int:
        message = InboundMessage("provider", str(next(_ids)), "citizen", Kind.TEXT, now(), text)
        [contact_id] = inbox.accept(self.sessions, [message])
        return contact_id

    def serve(self, contact_id: int):
        return serve_contact(self.resources, contact_id)

    def states(self) -> list[str]:
        return self._of_messages(StoredInbound.state)

    def words(self) -> list[str]:
        return self._of_messages(StoredInbound.text)

    def _of_messages(self, column) -> list[str]:
        with self.sessions() as session:
            return list(session.scalars(select(column).order_by(StoredInbound.id)))

    def _say(self, content):
        meanwhile, self.meanwhile = self.meanwhile, lambda: None
        meanwhile()
        return [{"text": f"you said {content['message']}"}]


@pytest.fixture
def serving(sessions, tmp_path):
    parts = Serving(sessions, tmp_path)
    with parts.engine:
        yield parts


@contextmanager
def _counted(sessions):
    counted: Counter[str] = Counter()
    engine = sessions.kw["bind"]

    def statement(*arguments):
        counted["statements"] += 1

    def transaction(*arguments):
        counted["transactions"] += 1

    event.listen(engine, "before_cursor_execute", statement)
    event.listen(engine, "begin", transaction)
    yield counted
    event.remove(engine, "before_cursor_execute", statement)
    event.remove(engine, "begin", transaction)


def test_a_turn_asks_the_database_no_more_than_it_has_to(serving):
    contact_id = serving.hear("hello")
    with _counted(serving.sessions) as counted:
        serving.serve(contact_id)
    assert serving.provider.texts == ["you said hello"]
    assert counted["statements"] <= MOST_STATEMENTS
    assert counted["transactions"] <= MOST_TRANSACTIONS


def test_messages_that_wait_together_are_answered_one_after_the_other(serving):
    for text in ("one", "two", "three"):
        contact_id = serving.hear(text)
    assert serving.serve(contact_id) is None
    assert serving.provider.texts == ["you said one", "you said two", "you said three"]
    assert serving.states() == ["done"] * 3


def test_a_message_that_comes_while_another_is_answered_is_answered_too(serving):
    contact_id = serving.hear("one")
    serving.meanwhile = lambda: serving.hear("two")
    assert serving.serve(contact_id) is None
    assert serving.provider.texts == ["you said one", "you said two"]


def test_whoever_is_served_already_is_left_alone(serving):
    contact_id = serving.hear("hello")
    with lease(serving.sessions, contact_id):
        assert serving.serve(contact_id) is None
    assert serving.states() == ["waiting"]
    assert serving.engine.requests == []


def test_a_reply_that_a_killed_worker_left_goes_out_before_the_next_one(serving):
    contact_id = serving.hear("hello")
    queue_reply(serving.sessions, contact_id, "from before")
    serving.serve(contact_id)
    assert serving.provider.texts == ["from before", "you said hello"]


def test_without_an_engine_the_message_is_put_off_and_what_lies_ready_goes_out(serving):
    contact_id = serving.hear("hello")
    queue_reply(serving.sessions, contact_id, "from before")
    serving.engine.will(Answer(503))
    again = serving.serve(contact_id)
    assert again is not None
    assert now() < again < now() + timedelta(seconds=5)
    assert serving.provider.texts == ["from before"]
    assert serving.states() == ["waiting"]


def test_a_reply_that_was_refused_for_now_does_not_keep_the_next_message_waiting(serving):
    contact_id = serving.hear("one")
    serving.provider.refusals = [SendError("retry", "429", retry_after=60)]
    again = serving.serve(contact_id)
    assert again is not None
    assert again > now() + timedelta(seconds=50)
    serving.hear("two")
    assert serving.serve(contact_id) == again
    assert serving.states() == ["done", "done"]
    assert serving.provider.texts == [], "the first one is still held back, so the second waits"
    change(serving.sessions, StoredOutbound, not_before=now())
    serving.serve(contact_id)
    assert serving.provider.texts == ["you said one", "you said two"]


@pytest.mark.parametrize("grace", [timedelta(0), timedelta(seconds=20)])
def test_a_wish_to_be_forgotten_is_taken_up_after_the_farewell(serving, grace):
    contact_id = serving.hear("forget me")

    def wish() -> None:
        with serving.sessions.begin() as session:
            request_forgetting(session, session.get_one(Contact, contact_id), "chat", grace)

    serving.meanwhile = wish
    again = serving.serve(contact_id)
    assert serving.provider.texts == ["you said forget me"]
    assert serving.words() == (["forget me"] if grace else [""])
    assert (again is not None) == bool(grace), "with time to read, it is looked at again"


def test_nobody_is_forgotten_before_the_last_message_is_answered(serving):
    contact_id = serving.hear("one")
    with serving.sessions.begin() as session:
        request_forgetting(session, session.get_one(Contact, contact_id), "chat", timedelta(0))
    serving.hear("two")
    assert serving.serve(contact_id) is None
    assert serving.provider.texts == ["you said one", "you said two"]
    assert serving.words() == ["", ""]
