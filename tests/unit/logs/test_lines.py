"""How a line looks, and what it is never made of."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import UTC, datetime
from ipaddress import ip_address

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from bot.db.session import create_database_engine
from bot.logs.configuration import Masks
from bot.logs.loggers import bound
from bot.version import VERSION
from tests.stack import ENGINE_PYTHON, ROOT
from tests.unit.logs.lines import event, written

CONVERSATION = "0b9d4c3e-0a6f-4a1c-9f63-2a4e6f3a1b2c"


def test_a_line_tells_the_event_its_fields_the_process_and_the_version():
    line = event(lambda log: log.warning("turn_put_off", inbox_id=7, seconds=2.00004))
    assert {"event": "turn_put_off", "inbox_id": 7, "seconds": 2.0}.items() <= line.items()
    assert {"level": "warning", "process": "worker", "version": VERSION}.items() <= line.items()
    assert line["logger"] == "webhook.lines_for_tests"
    assert datetime.fromisoformat(line["timestamp"]).tzinfo is not None


def test_what_is_bound_for_a_turn_stands_in_every_line_of_it_and_in_no_later_one():
    def tell(log):
        with bound(contact_id=1234567890, conversation_id=CONVERSATION):
            log.info("ours")
            logging.getLogger(log.name).info("a library's")
        log.info("after")

    first, second, after = map(json.loads, written(tell).splitlines())
    for line in (first, second):
        assert (line["contact_id"], line["conversation_id"]) == (1234567890, CONVERSATION)
    assert "contact_id" not in after


def test_an_id_of_somebody_elses_making_is_masked_also_under_the_name_of_ours():
    line = event(lambda log: log.info("x", request_id="855123456789", conversation_id="1" * 17))
    assert (line["request_id"], line["conversation_id"]) == ("…789", "…111")


def test_times_and_addresses_are_told_as_they_are():
    moment = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
    line = event(lambda log: log.info("x", until=moment, address=ip_address("203.0.113.77")))
    assert (line["until"], line["address"]) == ("2026-11-24T09:30:00+00:00", "203.0.113.77")


def test_an_error_as_a_field_is_told_by_its_type():
    assert event(lambda log: log.error("x", error=ValueError("my words")))["error"] == "ValueError"


def test_an_exception_tells_where_it_happened_and_quotes_nobody():
    def tell(log):
        try:
            try:
                try:
                    raise ValueError("no place: how much is a licence")
                except ValueError as error:
                    raise OSError("cannot read 'how much is a licence'") from error
            except OSError as error:
                raise KeyError("reply_to") from error
        except KeyError:
            log.error("failed", exc_info=True)

    told = event(tell)["exception"]
    assert "\nValueError\nwhich led to" in told
    assert "OSError: cannot read '…'" in told
    assert told.endswith("KeyError: 'reply_to'")
    assert "test_lines.py" in told
    # Lines of code are told as they stand there, and these two hold the words themselves.
    said = [line for line in told.splitlines() if not line.strip().startswith("raise ")]
    assert "how much" not in "\n".join(said)


def test_without_words_an_exception_is_told_by_types_and_places_alone():
    def tell(log):
        try:
            raise ValueError("somebody's words")
        except ValueError as error:
            logging.getLogger(log.name).error("failed", exc_info=error)

    told = event(tell, Masks(words_of_exceptions=False))["exception"]
    assert told.endswith("\nValueError")


def test_fields_that_are_to_be_left_out_are_in_no_line():
    masks = Masks(left_out=frozenset({"user_text"}))
    assert "user_text" not in event(lambda log: log.info("x", user_text="hello"), masks)


def test_a_statement_that_fails_does_not_tell_its_values(both_databases):
    with both_databases() as session, pytest.raises(DBAPIError) as raised:
        session.execute(text("SELECT nothing FROM contacts WHERE id = :id"), {"id": "my words"})
    assert "my words" not in str(raised.value)


def test_a_console_has_one_readable_line():
    told = written(lambda log: log.warning("channel_paused", channel="sms"), form="console")
    assert "channel_paused" in told
    assert "channel=sms" in told
    assert len(told.splitlines()) == 1


def test_the_level_of_the_settings_holds_for_us_and_libraries_speak_from_warnings_on():
    script = (
        "import logging\n"
        "from bot.starting import settings_or_exit, start_logs\n"
        "start_logs('worker', settings_or_exit())\n"
        "for name in ('webhook.turns', 'urllib3', 'huey', 'gunicorn.error'):\n"
        "    for level in ('info', 'warning'):\n"
        "        getattr(logging.getLogger(name), level)('%s %s', name, level)\n"
        "import warnings; warnings.warn('old')\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "default", "-c", script],
        cwd=ROOT,
        env={**os.environ, "LOG_FORMAT": "json", "LOG_LEVEL": "info"},
        capture_output=True,
        text=True,
        check=True,
    )
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    told = {(line["logger"], line["level"]) for line in lines}
    assert told == {
        ("webhook.turns", "info"),
        ("webhook.turns", "warning"),
        ("urllib3", "warning"),
        ("huey", "warning"),
        ("gunicorn.error", "info"),
        ("gunicorn.error", "warning"),
        ("py.warnings", "warning"),
    }


def test_the_values_of_a_database_are_hidden_in_every_engine(tmp_path):
    assert create_database_engine(f"sqlite:///{tmp_path}/x.sqlite3").hide_parameters


@pytest.mark.skipif(not ENGINE_PYTHON.exists(), reason="no engine here: `make install` makes it")
@pytest.mark.parametrize("form", ["console", "json"])
def test_the_engines_older_libraries_write_the_same_lines(form):
    script = (
        "from bot.log_settings import LogSettings\n"
        "from bot.logs.configuration import configure_logs\n"
        "from bot.logs.loggers import get_logger\n"
        f"configure_logs('engine', LogSettings({form!r}))\n"
        "try: raise ValueError('x')\n"
        "except ValueError: get_logger('bot.nlu').error('failed', to='+85512345678', exc_info=True)"
    )
    done = subprocess.run(
        [ENGINE_PYTHON, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert "failed" in done.stderr
    assert "…678" in done.stderr
    assert "ValueError" in done.stderr
