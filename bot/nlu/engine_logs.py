"""The engine's lines in the form of all others, and nothing in them of what citizens write.

Rasa sets its logs up by itself, twice; here ours stand in place of both. What is told of messages
below the level of information quotes them, so the engine never says more than that.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from typing import Any

import rasa.__main__
import rasa.utils.io
import structlog

from bot.errors import SettingError
from bot.log_settings import LogSettings, read_log_settings
from bot.logs.configuration import Masks, configure_logs

# Fields of Rasa's events that hold what was written or answered, or what was made of it; the first
# ones are those that Rasa itself would anonymise (rasa.utils.log_utils).
WORDS = frozenset(
    (
        *("text", "response_text", "user_text", "slot_values", "parse_data_text"),
        *("parse_data_entities", "prediction_events", "tracker_latest_message", "prefilled_slots"),
        *("message", "response", "slot_candidates", "rasa_event", "rasa_events", "tracker_states"),
        *("current_states", "old_states", "successes", "current_entity", "next_entity", "states"),
        *("entity", "token_text", "user_message", "json_message", "payload", "sender_id"),
        "event_info",
    )
)


def configure_engine_logs(environment: Mapping[str, str]) -> str:
    """Let Rasa log through our configuration; the engine does not start with wrong settings.

    Returns the level as Rasa spells it, which reads `LOG_LEVEL` as well and knows capitals alone.
    """
    try:
        given = read_log_settings(environment)
    except SettingError as error:
        sys.exit(f"The engine does not start: {error}")
    settings = LogSettings(given.format, "info" if given.level == "debug" else given.level)
    masks = Masks(
        frozenset(environment.get(name, "").strip() for name in ("ACTIONS_TOKEN", "RASA_TOKEN")),
        left_out=WORDS,
        words_of_exceptions=False,
    )

    def configure(log_level: Any = None) -> None:
        configure_logs("engine", settings, ours=("bot", "rasa"), masks=masks)
        structlog.configure(
            processors=[
                structlog.stdlib.filter_by_level,
                structlog.contextvars.merge_contextvars,
                structlog.dev.set_exc_info,
                structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
            ],
            logger_factory=structlog.stdlib.LoggerFactory(),
            wrapper_class=structlog.stdlib.BoundLogger,
            cache_logger_on_first_use=True,
        )

    configure()
    rasa.__main__.configure_structlog = configure
    rasa.utils.io.configure_colored_logging = _leave_as_it_is
    return settings.level.upper()


def _leave_as_it_is(log_level: Any) -> None:
    """Rasa would give the root logger a handler in colours."""
