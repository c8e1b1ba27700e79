"""Delivery: what lies in the outbox goes to the provider, in order, once, or ends with a reason."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from bot.db.models import Contact, OutboundPart, StoredOutbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.logs.loggers import get_logger
from bot.messages import Reply
from bot.rendering import Part, Rendered, lay_out
from webhook import channel_pauses, outbox
from webhook.channels.base import Channel, SendError, Sent
from webhook.control_messages import rename
from webhook.fallback import send_elsewhere
from webhook.metrics.counted import delivery_ended, send_refused
from webhook.pace import Pace

log = get_logger(__name__)

# Nothing stays without an end for longer than this after it was due.
LONGEST = timedelta(hours=72)
_LONGEST_PAUSE = 600.0


@dataclass(frozen=True)
class Delivery:
    """Sends what the outbox holds for one contact; the caller has the contact's lease."""

    sessions: SessionFactory
    channels: Mapping[str, Channel]
    pace: Pace

    def deliver(self, contact_id: int) -> datetime | None:
        """Send what is due; returns when the contact's outbox wants to be looked at again.

        The first row that has to wait stops the rest.
        """
        while True:
            with self.sessions() as session:
                found = outbox.next_in_turn(session, contact_id, now())
                if found is None:
                    return outbox.next_planned(session, contact_id)
            row, paused_until = found
            if row.not_before > now():
                return row.not_before
            refusal = self._refusal(row, row.contact)
            if refusal is not None:
                self._end(row.id, refusal)
            elif paused_until is not None and paused_until > now():
                return paused_until
            else:
                again = self._send(row, self.channels[row.contact.channel])
                if again is not None:
                    return again

    def _refusal(self, row: StoredOutbound, contact: Contact) -> str | None:
        """The state in which a row ends without the provider being asked, or None."""
        channel = self.channels.get(contact.channel)
        if channel is None:
            return "skipped:channel_off"
        if contact.opted_out_at is not None and row.inbound_id is None:
            # Who stopped our notices is still answered when they write.
            return "skipped:opted_out"
        if contact.blocked_at is not None:
            return "skipped:blocked"
        if now() - (row.queued_at or row.not_before) > LONGEST:
            return "failed:too_old"
        window, heard = channel.rates.answer_window, contact.last_heard_at
        if window is not None and heard is not None and now() - heard > window:
            return "skipped:window_closed"
        return None

    def _send(self, row: StoredOutbound, channel: Channel) -> datetime | None:
        """Send the parts that are left; returns when to go on with this row, None if it ended."""
        rendered = lay_out(Reply.from_json(row.reply), channel.capabilities)
        parts = rendered.parts
        if row.parts_sent >= len(parts):
            # A reply laid out anew, after a release, may be shorter than what went out of it.
            self._end(row.id, "sent" if parts else "skipped:nothing_to_show")
        for position in range(row.parts_sent, len(parts)):
            wait = self.pace.recipient_wait(channel, row.contact.external_id)
            if wait or not self.pace.wait_for_channel(channel):
                # The row itself stays due: one that came later must not overtake it.
                return now() + timedelta(seconds=max(wait, 1.0))
            try:
                sent = channel.send(row.contact.external_id, _named(parts[position], row, position))
            except SendError as error:
                return self._handle(row, error)
            self._note_sent(row, position, rendered, sent)
        return None

    def _note_sent(
        self, row: StoredOutbound, position: int, rendered: Rendered, sent: Sent
    ) -> None:
        with self.sessions.begin() as session:
            # The row as it was read under the lease: only what is changed here is written.
            session.add(row)
            row.parts_sent = position + 1
            if sent.provider_message_id:
                session.add(
                    OutboundPart(
                        outbox_id=row.id,
                        position=position,
                        channel=row.contact.channel,
                        provider_message_id=sent.provider_message_id[:255],
                    )
                )
            if position + 1 == len(rendered.parts):
                row.state = "sent"
                row.remaining = rendered.remaining or None
                row.finished_at = now()
            channel_pauses.resume(session, row.contact.channel)
        if position + 1 == len(rendered.parts):
            delivery_ended(row.contact.channel, "sent")

    def _handle(self, row: StoredOutbound, error: SendError) -> datetime | None:
        """Do what the provider's refusal asks for; returns when to try again, None for never."""
        send_refused(row.contact.channel, error.action, error.code)
        if error.action in ("window_closed", "stop_contact"):
            self._end(row.id, _ENDS[error.action])
            return None
        if error.action == "dead_letter":
            self._end(row.id, f"failed:{error.code}")
            return None
        has_moved = error.moved_to not in ("", row.contact.external_id)
        pause = min(2.0**row.attempts, _LONGEST_PAUSE) * random.uniform(0.8, 1.2)  # noqa: S311  spreads retries, guards nothing
        pause = 0.0 if has_moved else max(pause, error.retry_after or 0)
        with self.sessions.begin() as session:
            stored = session.get_one(StoredOutbound, row.id)
            if has_moved:
                rename(session, stored.contact, error.moved_to)
            stored.queued_at = stored.queued_at or stored.not_before
            stored.attempts += 1
            stored.last_error = error.code[:60]
            stored.not_before = now() + timedelta(seconds=pause)
            if error.action == "pause_channel":
                channel_pauses.pause(session, row.contact.channel, error.code)
        log.warning("delivery_put_off", outbox_id=row.id, seconds=pause, reason=error.code)
        # A chat that moved is tried again at once, at its new address.
        return None if has_moved else stored.not_before

    def _end(self, row_id: int, state: str) -> None:
        with self.sessions.begin() as session:
            stored = session.get_one(StoredOutbound, row_id)
            if state == "skipped:blocked" and stored.contact.blocked_at is None:
                stored.contact.blocked_at = now()
            stored.state = self._elsewhere(session, stored, state)[:60]
            stored.finished_at = now()
            state, channel = stored.state, stored.contact.channel
        delivery_ended(channel, state)
        log.warning("delivery_ended", outbox_id=row_id, state=state)

    def _elsewhere(self, session: Session, row: StoredOutbound, state: str) -> str:
        """`skipped:other_channel` where a notice could go by another channel, else `state`."""
        if state not in ("skipped:window_closed", "skipped:blocked", "skipped:channel_off"):
            return state
        return "skipped:other_channel" if send_elsewhere(session, row, self.channels) else state


_ENDS = {"window_closed": "skipped:window_closed", "stop_contact": "skipped:blocked"}


def _named(part: Part, row: StoredOutbound, position: int) -> Part:
    """The part with a name of its own, by which a provider can tell a repeat from a new one."""
    return part.named(f"chrok-{row.id}-{position}")
