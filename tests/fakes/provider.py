"""A provider's HTTP server that records every byte and misbehaves when told to."""

from __future__ import annotations

import json
import socket
import threading
import time
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class RecordedRequest:
    """A request exactly as it came in; header names are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes
    at: float = field(default_factory=time.monotonic)

    @property
    def query(self) -> dict[str, str]:
        values = parse_qs(urlsplit(self.path).query, keep_blank_values=True)
        return {name: found[-1] for name, found in values.items()}

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """Answer this instead of what the provider would answer."""

    status: int
    content: Any = None
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Delay:
    """Answer as usual, but later."""

    seconds: float


@dataclass(frozen=True)
class AcceptThenTimeout:
    """Do what was asked, but never answer."""


@dataclass(frozen=True)
class Drop:
    """Close the connection without doing or answering anything."""


Behaviour = Answer | Delay | AcceptThenTimeout | Drop


class FakeProvider:
    """Base of the fakes: `respond` answers as the real provider would, a script overrides it.

    Use as a context manager; `address` is what the product's `…_API_URL` setting takes. Safe to
    read from the test while requests come in.
    """

    base_path = ""

    def __init__(self) -> None:
        self._lock = threading.Condition()
        self._requests: list[RecordedRequest] = []
        self._script: deque[tuple[Behaviour, bytes]] = deque()
        self._closing = threading.Event()
        self._server = _Server(self)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.05,))

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self._closing.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    @property
    def address(self) -> str:
        host, port = self._server.server_address[:2]
        return f"http://{host}:{port}{self.base_path}"

    @property
    def requests(self) -> list[RecordedRequest]:
        """All requests so far, in the order of their arrival."""
        with self._lock:
            return list(self._requests)

    def will(self, behaviour: Behaviour, times: int = 1, about: str = "") -> None:
        """Behave so for the next `times` requests that the script is for, with `about` in them.

        Where others write to the same provider `about` says whose request is meant: their id.
        """
        with self._lock:
            self._script.extend([(behaviour, about.encode())] * times)

    def reset(self) -> None:
        """Forget requests and script."""
        with self._lock:
            self._requests.clear()
            self._script.clear()

    def forget_script(self) -> None:
        """Behave as usual again."""
        with self._lock:
            self._script.clear()

    def wait_for_requests(self, count: int, seconds: float = 10) -> list[RecordedRequest]:
        """The requests, once there are `count` of them; fails if that takes too long."""
        with self._lock:
            enough = self._lock.wait_for(lambda: len(self._requests) >= count, seconds)
            assert enough, f"{len(self._requests)} requests after {seconds} s, not {count}"
            return list(self._requests)

    def respond(self, request: RecordedRequest) -> Answer:
        """What the real provider answers, limits and refusals included."""
        raise NotImplementedError

    def is_scripted(self, request: RecordedRequest) -> bool:
        """Whether the script is for such requests."""
        return True

    def handle(self, request: RecordedRequest) -> Answer | None:
        """Record a request and choose what happens; None closes the connection unanswered."""
        with self._lock:
            self._requests.append(request)
            behaviour = self._scripted(request)
            self._lock.notify_all()
        match behaviour:
            case Answer():
                return behaviour
            case Drop():
                return None
            case Delay(seconds):
                self._closing.wait(seconds)
            case AcceptThenTimeout():
                self.respond(request)
                self._closing.wait()
                return None
        return self.respond(request)

    def _scripted(self, request: RecordedRequest) -> Behaviour | None:
        if not self._script or not self.is_scripted(request):
            return None
        if self._script[0][1] not in request.body:
            return None
        return self._script.popleft()[0]


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    # A test that ends does not wait for connections that clients keep open.
    block_on_close = False

    def __init__(self, provider: FakeProvider) -> None:
        self.provider = provider
        super().__init__(("127.0.0.1", 0), _Handler)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up is part of the game."""


class _Handler(BaseHTTPRequestHandler):
    server: _Server
    protocol_version = "HTTP/1.1"
    # Head and body are two writes: without this the second waits 40 ms for an acknowledgement.
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def log_message(self, *arguments: object) -> None:
        """Requests are recorded, not printed."""

    def _serve(self) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        request = RecordedRequest(
            method=self.command,
            path=self.path,
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self.rfile.read(length),
        )
        answer = self.server.provider.handle(request)
        if answer is None:
            self.close_connection = True
            self.connection.shutdown(socket.SHUT_RDWR)
            return
        body = answer.content
        if not isinstance(body, bytes):
            body = b"" if body is None else json.dumps(body).encode()
        self.send_response(answer.status)
        headers = {"Content-Type": "application/json", **answer.headers}
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)
