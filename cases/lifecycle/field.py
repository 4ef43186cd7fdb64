"""Leaders going down with a case, taking charge of one, and what is published of it: states and words. Pure."""

from __future__ import annotations

from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "国信发〔2015〕12号（三）"
WHO_LEADS = ("hall_manager", "leader")
"""Who plans a visit and takes charge: the hall's manager for the leader, or the leader."""

OUTCOMES_OF_VISIT = {
    "resolved": _("已化解"),
    "partly": _("部分化解"),
    "not_resolved": _("未化解"),
}
OUTCOMES_OF_CHARGE = {
    "resolved": _("已化解"),
    "handed_over": _("移交其他领导或者单位"),
    "not_resolved": _("未化解"),
}
NOTICE_KINDS = {
    "field_visit": _("带案下访"),
    "sponsorship": _("领导包案"),
    "case": _("事项办理"),
}
SELECTIONS = {
    "assigned": _("上级或者本级交办、要求反馈"),
    "repeats": _("重复信访达到次数"),
    "people": _("涉及人数达到"),
    "years": _("超过年数没有解决"),
}
"""Why a matter is proposed for a leader to take charge of."""
PUBLISHABLE = ("closed", "settled", "replied", "finally_closed")
"""Ends of a case whose result may be told to the public."""

FIELD_VISIT = Lifecycle(
    name="field_visit",
    initial=("planned",),
    states=(
        State("planned", _("已安排")),
        State("made", _("已下访，待化解")),
        State("concluded", _("已有结果"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    moves=(
        Move("change_field_visit", ("planned",), "planned", WHO_LEADS),
        Move("cancel_field_visit", ("planned",), "cancelled", WHO_LEADS),
        Move("record_field_visit", ("planned",), "made", WHO_LEADS, ARTICLE),
        Move("conclude_field_visit", ("made",), "concluded", WHO_LEADS, ARTICLE),
    ),
)
SPONSORSHIP = Lifecycle(
    name="sponsorship",
    initial=("running",),
    states=(State("running", _("化解中")), State("ended", _("已结束"), final=True)),
    moves=(
        Move("record_progress", ("running",), "running", (*WHO_LEADS, "liaison", "department_head"), ARTICLE),
        Move("extend_sponsorship", ("running",), "running", WHO_LEADS, ARTICLE),
        Move("end_sponsorship", ("running",), "ended", WHO_LEADS, ARTICLE),
    ),
)
_WRITERS = ("hall_manager", "leader", "clerk", "liaison", "department_head")
RESULT_NOTICE = Lifecycle(
    name="result_notice",
    initial=("draft",),
    states=(
        State("draft", _("待审批")),
        State("published", _("已公开")),
        State("withdrawn", _("已撤回"), final=True),
        State("dropped", _("不公开，作废"), final=True),
    ),
    moves=(
        Move("edit_result", ("draft",), "draft", _WRITERS, ARTICLE),
        Move("return_result", ("draft",), "draft", WHO_LEADS, ARTICLE),
        Move("approve_result", ("draft",), "published", WHO_LEADS, ARTICLE),
        Move("drop_result", ("draft",), "dropped", _WRITERS),
        Move("withdraw_result", ("published",), "withdrawn", WHO_LEADS),
    ),
)
