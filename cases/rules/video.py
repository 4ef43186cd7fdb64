"""The video room: who plans it, confirms it, opens it, takes a seat in it, lets in, ends it."""

from __future__ import annotations

import datetime as dt
import hmac
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle.video import HOST_ROLES, LIVE, REMOTE_ROLES, SEAT_ROLES, SEATS, VIDEO_ROOM, VIDEO_SEAT
from cases.models import Case, DocketItem, VideoRoom, VideoSeat
from cases.queries.standing import standing
from cases.rules.common import check_said
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_ROLES

EARLY = dt.timedelta(minutes=30)
"""So long before its hour a room may be opened, and twice as long somebody may sit down and wait."""
RELEASED_AFTER = dt.timedelta(minutes=20)
LINK_LASTS = dt.timedelta(hours=1)
"""A personal link opens its seat until so long after the planned end."""
SILENT_AFTER = dt.timedelta(seconds=60)
"""An end that gave no sign of life for so long has lost its line."""
FORGOTTEN_AFTER = dt.timedelta(hours=1)
LONGEST = dt.timedelta(hours=8)
MOVED = lazy("这个席位已在另一台设备或者另一个窗口中打开。")
_UNSEEN = lazy("没有找到，或者您无权查看。")
NO_LINK = lazy("这个链接不能使用：可能已经过期、被收回，或者抄写不完整。请联系大厅重新发送。")


@dataclass(frozen=True, slots=True)
class Guest:
    """Who is to come: somebody with an account, a unit, or a person with a telephone that gets the link."""

    role: str
    user_id: int | None = None
    department_id: int | None = None
    name: str = ""
    phone: str = ""
    language: str = "zh-hans"


def matter_of(room: VideoRoom) -> Case | None:
    """The case that is spoken of: the room's own, or the one that was registered for its place on the docket."""
    return room.case or (room.docket_item.case if room.docket_item else None)


def _check_interest(actor: Actor, case: Case | None) -> None:
    """Who is complained of, or has an interest, does not learn of the room either (第二十八条、第三十条)."""
    if case is None or actor.kind == "system":
        return
    where = standing(case)
    if actor.user_id in where.barred_users or where.barred_units & set(actor.departments()):
        raise Refused(_UNSEEN, "unseen")


def is_host(actor: Actor, room: VideoRoom) -> bool:
    return actor.kind == "system" or actor.has(*HOST_ROLES, hall_id=room.hall_id)


def hosts(actor: Actor, seat: VideoSeat) -> bool:
    """This end is the host's, who sits there with an account."""
    return seat.user_id is not None and seat.user_id == actor.user_id and is_host(actor, seat.room)


def check_is_in(seat: VideoSeat) -> None:
    """Let in, and the room is open."""
    if seat.status != "admitted" or seat.room.status != "open":
        raise Refused(_("您还没有获准进入，或者视频接访室已经结束。"), "state")


def _check_host(actor: Actor, room: VideoRoom, verb: str) -> None:
    _check_interest(actor, matter_of(room))
    if not is_host(actor, room):
        raise Refused(_("视频接访室由本厅的登记员、大厅负责人主持。"), "role")
    check_room_state(room, verb)


