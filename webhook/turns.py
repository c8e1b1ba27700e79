"""One turn: a stored message goes to the engine, its replies go to the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import regex
from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session

from bot.db.models import ButtonToken, Contact, StoredInbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.errors import EngineTurnFailed, EngineUnavailable
from bot.logs.loggers import get_logger
from bot.messages import Kind, Reply
from bot.services.channel_linking import answer_link_code, link_code_in
from bot.services.contacts import language_of
from bot.services.offered_choices import payload_chosen
from bot.services.offered_lists import is_number_of_stale_list
from bot.services.outgoing import queue_replies
from bot.text.language import detect
from bot.wording import wording
from webhook.metrics.counted import engine_answered, engine_call, turn_ended
from webhook.rasa_client import RasaClient, with_language

log = get_logger(__name__)

# How long an unreachable engine is waited for before the citizen gets an apology.
PATIENCE = timedelta(seconds=120)
# An empty turn is tried once more, after a pause in which a killed action server is back.
EMPTY_TURN_TRIES = 2
# Nobody types faster; what comes beyond is a script or a stuck phone.
MOST_A_MINUTE = 40
_MINUTE = timedelta(minutes=1)
_PAUSES = (1, 2, 4, 8, 15)
_LONGEST_FOR_ENGINE = 1000
_KHMER = regex.compile(r"\p{Khmer}")
_WORDS = regex.compile(r"[\p{L}\p{N}\p{So}]")
# What every turn asks is built once: to build a statement takes longer than to run it.
_UP_TO = (
    select(func.count())
    .select_from(StoredInbound)
    .where(
        StoredInbound.contact_id == bindparam("contact_id"),
        StoredInbound.id <= bindparam("inbound_id"),
        StoredInbound.received_at > bindparam("since"),
    )
)


@dataclass(frozen=True)
class Question:
    """What a stored message asks of the engine, as far as the database alone can tell.

    `message` is what the engine gets; `own_reply` names the response with which we answer
    ourselves. A message too many gets neither.
    """

    message: str = ""
    own_reply: str = ""
    is_too_many: bool = False


def question_of(session: Session, inbound: StoredInbound) -> Question:
    """Read what has to be known of a message before the engine is asked."""
    if is_too_many(session, inbound):
        return Question(is_too_many=True)
    if inbound.kind in (Kind.ATTACHMENT.value, Kind.LOCATION.value) and not inbound.text:
        return Question(own_reply="utter_attachment")
    if inbound.button_token:
        payload = _payload_behind(session, inbound)
    elif is_number_of_stale_list(session, inbound.contact_id, inbound.text):
        return Question(own_reply="utter_list_expired")
    else:
        payload = payload_chosen(session, inbound.contact, inbound.text)
    return Question(message=payload or engine_message(inbound.text))


def answer(
    sessions: SessionFactory, engine: RasaClient, inbound: StoredInbound, question: Question
) -> bool:
    """Answer one message, or put it off; returns whether the next one may follow.

    The message is done and its replies are queued in one transaction. A failing engine is tried
    again with growing pauses; after that the citizen gets an apology, never silence.
    """
    contact = inbound.contact
    if is_taken_over(contact):
        with sessions.begin() as session:
            session.get_one(StoredInbound, inbound.id).state = "with_person"
        _note_end(inbound, "with_person")
        return True
    if question.is_too_many:
        _throttle(sessions, inbound)
        return True
    if _is_link_code(sessions, inbound):
        return True
    try:
        replies = _replies(engine, inbound, contact, question)
    except EngineUnavailable as error:
        if now() - inbound.received_at < PATIENCE:
            _put_off(sessions, inbound.id, error.code)
            return False
        return _apologise(sessions, inbound, contact, error.code)
    except EngineTurnFailed as error:
        if inbound.attempts + 1 < EMPTY_TURN_TRIES:
            _put_off(sessions, inbound.id, error.code)
            return False
        return _apologise(sessions, inbound, contact, error.code)
    with sessions.begin() as session:
        _finish(session, inbound, "done", replies)
    _note_end(inbound, "done")
    return True


def _note_end(inbound: StoredInbound, outcome: str) -> None:
    turn_ended(inbound.channel, outcome, now() - inbound.received_at)


def _is_link_code(sessions: SessionFactory, inbound: StoredInbound) -> bool:
    """Whether the message was a code from another channel; it is answered then, by no engine."""
    code = link_code_in(inbound.text, str(inbound.details.get("reference", "")))
    if not code:
        return False
    with sessions.begin() as session:
        contact = session.get_one(Contact, inbound.contact_id)
        language = "en" if inbound.text.isascii() else "km"
        reply = answer_link_code(session, wording(), contact, code, language, now())
        _finish(session, session.get_one(StoredInbound, inbound.id), "done", [reply])
    _note_end(inbound, "done")
    return True


def is_taken_over(contact: Contact) -> bool:
    """Whether a person answers this citizen just now, so that the assistant is quiet."""
    return contact.taken_over_until is not None and contact.taken_over_until > now()


def is_too_many(session: Session, inbound: StoredInbound) -> bool:
    """Whether the citizen sent more messages within a minute than anybody means to."""
    recent = session.scalar(
        _UP_TO,
        {
            "contact_id": inbound.contact_id,
            "inbound_id": inbound.id,
            "since": inbound.received_at - _MINUTE,
        },
    )
    return (recent or 0) > MOST_A_MINUTE


def engine_message(text: str) -> str:
    """What the engine gets of a typed text: never a command, never empty, not too long."""
    typed = text.strip().lstrip("/").strip()[:_LONGEST_FOR_ENGINE]
    return typed if _WORDS.search(typed) else "/nlu_fallback"


def _replies(
    engine: RasaClient, inbound: StoredInbound, contact: Contact, question: Question
) -> list[Reply]:
    language = language_of(contact)
    if question.own_reply:
        return [Reply(wording().text(question.own_reply, language))]
    # A menu is in the language of the phone; who talked with us goes on in that of the talk.
    kept = contact.last_language if "command" in inbound.details else None
    metadata: dict[str, Any] = {
        "chosen_language": contact.chosen_language or kept,
        "last_language": contact.last_language,
    }
    with engine_call():
        replies = engine.turn(
            contact.conversation_id, with_language(question.message, language), metadata
        )
    engine_answered(_language_of(replies), understood=all(reply.understood for reply in replies))
    return replies


def _payload_behind(session: Session, inbound: StoredInbound) -> str | None:
    """The payload of a pressed button, if the button was offered to this contact."""
    token = session.get(ButtonToken, inbound.button_token)
    if token is None or token.contact_id != inbound.contact_id:
        log.info("unknown_button", inbox_id=inbound.id)
        return None
    return token.payload


def _throttle(sessions: SessionFactory, inbound: StoredInbound) -> None:
    """Leave the message unanswered; the first of a burst is told so, once."""
    with sessions.begin() as session:
        row = session.get_one(StoredInbound, inbound.id)
        row.state = "throttled"
        contact = row.contact
        if contact.throttled_until is None or contact.throttled_until < row.received_at:
            notice = Reply(wording().text("utter_throttled", language_of(contact)))
            queue_replies(session, contact, row.id, [notice])
        contact.throttled_until = row.received_at + _MINUTE
    _note_end(inbound, "throttled")
    log.warning("throttled", inbox_id=inbound.id)


def _put_off(sessions: SessionFactory, inbound_id: int, code: str) -> None:
    with sessions.begin() as session:
        row = session.get_one(StoredInbound, inbound_id)
        pause = _PAUSES[min(row.attempts, len(_PAUSES) - 1)]
        row.attempts += 1
        row.not_before = now() + timedelta(seconds=pause)
        row.failure = code
    log.warning("turn_put_off", inbox_id=inbound_id, seconds=pause, reason=code)


def _apologise(
    sessions: SessionFactory, inbound: StoredInbound, contact: Contact, code: str
) -> bool:
    log.error("turn_apologised", inbox_id=inbound.id, tries=inbound.attempts + 1, reason=code)
    apology = Reply(wording().text("utter_apology", _language_of_text(inbound.text, contact)))
    with sessions.begin() as session:
        _finish(session, inbound, "apologised", [apology], code)
    _note_end(inbound, "apologised")
    return True


def _finish(
    session: Session,
    inbound: StoredInbound,
    state: str,
    replies: Sequence[Reply],
    failure: str | None = None,
) -> None:
    # The row as it was read under the lease: only what is changed here is written.
    session.add(inbound)
    inbound.state = state
    inbound.answered_at = now()
    inbound.failure = failure
    # The language we really answered in; an apology repeats what is known and says nothing new.
    if state == "done":
        inbound.contact.last_language = _language_of(replies)
    queue_replies(session, inbound.contact, inbound.id, replies)


def _language_of(replies: Sequence[Reply]) -> str:
    return "km" if any(_KHMER.search(reply.text) for reply in replies) else "en"


def _language_of_text(text: str, contact: Contact) -> str:
    """The language of an apology: as the engine would have decided it."""
    return contact.chosen_language or detect(text).language or language_of(contact)
