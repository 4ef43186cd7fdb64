"""How many calls a minute: of each token or account, never of an address alone, so that nobody locks others out.

Counted in Redis, for all processes together. Without Redis nobody is counted and everybody is answered: a limit that
stops the hall would do what it is there against.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.cache import BaseCache, caches
from redis.exceptions import RedisError
from rest_framework.request import Request
from rest_framework.throttling import BaseThrottle

log = logging.getLogger("hall.machines")

COUNTS = "counts"
"""The name of the cache; `hall.settings` says where it is."""
REST = 5.0
"""Seconds in which a Redis that did not answer is not asked again: nobody waits for it twice."""


@dataclass
class Counts:
    """Two windows side by side, the former by the part of it that still counts: two counters for each who calls."""

    away_until: float = 0.0

    def over(self, name: str, most: int, span: int, *, at: float) -> float:
        """Count one more; the seconds to wait when it is too many, else 0."""
        if time.monotonic() < self.away_until:
            return 0.0
        window, gone = divmod(at, span)
        try:
            now, before = self._count(caches[COUNTS], name, int(window), span)
        except (RedisError, OSError) as error:
            self.away_until = time.monotonic() + REST
            log.warning("calls are not counted, Redis is out of reach: %s", error)
            return 0.0
        if now + before * (1 - gone / span) <= most:
            return 0.0
        # What is left of this window, or until enough of the former one has passed.
        fits = span * (1 - max(0, most - now) / before) - gone if before and now <= most else span - gone
        return max(1.0, min(fits, span - gone))

    def _count(self, store: BaseCache, name: str, window: int, span: int) -> tuple[int, int]:
        key = f"{name}:{window}"
        store.add(key, 0, timeout=2 * span + 1)
        return int(store.incr(key)), int(store.get(f"{name}:{window - 1}") or 0)


COUNTED = Counts()


class ByPrincipal(BaseThrottle):
    """`HALL_API_RATE` for each token or account."""

    waits = 0.0

    def allow_request(self, request: Request, view: Any) -> bool:
        token = getattr(request.auth, "pk", None)
        name = f"token:{token}" if token else f"user:{getattr(request.user, 'pk', None)}"
        self.waits = COUNTED.over(name, *settings.HALL_API_RATE, at=time.time())
        return not self.waits

    def wait(self) -> float | None:
        return self.waits


WRONG_MOST, WRONG_SPAN = 30, 60


def too_many_wrong(origin: bytes) -> float:
    """Count a token that opens nothing, from that origin: the seconds to wait when they are too many, else 0.

    Asked only of those who were wrong: whoever has a good token is not shut out by a neighbour at the same address.
    """
    return COUNTED.over(f"wrong:{origin.hex()}", WRONG_MOST, WRONG_SPAN, at=time.time())
