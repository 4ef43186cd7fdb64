"""What follows from findings: the criticism notice (通报) and the advice (建议), each drafted by one person,
approved by another, served on paper, answered by a day. Pure.

Never automatic: no move here has the system as its role.
"""

from __future__ import annotations

import datetime as dt

from accountability.lifecycle.words import _
from hall.clock import Term, Unit
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "《信访工作条例》第四十条"
ADVICE_ARTICLE = "《信访工作条例》第十四条、第四十条"
OFFICE = ("supervisor", "hall_manager")
"""Who drafts, serves and closes."""
APPROVERS = ("leader",)
UNIT = ("department_head", "liaison")

AGAINST_UNIT = ("upheld", "reduced", "confirmed", "changed")
"""Findings that something may follow from: never a dismissed one, nor one that is open or under review. A late one
that a review left without a day is none of them, whatever it is called.
"""

CRITICISM = Lifecycle(
    name="criticism",
    initial=("submitted",),
    states=(
        State("submitted", _("待审批")),
        State("returned", _("已退回，待修改")),
        State("withdrawn", _("已撤回"), final=True),
        State("served", _("已送达，待整改反馈")),
        State("closed", _("已了结"), resting=True),
        State("revoked", _("已撤销"), final=True),
    ),
    moves=(
        Move("edit_criticism", ("submitted", "returned"), "submitted", OFFICE),
        Move("return_criticism", ("submitted",), "returned", APPROVERS),
        Move("withdraw_criticism", ("submitted", "returned"), "withdrawn", OFFICE),
        Move("approve_criticism", ("submitted",), "served", APPROVERS, ARTICLE),
        Move("acknowledge_criticism", ("served",), "served", UNIT),
        Move("answer_criticism", ("served",), "served", UNIT, ARTICLE),
        Move("close_criticism", ("served",), "closed", OFFICE),
        Move("ask_criticism_revocation", ("served",), "served", OFFICE),
        Move("ask_criticism_revocation", ("closed",), "closed", OFFICE),
        Move("revoke_criticism", ("served", "closed"), "revoked", APPROVERS),
    ),
)
CRITICISM_UNIT = Lifecycle(
    name="criticism_unit",
    initial=("named",),
    states=(
        State("named", _("未送达"), resting=True),
        State("served", _("已送达，待签收")),
        State("received", _("已签收，待反馈")),
        State("answered", _("已反馈整改"), final=True),
    ),
    moves=(
        Move("approve_criticism", ("named",), "served", APPROVERS, ARTICLE),
        Move("acknowledge_criticism", ("served",), "received", UNIT),
        Move("answer_criticism", ("served", "received", "answered"), "answered", UNIT, ARTICLE),
    ),
)
ISSUED = ("issued", "served", "replied", "closed")
"""Advice that is on paper: what it says may have to be taken back."""
ADVICE = Lifecycle(
    name="advice",
    initial=("submitted",),
    states=(
        State("submitted", _("待审批")),
        State("returned", _("已退回，待修改")),
        State("withdrawn", _("已撤回"), final=True),
        State("issued", _("已出具，待送达")),
        State("served", _("已送达，待答复")),
        State("replied", _("已答复，跟踪落实")),
        State("closed", _("已了结"), resting=True),
        State("revoked", _("已撤销"), final=True),
    ),
    moves=(
        Move("edit_advice", ("submitted", "returned"), "submitted", OFFICE),
        Move("return_advice", ("submitted",), "returned", APPROVERS),
        Move("withdraw_advice", ("submitted", "returned"), "withdrawn", OFFICE),
        Move("approve_advice", ("submitted",), "issued", APPROVERS, ADVICE_ARTICLE),
        Move("serve_advice", ("issued",), "served", OFFICE),
        Move("reply_advice", ("served", "replied"), "replied", (*UNIT, *OFFICE), ADVICE_ARTICLE),
        Move("record_adoption", ("replied",), "replied", (*UNIT, *OFFICE)),
        Move("close_advice", ("replied",), "closed", OFFICE),
        *(Move("ask_advice_revocation", (state,), state, OFFICE) for state in ISSUED),
        Move("revoke_advice", ISSUED, "revoked", APPROVERS),
    ),
)
ADVICE_KINDS = {
    "improve": _("改进工作"),
    "policy": _("完善政策"),
    "liability": _("追究责任"),
}
"""改进工作 to a unit; 完善政策 to the party committee or government; 追究责任 to the unit with authority, and only
where a serious consequence is stated (《信访工作条例》第十四条、第四十条).
"""
ADVICE_BASIS = {
    "improve": "《信访工作条例》第十四条第一款第六项、第四十条第一款",
    "policy": "《信访工作条例》第十四条第一款第六项、第四十条第一款",
    "liability": "《信访工作条例》第四十条第一款、第四十五条",
}
"""What is proposed as the basis; the person who drafts names the very article."""
ADOPTED = {
    "adopted": _("采纳"),
    "partly": _("部分采纳"),
    "declined": _("不采纳"),
}
ADOPTION_STEPS = {
    "progress": _("正在落实"),
    "done": _("已经落实"),
    "given_up": _("不再落实"),
}
ADVICE_REPLY = Term(
    code="advice_reply",
    law="r22",
    name="答复建议",
    name_en="Reply to advice",
    days=30,
    unit=Unit.NATURAL,
    article=ADVICE_ARTICLE,
    article_en="Art. 14 and 40, Regulations on Petition Work (2022)",
    in_force_from=dt.date(2022, 5, 1),
    rule="收到建议的单位应当书面答复采纳情况。条例没有规定日数，本厅规则为30日，起草时可以另定5日至90日。",
    rule_en="Who gets advice replies in writing. No number is given; the hall's own is 30 days, 5 to 90 when drafted.",
)
REPLY_LEAST, REPLY_MOST = 5, 90
REMINDERS = ((-3, "receiver"), (0, "receiver"), (1, "leader"))
"""Working days before (-) or after the reply date, and who is told: the unit's people (the hall's, where advice went
outside); the hall's leaders, when it is late.
"""
