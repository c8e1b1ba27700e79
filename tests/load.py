"""Many citizens at once on Messenger, whose answers can be told apart."""

from __future__ import annotations

import itertools
import json
import random
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

import requests

from tests.fakes.graph_api import GraphApi, sign
from tests.stack import MESSENGER

# What is written, and words that stand in the one message that answers it and in no other answer.
EXCHANGES = (
    ("hello", "I am Chrok"),
    ("thank you very much", "You are welcome"),
    ("are you a robot or a person?", "computer program"),
    ("goodbye", "Goodbye"),
)


@dataclass
class Conversation:
    """What one citizen wrote, in order: the words of each answer, and when it was written."""

    sender: str = field(default_factory=lambda: str(10**15 + uuid.uuid4().int % 10**14))
    expected: list[str] = field(default_factory=list)
    written_at: list[float] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass
class Sending:
    """How the webhook took the messages: seconds until it answered, and what it refused."""

    acknowledged: int = 0
    refused: int = 0
    seconds: list[float] = field(default_factory=list)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, status: int, seconds: float) -> None:
        with self._lock:
            self.seconds.append(seconds)
            if status == 200:
                self.acknowledged += 1
            else:
                self.refused += 1


class Clients:
    """Posts signed webhooks; refused ones are repeated until they are taken, as Meta does.

    Several addresses take turns, as behind a load balancer.
    """

    def __init__(self, *addresses: str) -> None:
        self._addresses = itertools.cycle(
            [f"{address}/webhooks/messenger" for address in addresses]
        )
        self._local = threading.local()
        self.sending = Sending()

    def write(self, conversation: Conversation, choice: int, repeats: int = 1) -> None:
        """One more message of a conversation; the next one of it waits until this one is taken."""
        text, words = EXCHANGES[choice % len(EXCHANGES)]
        body = _body(conversation.sender, text)
        with conversation.lock:
            written = time.monotonic()
            for _ in range(repeats):
                self._post_until_taken(body)
            conversation.expected.append(words)
            conversation.written_at.append(written)

    def _post_until_taken(self, body: bytes) -> None:
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": sign(body, MESSENGER["MESSENGER_APP_SECRET"]),
        }
        until = time.monotonic() + 120
        while time.monotonic() < until:
            began = time.monotonic()
            try:
                status = (
                    self._session()
                    .post(next(self._addresses), data=body, headers=headers, timeout=30)
                    .status_code
                )
            except requests.RequestException:
                status = 0
            self.sending.note(status, time.monotonic() - began)
            if status == 200:
                return
            time.sleep(1)
        raise AssertionError("a message was not taken within two minutes")

    def _session(self) -> requests.Session:
        if not hasattr(self._local, "session"):
            self._local.session = requests.Session()
        return self._local.session


def shuffled(conversations: Sequence[Conversation], messages: int, seed: int) -> list[Conversation]:
    """Whose turn it is to write, `messages` times each, in a random order."""
    turns = [conversation for conversation in conversations for _ in range(messages)]
    random.Random(seed).shuffle(turns)
    return turns


def write_all(clients: Clients, turns: Sequence[Conversation], threads: int) -> None:
    """Write the turns, `threads` at a time."""
    with ThreadPoolExecutor(threads) as pool:
        list(pool.map(lambda turn: clients.write(turn[1], turn[0]), enumerate(turns)))


def write_at_rates(
    clients: Clients,
    conversations: Sequence[Conversation],
    rates: Sequence[float],
    seconds: float,
    threads: int = 64,
) -> None:
    """Write so many messages a second, each rate for so long, whoever has been answered or not."""
    moments = list(_moments(rates, seconds))
    with ThreadPoolExecutor(threads) as pool:
        began = time.monotonic()
        written = []
        for number, moment in enumerate(moments):
            time.sleep(max(0.0, began + moment - time.monotonic()))
            who = conversations[number % len(conversations)]
            written.append(pool.submit(clients.write, who, number // len(conversations)))
        for one in written:
            one.result()


def wait_for_all(
    provider: GraphApi, conversations: Sequence[Conversation], seconds: float
) -> float:
    """Wait until everybody has as many answers as messages; returns how long that took."""
    began = time.monotonic()
    while time.monotonic() - began < seconds:
        if not any(_missing(provider, conversations)):
            break
        time.sleep(0.25)
    return time.monotonic() - began


def faults(provider: GraphApi, conversations: Sequence[Conversation]) -> dict[str, int]:
    """How many answers are lost, were given twice, or came in another order."""
    found = {"lost": 0, "duplicate": 0, "out of order": 0, "apologies": 0}
    for conversation in conversations:
        said = [text_of(message) for message in provider.messages(conversation.sender)]
        found["apologies"] += sum("something went wrong" in text for text in said)
        told = [next((w for _, w in EXCHANGES if w in text), "") for text in said]
        found["lost"] += max(0, len(conversation.expected) - len(told))
        found["duplicate"] += max(0, len(told) - len(conversation.expected))
        wrong = (
            words not in ("", expected)
            for words, expected in zip(told, conversation.expected, strict=False)
        )
        found["out of order"] += any(wrong)
    return found


def answered_after(provider: GraphApi, conversations: Sequence[Conversation]) -> list[float]:
    """Seconds from the writing of each message until its answer was at the provider."""
    arrived: dict[str, list[float]] = {}
    for request in provider.requests:
        content = request.json()
        if "message" in content:
            arrived.setdefault(content["recipient"]["id"], []).append(request.at)
    return [
        answered - written
        for conversation in conversations
        for written, answered in zip(
            conversation.written_at, arrived.get(conversation.sender, []), strict=False
        )
    ]


def _moments(rates: Sequence[float], seconds: float) -> Iterator[float]:
    for place, rate in enumerate(rates):
        for number in range(int(rate * seconds)):
            yield place * seconds + number / rate


def _missing(provider: GraphApi, conversations: Sequence[Conversation]) -> Iterator[bool]:
    for conversation in conversations:
        yield len(provider.messages(conversation.sender)) < len(conversation.expected)


def text_of(message: dict) -> str:
    return message["text"] if "text" in message else message["attachment"]["payload"]["text"]


def _body(sender: str, text: str) -> bytes:
    event = {
        "sender": {"id": sender},
        "recipient": {"id": "100000000000001"},
        "timestamp": int(time.time() * 1000),
        "message": {"mid": f"m_{uuid.uuid4().hex}", "text": text},
    }
    return json.dumps({"object": "page", "entry": [{"id": "1", "messaging": [event]}]}).encode()
