"""What the operator has to know: raised by whatever part noticed it, shown until it is settled."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import JSON, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models.base import Base, UTCDateTime, now


class OperatorAlert(Base):
    """One thing that the operator should look at.

    `kind` is a stable code (`tickets_probed`), `subject` what it is about (a district's code),
    `key` names the occurrence, so that it is raised once. `details` hold figures, never a
    citizen's data.
    """

    __tablename__ = "operator_alerts"
    __table_args__ = (Index("ix_operator_alerts_settled_at_raised_at", "settled_at", "raised_at"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(String(120), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    subject: Mapped[str] = mapped_column(String(80))
    details: Mapped[dict[str, Any]] = mapped_column(JSON, default=dict)
    raised_at: Mapped[datetime] = mapped_column(UTCDateTime, default=now)
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
