"""What providers tell of messages that they took."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from bot.db.models import OutboundPart, StoredOutbound
from bot.db.models.base import now
from bot.db.session import SessionFactory
from bot.logs.loggers import get_logger
from bot.messages import DeliveryReport
from webhook.metrics.counted import report_came

log = get_logger(__name__)


def note_reports(sessions: SessionFactory, reports: Iterable[DeliveryReport]) -> None:
    """Write reports to the parts they are about; one about no message of ours is left out.

    A row is `delivered` when all its parts are, and `failed:<code>` when one of them is. Repeated
    and late reports change nothing: delivered stays delivered.
    """
    reports = list(reports)
    if not reports:
        return
    with sessions.begin() as session:
        for report in reports:
            _note(session, report)


def _note(session: Session, report: DeliveryReport) -> None:
    parts = session.scalars(
        select(OutboundPart).where(
            OutboundPart.channel == report.channel,
            OutboundPart.provider_message_id.in_(report.provider_message_ids),
        )
    ).all()
    if not parts:
        log.info("delivery_report_about_no_message_of_ours", channel=report.channel)
    else:
        report_came(report.channel, delivered=report.delivered)
    for part in parts:
        if part.state == "delivered":
            continue
        part.state = "delivered" if report.delivered else f"failed:{report.code}"[:60]
        part.reported_at = now()
    session.flush()
    for outbox_id in {part.outbox_id for part in parts}:
        _sum_up(session, session.get_one(StoredOutbound, outbox_id))


def _sum_up(session: Session, row: StoredOutbound) -> None:
    if row.state not in ("sent", "delivered"):
        return
    states = session.scalars(
        select(OutboundPart.state).where(OutboundPart.outbox_id == row.id)
    ).all()
    failed = next((state for state in states if state.startswith("failed:")), None)
    if failed is not None:
        row.state = failed
        row.finished_at = now()
    elif all(state == "delivered" for state in states):
        row.state = "delivered"
        row.finished_at = now()
