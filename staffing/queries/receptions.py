"""Leaders' receptions as the public and the staff read them, with what was changed after publication."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.db.models import Max, Min, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from hall.models import JournalEntry, User, ref_of, worded
from staffing.lifecycle import LEADER
from staffing.models import Engagement, Hall, LeaderReception, Posting, Room

CHANGES = ("change_reception", "substitute_leader", "postpone_reception")
"""The verbs after which the public page says what was before."""


def due_publish_at(reception: LeaderReception) -> dt.datetime:
    """The last moment at which it is published in time, by the hall's lead of today."""
    return reception.starts_at - dt.timedelta(days=reception.hall.reception_lead_days)


def clash(
    *, leader_id: int, room_id: int | None, starts_at: dt.datetime, ends_at: dt.datetime, but: int | None
) -> LeaderReception | None:
    """A reception, not cancelled, that has the leader or the room at that time; the leader's own first."""
    taken = Q(leader=leader_id)
    if room_id is not None:
        taken |= Q(room=room_id)
    found = LeaderReception.objects.filter(taken, starts_at__lt=ends_at, ends_at__gt=starts_at).exclude(
        status="cancelled"
    )
    if but is not None:
        found = found.exclude(pk=but)
    return min(
        found.select_related("leader", "room"),
        key=lambda one: (one.leader_id != leader_id, one.starts_at),
        default=None,
    )


def engaged_then(user_id: int, starts_at: dt.datetime, ends_at: dt.datetime) -> Engagement | None:
    """The consultation or hearing for which that person is taken at that time."""
    over = Engagement.objects.standing().filter(user=user_id, starts_at__lt=ends_at, ends_at__gt=starts_at)
    return over.select_related("user").first()


@dataclass(frozen=True, slots=True)
class Change:
    """One change after publication: when, why, and what it was before (None or "" where it stayed)."""

    at: dt.datetime
    reason: str
    starts_at: dt.datetime | None = None
    ends_at: dt.datetime | None = None
    leader: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Notice:
    """A reception with its changes, as a page shows it."""

    reception: LeaderReception
    changes: tuple[Change, ...]
    is_today: bool
    is_over: bool

    @property
    def date(self) -> dt.date:
        return timezone.localdate(self.reception.starts_at)

    @property
    def state(self) -> str:
        """`cancelled`, `changed`, `held`, or ""."""
        if self.reception.status in ("cancelled", "held"):
            return self.reception.status
        return "changed" if self.changes else ""

    @property
    def place(self) -> str:
        return place_of(self.reception)

    @property
    def time(self) -> str:
        start, end = timezone.localtime(self.reception.starts_at), timezone.localtime(self.reception.ends_at)
        return f"{start:%H:%M}—{end:%H:%M}"

    @property
    def entry(self) -> dict[str, object]:
        """What the month table asks for."""
        return {
            "date": self.date,
            "title": self.reception.leader.label,
            "text": worded(self.reception, "title"),
            "time": self.time,
            "url": f"#r{self.reception.pk}",
            "state": self.state if self.state != "held" else "",
            "note": _("未公布") if self.reception.status == "planned" else "",
        }


def place_of(reception: LeaderReception) -> str:
    """The room, or the place in words, in the reader's language."""
    return reception.room.label if reception.room else worded(reception, "place")


def _bounds(first: dt.date) -> tuple[dt.datetime, dt.datetime]:
    tz = timezone.get_current_timezone()
    after = (first.replace(day=1) + dt.timedelta(days=31)).replace(day=1)
    start = dt.datetime.combine(first.replace(day=1), dt.time.min, tz)
    return start, dt.datetime.combine(after, dt.time.min, tz)


def month_named(text: str, today: dt.date) -> dt.date:
    """The first day of the month `2026-12`; of this month when the text is none, or of another century."""
    year, _dash, month = text.partition("-")
    if year.isdecimal() and month.isdecimal() and 1 <= int(month) <= 12 and abs(int(year) - today.year) < 100:
        return dt.date(int(year), int(month), 1)
    return today.replace(day=1)


