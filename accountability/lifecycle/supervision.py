"""Supervision (督办): opened by a trigger or by hand, answered by a day, verified, closed. Pure."""

from __future__ import annotations

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "《信访工作条例》第四十条"
SUPERVISOR_ROLES = ("supervisor", "hall_manager")
UNIT_ROLES = ("liaison", "department_head")

SUPERVISION = Lifecycle(
    name="supervision",
    initial=("proposed", "open"),
    states=(
        State("proposed", _("系统提出，待督查确认")),
        State("dismissed", _("不督办"), final=True),
        State("open", _("督办中")),
        State("answered", _("已反馈，待核实")),
        State("closed", _("已办结"), final=True),
    ),
    moves=(
        Move("confirm_supervision", ("proposed",), "open", SUPERVISOR_ROLES, ARTICLE),
        Move("dismiss_supervision", ("proposed",), "dismissed", SUPERVISOR_ROLES),
        Move("answer_supervision", ("open",), "answered", UNIT_ROLES, ARTICLE),
        Move("return_supervision", ("answered",), "open", SUPERVISOR_ROLES, ARTICLE),
        Move("close_supervision", ("open", "answered"), "closed", SUPERVISOR_ROLES, ARTICLE),
    ),
)
TRIGGERS = {
    "half_time": _("期限过半没有办理记录（DB01）"),
    "came_again": _("信访人再次来访或者上级催问（DB02）"),
    "returned": _("反馈退回后没有重新提交（DB03）"),
    "helper_silent": _("协办单位逾期没有意见（DB04）"),
    "overdue": _("超过法定期限"),
    "low_rating": _("评价为不满意"),
    "against_rules": _("违反规定受理、办理"),
    "not_executed": _("拒不执行处理意见"),
    "passed_on": _("推诿"),
    "perfunctory": _("敷衍"),
    "delay": _("拖延"),
    "untrue": _("弄虚作假"),
    "by_hand": _("督查员决定"),
}
SWEPT = ("half_time", "came_again", "returned", "helper_silent", "overdue", "low_rating")
"""What the system finds by itself and proposes; nothing more comes of it until a person has confirmed."""
BY_HAND = (
    "against_rules", "passed_on", "perfunctory", "delay", "untrue", "not_executed", "came_again", "overdue", "by_hand",
)  # fmt: skip
"""The grounds of 《信访工作条例》第四十条 that a supervisor may name."""
OUTCOMES = {
    "done": _("已经整改"),
    "partly": _("部分整改"),
    "not_done": _("没有整改"),
    "needless": _("不再需要督办"),
}
"""What the supervisor found when verifying."""
