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


@dataclass(frozen=True)
class _Content:
    """What a message says, apart from how it is laid out."""

    title: str
    figures: Sequence[str] = ()
    items: Sequence[EmailItem] = ()
    duties: Sequence[str] = ()
    picture: bytes = b""
    files: Sequence[Attachment] = ()


def digest_email(
    settings: Settings,
    official: Official,
    content: DigestContent,
    words: OfficialWords,
    items: Sequence[EmailItem],
    duties: Sequence[str],
    picture: bytes,
    key: str,
) -> bytes:
    """A digest with everything in it."""
    shown = _Content(
        text.title(content, official, words),
        text.figures(content, words),
        items,
        duties,
        picture,
    )
    return _message(settings, official, words, shown, key, content.period.due)


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
    content = _Content(subject, items=[item])
    return _message(settings, official, words, content, key, written_at)


def report_email(
    settings: Settings,
    official: Official,
    words: OfficialWords,
    title: str,
    file: Attachment,
    key: str,
    written_at: datetime,
) -> bytes:
    """A report as an attached file."""
    lines = [words.say("The report is attached as a PDF file.")]
    content = _Content(title, lines, files=[file])
    return _message(settings, official, words, content, key, written_at)


def _message(
    settings: Settings,
    official: Official,
    words: OfficialWords,
    content: _Content,
    key: str,
    written_at: datetime,
) -> bytes:
    pictures = [Attachment(content.picture, "image/png", "chart.png", _PICTURE)]
    return compose(
        settings,
        recipient=official.address,
        subject=content.title,
        text=_plain(content, words),
        html=_html(content, words),
        key=key,
        written_at=written_at,
        attachments=[*(pictures if content.picture else ()), *content.files],
    )


def _plain(content: _Content, words: OfficialWords) -> str:
    answer = words.say("Answer")
    blocks = [content.title, "\n".join(content.figures)]
    blocks += [f"{item.text}\n{answer}: {item.link}" for item in content.items[:_MOST_ITEMS]]
    blocks += [_more(content, words), "\n".join(content.duties), _footer(words)]
    return "\n\n".join(filter(None, blocks)) + "\n"


def _html(content: _Content, words: OfficialWords) -> str:
    return _template().render(
        language=words.language,
        title=content.title,
        figures=content.figures,
        picture=_PICTURE if content.picture else "",
        picture_words="; ".join(content.figures[1:4]),
        items=[
            {"colour": _COLOURS[item.rating], "lines": item.text.splitlines(), "link": item.link}
            for item in content.items[:_MOST_ITEMS]
        ],
        more=_more(content, words),
        duties=content.duties,
        answer=words.say("Answer"),
        footer=_footer(words),
    )


def _more(content: _Content, words: OfficialWords) -> str:
    left = len(content.items) - _MOST_ITEMS
    return words.say("{number} more are not shown here.", number=left) if left > 0 else ""


def _footer(words: OfficialWords) -> str:
    return words.say(
        "You get this as an official responsible. The links are for you alone; do not pass them on."
    )


@cache
def _template() -> Template:
    environment = Environment(loader=FileSystemLoader(_TEMPLATES), autoescape=True)
    return environment.get_template("message.html")
