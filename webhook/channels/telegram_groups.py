"""Whether a message is meant for the bot, and what it says without the bot's name.

In a group the bot hears only what is meant for it: a mention of its name, a reply to a message of
its own, or one of its commands.
"""

from __future__ import annotations

import re

from webhook.channels.telegram_commands import GREETINGS, command_in
from webhook.channels.telegram_values import Bot, language_of
from webhook.channels.values import Ignored, Values, mapping


def words_for_bot(text: str, message: Values, chat_type: str, bot: Bot) -> str:
    """What a message says to the bot; nothing where it has no words.

    A command is put into a citizen's words, in the language of the sender's menu. Raises `Ignored`
    for what people in a group say to each other.
    """
    language = language_of(message)
    command = command_in(text)
    if chat_type == "private":
        return command.meaning(language) if command else text
    if command is not None and (command.addressee or command.is_ours):
        if command.addressee and command.addressee.lower() != bot.username().lower():
            raise Ignored("a command for another bot")
        return command.meaning(language)
    said = _without_mention(text, bot)
    if said is not None:
        return said or GREETINGS[language]
    if bot.is_sender(mapping(mapping(message.get("reply_to_message")).get("from"))):
        return text
    raise Ignored("not said to the bot")


def _without_mention(text: str, bot: Bot) -> str | None:
    """The text without `@name` of the bot; None where it is not named."""
    name = bot.username() if "@" in text else ""
    if not name:
        return None
    mention = re.compile(rf"(?<![\w@.]){re.escape('@' + name)}(?!\w)[,:]?", re.IGNORECASE)
    said, times = mention.subn(" ", text)
    return re.sub(" {2,}", " ", said).strip() if times else None
