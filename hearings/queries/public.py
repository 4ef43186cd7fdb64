"""What the public reads of hearings: the announced ones, how each stands, what has changed since, seats left."""

from __future__ import annotations

import datetime as dt
from collections.abc import Hashable
from dataclasses import dataclass
from functools import cached_property

from django.db.models import Count, Prefetch, Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases.queries.work_list import Cursor
from hall.batch import planned
from hearings.lifecycle import POSTPONE_GROUNDS
from hearings.models import Announcement, Conclusion, Hearing, HearingDate
from staffing.models import Hall

PAGE = 20
AHEAD = ("preparing", "scheduled", "in_session", "suspended")
"""Not over yet."""
CALLED_OFF = ("ended", "withdrawn")
WORDS = {
    "preparing": gettext_noop("延期，新的时间待定"),
    "scheduled": gettext_noop("将举行"),
    "in_session": gettext_noop("正在举行"),
    "suspended": gettext_noop("已中止"),
    "deliberating": gettext_noop("已举行，正在合议"),
    "concluded": gettext_noop("已作出听证结论"),
    "ended": gettext_noop("已终止"),
    "withdrawn": gettext_noop("已取消"),
}
TONES = {
    "preparing": "amber", "scheduled": "blue", "in_session": "blue", "suspended": "amber", "deliberating": "line",
    "concluded": "green", "ended": "grey", "withdrawn": "grey",
}  # fmt: skip

# As `hall_version`: xmin names the transaction that wrote a row last.
_VERSION = """
SELECT h.id, h.xmin::text, count(x.id),
    bit_xor(hashtextextended(concat(x.id, '-', x.xmin, '-', a.xmin, '-', c.xmin, '-',
        (SELECT string_agg(d.xmin::text, ',' ORDER BY d.id) FROM hearings_hearingdate d WHERE d.hearing_id = x.id), '-',
        (SELECT count(*) FROM hearings_publicseat s WHERE s.hearing_id = x.id AND s.status <> 'cancelled')), 0))
FROM staffing_hall h
LEFT JOIN hearings_hearing x ON x.hall_id = h.id AND x.is_public AND x.announced_at IS NOT NULL
LEFT JOIN hearings_announcement a ON a.hearing_id = x.id
LEFT JOIN hearings_conclusion c ON c.hearing_id = x.id
WHERE h.code = %(code)s AND h.is_open GROUP BY h.id
"""


def announced_version(code: str) -> Hashable:
    """Of an open hall and its announced hearings; None when there is no such hall. One statement."""
    rows = planned(_VERSION, {"code": code})
    return tuple(rows[0]) if rows else None


@dataclass(frozen=True, slots=True)
class Change:
    """One change with its time. `kind`: dropped, set, called_off; `was`/`to` the date that it is about."""

    at: dt.datetime
    kind: str
    starts_at: dt.datetime | None = None
    where: str = ""
    ground: str = ""


