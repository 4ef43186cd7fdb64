"""The named cast, and the house they work in: Yunxi County, which does not exist.

`yunxi()` builds the place through the real actions once per test (fast: nobody gets a password; tests sign in with
`client.force_login`). Every person is reached by name: `cast.clerk`, `cast.liaison`, …; `cast.act(cast.clerk)`
is the actor that the middleware would make.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from django.db.models import Model

from accountability.models import FindingStart
from hall.access import SYSTEM, Actor
from hall.models import User
from intake.actions import take_number
from intake.models import Queue, Ticket
from staffing.actions import plan_reception, post_person, publish_reception, register_user, save_place
from staffing.lifecycle import (
    ADMINISTRATOR,
    CLERK,
    DEPARTMENT_HEAD,
    GUIDE,
    HALL_MANAGER,
    LEADER,
    LIAISON,
    SUPERVISOR,
)
from staffing.models import (
    Department,
    Hall,
    Jurisdiction,
    LeaderReception,
    OpeningHours,
    Room,
    Station,
    Window,
)
from staffing.queries import actor_of
from staffing.rules import Slot
from tests.kept import kept, once

P = TypeVar("P", bound=Model)
TZ = ZoneInfo("Asia/Shanghai")
FOUNDED = dt.datetime(2026, 1, 5, 8, 30, tzinfo=TZ)
"""When everybody took up their posts."""
NOW = dt.datetime(2026, 11, 18, 9, 30, tzinfo=TZ)
"""A Wednesday in opening hours."""


def at(text: str) -> dt.datetime:
    """`at("2026-11-18 09:30")`: that minute in the hall's time zone."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=TZ)


@dataclass
class Cast:
    """The hall of Yunxi and its people. Departments by code: `cast.units["housing"]`."""

    province: Jurisdiction
    city: Jurisdiction
    county: Jurisdiction
    hall: Hall
    room: Room
    leader_room: Room
    windows: list[Window]
    units: dict[str, Department]
    people: dict[str, User] = field(default_factory=dict)

    def __getattr__(self, name: str) -> User:
        people: dict[str, User] = self.__dict__.get("people", {})
        if name not in people:
            raise AttributeError(name)
        return people[name]

    @staticmethod
    def act(user: User, now: dt.datetime = NOW) -> Actor:
        return actor_of(user, today=now.astimezone(TZ).date())


UNITS = {
    "petition": ("云溪县信访局", "Yunxi County Petition Office"),
    "labour": ("云溪县人力资源和社会保障局", "Yunxi County Human Resources and Social Security Bureau"),
    "housing": ("云溪县住房和城乡建设局", "Yunxi County Housing and Urban-Rural Development Bureau"),
    "land": ("云溪县自然资源局", "Yunxi County Natural Resources Bureau"),
}
PEOPLE = [
    # key, name, English name, role, unit, window number, title, English title
    ("clerk", "林晓雯", "Lin Xiaowen", CLERK, "", 1, "登记员", "Reception clerk"),
    ("clerk2", "周子涵", "Zhou Zihan", CLERK, "", 2, "登记员", "Reception clerk"),
    ("guide", "何玉兰", "He Yulan", GUIDE, "", None, "引导员", "Guide"),
    ("liaison", "陈志远", "Chen Zhiyuan", LIAISON, "labour", 3, "部门联络员", "Department liaison"),
    ("head", "吴建平", "Wu Jianping", DEPARTMENT_HEAD, "labour", None, "副局长", "Deputy director"),
    ("liaison2", "杨柳", "Yang Liu", LIAISON, "housing", 4, "部门联络员", "Department liaison"),
    ("head2", "郑国栋", "Zheng Guodong", DEPARTMENT_HEAD, "housing", None, "局长", "Director"),
    ("leader", "赵明德", "Zhao Mingde", LEADER, "", None, "县委副书记、县长", "County mayor"),
    ("leader2", "孙丽华", "Sun Lihua", LEADER, "", None, "县委常委、副县长", "Deputy county mayor"),
    ("manager", "王守信", "Wang Shouxin", HALL_MANAGER, "", None, "大厅主任", "Hall manager"),
    ("supervisor", "李正", "Li Zheng", SUPERVISOR, "", None, "督查专员", "Supervisor"),
    ("administrator", "高远", "Gao Yuan", ADMINISTRATOR, "", None, "系统管理员", "Administrator"),
]
PORTFOLIOS = {
    "leader": ("主持县政府全面工作", "Overall work of the county government"),
    "leader2": ("人力社保、住房城乡建设", "Social security, housing and construction"),
}


def yunxi(now: dt.datetime = FOUNDED) -> Cast:
    """The hall, six windows, four units and everybody at their post: built by the real actions, then put back."""
    if User.objects.exists():
        return _built(now)
    return once(f"yunxi {now}", lambda: _built(now))


