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
LIFECYCLES = (TICKET,)

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
