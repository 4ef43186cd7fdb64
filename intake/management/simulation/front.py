"""The door of the hall: people come, take a number, are called and registered."""

from __future__ import annotations

import datetime as dt
import tomllib
import uuid
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from django.utils import timezone
from stdnum.cn import ric

from cases import actions as cases
from cases.models import Case, ContentCategory
from hall.access import Refused
from intake.actions import call_next, finish_ticket, leave_hall, miss_ticket, serve_ticket, take_number
from intake.actions.register_visit import register_visit
from intake.management.simulation.lives import Lives
from intake.management.simulation.timetable import Timetable
from intake.models import Queue, Ticket

HERE = Path(__file__).resolve().parent
REGION = "530999"
"""Not in use: every number made here is nobody's."""
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜戚谢邹喻柏水窦章云苏潘葛奚范彭郎"
GIVEN = "秀英建国桂兰志强玉珍德福春梅永胜小红文斌丽华大勇淑芬海涛玉梅长顺金花立新素云国庆彩霞"
VILLAGES = (
    "白石村",
    "石牛村",
    "半坡村",
    "清水村",
    "沙河村",
    "梨树坪",
    "老街社区",
    "新桥社区",
    "柳湾村",
    "龙井村",
)
CLERKS = {1: "linxiaowen", 2: "zhouzihan"}
COMMON = {"labour": 4, "housing": 3, "land": 2}
"""What people come about more often, by the unit that has it in its remit."""
REGISTERS = 0.75
"""Part of the visits that become a matter; the others ask something and go."""


def _is_ordinary(row: dict[str, Any]) -> bool:
    return row["purpose"] in ("request", "appeal") and not (row.get("urgent") or row.get("law_related"))


