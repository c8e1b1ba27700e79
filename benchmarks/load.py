"""Conversations played by a few clients at once, and how long their turns took."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

# What a citizen writes one after the other: Khmer, English, romanised Khmer, mixed; answered by
# rules alone, by actions that search the catalogue, and by actions that ask for a place.
SCRIPTS: tuple[tuple[str, ...], ...] = (
    ("សួស្តី", "ប្រឡងប័ណ្ណបើកបរម៉ូតូថ្លៃប៉ុន្មាន", "ត្រូវការឯកសារអ្វីខ្លះ", "ប៉ុន្មានថ្ងៃបាន", "អរគុណ"),
    (
        "hello",
        "how much does a motorbike driving licence test cost",
        "which documents do I need",
        "where is the one window office in Battambang",
        "thank you",
    ),
    (
        "jom reab sour",
        "tver kat kry moto ot luy ponman",
        "trov kar aekasar avey klas",
        "orkun bong",
    ),
    ("តើអ្នកជា bot មែនទេ", "មានសេវាអ្វីខ្លះ", "អាសយដ្ឋានការិយាល័យនៅបាត់ដំបង", "លាហើយ"),
)

# Sends one message and returns when its turn is over.
Turn = Callable[["Step"], None]


class NoAnswer(Exception):
    """A turn that ended without an answer, or not at all."""


@dataclass(frozen=True)
class Step:
    """One message of a conversation; `script` and `place` say which."""

    sender: str
    script: int
    place: int

    @property
    def text(self) -> str:
        """What the citizen writes."""
        return SCRIPTS[self.script][self.place]


@dataclass
class Round:
    """One round against one target; times in seconds."""

    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)
    unanswered: int = 0

    @property
    def turns_per_second(self) -> float:
        """Answered turns only."""
        return len(self.latencies) / self.seconds


def play_round(turn: Turn, first_sender: int, conversations: int, clients: int) -> Round:
    """Play conversations of new senders, `clients` at a time, each waiting for its answers."""
    result = Round()

    def play(number: int) -> None:
        script = number % len(SCRIPTS)
        for place in range(len(SCRIPTS[script])):
            began = time.perf_counter()
            try:
                turn(Step(str(first_sender + number), script, place))
            except NoAnswer:
                result.unanswered += 1
            else:
                result.latencies.append(time.perf_counter() - began)

    started = time.perf_counter()
    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(play, range(conversations)))
    result.seconds = time.perf_counter() - started
    return result


def all_steps(sender: int) -> Sequence[Step]:
    """Every message of every script once, each script by a sender of its own."""
    return [
        Step(str(sender + script), script, place)
        for script, texts in enumerate(SCRIPTS)
        for place in range(len(texts))
    ]
