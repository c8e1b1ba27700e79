"""Hostile bytes on real sockets against gunicorn: it answers 4xx or hangs up, and lives on."""

from __future__ import annotations

import json
import random
import socket
from collections import Counter

import pytest
from sqlalchemy import func, select

from bot.db.models import StoredInbound
from tests.fakes.graph_api import sign
from tests.processes import Processes, webhook_command
from tests.stack import MESSENGER, Stack, answers_ok, wait_until

HOST = b"Host: localhost\r\n"
JSON = b"Content-Type: application/json\r\n"
POST = b"POST /webhooks/messenger HTTP/1.1\r\n" + HOST
PATIENCE_SECONDS = 3
SILENCE_SECONDS = 10  # as gunicorn.conf.py has it

RAW = {
    "nothing": b"",
    "only line ends": b"\r\n" * 50,
    "a greeting of TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "another protocol": b"SSH-2.0-OpenSSH_9.6\r\n",
    "bytes": bytes(range(256)) * 4,
    "no version": b"GET /\r\n\r\n",
    "an unknown version": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "a bad method": b"G\x00T / HTTP/1.1\r\n" + HOST + b"\r\n",
    "a line without end": b"GET /" + b"a" * 20_000,
    "a long address": b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a NUL in the address": b"GET /\x00 HTTP/1.1\r\n" + HOST + b"\r\n",
    "a whole URL": b"GET http://evil.example/ HTTP/1.1\r\n" + HOST + b"\r\n",
    "a proxy's request": b"CONNECT evil.example:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
    "a host that is none": b"GET /services HTTP/1.1\r\nHost: [::1\r\n\r\n",
    "a huge header": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 100_000 + b"\r\n\r\n",
    "a thousand headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n" * 1_000 + b"\r\n",
    "a header without colon": b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "a NUL in a header": b"GET / HTTP/1.1\r\n" + HOST + b"Cookie: a=\x00\r\n\r\n",
    "a blank before the colon": b"GET / HTTP/1.1\r\n" + HOST + b"X : a\r\n\r\n",
    "two lengths": POST + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    "a length below zero": POST + b"Content-Length: -1\r\n\r\n",
    "a length of letters": POST + b"Content-Length: abc\r\n\r\n",
    "a length of a terabyte": POST + b"Content-Length: 1099511627776\r\n\r\n{}",
    "length and chunks": (
        POST
        + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /x HTTP/1.1\r\n\r\n"
    ),
    "chunked twice": POST + b"Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n",
    "chunks of nonsense": POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n{}\r\n0\r\n\r\n",
    "a chunk below zero": POST + b"Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n",
    "an unknown coding": POST + b"Transfer-Encoding: gzip\r\n\r\n",
    "half a body": POST + JSON + b'Content-Length: 100\r\n\r\n{"object":',
    "half a form": (
        b"POST /officials/answers/x HTTP/1.1\r\n"
        + HOST
        + b"Content-Type: multipart/form-data; boundary=x\r\nContent-Length: 500\r\n\r\n"
        + b'--x\r\nContent-Disposition: form-data; name="text"\r\n\r\nhalf'
    ),
    "a waiting client": POST + b"Expect: 100-continue\r\nContent-Length: 2\r\n\r\n{}",
    "many at once": b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n" * 100,
    "an upgrade": b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade\r\nUpgrade: h2c\r\n\r\n",
    "a second protocol": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
}


@pytest.fixture(scope="module")
def web(tmp_path_factory):
    """The webhook alone, as it runs in production."""
    running = Stack(tmp_path_factory.mktemp("sockets"), MESSENGER)
    running.prepare()
    running.start("webhook")
    try:
        wait_until(lambda: _lives(running), 60, "the webhook answers")
        yield running
    finally:
        running.stop()


def _lives(web) -> bool:
    return answers_ok(f"{web.address}/healthz")


def _exchange(web, sent: bytes) -> bytes:
    """What comes back until the server hangs up or falls silent."""
    got = b""
    with socket.create_connection(("127.0.0.1", web.web_port), PATIENCE_SECONDS) as connection:
        try:
            connection.sendall(sent)
            connection.shutdown(socket.SHUT_WR)
            while piece := connection.recv(65_536):
                got += piece
        except OSError:
            pass
    return got