def _built(now: dt.datetime) -> Cast:
    """About 80 small statements, no hashing."""
    province = save(
        Jurisdiction(code="530000", level="provincial", name="云岭省", name_en="Yunling Province"), now
    )
    city = save(
        Jurisdiction(
            code="530900", level="municipal", name="滇南市", name_en="Diannan City", parent=province
        ),
        now,
    )
    county = save(
        Jurisdiction(code="530999", level="county", name="云溪县", name_en="Yunxi County", parent=city), now
    )
    hall = save(
        Hall(
            code="yunxi", jurisdiction=county, name="云溪县联合接访大厅", name_en="Yunxi County Joint Reception Hall",
            organ="云信", organ_name="云溪县信访局", organ_name_en="Yunxi County Petition Office",
            address="云溪县文昌路18号", address_en="18 Wenchang Road, Yunxi County",
            phone="0999-8812345", complaint_phone="0999-8812348",
        ),
        now,
    )  # fmt: skip
    OpeningHours.objects.bulk_create(
        OpeningHours(hall=hall, weekday=day, opens=opens, closes=closes)
        for day in range(5)
        for opens, closes in ((dt.time(8, 30), dt.time(12)), (dt.time(14), dt.time(17, 30)))
    )
    room = save(
        Room(hall=hall, name="第一接谈室", name_en="Reception room 1", kind="reception", capacity=6), now
    )
    leader_room = save(
        Room(hall=hall, name="领导接访室", name_en="Leader's room", kind="leader", capacity=12), now
    )
    units = {
        code: save(
            Department(
                code=code,
                name=name,
                name_en=name_en,
                jurisdiction=county,
                is_petition_office=code == "petition",
            ),
            now,
        )
        for code, (name, name_en) in UNITS.items()
    }
    Station.objects.bulk_create(
        Station(hall=hall, department=unit, presence="resident") for unit in units.values()
    )
    desks = {3: units["labour"], 4: units["housing"]}
    windows = [
        save(
            Window(hall=hall, number=n, name=f"{n}号窗口", name_en=f"Window {n}", department=desks.get(n)),
            now,
        )
        for n in range(1, 7)
    ]
    FindingStart.objects.create(hall=hall, from_on=now.date() - dt.timedelta(days=3650), at=now)
    cast = Cast(province, city, county, hall, room, leader_room, windows, units)
    for key, name, name_en, role, unit, window, title, title_en in PEOPLE:
        user = register_user(actor=SYSTEM, username=key, name=name, name_en=name_en, now=now)
        portfolio, portfolio_en = PORTFOLIOS.get(key, ("", ""))
        post_person(
            actor=SYSTEM,
            user_id=user.pk,
            role=role,
            title=title,
            title_en=title_en,
            hall_id=hall.pk,
            department_id=units[unit].pk if unit else None,
            window_id=windows[window - 1].pk if window else None,
            portfolio=portfolio,
            portfolio_en=portfolio_en,
            from_on=now.date(),
            now=now,
        )
        user.refresh_from_db()
        cast.people[key] = user
    return cast


def save(place: P, now: dt.datetime) -> P:
    return save_place(actor=SYSTEM, place=place, now=now)


def same_day(start: dt.datetime, hours: float) -> dt.datetime:
    """So many hours later, at most the last moment of that day: tests at doors begin at any time of the clock."""
    midnight = start.astimezone(TZ).replace(hour=23, minute=59, second=59, microsecond=999_999)
    return min(start + dt.timedelta(hours=hours), midnight)


@kept
def reception(
    cast: Cast,
    starts_at: dt.datetime,
    *,
    leader: User | None = None,
    hours: float = 2,
    published: bool = True,
    now: dt.datetime = NOW,
    **slot: object,
) -> LeaderReception:
    """A leader's reception in the leader's room, published unless told otherwise."""
    facts = {"room_id": cast.leader_room.pk, **slot}
    one = plan_reception(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        slot=Slot(
            leader_id=(leader or cast.leader).pk,
            starts_at=starts_at,
            ends_at=same_day(starts_at, hours),
            **facts,  # type: ignore[arg-type]
        ),
        now=now,
    )
    if published:
        publish_reception(actor=cast.act(cast.manager, now), reception_id=one.pk, now=now)
        one.refresh_from_db()
    return one


# -- the line ----------------------------------------------------------------------------------------------------

QUEUES = [
    # letter, name, English name, windows by number
    ("A", "信访登记", "Registration", (1, 2)),
    ("B", "政策咨询", "Advice", (2,)),
    ("C", "人社窗口", "Labour and social security", (3,)),
    ("D", "住建窗口", "Housing and construction", (4,)),
]


@kept
def queues(cast: Cast, now: dt.datetime = FOUNDED) -> dict[str, Queue]:
    """The hall's queues by letter, each served by its windows."""
    rows = {}
    for order, (letter, name, name_en, numbers) in enumerate(QUEUES):
        queue = Queue(hall=cast.hall, letter=letter, name=name, name_en=name_en, order=order)
        rows[letter] = save(queue, now)
        rows[letter].windows.set([cast.windows[number - 1] for number in numbers])
    return rows


@kept
def take(cast: Cast, queue: Queue, now: dt.datetime = NOW, **facts: Any) -> Ticket:
    """A number from the guide; `priority_reason`, `head_count`, `reception_id` as `take_number` knows them."""
    return take_number(
        actor=cast.act(cast.guide, now), queue_id=queue.pk, form_token=uuid.uuid4(), now=now, **facts
    )
