"""Breaches planted in a play of the hall: which, on which day, on whose matter is drawn by the seed.

Every manner comes `ROUNDS` times or more. Short ones are done to visitors of the play; those that take longer than the
play has left came by letter before its first day. Everybody else's matters are handled in time (`Lives.punctual`), so
that what is planted is all there is. The worker's rounds for findings are in the play with its other rounds.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from django.utils import timezone

from accountability.actions import lapse_statements, open_findings
from accountability.management.simulation_findings import Comparison, Planted, compare
from accountability.management.simulation_manners import MANNERS, post_changed_hands
from accountability.management.simulation_stage import Stage, Steps, workday
from cases.models import Case
from hall.access import SYSTEM, Actor
from intake.management.simulation.front import Front
from intake.management.simulation.lives import Lives
from intake.management.simulation.timetable import ROUNDS as SWEEPS
from intake.management.simulation.timetable import Timetable
from staffing.actions import end_posting, post_person, register_user
from staffing.lifecycle import LIAISON
from staffing.models import Posting

ROUNDS = 1
PER_VISITS = 400
"""For every so many visits (visits a day × days) there is one round more."""
PRELUDE = max(MANNERS.values())
"""So many days before the first day of the play the first letter comes."""
LAPSE = dt.time(0, 40)
SURNAMES, GIVEN = "段和木罗阮", ("国栋", "晓岚", "文静", "志刚")
Manner = Callable[..., Steps]


@dataclass
class Planting:
    """What is planted, in one play. `known_before`: the matters that were there before it are none of its business."""

    table: Timetable
    lives: Lives
    front: Front
    seed: int
    known_before: int = 0
    wanted: list[Manner] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.rng = random.Random(f"{self.seed}/planted")  # noqa: S311 - a play, not a secret
        self.known_before = max(Case.objects.values_list("pk", flat=True), default=0)
        self.lives.claim = self._visitor
        self.successors = 0
        # One post changes hands once in a play: the days of two holders are counted, not of three.
        self.may_hand_over = self.rng.sample(self.lives.handlers, len(self.lives.handlers))

    def fill(self) -> None:
        """Draw the days, and let the worker look for findings."""
        rounds = ROUNDS + self.front.per_day * self.table.days // PER_VISITS
        for manner, needs in MANNERS.items():
            most = len(self.may_hand_over) if manner is post_changed_hands else rounds
            for _round in range(min(rounds, most)):
                self._draw(manner, needs)
        for time in SWEEPS:
            later = (dt.datetime.combine(self.table.first, time) + dt.timedelta(minutes=1)).time()
            self.table.daily.append((later, "open_findings", lambda now: open_findings(now=now)))
        self.table.daily.append((LAPSE, "lapse_statements", lambda now: lapse_statements(now=now)))
        self.table.daily.append((dt.time(23, 58), "open_findings", lambda now: open_findings(now=now)))

    def compared(self) -> Comparison:
        return compare(map(Planted.read, self.table.planted), known_before=self.known_before)

    def _draw(self, manner: Manner, needs: int) -> None:
        """It must be over, and found, before the play is; and should show in it, not before."""
        latest = self.table.last - dt.timedelta(days=needs)
        earliest = max(self.table.first, latest - dt.timedelta(days=self.table.days // 2))
        if latest < self.table.first:
            earliest = latest - dt.timedelta(days=min(PRELUDE - needs, self.table.days // 2))
        day = workday(earliest + dt.timedelta(days=self.rng.randint(0, (latest - earliest).days)))
        minute = self.rng.randrange(9 * 60, 11 * 60 + 30)
        act = partial(self._want, manner) if day >= self.table.first else partial(self._letter, manner)
        self.table.at(self.table.moment(day, *divmod(minute, 60)), manner.__name__, act)

    # -- how it begins ---------------------------------------------------------------------------------------------

    def _want(self, manner: Manner, now: dt.datetime) -> None:
        self.wanted.append(manner)

    def _visitor(self, case: Case, row: dict[str, Any], now: dt.datetime) -> bool:
        """The next visitor with an ordinary matter: it is played in the manner that waits the longest."""
        ordinary = case.purpose in ("request", "appeal") and not (
            case.is_urgent or case.is_law_related or case.repeat_of_id or case.respondents.exists()
        )
        fits = [
            one for one in self.wanted
            if timezone.localdate(now) + dt.timedelta(days=MANNERS[one] - 8) <= self.table.last
        ]  # fmt: skip
        if not ordinary or not fits:
            return False
        self.wanted.remove(fits[0])
        self._begin(fits[0], case, row, now)
        return True

    def _letter(self, manner: Manner, now: dt.datetime) -> None:
        case, row = self.front.letter(now)
        self._begin(manner, case, row, now)

    def _begin(self, manner: Manner, case: Case, row: dict[str, Any], now: dt.datetime) -> None:
        lead = row.get("unit") or self.rng.choice(self.lives.handlers)
        if manner is post_changed_hands:
            lead = self.may_hand_over.pop()
        other, third = self.rng.sample([code for code in self.lives.handlers if code != lead], 2)
        codes = {"lead": lead, "other": other, "third": third, "review": "petition", "again": "city_review"}
        units = {part: self.table.house.units[code].pk for part, code in codes.items()}
        stage = Stage(
            act=partial(self._act, codes), units=units, hand_over=partial(self._hand_over, lead),
            note=self._note, manner=manner.__name__,
        )  # fmt: skip
        self._go_on(manner(stage, case, now, self.rng), manner.__name__, now)

    def _go_on(self, steps: Steps, name: str, now: dt.datetime) -> None:
        then = next(steps, None)
        if then is not None:
            self.table.at(then, name, lambda moment: self._go_on(steps, name, moment))
        self.table.done[f"planted: {name}"] += 1

    def _note(self, one: Planted) -> None:
        self.table.plant(one.kind, one.case, **one.facts())

    # -- who acts --------------------------------------------------------------------------------------------------

    def _act(self, codes: dict[str, str], role: str, now: dt.datetime) -> Actor:
        logins = {"clerk": "linxiaowen", "manager": "wangshouxin", "supervisor": "lizheng"}
        if role in logins:
            return self.table.house.act(logins[role], now)
        part, post = role.split("_")
        return self.table.house.act(self.lives.staff[codes[part]][post == "head"], now)

    def _hand_over(self, unit: str, now: dt.datetime, vacant: int) -> tuple[str, str, str]:
        """The liaison goes today, another comes tomorrow or some days later; meanwhile the head does it all."""
        house, today = self.table.house, timezone.localdate(now)
        head = self.lives.staff[unit][1]
        posts = Posting.objects.filter(department=house.units[unit], role=LIAISON, until_on=None)
        old = posts.select_related("user").latest("from_on")
        end_posting(actor=SYSTEM, posting_id=old.pk, on=today, reason="工作调动。", ground="left", now=now)
        self.successors += 1
        name = SURNAMES[self.successors % len(SURNAMES)] + GIVEN[self.successors % len(GIVEN)]
        fresh = f"{unit}-{self.table.first:%Y%m%d}-{self.successors}"
        person = register_user(actor=SYSTEM, username=fresh, name=name, name_en=fresh, now=now)
        tomorrow = today + dt.timedelta(days=1)
        starts = tomorrow + dt.timedelta(days=vacant)
        post_person(
            actor=SYSTEM, user_id=person.pk, role=LIAISON, title=old.title, title_en=old.title_en, hall_id=old.hall_id,
            department_id=old.department_id, from_on=starts, now=now,
        )  # fmt: skip
        house.people[fresh] = person

        self._staffed(unit, (head, head), tomorrow)
        self._staffed(unit, (fresh, head), starts)
        return old.user.name, house.people[head].name, name

    def _staffed(self, unit: str, people: tuple[str, str], day: dt.date) -> None:
        def change(_moment: dt.datetime) -> None:
            self.lives.staff[unit] = people

        self.table.at(self.table.moment(day, 0, 1), "take_up", change)
