"""What the keywords of SMS do, and lists that are too old to be answered."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.db.models import ButtonToken, Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, Kind, Reply
from bot.services.offered_lists import is_number_of_stale_list
from bot.services.outgoing import queue_replies
from bot.wording import wording
from tests.unit.channels.sms_samples import CITIZEN
from webhook import inbox
from webhook.channels.sms.reading import message
from webhook.rasa_client import RasaClient
from webhook.turns import answer, question_of

_ids = itertools.count()


def _arrives(sessions, text: str) -> list[int]:
    found = message("kannel", sender=CITIZEN, text=text, event_id=f"{text}-{next(_ids)}")
    return inbox.accept(sessions, [found])


def _contact(sessions) -> Contact:
    with sessions() as session:
        return session.scalars(select(Contact)).one()


def _change(sessions, **values) -> None:
    with sessions.begin() as session:
        session.execute(update(Contact).values(**values))


def _replies(sessions) -> list[str]:
    with sessions() as session:
        rows = session.scalars(select(StoredOutbound).order_by(StoredOutbound.id))
        return [row.reply["text"] for row in rows]


def _said(name: str, language: str) -> str:
    return wording().text(name, language)


def _offer(sessions, *titles: str, age: timedelta = timedelta(), remaining: str | None = None):
    buttons = tuple(Button(title, f"/inform{{{title}}}") for title in titles)
    with sessions.begin() as session:
        contact = session.scalars(select(Contact)).one()
        inbound = session.scalars(select(StoredInbound).order_by(StoredInbound.id.desc())).first()
        queue_replies(session, contact, None, [Reply("which one?", buttons=buttons)])
        row = session.scalars(select(StoredOutbound).order_by(StoredOutbound.id.desc())).first()
        row.created_at -= age
        row.remaining = remaining
        row.inbound_id = inbound.id


@pytest.mark.parametrize(
    ("text", "known", "language"),
    [
        ("STOP", None, "en"),
        ("STOP", "km", "km"),
        ("STOP", "en", "en"),
        ("ឈប់", None, "km"),
        ("ឈប់", "en", "km"),
        ("chhob", None, "km"),
    ],
)
def test_stop_is_confirmed_in_the_citizen_s_language(sessions, text, known, language):
    _arrives(sessions, "hello")
    _change(sessions, last_language=known)
    assert _arrives(sessions, text)
    assert _contact(sessions).opted_out_at is not None
    assert _replies(sessions) == [_said("utter_opted_out", language)]


def test_start_takes_stop_back(sessions):
    _arrives(sessions, "ឈប់")
    _arrives(sessions, "ចាប់ផ្ដើម")
    assert _contact(sessions).opted_out_at is None
    assert _replies(sessions)[-1] == _said("utter_opted_in", "km")


def test_start_takes_back_a_stop_that_only_the_gateway_heard(sessions):
    _arrives(sessions, "hello")
    _change(sessions, blocked_at=now())
    _arrives(sessions, "START")
    assert _contact(sessions).blocked_at is None
    assert _replies(sessions)[-1] == _said("utter_opted_in", "en")


@pytest.mark.parametrize("text", ["START", "HELP"])
def test_somebody_who_stopped_nothing_learns_what_this_is(sessions, text):
    _arrives(sessions, text)
    assert _replies(sessions) == [_said("utter_sms_help", "en")]


def test_each_event_of_one_request_finds_what_those_before_it_did(sessions):
    """Whoever blocked us and wrote again is no longer blocked, so START has nothing to undo."""
    events = [("blocked", Kind.BLOCKED), ("hello", Kind.TEXT), ("START", Kind.OPT_IN)]
    inbox.accept(
        sessions,
        [
            replace(message("kannel", sender=CITIZEN, text=text, event_id=text), kind=kind)
            for text, kind in events
        ],
    )
    assert _replies(sessions) == [_said("utter_sms_help", "en")]
    assert _contact(sessions).blocked_at is None


def test_more_brings_the_rest_once(sessions):
    _arrives(sessions, "hello")
    _offer(sessions, remaining="the rest of it")
    for _ in range(2):
        _arrives(sessions, "MORE")
    assert _replies(sessions)[1:] == ["the rest of it", _said("utter_nothing_more", "en")]


def test_more_is_about_the_latest_answer_alone(sessions):
    _arrives(sessions, "hello")
    _offer(sessions, remaining="the rest of it")
    _arrives(sessions, "another question")
    _offer(sessions)
    _arrives(sessions, "បន្ត")
    assert _replies(sessions)[-1] == _said("utter_nothing_more", "km")


def test_more_presses_the_choice_of_that_name_where_nothing_remains(sessions):
    _arrives(sessions, "hello")
    _offer(sessions, "ម៉ូតូ", "មើលបន្ត")
    assert _arrives(sessions, "បន្ត")
    with sessions() as session:
        row = session.scalars(select(StoredInbound).order_by(StoredInbound.id.desc())).first()
        assert (row.kind, row.state) == ("button", "waiting")
        assert session.get(ButtonToken, row.button_token).title == "មើលបន្ត"


@pytest.mark.parametrize("text", ["2", "២", " 2. ", "(២)", "9"])
def test_the_number_of_yesterday_s_list_is_answered_kindly_without_the_engine(sessions, text):
    _arrives(sessions, "hello")
    _offer(sessions, "Car", "Motorbike", age=timedelta(hours=25))
    _change(sessions, last_language="en")
    _arrives(sessions, text)
    with sessions() as session:
        row = session.scalars(select(StoredInbound).order_by(StoredInbound.id.desc())).first()
        _ = row.contact
        question = question_of(session, row)
    assert answer(sessions, RasaClient("http://127.0.0.1:9"), row, question)
    assert _replies(sessions)[-1] == _said("utter_list_expired", "en")


@pytest.mark.parametrize(
    ("text", "age"),
    [
        ("2", timedelta(hours=23)),
        ("2", timedelta(days=20)),
        ("012345678901", timedelta(hours=25)),
        ("0", timedelta(hours=25)),
        ("two cars", timedelta(hours=25)),
    ],
)
def test_other_messages_are_no_answers_to_an_old_list(sessions, text, age):
    _arrives(sessions, "hello")
    _offer(sessions, "Car", "Motorbike", age=age)
    with sessions() as session:
        assert not is_number_of_stale_list(session, _contact(sessions).id, text)


def test_without_any_list_a_number_is_a_message_like_others(sessions):
    _arrives(sessions, "2")
    with sessions() as session:
        assert not is_number_of_stale_list(session, _contact(sessions).id, "2")
