"""The worker's metrics on a port of their own."""

from __future__ import annotations

import socket

import pytest
import requests

from tests.readings import readings_of, value
from tests.stack import free_port
from webhook.metrics.counted import delivery_ended
from webhook.metrics.own_port import serve_metrics


@pytest.fixture
def address():
    port = free_port()
    end = serve_metrics("127.0.0.1", port, "")
    assert end is not None
    yield f"http://127.0.0.1:{port}"
    end()


def test_what_the_process_counted_is_read_there(address):
    labels = {"channel": "sms", "outcome": "failed", "reason": "http_500"}
    name = "chrok_deliveries_total"
    before = value(readings_of(requests.get(f"{address}/metrics", timeout=5).text), name, **labels)
    delivery_ended("sms", "failed:http_500")
    after = value(readings_of(requests.get(f"{address}/metrics", timeout=5).text), name, **labels)
    assert after - before == 1


@pytest.mark.parametrize("path", ["/", "/metrics/", "/metrics/../x", "/etc/passwd"])
def test_there_is_nothing_else(address, path):
    assert requests.get(address + path, timeout=5).status_code == 404


def test_a_proxied_stranger_reads_nothing(address):
    answer = requests.get(
        f"{address}/metrics", headers={"X-Forwarded-For": "203.0.113.5"}, timeout=5
    )
    assert answer.status_code == 404


def test_a_port_that_somebody_has_stops_nothing():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        assert serve_metrics("127.0.0.1", taken.getsockname()[1], "") is None
