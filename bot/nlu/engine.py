"""The engine's process: `python -m bot.nlu.engine run …` is `rasa run …` with less waste.

It also completes the environment by the settings that endpoints.yml names, so that the same file
serves one machine and many (docs/adr/0009).

Rasa 3.6.21 checks every answer of the action server against a schema, and each time it first
checks the schema itself, which never changes: two fifths of a turn. Here the schema is checked
once, when the process starts (docs/adr/0006). And Rasa answers whoever reaches its port; here only
who shows `RASA_TOKEN` (bot/nlu/engine_doors.py).
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from rasa.__main__ import main
from rasa.core.actions.action import RemoteAction

from bot.engine_settings import read_engine_settings
from bot.nlu.engine_doors import on_loopback, only_who_shows, show_actions
from bot.nlu.engine_logs import configure_engine_logs


def check_answers_with_one_validator() -> None:
    """Let all remote actions share a validator; what it accepts and refuses stays the same."""
    schema = RemoteAction.action_response_format_spec()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)

    def is_valid(action: RemoteAction, result: dict[str, Any]) -> bool:
        error = next(validator.iter_errors(result), None)
        if error is not None:
            raise ValidationError(f"the action server's answer is not valid: {error.message}")
        return True

    RemoteAction._validate_action_result = is_valid


def shut_doors(environment: Mapping[str, str]) -> None:
    """Use the tokens of the environment; in production the engine does not start without them."""
    rasa_token = environment.get("RASA_TOKEN", "").strip()
    actions_token = environment.get("ACTIONS_TOKEN", "").strip()
    if environment.get("CHROK_ENVIRONMENT", "").strip() == "production":
        missing = {"RASA_TOKEN": rasa_token, "ACTIONS_TOKEN": actions_token}
        names = ", ".join(name for name, token in missing.items() if not token)
        if names and sys.argv[1:2] == ["run"]:
            sys.exit(f"The engine does not start in production without {names}")
    if rasa_token:
        only_who_shows(rasa_token)
    if actions_token:
        show_actions(actions_token)


if __name__ == "__main__":
    # As `rasa` itself does, so that the components in bot.nlu are found.
    sys.path.insert(1, str(Path.cwd()))
    os.environ.update(read_engine_settings(os.environ).as_environment())
    check_answers_with_one_validator()
    shut_doors(os.environ)
    os.environ["LOG_LEVEL"] = configure_engine_logs(os.environ)
    sys.argv[1:] = on_loopback(sys.argv[1:])
    main()
