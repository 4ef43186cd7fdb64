"""From a breach to a finding: the unit's statement, a supervisor's decision, its review. Pure.

Never automatic punishment: a finding says what happened, by whose post, for how many days; a person decides.
"""

from __future__ import annotations

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "国信发〔2015〕12号（十三）"
SUPERVISOR_ROLES = ("supervisor",)
UNIT_ROLES = ("department_head", "liaison")
SYSTEM = ("system",)
STATING = (*UNIT_ROLES, "hall_manager")
"""The hall's manager speaks where the period was the hall's own."""
REVIEWING = ("hall_manager", "leader")
"""The hall's manager; a leader where the period was the hall's own."""

FINDING = Lifecycle(
    name="finding",
    initial=("opened",),
    states=(
        State("opened", _("待责任单位说明")),
        State("stated", _("已说明，待认定")),
        State("unstated", _("逾期未说明，待认定")),
        State("upheld", _("已认定"), resting=True),
        State("reduced", _("部分认定"), resting=True),
        State("dismissed", _("不予认定"), resting=True),
        State("in_review", _("复核中")),
        State("confirmed", _("复核维持"), final=True),
        State("changed", _("复核变更"), final=True),
    ),
    moves=(
        Move("state_case", ("opened", "unstated", "stated"), "stated", STATING, ARTICLE),
        Move("lapse_statements", ("opened",), "unstated", SYSTEM, ARTICLE),
        Move("count_finding", ("opened", "stated", "unstated"), "opened", SYSTEM, ARTICLE),
        Move("uphold_finding", ("stated", "unstated"), "upheld", SUPERVISOR_ROLES, ARTICLE),
        Move("reduce_finding", ("stated", "unstated"), "reduced", SUPERVISOR_ROLES, ARTICLE),
        Move("dismiss_finding", ("stated", "unstated"), "dismissed", SUPERVISOR_ROLES, ARTICLE),
        Move("request_finding_review", ("upheld", "reduced"), "in_review", STATING, ARTICLE),
        Move("reopen_finding", ("dismissed",), "opened", SUPERVISOR_ROLES, ARTICLE),
        Move("confirm_finding", ("in_review",), "confirmed", REVIEWING, ARTICLE),
        Move("change_finding", ("in_review",), "changed", REVIEWING, ARTICLE),
    ),
)
HEARD = ("opened", "stated", "unstated")
"""Nobody has decided yet: what the record adds is still counted."""
DECIDED = ("upheld", "reduced", "dismissed", "in_review", "confirmed", "changed")
DECISIONS = {
    "uphold_finding": _("认定"),
    "reduce_finding": _("部分认定"),
    "dismiss_finding": _("不予认定"),
    "reopen_finding": _("重新认定"),
    "request_finding_review": _("申请复核"),
    "confirm_finding": _("复核维持"),
    "change_finding": _("复核变更"),
}
REPEATS = {"repeat": _("重复信访"), "skip_level": _("越级信访")}
LED_TO = {
    "late": _("前一事项超期"),
    "not_told": _("前一事项没有按期书面告知"),
    "not_served": _("前一事项的书面意见没有按期送达"),
    "unanswered": _("前一事项的诉求没有逐项答复"),
    "fault": _("前一事项有推诿、敷衍等问题"),
    "none": _("前一事项的办理没有发现问题"),
}
"""What the office did in the earlier matter before somebody came again."""
CAUSES = {
    "hall": _("大厅（信访部门）"),
    "handler": _("责任单位"),
    "taking_part": _("协办、会商单位"),
    "petitioner": _("信访人"),
    "lawful": _("依法中止、延长"),
}
"""Whose days they were."""
FAULTS = {
    "late": _("超期"),
    "not_served": _("没有依法送达"),
    "not_told": _("没有书面告知"),
    "passed_on": _("推诿"),
    "perfunctory": _("敷衍"),
    "untrue": _("弄虚作假"),
    "not_executed": _("拒不执行处理意见"),
}
"""What was wrong (《信访工作条例》第四十条第一款、第四十三条至第四十五条)."""
BY_HAND_FAULTS = tuple(code for code in FAULTS if code != "late")
"""A supervisor opens these, with evidence; the clock opens the late ones by itself."""
ABOUT_A_PERIOD = ("not_served", "not_told")
"""Faults that are always in a period of the matter; the others may be in none."""
