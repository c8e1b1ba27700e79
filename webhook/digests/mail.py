"""Digests and items as e-mail: HTML and text, with the chart inside."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, Template

from bot.db.models import Official
from bot.services.digests.content import DigestContent
from bot.settings import Settings
from webhook.digests import text
from webhook.mail import Attachment, compose
from webhook.official_words import OfficialWords

_TEMPLATES = Path(__file__).parent / "templates"
_COLOURS = {"satisfied": "#0b5f5a", "acceptable": "#6b7280", "dissatisfied": "#c2560c"}
_PICTURE = "chart"
# A message of more items than this is cut off by some servers' limits.
_MOST_ITEMS = 100


@dataclass(frozen=True)
class EmailItem:
    """One feedback in a message: its rating, its text and the page to answer it on."""

    rating: str
    text: str
    link: str


def digest_email(
    settings: Settings,
    official: Official,
    content: DigestContent,
    words: OfficialWords,
    items: Sequence[EmailItem],
    picture: bytes,
    key: str,
) -> bytes:
    """A digest with everything in it."""
    title = text.title(content, official, words)
    figures, duties = text.figures(content, words), text.duties(content, words)
    return _message(
        settings, official, words, title, figures, items, duties, picture, key, content.period.due
    )


def item_email(
    settings: Settings,
    official: Official,
    words: OfficialWords,
    item: EmailItem,
    key: str,
    written_at: datetime,
) -> bytes:
    """One feedback: an alert, a reminder or an escalation; its first line is the subject."""
    subject = f"{item.text.splitlines()[0]} · {words.place(official.place_code)}"
    return _message(settings, official, words, subject, [], [item], [], b"", key, written_at)


def _message(
    settings: Settings,
    official: Official,
    words: OfficialWords,
    title: str,
    figures: Sequence[str],
    items: Sequence[EmailItem],
    duties: Sequence[str],
    picture: bytes,
    key: str,
    written_at: datetime,
) -> bytes:
    shown = items[:_MOST_ITEMS]
    left = len(items) - len(shown)
    more = words.say("{number} more are not shown here.", number=left) if left else ""
    footer = words.say(
        "You get this as an official responsible. The links are for you alone; do not pass them on."
    )
    answer = words.say("Answer")
    html = _template().render(
        language=words.language,
        title=title,
        figures=figures,
        picture=_PICTURE if picture else "",
        picture_words="; ".join(figures[1:4]),
        items=[
            {"colour": _COLOURS[item.rating], "lines": item.text.splitlines(), "link": item.link}
            for item in shown
        ],
        more=more,
        duties=duties,
        answer=answer,
        footer=footer,
    )
    blocks = [title, "\n".join(figures)]
    blocks += [f"{item.text}\n{answer}: {item.link}" for item in shown]
    blocks += [more, "\n".join(duties), footer]
    attachments = [Attachment(picture, "image/png", "chart.png", _PICTURE)] if picture else []
    return compose(
        settings,
        recipient=official.address,
        subject=title,
        text="\n\n".join(filter(None, blocks)) + "\n",
        html=html,
        key=key,
        written_at=written_at,
        attachments=attachments,
    )


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    return environment.get_template("message.html")
