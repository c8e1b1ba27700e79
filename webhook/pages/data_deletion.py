"""Facebook's data deletion callback, and the page that shows what became of a request."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, Response, abort, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from werkzeug.exceptions import TooManyRequests

from bot.db.models import Contact, DeletionRequest
from bot.logs.loggers import get_logger
from bot.services.deletion_requests import note_provider_request, request_by_code
from bot.settings import Settings
from bot.text.digits import format_date
from webhook.channels.base import Rejected
from webhook.channels.messenger_admin import GraphAdmin, GraphError
from webhook.channels.messenger_deletion import SignedRequest, read_signed_request
from webhook.channels.messenger_values import CHANNEL
from webhook.pages.site import chrok, page, speaker

log = get_logger(__name__)
data_deletion = Blueprint("data_deletion", __name__)


@data_deletion.post("/webhooks/messenger/data-deletion")
def receive() -> ResponseReturnValue:
    """Take Facebook's request; the answer is where its state can be seen, and its code."""
    settings = chrok().settings
    if not settings.messenger_is_on:
        abort(404)
    try:
        signed = read_signed_request(
            request.form.get("signed_request", ""), settings.messenger_app_secret
        )
    except Rejected as rejection:
        if chrok().refusals.are_too_many():
            raise TooManyRequests from rejection
        log.warning("data_deletion_rejected", reason=rejection.reason)
        return "", rejection.status
    try:
        contact_id, code = _note(signed, settings)
    except (DBAPIError, PoolTimeout) as error:
        log.error("data_deletion_not_stored", error=error)
        return "", 503
    if contact_id is not None:
        chrok().tasks.wake(contact_id)
    return jsonify(
        url=f"{settings.public_url.rstrip('/')}/data-deletion/{code}", confirmation_code=code
    )


@data_deletion.get("/data-deletion")
def explain() -> ResponseReturnValue:
    """How to have one's data deleted."""
    return _page("how", None)


@data_deletion.get("/data-deletion/<code>")
def show(code: str) -> ResponseReturnValue:
    """What became of a request."""
    with chrok().sessions() as session:
        found = request_by_code(session, code)
    if found is None:
        return _page("unknown", None, 404)
    return _page(found.state, found)


def _note(signed: SignedRequest, settings: Settings) -> tuple[int | None, str]:
    """Store the request, of the contact it is about where that is known."""
    ids = [signed.user_id, *_page_scoped_ids(signed.user_id, settings)]
    with chrok().sessions.begin() as session:
        subject = signed.subject(settings.secret_key)
        stored = note_provider_request(session, CHANNEL, subject, _contact(session, ids))
        return stored.contact_id, stored.confirmation_code


def _page_scoped_ids(user_id: str, settings: Settings) -> list[str]:
    graph = GraphAdmin(
        settings.messenger_api_url,
        settings.messenger_page_token,
        settings.messenger_app_secret,
        settings.messenger_app_id,
    )
    try:
        return graph.page_scoped_ids(user_id)
    except GraphError as error:
        log.error("data_deletion_names_nobody", code=error.graph_code)
        return []


def _contact(session: Session, ids: list[str]) -> Contact | None:
    return session.scalars(
        select(Contact).where(Contact.channel == CHANNEL, Contact.external_id.in_(ids))
    ).first()


def _page(state: str, found: DeletionRequest | None, status: int = 200) -> Response:
    language = speaker().language

    def written(moment: datetime | None) -> str:
        local = moment.astimezone(chrok().settings.zone) if moment else None
        return format_date(local.date(), language) if local else ""

    response = page(
        "data_deletion.html",
        status,
        state=state,
        code=found.confirmation_code if found else "",
        requested_on=written(found.requested_at if found else None),
        done_on=written(found.done_at if found else None),
    )
    # The code stands in the address: it goes to no other site, and into no cache.
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["Cache-Control"] = "no-store"
    return response
