"""One turn of a conversation at a time: Rasa's ticket locks, in memory or shared through Redis."""

from __future__ import annotations

import logging
from collections.abc import AsyncGenerator
from contextlib import AsyncExitStack, asynccontextmanager

from rasa.core.lock import TicketLock
from rasa.core.lock_store import InMemoryLockStore, LockError, LockStore, RedisLockStore
from rasa.utils.endpoints import EndpointConfig
from redis import Redis
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

# How long a killed engine's ticket keeps a conversation waiting. A worker waits for 20 seconds
# (webhook/rasa_client.py), a turn takes less than one.
TICKET_SECONDS = 10
_LOOK_AGAIN_SECONDS = 0.2
_REDIS_ANSWERS_WITHIN_SECONDS = 2


class ConversationLockStore(LockStore):
    """The lock store that endpoints.yml names; `url` is `memory://` or an address of Redis.

    A worker's lease (webhook/lease.py) already keeps two turns of a conversation apart; these locks
    matter where a worker gave up waiting. So a Redis that does not answer stops nobody: the turn
    goes on under a lock of this engine alone.
    """

    def __init__(self, endpoint_config: EndpointConfig) -> None:
        super().__init__()
        self._local = InMemoryLockStore()
        is_local = endpoint_config.url.startswith("memory:")
        self._shared = None if is_local else SharedLocks(endpoint_config.url)

    @asynccontextmanager
    async def lock(
        self,
        conversation_id: str,
        lock_lifetime: float = TICKET_SECONDS,
        wait_time_in_seconds: float = _LOOK_AGAIN_SECONDS,
    ) -> AsyncGenerator[TicketLock, None]:
        """Wait for the conversation's turn."""
        async with AsyncExitStack() as held:
            lock = None
            if self._shared is not None:
                try:
                    lock = await held.enter_async_context(
                        self._shared.lock(conversation_id, lock_lifetime, wait_time_in_seconds)
                    )
                except (RedisError, LockError) as error:
                    log.warning("a turn without the shared lock: %s", type(error).__name__)
            yield lock or await held.enter_async_context(self._local.lock(conversation_id))


class SharedLocks(RedisLockStore):
    """Rasa's locks in Redis, made so that nothing of a killed engine stays behind."""

    def __init__(self, redis_url: str) -> None:
        super().__init__(key_prefix="chrok")
        self.red = Redis.from_url(redis_url, socket_timeout=_REDIS_ANSWERS_WITHIN_SECONDS)

    def save_lock(self, lock: TicketLock) -> None:
        """Keep the lock while somebody holds a ticket of it.

        Rasa keeps it without tickets too, and whoever waited past their own ticket waits for ever.
        """
        if lock.is_someone_waiting():
            name = self.key_prefix + lock.conversation_id
            self.red.set(name, lock.dumps(), ex=2 * TICKET_SECONDS)
        else:
            self.delete_lock(lock.conversation_id)

    def cleanup(self, conversation_id: str, ticket_number: int) -> None:
        """Give the ticket back; the turn is over, whether Redis still answers or not."""
        try:
            super().cleanup(conversation_id, ticket_number)
        except RedisError as error:
            log.warning("a ticket runs out by itself: %s", type(error).__name__)