def _statuses(answer: bytes) -> list[int]:
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.")]
    return [int(line.split()[1]) for line in lines]


def _stored(web) -> int:
    with web.sessions() as session:
        return session.scalar(select(func.count()).select_from(StoredInbound)) or 0


def _log(web) -> str:
    return (web.folder / "webhook.log").read_text(encoding="utf-8", errors="replace")


@pytest.mark.parametrize("name", RAW)
def test_odd_bytes_are_refused_and_the_server_lives_on(web, name):
    answer = _exchange(web, RAW[name])
    # 501 is gunicorn's word for a transfer coding that it does not know.
    assert all(status < 500 or status == 501 for status in _statuses(answer)), answer[:300]
    assert b"Traceback" not in answer
    assert _lives(web)


def test_one_request_never_becomes_two(web):
    """Request smuggling: what stands behind a request's end is not taken for another's."""
    smuggled = b"GET /services HTTP/1.1\r\nHost: evil.example\r\n\r\n"
    both = POST + b"Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" + smuggled
    assert len(_statuses(_exchange(web, both))) <= 1


def test_a_thousand_mangled_requests_leave_it_answering_and_store_nothing(web):
    draw = random.Random(20261124)
    good = [raw for raw in RAW.values() if 0 < len(raw) < 5_000]
    seen: Counter[int] = Counter()
    for _ in range(1_000):
        mangled = bytearray(draw.choice(good))
        for _ in range(draw.randint(1, 8)):
            mangled[draw.randrange(len(mangled))] = draw.randrange(256)
        seen.update(_statuses(_exchange(web, bytes(mangled[: draw.randint(1, len(mangled))]))))
    assert sum(seen.values()) > 100
    assert set(seen) <= {200, *range(400, 500), 501, 505}, seen
    assert _lives(web)
    assert _stored(web) == 0
    assert "Traceback" not in _log(web)


def test_clients_that_never_finish_hold_up_others_for_moments_only(tmp_path):
    """More of them than there are threads; each is let go when it has been silent for a while."""
    web = Stack(tmp_path, MESSENGER)
    web.prepare()
    with_two_threads = ["2" if word == "16" else word for word in webhook_command(web.web_port)]
    running = Processes(tmp_path)
    running.start("webhook", with_two_threads, web.environment)
    waiting = []
    try:
        wait_until(lambda: _lives(web), 60, "the webhook answers")
        for _ in range(3):
            connection = socket.create_connection(("127.0.0.1", web.web_port), PATIENCE_SECONDS)
            connection.sendall(b"POST /webhooks/messenger HTTP/1.1\r\nHost: a\r\nX-Slow:")
            waiting.append(connection)
        assert not _lives(web)
        wait_until(lambda: _lives(web), 4 * SILENCE_SECONDS, "an answer for somebody else")
    finally:
        for connection in waiting:
            connection.close()
        running.stop()


def test_a_body_cut_off_before_its_end_stores_nothing_and_whole_it_is_stored_once(web):
    event = {
        "sender": {"id": "700"},
        "recipient": {"id": "1"},
        "timestamp": 1795425600000,
        "message": {"mid": "m_whole", "text": "hello"},
    }
    entry = {"id": "1", "time": 1795425600000, "messaging": [event]}
    body = json.dumps({"object": "page", "entry": [entry]}).encode()
    signature = sign(body, MESSENGER["MESSENGER_APP_SECRET"]).encode()
    head = POST + JSON + b"X-Hub-Signature-256: " + signature + b"\r\nConnection: close\r\n"
    whole = head + f"Content-Length: {len(body)}\r\n\r\n".encode() + body
    before = _stored(web)
    for cut in range(len(whole) - 1, len(whole) - len(body), -7):
        assert all(400 <= status < 500 for status in _statuses(_exchange(web, whole[:cut])))
    assert _stored(web) == before
    assert [_statuses(_exchange(web, whole)) for _ in range(3)] == [[200]] * 3
    assert _stored(web) == before + 1
