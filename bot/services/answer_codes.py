"""Short codes under which officials answer by SMS or in a chat."""

from __future__ import annotations

import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import AnswerCode, Feedback, Official
from bot.db.models.base import now
from bot.services.feedback_reference import ALPHABET

# Never a word, so that an ordinary message is not taken for an answer: a letter, a digit, two more.
_LETTERS = "".join(character for character in ALPHABET if character.isalpha())
_DIGITS = "".join(character for character in ALPHABET if character.isdigit())


def answer_code(session: Session, official: Official, feedback: Feedback) -> str:
    """The short code (A7K2) under which this official answers this feedback."""
    query = select(AnswerCode.code).where(
        AnswerCode.official_id == official.id, AnswerCode.feedback_id == feedback.id
    )
    while True:
        known = session.scalar(query)
        if known is not None:
            return known
        code = secrets.choice(_LETTERS) + secrets.choice(_DIGITS)
        code += secrets.choice(ALPHABET) + secrets.choice(ALPHABET)
        row = {"code": code, "official_id": official.id, "feedback_id": feedback.id}
        insert_once(session, AnswerCode, {**row, "created_at": now()})
