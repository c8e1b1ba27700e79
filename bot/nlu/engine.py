"""The engine's process: `python -m bot.nlu.engine run …` is `rasa run …` with less waste.

Rasa 3.6.21 checks every answer of the action server against a schema, and each time it first
checks the schema itself, which never changes: two fifths of a turn. Here the schema is checked
once, when the process starts (docs/adr/0006).
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator, ValidationError
from rasa.__main__ import main
from rasa.core.actions.action import RemoteAction


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


if __name__ == "__main__":
    # As `rasa` itself does, so that the components in bot.nlu are found.
    sys.path.insert(1, str(Path.cwd()))
    check_answers_with_one_validator()
    main()
