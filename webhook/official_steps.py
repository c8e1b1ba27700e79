"""What an official's words ask for: seen, close, forward, or an answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import regex
from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from bot.db.models import Feedback, Official, Place
from bot.services import answering
from bot.services.feedback_reading import unit_answer
from bot.text.digits import to_latin_digits

_SEEN = regex.compile(
    r"\W*(?:ok|okay|ack|seen|noted|បានឃើញ|បានទទួល|ទទួលដឹង|បាទ|ចាស)\W*", regex.IGNORECASE
)
_CLOSE = regex.compile(
    r"\s*/?(?:close|បិទ)(?:\s*[:：,-]\s*|\s+|$)(.*)", regex.IGNORECASE | regex.DOTALL
)
_FORWARD = regex.compile(
    r"\s*/?(?:forward|បញ្ជូនបន្ត|បញ្ជូន)(?:\s*[:：,-]\s*|\s+|$)(?:to\s+|ទៅ\s*)?(.*)",
    regex.IGNORECASE | regex.DOTALL,
)
_CODE = regex.compile(r"(?<!\d)(\d{4}|\d{2})(?!\d)")
_KHMER_KIND = regex.compile(r"(?:ខេត្ត|រាជធានី|ក្រុង|ស្រុក|ខណ្ឌ)\s*(\S+)")


@dataclass(frozen=True)
class Step:
    """`action` is `acknowledge`, `answer`, `close` or `forward`; `text` its words."""

    action: str
    text: str = ""
    unit: str = ""
    place_code: str = ""


def read_step(session: Session, text: str) -> Step:
    """What a message asks for; whatever is no command is the answer itself."""
    if _SEEN.fullmatch(text):
        return Step("acknowledge")
    closed = _CLOSE.fullmatch(text)
    if closed:
        return Step("close", closed[1])
    forwarded = _FORWARD.fullmatch(text)
    if forwarded:
        target = forwarded[1]
        return Step("forward", target, unit_answer(target), place_named(session, target))
    return Step("answer", text)


def take_step(
    session: Session, feedback: Feedback, official: Official, step: Step, moment: datetime
) -> None:
    """Take a step; raises `AnsweringError`."""
    if step.action == "acknowledge":
        answering.acknowledge(session, feedback, official, moment)
    elif step.action == "close":
        answering.close(session, feedback, official, step.text, moment)
    elif step.action == "forward":
        answering.forward(session, feedback, official, step.unit, step.place_code, moment)
    else:
        answering.answer(session, feedback, official, step.text, moment)


def place_named(session: Session, target: str) -> str:
    """The district or province that words name, by code or by its whole name; else nothing."""
    code = _CODE.search(to_latin_digits(target))
    if code:
        return code[1]
    named = _KHMER_KIND.findall(target)
    words = [*named, *regex.findall(r"\p{Latin}[\p{Latin} ]+", target)]
    for word in words:
        found = session.scalar(
            select(Place.code)
            .where(
                Place.level != "commune",
                or_(
                    Place.name_km == word.strip(), func.lower(Place.name_en) == word.strip().lower()
                ),
            )
            .order_by(func.length(Place.code).desc())
            .limit(1)
        )
        if found:
            return found
    return ""
