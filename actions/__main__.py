"""The action server's process: `python -m actions`."""

from __future__ import annotations

import logging
import os
from urllib.parse import urlsplit

from rasa_sdk.endpoint import run
from rasa_sdk.executor import ActionExecutor

from actions.executor import DomainlessActionExecutor
from actions.turns import ACTIONS, take_turn
from bot.starting import settings_or_exit


def main() -> None:
    """Listen where `ACTIONS_URL` says, on loopback unless it names another host."""
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    address = urlsplit(settings_or_exit().actions_url)
    # rasa-sdk has no other way to be told the host.
    os.environ.setdefault("SANIC_HOST", address.hostname or "127.0.0.1")
    executor: ActionExecutor = DomainlessActionExecutor()
    for name in ACTIONS:
        executor.register_function(name, take_turn)
    run(executor, port=address.port or 5055)


if __name__ == "__main__":
    main()
