"""What a city's systems are told of. `signing` says how a message is signed, `posting` to which addresses it may go."""

from __future__ import annotations

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

EVENTS: Mapping[str, str | Promise] = {
    "register_case": pgettext_lazy("done", "登记"),
    "accept_case": pgettext_lazy("done", "受理"),
    "forward_case": pgettext_lazy("done", "转送"),
    "decline_case": pgettext_lazy("done", "不予受理"),
    "decline_closed_case": pgettext_lazy("done", "不再受理"),
    "guide_case": lazy("引导至有权机关"),
    "receive_case": lazy("单位接收"),
    "reroute_case": lazy("另行确定承办单位"),
    "withdraw_case": lazy("信访人撤回"),
    "divert_case": lazy("导入法定途径"),
    "split_case": lazy("分案"),
    "merge_case": pgettext_lazy("done", "并案"),
    "approve_extension": lazy("批准延长期限"),
    "place_hold": lazy("中止期限"),
    "lift_hold": lazy("恢复计算期限"),
    "take_step": lazy("期限已过（超期催办）"),
    "issue_opinion": pgettext_lazy("done", "出具处理意见书"),
    "serve_opinion": lazy("送达处理意见书"),
    "serve_document": lazy("送达文书"),
    "settle_case": lazy("达成调解、和解"),
    "answer_suggestion": pgettext_lazy("done", "答复建议"),
    "hand_over_accusation": pgettext_lazy("done", "移送有权机关"),
    "schedule_hearing": lazy("确定听证时间地点"),
    "conclude_hearing": pgettext_lazy("done", "作出听证结论"),
    "issue_minutes": pgettext_lazy("done", "出具会商纪要"),
    "request_review": lazy("申请复查"),
    "issue_review": pgettext_lazy("done", "出具复查意见书"),
    "request_reexamination": lazy("申请复核"),
    "issue_reexamination": pgettext_lazy("done", "出具复核意见书"),
    "order_redo": pgettext_lazy("done", "责令重新办理"),
    "close_case": pgettext_lazy("done", "办结"),
}
"""Verbs of a case's journal. Of `take_step` only what comes after the due day is told: the period is red."""
TEST_EVENT = "test"

FAILURES: Mapping[str, str | Promise] = {
    "status": lazy("对方没有接受"),
    "redirect": lazy("对方要求转到别的地址，没有照办"),
    "timeout": lazy("对方没有及时回答"),
    "connection": lazy("连接不上"),
    "tls": lazy("对方的证书不能核实"),
    "name": lazy("域名解析不了"),
    "inner": lazy("地址在内部网络，没有得到许可"),
    "plain": lazy("不加密的地址只许用于得到许可的内部网络"),
}
