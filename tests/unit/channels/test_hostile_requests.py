"""Whatever is sent to a webhook: never a 500, and nothing is stored that should not be."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, func, select

from bot.db.models import Contact, StoredInbound
from bot.settings import read_settings
from tests.unit.channels.hostile import ODD_BODIES, RECEIVERS
from tests.unit.channels.hostile_request import Hostile, Prepared
from tests.unit.databases import BOTH, migrated
from webhook import create_app
from webhook.channels.registry import build_receivers
from webhook.turns import engine_message


def _app(url: str, folder, under_attack: Hostile):
    places = {"DATABASE_URL": url, "QUEUE_URL": f"sqlite:///{folder}/queue.sqlite3"}
    return create_app(read_settings({**places, **under_attack.environment}))


class Attack:
    """Sends to one receiver, and looks at what it stored."""

    def __init__(self, app, receiver: Hostile) -> None:
        self.receiver = receiver
        self.address = f"/webhooks/{receiver.name}"
        self.client = app.test_client()
        self._sessions = app.extensions["chrok"].sessions

    def send(self, prepared: Prepared):
        headers = {"Content-Type": "application/json", **prepared.headers}
        return self.client.open(
            f"{self.address}?{prepared.query}" if prepared.query else self.address,
            method=prepared.method,
            data=prepared.body,
            headers=headers,
        )

    def post(self, body: bytes) -> int:
        """The status of a body that is proved as the provider proves it."""
        return self.send(self.receiver.prove(body)).status_code

    @property
    def stored(self) -> list[StoredInbound]:
        with self._sessions() as session:
            return list(session.scalars(select(StoredInbound).order_by(StoredInbound.id)))

    def clean_up(self) -> None:
        with self._sessions.begin() as session:
            session.execute(delete(StoredInbound))
            session.execute(delete(Contact))
        self._sessions.kw["bind"].dispose()

    @property
    def contacts(self) -> int:
        with self._sessions() as session:
            return session.scalar(select(func.count()).select_from(Contact))


@pytest.fixture(scope="module", params=BOTH)
def place(request, tmp_path_factory):
    """A folder, and the address of a database."""
    folder = tmp_path_factory.mktemp("hostile")
    return folder, migrated(request.param, folder)


@pytest.fixture(params=RECEIVERS, ids=lambda receiver: receiver.name)
def attack(request, place):
    folder, url = place
    attack = Attack(_app(url, folder, request.param), request.param)
    yield attack
    attack.clean_up()


def test_every_receiver_is_attacked():
    environment = {name: value for one in RECEIVERS for name, value in one.environment.items()}
    receivers = build_receivers(read_settings(environment))
    assert set(receivers) == {receiver.name for receiver in RECEIVERS}


def test_a_body_of_ten_megabytes_is_refused_unread(attack):
    if not attack.receiver.has_a_body:
        return
    body = attack.receiver.text("m_1", "a" * 10_000_000)
    assert attack.post(body) == 413
    assert (attack.stored, attack.contacts) == ([], 0)


def test_odd_bodies_that_are_well_signed_are_answered_and_store_nothing(attack):
    statuses = {attack.post(body) for body in ODD_BODIES}
    assert max(statuses) < 500
    assert (attack.stored, attack.contacts) == ([], 0)


def test_odd_bodies_that_nobody_signed_are_refused(attack):
    for body in ODD_BODIES:
        assert attack.send(Prepared(body)).status_code in (400, 401, 403)


def test_forged_signatures_are_refused_and_store_nothing(attack):
    for forged in attack.receiver.forge(attack.receiver.text("m_1", "hello")):
        answer = attack.send(forged)
        assert answer.status_code in (401, 403), forged
        assert answer.text == ""
    assert (attack.stored, attack.contacts) == ([], 0)


def test_a_replayed_request_is_stored_once(attack):
    body = attack.receiver.text("m_1", "hello")
    assert {attack.post(body) for _ in range(10)} == {200}
    assert len(attack.stored) == 1


def test_a_proof_is_of_no_use_with_another_body(attack):
    if not attack.receiver.proves_the_body:
        return
    good = attack.receiver.prove(attack.receiver.text("m_1", "hello"))
    other = replace(good, body=attack.receiver.text("m_1", "other words"))
    assert attack.send(other).status_code in (401, 403)
    assert attack.stored == []


def test_unknown_events_are_taken_and_not_stored(attack):
    assert {attack.post(body) for body in attack.receiver.unknown} <= {200}
    assert (attack.stored, attack.contacts) == ([], 0)


@pytest.mark.parametrize(
    "text",
    [
        "a\x00b",
        "\x00",
        "\ud800 half a pair",
        "\u202e\u2066 turned round \u2069",
        "🏳️‍🌈" * 50,
        "ក្" * 300,
        "'; DROP TABLE inbox; --",
        "{{7*7}} {% include '/etc/passwd' %} ${7*7} %s %n",
        "<script>alert(1)</script>",
    ],
)
def test_odd_texts_are_stored_as_text(attack, text):
    assert attack.post(attack.receiver.text("m_1", text)) == 200
    kept = text.replace("\x00", "").replace("\ud800", "")
    # In a form half a pair is three bytes that mean nothing, so it may be three marks.
    stored = [row.text.replace("\ufffd", "") for row in attack.stored]
    assert stored == ([kept] if kept.strip() else [])


@pytest.mark.parametrize("length", [5_000, 5_001, 100_000])
def test_a_long_message_is_stored_up_to_its_limit(attack, length):
    assert attack.post(attack.receiver.text("m_1", "ក" * length)) == 200
    (row,) = attack.stored
    assert row.text == "ក" * 5_000
    assert len(engine_message(row.text)) <= 1_000


@pytest.mark.parametrize(
    "typed",
    ["/restart", "//restart", " /restart", '/inform{"service_id":"x"}', "\u200b/restart", "/"],
)
def test_a_leading_slash_is_never_a_command(attack, typed):
    assert attack.post(attack.receiver.text("m_1", typed)) == 200
    for row in attack.stored:
        heard = engine_message(row.text)
        assert heard == "/nlu_fallback" or not heard.lstrip().startswith("/")


@pytest.mark.parametrize(
    "payload",
    [
        "/restart",
        '/inform{"service_id":"x"}',
        "MENU_SERVICES_KM'",
        "../../etc/passwd",
        "x" * 64,
        "x" * 1000,
        "ខ្មែរ",
        "a\x00b",
    ],
)
def test_a_payload_that_only_looks_like_ours_opens_nothing(attack, payload):
    if attack.receiver.button is None:
        return
    assert attack.post(attack.receiver.button("m_1", payload)) == 200
    (row,) = attack.stored
    assert len(row.button_token) <= 64
    assert not engine_message(row.text).startswith("/")


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE"])
def test_other_methods_are_refused(attack, method):
    assert attack.client.open(attack.address, method=method).status_code < 500
    assert attack.stored == []


@pytest.mark.parametrize(
    "address",
    [
        "/webhooks/",
        "/webhooks/nobody",
        "/webhooks/%00",
        "/webhooks/%ff%fe",
        "/webhooks/" + "a/" * 2_000,
        "/webhooks/../readyz",
        "/webhooks/{name}/more",
        "/webhooks/{name}?%ff=%00&hub.mode=%ff",
        "/webhooks/{name}?" + "a=b&" * 2_000,
    ],
)
def test_odd_addresses_are_refused(attack, address):
    address = address.replace("{name}", attack.receiver.name)
    body = attack.receiver.text("m_1", "hello")
    answers = [attack.client.get(address), attack.client.post(address, data=body)]
    assert all(400 <= answer.status_code < 500 for answer in answers)
    assert attack.stored == []


JSON = st.recursive(
    st.one_of(
        *(st.none(), st.booleans(), st.integers(), st.floats()),
        st.text(st.characters(codec=None), max_size=20),
    ),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner, max_size=3)
    ),
    max_leaves=8,
)


@settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_nothing_that_can_be_sent_is_a_500(attack, data):
    """Well proved: a message with some of its values replaced by anything."""
    body = attack.receiver.text("m_1", "hello")
    if body.startswith(b"{"):
        content = json.loads(body)
        holder, key = data.draw(st.sampled_from(list(_places(content))))
        holder[key] = data.draw(JSON)
        body = json.dumps(content).encode()
    else:
        fields = dict(parse_qsl(body.decode()))
        fields[data.draw(st.sampled_from(list(fields)))] = data.draw(st.binary(max_size=60))
        body = urlencode(fields).encode()
    assert attack.post(body) < 500


@settings(
    max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.binary(max_size=300),
    headers=st.dictionaries(
        st.sampled_from(["X-Hub-Signature-256", "Content-Type", "Authorization", "X-Signature"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=126), max_size=90),
    ),
)
def test_no_bytes_and_headers_are_a_500(attack, body, headers):
    before = len(attack.stored)
    answer = attack.client.post(attack.address, data=body, headers=headers)
    assert answer.status_code < 500
    assert len(attack.stored) == before


def _places(value):
    children = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for key, child in list(children):
        yield value, key
        yield from _places(child)
