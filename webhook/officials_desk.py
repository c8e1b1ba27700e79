"""Messages of officials: an invitation's code, a reply to an item, a code with an answer.

They are dealt with before the engine. What a channel must put into `InboundMessage.details`:
`reply_to_message_id`, the provider's id of our message that is replied to, and `chat_type`
(`private`, `group`, `supergroup`). In a group a channel passes on only replies to our messages,
pressed buttons, `/join CODE` and what is addressed to the bot; `sender_id` is the chat's id.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import regex
from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import (
    AnswerCode,
    ButtonToken,
    Contact,
    Feedback,
    FeedbackNotice,
    Official,
    OutboundPart,
    StoredInbound,
    StoredOutbound,
)
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.messages import Reply
from bot.services.answering import AnsweringError
from bot.services.invitations import accept_invitation
from bot.services.officials import officials_of_contact
from bot.services.outgoing import queue_replies
from bot.settings import Settings
from bot.text.digits import to_latin_digits
from webhook.digests.messages import OfficialMessages
from webhook.official_steps import Step, read_step, take_step
from webhook.official_words import OfficialWords
from webhook.officials_desk_payloads import read_official_payload

_JOIN = regex.compile(r"\s*/?(?:join|start)(?:@\w+)?\s+([2-9A-Z]{8})\s*", regex.IGNORECASE)
_GROUPS = ("group", "supergroup")
_CODE = regex.compile(r"\s*([A-Z][2-9][2-9A-Z]{2})[\s:.,-]+(.*)", regex.IGNORECASE | regex.DOTALL)

REASONS = {
    "not_yours": "This feedback is not in your office's hands any more.",
    "empty": "Please write the answer or the reason too.",
    "too_long": "This is too long; please write at most 1,500 characters.",
    "solved": "The citizen has said that it is solved; nothing more is needed.",
    "no_unit": "I do not know this office. For example: forward district hall.",
    "same_unit": "It is with this office already.",
}
DONE = {
    "acknowledge": "{reference}: noted that you have seen it.",
    "answer": "{reference}: your answer goes to the citizen. Thank you.",
    "answer_anonymous": "{reference}: stored. The citizen reads it when asking for the reference.",
    "close": "{reference}: closed, with your reason.",
    "forward": "{reference}: passed on to {unit}, {place}.",
}


@dataclass(frozen=True)
class OfficialsDesk:
    """Deals with one message of a chat or number that stands for officials."""

    sessions: SessionFactory
    settings: Settings

    def concerns(self, session: Session, inbound: StoredInbound) -> bool:
        """Whether a message may be an official's: of most there is nothing to look up here."""
        return _join_code(inbound) is not None or bool(
            officials_of_contact(session, inbound.contact_id)
        )

    def takes(self, inbound_id: int) -> bool:
        """Deal with a stored message if it is an official's; False leaves it to the engine.

        The step, its replies and the message's end are one transaction: nothing is done twice.
        """
        with self.sessions.begin() as session:
            inbound = session.get_one(StoredInbound, inbound_id)
            replies = self._replies(session, inbound, inbound.contact)
            if replies is None:
                return False
            inbound.state, inbound.answered_at = "done", now()
            queue_replies(session, inbound.contact, inbound.id, replies)
            return True

    def _replies(
        self, session: Session, inbound: StoredInbound, contact: Contact
    ) -> list[Reply] | None:
        joined = self._joined(session, inbound, contact)
        if joined is not None:
            return [joined]
        officials = officials_of_contact(session, contact.id)
        if not officials:
            return None
        found = self._by_button(session, inbound, officials)
        found = found or self._by_reply(session, inbound, officials)
        found = found or self._by_code(session, inbound, officials)
        if found is not None:
            return [self._take(session, *found)]
        return self._not_about_an_item(session, inbound, officials[0])

    def _joined(self, session: Session, inbound: StoredInbound, contact: Contact) -> Reply | None:
        code = _join_code(inbound)
        if code is None:
            return None
        official = accept_invitation(session, code, contact.channel, contact.external_id, now())
        if official is None:
            words = OfficialWords(session, contact.chosen_language or "km", self.settings.zone)
            return Reply(
                words.say("This invitation is not valid any more. Please ask for a new one.")
            )
        words = self._words(session, official)
        return Reply(
            words.say(
                "This chat now gets the feedback about {place}. Reply to a message about a "
                "feedback to answer the citizen.",
                place=words.place(official.place_code),
            )
        )

    def _by_button(
        self, session: Session, inbound: StoredInbound, officials: Sequence[Official]
    ) -> tuple[Official, Feedback, Step] | None:
        token = session.get(ButtonToken, inbound.button_token) if inbound.button_token else None
        if token is None or token.contact_id != inbound.contact_id:
            return None
        behind = read_official_payload(token.payload)
        if behind is None:
            return None
        action, official_id, feedback_id = behind
        official = next((one for one in officials if one.id == official_id), None)
        feedback = session.get(Feedback, feedback_id)
        if official is None or feedback is None:
            return None
        return official, feedback, Step(action)

    def _by_reply(
        self, session: Session, inbound: StoredInbound, officials: Sequence[Official]
    ) -> tuple[Official, Feedback, Step] | None:
        replied_to = str(inbound.details.get("reply_to_message_id") or "")
        notice = _notice_of(session, inbound, replied_to) if replied_to else None
        if notice is None:
            return None
        official = next((one for one in officials if one.id == notice.official_id), officials[0])
        feedback = session.get_one(Feedback, notice.feedback_id)
        return official, feedback, read_step(session, inbound.text)

    def _by_code(
        self, session: Session, inbound: StoredInbound, officials: Sequence[Official]
    ) -> tuple[Official, Feedback, Step] | None:
        said = _CODE.fullmatch(to_latin_digits(inbound.text))
        row = session.get(AnswerCode, said[1].upper()) if said else None
        official = next((one for one in officials if row and one.id == row.official_id), None)
        if said is None or row is None or official is None:
            return None
        # The answer as it was typed, its Khmer digits too.
        text = inbound.text[said.start(2) :]
        return official, session.get_one(Feedback, row.feedback_id), read_step(session, text)

    def _take(self, session: Session, official: Official, feedback: Feedback, step: Step) -> Reply:
        words = self._words(session, official)
        try:
            take_step(session, feedback, official, step, now())
        except AnsweringError as error:
            return Reply(words.say(REASONS[error.reason]))
        if step.action == "forward":
            OfficialMessages(session, self.settings).forwarded(feedback)
        return Reply(done(words, feedback, step))

    def _not_about_an_item(
        self, session: Session, inbound: StoredInbound, official: Official
    ) -> list[Reply] | None:
        """In a group of officials the assistant answers no small talk."""
        if inbound.details.get("chat_type") not in _GROUPS:
            return None
        words = self._words(session, official)
        return [
            Reply(
                words.say(
                    "To answer a citizen, reply to the message about the feedback, or write its "
                    "code and your answer."
                )
            )
        ]

    def _words(self, session: Session, official: Official) -> OfficialWords:
        return OfficialWords(session, official.language, self.settings.zone)


