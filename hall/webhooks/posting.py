"""One message to one address, and back within so many seconds whatever the other side does.

It connects to the very address that was checked, follows nobody elsewhere, and reads no answer's body.
"""

from __future__ import annotations

import ipaddress
import socket
import ssl
import time
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from urllib.parse import SplitResult, urlsplit

import httpcore

CONNECT = 4.0
"""Seconds for the connection; for all of it what the caller gives."""

Network = ipaddress.IPv4Network | ipaddress.IPv6Network
_DISGUISED = tuple(
    ipaddress.ip_network(one) for one in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32")
)
"""IPv6 addresses that lead to an IPv4 one, and so perhaps inside."""


class NotTaken(Exception):
    """A message did not arrive; `code` is one of `FAILURES`, `answered` the HTTP status where there was one."""

    def __init__(self, code: str, answered: int | None = None) -> None:
        super().__init__(code)
        self.code, self.answered = code, answered


def parsed(url: str) -> SplitResult | None:
    """The address when it is one that a message can go to: http(s), a host, no user name, no fragment."""
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018 - raises when it is no port
    except ValueError:
        return None
    if (
        parts.scheme not in ("http", "https")
        or not parts.hostname
        or parts.username is not None
        or parts.fragment
    ):
        return None
    if not url.isascii() or not url.isprintable() or " " in url:
        return None
    return parts


def is_inner(address: str) -> bool:
    """Whether an address is one that the world cannot reach: the house itself, its network, or one in disguise."""
    known = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped is not None:
            return is_inner(str(known.ipv4_mapped))
        if any(known in network for network in _DISGUISED):
            return True
    return not known.is_global or known.is_multicast


def is_listed(address: str, networks: Iterable[Network]) -> bool:
    known = ipaddress.ip_address(address.partition("%")[0])
    return any(known.version == network.version and known in network for network in networks)


def checked(host: str, port: int, *, is_plain: bool, networks: Sequence[Network]) -> str:
    """Resolve once, check every address that comes, give the first. Raises NotTaken."""
    try:
        found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError):
        raise NotTaken("name") from None
    for address in found:
        listed = is_listed(address, networks)
        if is_inner(address) and not listed:
            raise NotTaken("inner")
        if is_plain and not listed:
            raise NotTaken("plain")
    return found[0]


class _Hurried(httpcore.NetworkStream):
    """A connection on which every wait counts against one end: a byte now and then does not keep us."""

    def __init__(self, stream: httpcore.NetworkStream, until: float) -> None:
        self._stream, self._until = stream, until

    def _left(self) -> float:
        left = self._until - time.monotonic()
        if left <= 0:
            raise httpcore.ReadTimeout
        return left

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._left())

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, self._left())

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        return _Hurried(self._stream.start_tls(ssl_context, server_hostname, self._left()), self._until)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


class _Checked(httpcore.NetworkBackend):
    """Connects to what was checked and to nothing else; the name stays what TLS is verified against."""

    def __init__(self, *, is_plain: bool, networks: Sequence[Network], seconds: float) -> None:
        self._is_plain, self._networks, self._until = is_plain, networks, time.monotonic() + seconds
        self._plain = httpcore.SyncBackend()

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:  # fmt: skip
        address = checked(host, port, is_plain=self._is_plain, networks=self._networks)
        wait = max(0.01, min(CONNECT, self._until - time.monotonic()))
        return _Hurried(
            self._plain.connect_tcp(address, port, wait, local_address, socket_options), self._until
        )


def post(
    url: str, body: str, headers: Mapping[str, str], *, networks: Sequence[Network], seconds: float
) -> int:
    """The status of an answer that took it (2xx), on a connection of its own. Raises NotTaken.

    `httpcore` is what httpx stands on: it follows nobody and asks no proxy of the environment.
    """
    backend = _Checked(is_plain=url.startswith("http:"), networks=networks, seconds=seconds)
    try:
        with (
            httpcore.ConnectionPool(
                ssl_context=ssl.create_default_context(), network_backend=backend, max_connections=1
            ) as pool,
            pool.stream("POST", url, headers=list(headers.items()), content=body.encode()) as answer,
        ):
            answered: int = answer.status
    except (httpcore.TimeoutException, TimeoutError):
        raise NotTaken("timeout") from None
    except httpcore.ConnectError as error:
        raise NotTaken("tls" if "SSL" in str(error) else "connection") from None
    except (httpcore.NetworkError, httpcore.ProtocolError, OSError):
        raise NotTaken("connection") from None
    if 200 <= answered < 300:
        return answered
    raise NotTaken("redirect" if 300 <= answered < 400 else "status", answered)
