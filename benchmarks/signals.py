"""The signals of a hundred rooms of four ends each: streams on the ASGI server, posts to the ordinary one.

Four hundred real streams over HTTP, and posts over lines that stay open, from one client on the same cores; from each
post until the stream of the end that it is meant for has brought it. The floor is the same load on a bare Redis: a
stream a room, four hundred readers that wait in XREAD, and XADD instead of a post.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import os
import socket
import statistics
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import redis.asyncio
from django.conf import settings
from django.db import connection, connections
from django.utils import timezone

from benchmarks.measure import Figure
from cases.actions.video import digest
from cases.models import VideoRoom, VideoSeat
from tests.cast import Cast
from tests.life_video import room_open

ROOMS, ENDS = 100, 4
RATE, PACED, POSTERS, FLAT_OUT = 10, 26.0, 8, 8.0
"""Posts a second for so many seconds, long enough for every stream to be opened again once: as much as a hundred rooms
of four say that come together within eight minutes. Then so many that post without a pause, for so many seconds."""
PATIENCE = 120.0
SDP = "a=candidate:1 1 udp 2122260223 192.0.2.7 51234 typ host generation 0 ufrag abcd network-id 1\r\n" * 8
CSRF = "a" * 32
Send = Callable[[int, "Seat", "Seat", str], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Seat:
    room: uuid.UUID
    place: int
    key: str
    page: uuid.UUID

    @property
    def cookies(self) -> str:
        return f"Cookie: video_{self.room.hex[:12]}={self.key}; {settings.CSRF_COOKIE_NAME}={CSRF}\r\n"


@dataclass
class Tally:
    """When each signal was said and when it came."""

    said: dict[str, float] = field(default_factory=dict)
    took: dict[str, float] = field(default_factory=dict)
    refused: Counter[str] = field(default_factory=Counter)

    def came(self, name: str) -> None:
        if name in self.said and name not in self.took:
            self.took[name] = (time.perf_counter() - self.said[name]) * 1000

    def clear(self) -> None:
        self.said.clear()
        self.took.clear()


def signals(cast: Cast) -> Iterator[Figure]:
    seats = _rooms(cast)
    connections.close_all()
    with _server("gthread", "hall.wsgi") as (posts, _pid), _server("asgi", "hall.asgi") as (events, pid):
        ours, rate, threads = asyncio.run(_house(seats, posts, events, pid))
    floor, bare = asyncio.run(_bare(seats))
    (half, most), (floor_half, floor_most) = (_quantiles(one) for one in (ours, floor))
    name = f"signals, {ROOMS} rooms of {ENDS}, {RATE}/s, {threads} threads"
    yield Figure(f"{name}: median", half, floor_half, half / floor_half, 100.0)
    yield Figure(f"{name}: 95 %", most, floor_most, most / floor_most, 200.0)
    name = f"signals, without a pause: {rate:.0f}/s / bare Redis {bare:.0f}/s"
    yield Figure(name, 1000 / rate, 1000 / bare, bare / rate, 150.0)


def _quantiles(times: list[float]) -> tuple[float, float]:
    return statistics.median(times), statistics.quantiles(times, n=20)[-1]


def _rooms(cast: Cast) -> list[Seat]:
    """As they stand when everybody was let in; one by the actions, the others like it."""
    now = timezone.now()
    like = room_open(cast, now)
    facts: dict[str, Any] = {
        "hall": like.hall,
        "case": like.case,
        "kind": like.kind,
        "status": "open",
        "created_at": now,
    }
    facts |= {
        "starts_at": now,
        "ends_at": now + dt.timedelta(hours=1),
        "opened_at": now,
        "host_user": cast.clerk,
    }
    rooms = VideoRoom.objects.bulk_create([VideoRoom(title=f"第{n}间", **facts) for n in range(ROOMS)])
    found, rows = [], []
    for room in rooms:
        for place in range(1, ENDS + 1):
            seat = Seat(room.token, place, uuid.uuid4().hex, uuid.uuid4())
            found.append(seat)
            rows.append(
                VideoSeat(
                    room=room,
                    role="other",
                    name=f"第{place}方",
                    place_number=place,
                    status="admitted",
                    client_key=digest(seat.key),
                    page=seat.page,
                    seen_at=now,
                    invited_at=now,
                    admitted_at=now,
                )
            )
    VideoSeat.objects.bulk_create(rows)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE cases_videoroom, cases_videoseat")
    return found


async def _house(seats: list[Seat], posts: int, events: int, pid: int) -> tuple[list[float], float, int]:
    """The times at a steady pace, the rate without a pause, the threads of the process that holds the streams."""
    tally, opened = Tally(), asyncio.Semaphore(12)
    ready = [asyncio.Event() for _seat in seats]
    listeners = [
        asyncio.create_task(_listen(events, seat, tally, is_there, opened))
        for seat, is_there in zip(seats, ready, strict=True)
    ]
    lines: asyncio.Queue[Any] = asyncio.Queue()
    for _n in range(POSTERS):
        lines.put_nowait(None)

    async def send(_room: int, one: Seat, other: Seat, name: str) -> None:
        line = await lines.get()
        try:
            line = await _post(line, posts, one, other, name)
        finally:
            lines.put_nowait(line)

    try:
        end = time.perf_counter() + PATIENCE
        while missing := sum(not one.is_set() for one in ready):
            assert time.perf_counter() < end, f"{missing} streams did not open; {dict(tally.refused)}"
            await asyncio.sleep(0.2)
        await asyncio.sleep(2)
        times = await _paced(seats, tally, send)
        rate = await _flat_out(seats, tally, send)
        threads = _threads(pid)
    finally:
        for listener in listeners:
            listener.cancel()
        await asyncio.gather(*listeners, return_exceptions=True)
        if tally.refused:
            print(f"signals: streams that did not open at once: {dict(tally.refused)}", flush=True)
    return times, rate, threads


def _threads(pid: int) -> int:
    """Of the one process that a gunicorn looks after."""
    worker = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0]
    return int(Path(f"/proc/{worker}/status").read_text().split("Threads:")[1].split()[0])


async def _listen(
    port: int, seat: Seat, tally: Tally, is_there: asyncio.Event, opened: asyncio.Semaphore
) -> None:
    """A stream that is opened again behind what was heard last, as a browser does."""
    last, first = "", "&first=1"
    while True:
        async with opened:
            reader, writer = await asyncio.open_connection("127.0.0.1", port)
            try:
                behind = f"Last-Event-ID: {last}\r\n" if last else ""
                head = f"GET /video/{seat.room}/events/?page={seat.page.hex}{first} HTTP/1.1\r\nHost: localhost\r\n"
                writer.write(f"{head}{seat.cookies}{behind}\r\n".encode())
                status = await reader.readline()
                while (line := await reader.readline()) and not line.startswith(b"event: room"):
                    last = _place(line) or last
            except ConnectionError:
                status = b""
            if b" 200 " not in status:
                tally.refused[status.decode().strip()] += 1
                writer.close()
                await asyncio.sleep(0.5)
                continue
        first = ""
        is_there.set()
        with suppress(ConnectionError):
            while line := await reader.readline():
                last = _place(line) or last
                if line.startswith(b'data: {"from"'):
                    tally.came(json.loads(line[6:])["data"]["name"])
        writer.close()


def _place(line: bytes) -> str:
    return line[4:].decode().strip() if line.startswith(b"id: ") else ""


async def _post(line: Any, port: int, one: Seat, other: Seat, name: str) -> Any:
    """Over a line that stays open; the line for the next one."""
    said = {
        "page": one.page.hex,
        "kind": "candidates",
        "to": str(other.place),
        "data": {"name": name, "sdp": SDP},
    }
    body = json.dumps(said).encode()
    head = f"POST /video/{one.room}/signal/ HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
    head += f"{one.cookies}X-CSRFToken: {CSRF}\r\nContent-Length: {len(body)}\r\n\r\n"
    for _go in range(2):  # the server may close a line that was quiet for a while
        reader, writer = line or await asyncio.open_connection("127.0.0.1", port)
        line = None
        with suppress(ConnectionError, asyncio.IncompleteReadError):
            writer.write(head.encode() + body)
            answer = await reader.readuntil(b"\r\n\r\n")
            assert b" 204 " in answer.split(b"\r\n", 1)[0], answer
            return reader, writer
    raise ConnectionError("the house did not take a signal")


def _pair(seats: list[Seat], number: int) -> tuple[int, Seat, Seat]:
    """Everybody to everybody, room after room."""
    room, turn = number % ROOMS, number // ROOMS
    own, other = turn % ENDS, (turn + 1 + turn // ENDS % (ENDS - 1)) % ENDS
    return room, seats[room * ENDS + own], seats[room * ENDS + other]


async def _paced(seats: list[Seat], tally: Tally, send: Send) -> list[float]:
    """A post each 1/RATE seconds, whether or not the one before it has come."""
    tally.clear()
    began = time.perf_counter()
    going: list[asyncio.Task[None]] = []
    for number in range(int(RATE * PACED)):
        await asyncio.sleep(max(0.0, began + number / RATE - time.perf_counter()))
        name = f"p{number}"
        tally.said[name] = time.perf_counter()
        going.append(asyncio.create_task(send(*_pair(seats, number), name)))
    await asyncio.gather(*going)
    await _all_came(tally)
    return list(tally.took.values())


async def _flat_out(seats: list[Seat], tally: Tally, send: Send) -> float:
    """Arrivals a second."""
    tally.clear()
    began = time.perf_counter()

    async def poster(first: int) -> None:
        number = first
        while time.perf_counter() < began + FLAT_OUT:
            name = f"f{number}"
            tally.said[name] = time.perf_counter()
            await send(*_pair(seats, number), name)
            number += POSTERS

    await asyncio.gather(*(poster(n) for n in range(POSTERS)))
    await _all_came(tally)
    return len(tally.took) / (time.perf_counter() - began)


async def _all_came(tally: Tally) -> None:
    end = time.perf_counter() + 30
    while len(tally.took) < len(tally.said):
        assert time.perf_counter() < end, f"{len(tally.said) - len(tally.took)} signals were lost"
        await asyncio.sleep(0.01)


async def _bare(seats: list[Seat]) -> tuple[list[float], float]:
    """The same load on Redis alone."""
    tally, names = Tally(), [f"bench:{uuid.uuid4().hex}" for _n in range(ROOMS)]
    # Longer than a reader waits: the library's own patience is as long as that.
    options: dict[str, Any] = {"max_connections": ROOMS * ENDS + POSTERS + 8, "socket_timeout": 30}
    async with redis.asyncio.Redis.from_url(str(settings.REDIS_URL), **options) as caller:

        async def read(name: str, place: str) -> None:
            last = "0-0"
            while True:
                found: Any = await caller.xread({name: last}, count=100, block=5000)
                for _name, rows in found or []:
                    for at, facts in rows:
                        last = at
                        if facts[b"to"].decode() == place:
                            tally.came(facts[b"name"].decode())

        async def send(room: int, _one: Seat, other: Seat, name: str) -> None:
            facts: dict[Any, Any] = {"to": str(other.place), "name": name, "data": SDP}
            async with caller.pipeline(transaction=False) as line:
                line.xadd(names[room], facts, maxlen=1000, approximate=True)
                line.expire(names[room], 600)
                await line.execute()

        readers = [asyncio.create_task(read(name, str(n + 1))) for name in names for n in range(ENDS)]
        await asyncio.sleep(3)
        times, rate = await _paced(seats, tally, send), await _flat_out(seats, tally, send)
        for reader in readers:
            reader.cancel()
        await asyncio.gather(*readers, return_exceptions=True)
        await caller.delete(*names)
    return times, rate


@contextmanager
def _server(worker: str, application: str) -> Iterator[tuple[int, int]]:
    """One process; the streams' one holds as many lines as come."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    argv = [
        "-m",
        "gunicorn",
        f"{application}:application",
        "--config",
        "deploy/gunicorn.conf.py",
        "-k",
        worker,
    ]
    argv += ["--bind", f"127.0.0.1:{port}", "--workers", "1", "--log-level", "error"]
    web = subprocess.Popen(
        [sys.executable, *argv], cwd=settings.BASE_DIR, env=os.environ | {"HALL_PROCESS": "web"}
    )
    try:
        for _n in range(600):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield port, web.pid
    finally:
        web.terminate()
        web.wait(timeout=30)
