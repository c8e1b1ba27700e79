"""A digest as text: its figures, its items one by one, and the short form for SMS."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from bot.db.models import Feedback, Official
from bot.services.digests.content import DigestContent
from bot.services.feedback import text_for
from bot.text.clusters import truncate
from webhook.official_words import FACES, OfficialWords

Occasion = Literal["digest", "alert", "reminder", "escalation", "forward"]

_TITLES = {
    "daily": "Feedback of the day",
    "weekly": "Feedback of the week",
    "monthly": "Feedback of the month",
}
_OCCASIONS: dict[Occasion, str] = {
    "digest": "",
    "alert": "A citizen is not satisfied.",
    "forward": "Another office has passed this on to you.",
    "reminder": "Reminder: this has been waiting for an answer for {days} days.",
    "escalation": "The office has not answered for {days} days. You are asked to see to it.",
}
MOST_LINES = 5
_SHORT_COMMENT = 60


def title(content: DigestContent, official: Official, words: OfficialWords) -> str:
    """What the digest is, of which place."""
    kind = words.say(_TITLES[content.period.kind])
    return f"{kind} · {words.place(official.place_code)}"


def figures(content: DigestContent, words: OfficialWords) -> list[str]:
    """The figures, a line each; without any feedback that is said, never only a zero."""
    lines = [
        words.say(
            "{start} to {end}",
            start=words.moment(content.period.start),
            end=words.moment(content.period.end),
        )
    ]
    lines += _counts(content, words)
    lines += _people(content, words)
    if content.kept_back:
        lines.append(
            words.say(
                "{number} repeats by the same people are kept and not counted.",
                number=content.kept_back,
            )
        )
    return lines


def duties(content: DigestContent, words: OfficialWords, ways: Mapping[int, str]) -> list[str]:
    """What waits: the oldest unanswered with their age, late tickets, silent desks, answer rate.

    `ways` tells of each of the oldest how to answer it: a code, or the address of its page.
    """
    lines = []
    if content.waiting:
        lines.append(
            words.say("Waiting for an answer: {number}. The oldest:", number=len(content.waiting))
        )
        lines += [
            " · ".join((f"• {one.reference}", age(one, content.period.end, words), ways[one.id]))
            for one in content.waiting[:MOST_LINES]
        ]
    if content.answer_rate is not None:
        lines.append(
            words.say(
                "Answered in the last 90 days: {answered} of {received} ({percent}%)",
                answered=content.answered_lately,
                received=content.received_lately,
                percent=content.answer_rate,
            )
        )
    return lines + _offices(content, words)


def item(
    feedback: Feedback,
    official: Official,
    words: OfficialWords,
    code: str = "",
    occasion: Occasion = "digest",
    days: int = 0,
) -> str:
    """One feedback with the citizen's words, as this official may read them."""
    lines = [words.say(_OCCASIONS[occasion], days=days)] if _OCCASIONS[occasion] else []
    head = f"{words.rating(feedback.rating)} · {feedback.reference}"
    lines.append(f"{head} · {code}" if code else head)
    where = f"{words.unit(feedback.unit)}, {words.place(feedback.place_code)}"
    lines.append(f"{where} · {words.date(feedback.created_at)}")
    if feedback.reopened_at:
        lines.append(words.say("Opened again: the citizen says that it is not solved."))
    if feedback.concern:
        lines.append(words.say("May be: {concern}", concern=words.concern(feedback.concern)))
    lines += words.aspects(feedback)
    text = text_for(feedback, official)
    lines.append(f"«{text}»" if text else words.say("(no comment)"))
    return "\n".join(lines)


def how_to_answer(words: OfficialWords) -> str:
    """What an official can do with an item in a chat."""
    return words.say(
        "Reply to this message with your answer. Or reply: ok (seen), close and the reason, "
        "forward and the office."
    )


def age(feedback: Feedback, moment: datetime, words: OfficialWords) -> str:
    """For how long a feedback has been waiting."""
    days = (moment - feedback.waiting_since).days
    return words.say("{days} days", days=days) if days > 1 else words.say("a day or less")


def short(
    content: DigestContent, official: Official, words: OfficialWords, codes: dict[int, str]
) -> str:
    """The whole digest for SMS: figures, the oldest, and items with their codes."""
    counts = content.counts
    parts = [f"{words.place(official.place_code)}:"]
    if counts.total:
        parts.append(
            " ".join(
                f"{words.rating_name(name)} {words.number(number)};"
                for name, number in counts.ratings.items()
            )
        )
    else:
        parts.append(words.say("No feedback came in."))
    if content.waiting:
        oldest = content.waiting[0]
        parts.append(
            words.say(
                "{number} wait, the oldest {age}.",
                number=len(content.waiting),
                age=age(oldest, content.period.end, words),
            )
        )
    for feedback in content.items[:2]:
        comment = truncate(text_for(feedback, official), _SHORT_COMMENT)
        parts.append(f"{codes[feedback.id]} {words.rating_name(feedback.rating)} {comment}")
    if content.items:
        parts.append(words.say("Answer: code and text."))
    return "\n".join(parts)


def short_item(feedback: Feedback, official: Official, words: OfficialWords, code: str) -> str:
    """One feedback for SMS."""
    comment = truncate(text_for(feedback, official), 2 * _SHORT_COMMENT)
    head = f"{words.rating_name(feedback.rating)}, {words.place(feedback.place_code)}"
    return f"{code} {head}: {comment}\n{words.say('Answer: code and text.')}"


def _counts(content: DigestContent, words: OfficialWords) -> list[str]:
    now, earlier = content.counts, content.previous
    if not now.total:
        return [words.say("No feedback came in."), _before(content, words)]
    lines = [
        f"{FACES[rating]} {words.rating_name(rating)}: {words.number(number)}"
        f" ({_change(number - earlier.ratings[rating], words)})"
        for rating, number in now.ratings.items()
    ]
    lines.append(_before(content, words))
    for counts, message in ((now.liked, "Liked: {aspects}"), (now.disliked, "Disliked: {aspects}")):
        named = words.counted(counts)
        if named:
            lines.append(words.say(message, aspects=named))
    return lines


def _before(content: DigestContent, words: OfficialWords) -> str:
    return words.say("In the period before: {number}", number=content.previous.total)


def _change(difference: int, words: OfficialWords) -> str:
    if not difference:
        return words.say("as before")
    sign = "+" if difference > 0 else "−"
    return f"{sign}{words.number(abs(difference))}"


def _people(content: DigestContent, words: OfficialWords) -> list[str]:
    lines = []
    for split in (content.genders, content.age_groups):
        if split:
            lines.append(
                ", ".join(
                    f"{words.group(name)} {words.number(number)}" for name, number in split.items()
                )
            )
    return lines


def _offices(content: DigestContent, words: OfficialWords) -> list[str]:
    lines = []
    overdue = content.offices.overdue
    if overdue:
        lines.append(words.say("Tickets past their day: {number}", number=len(overdue)))
        lines += [
            f"• {code} · {words.say('{days} days late', days=days)}"
            for code, days in overdue[:MOST_LINES]
        ]
    for place in content.offices.silent:
        lines.append(
            words.say("The desk agent of {place} sends nothing.", place=words.place(place))
        )
    return lines


def one_line(feedback: Feedback, official: Official, words: OfficialWords) -> str:
    """One feedback in a list."""
    comment = truncate(text_for(feedback, official), 2 * _SHORT_COMMENT)
    return f"{FACES[feedback.rating]} {feedback.reference} {comment}".rstrip()
