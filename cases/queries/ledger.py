"""接访台账: one line for each matter that a leader received, and for each instruction that came of it.

A report, not the journal. It is read along the receptions, the newest first, page by page behind a key; who reads sees
the lines of the own hall, a leader the own ones, and of neither a case that one is kept out of.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import GRADES, INSTRUCTION
from cases.queries.case_file import seen_by, worded
from cases.queries.lights import light
from hall.access import Actor
from hall.fields import decrypt, mask_address, mask_phone
from hall.models import User
from staffing.lifecycle import CLERK, HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Department, Hall, LeaderReception

PAGE = 25
EXPORT_LIMIT = 20_000
HALL_SCOPE = (CLERK, HALL_MANAGER, SUPERVISOR)
STATES = {
    "given": lazy("批示待反馈"),
    "late": lazy("批示超期未反馈"),
    "reported": lazy("批示已反馈，待审阅"),
    "closed": lazy("批示已了结"),
    "withdrawn": lazy("批示已撤回"),
    "settled": lazy("当场解决"),
    "plain": lazy("没有批示"),
}
_FORMS = dict(LeaderReception.FORMS)

_LINES = """
SELECT i.id AS item_id, i.place AS place_no, i.who, i.head_count, r.starts_at, r.ends_at, r.form, r.title AS post,
    r.title_en AS post_en, r.place AS at_place, r.place_en AS at_place_en, room.name AS room, room.name_en AS room_en,
    l.name AS leader, l.name_en AS leader_en, c.id AS case_id, c.number, c.title, c.is_anonymous,
    p.name AS petitioner, p.phone, p.address, p.occupation,
    k.companions, k.problem, k.place, k.cause, k.opinion, k.is_settled, k.result, k.at AS recorded_at,
    n.id AS instruction_id, n.text, n.status, n.person_name, n.ended_at, n.note, u.name AS unit, u.name_en AS unit_en,
    d.due_on, d.due_at, d.amber_at, d.met_at, d.void_at, a.text AS report, a.at AS reported_at,
    (SELECT count(*) FROM cases_deadlinestep s WHERE s.deadline_id = n.deadline_id) AS steps,
    (SELECT max(g.grade) FROM cases_rating g WHERE g.case_id = c.id AND g.status = 'rated') AS grade
FROM staffing_leaderreception r
    JOIN cases_docketitem i ON i.reception_id = r.id AND i.removed_at IS NULL
    JOIN cases_case c ON c.id = i.case_id
    JOIN hall_user l ON l.id = r.leader_id
    LEFT JOIN staffing_room room ON room.id = r.room_id
    LEFT JOIN cases_instruction n ON n.item_id = i.id
    LEFT JOIN staffing_department u ON u.id = n.department_id
    LEFT JOIN cases_deadline d ON d.id = n.deadline_id
    LEFT JOIN cases_caseparty x ON x.case_id = c.id AND x.role = 'principal'
    LEFT JOIN cases_petitioner p ON p.id = x.petitioner_id
    LEFT JOIN LATERAL (SELECT * FROM cases_receptionrecord k WHERE k.item_id = i.id
        ORDER BY k.version DESC LIMIT 1) k ON true
    LEFT JOIN LATERAL (SELECT a.text, a.at FROM cases_instructionreport a WHERE a.instruction_id = n.id
        ORDER BY a.id DESC LIMIT 1) a ON true
WHERE (r.hall_id = ANY (%(halls)s::bigint[]) OR r.leader_id = %(me)s)
    AND (k.id IS NOT NULL OR n.id IS NOT NULL)
    AND (%(hall)s::bigint IS NULL OR r.hall_id = %(hall)s::bigint)
    AND (%(leader)s::bigint IS NULL OR r.leader_id = %(leader)s::bigint)
    AND (%(first)s::timestamptz IS NULL OR r.starts_at >= %(first)s::timestamptz)
    AND (%(last)s::timestamptz IS NULL OR r.starts_at < %(last)s::timestamptz)
    AND (%(unit)s::bigint IS NULL OR n.department_id = %(unit)s::bigint)
    AND (%(state)s NOT IN ('given', 'reported', 'closed', 'withdrawn') OR n.status = %(state)s)
    AND (%(state)s <> 'late' OR (n.status = 'given' AND d.due_at <= %(now)s))
    AND (%(state)s <> 'settled' OR k.is_settled)
    AND (%(state)s <> 'plain' OR n.id IS NULL)
    AND (%(after_at)s::timestamptz IS NULL
        OR (r.starts_at, i.id, coalesce(n.id, 0)) < (%(after_at)s::timestamptz, %(after_item)s, %(after_one)s))
"""
_ORDER = " ORDER BY r.starts_at DESC, i.id DESC, coalesce(n.id, 0) DESC LIMIT %(limit)s"


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerFilter:
    """What the reader asked for; empty values ask for nothing. The days are those of the receptions."""

    hall_id: int | None = None
    leader_id: int | None = None
    first: dt.date | None = None
    last: dt.date | None = None
    department_id: int | None = None
    state: str = ""


@dataclass(frozen=True, slots=True)
class LedgerKey:
    """Behind which line the next page starts."""

    at: dt.datetime
    item: int
    instruction: int

    def __str__(self) -> str:
        return f"{self.at.timestamp():.6f}_{self.item}_{self.instruction}"

    @classmethod
    def parse(cls, text: str) -> LedgerKey | None:
        """The key that a page handed out; None for anything else, which starts from the front."""
        try:
            moment, item, one = text.split("_")
            numbers = int(item), int(one)
            if not all(0 <= number < 2**63 for number in numbers):
                return None
            return cls(dt.datetime.fromtimestamp(float(moment), dt.UTC), *numbers)
        except (ValueError, OverflowError, OSError):
            return None


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """A line in the words and the order of the ledger's columns; what is personal is masked."""

    item_id: int
    case_id: int
    instruction_id: int | None
    number: str
    leader: str
    post: str
    form: str
    at: dt.datetime
    until: dt.datetime
    where: str
    companions: str
    visitor: str
    head_count: int
    home: str
    phone: str
    problem: str
    place: str
    cause: str
    opinion: str
    instruction: str
    unit: str
    person: str
    due_on: dt.date | None
    level: str
    result: str
    done_on: dt.date | None
    grade: str
    chased: str
    case_number: str
    case_title: str
    state: str


