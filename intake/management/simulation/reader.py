"""A simulated agent of an ID reader: keeps the contract of docs/devices.md, and lays invented people's cards on it.

It needs nothing but Python, so that whoever writes the real one can read it. It listens on 127.0.0.1 alone, answers the
hall's origin alone, and reads only for a pass that the hall signed for this reader within the last minute.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import re
import threading
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import dataclass, field
from http.cookiejar import CookieJar
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

PORT = 18622
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def numbered(first_17: str) -> str:
    """With its check digit (GB 11643)."""
    total = sum(int(sign) * weight for sign, weight in zip(first_17, _WEIGHTS, strict=True))
    return first_17 + "10X98765432"[total % 11]


def _card(name: str, first_17: str, address: str) -> dict[str, str]:
    number = numbered(first_17)
    return {
        "name": name,
        "id_number": number,
        "address": address,
        "sex": "男" if int(number[16]) % 2 else "女",
    }


CARDS = (
    _card("王秀兰", "53090119680512004", "云岭省滇南市云溪县文昌路7号"),
    _card("欧阳明", "53090119751103001", "云岭省滇南市云溪县青石镇河口村3组12号"),
    _card("阿依古丽·买买提", "53090119900227006", "云岭省滇南市云溪县新民街道民族巷21号"),
)
"""Nobody: the county does not exist. One after the other lies on the reader, then none."""


@dataclass
class Credential:
    """What the hall gave at enrolment."""

    token: str
    reader: int
    origin: str

    @property
    def key(self) -> str:
        return hashlib.sha256(self.token.encode()).hexdigest()


def enrol(hall: str, code: str) -> Credential:
    """Exchange the code, as a browser would send the form: the page first, for its cookie and its token."""
    opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))
    address = f"{hall.rstrip('/')}/device/enrol/"
    with opener.open(address, timeout=10) as page:
        found = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page.read().decode())
    form = {"code": code, "csrfmiddlewaretoken": found[1] if found else ""}
    headers = {"Accept": "application/json", "Referer": address}
    request = urllib.request.Request(address, urllib.parse.urlencode(form).encode(), headers)  # noqa: S310
    try:
        with opener.open(request, timeout=10) as answer:
            said = json.load(answer)
    except urllib.error.HTTPError as error:
        raise PermissionError(json.load(error).get("reason", "")) from None
    return Credential(said["token"], said["reader"], said["origin"])


@dataclass
class Agent:
    """The local server. `stopped` is what the hall said when it took the reader back."""

    credential: Credential
    port: int = PORT
    clock: Callable[[], float] = time.time
    cards: list[dict[str, str]] = field(default_factory=lambda: list(CARDS))
    stopped: str = ""
    used: dict[str, float] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def serve(self) -> ThreadingHTTPServer:
        """Listens; the caller runs `serve_forever` and closes it."""
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.agent = self
        self.port = server.server_address[1]
        return server

    def ask_hall(self) -> None:
        """Every few minutes: whether this reader is still trusted. The hall out of reach changes nothing."""
        address = f"{self.credential.origin}/device/self/"
        headers = {"Authorization": f"Bearer {self.credential.token}"}
        try:
            urllib.request.urlopen(urllib.request.Request(address, headers=headers), timeout=10).close()  # noqa: S310
        except urllib.error.HTTPError as error:
            if error.code in (403, 404):
                self.stopped = json.load(error).get("reason", "") or "not enrolled"
        except OSError:
            return

    def refuses(self, shown: str) -> str:
        """Why a pass opens nothing; "" when it does. Each opens once."""
        body, _dot, signature = shown.partition(".")
        expected = hmac.new(self.credential.key.encode(), body.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected.encode(), signature.encode()):
            return "signature"
        try:
            said = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
        except (ValueError, binascii.Error):
            return "signature"
        now = self.clock()
        if said["reader"] != self.credential.reader or said["origin"] != self.credential.origin:
            return "another reader or hall"
        if not now < said["until"] <= now + 120:
            return "expired"
        with self.lock:
            self.used = {once: until for once, until in self.used.items() if until > now}
            if said["once"] in self.used:
                return "used"
            self.used[said["once"]] = said["until"]
        return ""

    def read(self) -> dict[str, str] | None:
        """The card that lies there now; the next time another one."""
        with self.lock:
            return self.cards.pop(0) if self.cards else None


class _Server(ThreadingHTTPServer):
    agent: Agent


class _Handler(BaseHTTPRequestHandler):
    server_version = "reader"
    server: _Server

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base class names it so
        """Nothing: what is read is nobody's business."""

    def _say(self, status: int, said: dict[str, Any] | None = None) -> None:
        body = json.dumps(said, ensure_ascii=False).encode() if said is not None else b""
        self.send_response(status)
        if self.headers.get("Origin") == self.server.agent.credential.origin:
            self.send_header("Access-Control-Allow-Origin", self.server.agent.credential.origin)
            self.send_header("Access-Control-Allow-Methods", "GET, POST")
            self.send_header("Access-Control-Allow-Headers", "Authorization")
            self.send_header("Access-Control-Allow-Private-Network", "true")
        self.send_header("Vary", "Origin")
        self.send_header("Cache-Control", "no-store")
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _is_for_us(self) -> bool:
        # The host as well: a name of somebody's that leads to 127.0.0.1 is not ours (DNS rebinding).
        hosts = (f"127.0.0.1:{self.server.agent.port}", f"localhost:{self.server.agent.port}")
        if (
            self.headers.get("Host") in hosts
            and self.headers.get("Origin") == self.server.agent.credential.origin
        ):
            return True
        self._say(403, {"reason": "origin"})
        return False

    def do_OPTIONS(self) -> None:
        if self._is_for_us():
            self._say(204)

    def do_GET(self) -> None:
        if not self._is_for_us():
            return
        if self.path != "/v1/status":
            self._say(404, {"reason": "no such address"})
            return
        self._say(
            200,
            {
                "version": 1,
                "reader": self.server.agent.credential.reader,
                "ready": not self.server.agent.stopped,
            },
        )

    def do_POST(self) -> None:
        if not self._is_for_us():
            return
        if self.path != "/v1/read":
            self._say(404, {"reason": "no such address"})
            return
        scheme, _space, shown = self.headers.get("Authorization", "").partition(" ")
        why = self.server.agent.stopped or self.server.agent.refuses(shown if scheme == "Bearer" else "")
        if why:
            self._say(403, {"reason": why})
            return
        card = self.server.agent.read()
        if card is None:
            self._say(409, {"reason": "no card"})
            return
        self._say(200, card)
