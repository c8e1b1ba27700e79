"""The dashboard and what starts it beside Chrok, as far as they can be seen without Grafana."""

from __future__ import annotations

import itertools
import os
import shutil
import subprocess

import pytest
import yaml

from tests.stack import ROOT
from tests.unit.deployment.test_compose import MADE_UP
from tests.unit.metrics import deployed

BOARD = deployed.dashboard()
PANELS = BOARD["panels"]
OVERLAY = yaml.safe_load(deployed.OVERLAY.read_text())
_KINDS = {"row", "stat", "table", "timeseries"}
# https://grafana.com/docs/grafana/latest/panels-visualizations/: the ids of the units we use.
_UNITS = {"bytes", "none", "percentunit", "s", "short"}


def test_the_dashboard_names_its_datasource_as_it_is_provisioned():
    [source] = yaml.safe_load((deployed.PROVISIONING / "datasources/prometheus.yml").read_text())[
        "datasources"
    ]
    used = {
        part["datasource"]["uid"]
        for panel in PANELS
        for part in (panel, *panel.get("targets", ()))
        if panel["type"] != "row"
    }
    assert used == {source["uid"]}
    assert source["url"] == "http://prometheus:9090"


def test_panels_have_ids_kinds_and_units_that_grafana_knows():
    assert len({panel["id"] for panel in PANELS}) == len(PANELS)
    assert {panel["type"] for panel in PANELS} == _KINDS
    for panel in PANELS:
        if panel["type"] != "row":
            assert panel["title"]
            assert panel["targets"]
            assert panel["fieldConfig"]["defaults"].get("unit") in _UNITS
            refs = [target["refId"] for target in panel["targets"]]
            assert len(set(refs)) == len(refs)


def test_panels_lie_side_by_side_on_the_grid():
    taken: dict[tuple[int, int], str] = {}
    for panel in PANELS:
        place = panel["gridPos"]
        assert place["x"] + place["w"] <= 24
        for cell in itertools.product(
            range(place["x"], place["x"] + place["w"]), range(place["y"], place["y"] + place["h"])
        ):
            assert cell not in taken, (panel["title"], taken[cell])
            taken[cell] = panel["title"]


def test_thresholds_rise_from_a_first_one_without_a_value():
    for panel in PANELS:
        steps = panel.get("fieldConfig", {}).get("defaults", {}).get("thresholds", {}).get("steps")
        if steps:
            values = [step["value"] for step in steps]
            assert values[0] is None
            assert values[1:] == sorted(values[1:])


@pytest.mark.parametrize("name", ["prometheus", "grafana"])
def test_what_watches_is_pinned_and_reached_from_this_machine_alone(name):
    service = OVERLAY["services"][name]
    tag = service["image"].rpartition(":")[2]
    assert tag.lstrip("v").count(".") == 2
    assert all(port.startswith("127.0.0.1:") for port in service["ports"])
    for volume in service["volumes"]:
        source = volume.split(":")[0]
        if source.startswith("."):
            assert (ROOT / source).exists()
        else:
            assert source in OVERLAY["volumes"]


def test_compose_takes_it_beside_the_file_of_chrok(tmp_path):
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed: apt-get install docker-compose")
    shutil.copy(ROOT / "compose.yaml", tmp_path)
    shutil.copytree(ROOT / "deploy", tmp_path / "deploy")
    settings = {**MADE_UP, "GRAFANA_PASSWORD": "made-up"}
    (tmp_path / ".env").write_text("".join(f"{name}={word}\n" for name, word in settings.items()))
    taken = subprocess.run(
        [program, "-f", "compose.yaml", "-f", "deploy/compose.monitoring.yaml", "config"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert taken.returncode == 0, taken.stderr
    services = yaml.safe_load(taken.stdout)["services"]
    worker = services["worker"]["environment"]
    assert (worker["METRICS_HOST"], worker["METRICS_PORT"]) == ("0.0.0.0", "9101")
    assert "DATABASE_URL" in worker
    assert set(services["prometheus"]["networks"]) & set(services["worker"]["networks"])
    assert set(services["prometheus"]["networks"]) & set(services["grafana"]["networks"])
    mounted = str(services["prometheus"]["volumes"])
    assert f"{tmp_path}/deploy/prometheus" in mounted


def test_prometheus_reads_the_worker_where_the_overlay_lets_it_tell():
    jobs = {
        job["job_name"]: job["dns_sd_configs"][0]
        for job in yaml.safe_load(deployed.CONFIG.read_text())["scrape_configs"]
    }
    assert (
        str(jobs["chrok-worker"]["port"])
        == (OVERLAY["services"]["worker"]["environment"]["METRICS_PORT"])
    )
    assert jobs["chrok-worker"]["names"] == ["worker"]
    assert (jobs["chrok-web"]["names"], jobs["chrok-web"]["port"]) == (["webhook"], 8080)


def test_grafana_finds_the_dashboard_where_the_overlay_puts_it():
    [provider] = yaml.safe_load((deployed.PROVISIONING / "dashboards/chrok.yml").read_text())[
        "providers"
    ]
    mounted = OVERLAY["services"]["grafana"]["volumes"]
    assert f"./deploy/grafana/dashboards:{provider['options']['path']}:ro" in mounted
