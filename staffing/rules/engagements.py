"""A room or a person that is taken cannot be taken again: by whom, when and where is said."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Refused
from hall.models import User
from staffing.models import Absence, Engagement, LeaderReception, Leave, Room, SocialParticipant


@dataclass(frozen=True, slots=True)
class Meeting:
    """What rooms and people are taken for. `ref`: "<app>.<model>:<id>"; times are aware."""

    hall_id: int
    purpose: str
    ref: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    path: str = ""


def check_meeting_time(meeting: Meeting, *, now: dt.datetime) -> None:
    """In the future, forward, within one day."""
    if meeting.starts_at <= now:
        raise Refused(_("时间须在将来。"), "input", field="starts_at")
    if meeting.ends_at <= meeting.starts_at:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends_at")
    if timezone.localdate(meeting.starts_at) != timezone.localdate(meeting.ends_at):
        raise Refused(_("一次会议不跨日，请分日安排。"), "input", field="ends_at")


def refuse_taken(
    meeting: Meeting, room_id: int | None, user_ids: Collection[int], participant_ids: Collection[int]
) -> None:
    """Raises Refused(input) at `room` or `people`."""
    if room_id:
        _refuse_room(meeting, room_id)
    over = {"starts_at__lt": meeting.ends_at, "ends_at__gt": meeting.starts_at}
    taken = Engagement.objects.standing().filter(**over).exclude(ref=meeting.ref)
    busy = [
        *User.objects.filter(pk__in=taken.filter(user__in=user_ids).values("user")),
        *SocialParticipant.objects.filter(
            pk__in=taken.filter(participant__in=participant_ids).values("participant")
        ),
        *User.objects.filter(
            pk__in=LeaderReception.objects.exclude(status="cancelled")
            .filter(leader__in=user_ids, **over)
            .values("leader")
        ),
    ]
    if busy:
        names = _("、").join(dict.fromkeys(one.label for one in busy))
        raise Refused(
            _("%(names)s这段时间已有其他会议或者接访，请换时间或者换人。") % {"names": names},
            "input",
            field="people",
        )
    day = timezone.localdate(meeting.starts_at)
    away = User.objects.filter(
        pk__in=Absence.objects.filter(
            person__in=user_ids, withdrawn_at=None, from_on__lte=day, until_on__gte=day
        ).values("person")
    ) | User.objects.filter(
        pk__in=Leave.objects.filter(
            user__in=user_ids, status="approved", starts_at__lt=meeting.ends_at, ends_at__gt=meeting.starts_at
        ).values("user")
    )
    if names := _("、").join(one.label for one in away.distinct()):
        raise Refused(
            _("%(names)s当天外出或者请假，请换时间或者换人。") % {"names": names}, "input", field="people"
        )


def _refuse_room(meeting: Meeting, room_id: int) -> None:
    room = Room.objects.filter(pk=room_id, hall=meeting.hall_id).first()
    if room is None:
        raise Refused(_("请选择本大厅的房间。"), "input", field="room")
    over = {"room": room_id, "starts_at__lt": meeting.ends_at, "ends_at__gt": meeting.starts_at}
    first = (
        Engagement.objects.standing().filter(**over).exclude(ref=meeting.ref).first()
        or LeaderReception.objects.exclude(status="cancelled").filter(**over).first()
    )
    if first is None:
        return
    start, end = timezone.localtime(first.starts_at), timezone.localtime(first.ends_at)
    raise Refused(
        _("%(room)s在%(from)s—%(to)s已被占用，请换时间或者换房间。")
        % {"room": room.label, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"},
        "input",
        field="room",
    )
