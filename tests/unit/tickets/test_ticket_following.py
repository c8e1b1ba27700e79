"""Notices: one per follower and change, in their language, in waking hours, once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from bot.db.models import SiteSync, StoredOutbound, TicketFollow
from bot.messages import Reply
from bot.services.quiet_hours import next_waking_moment
from bot.services.ticket_following import follow
from tests.unit.tickets.desk import CODE, ZONE, add_contact, send, ticket


@pytest.fixture
def followed(sessions):
    """An accepted ticket with a follower on Messenger and one on Telegram."""
    send(sessions, ticket())
    contacts = [
        add_contact(sessions, "english", "en"),
        add_contact(sessions, "khmer", "km", "telegram"),
    ]
    with sessions.begin() as session:
        for contact_id in contacts:
            assert follow(session, contact_id, CODE)
    return contacts


def notices(sessions):
    with sessions() as session:
        return session.scalars(select(StoredOutbound).order_by(StoredOutbound.id)).all()


def test_a_status_change_writes_one_notice_per_follower_in_their_language(sessions, followed):
    report, told = send(sessions, ticket("approved", 2))
    assert [result.outcome for result in report.results] == ["updated"]
    assert told == followed
    english, khmer = (Reply.from_json(row.reply) for row in notices(sessions))
    assert english.text == (
        "News! Ticket 0102 2107 0034: Motorcycle registration\n"
        "It is approved and ready: you can collect it."
        " To collect it, bring the receipt and your identity card."
    )
    assert english.short_text == (
        "0102 2107 0034: It is approved and ready: you can collect it."
        " To collect it, bring the receipt and your identity card."
    )
    assert [button.title for button in english.buttons] == ["Details", "Stop telling me"]
    assert "{" not in english.buttons[0].payload, "a payload must not leave the server"
    assert "សំបុត្រលេខ ០១០២ ២១០៧ ០០៣៤៖ ចុះបញ្ជីម៉ូតូ" in khmer.text
    assert [row.key for row in notices(sessions)] == [
        f"ticket:{CODE}:2:{contact_id}" for contact_id in followed
    ]


def test_whatever_is_sent_again_tells_nothing_twice(sessions, followed):
    for _ in range(3):
        send(sessions, ticket("approved", 2))
    send(sessions, ticket("paid", 1))
    send(sessions, ticket("approved", 3, expected_on="2026-12-01"))
    assert len(notices(sessions)) == 2


def test_every_further_change_is_told(sessions, followed):
    send(sessions, ticket("paid", 2))
    send(sessions, ticket("approved", 3))
    assert len(notices(sessions)) == 4


def test_several_changes_in_one_batch_tell_where_the_ticket_is_now(sessions, followed):
    send(sessions, ticket("paid", 2), ticket("approved", 3))
    assert [row.key.split(":")[2] for row in notices(sessions)] == ["3", "3"]


def test_a_rejected_ticket_is_told_as_rejected_never_as_completed(sessions, followed):
    send(sessions, ticket("rejected", 2))
    text = notices(sessions)[0].reply["text"]
    assert "This application was rejected." in text
    assert "Citizen's Office" in text
    for words in ("approved", "ready", "collect", "handed"):
        assert words not in text


def test_a_ticket_without_a_phone_is_told_as_its_group_alone(sessions, followed):
    send(sessions, ticket("approved", 2, phone=None))
    reply = Reply.from_json(notices(sessions)[0].reply)
    assert reply.text == "Ticket 0102 2107 0034: ready, or handed over already."
    assert "Motorcycle" not in reply.short_text


def test_after_the_handing_over_nothing_more_is_told(sessions, followed):
    send(sessions, ticket("delivered", 2))
    assert len(notices(sessions)) == 2
    assert [b["title"] for b in notices(sessions)[0].reply["buttons"]] == ["Details"]
    with sessions() as session:
        assert session.scalars(select(TicketFollow)).all() == []
    send(sessions, ticket("rejected", 3))
    assert len(notices(sessions)) == 2


def test_a_notice_waits_for_the_end_of_the_night(sessions, followed):
    night = datetime(2026, 11, 17, 14, 30, tzinfo=UTC)  # 21:30 in Phnom Penh
    send(sessions, ticket("approved", 2), moment=night)
    assert {row.not_before for row in notices(sessions)} == {datetime(2026, 11, 18, 0, tzinfo=UTC)}


def test_how_many_notices_a_sync_wrote_is_in_the_site_s_log(sessions, followed):
    send(sessions, ticket("approved", 2))
    with sessions() as session:
        latest = session.scalars(select(SiteSync).order_by(SiteSync.id.desc())).first()
    assert latest.notices == 2


def test_a_sync_that_fails_leaves_neither_the_change_nor_the_notice(sessions, followed):
    class Failing:
        def tell(self, session, report, moment):
            raise RuntimeError("killed before the commit")

    with pytest.raises(RuntimeError):
        send(sessions, ticket("approved", 2), notifier=Failing())
    assert notices(sessions) == []
    send(sessions, ticket("approved", 2))
    assert len(notices(sessions)) == 2


@pytest.mark.parametrize(
    ("hour", "minute", "waits_until"),
    [
        (7, 0, None),
        (12, 0, None),
        (19, 59, None),
        (20, 0, (18, 7)),
        (23, 59, (18, 7)),
        (0, 0, (17, 7)),
        (6, 59, (17, 7)),
    ],
)
def test_quiet_hours_are_from_eight_in_the_evening_to_seven(hour, minute, waits_until):
    moment = datetime(2026, 11, 17, hour, minute, tzinfo=ZONE)
    expected = moment
    if waits_until:
        day, until = waits_until
        expected = datetime(2026, 11, day, until, tzinfo=ZONE)
    assert next_waking_moment(moment, ZONE) == expected


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)))
def test_nothing_waits_longer_than_a_night_nor_goes_out_in_one(moment):
    until = next_waking_moment(moment, ZONE)
    assert moment <= until <= moment + timedelta(hours=11)
    assert 7 <= until.astimezone(ZONE).hour < 20
