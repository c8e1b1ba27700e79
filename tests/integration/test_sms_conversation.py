"""SMS from the gateways' webhooks to the bytes at Kannel, through the real engine."""

from __future__ import annotations

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor

import pytest
import requests
from sqlalchemy import select

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.messages import Reply
from bot.services.outgoing import queue_notice
from bot.text.sms_alphabet import alphabet_of
from tests.fakes.sms_gateways import basic, sign_smsgate, sign_twilio
from tests.sms_client import phone_number, send_by_kannel
from tests.stack import SMS, wait_until

pytestmark = pytest.mark.engine
KHMER_QUESTION = "ប្រឡងយកប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"


def _by_nuntium(stack, number: str, text: str):
    login = basic(SMS["SMS_NUNTIUM_CALLBACK_USER"], SMS["SMS_NUNTIUM_CALLBACK_PASSWORD"])
    fields = {"from": f"sms://{number[1:]}", "body": text, "guid": str(uuid.uuid4())}
    return requests.post(
        f"{stack.address}/webhooks/sms/nuntium",
        data=fields,
        headers={"Authorization": login},
        timeout=10,
    )


def _by_phone(stack, number: str, text: str):
    payload = {"messageId": "m", "message": text, "sender": number}
    content = {"event": "sms:received", "id": uuid.uuid4().hex[:21], "payload": payload}
    body = json.dumps(content, ensure_ascii=False).encode()
    headers = sign_smsgate(body, SMS["SMS_SMSGATE_SIGNING_KEY"], int(time.time()))
    address = f"{stack.address}/webhooks/sms/smsgate"
    return requests.post(address, data=body, headers=headers, timeout=10)


def _by_twilio(stack, number: str, text: str):
    address = f"{stack.address}/webhooks/sms/twilio"
    fields = {"From": number, "Body": text, "MessageSid": f"SM{uuid.uuid4().hex}", "FromCity": ""}
    signature = sign_twilio(address, fields, SMS["SMS_TWILIO_AUTH_TOKEN"])
    headers = {"X-Twilio-Signature": signature}
    return requests.post(address, data=fields, headers=headers, timeout=10)


def _by_aggregator(stack, number: str, text: str):
    return requests.post(
        f"{stack.address}/webhooks/sms/generic",
        json={"from": number, "text": text, "id": uuid.uuid4().hex},
        headers={"X-Chrok-Secret": SMS["SMS_GENERIC_SECRET"]},
        timeout=10,
    )


def _squeezed(text: str) -> str:
    return "".join(text.split())


def _answer(kannel, number: str, words: str) -> list[str]:
    """The messages that reached the number, once these words are in them, cut or not."""
    wait_until(lambda: _squeezed(words) in _squeezed("".join(kannel.texts(number))), 60, words)
    return kannel.texts(number)


def _inbox(stack, number: str) -> list[StoredInbound]:
    with stack.sessions() as session:
        return list(
            session.scalars(
                select(StoredInbound).join(Contact).where(Contact.external_id == number)
            )
        )


@pytest.mark.parametrize(
    "send", [send_by_kannel, _by_nuntium, _by_phone, _by_twilio, _by_aggregator]
)
def test_a_khmer_question_by_any_gateway_is_answered_in_a_few_short_messages(stack, kannel, send):
    number = phone_number()
    answer = send(stack, number, KHMER_QUESTION)
    assert answer.status_code == 200
    assert answer.text in ("", "<Response/>")
    texts = _answer(kannel, number, ". សេវាទាំងអស់")
    said = _squeezed("".join(texts))
    for words in ("៣០,០០០ រៀល", "១០ ថ្ងៃធ្វើការ", ". រកការិយាល័យ"):
        assert _squeezed(words) in said
    assert 1 <= len(texts) <= 3
    for text in texts:
        alphabet = alphabet_of(text)
        assert alphabet.units(text) <= (
            alphabet.value.single if len(texts) == 1 else alphabet.value.several
        )
    request = next(r for r in kannel.requests if f"to=%2B{number[1:]}" in r.path)
    assert "coding=2&charset=UTF-16BE" in request.path


def test_a_message_replayed_ten_times_at_once_is_stored_and_answered_once(stack, kannel):
    number, message_id = phone_number(), str(uuid.uuid4())
    with ThreadPoolExecutor(10) as pool:
        answers = list(
            pool.map(lambda _: send_by_kannel(stack, number, "hello", message_id), range(10))
        )
    assert {answer.status_code for answer in answers} == {200}
    _answer(kannel, number, "automatic assistant")
    send_by_kannel(stack, number, "goodbye")
    texts = _answer(kannel, number, "Goodbye")
    assert sum("automatic assistant" in text for text in texts) == 1
    assert len(_inbox(stack, number)) == 2


