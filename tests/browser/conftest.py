"""Chromium, and pages that are watched for what no page of ours may do."""

from __future__ import annotations

import os
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    Playwright,
    expect,
    sync_playwright,
)

from tests.browser.chat_server import ChatServer

CHROMIUM = Path(os.environ.get("CHROMIUM", "/usr/bin/chromium"))
ARGUMENTS = [
    "--no-sandbox",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-default-apps",
    "--disable-sync",
    "--no-first-run",
    "--no-default-browser-check",
]
# The machines are shared; a slow page is not a wrong one.
expect.set_options(timeout=20_000)
PHONE = {"width": 360, "height": 740}


@pytest.fixture(scope="session")
def playwright():
    if not CHROMIUM.exists():
        pytest.skip(f"no Chromium at {CHROMIUM}; CHROMIUM names another place")
    with sync_playwright() as running:
        yield running


@pytest.fixture(scope="session")
def browser(playwright: Playwright):
    running = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
    yield running
    running.close()


@pytest.fixture
def server(tmp_path):
    with ChatServer(tmp_path) as running:
        yield running


@pytest.fixture
def context(browser: Browser):
    opened = browser.new_context(viewport=PHONE)
    opened.set_default_timeout(10_000)
    yield opened
    opened.close()


@pytest.fixture
def page(context: BrowserContext):
    """A tab that fails its test on a script error, a CSP violation or a foreign request."""
    opened = context.new_page()
    faults = Faults(opened)
    yield opened
    assert faults.found == []


class Faults:
    """What a page did that it must not do."""

    def __init__(self, page: Page) -> None:
        self.found: list[str] = []
        self._own: str | None = None
        page.on("pageerror", lambda error: self.found.append(f"script error: {error}"))
        page.on("console", lambda message: self._console(message.type, message.text))
        page.on("request", lambda request: self._request(request.url))

    def _console(self, kind: str, text: str) -> None:
        # What a test breaks on purpose, the browser reports as a resource that failed to load.
        if kind in ("error", "warning") and not text.startswith("Failed to load resource"):
            self.found.append(f"console {kind}: {text}")

    def _request(self, url: str) -> None:
        parts = urlsplit(url)
        if parts.scheme == "about":
            return
        self._own = self._own or parts.netloc
        if parts.netloc != self._own:
            self.found.append(f"foreign request: {url}")
