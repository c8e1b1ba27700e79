"""Callers whose proof was refused are counted; what is well proved never is."""

from __future__ import annotations

from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from bot.logs.loggers import get_logger
from webhook.rate_limits import STORAGE_OPTIONS, address_of_caller, width

log = get_logger(__name__)

A_MINUTE = 60


class Refusals:
    """Counts refused requests by address, over all processes where Redis is there."""

    def __init__(self, storage_url: str) -> None:
        options = {} if storage_url == "memory://" else STORAGE_OPTIONS
        self._limiter = FixedWindowRateLimiter(
            storage_from_string(storage_url, wrap_exceptions=True, **options)
        )

    def are_too_many(self) -> bool:
        """Count one more of this request's caller; whether it has been refused too often.

        Then it gets 429, and at a webhook no warning in the log. While
        the count is out of reach nobody is told so.
        """
        limit = RateLimitItemPerMinute(A_MINUTE * width())
        try:
            return not self._limiter.hit(limit, "refused", address_of_caller())
        except StorageError as error:
            log.warning("refusals_not_counted", error=error)
            return False
