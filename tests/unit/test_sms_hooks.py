"""The addresses of the SMS gateways, through the web application."""

from __future__ import annotations

from urllib.parse import urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from bot.db.migrate import upgrade
from bot.db.models import OutboundPart, StoredInbound, StoredOutbound
from tests.fakes.sms_gateways import basic, sign_twilio
from tests.unit.channels.sms_samples import CITIZEN, GATEWAYS, PUBLIC_URL, settings_with
from webhook import create_app

SECRETS = {
    "Authorization": basic("nuntium", "callback-password"),
    "X-Chrok-Secret": "generic-secret",
}


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("sms")
    url = f"sqlite:///{folder}/chrok.sqlite3"
    upgrade(url)
    return create_app(
        settings_with(DATABASE_URL=url, QUEUE_URL=f"sqlite:///{folder}/queue.sqlite3")
    )


@pytest.fixture
def client(app):
    return app.test_client()


def _stored(app) -> int:
    with app.extensions["chrok"].sessions() as session:
        return session.scalar(select(func.count()).select_from(StoredInbound))


def test_a_replayed_message_is_stored_once_and_answered_alike(app, client):
    before = _stored(app)
    query = urlencode({"secret": "kannel-secret", "from": CITIZEN, "text": "hello", "id": "k-1"})
    answers = [client.get(f"/webhooks/sms/kannel?{query}") for _ in range(10)]
    assert {(answer.status_code, answer.text) for answer in answers} == {(200, "")}
    assert _stored(app) == before + 1


def test_twilio_gets_an_empty_response_in_its_own_language(client):
    fields = {"From": CITIZEN, "Body": "hello", "MessageSid": "SM-hooks-1"}
    address = f"{PUBLIC_URL}/webhooks/sms/twilio"
    headers = {"X-Twilio-Signature": sign_twilio(address, fields, "twilio-token")}
    answer = client.post("/webhooks/sms/twilio", data=fields, headers=headers)
    assert (answer.status_code, answer.text) == (200, "<Response/>")
    assert answer.content_type == "text/xml"


@pytest.mark.parametrize("name", GATEWAYS)
def test_without_proof_nothing_is_stored_and_nothing_is_told(app, client, name):
    before = _stored(app)
    body = {"from": CITIZEN, "From": CITIZEN, "text": "hi", "body": "hi", "Body": "hi", "id": "x"}
    call = client.get if name == "kannel" else client.post
    answer = call(f"/webhooks/sms/{name}", **{"query_string" if name == "kannel" else "data": body})
    assert answer.status_code in (401, 403)
    assert answer.text == ""
    assert _stored(app) == before


def test_a_body_of_ten_megabytes_is_refused(client):
    answer = client.post("/webhooks/sms/generic", data=b"x" * 10_000_000, headers=SECRETS)
    assert answer.status_code == 413


def test_a_gateway_nobody_knows_is_not_there(client):
    assert client.post("/webhooks/sms/nexmo").status_code == 404


def test_a_report_ends_what_was_sent(app, client):
    client.post(
        "/webhooks/sms/generic",
        data={"from": "010000002", "text": "hello", "id": "r-1"},
        headers=SECRETS,
    )
    with app.extensions["chrok"].sessions.begin() as session:
        inbound = session.scalars(
            select(StoredInbound).where(StoredInbound.event_id == "generic:r-1")
        ).one()
        row = StoredOutbound(
            contact_id=inbound.contact_id, inbound_id=inbound.id, reply={"text": "x"}, state="sent"
        )
        session.add(row)
        session.flush()
        session.add(
            OutboundPart(
                outbox_id=row.id, position=0, channel="sms", provider_message_id="chrok-77-0"
            )
        )
        row_id = row.id
    for _ in range(2):
        query = urlencode({"secret": "kannel-secret", "reference": "chrok-77-0", "status": "1"})
        assert client.get(f"/webhooks/sms/kannel?{query}").status_code == 200
    with app.extensions["chrok"].sessions() as session:
        assert session.get_one(StoredOutbound, row_id).state == "delivered"


def test_five_thousand_characters_nul_and_broken_utf_8_are_stored(app, client):
    before = _stored(app)
    for body in (
        urlencode({"from": CITIZEN, "text": "ក" * 5001, "id": "h-1"}).encode(),
        b"from=%2B85510000001&text=a%00b&id=h-2",
        b"from=%2B85510000001&text=%FF%FE%80&id=h-3",
        b'{"from": "+85510000001", "text": "\\ud800 x", "id": "h-4"}',
    ):
        answer = client.post("/webhooks/sms/generic", data=body, headers=SECRETS)
        assert answer.status_code == 200
    assert _stored(app) == before + 4


@settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
@given(
    st.sampled_from(GATEWAYS),
    st.binary(max_size=120),
    st.sampled_from(["", "application/json", "application/x-www-form-urlencoded", "text/xml;;="]),
    st.text(st.characters(codec="latin-1", exclude_categories=["Cc"]), max_size=20),
)
def test_nothing_that_comes_in_is_a_server_error(client, name, body, media_type, odd):
    headers = {**SECRETS, "X-Twilio-Signature": odd, "X-Signature": odd, "X-Timestamp": odd}
    for proofs in (headers, {"Authorization": odd}):
        posted = client.post(
            f"/webhooks/sms/{name}", data=body, headers=proofs, content_type=media_type
        )
        asked = client.get(
            f"/webhooks/sms/{name}", query_string={"secret": "kannel-secret", "text": body}
        )
        assert posted.status_code < 500
        assert asked.status_code < 500
