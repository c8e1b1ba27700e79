"""The fake Bot API, for all tests of a file."""

from __future__ import annotations

import pytest

from tests.fakes.bot_api import BotApi
from tests.unit.channels.telegram_samples import TOKEN


@pytest.fixture(scope="module")
def running_bot_api():
    with BotApi(TOKEN) as provider:
        yield provider


@pytest.fixture
def bot_api(running_bot_api):
    """With nothing recorded and no script."""
    running_bot_api.reset()
    return running_bot_api
