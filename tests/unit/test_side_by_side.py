"""Questions with one time for all."""

from __future__ import annotations

import threading
import time

from webhook.side_by_side import SideBySide


def test_answers_come_by_name_and_what_hangs_is_left_out():
    release = threading.Event()
    asking = SideBySide()
    began = time.monotonic()
    answers = asking.ask({"quick": lambda: 7, "hangs": release.wait, "too": release.wait}, 0.2)
    release.set()
    assert answers == {"quick": 7}
    assert time.monotonic() - began < 20


def test_what_hangs_is_not_asked_again_before_it_answered():
    release = threading.Event()
    asked = []

    def hang() -> bool:
        asked.append(1)
        return release.wait()

    asking = SideBySide()
    for _ in range(5):
        assert asking.ask({"hangs": hang}, 0.02) == {}
    release.set()
    assert asking.ask({"hangs": hang}, 5) == {"hangs": True}
    assert len(asked) == 1
    assert asking.ask({"hangs": hang}, 5) == {"hangs": True}
    assert len(asked) == 2


def test_two_who_ask_at_once_get_the_same_answer():
    asking = SideBySide()
    results: list[dict[str, object]] = []

    def slow() -> int:
        time.sleep(0.2)
        return 1

    threads = [
        threading.Thread(target=lambda: results.append(asking.ask({"x": slow}, 5)))
        for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert results == [{"x": 1}] * 3
