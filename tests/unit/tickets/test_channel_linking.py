"""A second way for notices, agreed to by writing from it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Contact, FallbackRoute, LinkCode
from bot.services.channel_linking import answer_link_code, has_route, link_code_in, new_link_code
from bot.text.digits import to_latin_digits
from bot.wording import wording
from tests.unit.tickets.desk import CODE, MOMENT, add_contact, send, ticket
from tests.unit.tickets.ticket_talk import Citizen


def write(sessions, contact_id, code, moment=MOMENT, language="en"):
    with sessions.begin() as session:
        contact = session.get(Contact, contact_id)
        return answer_link_code(session, wording(), contact, code, language, moment).text


def new_code(sessions, contact_id, moment=MOMENT):
    with sessions.begin() as session:
        return new_link_code(session, contact_id, moment)


def routes(sessions):
    with sessions() as session:
        return [
            (route.contact_id, route.route_contact_id)
            for route in session.scalars(select(FallbackRoute))
            if route.revoked_at is None
        ]


@pytest.fixture
def two(sessions):
    """The same citizen on Messenger and on Telegram."""
    return add_contact(sessions, "m"), add_contact(sessions, "t", channel="telegram")


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("LINK 4829 1375", "48291375"),
        ("link 48291375", "48291375"),
        ("Link: 4829-1375.", "48291375"),
        ("ភ្ជាប់ ៤៨២៩ ១៣៧៥", "48291375"),
        ("ភ្ជាប់៤៨២៩១៣៧៥", "48291375"),
        ("phchoab 48291375", "48291375"),
        ("48291375", ""),
        ("LINK 4829", ""),
        ("link 4829 13751", ""),
        ("please link 4829 1375 to me", ""),
        ("hello", ""),
        ("", ""),
    ],
)
def test_a_code_is_the_whole_message(text, code):
    assert link_code_in(text) == code


def test_the_code_may_come_behind_a_link_to_the_bot():
    assert link_code_in("/start", "link_48291375") == "48291375"
    assert link_code_in("/start", "poster") == ""


def test_who_writes_the_code_from_another_channel_agrees(sessions, two):
    messenger, telegram = two
    code = new_code(sessions, messenger)
    assert "Done." in write(sessions, telegram, code)
    assert routes(sessions) == [(messenger, telegram)]
    # A message that is delivered twice is answered the same and makes nothing more.
    assert "Done." in write(sessions, telegram, code)
    assert routes(sessions) == [(messenger, telegram)]


def test_a_code_is_good_once_for_half_an_hour_and_from_another_channel(sessions, two):
    messenger, telegram = two
    stranger = add_contact(sessions, "s", channel="sms")
    code = new_code(sessions, messenger)
    assert "wrong or too old" in write(sessions, messenger, code)
    assert "wrong or too old" in write(sessions, telegram, "00000000")
    assert "wrong or too old" in write(sessions, telegram, code, MOMENT + timedelta(minutes=31))
    assert "Done." in write(sessions, telegram, code)
    assert "wrong or too old" in write(sessions, stranger, code)
    assert routes(sessions) == [(messenger, telegram)]


def test_a_new_code_ends_the_one_before(sessions, two):
    messenger, telegram = two
    first, second = new_code(sessions, messenger), new_code(sessions, messenger)
    assert "wrong or too old" in write(sessions, telegram, first)
    assert "Done." in write(sessions, telegram, second)
    with sessions() as session:
        assert len(session.scalars(select(LinkCode)).all()) == 1


def test_an_agreement_can_be_taken_back_and_given_again(sessions, two):
    messenger, telegram = two
    write(sessions, telegram, new_code(sessions, messenger))
    citizen = follower(sessions, "again")
    write(sessions, telegram, shown_code(citizen.press("Add another way")))
    with sessions() as session:
        assert has_route(session, citizen.contact_id)
    citizen.press_list()
    assert "only here" in citizen.press("Only here again")
    with sessions() as session:
        assert not has_route(session, citizen.contact_id)
        assert has_route(session, messenger)


def test_on_messenger_another_way_is_offered_until_there_is_one(sessions, two):
    citizen = follower(sessions, "offered")
    assert "Add another way" in citizen.buttons()
    said = citizen.press("Add another way")
    assert "on Telegram or by SMS: LINK" in said
    write(sessions, two[1], shown_code(said))
    citizen.press_list()
    assert "Add another way" not in citizen.buttons()
    assert "Only here again" in citizen.buttons()


def test_where_there_is_no_window_no_other_way_is_offered(sessions):
    citizen = follower(sessions, "telegram-citizen", channel="telegram")
    assert citizen.buttons() == ["Tickets I follow"]


def test_without_another_channel_none_is_offered(sessions):
    citizen = follower(sessions, "alone", other_channels=())
    assert citizen.buttons() == ["Tickets I follow"]


def follower(sessions, name, channel="messenger", other_channels=("telegram", "sms")):
    send(sessions, ticket("paid"))
    citizen = Citizen(sessions, name, channel=channel, other_channels=other_channels)
    citizen.say(f"{CODE} 678")
    citizen.press("Tell me when ready")
    return citizen


def shown_code(said):
    return re.sub(r"\D", "", re.search(r"\d{4} \d{4}", to_latin_digits(said))[0])
