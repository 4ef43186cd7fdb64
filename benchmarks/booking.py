"""Five hundred telephones for ten places in one second, through the real web server and its HTTP door.

Everybody has asked and holds the code; all send it at the same moment. Exactly as many as there are places get one,
the line is as long as its rule says, everybody else is refused in words, and nobody is left without an answer. The
floor is the same crowd at a bare view behind the same middleware that inserts one row.
"""

from __future__ import annotations

import datetime as dt
import http.client
import os
import socket
import statistics
import subprocess
import sys
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlencode

from django.conf import settings
from django.db import connection
from django.utils import timezone

from benchmarks import floor
from benchmarks.measure import Figure
from hall.access import PUBLIC
from hall.models import JournalEntry, Message
from intake.actions import book_reception
from intake.models import Booking, BookingRule
from intake.rules.booking import Wish
from intake.templatetags.intake import opened
from staffing.models import LeaderReception
from tests.cast import Cast, reception

CROWD, PLACES, LINE, ROUNDS = 500, 10, 20, 3
BOUND = 12.0
CSRF = "a" * 32
PATIENCE = 60
Send = tuple[str, dict[str, str]]


@contextmanager
def _web() -> Iterator[int]:
    """gunicorn as `make run` starts it, on a port of its own."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    argv = [
        "gunicorn", "hall.wsgi", "--config", "deploy/gunicorn.conf.py", "--bind", f"127.0.0.1:{port}",
        "--backlog", "2048", "--log-level", "error",
    ]  # fmt: skip
    env = os.environ | {"HALL_PROCESS": "web", "DJANGO_SETTINGS_MODULE": "benchmarks.settings"}
    web = subprocess.Popen([sys.executable, "-m", *argv], cwd=settings.BASE_DIR, env=env)
    try:
        for _n in range(300):
            try:
                with socket.create_connection(("127.0.0.1", port), timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield port
    finally:
        web.terminate()
        web.wait(timeout=20)


def _all_at_once(port: int, sends: list[Send]) -> tuple[float, Counter[int]]:
    """The milliseconds until the last has an answer, and the answers by status (0: none)."""
    start, answers = threading.Barrier(len(sends) + 1), Counter[int]()
    lock = threading.Lock()

    def send(address: str, data: dict[str, str]) -> None:
        body = urlencode({**data, "csrfmiddlewaretoken": CSRF})
        head = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={CSRF}"}
        start.wait()
        status = 0
        try:
            line = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
            line.request("POST", address, body, head)
            status = line.getresponse().status
            line.close()
        except OSError:
            pass
        with lock:
            answers[status] += 1

    threads = [threading.Thread(target=send, args=one) for one in sends]
    for thread in threads:
        thread.start()
    start.wait()
    begun = time.perf_counter()
    for thread in threads:
        thread.join()
    return (time.perf_counter() - begun) * 1000, answers


def _ready(one: LeaderReception, round_: int, now: dt.datetime) -> list[Send]:
    """Five hundred who have asked, each with the code of their message."""
    for n in range(CROWD):
        person = round_ * CROWD + n
        wish = Wish(f"约访{person}", f"139{person:08d}", "补偿款没有到账")
        book_reception(
            actor=PUBLIC, reception_id=one.pk, wish=wish, form_token=uuid.uuid4(),
            address=f"10.{round_}.{n // 250}.{n % 250}", now=now,
        )  # fmt: skip
    sealed = dict(Message.objects.filter(kind="booking_code").values_list("context__page", "context__sealed"))
    by_token = {page.rstrip("/").rpartition("/")[2]: opened(text) for page, text in sealed.items()}
    tokens = Booking.objects.filter(reception=one).values_list("token", flat=True)
    return [(f"/bookings/{token}/confirm/", {"code": by_token[str(token)]}) for token in tokens]


def booking(cast: Cast) -> Iterator[Figure]:
    """Alternating rounds; what came out is counted in the database after each."""
    now = timezone.now()
    with connection.cursor() as cursor:
        cursor.execute(floor.BARE_TABLES)
    BookingRule.objects.create(hall=cast.hall, line_length=LINE, code_minutes=60)
    pairs = []
    with _web() as port:
        _all_at_once(port, [("/floor/book/", {"title": "热身"})] * 50)
        for round_ in range(ROUNDS):
            one = reception(cast, now + dt.timedelta(days=5 + round_), hours=0.01, capacity=PLACES, now=now)
            sends = _ready(one, round_, timezone.now())
            ours, answers = _all_at_once(port, sends)
            _count(one, answers)
            bare, plain = _all_at_once(port, [("/floor/book/", {"title": f"第{n}件"}) for n in range(CROWD)])
            assert plain == {302: CROWD}, plain
            pairs.append((ours / CROWD, bare / CROWD))
    mine, base = (statistics.median(times) for times in zip(*pairs, strict=True))
    ratio = statistics.median(a / b for a, b in pairs)
    yield Figure(f"{CROWD} at once for {PLACES} places / a bare insert", mine, base, ratio, BOUND)


def _count(one: LeaderReception, answers: Counter[int]) -> None:
    """Exactly ten, the line full, the rest refused (409), and a message for everybody who has something."""
    states = Counter(Booking.objects.filter(reception=one).values_list("status", flat=True))
    refused = CROWD - PLACES - LINE
    assert states == {"booked": PLACES, "waiting": LINE, "asked": refused}, states
    assert answers == {302: PLACES + LINE, 409: refused}, answers
    told = Message.objects.filter(kind__in=("booking_confirmed", "booking_in_line"))
    placed = Booking.objects.filter(status__in=("booked", "waiting")).count()
    assert told.count() == placed, "somebody was not told"
    assert JournalEntry.objects.filter(verb="confirm_booking").count() == placed
    print(f"  {dict(states)} of {CROWD}; answers {dict(answers)}", flush=True)
