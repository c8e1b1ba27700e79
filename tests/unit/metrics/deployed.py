"""What deploy/ asks of Prometheus: the rules, and the queries of the dashboard."""

from __future__ import annotations

import json
from typing import Any

import yaml

from tests.stack import ROOT

RULES = ROOT / "deploy/prometheus/alerts.yml"
RULE_TESTS = ROOT / "deploy/prometheus/alerts.test.yml"
CONFIG = ROOT / "deploy/prometheus/prometheus.yml"
DASHBOARD = ROOT / "deploy/grafana/dashboards/chrok.json"
PROVISIONING = ROOT / "deploy/grafana/provisioning"
OVERLAY = ROOT / "deploy/compose.monitoring.yaml"


def alerts() -> list[dict[str, Any]]:
    return [
        rule for group in yaml.safe_load(RULES.read_text())["groups"] for rule in group["rules"]
    ]


def dashboard() -> dict[str, Any]:
    return json.loads(DASHBOARD.read_text())


def queries() -> dict[str, str]:
    """Every query by where it stands."""
    found = {f"alert {rule['alert']}": rule["expr"] for rule in alerts()}
    board = dashboard()
    for panel in board["panels"]:
        for target in panel.get("targets", ()):
            found[f"panel {panel['title']} {target['refId']}"] = target["expr"]
    for note in board["annotations"]["list"]:
        found[f"annotation {note['name']}"] = note["expr"]
    return found
