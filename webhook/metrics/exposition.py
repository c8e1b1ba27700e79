"""The text that Prometheus reads."""

from __future__ import annotations

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from webhook.metrics.counted import REGISTRY

CONTENT_TYPE = CONTENT_TYPE_LATEST


def expose(multiprocess_folder: str, *collectors: Collector) -> bytes:
    """What was counted, and what the collectors tell.

    With a folder the counts are those of all processes that share it (gunicorn's workers), else
    those of this one.
    """
    told = CollectorRegistry()
    ProcessCollector(registry=told)
    for collector in collectors:
        told.register(collector)
    return _counted(multiprocess_folder) + generate_latest(told)


def _counted(multiprocess_folder: str) -> bytes:
    if not multiprocess_folder:
        return generate_latest(REGISTRY)
    shared = CollectorRegistry()
    MultiProcessCollector(shared, path=multiprocess_folder)  # type: ignore[no-untyped-call]
    return generate_latest(shared)
