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

RANKS = {"principal": _("党政主要负责同志"), "member": _("班子成员")}
"""Of a leader who receives; the rules of rhythm name them."""
POSTED, SECONDED, STINT = "posted", "seconded", "stint"
KINDS = {
    POSTED: _("派驻"),
    SECONDED: _("挂职"),
    STINT: _("锻炼"),
}
"""How a person is at the hall. Seconded or for a stint, they remain people of their own unit."""
GROUNDS = {
    "death": _("去世"),
    "disability": _("丧失工作能力"),
    "illness": _("长期病休"),
    "left": _("调离、辞职或退休"),
    "discipline": _("停职或受处分"),
}
"""When an administrator may end a unit's person's posting early without the two sides having agreed."""

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
        Move("substitute_leader", ("published",), "published", (HALL_MANAGER,), "国信发〔2015〕12号（二）"),
        Move("substitute_leader", ("planned",), "planned", (HALL_MANAGER,)),
        Move("postpone_reception", ("published",), "published", (HALL_MANAGER,), "国信发〔2015〕12号（二）"),
        Move("postpone_reception", ("planned",), "planned", (HALL_MANAGER,)),
        Move("approve_reception", ("planned",), "planned", (LEADER, ADMINISTRATOR)),
        Move("cancel_reception", ("planned", "published"), "cancelled", (HALL_MANAGER,)),
        Move("hold_reception", ("published",), "held", (HALL_MANAGER, LEADER)),
    ),
)
POSTING_END = Lifecycle(
    name="posting_end",
    initial=("asked",),
    states=(
        State("asked", _("待对方答复")),
        State("agreed", _("双方同意"), final=True),
        State("refused", _("对方不同意"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    moves=(
        Move(
            "agree_posting_end",
            ("asked",),
            "agreed",
            (HALL_MANAGER, DEPARTMENT_HEAD),
            "国信发〔2015〕12号（十二）",
        ),
        Move("refuse_posting_end", ("asked",), "refused", (HALL_MANAGER, DEPARTMENT_HEAD)),
        Move("withdraw_posting_end", ("asked",), "withdrawn", (HALL_MANAGER, DEPARTMENT_HEAD)),
    ),
)
HANDOVER = Lifecycle(
    name="handover_note",
    initial=("written",),
    states=(
        State("written", _("待接收人签收")),
        State("accepted", _("双方已签"), final=True),
    ),
    moves=(
        Move("write_handover", ("written",), "written", tuple(ROLES)),
        Move("accept_handover", ("written",), "accepted", tuple(ROLES)),
    ),
)
COMMITMENT = Lifecycle(
    name="commitment",
    initial=("drafted",),
    states=(
        State("drafted", _("未公布")),
        State("published", _("已公布")),
        State("withdrawn", _("已撤下"), final=True),
    ),
    moves=(
        Move("save_commitment", ("drafted",), "drafted", (HALL_MANAGER,)),
        Move("publish_commitment", ("drafted",), "published", (HALL_MANAGER,), "国信发〔2015〕12号（十一）"),
        Move("withdraw_commitment", ("drafted", "published"), "withdrawn", (HALL_MANAGER,)),
    ),
)
LIFECYCLES = (RECEPTION, POSTING_END, HANDOVER, COMMITMENT)
