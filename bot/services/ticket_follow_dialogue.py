"""What is said about being told: yes, no more, what is followed, and another way for notices."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Contact, Ticket
from bot.messages import Button, Reply
from bot.services import channel_linking
from bot.services.dialogue import MOST_CHOICES, form_payload
from bot.services.spoken import spoken
from bot.services.ticket_following import (
    MOST_FOLLOWED,
    TOPIC,
    follow,
    followed_tickets,
    unfollow,
)
from bot.services.ticket_status import GROUPS, show_code
from bot.text.digits import Language, format_number, to_khmer_digits
from bot.wording import Wording

# Whose provider lets us write only for a day after the citizen's last message.
_WITH_A_WINDOW = "messenger"


class TicketFollowDialogue:
    """The words for one citizen in one language, at one moment (aware).

    `other_channels` are those by which a notice may go when this one is closed; without any, no
    other way is offered.
    """

    def __init__(
        self,
        session: Session,
        wording: Wording,
        language: Language,
        moment: datetime,
        other_channels: tuple[str, ...],
    ) -> None:
        self._session = session
        self._wording = wording
        self._language: Language = language
        self._moment = moment
        self._other_channels = other_channels

    def follow(self, contact: Contact, code: str) -> Reply:
        """Tell this citizen of the ticket from now on; whether they may know is decided before."""
        if not follow(self._session, contact.id, code):
            most = format_number(MOST_FOLLOWED, self._language)
            text = self._say("utter_ticket_follows_full", most=most)
            return Reply(text, buttons=(self._button("list", "utter_button_my_tickets"),))
        text = self._say("utter_ticket_followed", code=show_code(code, self._language))
        buttons = [self._button("list", "utter_button_my_tickets")]
        if self._wants_other_way(contact):
            text = f"{text}\n{self._say('utter_link_offer')}"
            buttons.insert(0, self._button("link", "utter_button_link"))
        return Reply(text, buttons=tuple(buttons))

    def unfollow(self, contact: Contact | None, code: str) -> Reply:
        """Tell them no more."""
        if contact is not None:
            unfollow(self._session, contact.id, code)
        return Reply(self._say("utter_ticket_unfollowed", code=show_code(code, self._language)))

    def listed(self, contact: Contact | None, code: str = "", stops: bool = False) -> Reply:
        """What is followed; with `stops`, to stop that of `code`, the only one, or a chosen one."""
        tickets = followed_tickets(self._session, contact.id) if contact else []
        if not tickets:
            return spoken(self._wording, "utter_ticket_follows_none", self._language)
        chosen = tickets[0].code if len(tickets) == 1 else code
        if stops and chosen in [ticket.code for ticket in tickets]:
            return self.unfollow(contact, chosen)
        lines = [self._say("utter_ticket_follows"), *map(self._line, tickets)]
        step = "unfollow" if stops else "show"
        buttons = [
            Button(show_code(ticket.code, self._language), form_payload(TOPIC, step, ticket.code))
            for ticket in tickets[: MOST_CHOICES - 1]
        ]
        if contact is not None and channel_linking.has_route(self._session, contact.id):
            buttons.append(self._button("unlink", "utter_button_unlink"))
        elif contact is not None and self._wants_other_way(contact):
            buttons.append(self._button("link", "utter_button_link"))
        return Reply("\n".join(lines), buttons=tuple(buttons))

    def link(self, contact: Contact) -> Reply:
        """What to write on the other channel."""
        code = channel_linking.new_link_code(self._session, contact.id, self._moment)
        grouped = f"{code[:4]} {code[4:]}"
        return Reply(
            self._say(
                f"utter_link_how_{'_'.join(self._other_channels)}",
                word=channel_linking.WORDS[self._language],
                code=grouped if self._language == "en" else to_khmer_digits(grouped),
            )
        )

    def unlink(self, contact: Contact) -> Reply:
        """Use no other way any more."""
        channel_linking.revoke_routes(self._session, contact.id)
        return Reply(self._say("utter_link_revoked"))

    def _wants_other_way(self, contact: Contact) -> bool:
        return (
            contact.channel == _WITH_A_WINDOW
            and bool(self._other_channels)
            and not channel_linking.has_route(self._session, contact.id)
        )

    def _line(self, ticket: Ticket) -> str:
        state = self._say(f"utter_ticket_group_{GROUPS[ticket.status]}")
        code = show_code(ticket.code, self._language)
        return self._say("utter_ticket_follow_line", code=code, state=state)

    def _button(self, step: str, title: str) -> Button:
        return Button(self._say(title), form_payload(TOPIC, step, ""))

    def _say(self, name: str, **values: object) -> str:
        return self._wording.text(name, self._language, **values)
