"""Replies and notices on their way out by SMS, to a gateway's fake."""

from __future__ import annotations

import itertools
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.db.models import Contact, StoredOutbound
from bot.db.models.base import now
from bot.messages import Reply
from bot.services.outgoing import queue_notice
from tests.fakes.provider import AcceptThenTimeout, Answer
from tests.fakes.sms_gateways import Kannel, SmsGate, Twilio
from tests.stack import SMS
from tests.unit.channels.sms_samples import CITIZEN, gateway_at
from webhook import inbox
from webhook.channels.sms.channel import SmsChannel
from webhook.channels.sms.reading import message
from webhook.delivery import Delivery
from webhook.pace import Pace

LONG = "ការិយាល័យច្រកចេញចូលតែមួយ ឆ្លើយតបចំពោះប្រជាពលរដ្ឋ។ " * 6
_ids = itertools.count()


class Unhurried(Pace):
    """A pace without pauses; what is paced is tested elsewhere."""

    def recipient_wait(self, channel, recipient_id):
        return 0.0


@pytest.fixture
def kannel():
    with Kannel(SMS["SMS_KANNEL_USERNAME"], SMS["SMS_KANNEL_PASSWORD"]) as fake:
        yield fake


def _arrives(sessions, text: str) -> int:
    found = message("kannel", sender=CITIZEN, text=text, event_id=f"d-{next(_ids)}")
    inbox.accept(sessions, [found])
    with sessions() as session:
        return session.scalars(select(Contact.id)).one()


def _notify(sessions, contact_id: int, text: str) -> None:
    with sessions.begin() as session:
        contact = session.get_one(Contact, contact_id)
        assert queue_notice(session, contact, Reply(text), key=f"k-{next(_ids)}")


def _deliver(sessions, contact_id: int, name: str, fake, **changes: str) -> None:
    channel = SmsChannel(gateway_at(name, fake.address, **changes))
    Delivery(sessions, {"sms": channel}, Unhurried()).deliver(contact_id)


def _due_now(sessions) -> None:
    with sessions.begin() as session:
        for row in session.scalars(select(StoredOutbound)):
            row.not_before = now() - timedelta(seconds=1)


def _states(sessions) -> list[str]:
    with sessions() as session:
        return list(session.scalars(select(StoredOutbound.state).order_by(StoredOutbound.id)))


def test_a_long_notice_is_three_messages_and_the_rest_comes_on_request(sessions, kannel):
    contact_id = _arrives(sessions, "hello")
    _notify(sessions, contact_id, LONG)
    _deliver(sessions, contact_id, "kannel", kannel)
    assert len(kannel.texts(CITIZEN)) == 3
    assert "«បន្ត»" in kannel.texts(CITIZEN)[-1]
    _arrives(sessions, "បន្ត")
    _deliver(sessions, contact_id, "kannel", kannel)
    told = "".join(kannel.texts(CITIZEN)).replace("អានបន្ត៖ ផ្ញើ «បន្ត»", "")
    assert "".join(told.split()) == "".join(LONG.split())
    assert _states(sessions) == ["sent", "sent"]


def test_after_stop_notices_end_and_the_confirmation_goes_out(sessions, kannel):
    contact_id = _arrives(sessions, "STOP")
    _notify(sessions, contact_id, "your papers are ready")
    _deliver(sessions, contact_id, "kannel", kannel)
    assert _states(sessions) == ["sent", "skipped:opted_out"]
    assert len(kannel.texts(CITIZEN)) == 1
    _arrives(sessions, "START")
    _notify(sessions, contact_id, "your papers are ready")
    _deliver(sessions, contact_id, "kannel", kannel)
    assert kannel.texts(CITIZEN)[-1] == "your papers are ready"


def test_who_stopped_the_gateway_is_not_written_to_again(sessions):
    with Twilio(SMS["SMS_TWILIO_ACCOUNT_SID"], SMS["SMS_TWILIO_AUTH_TOKEN"]) as twilio:
        twilio.opted_out.add(CITIZEN)
        contact_id = _arrives(sessions, "hello")
        for text in ("first", "second"):
            _notify(sessions, contact_id, text)
            _deliver(sessions, contact_id, "twilio", twilio)
        assert _states(sessions) == ["skipped:blocked", "skipped:blocked"]
        assert len(twilio.requests) == 1


def test_a_gateway_that_took_the_message_and_never_said_so_gets_it_once(sessions, monkeypatch):
    monkeypatch.setattr("webhook.channels.sms.client._TIMEOUT", (1, 0.2))
    with SmsGate(SMS["SMS_SMSGATE_USERNAME"], SMS["SMS_SMSGATE_PASSWORD"]) as phone:
        contact_id = _arrives(sessions, "hello")
        _notify(sessions, contact_id, "your papers are ready")
        phone.will(AcceptThenTimeout())
        _deliver(sessions, contact_id, "smsgate", phone)
        assert _states(sessions) == ["queued"]
        _due_now(sessions)
        _deliver(sessions, contact_id, "smsgate", phone)
        assert _states(sessions) == ["sent"]
        assert phone.texts(CITIZEN) == ["your papers are ready"]


def test_a_wrong_password_pauses_the_channel_and_loses_nothing(sessions, kannel):
    contact_id = _arrives(sessions, "hello")
    _notify(sessions, contact_id, "your papers are ready")
    _deliver(sessions, contact_id, "kannel", kannel, SMS_KANNEL_PASSWORD="wrong")
    assert _states(sessions) == ["queued"]
    assert kannel.texts(CITIZEN) == []


def test_after_a_failure_in_the_middle_the_rest_follows_and_nothing_twice(sessions, kannel):
    contact_id = _arrives(sessions, "hello")
    _notify(sessions, contact_id, LONG)
    kannel.will(Answer(202, b"0: Accepted for delivery"))
    kannel.will(Answer(503, b"Temporal failure, try again later."))
    _deliver(sessions, contact_id, "kannel", kannel)
    _due_now(sessions)
    _deliver(sessions, contact_id, "kannel", kannel)
    assert _states(sessions) == ["sent"]
    # The first was taken by the script alone; of the other two each came once.
    assert len(kannel.texts(CITIZEN)) == 2
    assert len(kannel.requests) == 4
