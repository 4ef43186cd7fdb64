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

# -- the guide desk
ANSWERERS = ("participant", "guide", "clerk", "hall_manager")
"""Who it is addressed to; for somebody without an account, the desk that heard the answer."""
SERVICE_REFERRAL = Lifecycle(
    name="service_referral",
    initial=("asked",),
    states=(
        State("asked", _("等待答复")),
        State("accepted", _("对方已接受")),
        State("declined", _("对方不接受"), final=True),
        State("withdrawn", _("本人撤回同意"), final=True),
        State("finished", _("已有结果"), final=True),
    ),
    moves=(
        Move("accept_service_referral", ("asked",), "accepted", ANSWERERS),
        Move("decline_service_referral", ("asked",), "declined", ANSWERERS),
        Move("report_service_result", ("accepted",), "finished", ANSWERERS),
        Move(
            "withdraw_service_referral",
            ("asked", "accepted"),
            "withdrawn",
            ("guide", "clerk", "hall_manager"),
        ),
    ),
)
REFERRAL_KINDS = {
    "lawyer": _("律师"),
    "psychologist": _("心理咨询师"),
    "social_worker": _("社会工作者"),
    "legal_aid": _("法律援助"),
    "relief": _("社会救助"),
}
REFERRAL_ENDS = {
    "helped": _("已提供帮助"),
    "under_way": _("已受理，由对方继续办理"),
    "elsewhere": _("转到更合适的机构"),
    "not_come": _("本人没有去"),
    "not_able": _("不符合条件，已说明原因"),
}
CONSENTS = {"spoken": _("当面口头同意"), "signed": _("书面同意")}
TALK_TOPICS = {
    "rules": _("大厅规则和秩序"),
    "law": _("法律政策"),
    "route": _("法定途径"),
    "procedure": _("办事程序和时限"),
    "comfort": _("情绪疏导"),
    "other": _("其他"),
}
TALK_OUTCOMES = {
    "understood": _("表示明白"),
    "number": _("取号登记"),
    "route": _("去走法定途径"),
    "referred": _("转介帮助"),
    "thinking": _("再考虑"),
    "disagreed": _("不同意，仍可登记"),
}

# -- order in the hall
MEASURES = {"persuade": _("劝阻"), "criticise": _("批评"), "educate": _("教育")}
"""All that the hall's staff may do (《信访工作条例》第四十七条); whatever goes beyond is the police's."""
INCIDENT_KINDS = {
    "noise": _("吵闹、争执"),
    "threat": _("侮辱、威胁、殴打"),
    "property": _("毁坏财物"),
    "dangerous": _("携带危险物品、管制器具"),
    "blocking": _("围堵、拦截、非法聚集"),
    "staying": _("滞留、弃留他人"),
    "distress": _("突发疾病、自伤"),
    "other": _("其他"),
}
RECEIPT_WAYS = {"room": _("警务室扫码确认"), "paper": _("纸质接收单")}
ACCOUNT_WAYS = {"told": _("口述，工作人员照录"), "wrote": _("本人在页面上写"), "paper": _("本人写在纸上")}

LIFECYCLES = (TICKET, BOOKING, SERVICE_REFERRAL)

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
