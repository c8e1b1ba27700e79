"""Sends the ombudsman's report to its subscribers, on the first of the month, each once."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from bot.db.models import Digest, Official
from bot.db.session import SessionFactory
from bot.messages import Button, Reply
from bot.services.digests.periods import Period
from bot.services.reports.ombudsman import OmbudsmanReport, build_report
from bot.settings import Settings
from webhook.digest_delivery import Told, send_periods
from webhook.digests.mail import report_email
from webhook.digests.messages import OfficialMessages
from webhook.mail import Attachment
from webhook.official_words import OfficialWords
from webhook.reports.ombudsman_pdf import month_name, ombudsman_pdf
from webhook.signed_links import SignedLinks


def send_reports(sessions: SessionFactory, settings: Settings, at: datetime) -> Told:
    """Queue the reports that became due by `at`."""
    return send_periods(sessions, settings, ["ombudsman"], at, queue_report)


def queue_report(
    session: Session, settings: Settings, digest: Digest, official: Official, period: Period
) -> list[int]:
    """Queue one report: by e-mail as a file, elsewhere as a link to it."""
    report = build_report(session, official.place_code, period, settings.zone)
    words = OfficialWords(session, official.language, settings.zone)
    text = words.say(
        "The report of {month} for {place} is ready.",
        month=month_name(report, words),
        place=words.place(official.place_code),
    )
    key = f"report:{digest.id}"
    messages = OfficialMessages(session, settings)
    if official.channel == "email":
        file = _file(report, words, official)
        messages.file(
            official,
            key,
            Reply(text),
            report_email(settings, official, words, text, file, key, period.due),
        )
        return []
    month = f"{period.start.year}-{period.start.month:02}"
    link = SignedLinks(settings).report(official.id, official.place_code, month)
    # In a short message a link needs no title; in a chat it is a button.
    reply = (
        Reply(text, link_url=link)
        if official.channel == "sms"
        else Reply(text, buttons=(Button(words.say("Open the report"), url=link),))
    )
    messages.file(official, key, reply, b"")
    return [official.contact_id] if official.contact_id else []


def _file(report: OmbudsmanReport, words: OfficialWords, official: Official) -> Attachment:
    name = f"ombudsman-{report.place_code}-{report.period.start:%Y-%m}.pdf"
    return Attachment(ombudsman_pdf(report, words, official), "application/pdf", name)
