"""Notes what was understood badly, and lists it for labelling (docs/understanding.md)."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable
from datetime import datetime, timedelta

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from bot.db.models import Contact, MessageToReview, StoredInbound
from bot.db.models.base import now
from bot.services.dialogue import Context, Heard
from bot.services.masking import mask
from bot.text.normalise import normalise

# Below it a third of the messages are taken for the wrong intent (`make bench`, cross-validation).
UNSURE_BELOW = 0.6
# What nobody has labelled by then is of no use any more.
KEPT_FOR = timedelta(days=90)
_LONGEST = 500
_TAKES_BACK = "deny"


def note_turn(session: Session, heard: Heard, before: Context, understood: bool) -> None:
    """Remember the message, masked, if it was understood badly, or the one that it takes back.

    Free text into an open form is a person's own story and is not remembered.
    """
    if not heard.text.strip() or heard.chosen or before.form is not None:
        return
    if heard.intent == _TAKES_BACK and not before.awaiting:
        earlier = _message_before(session, heard.conversation_id)
        if earlier:
            _note(session, earlier, heard.language, before.topic, 0.0, "corrected")
        return
    if not understood or heard.intent == "nlu_fallback":
        reason = "not_understood"
    elif heard.confidence < UNSURE_BELOW:
        reason = "low_confidence"
    else:
        return
    _note(session, heard.text, heard.language, heard.intent, heard.confidence, reason)


def to_review(session: Session, below: float) -> list[MessageToReview]:
    """What has no label yet: everything corrected or not understood, and what was less sure."""
    query = (
        select(MessageToReview)
        .where(
            MessageToReview.reviewed_at.is_(None),
            (MessageToReview.reason != "low_confidence")
            | (MessageToReview.confidence_percent < 100 * below),
        )
        .order_by(MessageToReview.times.desc(), MessageToReview.id)
    )
    return list(session.scalars(query))


def mark_reviewed(session: Session, texts: Iterable[str]) -> int:
    """Take the wordings off the list; returns how many stood on it."""
    wordings = {_wording(text) for text in texts}
    rows = session.scalars(
        select(MessageToReview).where(MessageToReview.reviewed_at.is_(None))
    ).all()
    found = [row for row in rows if row.wording in wordings]
    for row in found:
        row.reviewed_at = now()
    return len(found)


def forget_old(session: Session, moment: datetime) -> int:
    """Delete what was last heard longer ago than `KEPT_FOR`; returns how many.

    Runs whenever a wording is added, and each night.
    """
    old = session.scalars(
        select(MessageToReview.id).where(MessageToReview.last_heard_at < moment - KEPT_FOR)
    ).all()
    session.execute(delete(MessageToReview).where(MessageToReview.id.in_(old)))
    return len(old)


def forget_wordings(session: Session, texts: Iterable[str]) -> int:
    """Delete the wordings that nobody but the author of these texts used; returns how many."""
    said = Counter(_wording(mask(text)[:_LONGEST]) for text in texts if text.strip())
    rows = session.scalars(select(MessageToReview).where(MessageToReview.wording.in_(list(said))))
    theirs = [row for row in rows if row.times <= said[row.wording]]
    for row in theirs:
        session.delete(row)
    return len(theirs)


def _note(
    session: Session, text: str, language: str, intent: str, confidence: float, reason: str
) -> None:
    masked = mask(text)[:_LONGEST]
    percent = round(100 * confidence)
    wording = _wording(masked)
    row = session.scalars(select(MessageToReview).where(MessageToReview.wording == wording)).first()
    if row is None:
        row = MessageToReview(
            wording=wording,
            masked_text=masked,
            language=language,
            intent=intent,
            confidence_percent=percent,
            reason=reason,
            times=0,
        )
        session.add(row)
        forget_old(session, now())
    row.times += 1
    row.confidence_percent = min(row.confidence_percent, percent)
    row.last_heard_at = now()
    if reason == "corrected" and row.reason != "corrected":
        row.reason, row.intent = reason, intent


def _message_before(session: Session, conversation_id: str) -> str:
    """The text of the conversation's last message but one, or nothing."""
    texts = session.scalars(
        select(StoredInbound.text)
        .join(Contact)
        .where(Contact.conversation_id == conversation_id, StoredInbound.kind == "text")
        .order_by(StoredInbound.id.desc())
        .limit(2)
    ).all()
    return texts[1] if len(texts) > 1 else ""


def _wording(text: str) -> str:
    """A key that the same words share, whatever their spaces, case and encoding."""
    letters = "".join(normalise(text).casefold().split())
    return hashlib.sha256(letters.encode()).hexdigest()
