"""The action server's process: `python -m actions`."""

from __future__ import annotations

from urllib.parse import urlsplit

from rasa_sdk.executor import ActionExecutor

from actions.executor import DomainlessActionExecutor
from actions.server import serve
from actions.turns import ACTIONS, take_turn
from bot.starting import settings_or_exit


def main() -> None:
    """Listen where `ACTIONS_URL` says, on loopback unless it names another host."""
    settings = settings_or_exit()
    address = urlsplit(settings.actions_url)
    executor: ActionExecutor = DomainlessActionExecutor()
    for name in ACTIONS:
        executor.register_function(name, take_turn)
    serve(executor, settings, address.hostname or "127.0.0.1", address.port or 5055)


if __name__ == "__main__":
    main()
