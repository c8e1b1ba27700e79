"""The database's and the machine's figures as Prometheus takes them, asked at each scrape."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from bot.version import VERSION
from webhook.metrics.labels import CHANNELS, channel_label
from webhook.metrics.stored import StoredFigures, Waiting

# What writes its sign of life to the database (bot/services/heartbeats.py).
_ALIVE = ("worker",)
_LAST = ("backup", "retention")


@dataclass(frozen=True)
class QueueDepth:
    """Tasks on the queue: due now, and planned for later."""

    due: int
    planned: int


@dataclass(frozen=True, eq=False)
class FiguresCollector(Collector):
    """What one scrape tells besides what processes counted.

    `figures` and `queue` give None where the database or the queue does not answer; then its
    metrics are absent, and `chrok_database_up` says why.
    """

    figures: StoredFigures | None
    queue: QueueDepth | None
    channels_on: frozenset[str]
    moment: datetime
    folder: Path

    def collect(self) -> Iterable[GaugeMetricFamily]:
        """All families."""
        yield _labelled("chrok_build_info", "The release.", "version", {VERSION: 1})
        yield _gauge("chrok_database_up", "Whether it answered.", self.figures is not None)
        yield _gauge("chrok_queue_up", "Whether it answered.", self.queue is not None)
        yield from self._disk()
        yield _labelled(
            "chrok_channel_on",
            "Whether the channel's credentials are set.",
            "channel",
            {channel: channel in self.channels_on for channel in CHANNELS},
        )
        if self.queue is not None:
            yield _gauge("chrok_queue_tasks", "Tasks that wait for a worker.", self.queue.due)
            yield _gauge("chrok_queue_planned_tasks", "Tasks for later.", self.queue.planned)
        if self.figures is not None:
            yield from self._stored(self.figures)

    def _stored(self, figures: StoredFigures) -> Iterable[GaugeMetricFamily]:
        yield from self._waiting("chrok_inbox", "Messages without an answer", figures.inbox)
        yield from self._waiting(
            "chrok_outbox", "Replies and notices that should be out", figures.outbox
        )
        yield _labelled(
            "chrok_channel_paused",
            "Whether the provider refuses the channel as a whole.",
            "channel",
            {channel: channel in figures.paused for channel in CHANNELS},
        )
        yield from self._feedback(figures.feedback)
        yield from self._sites(figures)
        yield _labelled("chrok_operator_alerts", "Alerts nobody settled.", "kind", figures.alerts)
        yield from self._last_times(figures.heartbeats)

    def _last_times(self, heartbeats: Mapping[str, datetime]) -> Iterable[GaugeMetricFamily]:
        for process in _LAST:
            if process in heartbeats:
                yield _gauge(
                    f"chrok_last_{process}_timestamp_seconds",
                    f"When the last {process} went well.",
                    heartbeats[process].timestamp(),
                )
        yield _labelled(
            "chrok_heartbeat_age_seconds",
            "Since a process without an address was last alive.",
            "process",
            {name: self._age(beat) for name, beat in heartbeats.items() if name in _ALIVE},
        )

    def _waiting(
        self, name: str, what: str, waiting: Mapping[str, Waiting]
    ) -> Iterable[GaugeMetricFamily]:
        counts = dict.fromkeys(CHANNELS, 0.0)
        ages = dict.fromkeys(CHANNELS, 0.0)
        for channel, found in waiting.items():
            label = channel_label(channel)
            counts[label] = counts.get(label, 0) + found.count
            ages[label] = max(ages.get(label, 0), self._age(found.since))
        yield _labelled(f"{name}_waiting", f"{what}.", "channel", counts)
        yield _labelled(f"{name}_oldest_seconds", f"{what}: the oldest.", "channel", ages)

    def _feedback(self, waiting: Waiting | None) -> Iterable[GaugeMetricFamily]:
        count, age = (waiting.count, self._age(waiting.since)) if waiting else (0, 0)
        yield _gauge("chrok_feedback_open", "Feedback that waits for an official.", count)
        yield _gauge("chrok_feedback_oldest_seconds", "The feedback that waits longest.", age)

    def _sites(self, figures: StoredFigures) -> Iterable[GaugeMetricFamily]:
        yield _labelled(
            "chrok_site_sync_age_seconds",
            "Since an office last sent its tickets.",
            "site",
            {
                site: self._age(known.last_sync_at)
                for site, known in figures.sites.items()
                if known.last_sync_at is not None
            },
        )
        yield _labelled(
            "chrok_site_silent",
            "Whether an office is silent for longer than is usual for it.",
            "site",
            {site: known.is_silent for site, known in figures.sites.items()},
        )

    def _disk(self) -> Iterable[GaugeMetricFamily]:
        usage = shutil.disk_usage(self.folder)
        yield _gauge("chrok_disk_size_bytes", "The disk that holds `var`.", usage.total)
        yield _gauge("chrok_disk_free_bytes", "What is free of it.", usage.free)

    def _age(self, since: datetime) -> float:
        return max((self.moment - since).total_seconds(), 0)


def _gauge(name: str, help_text: str, value: float) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, help_text, value=float(value))


def _labelled(
    name: str, help_text: str, label: str, values: Mapping[str, float]
) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, help_text, labels=[label])
    for value, number in sorted(values.items()):
        family.add_metric([value], float(number))
    return family
