"""The web chat: the page, and the two addresses its script talks to."""

from __future__ import annotations

import re
import time
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any, cast

from flask import (
    Blueprint,
    Response,
    current_app,
    jsonify,
    make_response,
    render_template,
    request,
)
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from werkzeug.exceptions import (
    BadRequest,
    HTTPException,
    RequestEntityTooLarge,
    UnsupportedMediaType,
)

from bot.logs.loggers import get_logger
from webhook.metrics.counted import acknowledged, message_came
from webhook.pages.protection import SCRIPTED, protect
from webhook.translation import page_language, remember_language, topic_words, translations

if TYPE_CHECKING:
    from webhook.app import Chrok
    from webhook.web_chat import ChatSession

log = get_logger(__name__)
chat = Blueprint("chat", __name__)

SESSION_COOKIE = "chrok_chat"
LONGEST_TEXT = 5_000
LARGEST_BODY = 64 * 1024
_COOKIE_SECONDS = 180 * 24 * 3600
# Ids are microseconds since 1970: this is the year 2286, and still exact in the page's numbers.
_HIGHEST_ID = 10**16
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{8,64}")
_BUTTON_TOKEN = re.compile(r"[A-Za-z0-9_-]{1,64}")
_INVISIBLE = str.maketrans("", "", "\u200b\u200c\u200d\u2060\ufeff\x00")


@dataclass(frozen=True)
class PostedMessage:
    """What the page sends: its own id of the message, and a text or a pressed button."""

    id: str
    text: str
    button_token: str


@chat.get("/")
def page() -> ResponseReturnValue:
    """The chat page in Khmer or English."""
    language = page_language(request)
    response = make_response(
        render_template(
            "chat.html",
            language=language,
            _=translations(language).gettext,
            words={"km": topic_words("chat", "km")},
            longest_text=LONGEST_TEXT,
        )
    )
    remember_language(response, language, secure=_chrok().settings.is_https)
    return _remember(response, _session())


@chat.post("/chat/messages")
def send() -> ResponseReturnValue:
    """Take a citizen's message: 202 once it is stored, however often it is sent."""
    began = time.monotonic()
    message = _posted_message()
    session = _session()
    _chrok().web_chat.receive(session, message.id, message.text, message.button_token)
    acknowledged("web", time.monotonic() - began)
    return _remember(make_response(jsonify(id=message.id), 202), session)


@chat.get("/chat/messages")
def read() -> ResponseReturnValue:
    """What was said after a message, and whether an answer is being worked on."""
    after = _after()
    session = _session()
    web_chat = _chrok().web_chat
    # Asked in this order: an answer that is written in between is told now, and once more as
    # waiting; the other way round it would be neither told nor waited for.
    waiting = web_chat.is_waiting(session)
    messages = [asdict(message) for message in web_chat.messages(session, after)]
    return _remember(make_response(jsonify(messages=messages, waiting=waiting)), session)


@chat.after_request
def _protect(response: Response) -> Response:
    return protect(response, SCRIPTED)


@chat.errorhandler(HTTPException)
def _refused(error: HTTPException) -> ResponseReturnValue:
    code = error.name.lower().replace(" ", "_")
    if request.method == "POST":
        message_came("web", "rejected", code)
    return jsonify(error={"code": code, "message": error.description}), error.code or 500


@chat.errorhandler(OperationalError)
@chat.errorhandler(InterfaceError)
@chat.errorhandler(PoolTimeout)
def _database_down(error: Exception) -> ResponseReturnValue:
    log.warning("web_chat_without_database", error=error)
    if request.method == "POST":
        message_came("web", "not_stored")
    message = "the message could not be stored or read just now; try again"
    response = jsonify(error={"code": "database_unavailable", "message": message})
    response.headers["Retry-After"] = "5"
    return response, 503


def _posted_message() -> PostedMessage:
    values = _json_object()
    message = PostedMessage(
        id=_field(values, "id"),
        text=_field(values, "text").strip(),
        button_token=_field(values, "button_token"),
    )
    if not _CLIENT_ID.fullmatch(message.id):
        raise BadRequest("id: must be a UUID, the same each time the same message is sent")
    if message.button_token and not _BUTTON_TOKEN.fullmatch(message.button_token):
        raise BadRequest("button_token: must be a token that came with a button")
    if len(message.text) > LONGEST_TEXT:
        raise RequestEntityTooLarge(
            f"text: has {len(message.text)} characters; at most {LONGEST_TEXT} are taken"
        )
    if not message.button_token and not message.text.translate(_INVISIBLE).strip():
        raise BadRequest("text: is empty; write something, or give a button_token")
    return message


def _json_object() -> dict[str, Any]:
    request.max_content_length = LARGEST_BODY
    if request.mimetype != "application/json":
        raise UnsupportedMediaType("send JSON, with Content-Type: application/json")
    try:
        values = request.get_json()
    except RecursionError:
        raise BadRequest("the JSON is nested too deeply") from None
    if not isinstance(values, dict):
        raise BadRequest('send a JSON object: {"id": …, "text": …}')
    return values


def _field(values: dict[str, Any], name: str) -> str:
    value = values.get(name, "")
    if not isinstance(value, str):
        raise BadRequest(f"{name}: must be text")
    try:
        value.encode()
    except UnicodeEncodeError:
        raise BadRequest(f"{name}: holds half of a surrogate pair; send whole characters") from None
    return value


def _after() -> int:
    given = request.args.get("after", "0")
    try:
        after = int(given)
    except ValueError:
        after = -1
    if not 0 <= after < _HIGHEST_ID:
        raise BadRequest("after: must be the id of a message, or 0 for the latest")
    return after


def _session() -> ChatSession:
    return _chrok().web_chat.session_of(request.cookies.get(SESSION_COOKIE))


def _remember(response: Response, session: ChatSession) -> Response:
    response.set_cookie(
        SESSION_COOKIE,
        session.token,
        max_age=_COOKIE_SECONDS,
        secure=_chrok().settings.is_https,
        httponly=True,
        samesite="Lax",
    )
    return response


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])
