"""A ticket from the desk to the citizen, through the real agent, API, engine and worker."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
import time
import uuid
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select, update

from bot.db.models import Contact, StoredOutbound
from bot.db.models.base import now
from tests.chat_client import ChatClient
from tests.stack import MESSENGER, ROOT, SMS, TELEGRAM, Stack, wait_until
from tests.ticket_citizens import OnMessenger, OnSms, OnTelegram

pytestmark = pytest.mark.engine
AGENT = ROOT / "examples/desk_agent"


def where_it_is_noon() -> str:
    """A time zone in which notices may go out now, whenever the test runs."""
    hours = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory, trained_model, own_graph_api, bot_api, kannel):
    """A stack of its own: its processes are killed, and its clock is set to noon."""
    settings = {
        **MESSENGER,
        "MESSENGER_API_URL": own_graph_api.address,
        **TELEGRAM,
        "TELEGRAM_API_URL": bot_api.address,
        **SMS,
        "SMS_KANNEL_API_URL": kannel.address,
        "TIMEZONE": where_it_is_noon(),
    }
    with Stack(tmp_path_factory.mktemp("tickets"), settings) as running:
        yield running


class Desk:
    """An office's SQL database with the agent beside it."""

    def __init__(self, stack, folder):
        self.folder = folder
        self.database = sqlite3.connect(folder / "desk.sqlite3", isolation_level=None)
        self.database.executescript((AGENT / "desk_schema.sql").read_text())
        (folder / "token.txt").write_text(stack.flask("sites", "token", "0102"))
        example = (AGENT / "desk_agent.example.toml").read_text(encoding="utf-8")
        written = example.replace("https://chrok.example.org", stack.address)
        (folder / "desk_agent.toml").write_text(written, encoding="utf-8")

    def add(self, status="paid", phone="012000678"):
        code = f"01022611{uuid.uuid4().int % 10_000:04}"
        self.database.execute(
            "INSERT INTO tickets (code, status, service, phone, requested_on)"
            " VALUES (?, ?, 'driving-licence-exam', ?, '2026-11-13')",
            (code, status, phone),
        )
        return code

    def move(self, code, status):
        self.database.execute("UPDATE tickets SET status = ? WHERE code = ?", (status, code))

    def start_agent(self):
        command = [sys.executable, str(AGENT / "desk_agent.py"), "desk_agent.toml", "--once"]
        return subprocess.Popen(
            command, cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )

    def push(self):
        agent = self.start_agent()
        said, _ = agent.communicate(timeout=120)
        assert agent.returncode == 0, said


@pytest.fixture(scope="module")
def desk(own_stack, tmp_path_factory):
    return Desk(own_stack, tmp_path_factory.mktemp("desk"))


@pytest.fixture
def citizens(own_stack, own_graph_api, bot_api, kannel):
    """A citizen on each channel."""
    return [
        OnMessenger(own_stack, own_graph_api),
        OnTelegram(own_stack, bot_api),
        OnSms(own_stack, kannel),
    ]


def follow(citizen, code):
    citizen.say(f"where is my ticket {code}", "last 3 digits")
    citizen.say("678", "The fee is paid")
    citizen.press("Tell me when ready", "I will tell you when ticket")


def test_a_citizen_follows_a_ticket_in_khmer_and_is_told_when_it_moves(own_stack, desk):
    code = desk.add()
    desk.push()
    citizen = ChatClient(own_stack.address)
    asked = citizen.ask(f"តាមដានសំបុត្រ {code[:4]} {code[4:8]} {code[8:]}")
    assert "៣ ខ្ទង់ចុងក្រោយ" in asked[0]["text"]
    told = citizen.ask("៦៧៨")
    assert "បានបង់ថ្លៃសេវាហើយ" in told[-1]["text"]
    assert "ប្រឡង" in told[-1]["text"]
    assert "ប្រែប្រួល ខ្ញុំនឹងប្រាប់" in citizen.press(told, "ប្រាប់ខ្ញុំពេលរួច")[0]["text"]
    desk.move(code, "approved")
    desk.push()
    news = citizen.wait_for_replies()
    assert "មានដំណឹងថ្មី!" in news[0]["text"]
    assert "រួចរាល់ លោកអ្នកទៅយកបានហើយ" in news[0]["text"]
    assert "អនុម័ត" in citizen.press(news, "មើលលម្អិត")[0]["text"]


