"""Asking a ClamAV daemon, over TCP or a local socket: what is in a file (INSTREAM), how old it is (VERSION).

Everything within one time limit. What is not a plain answer in time is no answer: `Away`.
"""

from __future__ import annotations

import datetime as dt
import socket
import struct
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import IO

CHUNK = 64 * 1024
MOST_ANSWER = 4096


DATE = "%a %b %d %H:%M:%S %Y"
"""How clamd writes the day of its signatures, in its own host's time and without a zone: taken as UTC."""


class Away(Exception):
    """The scanner gave no answer that says anything: not there, too slow, or it refused to look."""


def address_of(text: str) -> tuple[str, int] | str:
    """`host:port` or `unix:/path`. Raises ValueError."""
    if text.startswith("unix:"):
        if not text[5:].startswith("/"):
            raise ValueError(text)
        return text[5:]
    host, colon, port = text.rpartition(":")
    host = host.removeprefix("[").removesuffix("]")
    if not (colon and host and port.isascii() and port.isdigit() and 0 < int(port) < 65536):
        raise ValueError(text)
    return host, int(port)


@dataclass(frozen=True, slots=True)
class Version:
    """What the daemon says of itself. `signed_at`: when its signatures were made; None where it has none."""

    name: str
    signed_at: dt.datetime | None


class _Until:
    """One time limit over several steps."""

    def __init__(self, seconds: float) -> None:
        self.end = time.monotonic() + seconds

    def left(self) -> float:
        left = self.end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        return left


@contextmanager
def _connected(address: tuple[str, int] | str, until: _Until) -> Iterator[socket.socket]:
    if isinstance(address, str):
        line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        with line:
            line.settimeout(until.left())
            line.connect(address)
            yield line
    else:
        with socket.create_connection(address, timeout=until.left()) as line:
            yield line


def scan(file: IO[bytes], *, address: str, seconds: float) -> str:
    """The name of what was found, "" when it is clean. Raises Away."""
    until = _Until(seconds)
    try:
        with _connected(address_of(address), until) as line:
            _send(line, file, until)
            answer = _answer(line, until)
    except (OSError, ValueError) as error:
        raise Away(type(error).__name__) from error
    finally:
        file.seek(0)
    said = answer.removeprefix("stream: ")
    if said == "OK":
        return ""
    if said.endswith(" FOUND") and len(said) > len(" FOUND"):
        return (
            "".join(ch for ch in said.removesuffix(" FOUND") if ch.isascii() and ch.isprintable())[:120]
            or "?"
        )
    raise Away("error")


def version(*, address: str, seconds: float) -> Version:
    """What answers there, and of which day its signatures are. Raises Away."""
    until = _Until(seconds)
    try:
        with _connected(address_of(address), until) as line:
            line.settimeout(until.left())
            line.sendall(b"zVERSION\0")
            answer = _answer(line, until)
    except (OSError, ValueError) as error:
        raise Away(type(error).__name__) from error
    name, _number, date = [*answer.split("/", 2), "", ""][:3]
    if not name.startswith("ClamAV"):
        raise Away("error")
    try:
        signed_at = dt.datetime.strptime(date.strip(), DATE).replace(tzinfo=dt.UTC)
    except ValueError:
        signed_at = None
    return Version("".join(ch for ch in name if ch.isascii() and ch.isprintable())[:60], signed_at)


def _send(line: socket.socket, file: IO[bytes], until: _Until) -> None:
    """The length before each piece, and a length of nothing at the end. A daemon that has heard enough (too large)
    closes while it is still being told: what it said before is read all the same.
    """
    file.seek(0)
    try:
        line.settimeout(until.left())
        line.sendall(b"zINSTREAM\0")
        while piece := file.read(CHUNK):
            line.settimeout(until.left())
            line.sendall(struct.pack(">I", len(piece)) + piece)
        line.sendall(struct.pack(">I", 0))
    except (BrokenPipeError, ConnectionResetError):
        return


def _answer(line: socket.socket, until: _Until) -> str:
    heard = b""
    while not heard.endswith(b"\0") and len(heard) < MOST_ANSWER:
        line.settimeout(until.left())
        more = line.recv(1024)
        if not more:
            break
        heard += more
    if not heard.endswith(b"\0"):
        raise ValueError("cut off")
    return heard.rstrip(b"\0").decode("utf-8", "replace").strip()
