"""From a citizen's complaint on Messenger to the officials and back, through the real stack."""

from __future__ import annotations

import time
import uuid
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import regex
import requests
from sqlalchemy import select

from bot.db.models import Contact, Feedback, OutboundPart, StoredOutbound
from tests.messenger_client import MessengerCitizen
from tests.stack import wait_until
from tests.telegram_client import BOT, citizen_id, group_id, say, wait_for_words, words_of

pytestmark = pytest.mark.engine

# A district of this test's own: digests tell all feedback about a place to all its officials.
DISTRICT = "0810"
COMPLAINT = "មន្ត្រីនៅច្រកស្រុកស្អាងសុំលុយក្រៅពីខ្ញុំ លេខខ្ញុំ ០១២៣៤៥៦៧៨"
ANSWER = "យើងបានពិនិត្យហើយ លុយនឹងប្រគល់ជូនវិញ។"
STILL_WRONG = "គេមិនទាន់ប្រគល់លុយទេ"


def reads(citizen, said):
    """Wait until some words have reached the citizen; returns the message."""
    wait_until(lambda: any(said in words for words in citizen.read), 90, said)
    return next(words for words in citizen.read if said in words)


def item_message_id(stack, group, reference):
    """The provider's id of the group's message about a feedback."""
    with stack.sessions() as session:
        feedback = session.scalars(select(Feedback).where(Feedback.reference == reference)).one()
        written = session.scalars(
            select(OutboundPart.provider_message_id)
            .join(StoredOutbound, OutboundPart.outbox_id == StoredOutbound.id)
            .join(Contact, StoredOutbound.contact_id == Contact.id)
            .where(StoredOutbound.key.like(f"digest:%:{feedback.id}"))
            .where(Contact.external_id == str(group))
        ).one()
    return int(regex.findall(r"\d+", written)[-1])


def morning(days):
    """The next eight o'clock but `days` minus one, when digests are due."""
    # From midnight till then the next one is today's: a day later two digests would be due.
    eight_hours_ago = datetime.now(ZoneInfo("Asia/Phnom_Penh")) - timedelta(hours=8)
    return f"{eight_hours_ago.date() + timedelta(days=days)}T08:00"


def test_a_complaint_goes_to_the_officials_and_their_answer_comes_back(
    stack, graph_api, bot_api, mail_server
):
    group, official = group_id(), citizen_id()
    mailbox = f"{uuid.uuid4().hex}@example.org"
    whose = ("--name", "S'ang", "--place", DISTRICT, "--period", "daily")
    code = stack.flask("officials", "invite", *whose).split()[0]
    say(stack, official, group, text=f"/join {code}")
    wait_for_words(bot_api, group, "ស្រុកស្អាង")
    by_email = ("--channel", "email", "--address", mailbox, "--language", "en")
    stack.flask("officials", "add", *whose, *by_email)

    citizen = MessengerCitizen(stack, graph_api)
    citizen.writes(COMPLAINT)
    reads(citizen, "ការិយាល័យប្រជាពលរដ្ឋ")
    citizen.presses_titled("យល់ព្រម")
    reads(citizen, "ចង់ឱ្យមន្ត្រីឆ្លើយតប")
    citizen.presses_titled("ចង់បានចម្លើយ")
    reference = regex.search(r"FB-\w{3}-\w{4}", reads(citizen, "លេខយោង"))[0]

    stack.flask("digests", "send", "--period", "daily", "--at", morning(1))
    item = words_of(wait_for_words(bot_api, group, f"មិនពេញចិត្ត · {reference}"))
    assert COMPLAINT in item
    head = words_of(wait_for_words(bot_api, group, "មតិប្រជាពលរដ្ឋប្រចាំថ្ងៃ"))
    assert "មិនពេញចិត្ត: " in head
    assert "កំពុងរង់ចាំចម្លើយ" in head
    photos = [message["photo"] for message in bot_api.messages(group) if "photo" in message]
    picture = requests.get(photos[0], timeout=20)
    assert picture.headers["Content-Type"] == "image/png"
    [email] = mail_server.messages_to(mailbox)
    assert reference in email.get_body(("plain",)).get_content()
    assert COMPLAINT in email.get_body(("html",)).get_content()

    ours = {"message_id": item_message_id(stack, group, reference), "from": BOT, "text": item}
    ours |= {"chat": {"id": group, "type": "supergroup"}, "date": int(time.time())}
    say(stack, official, group, text=ANSWER, reply_to_message=ours)
    wait_for_words(bot_api, group, "ចម្លើយរបស់លោកអ្នកកំពុងផ្ញើទៅប្រជាពលរដ្ឋ")
    reads(citizen, ANSWER)
    citizen.presses_titled("មិនទាន់ទេ")
    reads(citizen, "បើករឿង")
    citizen.writes(STILL_WRONG)
    reads(citizen, "ខ្ញុំបានបន្ថែម")

    stack.flask("digests", "send", "--period", "daily", "--at", morning(2))
    again = words_of(wait_for_words(bot_api, group, "បើកឡើងវិញ"))
    assert reference in again
    assert STILL_WRONG in again
    wait_until(lambda: len(mail_server.messages_to(mailbox)) == 2, 30, "the second e-mail")