@dataclass(frozen=True)
class Shown:
    """An announced hearing as the public reads it."""

    hearing: Hearing
    announcement: Announcement
    dates: list[HearingDate]
    taken: int

    @property
    def state(self) -> str:
        if self.hearing.status == "ended" and self.hearing.started_at is None:
            return _(WORDS["withdrawn"])
        return _(WORDS[self.hearing.status])

    @property
    def tone(self) -> str:
        return TONES[self.hearing.status]

    @property
    def finding(self) -> str:
        """The word of the conclusion, once there is one."""
        conclusion: Conclusion | None = getattr(self.hearing, "conclusion", None)
        if self.hearing.status != "concluded" or conclusion is None:
            return ""
        return str(conclusion.get_finding_display())

    @property
    def is_dated(self) -> bool:
        """It has a date that counts: not one that was given up."""
        return self.hearing.starts_at is not None and self.hearing.status not in ("preparing", "suspended")

    @property
    def is_called_off(self) -> bool:
        return self.hearing.status in CALLED_OFF

    @property
    def place(self) -> str:
        room = self.hearing.room
        return str(room.label) if room else self.hearing.place

    @property
    def seats_left(self) -> int:
        return max(self.hearing.public_seats - self.taken, 0)

    def is_open(self, now: dt.datetime) -> bool:
        """One may still ask for a seat."""
        one = self.hearing
        return one.status == "scheduled" and one.starts_at is not None and now < one.starts_at

    def is_today(self, now: dt.datetime) -> bool:
        starts = self.hearing.starts_at
        return self.is_dated and starts is not None and timezone.localdate(starts) == timezone.localdate(now)

    @cached_property
    def changes(self) -> list[Change]:
        """Since it was announced, the oldest first."""
        since = self.hearing.announced_at
        found = []
        for date in self.dates:
            if since is None or (date.dropped_at is not None and date.dropped_at < since):
                continue
            if date.set_at > since:
                found.append(Change(date.set_at, "set", date.starts_at, date.where))
            if date.dropped_at is not None:
                ground = _(POSTPONE_GROUNDS[date.ground]) if date.ground in POSTPONE_GROUNDS else ""
                found.append(Change(date.dropped_at, "dropped", date.starts_at, date.where, ground))
        if self.is_called_off and self.hearing.ended_at is not None:
            found.append(Change(self.hearing.ended_at, "called_off"))
        return sorted(found, key=lambda one: one.at)

    @property
    def revised_at(self) -> dt.datetime:
        """When what the public reads was written last."""
        conclusion: Conclusion | None = getattr(self.hearing, "conclusion", None)
        stamps = [
            self.announcement.revised_at, self.hearing.announced_at, self.hearing.started_at, self.hearing.closed_at,
            self.hearing.ended_at, conclusion.concluded_at if conclusion else None,
            *(one.at for one in self.changes),
        ]  # fmt: skip
        return max(one for one in stamps if one is not None)

    @property
    def last_date(self) -> HearingDate | None:
        return self.dates[-1] if self.dates else None


def announced(hall: Hall) -> QuerySet[Hearing]:
    """The hall's announced hearings with all that their pages show. Three statements, however many rows."""
    taken = Count("audience", filter=~Q(audience__status="cancelled"))
    rows: QuerySet[Hearing] = (
        Hearing.objects.announced()
        .filter(hall=hall, announcement__isnull=False, status__in=WORDS)
        .select_related("announcement", "conclusion", "room", "organiser", "hall")
        .prefetch_related(Prefetch("dates", HearingDate.objects.order_by("round"), "all_dates"))
        .annotate(taken=taken)
    )
    return rows


def shown(hearing: Hearing) -> Shown:
    """A row of `announced`."""
    facts: dict[str, object] = hearing.__dict__
    dates, taken = facts["all_dates"], facts["taken"]
    return Shown(hearing, hearing.announcement, dates, taken)  # type: ignore[arg-type]


def coming(hall: Hall) -> list[Shown]:
    """Those that are not over: dated ones by their date, then those that wait for a new one."""
    rows = [shown(one) for one in announced(hall).filter(status__in=AHEAD)]
    return sorted(
        rows, key=lambda one: (not one.is_dated, one.hearing.starts_at or one.revised_at, one.hearing.pk)
    )


def past(hall: Hall, *, after: Cursor | None = None, size: int = PAGE) -> tuple[list[Shown], Cursor | None]:
    """Those that are over, the latest first."""
    found = announced(hall).exclude(status__in=AHEAD)
    found = found.annotate(day=Coalesce("starts_at", "ended_at", "announced_at"))
    if after is not None and after.due_at is not None:
        found = found.filter(Q(day__lt=after.due_at) | Q(day=after.due_at, pk__lt=after.pk))
    rows = list(found.order_by("-day", "-pk")[: size + 1])
    last = rows[size - 1] if len(rows) > size else None
    cursor = Cursor(last.__dict__["day"], last.pk) if last else None
    return [shown(one) for one in rows[:size]], cursor
