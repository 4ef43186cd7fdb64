"""Acts under faults: `python -m benchmarks soak [SECONDS]`. What was sent, answered, survived, doubled, lost.

Two web processes (one with a clock that is ahead), a worker and a beat, on a cluster of their own. Callers register and
forward matters with Idempotency-Keys and take numbers at the kiosk, each until it has an answer, at whichever process.
Meanwhile PostgreSQL is stopped, then killed, Redis is stopped, a web process is killed. In the end rows are counted.
"""

from __future__ import annotations

import datetime as dt
import http.client
import json
import random
import re
import threading
import time
import uuid
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from django.utils import timezone

from benchmarks.disposable import House, standing
from tests.cast import Cast, queues
from tests.machines import machine

AHEAD = 90.0
"""Seconds that one host's clock is wrong by."""
GIVE_UP = 90.0


@dataclass
class Tally:
    """What the callers saw."""

    sent: Counter[str] = field(default_factory=Counter)
    tries: int = 0
    answered: dict[str, dict[str, Any]] = field(default_factory=dict)
    statuses: Counter[int] = field(default_factory=Counter)
    wordless: int = 0
    other: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)


@dataclass(frozen=True)
class Standing:
    """The part of the world that callers know."""

    hall_id: int
    hall_code: str
    unit_id: int
    queue_id: int
    secret: str
    received_on: str


def known(cast: Cast, now: dt.datetime) -> Standing:
    """A machine with a token, a queue at the kiosk, a unit to forward to."""
    return Standing(
        hall_id=cast.hall.pk, hall_code=cast.hall.code, unit_id=cast.units["labour"].pk, queue_id=queues(cast)["A"].pk,
        secret=machine(cast, now).secret, received_on=timezone.localdate(now).isoformat(),
    )  # fmt: skip


@dataclass(frozen=True)
class Report:
    sent: int
    tries: int
    answered: int
    survived: int
    doubled: int
    lost: int
    silent: int
    faults: list[str]
    statuses: dict[int, int]
    wordless: int
    broken_chains: int
    gaps: int
    caught_up: bool
    requests: int
    other: list[str]

    @property
    def is_clean(self) -> bool:
        wrong = self.doubled + self.lost + self.wordless + self.broken_chains + self.gaps + len(self.other)
        heard = self.tries - self.statuses.get(0, 0)
        return (
            not wrong
            and self.requests >= heard
            and self.caught_up
            and self.answered == self.sent == self.survived
        )

    def __str__(self) -> str:
        return "\n".join(
            (
                f"soak: faults            {', '.join(self.faults)}",
                f"soak: sent              {self.sent} acts in {self.tries} calls",
                f"soak: answered          {self.answered}",
                f"soak: survived          {self.survived}",
                f"soak: doubled           {self.doubled}",
                f"soak: lost              {self.lost}",
                f"soak: done unanswered   {self.silent}",
                f"soak: statuses          {dict(sorted(self.statuses.items()))}, 5xx without a reason {self.wordless}",
                f"soak: numbers missing   {self.gaps}; broken journal chains {self.broken_chains}",
                f"soak: counted           {self.requests} requests, asked of /metrics",
                f"soak: worker caught up  {'yes' if self.caught_up else 'NO'}",
                *(f"soak: unexpected        {one}" for one in self.other[:10]),
            )
        )


