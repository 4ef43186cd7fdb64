"""Roles, levels, and the life of a leader's published reception. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD = "clerk", "guide", "liaison", "department_head"
LEADER, HALL_MANAGER, SUPERVISOR, ADMINISTRATOR = "leader", "hall_manager", "supervisor", "administrator"

ROLES = {
    CLERK: _("登记员"),
    GUIDE: _("引导员"),
    LIAISON: _("部门联络员"),
    DEPARTMENT_HEAD: _("部门负责人"),
    LEADER: _("接访领导"),
    HALL_MANAGER: _("大厅负责人"),
    SUPERVISOR: _("督查员"),
    ADMINISTRATOR: _("系统管理员"),
}
HALL_ROLES = (CLERK, GUIDE, HALL_MANAGER, SUPERVISOR, LEADER, ADMINISTRATOR)
DEPARTMENT_ROLES = (LIAISON, DEPARTMENT_HEAD)

LEVELS = {
    "national": _("国家"),
    "provincial": _("省"),
    "municipal": _("市"),
    "county": _("县"),
    "township": _("乡镇"),
}
LEVEL_ORDER = tuple(LEVELS)

RECEPTION = Lifecycle(
    name="leader_reception",
    initial=("planned",),
    states=(
        State("planned", _("已安排，未公布")),
        State("published", _("已公布")),
        State("cancelled", _("已取消"), final=True),
        State("held", _("已接访"), final=True),
    ),
    moves=(
        Move("publish_reception", ("planned",), "published", (HALL_MANAGER,), "国信发〔2015〕12号（二）"),
        Move("change_reception", ("published",), "published", (HALL_MANAGER,), "国信发〔2015〕12号（二）"),
        Move("change_reception", ("planned",), "planned", (HALL_MANAGER,)),
        Move("cancel_reception", ("planned", "published"), "cancelled", (HALL_MANAGER,)),
        Move("hold_reception", ("published",), "held", (HALL_MANAGER, LEADER)),
    ),
)
COMPLAINT = Lifecycle(
    name="complaint",
    initial=("received",),
    states=(
        State("received", _("已收到，待答复")),
        State("answered", _("已答复"), final=True),
        State("forwarded", _("已转交纪检监察机构"), final=True),
    ),
    moves=(
        Move("answer_complaint", ("received",), "answered", (SUPERVISOR, HALL_MANAGER)),
        Move("forward_complaint", ("received",), "forwarded", (SUPERVISOR, HALL_MANAGER)),
    ),
)
COMPLAINT_ABOUT = {
    "service": _("服务态度"),
    "conduct": _("工作纪律、作风"),
    "waiting": _("等候、叫号"),
    "place": _("场所设施、无障碍"),
    "website": _("网站内容有误或者不好用"),
    "other": _("其他"),
}
LIFECYCLES = (RECEPTION, COMPLAINT)
