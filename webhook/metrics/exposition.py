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


def expose(*collectors: Collector) -> bytes:
    """What was counted, and what the collectors tell.

    Under gunicorn the counts are those of all its workers, else those of this process.
    """
    told = CollectorRegistry()
    ProcessCollector(registry=told)
    for collector in collectors:
        told.register(collector)
    return _counted() + generate_latest(told)


def _counted() -> bytes:
    together = CollectorRegistry()
    try:
        MultiProcessCollector(together)  # type: ignore[no-untyped-call]
    except ValueError:
        # gunicorn.conf.py has set no PROMETHEUS_MULTIPROC_DIR here: nobody counts beside us.
        return generate_latest(REGISTRY)
    return generate_latest(together)
