"""The queue of wake-ups where it is a file."""

from __future__ import annotations

import pytest

from bot.settings import Settings
from webhook.queue import create_queue

_NORMAL = 1


@pytest.fixture
def queue(tmp_path):
    return create_queue(Settings(queue_url=f"sqlite:///{tmp_path}/new/queue.sqlite3"))


def test_a_wake_up_waits_for_no_disk_and_the_file_stays_whole(queue):
    """In a write-ahead log with synchronous=NORMAL: a power cut takes the last of them, no more."""
    assert queue.storage.sql("PRAGMA synchronous", results=True) == [(_NORMAL,)]
    assert queue.storage.sql("PRAGMA journal_mode", results=True) == [("wal",)]


def test_wake_ups_outlast_the_process_that_gave_them(queue, tmp_path):
    queue.storage.enqueue(b"usual", 0)
    queue.storage.enqueue(b"somebody waits", 10)
    queue.storage.close()
    another = create_queue(Settings(queue_url=f"sqlite:///{tmp_path}/new/queue.sqlite3"))
    assert [another.storage.dequeue() for _ in range(3)] == [b"somebody waits", b"usual", None]
