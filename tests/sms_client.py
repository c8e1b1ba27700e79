"""A citizen's side of SMS: what their gateway hands to the webhook."""

from __future__ import annotations

import time
import uuid

import requests

from tests.stack import SMS, Stack


def phone_number() -> str:
    """Somebody's own."""
    return f"+85510{uuid.uuid4().int % 900_000 + 100_000}"


def send_by_kannel(
    stack: Stack, number: str, text: str, message_id: str | None = None
) -> requests.Response:
    """What Kannel makes of a message in Khmer or English."""
    return requests.get(
        f"{stack.address}/webhooks/sms/kannel",
        params={
            "secret": SMS["SMS_KANNEL_SECRET"],
            "from": number,
            "to": "1234",
            "id": message_id or str(uuid.uuid4()),
            "time": str(int(time.time())),
            "coding": "2",
            "charset": "UTF-16BE",
            "text": text.encode("utf-16-be"),
        },
        timeout=10,
    )