class Caller(threading.Thread):
    """One after another, until told to stop: a matter, its forwarding, a number."""

    def __init__(
        self, number: int, here: Standing, ports: list[int], tally: Tally, until: Callable[[], bool]
    ) -> None:
        super().__init__(name=f"caller-{number}", daemon=True)
        self.number, self.here, self.ports, self.tally, self.until = number, here, ports, tally, until
        self.dice = random.Random(number)

    def run(self) -> None:
        while not self.until():
            key = f"soak-{uuid.uuid4().hex}"
            body = {"new": {
                "channel": "visit", "purpose": "request", "title": key, "content": "在工地做工三个月，工资没有发。",
                "people": [{"name": "郑某"}], "claims": ["支付工资"], "received_on": self.here.received_on,
            }}  # fmt: skip
            made = self.act("register", key, f"/api/v1/halls/{self.here.hall_id}/cases/", body)
            if made:
                forward = {"department_id": self.here.unit_id, "reason": "属于劳动保障监察职责，转送办理。"}
                self.act("forward", f"{key}-f", f"/api/v1/cases/{made['id']}/forward-case/", forward)
            if self.number == 0:
                self.number_of_the_kiosk()
                time.sleep(2)  # the kiosk has a limit a minute

    def act(self, what: str, key: str, path: str, body: Any) -> dict[str, Any] | None:
        headers = {
            "Authorization": f"Bearer {self.here.secret}", "Idempotency-Key": key, "Content-Type": "application/json",
        }  # fmt: skip
        found = self.insist(what, key, "POST", path, json.dumps(body), headers, {200})
        if found is None:
            return None
        told: dict[str, Any] = json.loads(found[1])
        with self.tally.lock:
            self.tally.answered[key] = {"what": what, **told}
        if self.dice.random() < 0.2:  # whose answer got lost on the way asks once more
            again = self.insist("", key, "POST", path, json.dumps(body), headers, {200})
            if again is None or json.loads(again[1]) != told:
                with self.tally.lock:
                    self.tally.other.append(f"{key}: answered differently when asked again")
        return told

    def number_of_the_kiosk(self) -> None:
        token = str(uuid.uuid4())
        form = {
            "form_token": token,
            "queue": self.here.queue_id,
            "head_count": 1,
            "csrfmiddlewaretoken": "s" * 32,
        }
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": f"csrftoken={'s' * 32}"}
        found = self.insist(
            "number", token, "POST", f"/kiosk/{self.here.hall_code}/", urlencode(form), headers, {302}
        )
        if found is not None:
            with self.tally.lock:
                self.tally.answered[token] = {"what": "number", "to": found[0]}

    def insist(
        self, what: str, key: str, method: str, path: str, body: str, headers: dict[str, str], good: set[int]
    ) -> tuple[str, bytes] | None:
        """The same call until it is answered, as a client does that keeps its key. None: given up, or refused."""
        if what:
            with self.tally.lock:
                self.tally.sent[what] += 1
        end = time.monotonic() + GIVE_UP
        while time.monotonic() < end:
            status, where, said = self._once(self.dice.choice(self.ports), method, path, body, headers)
            with self.tally.lock:
                self.tally.tries += 1
                self.tally.statuses[status] += 1
                if status >= 500 and status != 503:
                    self.tally.wordless += 1
                    self.tally.other.append(
                        f"{status}: {re.sub(rb'<[^>]+>', b'', said)[:200].decode(errors='replace')}"
                    )
            if status in good:
                return where, said
            if status and status < 500 and status != 429:
                with self.tally.lock:
                    self.tally.other.append(f"{what} {status}: {said[:300].decode(errors='replace')}")
                return None
            time.sleep(0.1 + self.dice.random() * 0.4)
        return None

    def _once(
        self, port: int, method: str, path: str, body: str, headers: dict[str, str]
    ) -> tuple[int, str, bytes]:
        """Status 0: nobody answered."""
        line = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
        try:
            line.request(method, path, body.encode(), headers)
            answer = line.getresponse()
            return answer.status, answer.headers.get("Location", ""), answer.read()
        except (OSError, http.client.HTTPException):
            return 0, "", b""
        finally:
            line.close()


def soak(
    folder: Path, here: Standing, *, seconds: float, callers: int = 6, env: dict[str, str] | None = None
) -> Report:
    """Run it on a copy of the database that is open here."""
    with standing(folder) as house:
        house.env |= env or {}
        ports = house.webs(0, AHEAD)
        house.worker()
        tally, stop = Tally(), threading.Event()
        crowd = [Caller(number, here, ports, tally, stop.is_set) for number in range(callers)]
        for one in crowd:
            one.start()
        faults = _break(house, seconds)
        over = house.asked("SELECT now()")[0][0]
        stop.set()
        for one in crowd:
            one.join(GIVE_UP + 30)
        return _counted(house, tally, faults, over, house.counted(ports))


def _break(house: House, seconds: float) -> list[str]:
    """The faults, spread over the time."""
    pause, done = seconds / 5, []
    faults: tuple[tuple[str, Callable[[], None]], ...] = (
        ("PostgreSQL stopped", lambda: house.restart_postgres(hard=False)),
        ("Redis stopped", house.restart_redis),
        ("PostgreSQL killed", lambda: house.restart_postgres(hard=True)),
        ("a web worker killed", house.kill_a_web_worker),
    )
    for name, fault in faults:
        time.sleep(pause)
        fault()
        done.append(name)
    time.sleep(pause)
    return [*done, f"a clock {AHEAD:.0f} s ahead"]


def _counted(house: House, tally: Tally, faults: list[str], over: dt.datetime, requests: int) -> Report:
    asked = house.asked
    ids = dict(asked("SELECT title, id FROM cases_case WHERE title ^@ 'soak-'"))
    cases = Counter(title for (title,) in asked("SELECT title FROM cases_case WHERE title ^@ 'soak-'"))
    forwards = Counter(
        f"{title}-f"
        for (title,) in asked(
            "SELECT c.title FROM hall_journalentry j JOIN cases_case c ON j.stream = 'case:' || c.id"
            " WHERE j.verb = 'forward_case' AND c.title ^@ 'soak-'"
        )
    )
    numbers = Counter(str(token) for (token,) in asked("SELECT form_token FROM intake_ticket"))
    gaps = asked(
        "SELECT coalesce(sum(most - count), 0) FROM"
        " (SELECT max(serial) AS most, count(*) FROM intake_ticket GROUP BY queue_id, day) AS series"
    )[0][0]
    there = cases + forwards + numbers
    keys = set(tally.answered)
    lost = [
        key for key, told in tally.answered.items()
        if not there[key] or (told["what"] == "register" and ids[key] != told["id"])
    ]  # fmt: skip
    sent = sum(tally.sent.values())
    own = {key for key in there if key.startswith("soak-") or key in keys}
    return Report(
        sent=sent, tries=tally.tries, answered=len(keys), survived=len(keys) - len(lost),
        doubled=sum(count - 1 for count in there.values()), lost=len(lost), silent=len(own - keys), faults=faults,
        statuses=dict(tally.statuses), wordless=tally.wordless, broken_chains=house.broken_chains(), gaps=int(gaps),
        caught_up=house.caught_up(over),
        requests=requests,
        other=tally.other,
    )  # fmt: skip
