"""Messages that come at the same time, and the one turn to write that SQLite has."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import TimeoutError as PoolTimeout

from bot.db import in_turn
from bot.db.models import Contact, StoredInbound
from webhook import inbox
from webhook.channels.sms.reading import message

_THREADS = 16
_MESSAGES = 96
_PEOPLE = 7


@pytest.fixture
def sessions(both_databases):
    return both_databases


def _stores(sessions, number: int) -> list[int]:
    sender = f"+8551200000{number // 2 % _PEOPLE}"
    said = message("kannel", sender=sender, text="hello", event_id=f"event-{number // 2}")
    return inbox.accept(sessions, [said])


def _count(sessions, model) -> int:
    with sessions() as session:
        return session.scalars(select(func.count()).select_from(model)).one()


def test_what_comes_at_the_same_time_is_stored_once(sessions):
    """Each event comes twice, from any of the threads; new people write several at once."""
    with ThreadPoolExecutor(_THREADS) as pool:
        woken = list(pool.map(lambda number: _stores(sessions, number), range(_MESSAGES)))
    assert _count(sessions, StoredInbound) == _MESSAGES / 2 == sum(map(len, woken))
    assert _count(sessions, Contact) == _PEOPLE


def test_no_message_waits_for_ever_for_its_turn(sessions, monkeypatch):
    """PostgreSQL has many writers, so there nobody waits at all."""
    monkeypatch.setattr(in_turn, "LOCKED_SECONDS", 0.01)
    is_file = sessions.kw["bind"].dialect.name == "sqlite"
    with in_turn.begin_in_turn(sessions):
        if is_file:
            with pytest.raises(PoolTimeout, match="no turn to write"):
                _stores(sessions, 1)
        else:
            assert _stores(sessions, 1)
    assert _stores(sessions, 2)


def test_a_turn_that_failed_is_given_on(sessions):
    with pytest.raises(KeyError), in_turn.begin_in_turn(sessions):
        raise KeyError
    assert _stores(sessions, 1)
