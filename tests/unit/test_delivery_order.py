"""In which order and how often rows go out, and when they end."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Button, DeliveryReport, Kind, Reply
from bot.services.outgoing import Priority, queue_notice
from tests.unit.deliveries import (
    Provider,
    arrives,
    change,
    deliver,
    new_contact,
    notify,
    queue_reply,
    states,
)
from webhook.channels.base import SendError
from webhook.delivery_reports import note_reports


def test_a_notice_is_queued_once_for_its_key(sessions):
    contact_id = new_contact(sessions)
    assert notify(sessions, contact_id)
    assert not notify(sessions, contact_id)
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]


def test_the_buttons_of_a_notice_stand_behind_tokens(sessions):
    contact_id = new_contact(sessions)
    with sessions.begin() as session:
        contact = session.get_one(Contact, contact_id)
        reply = Reply("ready", buttons=(Button("Yes", "/affirm"),))
        queue_notice(session, contact, reply, key="k")
    with sessions() as session:
        row = session.scalars(select(StoredOutbound)).one()
    assert "/affirm" not in str(row.reply)


def test_a_reply_overtakes_notices_and_these_what_goes_to_many(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "bulk", "k1", priority=Priority.BULK)
    notify(sessions, contact_id, "notice", "k2")
    queue_reply(sessions, contact_id, "reply")
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["reply", "notice", "bulk"]


def test_what_is_half_sent_is_finished_before_anything_else(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "a long notice of two parts")
    provider = Provider()
    provider.refusals = [SendError("retry", "timeout")]
    deliver(sessions, contact_id, provider)
    change(sessions, StoredOutbound, not_before=now(), parts_sent=1)
    queue_reply(sessions, contact_id, "reply")
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["parts", "reply"]


def test_a_notice_planned_for_the_morning_holds_back_nothing(sessions):
    contact_id = new_contact(sessions)
    morning = now() + timedelta(hours=8)
    notify(sessions, contact_id, "later", "k1", not_before=morning)
    notify(sessions, contact_id, "now", "k2")
    provider = Provider()
    due = deliver(sessions, contact_id, provider)
    assert provider.texts == ["now"]
    assert due is not None
    assert abs(due - morning) < timedelta(seconds=1)


def test_nothing_waits_longer_than_72_hours(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id)
    long_ago = now() - timedelta(hours=73)
    change(sessions, StoredOutbound, created_at=long_ago, queued_at=long_ago, attempts=9)
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert states(sessions) == ["failed:too_old"]


def test_a_retried_part_keeps_the_name_that_the_provider_knows_it_by(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "a long notice of two parts")
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert len(set(provider.references)) == len(provider.references) == 2


def test_a_provider_is_sent_to_no_faster_than_it_takes(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "one", "k1")
    notify(sessions, contact_id, "two", "k2")
    provider = Provider(recipient_seconds=30)
    due = deliver(sessions, contact_id, provider)
    assert provider.texts == ["one"]
    assert due is not None
    assert now() + timedelta(seconds=5) < due < now() + timedelta(seconds=35)


def test_a_row_that_waits_for_the_provider_s_pace_is_not_overtaken(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "one", "k1")
    notify(sessions, contact_id, "two", "k2")
    slow = Provider(recipient_seconds=30)
    deliver(sessions, contact_id, slow)
    notify(sessions, contact_id, "three", "k3")
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["two", "three"]


def test_a_row_whose_parts_all_went_out_ends(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "a long notice of two parts")
    change(sessions, StoredOutbound, parts_sent=2)
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert states(sessions) == ["sent"]


@pytest.mark.parametrize(
    ("reports", "state"),
    [
        ([(("provider-1", "provider-2"), True, "")], "delivered"),
        ([(("provider-1",), True, "")], "sent"),
        ([(("provider-2",), False, "30003")], "failed:30003"),
        ([(("provider-1", "provider-2"), True, ""), (("provider-1",), False, "1")], "delivered"),
        ([(("somebody else's",), True, "")], "sent"),
    ],
)
def test_a_row_is_delivered_when_all_of_its_parts_are(sessions, reports, state):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id, "a long notice of two parts")
    deliver(sessions, contact_id, Provider())
    for ids, delivered, code in reports:
        note_reports(sessions, [DeliveryReport("provider", ids, delivered, code)])
    assert states(sessions) == [state]


def test_the_rest_of_a_long_answer_is_told_once(sessions):
    contact_id = new_contact(sessions)
    queue_reply(sessions, contact_id, "start")
    change(sessions, StoredOutbound, remaining="the rest")
    arrives(sessions, Kind.MORE, text="MORE")
    arrives(sessions, Kind.MORE, text="MORE", language="en")
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.texts[:2] == ["start", "the rest"]
    assert "all of it" in " ".join(provider.texts[2:])
