"""Ids and numbers of people as they may stand in logs and on an operator's screen."""

_SHOWN = 3


def mask_id(identifier: str) -> str:
    """The last three characters, the rest as dots: enough to tell two people apart."""
    return "…" + identifier[-_SHOWN:] if len(identifier) > 2 * _SHOWN else "…"
