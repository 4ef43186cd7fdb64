"""The schedule of leaders' receptions under many readers at once, against a bare view that returns the same bytes.

Both are served by gunicorn as `make run` starts it, with its pool, its threads and its middleware, over connections
that stay open. The clients sit on the same cores: they are plain sockets that count bytes, so that they take little
and the same from both.
"""

from __future__ import annotations

import datetime as dt
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings
from django.db import connections
from django.utils import timezone

from benchmarks.measure import Figure
from tests.cast import Cast, reception

CLIENTS, SECONDS, ROUNDS = 24, 1.0, 25
MOST = 1 / 0.7
"""Requests a second are to be 0.7 of the bare view's at least: its time a request 1/0.7 at most."""
HEAD = "GET {} HTTP/1.1\r\nHost: localhost\r\nAccept-Language: zh-CN\r\n\r\n"


def public_schedule(cast: Cast) -> Iterator[Figure]:
    """A month with twenty published receptions, asked for by 24 readers at once."""
    now = timezone.now()
    first = timezone.localdate(now).replace(day=1)
    for n in range(20):
        start = dt.datetime.combine(first + dt.timedelta(days=n), dt.time(9), timezone.get_current_timezone())
        leader = (cast.leader, cast.leader2)[n % 2]
        # One published before it begins, however far the month has gone.
        reception(cast, start, leader=leader, now=start - dt.timedelta(days=7))
    connections.close_all()
    path = f"/halls/{cast.hall.code}/receptions/"
    bytes_file = Path(settings.STATE_DIR) / "schedule.html"
    with _served(bytes_file) as port:
        head, body = _once(port, path)
        assert b"200 OK" in head and cast.leader.name.encode() in body, head
        bytes_file.write_bytes(body)
        bare = "/floor/bytes/"
        assert _once(port, bare)[1] == body
        for warm in (path, bare):
            _rate(port, warm, len(body), 1.0)
        pairs = [
            (_rate(port, path, len(body), SECONDS), _rate(port, bare, len(body), SECONDS))
            for _n in range(ROUNDS)
        ]
    ours, floor = (statistics.median(rates) for rates in zip(*pairs, strict=True))
    share = statistics.median(a / b for a, b in pairs)
    name = f"public schedule, {ours:.0f} req/s / bare {floor:.0f} req/s = {share:.2f}"
    yield Figure(name, 1000 / ours, 1000 / floor, 1 / share, MOST)


@contextmanager
def _served(bytes_file: Path) -> Iterator[int]:
    """gunicorn with the hall's own configuration on a free port of this machine."""
    config = str(settings.BASE_DIR / "deploy" / "gunicorn.conf.py")
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = int(door.getsockname()[1])
        facts = {"HALL_PROCESS": "web", "HALL_BENCH_BYTES": str(bytes_file)}
        argv = [sys.executable, "-m", "gunicorn", "benchmarks.wsgi", "--config", config]
        argv += ["--bind", f"fd://{door.fileno()}", "--log-level", "warning", "--max-requests", "0"]
        server = subprocess.Popen(
            argv, cwd=settings.BASE_DIR, env=os.environ | facts, pass_fds=(door.fileno(),)
        )
    try:
        _patiently(port)
        yield port
    finally:
        server.terminate()
        server.wait(timeout=15)


def _patiently(port: int) -> None:
    end = time.monotonic() + 60
    while True:
        try:
            if b"200 OK" in _once(port, "/healthz")[0]:
                return
        except OSError:
            if time.monotonic() > end:
                raise
        time.sleep(0.2)


def _once(port: int, path: str) -> tuple[bytes, bytes]:
    with socket.create_connection(("127.0.0.1", port), timeout=30) as line:
        line.sendall(HEAD.format(path).encode())
        return _answer(line)


def _answer(line: socket.socket) -> tuple[bytes, bytes]:
    said = b""
    while b"\r\n\r\n" not in said:
        if not (part := line.recv(65536)):
            raise ConnectionResetError
        said += part
    head, _gap, body = said.partition(b"\r\n\r\n")
    size = next(
        int(field.partition(b":")[2])
        for field in head.split(b"\r\n")
        if field.lower().startswith(b"content-length")
    )
    parts = [body]
    left = size - len(body)
    while left > 0:
        if not (part := line.recv(min(left, 262144))):
            raise ConnectionResetError
        parts.append(part)
        left -= len(part)
    return head, b"".join(parts)


def _rate(port: int, path: str, size: int, seconds: float) -> float:
    """Answers a second, all readers together; each answer is whole and has the size that it must have."""
    counts, faults = [0] * CLIENTS, []
    stop = time.monotonic() + seconds
    asked = HEAD.format(path).encode()

    def reader(number: int) -> None:
        line: socket.socket | None = None
        while time.monotonic() < stop:
            try:
                if line is None:
                    line = socket.create_connection(("127.0.0.1", port), timeout=30)
                line.sendall(asked)
                head, body = _answer(line)
            except OSError:  # the server may close a line that was quiet for a while
                line = None
                continue
            if b" 200 " not in head.split(b"\r\n", 1)[0] or len(body) != size:
                faults.append(head)
                return
            counts[number] += 1
        if line is not None:
            line.close()

    readers = [threading.Thread(target=reader, args=(n,)) for n in range(CLIENTS)]
    began = time.monotonic()
    for one in readers:
        one.start()
    for one in readers:
        one.join()
    assert not faults, faults[0]
    return sum(counts) / (time.monotonic() - began)
