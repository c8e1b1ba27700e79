"""How fast providers may be sent to, across all threads and, with Redis, all workers."""

from __future__ import annotations

import time

from limits import RateLimitItemPerSecond
from limits.storage import storage_from_string
from limits.strategies import MovingWindowRateLimiter

from webhook.channels.base import Channel

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
        seconds = round(channel.rates.recipient_seconds)
        if not seconds:
            return 0.0
        limit = RateLimitItemPerSecond(1, seconds)
        if self._limiter.hit(limit, channel.name, recipient_id):
            return 0.0
        stats = self._limiter.get_window_stats(limit, channel.name, recipient_id)
        return max(stats.reset_time - time.time(), 0.1)
