"""Another system's side of a webhook: a real HTTP server that takes, refuses, hangs, redirects or drips."""

from __future__ import annotations

import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID


@dataclass
class Receiver:
    """`mode`: take, slow, hang, drip, redirect, drop, or a status as text. What came is kept."""

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
def receiver(mode: str = "take", *, paper: Path | None = None) -> Iterator[Receiver]:
    """Listens on a free port of this machine until the end of the block; with TLS when it has a certificate."""
    here = Receiver("", mode)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"here": here}))
    server.daemon_threads = True
    if paper is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(paper)
        server.socket = context.wrap_socket(server.socket, server_side=True)
    here.url = f"{'https' if paper else 'http'}://127.0.0.1:{server.server_port}/hall?from=yunxi"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield here
    finally:
        here.ended.set()
        server.shutdown()
        server.server_close()
        thread.join()


def self_signed(folder: Path, address: str) -> Path:
    """A certificate and its key in one file, for that address, signed by nobody else."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, address)])
    now = dt.datetime.now(dt.UTC)
    paper = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(address))]), False)
        .sign(key, hashes.SHA256())
    )
    file = folder / f"{address}.pem"
    plain = serialization.NoEncryption()
    file.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + paper.public_bytes(serialization.Encoding.PEM)
    )
    return file


class _Handler(BaseHTTPRequestHandler):
    here: Receiver

    def do_POST(self) -> None:
        here, body = self.here, self.rfile.read(int(self.headers["Content-Length"])).decode()
        here.came.append(({name.lower(): value for name, value in self.headers.items()}, body))
        here.at_once += 1
        here.most_at_once = max(here.most_at_once, here.at_once)
        with suppress(BrokenPipeError, ConnectionResetError):
            getattr(self, here.mode, self.status)()
        here.at_once -= 1

    def log_message(self, *_what: Any) -> None:
        """Says nothing."""

    def status(self) -> None:
        self.send_response(int(self.here.mode))
        self.send_header("Content-Length", "6")
        self.end_headers()
        self.wfile.write(b"secret")

    def take(self) -> None:
        self.send_response(204)
        self.end_headers()

    def slow(self) -> None:
        self.here.ended.wait(0.4)
        self.take()

    def hang(self) -> None:
        self.here.ended.wait(30)

    def drip(self) -> None:
        self.wfile.write(b"HTTP/1.1 200 OK\r\n")
        for number in range(300):
            self.wfile.write(f"X-Drop-{number}: 1\r\n".encode())
            if self.here.ended.wait(0.1):
                return

    def redirect(self) -> None:
        self.send_response(302)
        self.send_header("Location", self.here.url + "&again=1")
        self.end_headers()

    def drop(self) -> None:
        self.connection.shutdown(socket.SHUT_RDWR)
