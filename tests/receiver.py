"""Another system's side of a webhook: a real HTTP server that takes, refuses, hangs, redirects or drips."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


@dataclass
class Receiver:
    """`mode`: take, hang, drip, redirect, drop, or a status as text. What came is kept."""

    url: str
    mode: str = "take"
    came: list[tuple[dict[str, str], str]] = field(default_factory=list)
    ended: threading.Event = field(default_factory=threading.Event)
    at_once: int = 0
    most_at_once: int = 0

    @property
    def ids(self) -> list[str]:
        return [headers["webhook-id"] for headers, _body in self.came]


@contextmanager
def receiver(mode: str = "take") -> Iterator[Receiver]:
    """Listens on a free port of this machine until the end of the block."""
    here = Receiver("", mode)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(here))
    server.daemon_threads = True
    here.url = f"http://127.0.0.1:{server.server_port}/hall?from=yunxi"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        here.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(here: Receiver) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            here.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
            here.at_once += 1
            here.most_at_once = max(here.most_at_once, here.at_once)
            try:
                getattr(self, here.mode, self._status)()
            except (BrokenPipeError, ConnectionResetError):
                pass
            finally:
                here.at_once -= 1

        def _status(self) -> None:
            self.send_response(int(here.mode))
            self.send_header("Content-Length", "6")
            self.end_headers()
            self.wfile.write(b"secret")

        def log_message(self, *_what: Any) -> None:
            return

        def take(self) -> None:
            self.send_response(204)
            self.end_headers()

        def slow(self) -> None:
            here.ended.wait(0.4)
            self.take()

        def hang(self) -> None:
            here.ended.wait(30)

        def drip(self) -> None:
            self.wfile.write(b"HTTP/1.1 200 OK\r\n")
            for number in range(300):
                self.wfile.write(f"X-Drop-{number}: 1\r\n".encode())
                if here.ended.wait(0.1):
                    return

        def redirect(self) -> None:
            self.send_response(302)
            self.send_header("Location", here.url + "&again=1")
            self.end_headers()

        def drop(self) -> None:
            self.connection.shutdown(socket.SHUT_RDWR)

    return Handler
