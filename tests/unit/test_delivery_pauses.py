"""A channel whose token is refused rests for everybody."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select

from bot.db.models import ChannelPause, StoredOutbound
from bot.db.models.base import now
from tests.unit.deliveries import Provider, change, deliver, new_contact, notify
from webhook import outbox
from webhook.channel_pauses import pause
from webhook.channels.base import SendError


def test_a_refused_token_pauses_the_channel_for_everybody(sessions, caplog):
    first, second = new_contact(sessions, "one"), new_contact(sessions, "two")
    notify(sessions, first, key="k1")
    notify(sessions, second, key="k2")
    provider = Provider()
    provider.refusals = [SendError("pause_channel", "190")]
    due = deliver(sessions, first, provider)
    assert due is not None
    assert due > now()
    deliver(sessions, second, provider)
    assert provider.taken == [], "nobody else is tried while the channel is paused"
    assert "paused" in caplog.text
    change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    change(sessions, StoredOutbound, not_before=now())
    deliver(sessions, first, provider)
    deliver(sessions, second, provider)
    assert len(provider.taken) == 2
    with sessions() as session:
        assert session.scalars(select(ChannelPause)).all() == []


def test_the_sweep_leaves_a_paused_channel_alone(sessions):
    first, second = new_contact(sessions, "one"), new_contact(sessions, "two", "other")
    notify(sessions, first, key="k1")
    notify(sessions, second, key="k2")
    with sessions.begin() as session:
        pause(session, "provider", "190")
    with sessions() as session:
        assert outbox.contacts_due(session, now(), 10) == [second]
    change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    with sessions() as session:
        assert outbox.contacts_due(session, now(), 10) == [first, second]


def test_a_pause_is_over_for_everybody_with_the_first_message_that_goes_out(sessions):
    first, second = new_contact(sessions, "one"), new_contact(sessions, "two")
    notify(sessions, first, key="k1")
    provider = Provider()
    provider.refusals = [SendError("pause_channel", "190")]
    deliver(sessions, first, provider)
    change(sessions, ChannelPause, until=now() - timedelta(seconds=1))
    notify(sessions, second, key="k2")
    deliver(sessions, second, provider)
    with sessions() as session:
        assert session.scalars(select(ChannelPause)).all() == []
