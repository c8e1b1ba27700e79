"""The Dockerfile: linted, and what it copies is enough for each program to start.

No Docker engine runs here, so a folder stands for the image: it gets what the Dockerfile copies and
nothing else, and the programs of our own environments are started in it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from scripts import health_check
from tests.processes import ENGINE_PYTHON, QUIET
from tests.stack import answers_ok, free_port, wait_until
from tests.unit.deployment.files import ROOT, compose, stages

PYTHON = ROOT / ".venv/bin/python"
STAGES = stages()


def run_in(folder: Path, *command: str, **settings: str) -> subprocess.CompletedProcess[str]:
    clean = {"PATH": f"{ROOT}/.venv/bin:/usr/bin:/bin", "HOME": str(folder), **QUIET}
    return subprocess.run(
        command,
        cwd=folder,
        env={**clean, **settings},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


@pytest.fixture(scope="module")
def app_image(tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("app")
    STAGES["app"].copy_into(folder)
    return folder


@pytest.fixture(scope="module")
def engine_image(tmp_path_factory) -> Path:
    if not ENGINE_PYTHON.exists():
        pytest.skip("no engine's environment here: `make install` makes it")
    folder = tmp_path_factory.mktemp("engine")
    STAGES["engine"].copy_into(folder)
    return folder


def test_hadolint_finds_nothing():
    program = ROOT / ".venv/bin/hadolint"
    done = subprocess.run([program, ROOT / "Dockerfile"], capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (0, "")


@pytest.mark.parametrize("name", ["engine", "app"])
def test_an_image_has_no_rights_is_watched_and_needs_no_shell(name):
    stage = STAGES[name]
    assert stage.of("USER") == ["10001"]
    assert "CMD [" in stage.of("HEALTHCHECK")[0]
    assert json.loads(stage.of("CMD")[0])
    assert stage.base.startswith(f"python:{'3.10' if name == 'engine' else '3.11'}.")


@pytest.mark.parametrize("name", list(STAGES))
def test_nothing_is_copied_that_dockerignore_holds_back(name):
    let_in = {
        line.removeprefix("!")
        for line in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
        if line.startswith("!")
    }
    for arguments in STAGES[name].of("COPY"):
        if not arguments.startswith("--from"):
            for source in arguments.split()[:-1]:
                ways = {source, *(str(parent) for parent in Path(source).parents)}
                assert ways & let_in, f"COPY {source}: the build would not find it"


def test_what_somebody_keeps_in_the_folder_goes_into_no_image():
    lines = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    assert lines[1] == "*", "everything is held back but what is named after it"
    assert not any(".env" in line or "var" in line or "backup" in line for line in lines[2:])


def test_the_app_image_brings_its_database_up(app_image, tmp_path):
    told = run_in(
        app_image,
        *("flask", "database", "prepare"),
        FLASK_APP="webhook",
        DATABASE_URL=f"sqlite:///{tmp_path}/chrok.sqlite3",
        QUEUE_URL=f"sqlite:///{tmp_path}/queue.sqlite3",
    )
    assert told.returncode == 0, told.stderr
    assert "reference data loaded" in told.stdout


@pytest.mark.parametrize("module", ["webhook.wsgi", "webhook.worker", "actions.__main__"])
def test_the_app_image_holds_what_each_of_its_programs_needs(app_image, tmp_path, module):
    told = run_in(
        app_image,
        *(str(PYTHON), "-c", f"import {module}, bot; print(bot.__file__)"),
        DATABASE_URL=f"sqlite:///{tmp_path}/chrok.sqlite3",
        QUEUE_URL=f"sqlite:///{tmp_path}/queue.sqlite3",
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip() == f"{app_image}/bot/__init__.py"


def test_the_webhook_answers_its_health_check_by_the_commands_of_the_image(app_image, tmp_path):
    port = free_port()
    written = json.loads(STAGES["app"].of("CMD")[0])
    command = [part.replace("0.0.0.0:8080", f"127.0.0.1:{port}") for part in written]
    with (tmp_path / "log").open("wb") as log:
        webhook = subprocess.Popen(
            [str(ROOT / ".venv/bin" / command[0]), *command[1:]],
            cwd=app_image,
            env={
                **os.environ,
                "DATABASE_URL": f"sqlite:///{tmp_path}/chrok.sqlite3",
                "QUEUE_URL": f"sqlite:///{tmp_path}/queue.sqlite3",
            },
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}/healthz"
    try:
        wait_until(lambda: answers_ok(address), 60, (tmp_path / "log").read_text())
        assert run_in(app_image, str(PYTHON), "scripts/health_check.py", address).returncode == 0
    finally:
        webhook.terminate()
        assert webhook.wait(30) == 0
    asked = run_in(app_image, str(PYTHON), "scripts/health_check.py", address)
    assert (asked.returncode, asked.stderr.strip()) == (1, f"not well: {address}")


def test_the_engine_image_holds_what_the_launcher_and_its_stores_need(engine_image):
    modules = "bot.nlu.engine, bot.nlu.tracker_store, bot.nlu.lock_store, bot.nlu.engine_logs"
    config = (ROOT / "config.yml").read_text(encoding="utf-8")
    components = {name.rpartition(".")[0] for name in re.findall(r"name: (bot\.\S+)", config)}
    told = run_in(
        engine_image,
        *(str(ENGINE_PYTHON), "-c"),
        f"import {modules}, {', '.join(sorted(components))}, bot; print(bot.__file__)",
    )
    assert told.returncode == 0, told.stderr
    assert told.stdout.strip().endswith(f"{engine_image}/bot/__init__.py")


def test_the_model_is_trained_from_all_that_it_is_made_of():
    """scripts/train.sh names what a model depends on; the stage has to have the same."""
    script = (ROOT / "scripts/train.sh").read_text(encoding="utf-8")
    named = re.search(r"find (.*?) -type f", script)
    assert named
    copied = " ".join(STAGES["model"].of("COPY")).split()
    for source in named[1].split():
        assert source in copied or source == "requirements/engine.txt", source
    trained = " ".join(STAGES["model"].of("RUN")[0].split())
    assert "rasa train --domain domain.yml --data data --config config.yml" in trained


@pytest.mark.parametrize("service", ["engine", "actions", "webhook", "worker"])
def test_a_container_s_health_check_is_one_of_the_image(service, app_image):
    _, program, script, what = compose()["services"][service]["healthcheck"]["test"]
    assert (program, (app_image / script).is_file()) == ("python", True)
    assert what.startswith(("http://127.0.0.1:", "/tmp/chrok-worker-"))


def test_a_worker_is_well_while_its_sign_of_life_is_fresh(tmp_path):
    pattern = f"{tmp_path}/chrok-worker-*.alive"
    assert not health_check.is_well(pattern)
    sign = tmp_path / "chrok-worker-7.alive"
    sign.touch()
    assert health_check.is_well(pattern)
    long_ago = time.time() - 61
    os.utime(sign, (long_ago, long_ago))
    assert not health_check.is_well(pattern)


def test_production_runs_the_versions_that_were_tested():
    locks = {
        name: dict(
            re.findall(
                r"^([a-z0-9-]+)(==[^\\\n]+)",
                (ROOT / f"requirements/{name}.txt").read_text(encoding="utf-8"),
                re.MULTILINE,
            )
        )
        for name in ("app", "production")
    }
    assert locks["production"].items() <= locks["app"].items(), "make lock renews both"
    assert {"flask", "gunicorn", "huey", "rasa-sdk", "psycopg-binary"} <= set(locks["production"])
    assert not {"pytest", "mypy", "playwright", "ruff"} & set(locks["production"])
