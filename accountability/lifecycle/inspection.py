"""Inspection (实地督查): planned, drawn by lot, checked on the spot, concluded, told to the public. Pure."""

from __future__ import annotations

from accountability.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

ARTICLE = "国信发〔2015〕12号（六）"
SUPERVISOR_ROLES = ("supervisor", "hall_manager")
APPROVER_ROLES = ("hall_manager", "leader")

INSPECTION = Lifecycle(
    name="inspection",
    initial=("planned",),
    states=(
        State("planned", _("已计划，待抽样")),
        State("drawn", _("已抽样，实地核查中")),
        State("concluded", _("已形成结果"), resting=True),
        State("published", _("已公开"), resting=True),
        State("withdrawn", _("已撤回"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    moves=(
        Move("draw_sample", ("planned",), "drawn", SUPERVISOR_ROLES, ARTICLE),
        Move("cancel_inspection", ("planned", "drawn"), "cancelled", SUPERVISOR_ROLES),
        Move("conclude_inspection", ("drawn", "concluded"), "concluded", SUPERVISOR_ROLES, ARTICLE),
        Move("publish_inspection", ("concluded",), "published", APPROVER_ROLES, ARTICLE),
        Move("withdraw_inspection", ("published",), "withdrawn", APPROVER_ROLES),
    ),
)
STRATA = {"low_rated": _("评价为不满意的事项"), "resolved": _("办结的事项")}
"""From what is drawn, in this order: a case that is in both counts among the low-rated."""
CHECKS = {
    "in_order": _("属实，办理到位"),
    "minor": _("基本属实，有不足"),
    "problem": _("不属实，或者没有落实"),
}
"""What was found on the spot, against what the file says."""
