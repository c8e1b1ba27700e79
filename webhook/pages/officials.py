"""Pages behind the signed links that officials get: answer a feedback, see a digest's chart."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, current_app, render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from bot.db.models import Digest, Feedback, FeedbackEvent, Official, Subscription
from bot.db.models.base import now
from bot.db.models.feedback import UNITS
from bot.services.answering import LONGEST_ANSWER, AnsweringError, may_act
from bot.services.feedback import record, text_for
from bot.services.reports.ombudsman import build_report, read_month
from webhook.channels.values import holdable
from webhook.digests.messages import OfficialMessages, chart_of
from webhook.official_steps import Step, place_named, take_step
from webhook.official_words import OfficialWords
from webhook.officials_desk import REASONS, done
from webhook.pages.protection import PLAIN, protect
from webhook.reports.ombudsman_pdf import ombudsman_pdf
from webhook.signed_links import ANSWER_LIVES, SignedLinks
from webhook.translation import page_language

if TYPE_CHECKING:
    from webhook.app import Chrok

officials_pages = Blueprint("officials", __name__, url_prefix="/officials")

_ACTIONS = ("answer", "acknowledge", "forward", "close")
_SEEN_AGAIN = timedelta(hours=1)


@dataclass(frozen=True)
class _Opened:
    """What a link opens, and the words to show it in."""

    feedback: Feedback
    official: Official
    words: OfficialWords
    token: str


@officials_pages.get("/answers/<token>")
def show(token: str) -> ResponseReturnValue:
    """The feedback and what can be done with it; opening the page changes nothing in it.

    Mail programs open links to check them, so only the form's POST is a step.
    """
    with _chrok().sessions.begin() as session:
        opened = _open(session, token)
        if opened is None:
            return _gone(session)
        _note_seen(session, opened)
        return _page(opened)


@officials_pages.post("/answers/<token>")
def take(token: str) -> ResponseReturnValue:
    """Take a step; the form must come from the page of this very link."""
    with _chrok().sessions.begin() as session:
        opened = _open(session, token)
        if opened is None:
            return _gone(session)
        if not SignedLinks(_chrok().settings).is_form_token(_posted("form"), token):
            message = opened.words.say("The page was open for too long. Please try again.")
            return _page(opened, problem=message), 400
        step = _posted_step(session)
        try:
            take_step(session, opened.feedback, opened.official, step, now())
        except AnsweringError as error:
            return _page(opened, problem=opened.words.say(REASONS[error.reason])), 422
        if step.action == "forward":
            OfficialMessages(session, _chrok().settings).forwarded(opened.feedback)
        contact_id = opened.feedback.contact_id
        page = _page(opened, done=done(opened.words, opened.feedback, step))
    if contact_id is not None:
        _chrok().tasks.wake(contact_id)
    return page


@officials_pages.get("/charts/<token>.png")
def picture(token: str) -> ResponseReturnValue:
    """The chart of a digest, drawn from its stored figures."""
    digest_id = SignedLinks(_chrok().settings).read_picture(token)
    with _chrok().sessions() as session:
        digest = session.get(Digest, digest_id) if digest_id else None
        if digest is None:
            abort(404)
        official = session.get_one(Subscription, digest.subscription_id).official
        words = OfficialWords(session, official.language, _chrok().settings.zone)
        content = chart_of(digest.figures, words)
    # Mail programs in a browser show the picture within their own page.
    headers = {
        "Cache-Control": "private, max-age=86400",
        "Cross-Origin-Resource-Policy": "cross-origin",
    }
    return Response(content, content_type="image/png", headers=headers)


@officials_pages.get("/reports/<token>.pdf")
def report(token: str) -> ResponseReturnValue:
    """The ombudsman's report of a month, as the official of the link may read it."""
    named = SignedLinks(_chrok().settings).read_report(token)
    with _chrok().sessions() as session:
        official = session.get(Official, named[0]) if named else None
        if named is None or official is None or official.removed_at is not None:
            return _gone(session)
        zone = _chrok().settings.zone
        built = build_report(session, named[1], read_month(named[2], zone), zone)
        words = OfficialWords(session, official.language, zone)
        content = ombudsman_pdf(built, words, official)
    return Response(content, content_type="application/pdf")


@officials_pages.after_request
def _protect(response: Response) -> Response:
    return protect(response, PLAIN)


def _open(session: Session, token: str) -> _Opened | None:
    named = SignedLinks(_chrok().settings).read_answer(token)
    if named is None:
        return None
    official = session.get(Official, named[0])
    feedback = session.get(Feedback, named[1])
    if official is None or feedback is None or official.removed_at is not None:
        return None
    words = OfficialWords(session, official.language, _chrok().settings.zone)
    return _Opened(feedback, official, words, token)


def _note_seen(session: Session, opened: _Opened) -> None:
    """Who read the words in full is in the trail, once an hour."""
    recent = any(
        event.action == "seen"
        and event.official_id == opened.official.id
        and event.happened_at > now() - _SEEN_AGAIN
        for event in opened.feedback.events
    )
    if not recent:
        record(session, opened.feedback, "official", "seen", now(), official=opened.official)


def _posted_step(session: Session) -> Step:
    action = _posted("action")
    if action not in _ACTIONS:
        abort(400)
    named = _posted("place").strip()
    # A name that nobody knows must not become "the same place".
    place = place_named(session, named) or ("unknown" if named else "")
    unit = _posted("unit")
    return Step(action, _posted("text")[: 2 * LONGEST_ANSWER], unit, place)


def _posted(name: str) -> str:
    return holdable(request.form.get(name, ""))


def _page(opened: _Opened, *, problem: str = "", done: str = "") -> str:
    feedback, words = opened.feedback, opened.words
    return render_template(
        "officials/answer.html",
        words=words,
        say=words.say,
        feedback=feedback,
        text=text_for(feedback, opened.official),
        units=UNITS,
        trail=[_event(event, words) for event in feedback.events if event.action != "seen"],
        can_act=may_act(feedback, opened.official) and feedback.state != "solved",
        form_token=SignedLinks(_chrok().settings).form_token(opened.token),
        longest=LONGEST_ANSWER,
        written=_posted("text") if problem else "",
        problem=problem,
        done=done,
    )


def _event(event: FeedbackEvent, words: OfficialWords) -> tuple[str, str, str]:
    """When, what and the words of a step."""
    shown = event.text if event.action in ("answered", "closed", "added") else ""
    return words.moment(event.happened_at), words.say(TRAIL[event.action]), shown


def _gone(session: Session) -> ResponseReturnValue:
    words = OfficialWords(session, page_language(request), _chrok().settings.zone)
    days = ANSWER_LIVES.days
    page = render_template("officials/gone.html", words=words, say=words.say, days=days)
    return page, 410


def _chrok() -> Chrok:
    return cast("Chrok", current_app.extensions["chrok"])


TRAIL = {
    "received": "Received",
    "alerted": "Officials were alerted",
    "acknowledged": "Seen by the office",
    "answered": "Answered",
    "forwarded": "Passed on to another office",
    "closed": "Closed",
    "solved": "The citizen says: solved",
    "not_solved": "The citizen says: not solved",
    "added": "The citizen added",
    "reminded": "Reminder sent",
    "escalated": "Province and Citizen's Office told",
    "seen": "Read",
}
