"""How soon the webhook acknowledges 200 messages a second while the engine is stopped.

    .venv/bin/python -m benchmarks.acknowledgement [--rate 200] [--seconds 20] [--json FILE]

The baseline of the same run is `/healthz`, which does nothing, at the same rate. `cpu ms` is the
webhook's processor time for each request; it depends less than the rest on what else is running.
"""

from __future__ import annotations

import argparse
import json
import threading
import time
import uuid
from collections.abc import Callable
from pathlib import Path

import requests

from benchmarks.preparation import empty_folder, need_model
from benchmarks.process_cost import cost_of
from benchmarks.tables import percentile, print_table, write_json
from tests.fakes.graph_api import GraphApi, sign
from tests.stack import MESSENGER, Stack

_CLIENTS = 16
_SENDERS = 500


def main() -> None:
    """Print the table and, if asked for, write the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rate", type=int, default=200, help="messages a second")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--json", type=Path, help="write all figures to this file")
    options = parser.parse_args()
    need_model()
    folder = empty_folder("acknowledgement")
    token, secret = MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"]
    with GraphApi(token, secret) as provider:
        settings = {**MESSENGER, "MESSENGER_API_URL": provider.address}
        with Stack(folder, settings) as stack:
            stack.kill("engine")
            webhook = stack.process_ids["webhook"]
            figures = {
                "nothing (/healthz)": _play(_health(stack.address), options, webhook),
                "a signed message": _play(_message(stack.address), options, webhook),
            }
    _print(figures, options.rate)
    write_json(options.json, figures)


def _play(
    call: Callable[[requests.Session, int], int], options: argparse.Namespace, webhook: int
) -> dict:
    """Call at a steady rate, whether earlier calls have been answered or not.

    `webhook` is the id of the process that answers.
    """
    cpu_before = cost_of(webhook).cpu_seconds
    count = options.rate * options.seconds
    seconds: list[float] = []
    refused = 0
    lock = threading.Lock()
    numbers = iter(range(count))
    began = time.perf_counter()

    def work() -> None:
        nonlocal refused
        session = requests.Session()
        while True:
            with lock:
                number = next(numbers, None)
            if number is None:
                return
            due = began + number / options.rate
            time.sleep(max(0.0, due - time.perf_counter()))
            status = call(session, number)
            with lock:
                # From the moment it was due: a late start is part of what a provider sees.
                seconds.append(time.perf_counter() - due)
                refused += status != 200

    threads = [threading.Thread(target=work) for _ in range(_CLIENTS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return {
        "p50_ms": 1000 * percentile(seconds, 0.5),
        "p95_ms": 1000 * percentile(seconds, 0.95),
        "p99_ms": 1000 * percentile(seconds, 0.99),
        "refused": refused,
        "per_second": count / (time.perf_counter() - began),
        "webhook_cpu_ms": 1000 * (cost_of(webhook).cpu_seconds - cpu_before) / count,
    }


def _health(address: str) -> Callable[[requests.Session, int], int]:
    return lambda session, number: session.get(f"{address}/healthz", timeout=30).status_code


def _message(address: str) -> Callable[[requests.Session, int], int]:
    def post(session: requests.Session, number: int) -> int:
        event = {
            "sender": {"id": str(10**15 + number % _SENDERS)},
            "recipient": {"id": "1"},
            "timestamp": int(time.time() * 1000),
            "message": {"mid": f"m_{uuid.uuid4().hex}", "text": "ប្រឡងប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"},
        }
        body = json.dumps({"object": "page", "entry": [{"id": "1", "messaging": [event]}]}).encode()
        signature = sign(body, MESSENGER["MESSENGER_APP_SECRET"])
        return session.post(
            f"{address}/webhooks/messenger",
            data=body,
            headers={"X-Hub-Signature-256": signature},
            timeout=30,
        ).status_code

    return post


def _print(figures: dict, rate: int) -> None:
    print_table(
        f"Webhook acknowledgement at {rate}/s, engine stopped",
        ["", "p50 ms", "p95 ms", "p99 ms", "refused", "per second", "cpu ms"],
        [[name, *values.values()] for name, values in figures.items()],
    )
    base, ours = figures.values()
    print(f"  p99 of a message / p99 of nothing: {ours['p99_ms'] / base['p99_ms']:.1f}")


if __name__ == "__main__":
    main()
