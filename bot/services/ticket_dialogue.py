"""Following a ticket: code, last digits of the phone, the answer, and whether to be told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from bot.db.models import Contact, Ticket
from bot.messages import Button, Reply
from bot.services.catalogue_search import ServiceIndex
from bot.services.contacts import contact_of_conversation
from bot.services.dialogue import Context, Form, Heard, Turn, form_payload
from bot.services.spoken import spoken
from bot.services.ticket_follow_dialogue import TicketFollowDialogue
from bot.services.ticket_following import TOPIC, followed_tickets, is_followed
from bot.services.ticket_lookup import Looked, TicketLookup
from bot.services.ticket_service import service_of
from bot.services.ticket_status import TicketCard, show_code
from bot.services.ticket_words import TicketWords, read_words
from bot.text.digits import Language, format_number
from bot.wording import Wording

_CODE, _DIGITS = "code", "phone_digits"
# Where a ticket is asked for, so many digits are no year and no end of a phone number.
_FEWEST_DIGITS_OF_A_TRY = 5


class TicketDialogue:
    """Answers for one turn, on one database session, at one moment (aware).

    `other_channels` (of `channel_linking.CHANNELS`) are on beside the citizen's own.
    """

    topic = TOPIC

    def __init__(
        self,
        session: Session,
        wording: Wording,
        index: Callable[[Session], ServiceIndex],
        zone: ZoneInfo,
        moment: datetime,
        other_channels: tuple[str, ...] = (),
    ) -> None:
        self._session = session
        self._wording = wording
        self._index = index
        self._zone = zone
        self._moment = moment
        self._other_channels = other_channels

    def begin(self, heard: Heard, context: Context) -> Turn:
        """A ticket's status, or the question for what is missing; also wishes about notices."""
        if heard.chosen.get("form_topic") == TOPIC:
            return self._pressed(heard, context)
        words = read_words(heard.text)
        if words.wish in ("list", "unfollow"):
            return self._follows(heard, context, words)
        if words.code:
            return self._with_code(words, heard, context)
        if words.almost_code or words.other_digits >= _FEWEST_DIGITS_OF_A_TRY:
            return self._malformed(words, heard, context)
        form = context.form
        asks_digits = form is not None and form.topic == TOPIC and form.step == _DIGITS
        if form is not None and asks_digits and words.wish != "other":
            fields = {**form.fields, "follow": words.wish == "follow"}
            asked = context.after(form=replace(form, asked_at=self._moment, fields=fields))
            return Turn((self.ask(asked, heard.language),), asked)
        if words.wish == "other" or not context.ticket_code:
            return self._ask_code(heard, context, words)
        if words.wish == "follow":
            return self._follow(context.ticket_code, heard, context)
        return self._again(context.ticket_code, heard, context)

    def fill(self, heard: Heard, context: Context) -> Turn | None:
        """Take a code or digits; None where the message is about something else."""
        form = context.form
        if form is None:
            return None
        if heard.chosen.get("form_topic") == TOPIC:
            return self._pressed(heard, context)
        words = read_words(heard.text)
        if words.code:
            return self._with_code(words, heard, context)
        if form.step == _DIGITS:
            return self._digits_given(form, words, heard, context)
        if words.almost_code or words.other_digits:
            return self._malformed(words, heard, context)
        if words.is_lost:
            reply = spoken(self._wording, "utter_ticket_code_lost", heard.language)
            return Turn((reply,), context.after(form=None))
        return None

    def ask(self, context: Context, language: Language) -> Reply:
        """The open question once more."""
        form = context.form
        if form is not None and form.step == _DIGITS:
            code = show_code(form.fields["code"], language)
            return spoken(self._wording, "utter_ask_phone_digits", language, code=code)
        return spoken(self._wording, "utter_ask_ticket_code", language)

    def confirm(self, heard: Heard, context: Context) -> Turn | None:
        """ "Yes" to whether to be told; None where that was not asked."""
        if context.awaiting != "follow" or not context.ticket_code:
            return None
        return self._follow(context.ticket_code, heard, context)

    def _pressed(self, heard: Heard, context: Context) -> Turn:
        step, code = heard.chosen.get("step", ""), heard.chosen.get("choice", "")
        closed = context.after(form=None)
        if step == "follow":
            return self._follow(code, heard, closed)
        if step == "unfollow":
            reply = self._following(heard).unfollow(self._contact(heard), code)
            return Turn((reply,), closed)
        if step in ("link", "unlink"):
            return self._link(heard, closed, step)
        if step == "show":
            return self._again(code, heard, closed)
        if step == "list":
            return self._follows(heard, closed, TicketWords(wish="list"))
        return self._ask_code(heard, closed, TicketWords())

    def _with_code(self, words: TicketWords, heard: Heard, context: Context) -> Turn:
        lookup = self._lookup(heard)
        wants_notice = words.wish == "follow"
        if words.digits:
            looked = lookup.check(words.code, words.digits)
        else:
            looked = lookup.again(words.code)
        return self._tell(looked, words.code, heard, context, wants_notice)

    def _again(self, code: str, heard: Heard, context: Context, wants_notice: bool = False) -> Turn:
        contact = self._contact(heard)
        if contact is not None and is_followed(self._session, contact.id, code):
            ticket = next(t for t in followed_tickets(self._session, contact.id) if t.code == code)
            looked = Looked("group" if ticket.phone_digits is None else "told", ticket)
        else:
            looked = self._lookup(heard).again(code)
        return self._tell(looked, code, heard, context, wants_notice)

    def _digits_given(
        self, form: Form, words: TicketWords, heard: Heard, context: Context
    ) -> Turn | None:
        if words.digits:
            code = str(form.fields["code"])
            looked = self._lookup(heard).check(code, words.digits)
            return self._tell(looked, code, heard, context, bool(form.fields.get("follow")))
        if words.other_digits:
            reply = spoken(self._wording, "utter_phone_digits_malformed", heard.language)
            return Turn((reply,), context.after(form=form))
        if words.is_lost:
            reply = spoken(self._wording, "utter_phone_digits_unknown", heard.language)
            return Turn((reply,), context.after(form=None))
        return None

    def _tell(
        self, looked: Looked, code: str, heard: Heard, context: Context, wants_notice: bool
    ) -> Turn:
        language = heard.language
        if looked.ticket is not None:
            return self._told(looked.ticket, heard, context, wants_notice)
        if looked.outcome == "closed":
            reply = spoken(self._wording, "utter_ticket_door_closed", language)
            return Turn((reply,), context.after(form=None, ticket_code=""))
        form = self._form(_DIGITS, code=code, follow=wants_notice)
        asked = context.after(form=form, ticket_code="")
        if looked.outcome == "not_found":
            return Turn((spoken(self._wording, "utter_ticket_not_found", language),), asked)
        return Turn((self.ask(asked, language),), asked)

    def _told(self, ticket: Ticket, heard: Heard, context: Context, wants_notice: bool) -> Turn:
        language = heard.language
        service = service_of(self._session, self._index(self._session), ticket.service)
        card = TicketCard(
            self._session, self._wording, language, ticket, service, self._moment, self._zone
        )
        known = context.after(form=None, ticket_code=ticket.code)
        text = self._text(card, ticket, language)
        short = card.short() if ticket.phone_digits is not None else ""
        contact = self._contact(heard)
        if wants_notice and contact is not None:
            followed = self._follow(ticket.code, heard, known)
            return Turn((Reply(text, short), *followed.replies), known)
        if contact is None or ticket.status == "delivered":
            return Turn((Reply(text, short, self._ways_on(ticket.code, "", language)),), known)
        if is_followed(self._session, contact.id, ticket.code):
            buttons = self._ways_on(ticket.code, "unfollow", language)
            return Turn((Reply(text, short, buttons),), known)
        question = self._wording.text("utter_ask_follow", language)
        buttons = self._ways_on(ticket.code, "follow", language)
        reply = Reply(f"{text}\n\n{question}", short, buttons)
        return Turn((reply,), known.after(awaiting="follow"))

    def _text(self, card: TicketCard, ticket: Ticket, language: Language) -> str:
        if ticket.phone_digits is not None:
            return card.full()
        return f"{card.group()}\n{self._wording.text('utter_ticket_group_more', language)}"

    def _ways_on(self, code: str, step: str, language: Language) -> tuple[Button, ...]:
        steps = {step: f"utter_button_{step}"} if step else {}
        steps |= {"other": "utter_button_other_ticket"}
        return tuple(
            Button(self._wording.text(title, language), form_payload(TOPIC, name, code))
            for name, title in steps.items()
        )

    def _follow(self, code: str, heard: Heard, context: Context) -> Turn:
        contact = self._contact(heard)
        if contact is None or not (
            is_followed(self._session, contact.id, code) or self._lookup(heard).may_follow(code)
        ):
            return self._again(code, heard, context, wants_notice=contact is not None)
        return Turn((self._following(heard).follow(contact, code),), context.after())

    def _follows(self, heard: Heard, context: Context, words: TicketWords) -> Turn:
        code = words.code or context.ticket_code
        stops = words.wish == "unfollow"
        reply = self._following(heard).listed(self._contact(heard), code, stops)
        return Turn((reply,), context.after(form=None))

    def _link(self, heard: Heard, context: Context, step: str) -> Turn:
        contact = self._contact(heard)
        if contact is None or not self._other_channels:
            return self._ask_code(heard, context, TicketWords())
        following = self._following(heard)
        reply = following.link(contact) if step == "link" else following.unlink(contact)
        return Turn((reply,), context.after())

    def _ask_code(self, heard: Heard, context: Context, words: TicketWords) -> Turn:
        if words.is_lost and not words.wish:
            reply = spoken(self._wording, "utter_ticket_code_lost", heard.language)
            return Turn((reply,), context.after(form=None))
        form = self._form(_CODE, follow=words.wish == "follow")
        asked = context.after(form=form, ticket_code="")
        return Turn((self.ask(asked, heard.language),), asked)

    def _malformed(self, words: TicketWords, heard: Heard, context: Context) -> Turn:
        language = heard.language
        count = words.almost_code or words.other_digits
        reply = spoken(
            self._wording,
            "utter_ticket_code_malformed",
            language,
            digits=format_number(count, language),
        )
        return Turn((reply,), context.after(form=self._form(_CODE), ticket_code=""))

    def _form(self, step: str, **fields: object) -> Form:
        return Form(TOPIC, step, self._moment, fields)

    def _lookup(self, heard: Heard) -> TicketLookup:
        return TicketLookup(self._session, heard.conversation_id, self._moment)

    def _following(self, heard: Heard) -> TicketFollowDialogue:
        return TicketFollowDialogue(
            self._session, self._wording, heard.language, self._moment, self._other_channels
        )

    def _contact(self, heard: Heard) -> Contact | None:
        return contact_of_conversation(self._session, heard.conversation_id)
