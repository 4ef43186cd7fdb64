"""A slip in the language of ticket printers (ESC/POS), and the way to the printer over TCP."""

from __future__ import annotations

import socket
import time
import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import Any

from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hall.outbox import address_of
from intake.models import PrintJob, Ticket
from intake.queries.queue import hall_now

CONNECT, ANSWER, WHOLE = 3.0, 5.0, 12.0
"""Seconds for the connection, for one answer and for all of it: a printer that hangs holds up nobody else's paper."""

CHINESE_ON, CHINESE_OFF = b"\x1c\x26", b"\x1c\x2e"
LARGE, PLAIN = b"\x1c\x21\x0c", b"\x1c\x21\x00"
"""FS & and FS !: Chinese characters in GB18030, which many printers size by an order of their own."""
ASK_PAPER, ASK_DONE = b"\x10\x04\x04", b"\x1d\x72\x01"
"""DLE EOT 4 is answered at once, GS r 1 only when everything before it has been worked off."""
PAPER_OUT = 0x60


class PrinterFault(Exception):
    """The slip was not printed, or nobody knows; `begun`: some of it may have left the printer."""

    def __init__(self, what: str, *, begun: bool) -> None:
        super().__init__(what)
        self.begun = begun


@dataclass(frozen=True, slots=True)
class Way:
    """To one printer."""

    host: str
    port: int
    confirms: bool


@cache
def _language() -> Any:
    """Imported, python-escpos reads its table of printers for a second: who prints waits, not every process."""
    return import_module("escpos.printer")


# -- the slip ----------------------------------------------------------------------------------------------------


def slip_of(job: PrintJob, *, now: Any) -> bytes:
    """The number large, who is ahead, the QR code of its page; 重打 where it may not be the first paper."""
    ticket, columns = job.ticket, _columns(job.printer.profile)
    paper = _language().Dummy(profile=job.printer.profile or "default")
    paper.hw("INIT")
    paper._raw(CHINESE_ON)
    with translation.override(job.language):
        if job.copy > 1 or job.begun:
            _line(paper, _("重打"), columns, large=True)
            _line(paper, _("号码不变，以先叫到的为准"), columns)
        _line(paper, ticket.hall.label, columns)
        _line(paper, ticket.queue.label, columns)
        paper.text("\n")
        paper.set(align="center", bold=True, custom_size=True, width=4, height=4)
        paper._raw(f"{ticket.number}\n".encode("ascii"))
        paper.set(align="center", bold=False, normal_textsize=True)
        paper.text("\n")
        for words in _facts(ticket, now):
            _line(paper, words, columns)
        paper.set(align="center")
        paper.qr(address_of("intake:ticket", ticket.token), native=True, size=6)
        _line(paper, _("扫码查看排队进度"), columns)
        _line(paper, _("听到叫号请到相应窗口；过号请到引导台。"), columns)
        _line(paper, timezone.localtime(ticket.queued_at).strftime("%Y-%m-%d %H:%M"), columns)
    paper._raw(CHINESE_OFF)
    paper.cut()
    return bytes(paper.output)


def _facts(ticket: Ticket, now: Any) -> list[str]:
    facts = [_("优先")] if ticket.priority else []
    if ticket.status == "waiting":
        state = hall_now(ticket.hall_id, now=now, today=ticket.day)
        facts.append(_("前面还有%(n)s人") % {"n": state.ahead(ticket)})
        facts.append(_("大约等候%(t)s") % {"t": state.estimate_for(ticket).words()})
    return facts


def _columns(profile: str) -> int:
    return int(_language().Dummy(profile=profile or "default").profile.get_columns("a"))


def _line(paper: Any, words: str, columns: int, *, large: bool = False) -> None:
    """Centred, broken where the paper ends; a Chinese character is two columns wide."""
    paper.set(align="center", double_width=large, double_height=large, normal_textsize=not large)
    paper._raw(LARGE if large else PLAIN)
    for part in wrapped(words, columns // 2 if large else columns):
        paper._raw(part.encode("gb18030") + b"\n")
    if large:
        paper.set(normal_textsize=True)
        paper._raw(PLAIN)


def wrapped(words: str, columns: int) -> list[str]:
    """Lines of at most so many columns. Signs that would steer the printer are left out."""
    lines, line, width = [], "", 0
    for sign in words:
        if unicodedata.category(sign).startswith("C"):
            continue
        wide = 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        if width + wide > columns:
            head, gap, rest = line.rpartition(" ") if sign.isascii() and sign != " " else (line, "", "")
            lines.append((head if gap else line).rstrip())
            line = rest if gap else ""
            width = len(line)
        line, width = line + sign, width + wide
    return [*lines, line.rstrip()] if line.strip() or not lines else lines


# -- the way -----------------------------------------------------------------------------------------------------


def send(data: bytes, way: Way) -> None:
    """Returns when the printer has it (and, where it confirms, has printed it). Raises PrinterFault."""
    begun, end = False, time.monotonic() + WHOLE
    try:
        with socket.create_connection((way.host, way.port), timeout=CONNECT) as line:
            if way.confirms:
                line.settimeout(ANSWER)
                line.sendall(ASK_PAPER)
                if _answer(line, end) & PAPER_OUT == PAPER_OUT:
                    raise PrinterFault("paper out", begun=False)
            line.settimeout(max(end - time.monotonic(), 0.1))
            begun = True
            line.sendall(data)
            if way.confirms:
                line.sendall(ASK_DONE)
                _answer(line, end)
            else:
                line.shutdown(socket.SHUT_WR)
    except OSError as error:
        raise PrinterFault(f"{type(error).__name__}: {error}"[:200], begun=begun) from error


def _answer(line: socket.socket, end: float) -> int:
    line.settimeout(max(min(ANSWER, end - time.monotonic()), 0.1))
    said = line.recv(1)
    if not said:
        raise ConnectionResetError("the printer hung up")
    return said[0]
