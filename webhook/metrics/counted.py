"""What this process counts of its own work."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

from prometheus_client import CollectorRegistry, Counter, Histogram, disable_created_metrics

from bot.errors import ChrokError
from webhook.metrics.labels import CHANNELS, Reasons, channel_label

# When a counter began is of no use to anybody here, and would double the lines.
disable_created_metrics()  # type: ignore[no-untyped-call]

REGISTRY = CollectorRegistry()

_messages = Counter(
    "chrok_messages",
    "Citizens' messages that came in, by what became of them at the door.",
    ("channel", "outcome", "reason"),
    registry=REGISTRY,
)
_acknowledgement = Histogram(
    "chrok_acknowledgement_seconds",
    "From a provider's request to its 200, everything stored.",
    ("channel",),
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
    registry=REGISTRY,
)
_responses = Counter(
    "chrok_http_responses",
    "Answers to HTTP requests, by route and class of status.",
    ("route", "status"),
    registry=REGISTRY,
)
_turns = Counter(
    "chrok_turns",
    "Messages that are dealt with, by how: done, apologised, throttled, with_person.",
    ("channel", "outcome"),
    registry=REGISTRY,
)
_turn_seconds = Histogram(
    "chrok_turn_seconds",
    "From a message stored to its answer written.",
    ("channel",),
    buckets=(0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20, 30, 60, 120),
    registry=REGISTRY,
)
_engine_seconds = Histogram(
    "chrok_engine_call_seconds",
    "Calls of the engine, by how they ended.",
    ("outcome",),
    buckets=(0.025, 0.05, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10, 20),
    registry=REGISTRY,
)
_understood = Counter(
    "chrok_understood_turns",
    "Answers of the engine, by language and by whether it understood.",
    ("language", "understood"),
    registry=REGISTRY,
)
_deliveries = Counter(
    "chrok_deliveries",
    "Replies and notices that ended, by outcome and its reason.",
    ("channel", "outcome", "reason"),
    registry=REGISTRY,
)
_refused_sends = Counter(
    "chrok_refused_sends",
    "Single tries that a provider did not take, by what follows and the provider's code.",
    ("channel", "action", "reason"),
    registry=REGISTRY,
)
_reports = Counter(
    "chrok_delivery_reports",
    "What providers reported later of messages that they had taken.",
    ("channel", "outcome"),
    registry=REGISTRY,
)

_message_reasons, _delivery_reasons, _refusal_reasons = Reasons(), Reasons(), Reasons()


def start_at_zero() -> None:
    """Show what has not happened yet, so that the first time is seen as a rise."""
    for channel in CHANNELS:
        for outcome in ("accepted", "duplicate", "not_stored"):
            _messages.labels(channel, outcome, "")
        _acknowledgement.labels(channel)
        for outcome in ("done", "apologised"):
            _turns.labels(channel, outcome)
        _turn_seconds.labels(channel)
        _deliveries.labels(channel, "sent", "")
    for language in ("km", "en"):
        for understood in ("yes", "no"):
            _understood.labels(language, understood)


def message_came(channel: str, outcome: str, reason: str = "") -> None:
    """A message was `accepted`, a `duplicate`, `ignored`, `rejected` or `not_stored`."""
    _messages.labels(channel_label(channel), outcome, _message_reasons.label(reason)).inc()


def acknowledged(channel: str, seconds: float) -> None:
    """A provider got its 200."""
    _acknowledgement.labels(channel_label(channel)).observe(seconds)


def responded(route: str, status: int) -> None:
    """A request was answered. `route` is the rule of the application, not the address."""
    _responses.labels(route, f"{status // 100}xx").inc()


def turn_ended(channel: str, outcome: str, took: timedelta) -> None:
    """A message is dealt with, `took` after it was stored."""
    _turns.labels(channel_label(channel), outcome).inc()
    _turn_seconds.labels(channel_label(channel)).observe(max(took.total_seconds(), 0))


@contextmanager
def engine_call() -> Iterator[None]:
    """Measures a call of the engine; errors of ours end it with their code."""
    began = time.monotonic()
    outcome = "answered"
    try:
        yield
    except ChrokError as error:
        outcome = error.code
        raise
    finally:
        _engine_seconds.labels(outcome).observe(time.monotonic() - began)


def engine_answered(language: str, *, understood: bool) -> None:
    """The engine answered in a language, or said in it that it did not understand."""
    _understood.labels(language, "yes" if understood else "no").inc()


def delivery_ended(channel: str, state: str) -> None:
    """An outbox row ended in a state: `sent`, `failed:<code>`, `skipped:<code>`."""
    outcome, _, reason = state.partition(":")
    _deliveries.labels(channel_label(channel), outcome, _delivery_reasons.label(reason)).inc()


def send_refused(channel: str, action: str, code: str) -> None:
    """A provider did not take a part."""
    _refused_sends.labels(channel_label(channel), action, _refusal_reasons.label(code)).inc()


def report_came(channel: str, *, delivered: bool) -> None:
    """A provider told what became of a message."""
    _reports.labels(channel_label(channel), "delivered" if delivered else "failed").inc()


start_at_zero()
