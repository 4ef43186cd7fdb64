"""The yearly assessment (考核) of the units in a hall: its scheme, its life, and from what points may come. Pure.

What may be counted is the closed lists `RATES` and `EVENTS`: service to the petitioner, and what a person has found.
Neither holds how many petitions, repeats or upward visits there were, nor who petitioned, and no item can name what
is not in them (国办发〔2013〕年起不再排名通报; practice.md §5).
"""

from __future__ import annotations

from decimal import Decimal

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

SYSTEM = ("system",)
OFFICE = ("supervisor", "hall_manager")
MANAGER = ("hall_manager",)
LEADER = ("leader",)
DECIDERS = ("hall_manager", "leader")
UNIT = ("department_head", "liaison")

SCHEME = Lifecycle(
    name="assessment_scheme",
    initial=("draft",),
    states=(
        State("draft", _("起草中")),
        State("published", _("已发布"), resting=True),
        State("closed", _("已停用"), final=True),
    ),
    moves=(
        Move("edit_scheme", ("draft",), "draft", MANAGER),
        Move("publish_scheme", ("draft",), "published", LEADER),
        Move("close_scheme", ("published",), "closed", MANAGER),
    ),
)
ASSESSMENT = Lifecycle(
    name="assessment",
    initial=("drawn_up",),
    states=(
        State("drawn_up", _("已算出，待送达")),
        State("sent", _("已送达，待单位说明")),
        State("stated", _("单位已说明，待决定")),
        State("lapsed", _("单位逾期未说明，待决定")),
        State("decided", _("已决定，可以申诉")),
        State("appealed", _("申诉中")),
        State("final", _("已定，待归档")),
        State("filed", _("已归档"), final=True),
    ),
    moves=(
        Move("redraw_assessment", ("drawn_up",), "drawn_up", OFFICE),
        Move("enter_deduction", ("drawn_up",), "drawn_up", OFFICE),
        Move("send_assessment", ("drawn_up",), "sent", OFFICE),
        Move("state_assessment", ("sent", "stated", "lapsed"), "stated", UNIT),
        Move("lapse_assessments", ("sent",), "lapsed", SYSTEM),
        Move("decide_assessment", ("stated", "lapsed"), "decided", DECIDERS),
        Move("accept_assessment", ("decided",), "final", UNIT),
        Move("appeal_assessment", ("decided",), "appealed", UNIT),
        Move("decide_appeal", ("appealed",), "final", DECIDERS),
        Move("finalise_assessments", ("decided",), "final", SYSTEM),
        Move("file_assessment", ("final",), "filed", OFFICE),
        Move("acknowledge_assessment", ("filed",), "filed", (*UNIT, *OFFICE)),
    ),
)
ASSESSED_EVENT = Lifecycle(
    name="assessed_event",
    initial=("counted",),
    states=(
        State("counted", _("计入"), resting=True),
        State("restored", _("不再计入"), final=True),
        State("fallen", _("依据不再成立，不计"), final=True),
    ),
    moves=(
        Move("decide_assessment", ("counted",), "restored", DECIDERS),
        Move("decide_appeal", ("counted",), "restored", DECIDERS),
        Move("let_fall", ("counted",), "fallen", (*DECIDERS, "system")),
    ),
)
"""Only ever in the unit's favour: what was once given back is never counted again."""
FROZEN = ("final", "filed")
SEEN_BY_UNIT = ("sent", "stated", "lapsed", "decided", "appealed", "final", "filed")

SAY_DAYS = 5
"""Working days for the unit's statement, and for its appeal."""
WHOLE = Decimal(100)

ITEM_KINDS = {
    "rate": _("按比率得分"),
    "deduct": _("按次扣分"),
    "manual": _("凭文书扣分"),
}
RATES = {
    "accept_unit": _("及时受理率（责任单位）"),
    "notice": _("按期受理告知率"),
    "answer": _("按期答复率"),
    "close": _("按期办结率"),
    "contact": _("初次信访联系率"),
    "satisfied_unit": _("满意率（对责任单位）"),
}
"""Codes of `indicators.toml`. Not among them: anything that counts petitions, repeats, skip-level or upward visits,
and 一次性化解率 and 参评率, which fall when a petitioner comes again or does not rate."""
EVENTS = {
    "finding_late": _("认定的超期办理"),
    "finding_notice": _("认定的逾期或者没有书面告知"),
    "finding_service": _("认定的没有依法送达"),
    "finding_conduct": _("认定的推诿、敷衍、弄虚作假、拒不执行"),
    "supervision_late": _("督办逾期反馈"),
    "document_returned": _("督办反馈被退回"),
    "no_record": _("核实的期限过半没有办理记录"),
    "conduct": _("督办核实的违规、推诿、敷衍"),
    "rating_low": _("回访、督办核实的不满意"),
    "opinion_revoked": _("处理意见被撤销或者责令重新办理"),
    "absence": _("排班无人到岗"),
}
MANUAL = "document"
SOURCES = {**RATES, **EVENTS, MANUAL: _("已出具的文书")}
SOURCES_OF = {"rate": tuple(RATES), "deduct": tuple(EVENTS), "manual": (MANUAL,)}

STEPS = {
    "draw_up_assessments": _("算出得分"),
    "redraw_assessment": _("重新算出得分"),
    "enter_deduction": _("凭文书记入扣分"),
    "send_assessment": _("送达单位"),
    "state_assessment": _("单位说明"),
    "lapse_assessments": _("单位逾期未说明"),
    "decide_assessment": _("作出决定"),
    "accept_assessment": _("单位没有异议"),
    "appeal_assessment": _("单位申诉"),
    "decide_appeal": _("对申诉作出决定"),
    "finalise_assessments": _("申诉期满，得分已定"),
    "file_assessment": _("出具文书，归档"),
    "acknowledge_assessment": _("签收"),
}
COPIES = {"home": _("派出单位"), "personnel": _("组织人事部门")}