@dataclass
class Front:
    table: Timetable
    lives: Lives
    per_day: int
    seed: int
    known: list[cases.Person] = field(default_factory=list)
    _free: dict[int, dt.datetime] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.queue = Queue.objects.get(hall=self.table.house.hall, letter="A")
        self.rows = tomllib.loads(HERE.joinpath("matters.toml").read_text(encoding="utf-8"))["matters"]
        self.categories = {row.code: row.pk for row in ContentCategory.objects.all()}
        self.space = uuid.uuid5(uuid.NAMESPACE_URL, f"simulation/{self.seed}/{self.table.first}")
        self.count = 0

    def fill(self) -> None:
        """Everybody who will come, day by day: more in the morning, more on Mondays."""
        for n in range(self.table.days):
            day = self.table.first + dt.timedelta(days=n)
            if not self.table.calendar.is_workday(day):
                continue
            busy = 1.25 if day.weekday() == 0 else 0.95
            for _visitor in range(max(1, round(self.per_day * busy * self.table.rng.uniform(0.8, 1.2)))):
                morning = self.table.rng.random() < 0.65
                minute = (
                    self.table.rng.randrange(8 * 60 + 32, 11 * 60 + 20)
                    if morning
                    else self.table.rng.randrange(14 * 60 + 2, 16 * 60 + 50)
                )
                self.table.at(self.table.moment(day, *divmod(minute, 60)), "take_number", self._arrive)

    def _token(self) -> uuid.UUID:
        self.count += 1
        return uuid.uuid5(self.space, str(self.count))

    def _arrive(self, now: dt.datetime) -> None:
        rng = self.table.rng
        why = rng.choices(["", "elderly", "disabled", "pregnant", "infant"], [86, 8, 3, 1, 2])[0]
        take_number(
            actor=self.table.house.act("heyulan", now), queue_id=self.queue.pk, form_token=self._token(),
            priority_reason=why, head_count=rng.choices([1, 2, 3, 8], [80, 12, 5, 3])[0], now=now,
        )  # fmt: skip
        self.table.done["take_number"] += 1
        window = min(CLERKS, key=lambda number: self._free.get(number, now))
        start = max(now + dt.timedelta(minutes=1), self._free.get(window, now))
        self._free[window] = start + dt.timedelta(minutes=rng.randint(6, 16))
        self.table.at(start, "call_next", lambda moment: self._call(moment, window))

    def _call(self, now: dt.datetime, window: int) -> None:
        house, rng = self.table.house, self.table.rng
        actor = house.act(CLERKS[window], now)
        try:
            ticket = call_next(actor=actor, window_id=house.windows[window].pk, now=now)
        except Refused as refused:
            if refused.kind == "state":  # nobody waits: they went home
                return
            raise
        if rng.random() < 0.04:
            gone = now + dt.timedelta(minutes=3)
            miss_ticket(actor=actor, ticket_id=ticket.pk, now=gone)
            self.table.done["miss_ticket"] += 1
            leave_hall(actor=actor, ticket_id=ticket.pk, now=gone)
            return
        serve_ticket(actor=actor, ticket_id=ticket.pk, now=now + dt.timedelta(seconds=40))
        done = now + dt.timedelta(minutes=rng.randint(3, 5))
        if rng.random() < REGISTERS:
            self._register(ticket, CLERKS[window], done)
        finish_ticket(actor=actor, ticket_id=ticket.pk, now=done)
        self.table.done["finish_ticket"] += 1

    def _register(self, ticket: Ticket, clerk: str, now: dt.datetime) -> None:
        row = self.table.rng.choices(self.rows, [COMMON.get(one.get("unit", ""), 1) for one in self.rows])[0]
        person, earlier = self._somebody(now)
        new = self._matter(row, person, earlier, ticket.visit.head_count, now)
        case = register_visit(
            actor=self.table.house.act(clerk, now), hall_id=self.table.house.hall.pk, visit_id=ticket.visit_id,
            new=new, form_token=self._token(), now=now,
        )  # fmt: skip
        self.table.done["register_visit"] += 1
        self.lives.begin(case, clerk, row, earlier, now)

    def letter(self, now: dt.datetime) -> tuple[Case, dict[str, Any]]:
        """What the post brings: an ordinary matter of somebody new, and whose remit it is."""
        row = self.table.rng.choice([one for one in self.rows if _is_ordinary(one)])
        new = self._matter(row, self._newcomer(), None, 1, now)
        new = replace(new, channel="letter", purpose=row["purpose"], is_urgent=False, respondents=())
        actor = self.table.house.act(CLERKS[1], now)
        case = cases.register_case(actor=actor, hall_id=self.table.house.hall.pk, new=new, now=now)
        self.table.done["register_case"] += 1
        return case, row

    def _somebody(self, now: dt.datetime) -> tuple[cases.Person, int | None]:
        """A new face, or one that was here before with an earlier matter."""
        rng = self.table.rng
        if self.lives.by_person and rng.random() < 0.08:
            phone = rng.choice(list(self.lives.by_person))
            person, case_id = self.lives.by_person[phone]
            return person, case_id
        return self._newcomer(), None

    def _newcomer(self) -> cases.Person:
        rng = self.table.rng
        n = len(self.known) + 1
        sex = rng.choice(["male", "female"])
        born = dt.date(1940, 1, 1) + dt.timedelta(days=(n * 37 + self.seed * 101) % 22_000)
        serial = (n * 2) % 1000 + (sex == "male")  # odd for a man (GB 11643)
        digits = f"{REGION}{born:%Y%m%d}{serial:03}"
        person = cases.Person(
            role="principal",
            name=rng.choice(SURNAMES) + "".join(rng.sample(GIVEN, rng.choice([1, 2, 2, 2]))),
            sex=sex,
            birth_date=born,
            id_kind="resident",
            id_number=digits + ric.calc_check_digit(digits + "0"),
            phone="" if rng.random() < 0.1 else f"1990000{n:04}",
            address=f"云溪县{rng.choice(VILLAGES)}{rng.randint(1, 60)}号",
            region_code=REGION,
        )
        self.known.append(person)
        return person

    def _matter(
        self, row: dict[str, Any], person: cases.Person, earlier: int | None, heads: int, now: dt.datetime
    ) -> cases.NewCase:
        rng = self.table.rng
        village, accused = rng.choice(VILLAGES), rng.random() < 0.03
        duplicates: tuple[cases.DuplicateChoice, ...] = ()
        if earlier:
            duplicates = (
                cases.DuplicateChoice(
                    candidate_id=earlier,
                    score=90,
                    reasons=("id_number",),
                    decision=rng.choice(["repeat", "new"]),
                ),
            )
        respondents: tuple[cases.NewRespondent, ...] = ()
        if accused:
            unit = self.table.house.units[rng.choice(("transport", "agriculture", "market"))]
            respondents = (cases.NewRespondent(name=unit.name, department_id=unit.pk),)
        return cases.NewCase(
            channel="visit",
            purpose="accusation" if accused else row["purpose"],
            title=f"{village}{row['title']}"[:120],
            content=row["content"],
            received_on=timezone.localdate(now),
            people=(person,),
            claims=tuple(row["claims"]),
            category_id=self.categories.get(row["category"]),
            place=f"云溪县{village}",
            head_count=heads,
            is_urgent=row.get("urgent", False) or rng.random() < 0.015,
            is_law_related=row.get("law_related", False),
            electronic_consent=rng.random() < 0.5,
            respondents=respondents,
            duplicates=duplicates,
        )
