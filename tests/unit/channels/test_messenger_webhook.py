"""Messenger's requests through the webhook into a real database: what each of them leaves there."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Contact, OutboundPart, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import Reply
from bot.services.outgoing import queue_notice
from bot.settings import Settings
from tests.fakes.graph_api import PAGE_INBOX_APP_ID, sign
from tests.unit.channels.messenger_samples import CITIZEN, PAYLOADS, SECRET, TOKEN, VERIFY
from webhook import create_app, inbox


class Page:
    """Posts to the webhook as Meta does, and looks into the database."""

    def __init__(self, sessions, folder) -> None:
        self.sessions = sessions
        url = sessions.kw["bind"].url.render_as_string(hide_password=False)
        self.app = create_app(
            Settings(
                database_url=url,
                queue_url=f"sqlite:///{folder}/queue.sqlite3",
                messenger_page_token=TOKEN,
                messenger_app_secret=SECRET,
                messenger_verify_token=VERIFY,
            )
        )

    def file(self, name: str) -> None:
        self.body((PAYLOADS / f"{name}.json").read_bytes())

    def event(self, **event) -> None:
        content = {
            "sender": {"id": CITIZEN},
            "recipient": {"id": "1"},
            "timestamp": 1795425600000,
            **event,
        }
        entry = {"id": "1", "time": 1795425600312, "messaging": [content]}
        self.body(json.dumps({"object": "page", "entry": [entry]}).encode())

    def body(self, body: bytes) -> None:
        answer = self.app.test_client().post(
            "/webhooks/messenger", data=body, headers={"X-Hub-Signature-256": sign(body, SECRET)}
        )
        assert (answer.status_code, answer.text) == (200, "")

    @property
    def contact(self) -> Contact:
        with self.sessions() as session:
            return session.scalars(select(Contact).where(Contact.external_id == CITIZEN)).one()

    @property
    def stored(self) -> list[StoredInbound]:
        with self.sessions() as session:
            return list(session.scalars(select(StoredInbound).order_by(StoredInbound.id)))


@pytest.fixture
def page(both_databases, tmp_path):
    page = Page(both_databases, tmp_path)
    yield page
    page.app.extensions["chrok"].sessions.kw["bind"].dispose()


def test_an_edit_corrects_a_message_that_still_waits(page):
    page.file("text_km")
    page.file("edit")
    page.file("edit")
    first, edit = page.stored
    assert (first.text, first.state) == ("តើធ្វើលិខិតឆ្លងដែនត្រូវការអ្វីខ្លះ?", "waiting")
    assert (edit.kind, edit.state) == ("edit", "noted")


def test_an_edit_of_an_answered_message_is_no_new_turn(page):
    page.file("text_km")
    with page.sessions.begin() as session:
        session.scalars(select(StoredInbound)).one().state = "done"
    page.file("edit")
    with page.sessions() as session:
        assert inbox.next_waiting(session, page.contact.id) is None


def test_somebody_else_cannot_edit_a_citizen_s_message(page):
    page.file("text_km")
    edit = {"mid": "m_Inv3nted-text-km-0001", "text": "hello", "num_edit": 1}
    page.event(sender={"id": "7000000000000009"}, message_edit=edit)
    assert page.stored[0].text.startswith("តើធ្វើអត្តសញ្ញាណប័ណ្ណ")


def test_a_colleague_s_answer_takes_over_and_stores_no_words(page):
    page.file("text_km")
    page.file("echo")
    page.file("echo")
    assert page.contact.taken_over_until > now() + timedelta(hours=11)
    assert [(row.kind, row.text) for row in page.stored[1:]] == [("person_answered", "")]


def test_the_conversation_comes_back_when_it_is_passed_to_us(page):
    page.file("echo")
    page.file("pass_to_us")
    assert page.contact.taken_over_until is None


def test_an_echo_of_ours_changes_and_stores_nothing(page):
    page.file("text_km")
    page.file("echo_own")
    assert page.contact.taken_over_until is None
    assert len(page.stored) == 1


def test_what_is_said_to_somebody_else_is_not_kept(page):
    page.file("standby")
    assert [(row.kind, row.text, row.details) for row in page.stored] == [
        ("person_answered", "", {})
    ]


def test_a_colleague_who_writes_first_makes_no_turn(page):
    echo = {"mid": "m_1", "is_echo": True, "app_id": PAGE_INBOX_APP_ID, "text": "Hello"}
    page.event(sender={"id": "1"}, recipient={"id": CITIZEN}, message=echo)
    contact = page.contact
    assert contact.last_heard_at is None, "the window is opened by the citizen alone"
    with page.sessions() as session:
        assert inbox.next_waiting(session, contact.id) is None


@pytest.mark.parametrize("name", ["delivery", "standby_delivery"])
def test_a_delivery_is_written_to_the_message_it_is_about(page, name):
    mid = {"delivery": "m_Inv3nted-sent-0001", "standby_delivery": "m_Inv3nted-sent-0002"}[name]
    page.file("text_km")
    with page.sessions.begin() as session:
        contact = session.scalars(select(Contact)).one()
        queue_notice(session, contact, Reply("news"), key="k")
        row = session.scalars(select(StoredOutbound)).one()
        row.state = "sent"
        session.add(
            OutboundPart(outbox_id=row.id, position=0, channel="messenger", provider_message_id=mid)
        )
    page.file(name)
    page.file(name)
    with page.sessions() as session:
        assert session.scalars(select(OutboundPart.state)).one() == "delivered"
        assert session.scalars(select(StoredOutbound.state)).one() == "delivered"
    assert len(page.stored) == 1


def test_a_delivery_of_thousands_of_messages_is_taken(page):
    page.event(delivery={"mids": [f"m_{number}" for number in range(40_000)]})
    assert page.stored == []


def test_notices_are_stopped_and_started_in_messenger_s_dialog(page):
    page.file("optin_stopped")
    assert page.contact.opted_out_at is not None
    page.file("optin_notices")
    assert page.contact.opted_out_at is None


@pytest.mark.parametrize("name", ["read", "reaction", "changes", "unknown_event", "malformed"])
def test_what_means_nothing_to_us_leaves_nothing(page, name):
    page.file(name)
    assert page.stored == []
    with page.sessions() as session:
        assert session.scalars(select(Contact)).all() == []