def test_wrong_digits_and_an_unknown_code_are_answered_alike(own_stack, desk):
    code = desk.add()
    desk.push()
    said = []
    for asked, digits in ((code, "000"), ("010226119999", "678")):
        citizen = ChatClient(own_stack.address)
        citizen.ask(f"check my ticket {asked}")
        said.append(citizen.ask(digits)[-1])
    assert said[0]["text"] == said[1]["text"]
    assert "I find no ticket" in said[0]["text"]


def test_a_malformed_code_is_explained(own_stack):
    for message in ("track 010226110", "check my ticket 0102 2611 003"):
        said = ChatClient(own_stack.address).ask(message)[-1]["text"]
        assert "A ticket code has 12" in said
        assert "0102 2107 0034" in said


def test_a_changed_row_at_the_desk_reaches_every_follower_once(own_stack, desk, citizens):
    code = desk.add()
    desk.push()
    for citizen in citizens:
        follow(citizen, code)
    desk.move(code, "approved")
    for _ in range(3):
        desk.push()
    wait_for_news(citizens)
    assert_told_once(own_stack, citizens, code)


def test_the_notice_arrives_once_though_webhook_and_worker_are_killed(own_stack, desk, citizens):
    code = desk.add()
    desk.push()
    for citizen in citizens:
        follow(citizen, code)
    own_stack.kill("worker")
    desk.move(code, "rejected")
    own_stack.kill("webhook")
    agent = desk.start_agent()
    time.sleep(2)
    own_stack.start("webhook")
    wait_until(lambda: notices(own_stack, code), 60, "the change stored")
    # Between the commit and the answer to the agent, which then sends the same again.
    own_stack.kill("webhook")
    own_stack.start("webhook", "worker")
    agent.communicate(timeout=120)
    desk.push()
    wait_for_news(citizens)
    assert_told_once(own_stack, citizens, code)
    for citizen in citizens:
        assert "This application was rejected." in "\n".join(citizen.texts())


def test_a_closed_messenger_is_told_by_sms_to_who_agreed(own_stack, desk, own_graph_api, kannel):
    code = desk.add()
    desk.push()
    citizen, elsewhere = OnMessenger(own_stack, own_graph_api), OnSms(own_stack, kannel)
    follow(citizen, code)
    said = citizen.press("Add another way", "on Telegram or by SMS: LINK")
    elsewhere.say(re.search(r"LINK \d{4} \d{4}", said)[0], "News about the tickets you follow")
    with own_stack.sessions.begin() as session:
        session.execute(
            update(Contact)
            .where(Contact.external_id == citizen.sender)
            .values(last_heard_at=now() - timedelta(hours=25))
        )
    desk.move(code, "approved")
    for _ in range(2):
        desk.push()
    elsewhere.wait("It is approved and ready")
    elsewhere.say("goodbye", "Goodbye")
    assert sum(map(told, elsewhere.texts())) == 1
    assert not any(map(told, citizen.texts()))


def told(text):
    """Whether a text is a notice: of all texts only notices say these."""
    return "It is approved and ready" in text or "This application was rejected." in text


def grouped(code):
    return f"{code[:4]} {code[4:8]} {code[8:]}"


def wait_for_news(citizens):
    for citizen in citizens:
        wait_until(lambda c=citizen: any(map(told, c.texts())), 90, "the notice sent")


def assert_told_once(stack, citizens, code):
    wait_until(
        lambda: all(row.state in ("sent", "delivered") for row in notices(stack, code)), 90, "sent"
    )
    assert len(notices(stack, code)) == len(citizens)
    for citizen in citizens:
        # Whatever was sent twice would have come before this answer.
        citizen.say("goodbye", "Goodbye")
        assert sum(text.count(grouped(code)) for text in citizen.texts() if told(text)) == 1


def notices(stack, code):
    with stack.sessions() as session:
        query = select(StoredOutbound).where(StoredOutbound.key.like(f"ticket:{code}:%"))
        return session.scalars(query).all()
