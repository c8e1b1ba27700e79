"""What becomes of a citizen's feedback when they are forgotten: ratings stay, words go."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from bot.db.models import (
    Feedback,
    FeedbackEvent,
    FeedbackNotice,
    Official,
    OutgoingEmail,
    StoredOutbound,
)
from bot.messages import Reply


def forget_statements(session: Session, author: str) -> int:
    """Erase the words of everything an author stated; returns how many statements there were.

    `author` is the statement's `author_key`. The rating, the aspects and what officials did stay,
    and lead to nobody. What officials were sent meanwhile may quote the words: it has done its
    work, and is erased too; what still waits to be sent is not held up.
    """
    statements = session.scalars(select(Feedback).where(Feedback.author_key == author)).all()
    if not statements:
        return 0
    for statement in statements:
        statement.text = statement.masked_text = ""
        statement.contact_id = None
        statement.author_key = secrets.token_hex(32)
    ids = [statement.id for statement in statements]
    session.execute(
        update(FeedbackEvent)
        .where(FeedbackEvent.feedback_id.in_(ids), FeedbackEvent.actor == "citizen")
        .values(text="", details={})
    )
    _forget_what_officials_were_sent(session, statements)
    return len(statements)


def _forget_what_officials_were_sent(session: Session, statements: Sequence[Feedback]) -> None:
    since = min(statement.created_at for statement in statements)
    blank = Reply("").to_json()
    notices = select(FeedbackNotice.outbox_key).where(
        FeedbackNotice.feedback_id.in_([statement.id for statement in statements])
    )
    session.execute(
        update(StoredOutbound).where(StoredOutbound.key.in_(notices)).values(reply=blank)
    )
    officials = select(Official.contact_id).where(Official.contact_id.is_not(None))
    session.execute(
        update(StoredOutbound)
        .where(
            StoredOutbound.contact_id.in_(officials),
            StoredOutbound.created_at >= since,
            StoredOutbound.finished_at.is_not(None),
        )
        .values(reply=blank, remaining=None)
    )
    session.execute(
        update(OutgoingEmail)
        .where(OutgoingEmail.created_at >= since, OutgoingEmail.state == "sent")
        .values(content=b"")
    )