@dataclass(frozen=True, slots=True)
class LedgerPage:
    rows: list[LedgerRow]
    after: LedgerKey | None


def ledger(
    actor: Actor, asked: LedgerFilter, *, now: dt.datetime, after: LedgerKey | None = None, size: int = PAGE
) -> LedgerPage:
    """A page of the ledger, in one statement however long it is."""
    right, params = seen_by(actor)
    facts: dict[str, Any] = {
        **params,
        "halls": list(actor.halls(*HALL_SCOPE)),
        "me": actor.user_id if actor.has(LEADER) else None,
        "hall": asked.hall_id,
        "leader": asked.leader_id,
        "first": _midnight(asked.first),
        "last": _midnight(asked.last and asked.last + dt.timedelta(days=1)),
        "unit": asked.department_id,
        "state": asked.state,
        "now": now,
        "after_at": after.at if after else None,
        "after_item": after.item if after else 0,
        "after_one": after.instruction if after else 0,
        "limit": size + 1,
    }
    with connection.cursor() as cursor:
        cursor.execute(f"{_LINES} AND {right} {_ORDER}", facts)
        names = [column.name for column in cursor.description]
        found = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    shown = found[:size]
    key = None
    if len(found) > size:
        last = shown[-1]
        key = LedgerKey(last["starts_at"], last["item_id"], last["instruction_id"] or 0)
    return LedgerPage([_row(one, now) for one in shown], key)


def every_line(actor: Actor, asked: LedgerFilter, *, now: dt.datetime) -> Iterator[LedgerRow]:
    """All lines in the ledger's order, page by page, for a file; at most EXPORT_LIMIT."""
    after: LedgerKey | None = None
    given = 0
    while given < EXPORT_LIMIT:
        page = ledger(actor, asked, now=now, after=after, size=500)
        yield from page.rows
        given, after = given + len(page.rows), page.after
        if after is None:
            return


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime.combine(day, dt.time.min, timezone.get_current_timezone()) if day else None


def _opened(value: memoryview | None) -> str:
    return decrypt(bytes(value)) if value else ""


def _row(one: dict[str, Any], now: dt.datetime) -> LedgerRow:
    state, level = _state(one, now)
    home = "，".join(part for part in (one["occupation"], mask_address(_opened(one["address"]))) if part)
    done_at = one["ended_at"] if one["status"] == "closed" else one["reported_at"]
    if one["instruction_id"] is None and one["is_settled"]:
        done_at = one["recorded_at"]
    return LedgerRow(
        item_id=one["item_id"],
        case_id=one["case_id"],
        instruction_id=one["instruction_id"],
        number=f"{timezone.localtime(one['starts_at']):%Y%m%d}-{one['place_no']:02d}",
        leader=worded(one["leader"], one["leader_en"]),
        post=worded(one["post"], one["post_en"]),
        form=str(_FORMS[one["form"]]),
        at=one["starts_at"],
        until=one["ends_at"],
        where=worded(one["room"], one["room_en"]) or worded(one["at_place"], one["at_place_en"]),
        companions=one["companions"] or "",
        visitor=_("匿名") if one["is_anonymous"] else one["petitioner"] or one["who"],
        head_count=one["head_count"],
        home=home,
        phone=mask_phone(_opened(one["phone"])),
        problem=one["problem"] or one["title"],
        place=one["place"] or "",
        cause=one["cause"] or "",
        opinion=one["opinion"] or "",
        instruction=one["text"] or "",
        unit=worded(one["unit"], one["unit_en"]),
        person=one["person_name"] or "",
        due_on=one["due_on"],
        level=level,
        result=one["report"] or one["result"] or "",
        done_on=timezone.localdate(done_at) if done_at else None,
        grade=_(GRADES[one["grade"]]) if one["grade"] is not None else "",
        chased=_("催办%(n)s次") % {"n": one["steps"]} if one["steps"] else "",
        case_number=one["number"],
        case_title=one["title"],
        state=state,
    )


def _state(one: dict[str, Any], now: dt.datetime) -> tuple[str, str]:
    """In words, and as a light where a clock stands behind it."""
    if one["instruction_id"] is None:
        return (_("当场解决"), "done") if one["is_settled"] else (_("已接谈"), "")
    level = light(
        one["due_at"], one["amber_at"], now, met=one["met_at"] is not None, void=one["void_at"] is not None
    )
    return _(INSTRUCTION.state(one["status"]).label), level


def ledger_choices(actor: Actor) -> tuple[list[Hall], list[User], list[Department]]:
    """What the filters offer: the reader's halls, their leaders, the units to which they gave instructions."""
    scope = actor.halls(*HALL_SCOPE)
    halls = list(Hall.objects.filter(pk__in=actor.halls(*HALL_SCOPE, LEADER)))
    received = LeaderReception.objects.filter(hall__in=scope)
    leaders = list(User.objects.filter(receptions__in=received).distinct().order_by("name")) if scope else []
    units = Department.objects.filter(stations__hall__in=halls).distinct().order_by("code")
    return halls, leaders, list(units)
