"""Numbers and words choose among what the database says was offered."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import update

from bot.db.models import Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, InboundMessage, Kind, Reply
from bot.services.offered_choices import payload_chosen
from bot.services.outgoing import queue_notice, queue_replies
from tests.unit.databases import new_sessions
from webhook import inbox

VEHICLES = (Button("Motorcycle", "/inform1"), Button("Car", "/inform2"), Button("Page", "", "u"))
WAYS_ON = (Button("All services", "/browse"), Button("Find an office", "/office"))


@pytest.fixture
def sessions(tmp_path):
    return new_sessions(tmp_path)


class Citizen:
    """Hears replies and notices, and answers in writing."""

    def __init__(self, sessions) -> None:
        self._sessions = sessions
        self._turns = 0

    def _hear_from(self) -> tuple[int, int]:
        self._turns += 1
        message = InboundMessage("web", f"e{self._turns}", "citizen", Kind.TEXT, now(), "x")
        [contact_id] = inbox.accept(self._sessions, [message])
        with self._sessions() as session:
            return contact_id, inbox.next_waiting(session, contact_id).id + self._turns - 1

    def is_told(self, *replies: Reply) -> None:
        contact_id, inbound_id = self._hear_from()
        with self._sessions.begin() as session:
            queue_replies(session, session.get_one(Contact, contact_id), inbound_id, replies)

    def is_noticed(self, reply: Reply, key: str) -> None:
        with self._sessions.begin() as session:
            queue_notice(session, session.get_one(Contact, 1), reply, key=key)

    def chooses(self, text: str) -> str | None:
        with self._sessions() as session:
            return payload_chosen(session, session.get_one(Contact, 1), text)


@pytest.fixture
def citizen(sessions):
    return Citizen(sessions)


def test_a_number_a_word_or_a_typo_chooses_what_was_offered(citizen):
    citizen.is_told(Reply("which one?", buttons=VEHICLES))
    for text in ("2", "២", "car", "Car."):
        assert citizen.chooses(text) == "/inform2"
    assert citizen.chooses("motorcylce") == "/inform1"
    assert citizen.chooses("3") is None, "a page cannot be chosen by writing"
    assert citizen.chooses("how much is a car") is None


def test_numbers_choose_from_the_last_list_of_a_turn_and_words_from_any(citizen):
    citizen.is_told(Reply("card", buttons=WAYS_ON), Reply("which one?", buttons=VEHICLES))
    assert citizen.chooses("1") == "/inform1"
    assert citizen.chooses("find an office") == "/office"


def test_a_universal_word_chooses_nothing(citizen):
    citizen.is_told(Reply("?", buttons=(Button("Menu", "/x"), Button("Back", "/y"))))
    for text in ("menu", "back", "0", "cancel"):
        assert citizen.chooses(text) is None


def test_a_turn_without_choices_closes_the_last_one(citizen):
    citizen.is_told(Reply("which one?", buttons=VEHICLES))
    citizen.is_told(Reply("the last four digits?"))
    assert citizen.chooses("1") is None


def test_a_notice_in_between_leaves_the_question_open_unless_it_asks_itself(citizen):
    citizen.is_told(Reply("which one?", buttons=VEHICLES))
    citizen.is_noticed(Reply("your paper is ready"), "a")
    assert citizen.chooses("1") == "/inform1"
    citizen.is_noticed(Reply("how was it?", buttons=(Button("Good", "/good"),)), "b")
    assert citizen.chooses("1") == "/good"


def test_a_list_of_yesterday_is_forgotten(citizen, sessions):
    citizen.is_told(Reply("which one?", buttons=VEHICLES))
    with sessions.begin() as session:
        session.execute(update(StoredOutbound).values(created_at=now() - timedelta(hours=25)))
    assert citizen.chooses("1") is None


def test_the_choices_of_somebody_else_cannot_be_chosen(citizen, sessions):
    citizen.is_told(Reply("which one?", buttons=VEHICLES))
    [other] = inbox.accept(sessions, [InboundMessage("web", "o", "other", Kind.TEXT, now(), "1")])
    with sessions() as session:
        assert payload_chosen(session, session.get_one(Contact, other), "1") is None


def test_nobody_was_offered_anything_yet(citizen):
    citizen.is_told(Reply("hello"))
    assert citizen.chooses("1") is None
