"""Who may be written to, and where: windows, stops, other channels, chats that moved."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.db.models import Contact, FallbackRoute
from bot.db.models.base import now
from bot.messages import Capabilities, Kind
from tests.unit.deliveries import (
    WINDOW,
    Provider,
    arrives,
    change,
    deliver,
    new_contact,
    notify,
    states,
)
from webhook.channels.base import SendError


def test_a_closed_window_is_known_without_asking_the_provider(sessions):
    contact_id = new_contact(sessions)
    change(sessions, Contact, last_heard_at=now() - timedelta(hours=25))
    notify(sessions, contact_id)
    provider = Provider(answer_window=WINDOW)
    deliver(sessions, contact_id, provider)
    assert provider.taken == []
    assert states(sessions) == ["skipped:window_closed"]


def test_a_notice_that_found_the_window_closed_goes_out_with_the_next_message(sessions):
    contact_id = new_contact(sessions)
    notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("window_closed", "10/2018278")]
    deliver(sessions, contact_id, provider)
    assert states(sessions) == ["skipped:window_closed"]
    arrives(sessions)
    deliver(sessions, contact_id, provider)
    arrives(sessions)
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]
    assert states(sessions) == ["sent"]


@pytest.mark.parametrize("action", ["window_closed", "stop_contact"])
def test_a_notice_goes_by_the_channel_that_the_citizen_agreed_to(sessions, action):
    contact_id = new_contact(sessions)
    route_id = new_contact(sessions, "+85512000111", "other")
    with sessions.begin() as session:
        session.add(FallbackRoute(contact_id=contact_id, route_contact_id=route_id))
    notify(sessions, contact_id)
    provider, other = Provider(), Provider("other")
    provider.refusals = [SendError(action, "1")]
    deliver(sessions, contact_id, provider, other)
    deliver(sessions, route_id, provider, other)
    assert other.taken == [("+85512000111", "news")]
    assert states(sessions) == ["skipped:other_channel", "sent"]
    arrives(sessions)
    deliver(sessions, contact_id, provider, other)
    assert provider.texts == [], "what went by another channel is not told again"


@pytest.mark.parametrize("change", ["revoked", "opted_out"])
def test_an_agreement_that_was_taken_back_is_not_used(sessions, change):
    contact_id = new_contact(sessions)
    route_id = new_contact(sessions, "+85512000111", "other")
    with sessions.begin() as session:
        route = FallbackRoute(contact_id=contact_id, route_contact_id=route_id)
        session.add(route)
        if change == "revoked":
            route.revoked_at = now()
        else:
            session.get_one(Contact, route_id).opted_out_at = now()
    notify(sessions, contact_id)
    provider, other = Provider(), Provider("other")
    provider.refusals = [SendError("window_closed", "1")]
    deliver(sessions, contact_id, provider, other)
    deliver(sessions, route_id, provider, other)
    assert other.taken == []


def test_who_opted_out_gets_no_notice_but_is_answered_when_they_write(sessions):
    contact_id = new_contact(sessions)
    arrives(sessions, Kind.OPT_OUT, text="STOP", language="en")
    notify(sessions, contact_id)
    provider = Provider()
    provider.capabilities = Capabilities(text_characters=2000)
    deliver(sessions, contact_id, provider)
    assert len(provider.taken) == 1
    assert "no more notices" in provider.texts[0]
    assert states(sessions) == ["sent", "skipped:opted_out"]
    arrives(sessions, Kind.OPT_IN, text="START", language="km")
    notify(sessions, contact_id, "again", "k2")
    deliver(sessions, contact_id, provider)
    assert provider.texts[-1] == "again"


def test_a_blocked_citizen_is_not_written_to_until_they_write(sessions):
    contact_id = new_contact(sessions)
    arrives(sessions, Kind.BLOCKED)
    notify(sessions, contact_id)
    provider = Provider()
    deliver(sessions, contact_id, provider)
    assert provider.taken == []
    arrives(sessions)
    deliver(sessions, contact_id, provider)
    assert provider.texts == ["news"]


def test_a_chat_that_moved_is_written_to_at_its_new_id(sessions):
    contact_id = new_contact(sessions, "-4001")
    notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("retry", "400", moved_to="-1009007199254740993")]
    deliver(sessions, contact_id, provider)
    assert provider.taken == [("-1009007199254740993", "news")]


def test_a_chat_that_moves_to_where_it_is_is_not_tried_without_end(sessions):
    contact_id = new_contact(sessions, "-4001")
    notify(sessions, contact_id)
    provider = Provider()
    provider.refusals = [SendError("retry", "400", moved_to="-4001") for _ in range(3)]
    due = deliver(sessions, contact_id, provider)
    assert len(provider.refusals) == 2
    assert due is not None
    assert due > now()
