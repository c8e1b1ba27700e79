"""How fast providers may be sent to, across all threads and, with Redis, all workers."""

from __future__ import annotations

import time

from limits import RateLimitItem, RateLimitItemPerMinute, RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from webhook.channels.base import Channel, Rates

_LONGEST_WAIT = 5.0


class Pace:
    """Counts what goes out over each channel and to each recipient.

    `storage_url` is a Redis address, where several workers share the count, or `memory://`.
    """

    def __init__(self, storage_url: str = "memory://") -> None:
        self._limiter = MovingWindowRateLimiter(storage_from_string(storage_url))

    def wait_for_channel(self, channel: Channel) -> bool:
        """Wait until the provider may get one more message; False when that takes too long."""
        if not channel.rates.per_second:
            return True
        limit = RateLimitItemPerSecond(channel.rates.per_second)
        until = time.monotonic() + _LONGEST_WAIT
        while not self._limiter.hit(limit, "channel", channel.name):
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def recipient_wait(self, channel: Channel, recipient_id: str) -> float:
        """Seconds until this recipient may get one more message; zero counts one as sent now."""
        limits = _recipient_limits(channel.rates, recipient_id)
        for limit in limits:
            if not self._limiter.test(limit, channel.name, recipient_id):
                stats = self._limiter.get_window_stats(limit, channel.name, recipient_id)
                return max(stats.reset_time - time.time(), 0.1)
        # The caller has the recipient's lease: nobody else counted between the test and this.
        for limit in limits:
            self._limiter.hit(limit, channel.name, recipient_id)
        return 0.0


def _recipient_limits(rates: Rates, recipient_id: str) -> list[RateLimitItem]:
    limits: list[RateLimitItem] = []
    if round(rates.recipient_seconds):
        limits.append(RateLimitItemPerSecond(1, round(rates.recipient_seconds)))
    if rates.group_per_minute and rates.is_group(recipient_id):
        limits.append(RateLimitItemPerMinute(rates.group_per_minute))
    return limits
