"""What the database holds, by few indexed queries."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from bot.db.models import (
    ChannelPause,
    Contact,
    Heartbeat,
    Site,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind, Reply
from bot.services.alerts import raise_alert
from bot.services.outgoing import queue_notice
from webhook import inbox
from webhook.metrics import stored
from webhook.metrics.stored import SiteFigures, Waiting, read_figures

MOMENT = now()


def _came(sessions, channel: str, event: str) -> int:
    message = InboundMessage(channel, event, f"citizen-{channel}", Kind.TEXT, MOMENT, "hello")
    [contact_id] = inbox.accept(sessions, [message])
    return contact_id


def _read(sessions):
    with sessions() as session:
        return read_figures(session, MOMENT)


def test_an_empty_database_has_nothing_waiting(both_databases):
    figures = _read(both_databases)
    assert (figures.inbox, figures.outbox, figures.feedback) == ({}, {}, None)
    assert (figures.sites, figures.alerts, figures.heartbeats) == ({}, {}, {})
    assert not figures.paused


def test_what_waits_for_an_answer_is_counted_with_its_age_also_while_it_is_put_off(both_databases):
    for event in ("1", "2", "3"):
        _came(both_databases, "messenger", event)
    with both_databases.begin() as session:
        first, second, third = session.query(StoredInbound).order_by(StoredInbound.id)
        first.received_at = MOMENT - timedelta(minutes=5)
        first.not_before = MOMENT + timedelta(seconds=15)
        second.state = "done"
        third.received_at = MOMENT - timedelta(minutes=1)
    waiting = _read(both_databases).inbox["messenger"]
    assert waiting == Waiting(2, MOMENT - timedelta(minutes=5))


def test_what_should_be_out_is_counted_and_what_is_planned_for_later_is_not(both_databases):
    contact_id = _came(both_databases, "telegram", "1")
    later, soon = MOMENT + timedelta(hours=9), MOMENT + timedelta(minutes=2)
    due = {"due": MOMENT - timedelta(minutes=3), "planned": later, "soon": soon, "refused": soon}
    with both_databases.begin() as session:
        contact = session.get_one(Contact, contact_id)
        for key, at in due.items():
            queue_notice(session, contact, Reply("news"), key=key, not_before=at)
        session.flush()
        refused = session.query(StoredOutbound).filter_by(key="refused").one()
        refused.attempts, refused.queued_at = 3, MOMENT - timedelta(minutes=10)
    assert _read(both_databases).outbox == {"telegram": Waiting(2, MOMENT - timedelta(minutes=10))}


def test_offices_pauses_alerts_and_signs_of_life_are_told(both_databases):
    yesterday = MOMENT - timedelta(days=1)
    with both_databases.begin() as session:
        session.add(Site(id="0102", last_sync_at=yesterday, silent_from=yesterday))
        session.add(Site(id="0103", last_sync_at=MOMENT, silent_from=MOMENT + timedelta(hours=1)))
        session.add(Site(id="new"))
        session.add(ChannelPause(channel="sms", reason="401", until=MOMENT))
        session.add(Heartbeat(process="worker", beat_at=MOMENT))
        raise_alert(session, "tickets_probed", "0102", key="a", details={})
        raise_alert(session, "tickets_probed", "0103", key="b", details={})
    figures = _read(both_databases)
    assert figures.sites == {
        "0102": SiteFigures(yesterday, True),
        "0103": SiteFigures(MOMENT, False),
        "new": SiteFigures(None, False),
    }
    assert figures.paused == {"sms"}
    assert figures.alerts == {"tickets_probed": 2}
    assert figures.heartbeats == {"worker": MOMENT}


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (stored.inbox_waiting, "ix_inbox_state_not_before"),
        (lambda: stored.outbox_waiting(MOMENT), "ix_outbox_state_not_before"),
        (stored.feedback_open, "ix_feedback_state_waiting_since"),
    ],
)
def test_a_large_table_is_asked_over_its_index_only(both_databases, query, index):
    with both_databases() as session:
        plan = _plan(session, query())
    assert index in plan
    assert "Seq Scan on inbox" not in plan
    assert "SCAN inbox\n" not in plan


def _plan(session, query) -> str:
    is_sqlite = session.get_bind().dialect.name == "sqlite"
    if not is_sqlite:
        # On a table this small reading all of it would be quicker.
        session.execute(text("SET LOCAL enable_seqscan = off"))
    compiled = query.compile(session.get_bind(), compile_kwargs={"literal_binds": True})
    explain = "EXPLAIN QUERY PLAN " if is_sqlite else "EXPLAIN "
    rows = session.connection().exec_driver_sql(explain + str(compiled).replace("%", "%%"))
    return "\n".join(str(row[-1]) for row in rows) + "\n"


def test_only_so_many_rows_are_looked_at(both_databases, monkeypatch):
    monkeypatch.setattr(stored, "MOST_ROWS", 2)
    for event in ("1", "2", "3"):
        _came(both_databases, "web", event)
    assert _read(both_databases).inbox["web"].count == 2
