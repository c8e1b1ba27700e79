"""One round of telling officials what is due; a worker does it every minute."""

from __future__ import annotations

from datetime import datetime

from bot.db.session import SessionFactory
from bot.logs.loggers import get_logger
from bot.services.digests.periods import DIGEST_KINDS
from bot.settings import Settings
from webhook.digest_delivery import send_alerts, send_digests
from webhook.escalation_delivery import send_escalations
from webhook.mail_delivery import send_queued_emails
from webhook.report_delivery import send_reports

log = get_logger(__name__)


def tell_what_is_due(sessions: SessionFactory, settings: Settings, at: datetime) -> list[int]:
    """Queue alerts, digests, reports, reminders and escalations, and send the e-mails that wait.

    Returns the contacts for whom something was queued. Several workers may do it at once.
    """
    rounds = (
        send_alerts(sessions, settings, at),
        send_digests(sessions, settings, DIGEST_KINDS, at),
        send_reports(sessions, settings, at),
        send_escalations(sessions, settings, at),
    )
    told = sum(one.told for one in rounds)
    if told:
        log.info("officials_told", messages=told)
    send_queued_emails(sessions, settings)
    return list(dict.fromkeys(contact for one in rounds for contact in one.contacts))
