"""The operator's list of citizens who want a person, and its closing."""

from __future__ import annotations

import json
from datetime import datetime, timezone

import pytest
from sqlalchemy import select

from bot.db.models import Contact, HandoverRequest, Place, StoredOutbound
from bot.settings import read_settings
from tests.unit.databases import migrated_sqlite
from webhook.app import create_app


@pytest.fixture
def app(tmp_path):
    url = migrated_sqlite(tmp_path)
    application = create_app(
        read_settings({"DATABASE_URL": url, "QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite3"})
    )
    with application.extensions["chrok"].sessions.begin() as session:
        session.add(
            Place(code="08", level="province", name_km="កណ្តាល", name_en="Kandal", source="x")
        )
        session.flush()
        session.add(
            Place(
                code="0810",
                level="district",
                parent_code="08",
                name_km="ស្អាង",
                name_en="S'ang",
                source="x",
            )
        )
        for number in (1, 2):
            session.add(
                Contact(channel="web", external_id=f"secret-{number}", conversation_id=f"c{number}")
            )
        session.flush()
        session.add(
            HandoverRequest(
                contact_id=1,
                place_code="0810",
                reason="ចង់និយាយជាមួយមន្ត្រី",
                created_at=datetime(2026, 11, 24, 1, tzinfo=timezone.utc),
            )
        )
        session.add(
            HandoverRequest(contact_id=2, created_at=datetime(2026, 11, 24, 2, tzinfo=timezone.utc))
        )
    return application


def _run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=["handovers", *arguments])


def test_open_requests_are_listed_oldest_first_without_the_citizen_s_id(app):
    shown = _run(app, "list")
    assert shown.exit_code == 0
    assert shown.output.index("S'ang (0810)") < shown.output.index("(no words of their own)")
    assert "2026-11-24 08:00" in shown.output, "the operator's own time"
    assert "ចង់និយាយជាមួយមន្ត្រី" in shown.output
    assert "secret" not in shown.output


def test_a_closed_request_is_listed_only_with_all(app):
    assert "closed: 1" in _run(app, "close", "1").output
    rows = json.loads(_run(app, "list", "--json").output)
    assert [row["id"] for row in rows] == [2]
    rows = json.loads(_run(app, "list", "--all", "--json").output)
    assert [(row["id"], row["state"]) for row in rows] == [(1, "closed"), (2, "open")]


def test_a_last_message_reaches_the_citizen_s_outbox_once(app):
    _run(app, "close", "1", "--message", "ការិយាល័យនឹងទូរស័ព្ទមក។")
    with app.extensions["chrok"].sessions() as session:
        [row] = session.scalars(select(StoredOutbound)).all()
        assert row.contact_id == 1
        assert row.reply["text"] == "ការិយាល័យនឹងទូរស័ព្ទមក។"


@pytest.mark.parametrize(("number", "problem"), [("99", "no handover request 99")])
def test_a_wrong_number_closes_nothing_and_says_why(app, number, problem):
    shown = _run(app, "close", "1", number)
    assert shown.exit_code == 1
    assert problem in shown.output
    assert "nothing was closed" in shown.output
    assert len(json.loads(_run(app, "list", "--json").output)) == 2


def test_closing_twice_says_that_it_is_closed(app):
    _run(app, "close", "1")
    shown = _run(app, "close", "1")
    assert shown.exit_code == 1
    assert "closed already" in shown.output


def test_an_empty_list_says_so(app):
    _run(app, "close", "1", "2")
    assert "nobody waits for a person" in _run(app, "list").output
