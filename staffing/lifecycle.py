"""Roles, levels, and the lives of a published reception, of a duty, a leave, a swap and a call-in. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD = "clerk", "guide", "liaison", "department_head"
LEADER, HALL_MANAGER, SUPERVISOR, ADMINISTRATOR = "leader", "hall_manager", "supervisor", "administrator"
PARTICIPANT = "participant"
SECURITY_ADMINISTRATOR, AUDITOR = "security_admin", "auditor"

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
    SECURITY_ADMINISTRATOR: _("安全管理员"),
    AUDITOR: _("审计管理员"),
}
THREE_ADMINISTRATORS = (ADMINISTRATOR, SECURITY_ADMINISTRATOR, AUDITOR)
"""Nobody holds two of them at once: who runs the house, who gives rights, who looks on (GB/T 22239-2019 8.1.5)."""
HALL_ROLES = (
    CLERK, GUIDE, HALL_MANAGER, SUPERVISOR, LEADER, ADMINISTRATOR, PARTICIPANT, SECURITY_ADMINISTRATOR, AUDITOR,
)  # fmt: skip
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
    "expert": _("专家"),
    "citizen": _("群众代表"),
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

ON_DUTY_ROLES = (CLERK, GUIDE, LIAISON, DEPARTMENT_HEAD, HALL_MANAGER)
"""Who sits at a window, at the guide desk, or is on call. Leaders and supervisors have a calendar of their own."""
AT_WINDOW_ROLES = (CLERK, LIAISON, HALL_MANAGER)
"""Who may take a window over by themselves; the same who may call from one."""

DUTY_KINDS = {"window": _("窗口"), "desk": _("引导台"), "on_call": _("随叫随驻")}
LEAVE_KINDS = {
    "annual": _("年休假"),
    "personal": _("事假"),
    "sick": _("病假"),
    "official": _("公出"),
    "training": _("培训"),
    "other": _("其他"),
}
ATTENDANCE_KINDS = {
    "in": _("到岗"),
    "away": _("离岗"),
    "back": _("回岗"),
    "out": _("下班"),
}

DUTY = Lifecycle(
    name="duty",
    initial=("planned",),
    states=(State("planned", _("已排班")), State("removed", _("已撤下"), final=True)),
    moves=(
        Move("save_duty", ("planned",), "planned", (HALL_MANAGER,)),
        Move("stand_in", ("planned",), "planned", AT_WINDOW_ROLES),
        Move("remove_duty", ("planned",), "removed", (HALL_MANAGER,)),
    ),
)
LEAVE = Lifecycle(
    name="leave",
    initial=("asked",),
    states=(
        State("asked", _("待批准")),
        State("agreed", _("单位已同意")),
        State("approved", _("已批准")),
        State("refused", _("未批准"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    moves=(
        Move("agree_leave", ("asked",), "agreed", (DEPARTMENT_HEAD,), "国信发〔2015〕12号（十二）"),
        Move("approve_leave", ("asked", "agreed"), "approved", (HALL_MANAGER,), "国信发〔2015〕12号（十二）"),
        Move("refuse_leave", ("asked", "agreed"), "refused", (DEPARTMENT_HEAD, HALL_MANAGER)),
        Move("withdraw_leave", ("asked", "agreed", "approved"), "withdrawn", ON_DUTY_ROLES),
    ),
)
DUTY_SWAP = Lifecycle(
    name="duty_swap",
    initial=("asked",),
    states=(
        State("asked", _("待对方同意")),
        State("agreed", _("待大厅批准")),
        State("approved", _("已换班"), final=True),
        State("refused", _("未换成"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    moves=(
        Move("agree_swap", ("asked",), "agreed", ON_DUTY_ROLES),
        Move("approve_swap", ("agreed",), "approved", (HALL_MANAGER,)),
        Move("refuse_swap", ("asked", "agreed"), "refused", ON_DUTY_ROLES),
        Move("withdraw_swap", ("asked", "agreed"), "withdrawn", ON_DUTY_ROLES),
    ),
)
CALL_IN = Lifecycle(
    name="call_in",
    initial=("called",),
    states=(State("called", _("已呼叫，未到")), State("answered", _("已到场"), final=True)),
    moves=(Move("answer_call_in", ("called",), "answered", ON_DUTY_ROLES),),
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
DEVICE_KINDS = {
    "display": _("叫号大屏"),
    "kiosk": _("取号机"),
    "printer": _("号票打印机"),
    "reader": _("身份证阅读器"),
}
LIFECYCLES = (RECEPTION, POSTING_END, HANDOVER, COMMITMENT, DUTY, LEAVE, DUTY_SWAP, CALL_IN, COMPLAINT)