def receptions_of(hall: Hall, month: dt.date) -> QuerySet[LeaderReception]:
    """All receptions of a hall in a month, the planned ones too."""
    start, end = _bounds(month)
    return (
        LeaderReception.objects.filter(hall=hall, starts_at__gte=start, starts_at__lt=end)
        .select_related("leader", "room", "hall", "approved_by")
        .order_by("starts_at", "id")
    )


def planned_in(hall: Hall, month: dt.date, now: dt.datetime) -> QuerySet[LeaderReception]:
    """What could still be published for that month."""
    return receptions_of(hall, month).filter(status="planned", starts_at__gt=now)


def upcoming(hall: Hall, now: dt.datetime, limit: int) -> QuerySet[LeaderReception]:
    """The next published receptions, those of today included until they end."""
    return (
        LeaderReception.objects.public()
        .filter(hall=hall, ends_at__gt=now)
        .exclude(status="cancelled")
        .select_related("leader", "room")
        .order_by("starts_at", "id")[:limit]
    )


def shown_on_slide(hall: Hall, now: dt.datetime, limit: int) -> QuerySet[LeaderReception]:
    """Those published of today, whatever became of them, and the next ones."""
    midnight = dt.datetime.combine(timezone.localdate(now), dt.time.min, timezone.get_current_timezone())
    return (
        LeaderReception.objects.public()
        .filter(hall=hall, starts_at__gte=midnight)
        .select_related("leader", "room")
        .order_by("starts_at", "id")[:limit]
    )


def months_published(hall: Hall) -> tuple[dt.date, dt.date] | None:
    """The first and the last month in which the public finds anything; None when nothing was published yet."""
    span = (
        LeaderReception.objects.public().filter(hall=hall).aggregate(a=Min("starts_at"), z=Max("starts_at"))
    )
    if span["a"] is None:
        return None
    return timezone.localdate(span["a"]).replace(day=1), timezone.localdate(span["z"]).replace(day=1)


def notices(receptions: Iterable[LeaderReception], now: dt.datetime) -> list[Notice]:
    """Each with its changes since publication. At most three queries, however many receptions."""
    rows = list(receptions)
    changes = _changes([row for row in rows if row.changed_at])
    today = timezone.localdate(now)
    return [
        Notice(
            row,
            tuple(changes.get(row.pk, ())),
            timezone.localdate(row.starts_at) == today,
            row.ends_at <= now,
        )
        for row in rows
    ]


def _changes(rows: Sequence[LeaderReception]) -> dict[int, list[Change]]:
    """From the journal: what was public and was changed, told as it was before."""
    if not rows:
        return {}
    by_ref = {ref_of(row): row for row in rows}
    entries = [
        entry
        for entry in JournalEntry.objects.filter(object__in=by_ref, verb__in=CHANGES).order_by("id")
        if (published := by_ref[entry.object].published_at)
        and entry.at >= published
        and set(entry.before) != {"capacity"}  # what the public never read
    ]
    leaders = User.objects.in_bulk({e.before["leader"] for e in entries if "leader" in e.before})
    rooms = Room.objects.in_bulk({e.before["room"] for e in entries if e.before.get("room")})
    told: dict[int, list[Change]] = {}
    for entry in entries:
        was, row = entry.before, by_ref[entry.object]
        room = rooms.get(was.get("room"))
        told.setdefault(row.pk, []).append(
            Change(
                at=entry.at,
                reason=entry.reason,
                starts_at=_moment(
                    was.get("starts_at") or (was.get("ends_at") and entry.after.get("starts_at"))
                ),
                ends_at=_moment(was.get("ends_at")),
                leader=leaders[was["leader"]].label if "leader" in was else "",
                place=room.label if room else was.get("place", ""),
            )
        )
    return told


def _moment(text: str | None) -> dt.datetime | None:
    return dt.datetime.fromisoformat(text) if text else None


def leaders_of(hall: Hall, day: dt.date) -> QuerySet[User]:
    """Who may be put down for a reception in that hall: those posted as its leaders now or later."""
    posts = Posting.objects.filter(hall=hall, role=LEADER).exclude(until_on__lt=day)
    return User.objects.filter(postings__in=posts, is_active=True).distinct().order_by("name")
