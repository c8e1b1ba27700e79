"""What a provider tells that is no turn of the conversation: done at once, without the engine.

Each takes effect in the transaction that stores the message, so a repeat has none.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import Contact, StoredInbound, StoredOutbound
from bot.db.models.base import now
from bot.messages import InboundMessage, Kind, Reply
from bot.services.contacts import language_of
from bot.services.offered_lists import token_of_choice_with
from bot.services.outgoing import queue_replies
from bot.wording import wording

# How long a colleague's conversation is theirs when nobody gives it back.
TAKEN_OVER = timedelta(hours=12)
# How long the rest of a long answer can be asked for.
_REST_LIVES = timedelta(hours=24)


def apply(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    """Do what the stored message says; returns whether a worker is wanted for the contact."""
    return _EFFECTS[message.kind](session, row, message)


def _edit(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    """Correct a message that still waits; what is answered already stays answered."""
    edited = session.scalars(
        select(StoredInbound).where(
            StoredInbound.channel == message.channel,
            StoredInbound.event_id == str(message.details.get("edited_event_id", "")),
            StoredInbound.contact_id == row.contact_id,
            StoredInbound.state == "waiting",
        )
    ).first()
    if edited is None or not row.text.strip():
        return False
    edited.text = row.text
    return True


def _opt_out(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    row.contact.opted_out_at = now()
    return _say(session, row, "utter_opted_out")


def _opt_in(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    """Notices again; to somebody who never stopped them START is a word to begin with."""
    had_stopped = row.contact.opted_out_at is not None or row.contact.blocked_at is not None
    row.contact.opted_out_at = None
    row.contact.blocked_at = None
    return _say(session, row, "utter_opted_in" if had_stopped else "utter_sms_help")


def _help(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    return _say(session, row, "utter_sms_help")


def _more(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    """The rest of our latest answer; without one, "More" may be a choice that was offered."""
    cut = _unfinished(session, row.contact_id)
    if cut is not None and cut.remaining:
        queue_replies(session, row.contact, row.id, [Reply(cut.remaining)])
        cut.remaining = None
        return True
    token = token_of_choice_with(session, row.contact_id, row.text)
    if token is not None:
        row.kind, row.button_token, row.state = Kind.BUTTON.value, token, "waiting"
        return True
    return _say(session, row, "utter_nothing_more")


def _unfinished(session: Session, contact_id: int) -> StoredOutbound | None:
    """The latest answer or notice that was too long, if nothing was answered since."""
    since = now() - _REST_LIVES
    recent = (
        select(StoredOutbound)
        .where(StoredOutbound.contact_id == contact_id, StoredOutbound.created_at > since)
        .order_by(StoredOutbound.id.desc())
        .limit(1)
    )
    cut = session.scalars(recent.where(StoredOutbound.remaining.is_not(None))).first()
    answer = session.scalars(recent.where(StoredOutbound.inbound_id.is_not(None))).first()
    if cut is None or answer is None or cut.id >= answer.id:
        return cut
    return cut if cut.inbound_id == answer.inbound_id else None


def _blocked(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    row.contact.blocked_at = now()
    return False


def _unblocked(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    row.contact.blocked_at = None
    return False


def _migrated(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    rename(session, row.contact, str(message.details.get("new_id", "")))
    return False


def _person_answered(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    row.contact.taken_over_until = now() + TAKEN_OVER
    return False


def _person_left(session: Session, row: StoredInbound, message: InboundMessage) -> bool:
    row.contact.taken_over_until = None
    return False


def rename(session: Session, contact: Contact, new_id: str) -> None:
    """The provider knows the contact by another id from now on.

    Where somebody has that id already, who wrote before the news came, they go on alone and the
    old contact is closed. Where nobody wrote there (the provider only told of the new id), the two
    change places.
    """
    if not new_id or new_id == contact.external_id:
        return
    holder = session.scalars(
        select(Contact).where(Contact.channel == contact.channel, Contact.external_id == new_id)
    ).first()
    if holder is None:
        contact.external_id, contact.blocked_at = new_id, None
    elif holder.last_heard_at is None:
        _change_places(session, contact, holder)
    else:
        contact.blocked_at = now()


def _change_places(session: Session, contact: Contact, holder: Contact) -> None:
    old_id, new_id, blocked_at = contact.external_id, holder.external_id, holder.blocked_at
    # No two contacts may have one id, not even in between.
    for changed, external_id in ((holder, f"moving:{holder.id}"), (contact, new_id)):
        changed.external_id = external_id
        session.flush()
    holder.external_id, contact.blocked_at = old_id, blocked_at


def _say(session: Session, row: StoredInbound, name: str) -> bool:
    known = row.contact.chosen_language or row.contact.last_language
    language = (
        row.details.get("language")
        or known
        or row.details.get("language_if_unknown")
        or language_of(row.contact)
    )
    queue_replies(session, row.contact, row.id, [Reply(wording().text(name, language))])
    return True


_EFFECTS: dict[Kind, Callable[[Session, StoredInbound, InboundMessage], bool]] = {
    Kind.EDIT: _edit,
    Kind.OPT_OUT: _opt_out,
    Kind.OPT_IN: _opt_in,
    Kind.HELP: _help,
    Kind.MORE: _more,
    Kind.BLOCKED: _blocked,
    Kind.UNBLOCKED: _unblocked,
    Kind.MIGRATED: _migrated,
    Kind.PERSON_ANSWERED: _person_answered,
    Kind.PERSON_LEFT: _person_left,
}
