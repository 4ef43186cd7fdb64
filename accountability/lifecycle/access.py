"""Which verbs of the journal are looks at people's data, and from where on such looking is worth a look. Pure."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass


def _(text: str) -> str:
    """Marks a word for the English catalogue; pages translate it where they show it."""
    return text


UNMASKED, LOOKED_UP, TAKEN_OUT, READ_IN = "unmasked", "looked_up", "taken_out", "read_in"
READ_KINDS = {
    UNMASKED: _("查看完整信息"),
    LOOKED_UP: _("查询以往信访"),
    TAKEN_OUT: _("导出清单"),
    READ_IN: _("读入清单"),
}
READS = {
    # verb: kind, what was seen
    "reveal_person": (UNMASKED, _("证件号码、电话、住址")),
    "reveal_booking": (UNMASKED, _("预约人姓名、电话")),
    "read_incident": (UNMASKED, _("现场情况记录")),
    "issue_personal_file": (UNMASKED, _("本人的个人信息，提供给本人")),
    "look_up_history": (LOOKED_UP, _("登记前查重：以往信访")),
    "export_work_list": (TAKEN_OUT, _("办理清单")),
    "export_ledger": (TAKEN_OUT, _("接访台账")),
    "export_field_visits": (TAKEN_OUT, _("带案下访台账")),
    "export_sponsorships": (TAKEN_OUT, _("领导包案台账")),
    "export_allowance": (TAKEN_OUT, _("社会力量补贴表")),
    "export_access_log": (TAKEN_OUT, _("查阅记录")),
    "export_unusual_access": (TAKEN_OUT, _("值得看一看的查阅")),
    "export_findings": (TAKEN_OUT, _("超期认定")),
    "export_supervisions": (TAKEN_OUT, _("督办")),
    "export_criticisms": (TAKEN_OUT, _("通报")),
    "export_advices": (TAKEN_OUT, _("建议书")),
    "export_assessment": (TAKEN_OUT, _("考核")),
    "export_inspections": (TAKEN_OUT, _("实地督查")),
    "export_sample": (TAKEN_OUT, _("实地督查抽中的事项")),
    "export_figure": (TAKEN_OUT, _("统计数字背后的清单")),
    "export_repeated": (TAKEN_OUT, _("重复信访的事项")),
    "export_topic": (TAKEN_OUT, _("集中话题的事项")),
    "export_consultations": (TAKEN_OUT, _("会商")),
    "export_pool": (TAKEN_OUT, _("听证员名册")),
    "watch_recording": (UNMASKED, _("视频接访的录像")),
    "look_at_video_evidence": (UNMASKED, _("视频里出示的材料")),
    "read_people_list": (READ_IN, _("人员名单")),
}
"""Every verb by which somebody is shown more than the masked page, takes a list along, or reads one in.

A new one is added here and to `hall.models.LOOKS`, which is what the index is over.
"""

OFFERED_REASONS = (
    "登记新事项时沿用上次的联系方式",
    "Contact details from last time used for a new case",
)
"""Reasons that the house itself writes: that they are the same each time says nothing."""

UNUSUAL = {
    "many": _("一小时内多次"),
    "hours": _("非办公时间"),
    "foreign": _("不由本人单位或者大厅办理的事项"),
    "reason": _("用途文字反复相同"),
}


@dataclass(frozen=True, slots=True)
class Limits:
    """From how much on a person's looking is listed, for a person to look at. None of it is a finding."""

    in_an_hour: int = 10
    same_reason: int = 5
    before_opening: dt.timedelta = dt.timedelta(minutes=30)
    after_closing: dt.timedelta = dt.timedelta(hours=2)
    """Who prepares the day or finishes it is not listed."""


LIMITS = Limits()
