"""The dashboard and the alerts ask for what there is, and every alert says what to do."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest
import yaml
from prometheus_client import generate_latest
from prometheus_client.core import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from bot.db.models.base import now
from tests.stack import ROOT
from tests.unit.metrics import deployed
from webhook.metrics import counted
from webhook.metrics.collector import FiguresCollector, QueueDepth
from webhook.metrics.exposition import expose
from webhook.metrics.stored import SiteFigures, StoredFigures, Waiting

QUERIES = deployed.queries()
ALERTS = {rule["alert"]: rule for rule in deployed.alerts()}
_METRIC = re.compile(r"\b((?:chrok|process)_\w+)(?:\{([^}]*)\})?")
_BY_PROMETHEUS = {"job", "instance"}

needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None,
    reason="no promtool here: it comes with Debian's prometheus (.ci/run)",
)


def _everything() -> FiguresCollector:
    moment = now()
    waiting = Waiting(1, moment)
    figures = StoredFigures(
        inbox={"sms": waiting},
        outbox={"sms": waiting},
        feedback=waiting,
        sites={"0102": SiteFigures(moment, True)},
        paused=frozenset({"sms"}),
        alerts={"tickets_probed": 1},
        heartbeats=dict.fromkeys(("worker", "backup", "retention"), moment),
    )
    return FiguresCollector(figures, QueueDepth(1, 1), frozenset({"web"}), moment, ROOT)


def _told() -> str:
    """What /metrics tells once everything has happened."""
    counted.message_came("sms", "ignored", "x")
    counted.responded("/", 200)
    with counted.engine_call():
        pass
    counted.send_refused("sms", "retry", "timeout")
    counted.report_came("sms", delivered=False)
    return expose(_everything()).decode()


@pytest.fixture(scope="module")
def labels_of() -> dict[str, set[str]]:
    """Names of the labels of every sample that /metrics gives."""
    found: dict[str, set[str]] = {}
    for family in text_string_to_metric_families(_told()):
        for sample in family.samples:
            found.setdefault(sample.name, set()).update(sample.labels)
    return found


@pytest.mark.parametrize("place", QUERIES)
def test_a_query_asks_for_metrics_and_labels_that_there_are(place, labels_of):
    asked = _METRIC.findall(QUERIES[place])
    assert asked or "up{" in QUERIES[place] or "ALERTS" in QUERIES[place]
    for metric, matchers in asked:
        assert metric in labels_of
        labels = set(re.findall(r"(\w+)\s*(?:=|!=|=~|!~)\s*\"", matchers))
        assert labels <= labels_of[metric] | _BY_PROMETHEUS
    known = set().union(*(labels_of[metric] for metric, _ in asked), _BY_PROMETHEUS)
    for grouping in re.findall(r"\bby \(([^)]*)\)", QUERIES[place]):
        assert {label.strip() for label in grouping.split(",")} <= known


@pytest.mark.parametrize("place", QUERIES)
def test_what_the_database_tells_is_never_added_up_over_replicas(place):
    registry = CollectorRegistry()
    registry.register(_everything())
    text = generate_latest(registry).decode()
    names = {family.name for family in text_string_to_metric_families(text)}
    for name in names:
        assert not re.search(rf"\b(?:sum|avg)(?: by \([^)]*\))? ?\({name}\b", QUERIES[place])


def test_every_metric_of_ours_is_explained(labels_of):
    guide = (ROOT / "docs/monitoring.md").read_text()
    for name in labels_of:
        plain = re.sub(r"_(bucket|sum|count)$", "", name)
        assert f"`{plain}`" in guide or name.startswith(("process_", "python_"))


@pytest.mark.parametrize("name", ALERTS)
def test_every_alert_says_what_to_do(name):
    rule = ALERTS[name]
    assert rule["labels"]["severity"] in ("page", "ticket")
    assert rule["annotations"]["runbook"] == f"docs/monitoring.md#{name.lower()}"
    assert f"\n### {name}\n" in (ROOT / "docs/monitoring.md").read_text()


def test_every_alert_is_seen_firing_in_a_test():
    fired = {
        case["alertname"]
        for test in yaml.safe_load(deployed.RULE_TESTS.read_text())["tests"]
        for case in test["alert_rule_test"]
        if case.get("exp_alerts")
    }
    assert fired == set(ALERTS)


def test_the_guide_has_no_section_about_an_alert_that_is_gone():
    guide = (ROOT / "docs/monitoring.md").read_text()
    assert set(re.findall(r"^### (Chrok\w+)$", guide, re.MULTILINE)) == set(ALERTS)


def _promtool(*arguments: str, text: str | None = None) -> str:
    done = subprocess.run(
        ["promtool", *arguments], cwd=ROOT, input=text, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@needs_promtool
def test_promtool_takes_the_configuration_and_the_rules():
    _promtool("check", "config", str(deployed.CONFIG))
    _promtool("check", "rules", str(deployed.RULES))


@needs_promtool
def test_alerts_fire_when_they_should_and_only_then():
    _promtool("test", "rules", str(deployed.RULE_TESTS))


@needs_promtool
def test_promtool_finds_no_fault_in_what_we_expose():
    ours = "".join(
        line for line in _told().splitlines(keepends=True) if "process_" not in line.split("{")[0]
    )
    assert _promtool("check", "metrics", text=ours) == ""


@needs_promtool
def test_promtool_reads_every_query_of_the_dashboard(tmp_path):
    rules = [
        {"record": f"panel:number:{number}", "expr": query}
        for number, query in enumerate(QUERIES.values())
    ]
    file = tmp_path / "queries.yml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "queries", "rules": rules}]}))
    _promtool("check", "rules", str(file))
