"""`flask outbox` and `flask conversations`, as the operator types them."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update

from bot.db.models import Contact, OutboundPart, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind, Reply
from bot.services.outgoing import queue_notice
from bot.settings import Settings
from tests.unit.databases import migrated_sqlite
from webhook import create_app, inbox


@pytest.fixture
def app(tmp_path):
    url = migrated_sqlite(tmp_path)
    return create_app(Settings(database_url=url, queue_url=f"sqlite:///{tmp_path}/queue.sqlite3"))


@pytest.fixture
def row_id(app) -> int:
    sessions = app.extensions["chrok"].sessions
    inbox.accept(
        sessions, [InboundMessage("web", "e", "citizen-0123456789", Kind.TEXT, now(), "hello")]
    )
    with sessions.begin() as session:
        contact = session.scalars(select(Contact)).one()
        queue_notice(session, contact, Reply("news"), key="k")
        return session.scalars(select(StoredOutbound.id)).one()


def _run(app, *arguments: str):
    return app.test_cli_runner().invoke(args=list(arguments))


def _end_as(app, state: str) -> None:
    with app.extensions["chrok"].sessions.begin() as session:
        session.execute(update(StoredOutbound).values(state=state))


def test_the_list_masks_whom_a_message_is_for(app, row_id):
    printed = _run(app, "outbox", "list").output
    assert f"{row_id}  queued  notice  web:…789" in printed
    assert "citizen-0123456789" not in printed


@pytest.mark.parametrize(
    ("state", "words"),
    [
        ("queued", "next try not before"),
        ("failed:too_old", "72 hours"),
        ("failed:100", "refused it for good"),
        ("skipped:opted_out", "START"),
        ("skipped:window_closed", "next message"),
    ],
)
def test_why_explains_every_end(app, row_id, state, words):
    _end_as(app, state)
    assert words in _run(app, "outbox", "why", str(row_id)).output


def test_what_failed_is_sent_again_when_the_operator_says_so(app, row_id):
    _end_as(app, "failed:100")
    assert "1 queued again" in _run(app, "outbox", "retry", str(row_id)).output
    with app.extensions["chrok"].sessions() as session:
        assert session.scalars(select(StoredOutbound.state)).one() == "queued"


def test_what_the_provider_could_not_deliver_goes_out_again_from_its_first_lost_part(app, row_id):
    with app.extensions["chrok"].sessions.begin() as session:
        session.get_one(StoredOutbound, row_id).parts_sent = 2
        for position, state in enumerate(("delivered", "failed:30003")):
            session.add(
                OutboundPart(
                    outbox_id=row_id,
                    position=position,
                    channel="web",
                    provider_message_id=f"id-{position}",
                    state=state,
                )
            )
    _end_as(app, "failed:30003")
    assert "1 queued again" in _run(app, "outbox", "retry", str(row_id)).output
    with app.extensions["chrok"].sessions() as session:
        row = session.get_one(StoredOutbound, row_id)
        assert (row.state, row.parts_sent) == ("queued", 1)
        assert [part.state for part in session.scalars(select(OutboundPart))] == ["delivered"]


def test_what_was_sent_is_not_sent_again(app, row_id):
    _end_as(app, "sent")
    assert "1 left as they are" in _run(app, "outbox", "retry", str(row_id)).output


@pytest.mark.parametrize(
    "arguments", [("outbox", "why", "99"), ("outbox", "retry", "99"), ("outbox", "retry")]
)
def test_a_row_that_is_not_there_is_named(app, arguments):
    done = _run(app, *arguments)
    assert done.exit_code != 0
    assert "99" in done.output or "--failed" in done.output


def test_a_conversation_is_taken_over_and_given_back(app, row_id):
    assert "is yours" in _run(app, "conversations", "take", "web", "citizen-0123456789").output
    assert "1 taken over" in _run(app, "conversations", "list").output
    _run(app, "conversations", "release", "web", "citizen-0123456789")
    assert "0 taken over" in _run(app, "conversations", "list").output
    assert "nobody wrote" in _run(app, "conversations", "take", "web", "somebody").output
