"""Consultations and hearings as the case file names them. Pure."""

from __future__ import annotations

from cases.lifecycle.words import _

PROCEEDINGS = {
    "consultation": _("会商"),
    "conference": _("联席会议"),
    "hearing": _("听证"),
}
STAGES = {
    "requested": _("听证申请待决定"),
    "conferring": _("各单位会商中"),
    "minutes": _("会签会商纪要"),
    "joint": _("已提请联席会议"),
    "preparing": _("正在筹备听证"),
    "noticed": _("已发听证通知"),
    "postponed": _("听证延期"),
    "suspended": _("听证中止"),
    "in_session": _("正在举行听证"),
    "deliberating": _("听证合议中"),
    "agreed": _("会商已形成纪要"),
    "decided": _("联席会议已决定"),
    "concluded": _("已作出听证结论"),
    "refused": _("不举行听证"),
    "withdrawn": _("申请已撤回"),
    "ended": _("已终止"),
}
"""Where a proceeding stands, in the words that everybody reads, the petitioner too."""
PROCEEDING_ENDS = ("agreed", "decided", "concluded", "refused", "withdrawn", "ended")
