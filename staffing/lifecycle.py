"""Roles, levels, and the life of a leader's published reception. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State

CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD = "clerk", "guide", "liaison", "department_head"
LEADER, HALL_MANAGER, SUPERVISOR, ADMINISTRATOR = "leader", "hall_manager", "supervisor", "administrator"

ROLES = {
    CLERK: "登记员",
    GUIDE: "引导员",
    LIAISON: "部门联络员",
    DEPARTMENT_HEAD: "部门负责人",
    LEADER: "接访领导",
    HALL_MANAGER: "大厅负责人",
    SUPERVISOR: "督查员",
    ADMINISTRATOR: "系统管理员",
}
HALL_ROLES = (CLERK, GUIDE, HALL_MANAGER, SUPERVISOR, LEADER, ADMINISTRATOR)
DEPARTMENT_ROLES = (LIAISON, DEPARTMENT_HEAD)

LEVELS = {"national": "国家", "provincial": "省", "municipal": "市", "county": "县", "township": "乡镇"}
LEVEL_ORDER = tuple(LEVELS)

RECEPTION = Lifecycle(
    name="leader_reception",
    initial=("planned",),
    states=(
        State("planned", "已安排，未公布"),
        State("published", "已公布"),
        State("cancelled", "已取消", final=True),
        State("held", "已接访", final=True),
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