def check_room_state(room: VideoRoom, verb: str) -> None:
    if VIDEO_ROOM.move(verb, room.status) is None:
        state = _(VIDEO_ROOM.state(room.status).label)
        raise Refused(_("视频接访室当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_plan_video_room(
    actor: Actor, hall_id: int, item: DocketItem | None, *, now: dt.datetime
) -> None:
    """The hall's staff; for a matter that comes before a leader by video, and is not over."""
    if actor.kind != "system" and not actor.has(*HOST_ROLES, hall_id=hall_id):
        raise Refused(_("视频接访由本厅的登记员、大厅负责人安排。"), "role")
    if item is None:
        return
    _check_interest(actor, item.case)
    if item.reception.form != "video":
        raise Refused(_("这次接访不是视频接访。"), "state")
    if item.removed_at or item.reception.status == "cancelled":
        raise Refused(_("该事项已经移出，或者这次接访已经取消。"), "state")
    if item.reception.ends_at <= now:
        raise Refused(_("这次接访的时间已经过去。"), "state")
    if item.video_rooms.live().exists():
        raise Refused(_("该事项已经安排了视频接访室。"), "state")


def check_video_time(
    starts_at: dt.datetime | None, ends_at: dt.datetime | None, *, now: dt.datetime
) -> tuple[dt.datetime, dt.datetime]:
    if starts_at is None or starts_at <= now - EARLY:
        raise Refused(_("开始时间已经过去，请重新填写。"), "input", field="starts_at")
    if ends_at is None or not starts_at < ends_at <= starts_at + LONGEST:
        raise Refused(_("结束时间应晚于开始时间，且不超过八小时。"), "input", field="ends_at")
    return starts_at, ends_at


def check_can_invite_to_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    _check_host(actor, room, "invite_to_video_room")


def check_guest(room: VideoRoom, guest: Guest) -> None:
    """Somebody who can come, whom the matter does not complain of, and not the seventh."""
    if guest.role not in SEAT_ROLES:
        raise Refused(_("请选择身份。"), "input", field="role")
    if not (guest.user_id or guest.department_id or (guest.name.strip() and guest.phone.strip())):
        raise Refused(_("请填写姓名和手机号；有账号的人员、单位，直接选择即可。"), "input", field="name")
    case = matter_of(room)
    if case is not None:
        where = standing(case)
        if guest.user_id in where.barred_users or guest.department_id in where.barred_units:
            field = "user" if guest.user_id in where.barred_users else "department"
            raise Refused(_("该事项涉及其本人或者本单位，或者其应当回避，不能邀请。"), "input", field=field)
    held = room.seats.held()
    if guest.user_id and held.filter(user_id=guest.user_id).exists():
        raise Refused(_("已经邀请过此人。"), "input", field="user")
    if held.count() >= SEATS:
        raise Refused(
            _("一间视频接访室最多%(n)s方；可以先收回一个没有到场的邀请。") % {"n": SEATS},
            "state",
            field="role",
        )


def check_can_approve_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    """The remote side says that it will be there."""
    _check_remote(actor, room, "approve_video_room")
    if room.approved_at:
        raise Refused(_("对方已经确认。"), "state")


def check_can_decline_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    _check_remote(actor, room, "decline_video_room")


def _check_remote(actor: Actor, room: VideoRoom, verb: str) -> None:
    _check_interest(actor, matter_of(room))
    is_remote = any(
        (seat.user_id == actor.user_id and seat.role in ("leader", "unit"))
        or (seat.role == "unit" and actor.has(*DEPARTMENT_ROLES, department_id=seat.department_id or 0))
        for seat in room.seats.held()
    )
    if actor.kind != "system" and not (is_remote and actor.has(*REMOTE_ROLES)):
        raise Refused(_("由受邀的接访领导或者责任单位确认。"), "role")
    check_room_state(room, verb)


def check_can_cancel_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    _check_host(actor, room, "cancel_video_room")


def check_can_open_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    """From half an hour before, once the remote side has said that it will be there."""
    _check_host(actor, room, "open_video_room")
    if room.approval_needed and room.approved_at is None:
        raise Refused(_("对方还没有确认，确认后才能开始。"), "state")
    if now < room.starts_at - EARLY:
        raise Refused(_("还没有到时间：开始前30分钟起可以打开。"), "state")
    if now >= room.ends_at:
        raise Refused(_("安排的时间已经过去，请重新安排。"), "state")


def check_can_end_video_room(actor: Actor, room: VideoRoom, *, now: dt.datetime) -> None:
    _check_host(actor, room, "end_video_room")


def check_can_release_video_rooms(actor: Actor, *, now: dt.datetime) -> None:
    if actor.kind != "system":
        raise Refused(_("由系统自动办理。"), "role")


# -- seats -------------------------------------------------------------------------------------------------------


def is_seat_of(actor: Actor, seat: VideoSeat) -> bool:
    """A seat with an account is that person's; a unit's belongs to whoever of it comes first."""
    if seat.user_id:
        return seat.user_id == actor.user_id
    return bool(seat.department_id and actor.has(*DEPARTMENT_ROLES, department_id=seat.department_id))


def check_can_join_video_room(
    actor: Actor, seat: VideoSeat, *, by_link: bool, key: bytes, take_over: bool, now: dt.datetime
) -> None:
    """One seat, one browser. Another one takes it over only when that is said, or when the first has gone silent."""
    room = seat.room
    if by_link:
        if seat.status == "refused" or seat.token_expires_at is None or seat.token_expires_at <= now:
            raise Refused(NO_LINK, "state")
    else:
        _check_interest(actor, matter_of(room))
        if not is_seat_of(actor, seat):
            raise Refused(_UNSEEN, "unseen")
    if seat.status == "refused":
        raise Refused(_("您没有获准进入这间视频接访室。"), "state")
    if room.status not in LIVE:
        state = _(VIDEO_ROOM.state(room.status).label)
        raise Refused(_("视频接访室当前为“%(state)s”，不能进入。") % {"state": state}, "state")
    if now < room.starts_at - 2 * EARLY:
        raise Refused(_("来得太早了：开始前一小时起可以进入等候。"), "state")
    if not (take_over or is_same_browser(seat, key)) and is_alive(seat, now=now):
        words = _("%(moved)s要在这里继续的，请按“在这里继续”，那一边会自动退出。") % {"moved": MOVED}
        raise Refused(words, "state", field="take_over")


def is_same_browser(seat: VideoSeat, key: bytes) -> bool:
    return seat.client_key is not None and hmac.compare_digest(bytes(seat.client_key), key)


def is_alive(seat: VideoSeat, *, now: dt.datetime) -> bool:
    """Somebody sits there, and was heard of within the last minute."""
    return (
        seat.status in ("waiting", "admitted")
        and seat.seen_at is not None
        and now - seat.seen_at < SILENT_AFTER
    )


def _check_seat_state(seat: VideoSeat, verb: str) -> None:
    if VIDEO_SEAT.move(verb, seat.status) is None:
        state = _(VIDEO_SEAT.state(seat.status).label)
        raise Refused(_("该席位当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_admit_to_video_room(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> None:
    """Whoever waits, into an open room."""
    _check_interest(actor, matter_of(seat.room))
    if not is_host(actor, seat.room):
        raise Refused(_("由主持的登记员、大厅负责人准许进入。"), "role")
    if seat.room.status != "open":
        raise Refused(_("请先打开视频接访室，再请等候的人进入。"), "state")
    _check_seat_state(seat, "admit_to_video_room")


def check_can_refuse_video_seat(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> None:
    """An invitation is taken back, or somebody does not come in, or has to go."""
    _check_interest(actor, matter_of(seat.room))
    if not is_host(actor, seat.room):
        raise Refused(_("由主持的登记员、大厅负责人决定。"), "role")
    if seat.room.status not in LIVE:
        raise Refused(_("视频接访室已经结束。"), "state")
    if seat.user_id is not None and seat.user_id == seat.room.host_user_id:
        raise Refused(_("主持人不能请自己离开；请结束视频接访室。"), "state")
    _check_seat_state(seat, "refuse_video_seat")


def check_video_reason(reason: str) -> str:
    return check_said(reason, "reason")[:200]


def check_holds_seat(seat: VideoSeat, key: bytes) -> None:
    """The browser that asks is the one that holds the seat."""
    if not is_same_browser(seat, key):
        raise Refused(MOVED, "state", field="take_over")


def check_can_leave_video_room(seat: VideoSeat, *, key: bytes, now: dt.datetime) -> None:
    check_holds_seat(seat, key)
    _check_seat_state(seat, "leave_video_room")
