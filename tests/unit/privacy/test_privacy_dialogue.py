"""What citizens decide about what is kept of them, through the conductor."""

from __future__ import annotations

import json

import pytest

from bot.db.models import Contact
from bot.db.models.base import now
from bot.messages import Reply
from bot.services.conversation import Conversation, Topic, form_topic
from bot.services.dialogue import Context, Heard
from bot.services.privacy_dialogue import (
    ForgettingDialogue,
    NoticesDialogue,
    wants_them_again,
)
from bot.services.spoken import speaker
from bot.wording import LANGUAGES, wording
from tests.unit.privacy.people import leave_traces, requests_in

WORDS = wording()


class Citizen:
    """Talks with the conductor, one transaction a turn, as the action server does."""

    def __init__(self, sessions) -> None:
        self._sessions = sessions
        self.contact_id = leave_traces(sessions)
        self.context = Context(service_id="x")
        with sessions() as session:
            self._conversation_id = session.get_one(Contact, self.contact_id).conversation_id

    def says(self, text="", intent="inform", language="en", confidence=1.0, **chosen) -> Reply:
        heard = Heard(
            text=text,
            language=language,
            intent=intent,
            chosen=chosen,
            conversation_id=self._conversation_id,
            confidence=confidence,
        )
        with self._sessions.begin() as session:
            turn = _conversation(session).take(heard, self.context)
        self.context = turn.context
        return turn.replies[-1]

    def presses(self, reply: Reply, number: int) -> Reply:
        payload = json.loads(reply.buttons[number].payload.removeprefix("/inform"))
        return self.says(**payload)

    @property
    def contact(self) -> Contact:
        with self._sessions() as session:
            return session.get_one(Contact, self.contact_id)


def _conversation(session) -> Conversation:
    return Conversation(
        WORDS,
        [
            form_topic(ForgettingDialogue(session, WORDS), "forget_me"),
            form_topic(NoticesDialogue(session, WORDS), "stop_messages"),
            Topic({"greet": speaker(WORDS, "utter_greet")}),
            Topic({"deny": speaker(WORDS, "utter_cancelled")}),
            Topic({"affirm": speaker(WORDS, "utter_nothing_to_confirm")}),
            Topic({"inform": speaker(WORDS, "utter_menu")}),
            Topic({"nlu_fallback": speaker(WORDS, "utter_menu")}),
        ],
    )


@pytest.fixture
def citizen(both_databases):
    return Citizen(both_databases)


@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_is_erased_before_it_is_confirmed(citizen, both_databases, language):
    asked = citizen.says("delete my data", "forget_me", language)
    assert asked.text == WORDS.text("utter_forget_me_confirm", language)
    assert requests_in(both_databases) == []


def test_yes_by_button_asks_for_the_forgetting(citizen, both_databases):
    farewell = citizen.presses(citizen.says("delete my data", "forget_me"), 0)
    assert farewell.text == WORDS.text("utter_forget_me_done", "en")
    (request,) = requests_in(both_databases)
    assert (request.contact_id, request.source) == (citizen.contact_id, "chat")
    assert (request.state, request.channel) == ("waiting", "messenger")
    assert request.not_before > now()
    assert citizen.context == Context()


def test_yes_by_word_counts_when_it_is_heard_clearly(citizen, both_databases):
    citizen.says("delete my data", "forget_me")
    asked_again = citizen.says("well", "affirm", confidence=0.4)
    assert asked_again.text == WORDS.text("utter_forget_me_confirm", "en")
    assert requests_in(both_databases) == []
    citizen.says("yes", "affirm", confidence=0.95)
    assert len(requests_in(both_databases)) == 1


@pytest.mark.parametrize("by_button", [True, False])
def test_no_keeps_everything(citizen, both_databases, by_button):
    asked = citizen.says("delete my data", "forget_me")
    kept = citizen.presses(asked, 1) if by_button else citizen.says("no", "deny")
    assert kept.text == WORDS.text("utter_forget_me_kept", "en")
    assert requests_in(both_databases) == []
    assert citizen.context.form is None


def test_the_question_stays_open_while_something_else_is_asked(citizen, both_databases):
    citizen.says("delete my data", "forget_me")
    asked_again = citizen.says("hello", "greet")
    assert asked_again.text == WORDS.text("utter_forget_me_confirm", "en")
    citizen.presses(asked_again, 0)
    assert len(requests_in(both_databases)) == 1


def test_an_old_yes_button_asks_again_instead_of_erasing(citizen, both_databases):
    asked = citizen.says("delete my data", "forget_me")
    citizen.presses(asked, 1)
    again = citizen.presses(asked, 0)
    assert again.text == WORDS.text("utter_forget_me_confirm", "en")
    assert requests_in(both_databases) == []


def test_notices_are_stopped_and_started_again(citizen):
    stopped = citizen.says("stop sending me messages", "stop_messages")
    first = citizen.contact.opted_out_at
    assert first is not None
    assert stopped.text == WORDS.text("utter_stop_messages", "en")
    started = citizen.presses(stopped, 0)
    assert started.text == WORDS.text("utter_start_messages", "en")
    assert citizen.contact.opted_out_at is None


def test_notices_are_started_again_by_words(citizen):
    citizen.says("ឈប់ផ្ញើសារ", "stop_messages", "km")
    assert citizen.contact.opted_out_at is not None
    started = citizen.says("ផ្ញើដំណឹងមកវិញ", "stop_messages", "km")
    assert started.text == WORDS.text("utter_start_messages", "km")
    assert citizen.contact.opted_out_at is None


def test_whoever_stops_them_twice_has_stopped_since_the_first_time(citizen):
    citizen.says("stop", "stop_messages")
    first = citizen.contact.opted_out_at
    citizen.says("stop", "stop_messages")
    assert citizen.contact.opted_out_at == first


def test_a_conversation_without_a_contact_is_told_that_it_did_not_work(both_databases):
    with both_databases.begin() as session:
        dialogue = ForgettingDialogue(session, WORDS)
        opened = dialogue.begin(Heard("delete", "en", "forget_me"), Context())
        turn = dialogue.fill(Heard("yes", "en", "affirm"), opened.context)
    assert turn.replies[0].text == WORDS.text("utter_apology", "en")


@pytest.mark.parametrize(
    ("words", "again"),
    [
        ("send me notices again", True),
        ("Start messages again", True),
        ("start sending messages", True),
        ("please turn on notifications", True),
        ("ផ្ញើដំណឹងមកវិញ", True),
        ("ចាប់ផ្តើមផ្ញើសារឡើងវិញ", True),
        ("បើកការជូនដំណឹង", True),
        ("som pnher domneng mok vinh", True),
        ("stop sending me messages", False),
        ("don't send me messages again", False),
        ("Don’t message me again", False),
        ("never write again", False),
        ("turn off notifications", False),
        ("unsubscribe", False),
        ("ឈប់ផ្ញើសារមកខ្ញុំ", False),
        ("កុំផ្ញើសារមកវិញ", False),
        ("បិទការជូនដំណឹង", False),
        ("មិនចង់ទទួលសារវិញទេ", False),
        ("chhob pnher sar mok vinh", False),
        ("choub pnher sar mok vinh", False),
        ("kom pnher mok vinh", False),
        ("turn notifications back on", True),
        ("", False),
    ],
)
def test_only_words_of_return_start_notices_again(words, again):
    assert wants_them_again(words) is again
