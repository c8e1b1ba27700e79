"""Prometheus's text as samples."""

from __future__ import annotations

from prometheus_client.parser import text_string_to_metric_families

Readings = dict[tuple[str, tuple[tuple[str, str], ...]], float]


def readings_of(text: str) -> Readings:
    """Every sample by its name and labels; raises `ValueError` for what Prometheus cannot read."""
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def value(readings: Readings, name: str, **labels: str) -> float:
    """One sample; 0 where there is none, as Prometheus's `increase` takes it."""
    return readings.get((name, tuple(sorted(labels.items()))), 0.0)
