"""Roles, levels, and the life of a leader's published reception. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD = "clerk", "guide", "liaison", "department_head"
LEADER, HALL_MANAGER, SUPERVISOR, ADMINISTRATOR = "leader", "hall_manager", "supervisor", "administrator"
PARTICIPANT = "participant"

ROLES = {
    CLERK: _("登记员"),
    GUIDE: _("引导员"),
    LIAISON: _("部门联络员"),
    DEPARTMENT_HEAD: _("部门负责人"),
    LEADER: _("接访领导"),
    HALL_MANAGER: _("大厅负责人"),
    SUPERVISOR: _("督查员"),
    ADMINISTRATOR: _("系统管理员"),
    PARTICIPANT: _("社会力量"),
}
HALL_ROLES = (CLERK, GUIDE, HALL_MANAGER, SUPERVISOR, LEADER, ADMINISTRATOR, PARTICIPANT)
DEPARTMENT_ROLES = (LIAISON, DEPARTMENT_HEAD)

LEVELS = {
    "national": _("国家"),
    "provincial": _("省"),
    "municipal": _("市"),
    "county": _("县"),
    "township": _("乡镇"),
}
LEVEL_ORDER = tuple(LEVELS)

PARTICIPANT_KINDS = {
    "lawyer": _("律师"),
    "psychologist": _("心理咨询师"),
    "social_worker": _("社会工作者"),
    "party_delegate": _("党代表"),
    "deputy": _("人大代表"),
    "cppcc": _("政协委员"),
    "elder_cadre": _("老干部"),
    "elder_party": _("老党员"),
    "elder_model": _("老模范"),
    "elder_teacher": _("老教师"),
    "elder_soldier": _("老军人"),
    "organisation": _("社会组织"),
}
LICENSED = ("lawyer", "psychologist")
ELECTED = ("party_delegate", "deputy", "cppcc")
PSYCHOLOGIST = "psychologist"

HALVES = {"am": _("上午"), "pm": _("下午")}

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
LIFECYCLES = (RECEPTION,)
