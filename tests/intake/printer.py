"""A ticket printer on a real port: it keeps what it gets, and can hang, run out of paper or die in the middle."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager

ASK_PAPER, ASK_DONE, CUT = b"\x10\x04\x04", b"\x1d\x72\x01", b"\x1dV\x00"


class Printer:
    """`mood`: well, hangs (says nothing), empty (no paper), dies (hangs up half-way)."""

    def __init__(self) -> None:
        self.mood = "well"
        self.slips: list[bytes] = []
        self.calls = 0
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()
        self._door = socket.create_server(("127.0.0.1", 0))
        self.host, self.port = self._door.getsockname()[:2]
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._stop.set()
        self._door.close()

    def _serve(self) -> None:
        while True:
            try:
                line, _address = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._print, args=(line,), daemon=True).start()

    def _print(self, line: socket.socket) -> None:
        with self._lock:
            self.calls += 1
            self.at_once += 1
            self.most_at_once = max(self.most_at_once, self.at_once)
        got = b""
        try:
            with line:
                while data := line.recv(4096):
                    got += data
                    if self.mood == "hangs":
                        self._stop.wait(30)
                        return
                    if got.startswith(ASK_PAPER):
                        got = got[len(ASK_PAPER) :]
                        line.sendall(b"\x72" if self.mood == "empty" else b"\x12")
                    if self.mood == "dies" and got:
                        return
                    if got.endswith(ASK_DONE):
                        self.slips.append(got[: -len(ASK_DONE)])
                        got = b""
                        line.sendall(b"\x00")
                if got.endswith(CUT):
                    self.slips.append(got)
        except OSError:
            return
        finally:
            with self._lock:
                self.at_once -= 1


@contextmanager
def a_printer() -> Iterator[Printer]:
    printer = Printer()
    try:
        yield printer
    finally:
        printer.close()


def words_of(slip: bytes) -> str:
    """What stands on the paper: the orders to the printer taken out, the rest read as GB18030."""
    text, at = bytearray(), 0
    while at < len(slip):
        sign = slip[at]
        if sign == 0x1B:  # ESC: @ has no argument, the others that are used have one
            at += 2 if slip[at + 1 : at + 2] == b"@" else 3
        elif sign == 0x1C:  # FS: & and . have none, ! has one
            at += 3 if slip[at + 1 : at + 2] == b"!" else 2
        elif sign == 0x1D and slip[at + 1 : at + 3] == b"(k":
            length = slip[at + 3] + 256 * slip[at + 4]
            text += slip[at + 5 : at + 5 + length].partition(b"P0")[2]
            at += 5 + length
        elif sign == 0x1D:
            at += 3
        else:
            text.append(sign)
            at += 1
    return text.decode("gb18030")
