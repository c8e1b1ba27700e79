"""Dialogues against the real engine, actions and database: what citizens are told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from bot.text.digits import to_latin_digits
from tests.chat_client import ChatClient

pytestmark = pytest.mark.engine
DIALOGUES = yaml.safe_load((Path(__file__).parent / "dialogues.yml").read_text(encoding="utf-8"))


def _plain(text: str) -> str:
    return to_latin_digits(text).replace("\u200b", "").lower()


@pytest.mark.parametrize("dialogue", DIALOGUES, ids=lambda dialogue: dialogue["dialogue"])
def test_a_dialogue_says_what_it_should(stack, dialogue):
    citizen = ChatClient(stack.address)
    replies: list = []
    for turn in dialogue["turns"]:
        if "press" in turn:
            replies = citizen.press(replies, turn["press"])
        else:
            replies = citizen.ask(turn["user"])
        said = _plain("\n".join(reply["text"] for reply in replies))
        offered = _plain(" | ".join(b["title"] for reply in replies for b in reply["buttons"]))
        assert said, f"silence after {turn}"
        for words in turn.get("says", ()):
            assert _plain(words) in said, f"{turn}: {words!r} not in {said!r}"
        for words in turn.get("never", ()):
            assert _plain(words) not in said, f"{turn}: {words!r} in {said!r}"
        for words in turn.get("offers", ()):
            assert _plain(words) in offered, f"{turn}: {words!r} not among {offered!r}"
        for reply in replies:
            assert len(reply["buttons"]) <= 5, turn
