"""A calm and useful answer to somebody who is angry or does not know how to go on."""

from __future__ import annotations

from dataclasses import replace

from bot.messages import Button, Reply
from bot.services.dialogue import MOST_CHOICES, Context, Heard, Turn
from bot.services.mood import mood_of
from bot.services.spoken import spoken
from bot.wording import Wording

_OFFICER = "/talk_to_officer"
# These answer such a message themselves: a complaint is taken, a person is named.
_OWN_ANSWER = frozenset({"give_feedback", "talk_to_officer", "stop_messages", "forget_me"})
_NO_QUESTION = frozenset(
    {"", "greet", "goodbye", "thank", "affirm", "deny", "inform", "ask_help", "bot_challenge"}
    | {"nlu_fallback", "out_of_scope"}
)


def question_behind(heard: Heard) -> Heard:
    """The message as a question about the service it names, where its anger hides the question."""
    if heard.intent in _NO_QUESTION and heard.first("service") and mood_of(heard.text):
        return replace(heard, intent="ask_service")
    return heard


def calmed(wording: Wording, turn: Turn, heard: Heard, before: Context) -> Turn:
    """The turn as it is for most; for somebody upset, with a calm word and a way to a person.

    A question in such a message is answered as ever. Without one, the calm answer is the answer,
    and it does not count as a misunderstanding.
    """
    mood = mood_of(heard.text) if heard.text else ""
    if not mood or heard.intent in _OWN_ANSWER:
        return turn
    if heard.intent in _NO_QUESTION or not turn.understood:
        return Turn((spoken(wording, f"utter_calm_{mood}", heard.language),), before)
    opening = Reply(wording.text(f"utter_calm_{mood}_opening", heard.language))
    button = Button(wording.text("utter_button_officer", heard.language), _OFFICER)
    *ahead, last = turn.replies
    if len(last.buttons) < MOST_CHOICES:
        last = replace(last, buttons=(*last.buttons, button))
    return replace(turn, replies=(opening, *ahead, last))