def _join_code(inbound: StoredInbound) -> str | None:
    """The code of an invitation that a message brings; on the web nobody can be invited."""
    # A link such as t.me/<bot>?startgroup=CODE brings the code beside the words.
    reference = inbound.details.get("reference")
    said = f"join {reference}" if reference else to_latin_digits(inbound.text)
    code = _JOIN.fullmatch(said)
    return code[1] if code and inbound.channel != "web" else None


def done(words: OfficialWords, feedback: Feedback, step: Step) -> str:
    """What an official reads after a step."""
    reachable = step.action != "answer" or feedback.contact_id is not None
    message = DONE[step.action if reachable else "answer_anonymous"]
    return words.say(
        message,
        reference=feedback.reference,
        unit=words.unit(feedback.unit),
        place=words.place(feedback.place_code),
    )


def _notice_of(session: Session, inbound: StoredInbound, replied_to: str) -> FeedbackNotice | None:
    """The feedback that our message with this provider's id was about."""
    key = session.scalar(
        select(StoredOutbound.key)
        .join(OutboundPart, OutboundPart.outbox_id == StoredOutbound.id)
        .where(
            OutboundPart.channel == inbound.channel,
            OutboundPart.provider_message_id == replied_to,
            StoredOutbound.contact_id == inbound.contact_id,
        )
    )
    return session.get(FeedbackNotice, key) if key else None