def _notify(stack, number: str, text: str) -> int:
    with stack.sessions.begin() as session:
        contact = session.scalars(select(Contact).where(Contact.external_id == number)).one()
        key = f"test:{number}:{text}"
        assert queue_notice(session, contact, Reply(text), key=key)
        row = session.scalars(select(StoredOutbound).where(StoredOutbound.key == key)).one()
        return row.id


def _state(stack, row_id: int) -> str:
    with stack.sessions() as session:
        return session.get_one(StoredOutbound, row_id).state


def test_after_stop_no_notice_goes_out_until_start(stack, kannel):
    number = phone_number()
    send_by_kannel(stack, number, "ឈប់")
    _answer(kannel, number, "សូមផ្ញើ START ឬ ចាប់ផ្ដើម")
    held = _notify(stack, number, "your papers are ready")
    # A question wakes the worker for this citizen; whoever stopped notices is still answered.
    send_by_kannel(stack, number, "goodbye")
    _answer(kannel, number, "Goodbye")
    wait_until(lambda: _state(stack, held) == "skipped:opted_out", 90, "the notice to be skipped")
    send_by_kannel(stack, number, "START")
    _answer(kannel, number, "To stop them send STOP")
    sent = _notify(stack, number, "an officer has answered")
    send_by_kannel(stack, number, "thanks")
    texts = _answer(kannel, number, "an officer has answered")
    wait_until(lambda: _state(stack, sent) == "sent", 30, "the notice to be sent")
    assert not any("papers are ready" in text for text in texts)


@pytest.mark.parametrize("choice", ["2", "២", "motor bike", "motorbke"])
def test_a_choice_is_answered_by_its_number_or_its_word(stack, kannel, choice):
    number = phone_number()
    send_by_kannel(stack, number, "how much is the driving test")
    texts = _answer(kannel, number, "2. ")
    lines = [line for text in texts for line in text.splitlines() if line[:2] in ("1.", "2.")]
    wanted = next(line for line in lines if "otor" in line)
    send_by_kannel(
        stack, number, choice.replace("2", wanted[0]).replace("២", "០១២"[int(wanted[0])])
    )
    _answer(kannel, number, "30,000 riel")


def test_what_kannel_reports_is_noted(stack, kannel):
    number = phone_number()
    send_by_kannel(stack, number, "goodbye")
    _answer(kannel, number, "Goodbye")
    with stack.sessions() as session:
        row = session.scalars(
            select(StoredOutbound).join(Contact).where(Contact.external_id == number)
        ).one()
        row_id = row.id
    wait_until(lambda: _state(stack, row_id) == "sent", 30, "the reply to be sent")
    # Other stacks report to other addresses, of rows with the same numbers.
    ours = [url for url in kannel.report_urls if url.startswith(stack.address)]
    (report_url,) = [url for url in ours if f"chrok-{row_id}-0&" in url]
    assert requests.get(report_url.replace("%d", "8"), timeout=10).status_code == 200
    assert _state(stack, row_id) == "sent"
    assert requests.get(report_url.replace("%d", "1"), timeout=10).status_code == 200
    assert _state(stack, row_id) == "delivered"


def test_more_brings_the_rest_of_a_long_answer(stack, kannel):
    number = phone_number()
    send_by_kannel(stack, number, KHMER_QUESTION)
    _answer(kannel, number, ". សេវាទាំងអស់")
    send_by_kannel(stack, number, "ឯកសារអ្វីខ្លះ")
    _answer(kannel, number, "អានបន្ត៖ ផ្ញើ «បន្ត»")
    before = len(kannel.texts(number))
    send_by_kannel(stack, number, "បន្ត")
    wait_until(lambda: len(kannel.texts(number)) > before, 60, "the rest")


@pytest.mark.parametrize("gateway", ["kannel", "nuntium", "smsgate", "twilio", "generic"])
def test_without_proof_nothing_is_stored(stack, gateway):
    number = phone_number()
    fields = {"from": number, "From": number, "text": "hi", "body": "hi", "Body": "hi"}
    address = f"{stack.address}/webhooks/sms/{gateway}"
    if gateway == "kannel":
        answer = requests.get(address, params=fields, timeout=10)
    else:
        answer = requests.post(address, data=fields, timeout=10)
    assert answer.status_code in (401, 403)
    assert answer.text == ""
    assert _inbox(stack, number) == []


def test_readiness_tells_that_sms_is_on(stack):
    status = requests.get(f"{stack.address}/readyz", timeout=5).json()
    assert status["channels"]["sms"] == "on"
