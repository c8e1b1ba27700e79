"""Puts what an official is to be told on its way: outbox for Telegram and SMS, else e-mail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.insert_once import insert_once
from bot.db.models import Contact, Digest, Feedback, FeedbackNotice, Official, OutgoingEmail
from bot.db.models.base import now
from bot.messages import Button, Reply
from bot.services.answer_codes import answer_code
from bot.services.digests.content import DigestContent
from bot.services.officials import OfficialError, responsible_officials
from bot.services.outgoing import Priority, queue_notice
from bot.settings import Settings
from webhook.digests import text
from webhook.digests.mail import EmailItem, digest_email, item_email
from webhook.digests.picture import Figures, chart
from webhook.digests.text import Occasion
from webhook.official_words import OfficialWords
from webhook.officials_desk_payloads import official_payload
from webhook.signed_links import SignedLinks

# Further items of a digest stand in one message, short, with their codes.
MOST_ITEMS = 10
_MOST_LISTED = 40


@dataclass(frozen=True)
class OfficialMessages:
    """Tells officials things in the caller's transaction; each once by its key."""

    session: Session
    settings: Settings

    def digest(self, digest: Digest, official: Official, content: DigestContent) -> list[int]:
        """Queue a digest and its items; returns the contacts that a worker may be woken for."""
        words = self._words(official)
        digest.figures = {"now": content.counts.ratings, "before": content.previous.ratings}
        if official.channel == "email":
            self._digest_by_email(digest, official, content, words)
            return []
        if official.channel == "sms":
            self._digest_by_sms(digest, official, content, words)
        else:
            self._digest_in_chat(digest, official, content, words)
        return [official.contact_id] if official.contact_id else []

    def item(
        self, feedback: Feedback, official: Official, occasion: Occasion, key: str, days: int = 0
    ) -> bool:
        """Queue one feedback for one official; returns whether it is new."""
        words = self._words(official)
        if not self._note(key, official, feedback):
            return False
        code = answer_code(self.session, official, feedback)
        if official.channel == "email":
            content = item_email(
                self.settings,
                official,
                words,
                self._email_item(feedback, official, words, occasion, days),
                key,
                now(),
            )
            self._queue_email(official, key, content)
        else:
            reply = self._item_reply(feedback, official, words, code, occasion, days)
            self._queue(official, reply, key)
        return True

    def forwarded(self, feedback: Feedback) -> None:
        """Tell those who are responsible now, at once: their next digest would not show it."""
        key = f"forward:{feedback.id}:{feedback.unit}:{feedback.place_code}"
        for official in responsible_officials(self.session, feedback):
            self.item(feedback, official, "forward", f"{key}:{official.id}")

    def file(self, official: Official, key: str, reply: Reply, email: bytes) -> None:
        """Queue a message that has a form for chats and one for e-mail, such as a report."""
        if official.channel == "email":
            self._queue_email(official, key, email)
        else:
            self._queue(official, reply, key)

    def _digest_in_chat(
        self, digest: Digest, official: Official, content: DigestContent, words: OfficialWords
    ) -> None:
        lines = [text.title(content, official, words), "", *text.figures(content, words)]
        ways = {f.id: answer_code(self.session, official, f) for f in _oldest(content)}
        duties = text.duties(content, words, ways)
        lines += ["", *duties] if duties else []
        key = f"digest:{digest.id}"
        self._queue(official, Reply("\n".join(lines)), key)
        if _has_any(digest.figures):
            # A message of its own: where a provider cannot fetch it, the words have arrived.
            picture = Reply("", image_url=SignedLinks(self.settings).picture(digest.id))
            self._queue(official, picture, f"{key}:picture")
        for feedback in content.items[:MOST_ITEMS]:
            item_key = f"{key}:{feedback.id}"
            self._note(item_key, official, feedback)
            code = answer_code(self.session, official, feedback)
            reply = self._item_reply(feedback, official, words, code, "digest")
            self._queue(official, reply, item_key)
        rest = content.items[MOST_ITEMS:]
        if rest:
            self._queue(official, self._listed(rest, official, words), f"{key}:more")

    def _digest_by_sms(
        self, digest: Digest, official: Official, content: DigestContent, words: OfficialWords
    ) -> None:
        codes = {f.id: answer_code(self.session, official, f) for f in content.items}
        self._queue(
            official, Reply(text.short(content, official, words, codes)), f"digest:{digest.id}"
        )

    def _digest_by_email(
        self, digest: Digest, official: Official, content: DigestContent, words: OfficialWords
    ) -> None:
        key = f"digest:{digest.id}"
        for feedback in content.items:
            self._note(f"{key}:{feedback.id}", official, feedback)
        items = [self._email_item(feedback, official, words) for feedback in content.items]
        links = SignedLinks(self.settings)
        ways = {f.id: links.answer(official.id, f.id) for f in _oldest(content)}
        duties = text.duties(content, words, ways)
        picture = chart_of(digest.figures, words) if _has_any(digest.figures) else b""
        email = digest_email(self.settings, official, content, words, items, duties, picture, key)
        self._queue_email(official, key, email)

    def _item_reply(
        self,
        feedback: Feedback,
        official: Official,
        words: OfficialWords,
        code: str,
        occasion: Occasion,
        days: int = 0,
    ) -> Reply:
        if official.channel == "sms":
            return Reply(text.short_item(feedback, official, words, code))
        shown = text.item(feedback, official, words, code, occasion, days)
        page = SignedLinks(self.settings).answer(official.id, feedback.id)
        buttons = (
            Button(words.say("Seen"), official_payload("acknowledge", official.id, feedback.id)),
            Button(words.say("Open"), url=page),
        )
        return Reply(f"{shown}\n\n{text.how_to_answer(words)}", buttons=buttons)

    def _listed(
        self, feedback: Sequence[Feedback], official: Official, words: OfficialWords
    ) -> Reply:
        lines = [
            words.say("{number} more. Answer with the code and your text:", number=len(feedback))
        ]
        for one in feedback[:_MOST_LISTED]:
            code = answer_code(self.session, official, one)
            lines.append(f"{code} · {text.one_line(one, official, words)}")
        return Reply("\n".join(lines))

    def _email_item(
        self,
        feedback: Feedback,
        official: Official,
        words: OfficialWords,
        occasion: Occasion = "digest",
        days: int = 0,
    ) -> EmailItem:
        return EmailItem(
            feedback.rating,
            text.item(feedback, official, words, occasion=occasion, days=days),
            SignedLinks(self.settings).answer(official.id, feedback.id),
        )

    def _queue(self, official: Official, reply: Reply, key: str) -> None:
        if official.contact_id is None:
            raise OfficialError(f"official {official.id} has no chat or number to write to")
        contact = self.session.get_one(Contact, official.contact_id)
        queue_notice(self.session, contact, reply, key=key, priority=Priority.BULK)

    def _queue_email(self, official: Official, key: str, content: bytes) -> None:
        moment: datetime = now()
        insert_once(
            self.session,
            OutgoingEmail,
            {
                "key": key,
                "official_id": official.id,
                "recipient": official.address,
                "content": content,
                "state": "queued",
                "attempts": 0,
                "not_before": moment,
                "created_at": moment,
            },
        )

    def _note(self, key: str, official: Official, feedback: Feedback) -> bool:
        row = {"outbox_key": key, "official_id": official.id, "feedback_id": feedback.id}
        return insert_once(self.session, FeedbackNotice, row)

    def _words(self, official: Official) -> OfficialWords:
        return OfficialWords(self.session, official.language, self.settings.zone)


def chart_of(figures: Figures, words: OfficialWords) -> bytes:
    """The picture of a digest's stored figures."""
    return chart(figures, words.say("How satisfied people were"), words)


def _oldest(content: DigestContent) -> Sequence[Feedback]:
    return content.waiting[: text.MOST_LINES]


def _has_any(figures: Figures) -> bool:
    return any(number for counts in figures.values() for number in counts.values())
