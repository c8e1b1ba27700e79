"""Officials answer in their chat or by SMS code; the citizen hears of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import ButtonToken, Official, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind
from bot.services.answer_codes import answer_code
from tests.unit.feedback.citizen import Citizen
from tests.unit.feedback.complaints import complaint, delivered, receive, state, told_to, trail
from tests.unit.feedback.officials import GROUP, official, outbox, settings, texts
from webhook import inbox
from webhook.digest_delivery import send_alerts
from webhook.officials_desk import OfficialsDesk


@pytest.fixture
def alerted(sessions, citizen):
    """A group that was alerted of a complaint; the alert is message 77 there."""
    group = official(sessions, "immediate")
    made = complaint(sessions, citizen)
    send_alerts(sessions, settings(), now() + timedelta(seconds=1))
    [row] = outbox(sessions, group)
    delivered(sessions, row, "77")
    return made


def test_a_reply_in_the_group_answers_the_citizen_who_is_asked_whether_it_is_solved(
    sessions, citizen, alerted
):
    assert receive(sessions, "We have spoken with the clerk.", reply_to_message_id="77")
    [notice] = told_to(sessions, citizen)
    assert "We have spoken with the clerk." in notice.reply["text"]
    assert [button["title"] for button in notice.reply["buttons"]] == ["Yes, solved", "No, not yet"]
    stored = state(sessions, alerted.id)
    assert (stored.state, stored.answer) == ("answered", "We have spoken with the clerk.")
    with sessions() as session:
        token = session.get_one(ButtonToken, notice.reply["buttons"][1]["payload"])
    citizen.choose(token.payload)
    assert "What is still wrong?" in citizen.words
    assert state(sessions, alerted.id).state == "open"
    assert trail(sessions, alerted.id) == ["received", "alerted", "answered", "not_solved"]


def test_the_same_reply_delivered_again_does_nothing_more(sessions, citizen, alerted):
    message = InboundMessage(
        "telegram",
        "update-1",
        GROUP,
        Kind.TEXT,
        now(),
        "done",
        details={"reply_to_message_id": "77"},
    )
    for _ in range(2):
        inbox.accept(sessions, [message])
    with sessions() as session:
        [stored] = session.scalars(select(StoredInbound)).all()
    OfficialsDesk(sessions, settings()).takes(stored.id)
    assert len(told_to(sessions, citizen)) == 1


@pytest.mark.parametrize(
    ("text", "expected", "actions"),
    [
        ("ok", "acknowledged", ["acknowledged"]),
        ("បានទទួល", "acknowledged", ["acknowledged"]),
        ("close: not our office", "closed", ["closed"]),
        ("បិទ មិនមែនការិយាល័យយើង", "closed", ["closed"]),
        ("forward to district hall", "open", ["forwarded"]),
        ("បញ្ជូនបន្ត សាលាស្រុក", "open", ["forwarded"]),
        ("close", "open", []),
        ("forward to the moon", "open", []),
        ("forward to district office", "open", []),
    ],
)
def test_words_of_an_official_are_steps(sessions, citizen, alerted, text, expected, actions):
    assert receive(sessions, text, reply_to_message_id="77")
    assert state(sessions, alerted.id).state == expected
    assert trail(sessions, alerted.id) == ["received", "alerted", *actions]
    assert len(told_to(sessions, citizen)) == len(actions)


def test_a_button_acknowledges_only_in_the_chat_it_was_sent_to(sessions, citizen, alerted):
    with sessions() as session:
        row = session.scalars(
            select(StoredOutbound).where(StoredOutbound.key.startswith("alert:"))
        ).one()
    token = row.reply["buttons"][0]["payload"]
    assert not receive(sessions, "", sender="-999", token=token)
    assert state(sessions, alerted.id).state == "open"
    assert receive(sessions, "", token=token)
    assert state(sessions, alerted.id).state == "acknowledged"


def test_forwarded_feedback_reaches_those_responsible_now(sessions, citizen, alerted):
    hall = official(sessions, address="-77", unit="district_hall")
    receive(sessions, "forward to district hall", reply_to_message_id="77")
    assert "passed this on to you" in texts(sessions, hall)[0]
    stored = state(sessions, alerted.id)
    assert (stored.unit, stored.place_code) == ("district_hall", "0110")
    assert "passed on to the district hall" in told_to(sessions, citizen)[0].reply["text"]


def test_an_sms_code_answers_and_other_messages_go_to_the_engine(sessions, citizen):
    phone = official(sessions, channel="sms", address="+85512345678")
    made = complaint(sessions, citizen)
    with sessions.begin() as session:
        code = answer_code(session, session.get_one(Official, phone), made)
    number = {"channel": "sms", "sender": "+85512345678"}
    assert not receive(sessions, "how much is a driving test", **number)
    assert not receive(sessions, f"{code} stranger", channel="sms", sender="+85599999999")
    assert receive(sessions, f"{code.lower()} យើងនឹងបើកម៉ោង ៨", **number)
    assert state(sessions, made.id).answer == "យើងនឹងបើកម៉ោង ៨"


def test_an_anonymous_citizen_reads_the_answer_by_the_reference(sessions, places):
    citizen = Citizen(sessions, places)
    group = official(sessions, "immediate")
    made = complaint(sessions, citizen, may_be_answered=False)
    send_alerts(sessions, settings(), now() + timedelta(seconds=1))
    delivered(sessions, outbox(sessions, group)[0], "5")
    receive(sessions, "We open at 8.", reply_to_message_id="5")
    assert told_to(sessions, citizen) == []
    assert "reads it when asking" in texts(sessions, group)[-1]
    citizen.say(f"what happened to {made.reference}?", "track_ticket")
    assert "We open at 8." in citizen.words
    citizen.press("Yes, solved")
    assert state(sessions, made.id).state == "solved"
    receive(sessions, "One more thing", reply_to_message_id="5")
    assert "nothing more is needed" in texts(sessions, group)[-1]
