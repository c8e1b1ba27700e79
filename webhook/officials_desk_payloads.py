"""What stands behind the buttons under an official's messages."""

from __future__ import annotations

import json

_PREFIX = "/official"


def official_payload(action: str, official_id: int, feedback_id: int) -> str:
    """The payload of a button; it never reaches the engine."""
    values = {"action": action, "official": official_id, "feedback": feedback_id}
    return _PREFIX + json.dumps(values)


def read_official_payload(payload: str) -> tuple[str, int, int] | None:
    """The action, official and feedback behind a payload, or None for one of another kind."""
    if not payload.startswith(_PREFIX + "{"):
        return None
    values = json.loads(payload.removeprefix(_PREFIX))
    return str(values["action"]), int(values["official"]), int(values["feedback"])
