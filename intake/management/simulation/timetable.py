"""The clock of a play: things happen at their moment, in order; the worker's rounds among them."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.db import transaction
from django.utils import timezone

from cases import actions as cases
from hall.access import Refused
from hall.clock import Calendar
from hall.models import statutory_calendar
from intake.management.demo.house import House

Act = Callable[[dt.datetime], Any]
ROUNDS = (dt.time(8, 31), dt.time(10, 30), dt.time(14, 1), dt.time(16, 30))
"""When the worker's sweep comes round on a day; what fell due in between is taken then, never lost."""
NIGHT = dt.time(2, 30)


@dataclass
class Timetable:
    """`at` puts a thing into the future; `run` plays until the last day is over.

    A refusal that nobody expected is kept with its verb: a play without faults has none.
    """

    house: House
    rng: random.Random
    first: dt.date
    days: int
    calendar: Calendar = field(default_factory=statutory_calendar)
    done: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    planted: list[dict[str, Any]] = field(default_factory=list)
    prelude: int = 0
    """So many days before the first one the worker goes round already: matters came in by letter, nobody visits yet."""
    daily: list[tuple[dt.time, str, Act]] = field(default_factory=list)
    """What the worker does every day besides, for parts above this one."""
    _ahead: list[tuple[dt.datetime, int, str, Act]] = field(default_factory=list)
    _order: Any = field(default_factory=itertools.count)

    @property
    def last(self) -> dt.date:
        return self.first + dt.timedelta(days=self.days - 1)

    @property
    def end(self) -> dt.datetime:
        return self.moment(self.last, 23, 59)

    def moment(self, day: dt.date, hour: int = 9, minute: int = 0) -> dt.datetime:
        return dt.datetime.combine(day, dt.time(hour, minute), timezone.get_current_timezone())

    def at(self, moment: dt.datetime, name: str, act: Act) -> None:
        heapq.heappush(self._ahead, (moment, next(self._order), name, act))

    def after(self, now: dt.datetime, days: float, name: str, act: Act, *, by: dt.date | None = None) -> None:
        """So many days from now, in the hours of a working day; on the last one up to `by`, if that comes first."""
        day = timezone.localdate(now) + dt.timedelta(days=round(days))
        if by is not None and self._next_workday(day) > by:
            day = self.calendar.previous_workday(by)
        if day <= timezone.localdate(now):
            self.at(now + dt.timedelta(minutes=self.rng.randint(5, 40)), name, act)
            return
        day = self._next_workday(day)
        minute = (
            self.rng.randrange(9 * 60, 11 * 60 + 30)
            if self.rng.random() < 0.6
            else self.rng.randrange(14 * 60 + 5, 17 * 60)
        )
        self.at(self.moment(day, *divmod(minute, 60)), name, act)

    def _next_workday(self, day: dt.date) -> dt.date:
        while not self.calendar.is_workday(day):
            day += dt.timedelta(days=1)
        return day

    def plant(self, kind: str, number: str, **facts: Any) -> None:
        """A fault that the play commits on purpose: what accountability has to find again."""
        self.planted.append({"kind": kind, "case": number, **facts})

    def run(self, day_over: Callable[[dt.date], None] = lambda day: None) -> None:
        """Each day is one transaction: stopped in the middle, the day was not."""
        for n in range(-self.prelude, self.days):
            day = self.first + dt.timedelta(days=n)
            with transaction.atomic():
                self._worker(day)
                while self._ahead and self._ahead[0][0] <= self.moment(day, 23, 59):
                    moment, _order, name, act = heapq.heappop(self._ahead)
                    self._do(name, act, moment)
            if n >= 0:
                day_over(day)

    def _do(self, name: str, act: Act, moment: dt.datetime) -> None:
        try:
            with transaction.atomic():
                act(moment)
        except Refused as refused:
            self.refused[f"{name}: {refused}"] += 1

    def _worker(self, day: dt.date) -> None:
        for time in ROUNDS:
            self.at(
                self.moment(day, time.hour, time.minute), "sweep", lambda now: cases.sweep_deadlines(now=now)
            )
        self.at(self.moment(day, NIGHT.hour, NIGHT.minute), "night", self._night)
        for time, name, act in self.daily:
            self.at(self.moment(day, time.hour, time.minute), name, act)

    @staticmethod
    def _night(now: dt.datetime) -> None:
        """What the worker does at night, in the order of its tasks."""
        cases.lapse_windows(now=now)
        cases.close_lapsed_cases(now=now)
        cases.expire_ratings(now=now)
        cases.remind_ratings(now=now)
