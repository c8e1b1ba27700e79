"""`PUT /api/v1/sites/<site>/tickets`: an office's desk agent sends what changed."""

from __future__ import annotations

import json
from functools import cache
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import yaml
from flask import Blueprint, Response, current_app, jsonify, request
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge

from bot.db.models.base import now
from bot.logs.loggers import get_logger
from bot.services.sites import AddressRefused, TokenRefused, authenticate
from bot.services.ticket_reading import TicketRecord, TicketRefused, read_ticket, shown
from bot.services.ticket_sync import SyncReport, log_refused_sync, sync_tickets
from webhook.api.errors import ApiError

if TYPE_CHECKING:
    from webhook.app import Chrok

log = get_logger(__name__)
sites_api = Blueprint("sites_api", __name__, url_prefix="/api/v1")

MOST_TICKETS = 1000
LARGEST_REQUEST = 5_000_000
_DESCRIPTION = Path(__file__).with_name("openapi.yml")


@sites_api.get("/openapi.json")
def description() -> ResponseReturnValue:
    """The API's own description (OpenAPI 3.1)."""
    return jsonify(openapi())


@sites_api.put("/sites/<site_id>/tickets")
def put_tickets(site_id: str) -> ResponseReturnValue:
    """Store a batch; the answer tells row by row what became of it."""
    _authenticate(site_id)
    try:
        rows = _rows(_body())
    except ApiError as error:
        _log_refusal(site_id, error)
        raise
    report, told = _sync(site_id, rows)
    for contact_id in told:
        _chrok().tasks.wake(contact_id)
    log.info("site_synced", site=site_id, tickets=dict(report.counts), notices=len(told))
    return jsonify(
        {
            "site": site_id,
            "received": len(rows),
            "counts": {outcome: report.counts[outcome] for outcome in report.counts},
            "results": [result.to_json() for result in report.results],
        }
    )


@sites_api.errorhandler(ApiError)
def _refuse(error: ApiError) -> Response:
    return error.response()


@sites_api.errorhandler(HTTPException)
def _refuse_plainly(error: HTTPException) -> Response:
    code = (error.name or "error").lower().replace(" ", "_")
    return ApiError(error.code or 500, code, str(error.description)).response()


@cache
def openapi() -> dict[str, Any]:
    """The description as it stands in `openapi.yml`."""
    return cast("dict[str, Any]", yaml.safe_load(_DESCRIPTION.read_text(encoding="utf-8")))


def _authenticate(site_id: str) -> None:
    """Let the site's own agent in; who is refused too often is told so and nothing more."""
    try:
        _check_token(site_id)
    except ApiError as error:
        # Without a token nothing is guessed.
        is_guess = error.code in ("token_refused", "address_refused")
        if is_guess and _chrok().refusals.are_too_many():
            message = "too many wrong tokens from this address; wait for Retry-After seconds"
            raise ApiError(429, "too_many_requests", message) from error
        raise


def _check_token(site_id: str) -> None:
    scheme, _, token = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        message = "send the site's token as `Authorization: Bearer <token>`"
        raise ApiError(401, "token_missing", message)
    try:
        with _chrok().sessions() as session:
            authenticate(session, site_id, token.strip(), request.remote_addr or "")
    except TokenRefused as error:
        log.warning("site_token_refused", address=_address())
        message = "the token is not this site's; ask the operator for a new one"
        raise ApiError(401, "token_refused", message) from error
    except AddressRefused as error:
        log.warning("site_address_refused", site=site_id, address=_address())
        message = "this address is not on the site's list; ask the operator to add it"
        raise ApiError(403, "address_refused", message) from error
    except (DBAPIError, PoolTimeout) as error:
        raise _unavailable(error) from error


def _address() -> IPv4Address | IPv6Address | str:
    """The sender's address, as a value of its own: in words its digits would be masked."""
    try:
        return ip_address(request.remote_addr or "")
    except ValueError:
        return "none"


def _body() -> Any:
    request.max_content_length = LARGEST_REQUEST
    if request.mimetype != "application/json":
        raise ApiError(415, "not_json", "send Content-Type: application/json")
    try:
        content = request.get_data(cache=False)
    except RequestEntityTooLarge as error:
        message = f"the request is larger than {LARGEST_REQUEST} bytes; send fewer tickets at once"
        raise ApiError(413, "too_large", message) from error
    try:
        return json.loads(content)
    except (ValueError, RecursionError) as error:
        place = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        raise ApiError(400, "not_json", f"the body is no JSON in UTF-8{place}") from error


def _rows(content: Any) -> list[TicketRecord | TicketRefused]:
    tickets = content.get("tickets") if isinstance(content, dict) else None
    if not isinstance(tickets, list):
        message = 'send {"tickets": [ … ]}; an empty list says that nothing changed'
        raise ApiError(422, "no_tickets", message, "tickets")
    others = sorted(shown(name) for name in content if name != "tickets")
    if others:
        message = f"{others[0]} is no field beside tickets"
        raise ApiError(422, "unknown_field", message, others[0].strip("'\""))
    if len(tickets) > MOST_TICKETS:
        message = f"{len(tickets)} tickets at once; send at most {MOST_TICKETS}"
        raise ApiError(413, "too_many", message, "tickets")
    for position, ticket in enumerate(tickets):
        if not isinstance(ticket, dict):
            message = f"tickets[{position}] must be an object with the fields of a ticket"
            raise ApiError(422, "not_an_object", message, f"tickets[{position}]")
    return [_row(ticket) for ticket in tickets]


def _row(ticket: dict[str, Any]) -> TicketRecord | TicketRefused:
    try:
        return read_ticket(ticket)
    except TicketRefused as refused:
        return refused


def _sync(site_id: str, rows: list[TicketRecord | TicketRefused]) -> tuple[SyncReport, list[int]]:
    """What the sync did, and the contacts who have a notice now; all in one transaction."""
    parts, moment = _chrok(), now()
    try:
        with parts.sessions.begin() as session:
            report = sync_tickets(
                session, site_id, rows, source="api", moment=moment, zone=parts.settings.zone
            )
            return report, parts.notifier.tell(session, report, moment)
    except (DBAPIError, PoolTimeout) as error:
        raise _unavailable(error) from error


def _log_refusal(site_id: str, refusal: ApiError) -> None:
    try:
        with _chrok().sessions.begin() as session:
            log_refused_sync(session, site_id, refusal.code, now())
    except (DBAPIError, PoolTimeout) as error:
        log.error("site_refusal_not_stored", site=site_id, error=error)


def _unavailable(error: Exception) -> ApiError:
    log.error("site_sync_not_stored", error=error)
    message = "the database does not answer; nothing was stored, send the same again later"
    return ApiError(503, "unavailable", message)


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])
