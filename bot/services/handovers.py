"""Requests to speak with a person: kept until an operator closes them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from bot.db.models import Contact, HandoverRequest
from bot.db.models.base import now
from bot.errors import ChrokError
from bot.messages import Reply
from bot.services.outgoing import queue_notice

# What somebody tells in their first words is short; the rest they tell the officer.
_LONGEST_REASON = 1000


def request_handover(
    session: Session, conversation_id: str, place_code: str, reason: str
) -> HandoverRequest | None:
    """The contact's open request, new or with what was said now added; None for nobody we know.

    Who asks again says more about the same wish: there is never a second open request.
    """
    contact = session.scalars(
        select(Contact).where(Contact.conversation_id == conversation_id)
    ).first()
    if contact is None:
        return None
    request = _open_request(session, contact)
    if request is None:
        request = HandoverRequest(contact_id=contact.id)
        session.add(request)
    told = (request.reason or "").split("\n") if request.reason else []
    if reason and reason not in told:
        request.reason = "\n".join([*told, reason])[:_LONGEST_REASON]
    request.place_code = place_code or request.place_code
    session.flush()
    return request


def handover_requests(session: Session, *, closed_too: bool = False) -> Sequence[HandoverRequest]:
    """The open requests, the oldest first; with `closed_too` all of them."""
    query = select(HandoverRequest).options(joinedload(HandoverRequest.contact))
    if not closed_too:
        query = query.where(HandoverRequest.state == "open")
    return session.scalars(query.order_by(HandoverRequest.created_at, HandoverRequest.id)).all()


def close_handover(session: Session, request_id: int, message: str = "") -> HandoverRequest:
    """Close a request, with a last message to the citizen if one is given.

    Raises `ChrokError` where there is no such open request.
    """
    request = session.get(HandoverRequest, request_id)
    if request is None:
        raise ChrokError(f"there is no handover request {request_id}")
    if request.state == "closed":
        raise ChrokError(f"handover request {request_id} is closed already")
    request.state = "closed"
    request.closed_at = now()
    if message:
        queue_notice(session, request.contact, Reply(message), key=f"handover:{request.id}:closed")
    return request


def _open_request(session: Session, contact: Contact) -> HandoverRequest | None:
    return session.scalars(
        select(HandoverRequest)
        .where(HandoverRequest.contact_id == contact.id, HandoverRequest.state == "open")
        .order_by(HandoverRequest.id)
        .with_for_update()
    ).first()
