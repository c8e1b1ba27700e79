"""Inbox, lease and outbox on a real SQLite database; only provider and engine stand outside."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.db.session import create_database_engine, create_session_factory
from bot.messages import Capabilities, InboundMessage, Kind, Reply
from bot.services.outgoing import queue_replies
from tests.unit.databases import migrated_sqlite
from webhook import inbox, outbox
from webhook.channels.base import Rates, SendError, Sent
from webhook.delivery import Delivery
from webhook.lease import lease, release_leases_left_behind
from webhook.pace import Pace
from webhook.rasa_client import read_replies, with_language
from webhook.turns import engine_message


@pytest.fixture
def sessions(tmp_path):
    url = migrated_sqlite(tmp_path)
    return create_session_factory(create_database_engine(url))


def _message(event_id: str, text: str = "hello", sender: str = "citizen") -> InboundMessage:
    return InboundMessage("provider", event_id, sender, Kind.TEXT, now(), text)


class Provider:
    """A provider that answers as it is told to."""

    name = "provider"
    rates = Rates()
    capabilities = Capabilities(text_characters=2000, quick_replies=5, button_title_characters=20)

    def __init__(self) -> None:
        self.taken: list[str] = []
        self.refusals: list[SendError] = []

    def send(self, recipient_id, part):
        if self.refusals:
            raise self.refusals.pop(0)
        self.taken.append(part.text)
        return Sent(f"id-{len(self.taken)}")


def _queue(sessions, *texts: str) -> int:
    [contact_id] = inbox.accept(sessions, [_message(f"e-{texts}")])
    with sessions.begin() as session:
        contact = session.get_one(Contact, contact_id)
        queue_replies(session, contact, None, [Reply(text) for text in texts])
    return contact_id


def _deliver(sessions, contact_id, **channels):
    return Delivery(sessions, channels, Pace()).deliver(contact_id)


def _states(sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(StoredOutbound.state).order_by(StoredOutbound.id)))


def test_a_repeated_message_is_stored_once(sessions):
    assert len(inbox.accept(sessions, [_message("1"), _message("1")])) == 1
    assert inbox.accept(sessions, [_message("1")]) == []
    with sessions() as session:
        assert len(session.scalars(select(StoredInbound)).all()) == 1


def test_what_a_database_cannot_hold_is_left_out_of_the_text(sessions):
    inbox.accept(sessions, [_message("1", "a\x00b" + "x" * 6000)])
    with sessions() as session:
        stored = session.scalars(select(StoredInbound)).one()
    assert stored.text.startswith("ab")
    assert len(stored.text) < inbox.LONGEST_TEXT


def test_only_one_worker_serves_a_contact(sessions):
    [contact_id] = inbox.accept(sessions, [_message("1")])
    with lease(sessions, contact_id) as first:
        assert first is not None
        with lease(sessions, contact_id) as second:
            assert second is None
    with lease(sessions, contact_id) as after:
        assert after is not None


def test_a_lease_of_a_dead_worker_is_released_at_once(sessions):
    import socket

    [contact_id] = inbox.accept(sessions, [_message("1")])
    with sessions.begin() as session:
        session.execute(
            update(Contact).values(
                lease_owner=f"{socket.gethostname()}:999999999:x",
                lease_until=now() + timedelta(hours=1),
            )
        )
    assert release_leases_left_behind(sessions) == 1
    with lease(sessions, contact_id) as held:
        assert held is not None


def test_replies_go_out_in_their_order(sessions):
    provider = Provider()
    contact_id = _queue(sessions, "first", "second", "third")
    _deliver(sessions, contact_id, provider=provider)
    assert provider.taken == ["first", "second", "third"]
    assert _states(sessions) == ["sent"] * 3


def test_a_reply_that_has_to_wait_holds_back_those_behind_it(sessions):
    provider = Provider()
    provider.refusals = [SendError("retry", "429", retry_after=60)]
    contact_id = _queue(sessions, "first", "second")
    _deliver(sessions, contact_id, provider=provider)
    assert provider.taken == []
    with sessions() as session:
        first = outbox.next_in_turn(session, contact_id, now())
    assert first is not None
    assert first.row.not_before > now() + timedelta(seconds=50)
    with sessions.begin() as session:
        session.execute(update(StoredOutbound).values(not_before=now()))
    _deliver(sessions, contact_id, provider=provider)
    assert provider.taken == ["first", "second"]


@pytest.mark.parametrize(
    ("action", "state", "next_one"),
    [
        ("dead_letter", "failed:100", "sent"),
        ("stop_contact", "skipped:blocked", "skipped:blocked"),
        ("window_closed", "skipped:window_closed", "sent"),
    ],
)
def test_a_refusal_for_good_ends_the_reply_with_its_reason(sessions, action, state, next_one):
    provider = Provider()
    provider.refusals = [SendError(action, "100")]
    contact_id = _queue(sessions, "first", "second")
    _deliver(sessions, contact_id, provider=provider)
    assert _states(sessions) == [state, next_one]


def test_a_reply_with_nothing_to_show_ends(sessions):
    contact_id = _queue(sessions, "  ")
    _deliver(sessions, contact_id, provider=Provider())
    assert _states(sessions) == ["skipped:nothing_to_show"]


def test_a_reply_for_a_channel_that_is_off_ends(sessions):
    contact_id = _queue(sessions, "hello")
    _deliver(sessions, contact_id)
    assert _states(sessions) == ["skipped:channel_off"]


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("hello", "hello"),
        ("/restart", "restart"),
        ("  //inform{}", "inform{}"),
        ("/", "/nlu_fallback"),
        ("   ", "/nlu_fallback"),
        ("?!", "/nlu_fallback"),
        ("តម្លៃ", "តម្លៃ"),
        ("👍", "👍"),
    ],
)
def test_what_a_citizen_types_is_never_a_command(typed, sent):
    assert engine_message(typed) == sent


@pytest.mark.parametrize(
    ("payload", "expected"),
    [
        ("/deny", '/deny{"reply_language": "km"}'),
        ('/inform{"service_id": "x"}', '/inform{"service_id": "x", "reply_language": "km"}'),
        ("typed", "typed"),
    ],
)
def test_a_button_carries_the_language_of_the_conversation(payload, expected):
    assert with_language(payload, "km") == expected


def test_the_custom_part_belongs_to_the_reply_before_it():
    replies = read_replies([{"text": "a"}, {"custom": {"short_text": "s"}}, {"text": " "}])
    assert replies == [Reply("a", short_text="s")]
