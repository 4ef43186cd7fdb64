"""A ClamAV daemon for tests: a real socket that speaks the protocol, and can be broken, slow or gone."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}$" + b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE!$H+H*"
"""The industry's test string; put together here, so that no scanner finds it in this file."""


@dataclass
class Clamd:
    """`manner`: well, broken (says something else), cut (hangs up), slow (never answers), full (heard enough)."""

    address: str
    manner: str = "well"
    signed: str = "Sat Nov 28 09:41:42 2026"
    """The day of its signatures, as it writes it; "" when it has none."""
    virus: bytes = EICAR
    heard: list[bytes] = field(default_factory=list)


@contextmanager
def clamd(manner: str = "well", path: Path | None = None) -> Iterator[Clamd]:
    listening = socket.socket(socket.AF_UNIX if path else socket.AF_INET)
    listening.bind(str(path) if path else ("127.0.0.1", 0))
    listening.listen()
    place = f"unix:{path}" if path else f"127.0.0.1:{listening.getsockname()[1]}"
    one, over = Clamd(place, manner), threading.Event()

    def serve() -> None:
        while not over.is_set():
            try:
                line, _who = listening.accept()
            except OSError:
                return
            with line:
                line.settimeout(5)
                try:
                    _answer(one, line, over)
                except OSError:
                    continue

    thread = threading.Thread(target=serve, daemon=True)
    thread.start()
    try:
        yield one
    finally:
        over.set()
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(5)


def _exactly(line: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        more = line.recv(count - len(data))
        if not more:
            raise ConnectionError
        data += more
    return data


def _answer(one: Clamd, line: socket.socket, over: threading.Event) -> None:
    asked = _exactly(line, 9)
    if asked == b"zVERSION\0":
        said = f"ClamAV 1.4.3/27825/{one.signed}" if one.signed else "ClamAV 1.4.3"
        line.sendall(b"UNKNOWN COMMAND\0" if one.manner == "broken" else f"{said}\0".encode())
        return
    assert asked + _exactly(line, 1) == b"zINSTREAM\0"
    data = b""
    while size := struct.unpack(">I", _exactly(line, 4))[0]:
        data += _exactly(line, size)
        if one.manner == "full":
            line.sendall(b"INSTREAM size limit exceeded. ERROR\0")
            return
    one.heard.append(data)
    if one.manner == "slow":
        over.wait(5)
    elif one.manner == "cut":
        line.sendall(b"stream: O")
    elif one.manner == "broken":
        line.sendall(b"UNKNOWN COMMAND\0")
    else:
        line.sendall(b"stream: Eicar-Signature FOUND\0" if one.virus in data else b"stream: OK\0")
