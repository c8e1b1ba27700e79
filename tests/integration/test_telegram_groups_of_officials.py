"""Groups of officials on Telegram, through the whole assistant."""

from __future__ import annotations

import pytest

from tests.fakes.bot_api import migrated
from tests.telegram_client import (
    BOT,
    citizen_id,
    contact_of,
    group_id,
    say,
    stored_of,
    wait_for_words,
)

pytestmark = pytest.mark.engine


def test_in_a_group_the_bot_is_silent_until_it_is_addressed(stack, bot_api):
    group, official = group_id(), citizen_id()
    say(stack, official, group, text="how much is a driving test for a car")
    say(stack, official, group, text="/help@AnotherBot")
    say(stack, official, group, text="@ChrokTestBot how much is a driving test for a car")
    wait_for_words(bot_api, group, "90,000 riel")
    assert stored_of(stack, group) == 1
    assert bot_api.messages(official) == []


def test_a_group_of_officials_joins_with_its_code_and_hears_what_to_do(stack, bot_api):
    group, official = group_id(), citizen_id()
    invite = ("officials", "invite", "--name", "Poipet", "--place", "0110", "--language", "en")
    code = stack.flask(*invite).split()[0]
    say(stack, official, group, text=f"/join@ChrokTestBot {code}")
    wait_for_words(bot_api, group, "This chat now gets the feedback about")
    say(stack, official, group, text="we are all on holiday")
    say(stack, official, group, text="hello", reply_to_message={"message_id": 1, "from": BOT})
    wait_for_words(bot_api, group, "To answer a citizen, reply to the message")
    assert len(bot_api.messages(group)) == 2


def test_a_group_that_became_a_supergroup_keeps_its_conversation(stack, bot_api):
    old, new, official = group_id(), group_id(), citizen_id()
    say(stack, official, old, text="@ChrokTestBot goodbye")
    wait_for_words(bot_api, old, "Goodbye")
    before = contact_of(stack, old)
    say(stack, official, old, migrate_to_chat_id=new)
    say(stack, official, new, migrate_from_chat_id=old)
    assert contact_of(stack, new).id == before.id
    say(stack, official, new, text="@ChrokTestBot goodbye")
    wait_for_words(bot_api, new, "Goodbye")


def test_an_answer_follows_a_group_that_moved_while_it_was_written(stack, bot_api):
    old, new, official = group_id(), group_id(), citizen_id()
    bot_api.chat_answers(old, migrated(new))
    say(stack, official, old, text="@ChrokTestBot goodbye")
    wait_for_words(bot_api, new, "Goodbye")
    assert contact_of(stack, old) is None
