"""Talk, back up while everything runs, lose all databases, restore, and talk on."""

from __future__ import annotations

import pytest

from bot.encryption import new_key
from tests.chat_client import ChatClient
from tests.stack import Stack

pytestmark = pytest.mark.engine
PROCESSES = ("engine", "actions", "webhook", "worker")


@pytest.fixture
def installation(tmp_path, trained_model):
    """A stack that is this test's alone, since it is going to be lost."""
    with Stack(tmp_path, {"BACKUP_KEY": new_key(), "ENCRYPTION_KEYS": new_key()}) as running:
        yield running


def test_a_conversation_goes_on_after_everything_was_lost(installation, tmp_path):
    client = ChatClient(installation.address)
    fee = client.ask("how much does a motorbike driving licence test cost")
    assert "30,000" in fee[0]["text"]
    before = client.history()
    file = tmp_path / "night.backup"
    made = installation.flask("backup", "--to", str(file))
    assert "tracker.sqlite3" in made
    client.ask("words that come after the backup")

    installation.stop()
    lost = [*tmp_path.glob("*.sqlite3*")]
    assert {path.name for path in lost} >= {"chrok.sqlite3", "tracker.sqlite3", "queue.sqlite3"}
    for path in lost:
        path.unlink()
    assert "restored database, tracker, queue, model" in installation.flask("restore", str(file))
    installation.start(*PROCESSES)
    installation.wait_ready()

    assert client.history() == before
    documents = client.ask("which documents do I need")
    assert "motor" in documents[0]["text"].lower(), "the service they spoke of is still known"
    assert "identity" in documents[0]["text"].lower()
