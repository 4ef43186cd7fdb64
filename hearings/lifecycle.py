"""The lives of a hearing and of what hangs on it: states, moves, roles, articles, code lists. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    return text


ARTICLE = "国信发〔2015〕12号（七）"
ORGANISER_ROLES = ("liaison", "department_head", "hall_manager")
"""Who runs it: the people of the unit that handles or reviews the matter; the manager for the petition office."""
DECIDE_ROLES = ("department_head", "hall_manager")
DESK_ROLES = ("clerk", "hall_manager", "liaison")
_BEFORE = ("preparing", "scheduled")

HEARING = Lifecycle(
    name="hearing",
    initial=("requested", "preparing"),
    states=(
        State("requested", _("申请待决定")),
        State("preparing", _("筹备中")),
        State("scheduled", _("已定时间地点")),
        State("in_session", _("正在举行")),
        State("suspended", _("已中止")),
        State("deliberating", _("合议中")),
        State("concluded", _("已作出结论"), final=True),
        State("refused", _("不举行"), final=True),
        State("withdrawn", _("申请已撤回"), final=True),
        State("ended", _("已终止"), final=True),
    ),
    moves=(
        Move("grant_hearing", ("requested",), "preparing", DECIDE_ROLES, ARTICLE),
        Move("refuse_hearing", ("requested",), "refused", DECIDE_ROLES, ARTICLE),
        Move("withdraw_hearing", ("requested", *_BEFORE), "withdrawn", DESK_ROLES),
        # Silence counts as granted where the local rule says so.
        Move("grant_by_silence", ("requested",), "preparing", ("system",), ARTICLE),
        Move("set_openness", _BEFORE[:1], "preparing", DECIDE_ROLES, ARTICLE),
        Move("draw_panel", ("preparing",), "preparing", ORGANISER_ROLES, ARTICLE),
        Move("schedule_hearing", ("preparing",), "scheduled", ORGANISER_ROLES, ARTICLE),
        Move("notify_parties", ("scheduled",), "scheduled", ORGANISER_ROLES, ARTICLE),
        Move("announce_hearing", ("scheduled",), "scheduled", ORGANISER_ROLES, ARTICLE),
        Move("postpone_hearing", ("scheduled",), "preparing", DECIDE_ROLES, ARTICLE),
        Move("start_hearing", ("scheduled",), "in_session", ORGANISER_ROLES, ARTICLE),
        Move(
            "suspend_hearing", ("scheduled", "in_session", "deliberating"), "suspended", DECIDE_ROLES, ARTICLE
        ),
        Move("resume_hearing", ("suspended",), "preparing", DECIDE_ROLES, ARTICLE),
        Move("close_session", ("in_session",), "deliberating", ORGANISER_ROLES, ARTICLE),
        Move("conclude_hearing", ("deliberating",), "concluded", ORGANISER_ROLES, ARTICLE),
        Move(
            "end_hearing",
            (*_BEFORE, "in_session", "suspended", "deliberating"),
            "ended",
            DECIDE_ROLES,
            ARTICLE,
        ),
        Move(
            "lapse_hearings",
            ("requested", *_BEFORE, "in_session", "suspended", "deliberating"),
            "ended",
            ("system",),
        ),
    ),
)
SEAT = Lifecycle(
    name="panel_seat",
    initial=("seated",),
    states=(
        State("seated", _("已确定")),
        State("recused", _("已回避"), final=True),
        State("replaced", _("已更换"), final=True),
    ),
    moves=(
        Move("decide_recusal", ("seated",), "recused", DECIDE_ROLES, ARTICLE),
        Move("replace_member", ("seated",), "replaced", ORGANISER_ROLES, ARTICLE),
    ),
)
PUBLIC_SEAT = Lifecycle(
    name="public_seat",
    initial=("asked",),
    states=(
        State("asked", _("已登记")),
        State("cancelled", _("已取消"), final=True),
        State("came", _("已到场"), resting=True),
    ),
    moves=(
        Move("cancel_seat", ("asked",), "cancelled", ("public", *ORGANISER_ROLES)),
        Move("suspend_hearing", ("came",), "asked", DECIDE_ROLES),
        Move("admit_public", ("asked",), "came", (*ORGANISER_ROLES, "clerk", "guide")),
    ),
)
LIFECYCLES = (HEARING, SEAT, PUBLIC_SEAT)

ORIGINS = {"request": _("信访人申请"), "own_motion": _("依职权举行")}
OPEN_GROUNDS = {
    "major": _("重大"),
    "complex": _("复杂、疑难"),
    "contested": _("各方争议大"),
    "long": _("长期没有解决"),
}
"""Why a unit holds one of its own motion."""
HEARING_STAGES = {"handle": _("办理"), "review": _("复查"), "reexamine": _("复核")}
"""In which procedure it is held; the word is also the kind of the clock that runs there."""
STAGE_OF_STATE = {"accepted": "handle", "in_review": "review", "in_reexamination": "reexamine"}
"""State of the case → that procedure; in every other state there is nothing for a hearing to find out."""
OPEN = tuple(state.code for state in HEARING.states if not state.final)
CLOSED_GROUNDS = {"state_secret": _("涉及国家秘密"), "privacy": _("涉及个人隐私")}
"""The only reasons for which a hearing is not public."""
OPENNESS = {
    "": _("公开举行"),
    "state_secret": _("不公开举行（涉及国家秘密）"),
    "privacy": _("不公开举行（涉及个人隐私）"),
}
"""The same in words for journal and papers; "" is public."""
PANEL_ROLES = {"presider": _("主持人"), "member": _("听证员"), "recorder": _("记录员")}
CATEGORIES = {
    "deputy": _("人大代表"),
    "cppcc": _("政协委员"),
    "lawyer": _("律师"),
    "expert": _("专家学者"),
    "citizen": _("群众代表"),
    "party_delegate": _("党代表"),
    "elder": _("五老人员"),
    "other": _("其他社会人士"),
}
RECUSAL_GROUNDS = {
    "handled": _("办理过本事项"),
    "unit": _("与承办单位有人事关系"),
    "party": _("是当事人或者其近亲属"),
    "interest": _("与本事项有利害关系"),
    "other": _("其他可能影响公正的"),
}
NOTICE_TO = {
    "petitioner": _("信访人"),
    "agent": _("代理人"),
    "unit": _("承办单位"),
    "presider": _("主持人"),
    "member": _("听证员"),
    "recorder": _("记录员"),
    "witness": _("证人"),
    "third_party": _("利害关系人"),
}
STEP_KINDS = {
    "rules": _("宣读纪律，核对身份，告知权利"),
    "petitioner": _("信访人陈述"),
    "unit": _("承办单位说明"),
    "questions": _("听证员询问"),
    "evidence": _("举证、质证"),
    "debate": _("相互辩论"),
    "last_petitioner": _("信访人最后陈述"),
    "last_unit": _("承办单位最后陈述"),
    "recess": _("休会合议"),
    "result": _("宣布结论"),
}
POSTPONE_GROUNDS = {
    "party": _("当事人有正当理由不能到场"),
    "panel": _("主持人、听证员不能到场或者回避"),
    "evidence": _("需要通知新的证人、调取新的证据"),
    "force": _("不可抗力"),
    "notice": _("通知没有在期限前送达"),
    "other": _("其他正当理由"),
}
SUSPEND_GROUNDS = {
    "party": _("当事人丧失能力或者死亡，需要确定代理人、继承人"),
    "force": _("不可抗力"),
    "expert": _("需要鉴定、重新勘验"),
    "order": _("秩序无法维持"),
    "other": _("其他应当中止的"),
}
END_GROUNDS = {
    "withdrawn": _("信访人撤回申请"),
    "no_show": _("信访人无正当理由不到场或者中途退场"),
    "settled": _("已经达成和解、问题已经解决"),
    "died": _("信访人死亡，没有继承人或者继承人放弃"),
    "lapsed": _("事项已经结束或者进入下一程序"),
    "other": _("其他应当终止的"),
}
FINDINGS = {
    "supported": _("诉求成立"),
    "partly": _("诉求部分成立"),
    "not_supported": _("诉求不成立"),
}
SIGNED = {"signed": _("已签名"), "refused": _("拒绝签名"), "absent": _("已离场")}
