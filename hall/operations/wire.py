"""A short-lived stream of signals per room, over Redis: put in at one end, read at all others from where they stopped.

What matters is in the database. A stream only says "look again" and carries what browsers tell each other to find a
way; without Redis, or when it was restarted, nothing is lost but time: each reader comes back with the facts.
"""

from __future__ import annotations

import asyncio
import json
import logging
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from typing import Any

import redis
import redis.asyncio
from django.conf import settings
from redis.exceptions import RedisError

log = logging.getLogger("hall.wire")
CAP = 1000
"""So many signals a stream holds, about: more than a room of six says in a minute."""
KEPT = 2 * 3600
START = "0-0"
PATIENCE = 0.5
STEP = 5.0
"""Seconds in which a silent reader is looked after once: is anybody still there?"""


@dataclass(frozen=True, slots=True)
class Signal:
    """`to` "" is everybody. `sender` and `to` are seats of the room, as the server knows them."""

    at: str
    sender: str
    to: str
    kind: str
    data: Any


def _address() -> str:
    return str(settings.REDIS_URL)


@cache
def _caller(wait: float) -> redis.Redis:
    """One pool of connections a process for each patience; a broken connection is made anew by itself."""
    found: redis.Redis = redis.Redis.from_url(
        _address(), socket_timeout=wait, socket_connect_timeout=PATIENCE
    )
    return found


def put(stream: str, kind: str, data: Any = None, *, sender: str = "", to: str = "") -> bool:
    """False when it did not get through: whoever waits for it finds out from the facts, a little later."""
    fields: dict[Any, Any] = {"sender": sender, "to": to, "kind": kind, "data": json.dumps(data)}
    try:
        with _caller(PATIENCE).pipeline(transaction=False) as line:
            line.xadd(stream, fields, maxlen=CAP, approximate=True)
            line.expire(stream, KEPT)
            line.execute()
    except (RedisError, OSError) as error:
        log.warning("a signal was not passed on: %s", type(error).__name__)
        return False
    return True


def last(stream: str) -> str:
    """Where the stream ends now. Asked before the facts are read, so that nothing falls between."""
    try:
        found: Any = _caller(PATIENCE).xrevrange(stream, count=1)
    except (RedisError, OSError):
        return START
    return found[0][0].decode() if found else START


def _signals(answer: Any) -> list[Signal]:
    return [
        Signal(
            at.decode(),
            fields[b"sender"].decode(),
            fields[b"to"].decode(),
            fields[b"kind"].decode(),
            json.loads(fields[b"data"]),
        )
        for _name, rows in answer or []
        for at, fields in rows
    ]


def listen(stream: str, after: str, *, seconds: float) -> Iterator[list[Signal]]:
    """What comes behind `after`, as it comes, for so many seconds; an empty list every few, so that a reader who has
    gone is noticed. With 0 seconds: what is there, once.
    """
    until, name = time.monotonic() + seconds, {stream: after}
    while True:
        left = until - time.monotonic()
        step = max(0.0, min(STEP, left))
        try:
            # BLOCK 0 would wait for ever.
            block = max(1, int(step * 1000)) if seconds else None
            found = _signals(_caller(STEP + 2).xread(name, count=100, block=block))  # type: ignore[arg-type]
        except (RedisError, OSError) as error:
            log.warning("signals can't be read: %s", type(error).__name__)
            time.sleep(min(step, 1.0))
            found = []
        if found:
            name[stream] = found[-1].at
        yield found
        if left <= 0:
            return


async def alisten(stream: str, after: str, *, seconds: float) -> AsyncIterator[list[Signal]]:
    """The same under an ASGI server: nobody's thread waits."""
    until, name = time.monotonic() + seconds, {stream: after}
    caller = redis.asyncio.Redis.from_url(
        _address(), socket_timeout=STEP + 2, socket_connect_timeout=PATIENCE
    )
    try:
        while True:
            left = until - time.monotonic()
            step = max(0.0, min(STEP, left))
            try:
                block = max(1, int(step * 1000)) if seconds else None
                found = _signals(await caller.xread(name, count=100, block=block))  # type: ignore[arg-type]
            except (RedisError, OSError) as error:
                log.warning("signals can't be read: %s", type(error).__name__)
                await asyncio.sleep(min(step, 1.0))
                found = []
            if found:
                name[stream] = found[-1].at
            yield found
            if left <= 0:
                return
    finally:
        # With hundreds of streams in one loop a good-bye may outlast its patience: no stream breaks off for that.
        with suppress(RedisError, OSError):
            await caller.aclose()
