"""What an operator sees of the whole assistant: figures that are right, and logs without people."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import uuid

import pytest
import requests

from tests.chat_client import ChatClient
from tests.fakes.graph_api import GraphApi, graph_error, sign
from tests.messenger_client import SECRET, MessengerCitizen
from tests.readings import Readings, readings_of, value
from tests.stack import MESSENGER, SMS, TELEGRAM, Stack, free_port, wait_until
from tests.telegram_client import citizen_id, say

pytestmark = pytest.mark.engine

WORDS = "how much is a licence for a motorbike? I am Sokunthea, call +855 12 345 678"
KHMER_WORDS = "ខ្ញុំឈ្មោះសុគន្ធា លេខ ០១២ ៩៨៧ ៦៥៤ ប័ណ្ណបើកបរម៉ូតូ តម្លៃប៉ុន្មាន"
NONSENSE = "xyzzy blorb qwop"
PROGRAMS = ("webhook", "worker", "actions", "engine")
WEB_WORKERS = 3


class Seen:
    """A day in the life of an assistant, and all the ids, words and secrets that it met."""

    def __init__(self, stack: Stack, graph_api: GraphApi) -> None:
        self.stack = stack
        self.metrics_port = stack.environment["METRICS_PORT"]
        self.citizen = MessengerCitizen(stack, graph_api)
        self.stranger = MessengerCitizen(stack, graph_api)
        self.telegram_citizen = citizen_id()
        self.mids: list[str] = []

    def web_readings(self):
        return readings_of(requests.get(f"{self.stack.address}/metrics", timeout=5).text)

    def worker_readings(self):
        address = f"http://127.0.0.1:{self.metrics_port}/metrics"
        return readings_of(requests.get(address, timeout=5).text)

    def log(self, program: str) -> str:
        return (self.stack.folder / f"{program}.log").read_text()

    def post(self, body: bytes, signature: str) -> int:
        return requests.post(
            f"{self.stack.address}/webhooks/messenger",
            data=body,
            headers={"Content-Type": "application/json", "X-Hub-Signature-256": signature},
            timeout=10,
        ).status_code


@pytest.fixture(scope="module")
def seen(tmp_path_factory, trained_model, own_graph_api):
    settings = {
        **MESSENGER,
        "MESSENGER_API_URL": own_graph_api.address,
        **TELEGRAM,
        # Nobody listens: the token stands in the address of every error.
        "TELEGRAM_API_URL": "http://127.0.0.1:9",
        **SMS,
        "LOG_FORMAT": "json",
        "METRICS_PORT": str(free_port()),
    }
    folder = tmp_path_factory.mktemp("watching")
    with Stack(folder, settings, web_workers=WEB_WORKERS) as running:
        watched = Seen(running, own_graph_api)
        _live(watched, own_graph_api)
        yield watched


def _live(seen: Seen, graph_api: GraphApi) -> None:
    """Messages, repeats, forgeries, a provider that refuses, and an action server that dies."""
    citizen = seen.citizen
    for somebody, text in ((citizen, WORDS), (citizen, KHMER_WORDS), (seen.stranger, NONSENSE)):
        before = len(somebody.received)
        seen.mids.append(somebody.writes(text))
        wait_until(lambda who=somebody, n=before: len(who.received) > n, 60, "an answer")
    for _ in range(5):
        body = citizen.body_of({"message": {"mid": seen.mids[0], "text": WORDS}})
        assert seen.post(body, sign(body, SECRET)) == 200
        assert seen.post(body, sign(body, "another secret")) == 403
    citizen.sends({"message": {"text": "an event without its id"}})
    chat = ChatClient(seen.stack.address)
    assert chat.ask(WORDS)
    say(seen.stack, seen.telegram_citizen, text=KHMER_WORDS)
    wait_until(lambda: "delivery_put_off" in seen.log("worker"), 60, "a try on Telegram")
    graph_api.will(graph_error(400, 100, message=f"No user {citizen.id}"), about=citizen.id)
    seen.mids.append(citizen.writes(WORDS))
    wait_until(lambda: "failed:100" in seen.log("worker"), 60, "a refusal on Messenger")
    seen.stack.kill("actions")
    before = len(citizen.received)
    seen.mids.append(citizen.writes(WORDS))
    wait_until(lambda: "turn_put_off" in seen.log("worker"), 60, "a turn put off")
    seen.stack.start("actions")
    wait_until(lambda: len(citizen.received) > before, 90, "an answer after the actions came back")


def test_the_web_processes_tell_together_what_came_in(seen):
    for _ in range(2 * WEB_WORKERS):
        readings = seen.web_readings()

        def came(
            outcome: str, reason: str = "", channel: str = "messenger", told=readings
        ) -> float:
            labels = {"channel": channel, "outcome": outcome, "reason": reason}
            return value(told, "chrok_messages_total", **labels)

        assert came("accepted") == 5
        assert came("duplicate") == 5
        assert came("rejected", "wrong_x_hub_signature_256") == 5
        assert came("ignored", "a_message_without_mid") == 1
        assert came("accepted", channel="web") == 1
        assert came("accepted", channel="telegram") == 1
        name = "chrok_acknowledgement_seconds_count"
        assert value(readings, name, channel="messenger") == 10


def _came(readings: Readings, channel: str, outcome: str, reason: str = "") -> float:
    labels = {"channel": channel, "outcome": outcome, "reason": reason}
    return value(readings, "chrok_messages_total", **labels)


def test_the_worker_tells_what_became_of_it(seen):
    readings = seen.worker_readings()
    turns = {
        outcome: value(readings, "chrok_turns_total", channel="messenger", outcome=outcome)
        for outcome in ("done", "apologised")
    }
    assert sum(turns.values()) == 5
    assert value(readings, "chrok_turn_seconds_count", channel="messenger") == 5
    understood = "chrok_understood_turns_total"
    assert value(readings, understood, language="en", understood="yes") >= 2
    assert value(readings, understood, language="km", understood="yes") >= 1
    assert (
        sum(value(readings, understood, language=each, understood="no") for each in ("km", "en"))
        == 1
    )
    assert value(readings, "chrok_engine_call_seconds_count", outcome="engine_turn_failed") >= 1
    failed = {"channel": "messenger", "outcome": "failed", "reason": "100"}
    assert value(readings, "chrok_deliveries_total", **failed) >= 1
    sent = {"channel": "messenger", "outcome": "sent", "reason": ""}
    assert value(readings, "chrok_deliveries_total", **sent) >= 4
    refused = {"channel": "telegram", "action": "retry", "reason": "connection"}
    assert value(readings, "chrok_refused_sends_total", **refused) >= 1


def test_the_database_tells_what_waits(seen):
    readings = seen.web_readings()
    assert value(readings, "chrok_inbox_waiting", channel="messenger") == 0
    assert value(readings, "chrok_outbox_waiting", channel="telegram") >= 1
    assert value(readings, "chrok_outbox_oldest_seconds", channel="telegram") > 1
    assert 0 <= value(readings, "chrok_heartbeat_age_seconds", process="worker") < 90
    assert value(readings, "chrok_database_up") == value(readings, "chrok_queue_up") == 1


def test_a_web_process_that_is_killed_takes_no_counts_with_it(seen):
    before = _counts(seen)
    master = seen.stack.process_ids["webhook"]
    children = subprocess.run(
        ["pgrep", "-P", str(master)], capture_output=True, text=True, check=True
    )
    os.kill(int(children.stdout.split()[0]), signal.SIGKILL)
    wait_until(lambda: _is_up(seen), 30, "the web process again")
    for _ in range(2 * WEB_WORKERS):
        assert _counts(seen) == before


def _counts(seen: Seen) -> dict:
    name = "chrok_messages_total"
    return {key: number for key, number in seen.web_readings().items() if key[0] == name}


def _is_up(seen: Seen) -> bool:
    try:
        return requests.get(f"{seen.stack.address}/healthz", timeout=2).status_code == 200
    except requests.RequestException:
        return False


@pytest.mark.parametrize("program", PROGRAMS)
def test_no_log_tells_who_wrote_or_what_or_how_to_get_in(seen, program):
    log = seen.log(program)
    identifying = [
        seen.citizen.id,
        seen.stranger.id,
        str(seen.telegram_citizen),
        *seen.mids,
        *("345 678", "85512345678", "៩៨៧ ៦៥៤"),
        *("Sokunthea", "សុគន្ធា", "xyzzy", "motorbike", "ម៉ូតូ", "event without its id"),
        *MESSENGER.values(),
        *TELEGRAM.values(),
        TELEGRAM["TELEGRAM_BOT_TOKEN"].partition(":")[2],
        *(word for name, word in SMS.items() if name.endswith(("PASSWORD", "SECRET", "TOKEN"))),
        seen.stack.environment["RASA_TOKEN"],
        seen.stack.environment["ACTIONS_TOKEN"],
    ]
    for word in identifying:
        assert word not in log


def test_what_happened_stands_in_the_logs_by_name_and_with_its_ids(seen):
    web, worker = (_events(seen.log(program)) for program in ("webhook", "worker"))
    rejected = [line for line in web if line["event"] == "request_rejected"]
    assert len(rejected) == 5
    requests_told = {line["request_id"] for line in web if line["event"] == "request"}
    for line in rejected:
        assert line["reason"] == "wrong X-Hub-Signature-256"
        assert line["receiver"] == "messenger"
        assert line["request_id"] in requests_told
    put_off = [line for line in worker if line["event"] == "turn_put_off"]
    assert put_off
    for line in put_off:
        assert uuid.UUID(line["conversation_id"]).version == 4
        assert isinstance(line["inbox_id"], int)
        assert isinstance(line["contact_id"], int)
    ended = [line for line in worker if line["event"] == "delivery_ended"]
    assert {line["state"] for line in ended} == {"failed:100"}


def test_the_engine_tells_of_its_errors_in_the_same_form(seen):
    lines = [line for line in seen.log("engine").splitlines() if line.startswith("{")]
    errors = [line for line in map(json.loads, lines) if line["level"] == "error"]
    assert errors
    assert {line["process"] for line in errors} == {"engine"}


def _events(log: str) -> list[dict]:
    """Every line is JSON."""
    return [json.loads(line) for line in log.splitlines()]
