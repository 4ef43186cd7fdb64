"""How far everybody has been told of the date: who is missing, who was told late and by how much."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from functools import cached_property

from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from hall import clock
from hall.clock import Calendar
from hall.models import statutory_calendar, worded
from hearings.lifecycle import NOTICE_TO
from hearings.models import Hearing, HearingParty, Notice, PanelSeat
from hearings.queries.lead_time import days_short, in_words, last_notice_day, why_last_day

WITH_LEAD_TIME = ("petitioner", "unit", "third_party")
"""For whom the days before the hearing are: the parties. Agents, witnesses and the panel need only know of it."""


@dataclass(frozen=True, slots=True)
class Addressee:
    """One who is told of the date, with the notice of this round if there is one. Exactly one of party and seat."""

    party: HearingParty | None
    seat: PanelSeat | None
    notice: Notice | None
    last_day: dt.date | None
    """Until when the service is in time; None where there is no lead time."""
    short: int = 0
    """So many of the rule's days a late service left out."""

    @property
    def kind(self) -> str:
        if self.party is not None:
            return self.party.kind
        return self.seat.role if self.seat else ""

    @property
    def role(self) -> str:
        return _(NOTICE_TO[self.kind])

    @property
    def name(self) -> str:
        one = self.party or self.seat
        return one.name if one else ""

    @property
    def is_told(self) -> bool:
        """Served, or, where no days must lie between, reached by a message."""
        notice = self.notice
        if notice is None:
            return False
        return bool(
            notice.served_on or notice.waived or (notice.messaged and self.kind not in WITH_LEAD_TIME)
        )

    @property
    def is_late(self) -> bool:
        return bool(self.short and self.notice is not None and not self.notice.waived)

    def light(self, today: dt.date) -> tuple[str, str]:
        """Level and word."""
        if self.notice is None:
            return "none", _("没有发通知")
        if self.is_late:
            return "red", _("送达太晚")
        if self.is_told:
            return "done", _("书面放弃提前通知") if self.notice.waived else _("已通知")
        if self.last_day is not None and today > self.last_day:
            return "red", _("未在期限内送达")
        soon = self.last_day is not None and (self.last_day - today).days <= 3
        return ("amber" if soon else "green"), _("等待送达")

    def reason(self) -> str:
        """Why a hearing cannot start because of this one; "" when nothing stands against it."""
        facts = {"role": self.role, "name": self.name}
        if self.notice is None:
            return _("没有通知%(role)s%(name)s。") % facts
        if self.is_late:
            late = ngettext("还差%(n)s日", "还差%(n)s日", self.short) % {"n": self.short}
            return _("%(role)s%(name)s的通知送达太晚，%(late)s，本人没有书面放弃。") % {**facts, "late": late}
        if not self.is_told:
            return _("%(role)s%(name)s的通知没有送达记录。") % facts
        return ""


@dataclass(frozen=True)
class NoticesState:
    """Everybody of this round. `reasons` is empty when the hearing may start as far as notices go."""

    hearing: Hearing
    rows: list[Addressee]
    last_day: dt.date | None
    calendar: Calendar

    @cached_property
    def reasons(self) -> list[str]:
        if self.hearing.starts_at is None:
            return [_("还没有定时间地点。")]
        said = [row.reason() for row in self.rows]
        return [text for text in said if text]

    @property
    def missing(self) -> list[Addressee]:
        """Who has no notice of this date yet."""
        return [row for row in self.rows if row.notice is None]

    @property
    def late(self) -> list[Addressee]:
        return [row for row in self.rows if row.is_late]

    def why(self) -> list[str]:
        """Why this is the last day."""
        if self.hearing.starts_at is None:
            return []
        rule, day = self.hearing.rules, timezone.localdate(self.hearing.starts_at)
        source = worded(rule, "source") or worded(rule, "name")
        return why_last_day(day, rule.notice_days, rule.notice_unit, self.calendar, source=source)

    def lead_in_words(self) -> str:
        return in_words(self.hearing.rules.notice_days, self.hearing.rules.notice_unit)

    def last_in_words(self) -> str:
        return clock.say_date(self.last_day, get_language() or "zh-hans") if self.last_day else ""


def notices_state(hearing: Hearing) -> NoticesState:
    """Parties, then the panel, of the date that counts now. Three statements and the calendar."""
    calendar, rule = statutory_calendar(), hearing.rules
    day = timezone.localdate(hearing.starts_at) if hearing.starts_at else None
    last = last_notice_day(day, rule.notice_days, rule.notice_unit, calendar) if day else None
    notices = list(
        Notice.objects.filter(hearing=hearing, round=hearing.round).select_related("document", "material")
    )
    by_party = {one.party_id: one for one in notices if one.party_id}
    by_seat = {one.seat_id: one for one in notices if one.seat_id}
    parties = HearingParty.objects.filter(hearing=hearing, removed_at=None).select_related(
        "petitioner", "department", "user"
    )
    order = {kind: n for n, kind in enumerate(NOTICE_TO)}
    rows = []
    for party in sorted(parties, key=lambda one: (order[one.kind], one.pk)):
        notice = by_party.get(party.pk)
        timed = party.kind in WITH_LEAD_TIME
        short = 0
        if timed and day and notice is not None and notice.served_on:
            short = days_short(notice.served_on, day, rule.notice_days, rule.notice_unit, calendar)
        rows.append(Addressee(party, None, notice, last if timed else None, short))
    seats = PanelSeat.objects.filter(hearing=hearing, status="seated").select_related(
        "user", "member__participant__user"
    )
    sitting = sorted(seats, key=lambda one: (order[one.role], one.pk))
    rows += [Addressee(None, seat, by_seat.get(seat.pk), None) for seat in sitting]
    return NoticesState(hearing, rows, last, calendar)
