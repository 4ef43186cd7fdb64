"""A stream under AES-256-GCM, piece by piece: a backup that lies on somebody else's disk.

Each piece is bound to its place, and the last one says that it is the last: nothing can be swapped, left out or cut
off without being noticed. The key is a file of base64 (32 bytes) that lies elsewhere.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import IO, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

MAGIC, PREFIX, PIECE, TAG = b"HALL-BK1", 7, 1 << 20, 16


class Unreadable(ValueError):
    """The key is not the one it was sealed with, or the stream was changed or cut."""


class Sink(Protocol):
    def write(self, data: bytes, /) -> object: ...


def key_in(path: Path) -> bytes:
    """Raises Unreadable with a sentence that says how to make one."""
    try:
        key = base64.b64decode(path.read_text().strip(), validate=True)
    except (OSError, ValueError):
        key = b""
    if len(key) != 32:
        raise Unreadable(f"{path} holds no key: make one with `openssl rand -base64 32 > {path}`")
    return key


class Sealer:
    """Write to it what is to be sealed; `close` writes the last piece, without which nothing can be read."""

    def __init__(self, out: Sink, key: bytes) -> None:
        self._out, self._cipher = out, AESGCM(key)
        self._prefix, self._number, self._held = os.urandom(PREFIX), 0, bytearray()
        out.write(MAGIC + self._prefix)

    def write(self, data: bytes, /) -> int:
        self._held += data
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        self._piece(bytes(self._held), last=True)
        self._held.clear()

    def _piece(self, plain: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._prefix, self._number, last=last), plain, MAGIC))
        self._number += 1


class Unsealer:
    """Read from it what was sealed. Raises Unreadable."""

    def __init__(self, source: IO[bytes], key: bytes) -> None:
        head = source.read(len(MAGIC) + PREFIX)
        if not head.startswith(MAGIC) or len(head) != len(MAGIC) + PREFIX:
            raise Unreadable("not a sealed stream")
        self._source, self._cipher, self._prefix = source, AESGCM(key), head[len(MAGIC) :]
        self._number, self._held, self._ended = 0, bytearray(), False
        self._next = source.read(PIECE + TAG)

    def read(self, size: int = -1, /) -> bytes:
        while not self._ended and (size < 0 or len(self._held) < size):
            self._held += self._piece()
        taken = bytes(self._held[:size] if size >= 0 else self._held)
        del self._held[: len(taken)]
        return taken

    def _piece(self) -> bytes:
        sealed, self._next = self._next, self._source.read(PIECE + TAG)
        self._ended = not self._next
        try:
            plain = self._cipher.decrypt(_nonce(self._prefix, self._number, last=self._ended), sealed, MAGIC)
        except InvalidTag as error:
            raise Unreadable("sealed with another key, changed, or cut off") from error
        self._number += 1
        return plain


def _nonce(prefix: bytes, number: int, *, last: bool) -> bytes:
    return prefix + number.to_bytes(4, "big") + bytes([last])
