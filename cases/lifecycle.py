"""The life of a case and of a referral, as far as the hall carries it. Pure.

Triage decides between the moves that leave `registered`; every one of them has its article and its paper.
"""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State

TRIAGE_ROLES = ("clerk", "hall_manager")
HANDLER_ROLES = ("liaison", "department_head")

CASE = Lifecycle(
    name="case",
    initial=("registered",),
    states=(
        State("registered", "已登记，待甄别"),
        State("accepted", "办理中"),
        State("forwarded", "已转送"),
        State("declined", "不予受理", final=True),
        State("declined_closed", "不再受理", final=True),
        State("guided", "已引导", final=True),
        State("withdrawn", "已撤回", final=True),
    ),
    moves=(
        Move("accept_case", ("registered",), "accepted", TRIAGE_ROLES, "《信访工作条例》第二十二条、第二十三条"),
        Move("forward_case", ("registered",), "forwarded", TRIAGE_ROLES, "《信访工作条例》第二十二条"),
        Move("decline_case", ("registered",), "declined", TRIAGE_ROLES, "《信访工作条例》第十九条、第二十三条"),
        Move("decline_closed_case", ("registered",), "declined_closed", TRIAGE_ROLES, "《信访工作条例》第三十六条"),
        Move("guide_case", ("registered",), "guided", TRIAGE_ROLES, "《信访工作条例》第二十条、第三十一条"),
        Move("receive_case", ("forwarded",), "accepted", HANDLER_ROLES, "《信访工作条例》第二十三条"),
        Move("withdraw_case", ("registered", "accepted", "forwarded"), "withdrawn", (*TRIAGE_ROLES, *HANDLER_ROLES)),
    ),
)
LIFECYCLES = (CASE,)

CHANNELS = {"visit": "来访", "letter": "来信", "online": "网信", "phone": "来电", "other": "其他"}
CHANNEL_CODES = {"visit": "LF", "letter": "LX", "online": "WX", "phone": "LD", "other": "QT"}
PURPOSES = {
    "suggestion": "意见建议",
    "appeal": "申诉",
    "request": "求决",
    "accusation": "揭发控告",
    "inquiry": "咨询",
    "other": "其他",
}
CLASSES = {"suggestion": "建议意见", "accusation": "检举控告", "claim": "申诉求决"}
CLASS_OF_PURPOSE = {
    "suggestion": "suggestion",
    "accusation": "accusation",
    "appeal": "claim",
    "request": "claim",
    "inquiry": "suggestion",
    "other": "claim",
}
ID_KINDS = {
    "resident": "居民身份证",
    "hkmo": "港澳居民来往内地通行证",
    "taiwan": "台湾居民来往大陆通行证",
    "passport": "护照",
    "officer": "军官证",
    "household": "户口簿",
    "other": "其他证件",
    "none": "未出示证件",
}
OUTCOMES = {
    "accept_case": "受理，确定首办单位",
    "forward_case": "转送有权处理的单位",
    "decline_case": "不予受理",
    "decline_closed_case": "不再受理",
    "guide_case": "引导至有权机关或法定途径",
}
