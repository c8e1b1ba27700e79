"""What must hold of compose.yaml, whatever it is changed to."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from dataclasses import fields

import pytest
import yaml

from bot.engine_settings import EngineSettings
from bot.log_settings import LogSettings
from bot.settings import Settings, read_settings
from bot.sms_settings import (
    GenericSettings,
    KannelSettings,
    NuntiumSettings,
    SmsGateSettings,
    TwilioSettings,
)
from tests.unit.deployment.files import (
    EXAMPLE,
    ROOT,
    compose,
    settings_in_example,
    settings_that_compose_asks_for,
    stages,
)

SERVICES = compose()["services"]
OURS = ["engine", "actions", "webhook", "worker", "prepare"]
LONG_LIVED = [name for name in SERVICES if name != "prepare"]
GATEWAYS = {
    "SMS_KANNEL_": KannelSettings,
    "SMS_NUNTIUM_": NuntiumSettings,
    "SMS_SMSGATE_": SmsGateSettings,
    "SMS_TWILIO_": TwilioSettings,
    "SMS_GENERIC_": GenericSettings,
}
MADE_UP = {
    "CHROK_DOMAIN": "chrok.ngo.example.kh",
    "ACME_EMAIL": "operator@ngo.example.kh",
    "ENCRYPTION_KEYS": "9RD6lbfyo47qXGV-xnHB5oZOB0vJYRIR7UTRd5bcx2w=",
    "BACKUP_KEY": "wWm3vPq2Jm0k6v9Y5tGJz1yqj6kB7n0hX3aQb8c4d5E=",
    **{
        name: f"{number}f5a1c9e7b3d2846{number}f5a1c9e7b3d2846"
        for number, name in enumerate(
            ["POSTGRES_PASSWORD", "REDIS_PASSWORD", "RASA_TOKEN", "ACTIONS_TOKEN", "SECRET_KEY"]
        )
    },
}


def settings_of(service: str) -> dict[str, str]:
    """The environment that Compose would give a service, with made-up secrets."""

    def fill_in(match: re.Match[str]) -> str:
        name, otherwise = match[1], match[2] or ""
        return MADE_UP.get(name) or otherwise.removeprefix(":-")

    return {
        name: re.sub(r"\$\{([A-Z_]+)(:[?-][^}]*)?\}", fill_in, str(value))
        for name, value in SERVICES[service]["environment"].items()
    }


def known_settings() -> set[str]:
    """Every setting that some process of ours reads."""
    names = {known.name.upper() for known in fields(Settings)} - {"SMS", "LOG"}
    names |= set(EngineSettings().as_environment()) | {"SMS_GATEWAY"}
    names |= {f"LOG_{known.name.upper()}" for known in fields(LogSettings)}
    for prefix, kind in GATEWAYS.items():
        names |= {f"{prefix}{known.name.upper()}" for known in fields(kind)}
    return names


@pytest.mark.parametrize("name", LONG_LIVED)
def test_every_service_is_watched_restarted_bounded_and_its_logs_are(name):
    service = SERVICES[name]
    assert service["healthcheck"]["test"][0] == "CMD"
    assert service["restart"] == "unless-stopped"
    assert re.fullmatch(r"\d+m", service["mem_limit"])
    assert service["stop_grace_period"] in ("30s", "60s")
    assert service["logging"]["options"] == {"max-size": "10m", "max-file": "5"}


def test_all_limits_together_fit_into_4_gb():
    assert sum(int(SERVICES[name]["mem_limit"].rstrip("m")) for name in LONG_LIVED) < 3900


def test_nothing_but_the_reverse_proxy_is_reached_from_outside():
    published = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}
    assert published == {"caddy": ["80:80", "443:443", "443:443/udp"]}
    assert compose()["networks"]["inside"] == {"internal": True}
    for name in ("postgres", "redis", "engine", "actions", "prepare"):
        assert SERVICES[name]["networks"] == ["inside"]
    assert SERVICES["caddy"]["networks"] == ["outside"]


def test_images_of_others_are_pinned_by_version_and_digest():
    foreign = [service["image"] for service in SERVICES.values() if "build" not in service]
    foreign += [stage.base for stage in stages().values() if stage.base not in stages()]
    assert len(foreign) == 7
    for image in foreign:
        assert re.fullmatch(r"[a-z]+:[0-9]+\.[0-9.]+-[a-z-]+@sha256:[0-9a-f]{64}", image), image


@pytest.mark.parametrize("name", OURS)
def test_our_own_programs_have_no_rights(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert service["init"] is True


def test_nobody_starts_before_what_they_need_is_well():
    needs = {
        "prepare": {"postgres": "service_healthy"},
        "engine": {"postgres": "service_healthy", "redis": "service_healthy"},
        "actions": {"prepare": "service_completed_successfully"},
        "webhook": {"prepare": "service_completed_successfully", "redis": "service_healthy"},
        "worker": {
            "prepare": "service_completed_successfully",
            "redis": "service_healthy",
            "actions": "service_healthy",
            "engine": "service_healthy",
        },
        "caddy": {"webhook": "service_healthy"},
    }
    for name, expected in needs.items():
        found = SERVICES[name]["depends_on"]
        assert {on: how["condition"] for on, how in found.items()} == expected


def test_redis_keeps_what_it_holds_and_asks_for_its_password():
    command = SERVICES["redis"]["command"][-1]
    assert "--appendonly yes" in command
    assert '--requirepass "$$REDISCLI_AUTH"' in command
    assert SERVICES["redis"]["volumes"] == ["redis:/data"]


@pytest.mark.parametrize("name", ["actions", "webhook", "worker", "prepare"])
def test_production_starts_with_the_settings_that_compose_gives(name):
    settings = read_settings(settings_of(name))
    assert settings.is_production
    assert settings.public_url == "https://chrok.ngo.example.kh"
    assert settings.proxies == 1
    assert settings.tracker_database_url == settings.database_url


def test_the_engine_gets_no_secret_that_it_does_not_need():
    given = settings_of("engine")
    assert "env_file" not in SERVICES["engine"]
    assert set(given) - {"CHROK_ENVIRONMENT", "RASA_TOKEN", "LOG_FORMAT", "LOG_LEVEL"} == {
        *EngineSettings().as_environment(),
        "ACTIONS_TOKEN",
    }
    # The same stores that the rest knows.
    others = settings_of("worker")
    assert given["TRACKER_DATABASE_URL"] == others["TRACKER_DATABASE_URL"]
    assert given["LOCK_STORE_URL"] == others["QUEUE_URL"]


def test_every_setting_that_compose_gives_is_read_by_somebody():
    for name in OURS:
        assert set(SERVICES[name]["environment"]) <= known_settings(), name


def test_the_example_names_every_setting():
    told = set(settings_in_example())
    by_compose = {name for name in OURS for name in SERVICES[name]["environment"]}
    prose = EXAMPLE.read_text(encoding="utf-8")
    for name in known_settings() - told:
        assert name in by_compose | {"FLASK_DEBUG"}, f"{name} is missing in the example"
        assert re.search(rf"\b{name}\b", prose), f"{name} is not named in the example"
    of_compose = set(settings_that_compose_asks_for()) | {"COMPOSE_PROJECT_NAME"}
    assert told <= known_settings() | of_compose, "the example names what nobody reads"


def test_what_has_to_be_set_is_on_in_the_example_and_nothing_secret_has_a_default():
    asked = settings_that_compose_asks_for()
    needed = {name for name, otherwise in asked.items() if otherwise.startswith(":?")}
    assert needed == set(MADE_UP)
    on = {name for name, is_on in settings_in_example().items() if is_on}
    assert on == needed | {"COMPOSE_PROJECT_NAME"}
    for line in EXAMPLE.read_text(encoding="utf-8").splitlines():
        name, _, value = line.partition("=")
        if name in needed:
            assert value == "", f"{name} has a value that somebody would keep"


@pytest.fixture
def checked_by_compose(tmp_path):
    """What Debian's docker-compose says of the file with a `.env`; it knows all that we use."""
    program = shutil.which("docker-compose")
    if program is None:
        pytest.skip("docker-compose is not installed: apt-get install docker-compose")
    shutil.copy(ROOT / "compose.yaml", tmp_path)

    def check(settings: dict[str, str]) -> subprocess.CompletedProcess[str]:
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        (tmp_path / ".env").write_text(lines)
        return subprocess.run(
            [program, "config"],
            cwd=tmp_path,
            env={"PATH": os.environ["PATH"], "HOME": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )

    return check


def test_compose_itself_takes_the_file(checked_by_compose):
    taken = checked_by_compose(MADE_UP)
    assert taken.returncode == 0, taken.stderr
    assert set(yaml.safe_load(taken.stdout)["services"]) == set(SERVICES)


@pytest.mark.parametrize("missing", sorted(MADE_UP))
def test_compose_does_not_start_without_what_has_to_be_set(checked_by_compose, missing):
    refused = checked_by_compose({**MADE_UP, missing: ""})
    assert refused.returncode == 1
    assert "set it in .env" in refused.stderr
