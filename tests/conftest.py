"""Fixtures that integration, browser and conversation tests share."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.own_database import VARIABLE, use_a_database_of_our_own
from tests.stack import ENGINE_PYTHON, MESSENGER, MODEL, SMS, TELEGRAM, Stack

# What stands in a developer's own .env must not decide what tests see.
os.environ["SECRET_KEY"] = os.environ["ENCRYPTION_KEYS"] = ""


def pytest_configure(config):
    """Side by side, each process has a PostgreSQL database of its own."""
    process = os.environ.get("PYTEST_XDIST_WORKER")
    if process and os.environ.get(VARIABLE):
        use_a_database_of_our_own(process)


@pytest.hookimpl(hookwrapper=True)
def pytest_runtest_makereport(item, call):
    """In CI nothing may be skipped: what a machine lacks there is a fault of `.ci/run`."""
    outcome = yield
    report = outcome.get_result()
    if (
        report.skipped
        and os.environ.get("NOTHING_MAY_BE_SKIPPED")
        and not hasattr(report, "wasxfail")
    ):
        report.outcome = "failed"
        report.longrepr = f"skipped where nothing may be: {report.longrepr}"


@pytest.fixture(scope="session")
def graph_api():
    with _graph_api() as provider:
        yield provider


@pytest.fixture(scope="module")
def own_graph_api():
    """For a module whose stack is its own."""
    with _graph_api() as provider:
        yield provider


def _graph_api():
    from tests.fakes.graph_api import GraphApi

    return GraphApi(MESSENGER["MESSENGER_PAGE_TOKEN"], MESSENGER["MESSENGER_APP_SECRET"])


@pytest.fixture(scope="session")
def bot_api():
    from tests.fakes.bot_api import BotApi

    with BotApi(token=TELEGRAM["TELEGRAM_BOT_TOKEN"]) as provider:
        yield provider


@pytest.fixture(scope="session")
def mail_server():
    from tests.fakes.mail_server import MailServer

    with MailServer() as server:
        yield server


@pytest.fixture(scope="session")
def kannel():
    from tests.fakes.sms_gateways import Kannel

    with Kannel(SMS["SMS_KANNEL_USERNAME"], SMS["SMS_KANNEL_PASSWORD"]) as provider:
        yield provider


@pytest.fixture(scope="session")
def trained_model() -> Path:
    """The engine's model: without it, and the engine, nothing of the whole assistant runs."""
    if not MODEL.exists() or not ENGINE_PYTHON.exists():
        pytest.skip("no engine or no trained model here: `make train` makes both")
    return MODEL


@pytest.fixture(scope="session")
def stack(
    tmp_path_factory, trained_model, graph_api, bot_api, kannel, mail_server
) -> Iterator[Stack]:
    """The whole assistant: real engine, actions, webhook, worker and database."""
    settings = {
        **MESSENGER,
        "MESSENGER_API_URL": graph_api.address,
        **TELEGRAM,
        "TELEGRAM_API_URL": bot_api.address,
        "SMTP_URL": mail_server.url,
        **SMS,
        "SMS_KANNEL_API_URL": kannel.address,
    }
    with Stack(tmp_path_factory.mktemp("stack"), settings) as running:
        yield running
