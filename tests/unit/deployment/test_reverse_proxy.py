"""A real Caddy with deploy/Caddyfile, in front of something that tells what reached it."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path
from urllib.parse import unquote

import pytest
import requests

from tests.fakes.provider import Answer, Drop, FakeProvider, RecordedRequest
from tests.stack import free_port, wait_until
from tests.unit.deployment.files import ROOT
from webhook.api.sites import LARGEST_REQUEST

CADDYFILE = ROOT / "deploy/Caddyfile"
HSTS = "max-age=31536000"


class Webhook(FakeProvider):
    """Answers everything, and says something about TLS itself on one page."""

    def respond(self, request: RecordedRequest) -> Answer:
        headers = {"Server": "gunicorn"}
        if request.path == "/strict":
            headers["Strict-Transport-Security"] = "max-age=1"
        return Answer(200, {"path": request.path}, headers)


@pytest.fixture(scope="module")
def program() -> str:
    found = shutil.which("caddy")
    if found is None:
        pytest.skip("Caddy is not installed: apt-get install caddy")
    return found


@pytest.fixture(scope="module")
def webhook():
    with Webhook() as upstream:
        yield upstream


@pytest.fixture(scope="module")
def site(program, webhook, tmp_path_factory):
    """The site's address; without TLS, since the name is no real one."""
    folder = tmp_path_factory.mktemp("caddy")
    host, port = webhook.address.removeprefix("http://").split(":")
    address = f"http://127.0.0.1:{free_port()}"
    with (folder / "log").open("wb") as log:
        running = subprocess.Popen(
            [program, "run", "--adapter", "caddyfile", "--config", str(_without_admin(folder))],
            env={
                "HOME": str(folder),
                "CHROK_DOMAIN": address,
                "ACME_EMAIL": "operator@ngo.example.kh",
                "WEBHOOK_HOST": host,
                "WEBHOOK_PORT": port,
            },
            stdout=log,
            stderr=log,
        )
    try:
        wait_until(lambda: _listens(address), 20, (folder / "log").read_text())
        yield address
    finally:
        running.terminate()
        running.wait(20)


def _without_admin(folder: Path) -> Path:
    """The same file, without the interface on port 2019 that another Caddy may have."""
    copy = folder / "Caddyfile"
    text = CADDYFILE.read_text(encoding="utf-8")
    assert "\n{\n" in text
    copy.write_text(text.replace("\n{\n", "\n{\n\tadmin off\n", 1), encoding="utf-8")
    return copy


def _listens(address: str) -> bool:
    try:
        return requests.get(address, timeout=2).status_code == 200
    except requests.RequestException:
        return False


def test_caddy_takes_the_file_and_finds_it_well_formed(program):
    named = {"CHROK_DOMAIN": "chrok.ngo.example.kh", "ACME_EMAIL": "operator@ngo.example.kh"}
    for command in (["validate", "--adapter", "caddyfile", "--config"], ["fmt", "--diff"]):
        done = subprocess.run(
            [program, *command, str(CADDYFILE)],
            env={"HOME": "/tmp", **named},
            capture_output=True,
            text=True,
        )
        assert done.returncode == 0, done.stderr + done.stdout


def test_the_webhook_learns_the_true_address_whatever_a_client_invents(site, webhook):
    webhook.reset()
    requests.get(f"{site}/services", headers={"X-Forwarded-For": "203.0.113.9"}, timeout=5)
    (request,) = webhook.wait_for_requests(1)
    assert request.headers["x-forwarded-for"] == "127.0.0.1"


def test_a_provider_s_raw_bytes_arrive_as_they_were_signed(site, webhook):
    webhook.reset()
    body = '{"object": "page",  "text": "សួស្តី \\u1780"}'.encode()
    requests.post(f"{site}/webhooks/messenger?a=%20b", data=body, timeout=5)
    (request,) = webhook.wait_for_requests(1)
    assert (request.path, request.body) == ("/webhooks/messenger?a=%20b", body)


def test_what_is_too_large_does_not_get_through(site, webhook):
    webhook.reset()
    assert requests.post(site, data=b"x" * 1_000_000, timeout=10).status_code == 200
    # 413 in the version of compose.yaml; Debian's older one cuts the connection to the webhook.
    assert requests.post(site, data=b"x" * 1_000_001, timeout=10).status_code in (413, 503)
    assert all(len(request.body) <= 1_000_000 for request in webhook.requests)


def test_an_offices_tickets_may_be_as_large_as_chrok_takes_them(site, webhook):
    webhook.reset()
    address = f"{site}/api/v1/sites/0102/tickets"
    assert requests.post(address, data=b"x" * LARGEST_REQUEST, timeout=10).status_code == 200
    too_large = requests.post(address, data=b"x" * (LARGEST_REQUEST + 1), timeout=10)
    assert too_large.status_code in (413, 503)


def test_figures_are_not_for_the_public(site, webhook):
    webhook.reset()
    for path in ("/metrics", "/metrics/", "/metrics/x", "/Metrics", "/%6detrics", "//metrics"):
        assert requests.get(f"{site}{path}", timeout=5).status_code == 404, path
    # A large request of an earlier test may still be on its way.
    asked_for = [unquote(request.path).lower() for request in webhook.requests]
    assert not any("metrics" in path for path in asked_for)


def test_tls_is_for_good_and_the_server_keeps_its_name_to_itself(site):
    answer = requests.get(f"{site}/", timeout=5)
    assert answer.headers["Strict-Transport-Security"] == HSTS
    assert "Server" not in answer.headers
    # Said once: where Chrok says it itself, that holds.
    assert (
        requests.get(f"{site}/strict", timeout=5).headers["Strict-Transport-Security"]
        == "max-age=1"
    )


def test_while_nothing_answers_people_are_told_so_in_both_languages(site, webhook):
    body = b'{"nobody": "answers"}'
    webhook.will(Drop(), about=body.decode())
    answer = requests.post(f"{site}/webhooks/messenger", data=body, timeout=20)
    # Not 200: a provider sends its message again.
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "60"
    assert answer.headers["Content-Type"] == "text/plain; charset=utf-8"
    answer.encoding = "utf-8"
    assert "សូមព្យាយាមម្ដងទៀត" in answer.text
    assert "Please try again" in answer.text
