"""Every question that grows with the number of tickets is answered from an index.

The statements are those that the services really send: they are recorded, then explained.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import event, insert, text

from bot.db.models import SiteSync, Ticket, TicketAttempt
from bot.services.ticket_following import follow, followed_tickets
from bot.services.ticket_guard import forget_old_attempts
from bot.services.ticket_lookup import TicketLookup
from tests.unit.tickets.desk import CODE, MOMENT, add_contact, send, ticket

ROWS = 20_000
GROWING = ("tickets", "ticket_attempts", "ticket_follows", "site_syncs")


@pytest.fixture
def filled(sessions):
    """Enough rows that a database which could read the whole table has a reason not to."""
    send(sessions, ticket())
    contact_id = add_contact(sessions)
    with sessions.begin() as session:
        codes = [f"0103{number:08}" for number in range(ROWS)]
        common = {"site_id": "0102", "status": "paid", "version": 1, "synced_at": MOMENT}
        session.execute(insert(Ticket), [{"code": code, **common} for code in codes])
        for number in range(0, ROWS, 2000):
            follow(session, contact_id, codes[number])
        attempts = [
            {
                "conversation_id": f"c{number % 500}",
                "ticket_code": code,
                "district": f"{number % 200:04}",
                "outcome": "wrong",
                "at": MOMENT - timedelta(minutes=number % 2880),
            }
            for number, code in enumerate(codes)
        ]
        session.execute(insert(TicketAttempt), attempts)
        syncs = [
            {
                "site_id": "0102",
                "received_at": MOMENT - timedelta(minutes=number),
                "source": "api",
                "outcome": "accepted",
            }
            for number in range(ROWS)
        ]
        session.execute(insert(SiteSync), syncs)
    with sessions.begin() as session:
        session.execute(text("ANALYZE"))
    return sessions


def lookup(sessions):
    with sessions.begin() as session:
        found = TicketLookup(session, "c1", MOMENT)
        found.open(CODE)
        found.check(CODE, "000")
        found.check(CODE, "678")
        found.again(CODE)


def sync(sessions):
    send(sessions, ticket("approved", 2), ticket("paid", 1, "010221079999"))


def following(sessions):
    contact_id = add_contact(sessions, "follower")
    with sessions.begin() as session:
        follow(session, contact_id, CODE)
        followed_tickets(session, contact_id)


def forgetting(sessions):
    with sessions.begin() as session:
        forget_old_attempts(session, MOMENT + timedelta(days=1))


@pytest.mark.parametrize("work", [lookup, sync, following, forgetting])
def test_no_statement_reads_a_growing_table_from_end_to_end(filled, work):
    statements = recorded(filled, work)
    assert any("tickets" in statement or "attempts" in statement for statement, _ in statements)
    for statement, parameters in statements:
        plan = explain(filled, statement, parameters)
        whole = [line for line in plan if reads_whole_table(line)]
        assert not whole, f"{statement}\n{plan}"


def test_a_search_without_an_index_is_noticed(filled):
    plan = explain(filled, "SELECT code FROM tickets WHERE service = 'x'", ())
    assert any(map(reads_whole_table, plan))


def recorded(sessions, work):
    """The selects, updates and deletes that some work sends, each once, with its parameters."""
    statements = {}

    def remember(connection, cursor, statement, parameters, context, executemany):
        if statement.lstrip().split()[0] in ("SELECT", "UPDATE", "DELETE"):
            statements[statement] = parameters[0] if executemany else parameters

    engine = sessions.kw["bind"]
    event.listen(engine, "before_cursor_execute", remember)
    try:
        work(sessions)
    finally:
        event.remove(engine, "before_cursor_execute", remember)
    return list(statements.items())


def explain(sessions, statement, parameters):
    with sessions() as session:
        is_sqlite = session.get_bind().dialect.name == "sqlite"
        if not is_sqlite:
            # A table of a few rows is read whole because it is small; what is asked here is
            # whether there is another way.
            session.execute(text("SET LOCAL enable_seqscan = off"))
        prefix = "EXPLAIN QUERY PLAN" if is_sqlite else "EXPLAIN"
        rows = session.connection().exec_driver_sql(f"{prefix} {statement}", parameters or None)
        return [str(row[3] if is_sqlite else row[0]) for row in rows]


def reads_whole_table(line):
    words = line.replace("->", "").split()
    if words[:1] == ["SCAN"]:
        return words[1] in GROWING
    return words[:3] == ["Seq", "Scan", "on"] and words[3] in GROWING
