"""The way of a ticket through the hall. Pure.

One visitor is at one window, one window has one visitor; the database holds both (see `intake.models`).
"""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


WINDOW_ROLES = ("clerk", "liaison", "hall_manager")
DESK_ROLES = ("guide", *WINDOW_ROLES)

PRINT_STATES = {
    "waiting": _("待打印"),
    "sending": _("正在打印"),
    "printed": _("已打印"),
    "dead": _("没有打印"),
}

TICKET = Lifecycle(
    name="ticket",
    initial=("waiting",),
    states=(
        State("waiting", _("等候")),
        State("called", _("已叫号")),
        State("serving", _("接待中")),
        State("missed", _("过号")),
        State("parked", _("暂离")),
        State("done", _("已办完"), final=True),
        State("left", _("已离开"), final=True),
    ),
    moves=(
        Move("call_next", ("waiting",), "called", WINDOW_ROLES),
        Move("call_ticket", ("waiting", "missed", "parked"), "called", WINDOW_ROLES),
        Move("recall_ticket", ("called",), "called", WINDOW_ROLES),
        Move("serve_ticket", ("called",), "serving", WINDOW_ROLES),
        Move("miss_ticket", ("called",), "missed", WINDOW_ROLES),
        Move("reinstate_ticket", ("missed",), "waiting", DESK_ROLES),
        Move("park_ticket", ("called", "serving"), "parked", WINDOW_ROLES),
        Move("transfer_ticket", ("waiting",), "waiting", DESK_ROLES),
        Move("transfer_ticket", ("called", "serving", "parked"), "waiting", WINDOW_ROLES),
        Move("finish_ticket", ("serving", "called"), "done", WINDOW_ROLES),
        Move("leave_hall", ("waiting", "missed", "parked"), "left", DESK_ROLES),
    ),
)

BOOKING_ROLES = ("clerk", "hall_manager")
DOOR_ROLES = ("guide", *BOOKING_ROLES)

BOOKING = Lifecycle(
    name="booking",
    initial=("asked", "booked", "waiting"),
    states=(
        State("asked", _("待验证手机")),
        State("waiting", _("候补")),
        State("held", _("保留名额，待确认")),
        State("booked", _("已预约")),
        State("checked_in", _("已报到"), final=True),
        State("no_show", _("未到"), resting=True),
        State("cancelled", _("已取消"), final=True),
        State("released", _("已释放"), final=True),
    ),
    moves=(
        Move("confirm_booking", ("asked",), "booked", ("public",)),
        Move("queue_booking", ("asked",), "waiting", ("public",)),
        Move("move_up_booking", ("waiting",), "booked", ("system",)),
        Move("hold_place", ("waiting",), "held", ("system",)),
        Move("accept_place", ("held",), "booked", ("public", *BOOKING_ROLES)),
        Move("advance_booking", ("waiting",), "waiting", BOOKING_ROLES),
        Move("cancel_booking", ("booked", "waiting", "held"), "cancelled", ("public", *BOOKING_ROLES)),
        Move("release_booking", ("asked", "booked", "waiting", "held"), "released", ("system",)),
        Move("check_in_booking", ("booked", "held", "no_show"), "checked_in", ("public", *DOOR_ROLES)),
        Move("miss_booking", ("booked",), "no_show", ("system", *BOOKING_ROLES)),
    ),
)
"""`asked` takes no place: the place is taken when the telephone is proven, by whoever proves it first."""
TAKES_PLACE = ("booked", "held", "checked_in", "no_show")
LIVE = ("booked", "waiting", "held", "checked_in")
"""One of these a telephone and reception; counted against the month's limit."""
OPEN = ("booked", "waiting", "held")
BOOKING_CHANNELS = {"public": _("公众网上预约"), "clerk": _("窗口或电话代约")}
BOOKING_ENDS = {
    "": _("无"),
    "unproven": _("没有验证手机"),
    "unanswered": _("保留的名额到时没有确认"),
    "unreached": _("候补没有轮到"),
    "called_off": _("接访取消"),
}
LIFECYCLES = (TICKET, BOOKING)

PRIORITIES = {0: _("普通"), 1: _("优先")}
PRIORITY_REASONS = {
    "": _("无"),
    "elderly": _("年满七十周岁"),
    "disabled": _("残疾人"),
    "pregnant": _("孕妇"),
    "infant": _("携带婴幼儿"),
    "soldier": _("现役军人"),
    "booked": _("已预约"),
    "urgent": _("情况紧急"),
}
