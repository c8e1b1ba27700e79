"""How fast one recipient is written to."""

from __future__ import annotations

from webhook.channels.base import Rates
from webhook.channels.web import WebChannel
from webhook.pace import Pace


class Slow(WebChannel):
    def __init__(self, **rates) -> None:
        self.rates = Rates(**rates)


def taken(pace: Pace, channel: WebChannel, recipient_id: str, times: int) -> int:
    return sum(pace.recipient_wait(channel, recipient_id) == 0 for _ in range(times))


def test_a_recipient_without_limits_never_waits():
    assert taken(Pace(), Slow(), "a", 100) == 100


def test_a_recipient_gets_one_message_in_so_many_seconds():
    pace, channel = Pace(), Slow(recipient_seconds=30)
    assert taken(pace, channel, "a", 5) == 1
    assert 25 < pace.recipient_wait(channel, "a") <= 30
    assert taken(pace, channel, "b", 5) == 1


def test_a_group_gets_so_many_messages_a_minute_and_a_citizen_more():
    channel = Slow(group_per_minute=20, is_group=lambda recipient_id: recipient_id < "0")
    pace = Pace()
    assert taken(pace, channel, "-7", 30) == 20
    assert 50 < pace.recipient_wait(channel, "-7") <= 60
    assert taken(pace, channel, "-8", 30) == 20
    assert taken(pace, channel, "7", 30) == 30


def test_what_has_to_wait_for_one_limit_does_not_use_up_the_other():
    channel = Slow(recipient_seconds=30, group_per_minute=2, is_group=lambda recipient_id: True)
    pace = Pace()
    assert taken(pace, channel, "-7", 10) == 1
    assert pace.recipient_wait(channel, "-7") <= 30
