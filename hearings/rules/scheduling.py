"""When and where: room, seats, hours, the last day for notices, the clock of the hearing."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.queries.field_visits import travels_then
from cases.queries.masking import ADDRESS
from hall.access import Actor, Refused
from hall.clock import Calendar, Unit
from hall.models import ref_of, statutory_calendar, worded
from hearings.models import Hearing
from hearings.queries.lead_time import last_notice_day
from hearings.queries.rooms import first_possible_day, hold_by, open_spans, people_in_the_room, people_of
from hearings.rules.hearing_moves import check_stage_lasts
from hearings.rules.notices import personal_in
from hearings.rules.organising import check_hearing_move
from hearings.rules.panel import check_panel_whole
from staffing.models import Room
from staffing.rules.engagements import Meeting, check_meeting_time


@dataclass(frozen=True, slots=True, kw_only=True)
class When:
    """Time and place; a room of the hall, or a place in words."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    room_id: int | None = None
    place: str = ""

    @property
    def day(self) -> dt.date:
        return timezone.localdate(self.starts_at)


def meeting_of(hearing: Hearing, when: When) -> Meeting:
    return Meeting(
        hall_id=hearing.hall_id,
        purpose="hearing",
        ref=ref_of(hearing),
        starts_at=when.starts_at,
        ends_at=when.ends_at,
        path=f"/hearings/{hearing.pk}/panel/",
    )


def check_can_schedule_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """With a whole panel: its people are taken together with the room."""
    check_hearing_move(actor, hearing, "schedule_hearing")
    check_stage_lasts(hearing)
    check_panel_whole(hearing)


def check_when(hearing: Hearing, when: When, *, now: dt.datetime) -> Room | None:
    """What cannot be helped: the past, no place, too few seats, notices that would come too late."""
    check_meeting_time(meeting_of(hearing, when), now=now)
    room = None
    if when.room_id is not None:
        room = Room.objects.filter(pk=when.room_id, hall=hearing.hall_id).first()
        if room is None:
            raise Refused(_("请选择本大厅的房间。"), "input", field="room")
        people = people_in_the_room(hearing)
        if room.capacity and room.capacity < people:
            raise Refused(
                _("%(room)s只有%(seats)s个座位，听证组和参加人共%(n)s人。")
                % {"room": room.label, "seats": room.capacity, "n": people},
                "input", field="room",
            )  # fmt: skip
    elif not when.place.strip():
        raise Refused(_("请选择房间或者填写地点。"), "input", field="place")
    elif hearing.is_public:
        # A public hearing's place is told to everybody, also by the feeds, without another look.
        known = personal_in(when.place, hearing, but=(ADDRESS,))
        if known:
            said = _("公开举行的听证，地点会公告；地点里还有像个人信息的内容，请改写：%(list)s")
            raise Refused(said % {"list": _("；").join(known)}, "input", field="place")
    users, _participants = people_of(hearing)
    away = [
        one.leader.label for pk in sorted(users) if (one := travels_then(pk, when.starts_at, when.ends_at))
    ]
    if away:
        words = _("%(names)s那时已安排下访，请换时间或者换人。")
        raise Refused(words % {"names": _("、").join(away)}, "input", field="people")
    calendar = statutory_calendar()
    _check_notice(hearing, when, calendar, now=now)
    return room


def _check_notice(hearing: Hearing, when: When, calendar: Calendar, *, now: dt.datetime) -> None:
    rules, today = hearing.rules, timezone.localdate(now)
    if last_notice_day(when.day, rules.notice_days, rules.notice_unit, calendar) >= today:
        return
    unit = _("个工作日") if rules.notice_unit == Unit.WORKDAY.value else _("日")
    raise Refused(
        _("须提前%(days)s%(unit)s通知（%(source)s），今天发出通知，最早可以在%(day)s举行。")
        % {
            "days": rules.notice_days, "unit": unit, "source": worded(rules, "source"),
            "day": f"{first_possible_day(hearing, today, calendar):%Y-%m-%d}",
        },
        "input", field="day", article=rules.source,
    )  # fmt: skip


def doubts_about(hearing: Hearing, when: When, room: Room | None) -> list[tuple[str, str]]:
    """What can be meant so but is asked again, as (code, sentence): a day off, outside the hours, too few seats for the
    public, a room made for something else, later than the clock of the hearing.
    """
    found = []
    spans, start = open_spans(hearing.hall, when.day), timezone.localtime(when.starts_at).time()
    end = timezone.localtime(when.ends_at).time()
    if not statutory_calendar().is_workday(when.day):
        found.append(("day_off", _("%(day)s不是工作日。") % {"day": f"{when.day:%Y-%m-%d}"}))
    elif not spans or start < spans[0][0] or end > spans[-1][1]:
        found.append(("hours", _("不在大厅的开放时间内。")))
    if room is not None and room.kind != "hearing":
        found.append(("room_kind", _("%(room)s不是听证室。") % {"room": room.label}))
    if room is not None and room.capacity and hearing.is_public and hearing.public_seats:
        left = room.capacity - people_in_the_room(hearing)
        if left < hearing.public_seats:
            found.append(
                (
                    "public_seats",
                    _("旁听席位定了%(seats)s个，%(room)s只剩%(left)s个座位。")
                    % {"seats": hearing.public_seats, "room": room.label, "left": left},
                )
            )
    by = hold_by(hearing)
    if by is not None and when.day > by:
        found.append(
            ("late", _("举行听证的期限是%(day)s，定在期限之后须有正当理由。") % {"day": f"{by:%Y-%m-%d}"})
        )
    return found


def check_confirmed(doubts: list[tuple[str, str]], *, confirmed: bool) -> None:
    """Raises Refused(input) at `confirmed` with all of them, unless they were confirmed."""
    if doubts and not confirmed:
        said = "".join(sentence for _code, sentence in doubts)
        raise Refused(
            _("%(doubts)s确实这样安排的，请勾选确认后再提交。") % {"doubts": said}, "input", field="confirmed"
        )
