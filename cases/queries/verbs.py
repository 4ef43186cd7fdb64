"""Which act each verb of a case's journal was: its words, its sign, and whether the petitioner reads it too."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy


@dataclass(frozen=True, slots=True)
class Verb:
    """How an act is shown. A `minor` one stands under the act that caused it; `open` ones the petitioner sees too."""

    words: str | Promise
    icon: str = "document"
    tone: str = ""
    minor: bool = False
    open: bool = False


VERBS: Mapping[str, Verb] = {
    "register_case": Verb(pgettext_lazy("done", "登记"), "edit", "", open=True),
    "accept_case": Verb(pgettext_lazy("done", "受理"), "check", "good", open=True),
    "forward_case": Verb(pgettext_lazy("done", "转送"), "transfer", "", open=True),
    "decline_case": Verb(pgettext_lazy("done", "不予受理"), "ban", "", open=True),
    "decline_closed_case": Verb(pgettext_lazy("done", "不再受理"), "ban", "", open=True),
    "guide_case": Verb(lazy("引导至有权机关"), "route", "", open=True),
    "receive_case": Verb(lazy("单位接收"), "check", "good", open=True),
    "withdraw_case": Verb(lazy("信访人撤回"), "undo", "", open=True),
    "add_material": Verb(pgettext_lazy("done", "补充材料"), "paperclip", "", open=True),
    "issue_document": Verb(lazy("出具文书"), "document", "", minor=True, open=True),
    "void_document": Verb(lazy("文书作废"), "ban", "soon"),
    "start_deadline": Verb(lazy("期限开始计算"), "clock", "", minor=True),
    "meet_deadline": Verb(lazy("期限内的事已办"), "clock", "", minor=True),
    "void_deadline": Verb(lazy("期限终止"), "clock", "", minor=True),
    "recompute_deadline": Verb(lazy("按公布的放假安排重算期限"), "calendar", "soon", open=True),
    "take_step": Verb(lazy("催办提醒"), "bell", "soon"),
    "reveal_person": Verb(lazy("查看个人信息"), "eye", ""),
    "look_up_history": Verb(lazy("查询以往信访"), "search", ""),
    # Whose matter it is
    "object_to_referral": Verb(lazy("承办单位提出异议"), "warning", "soon", open=True),
    "dispute_case": Verb(lazy("承办单位提出争议"), "warning", "soon", open=True),
    "uphold_referral": Verb(lazy("维持原承办单位"), "check", "", open=True),
    "reroute_case": Verb(lazy("另行确定承办单位"), "transfer", "", open=True),
    "involve_unit": Verb(lazy("增加协办、抄送单位"), "transfer", "", open=True),
    "report_back": Verb(lazy("反馈办理结果"), "document", ""),
    # Before a leader
    "place_on_docket": Verb(lazy("列入领导接访"), "calendar", ""),
    "remove_from_docket": Verb(lazy("移出领导接访"), "undo", ""),
    "link_docket_case": Verb(lazy("由领导接访登记"), "calendar", ""),
    "record_reception": Verb(lazy("领导接访，已作记录"), "edit", ""),
    "give_instruction": Verb(lazy("领导作出批示"), "gavel", ""),
    "report_instruction": Verb(lazy("责任单位反馈批示"), "document", ""),
    "return_instruction": Verb(lazy("批示的反馈退回"), "undo", "soon"),
    "close_instruction": Verb(lazy("领导批示了结"), "check", "good"),
    "withdraw_instruction": Verb(pgettext_lazy("done", "撤回领导批示"), "ban", ""),
    # A hearing
    "request_hearing": Verb(pgettext_lazy("done", "申请听证"), "gavel", "", open=True),
    "open_hearing": Verb(pgettext_lazy("done", "依职权举行听证"), "gavel", "", open=True),
    "grant_hearing": Verb(pgettext_lazy("done", "决定举行听证"), "gavel", "good", open=True),
    "refuse_hearing": Verb(pgettext_lazy("done", "决定不举行听证"), "ban", "", open=True),
    "withdraw_hearing": Verb(pgettext_lazy("done", "撤回听证申请"), "undo", "", open=True),
    "grant_by_silence": Verb(lazy("逾期未决定，视为同意举行听证"), "gavel", "soon", open=True),
    "set_openness": Verb(lazy("听证是否公开"), "eye", "", open=True),
    "postpone_hearing": Verb(pgettext_lazy("done", "听证延期"), "calendar", "soon", open=True),
    "suspend_hearing": Verb(pgettext_lazy("done", "听证中止"), "pause", "soon", open=True),
    "resume_hearing": Verb(pgettext_lazy("done", "听证恢复"), "play", "", open=True),
    "end_hearing": Verb(pgettext_lazy("done", "听证终止"), "ban", "", open=True),
    "lapse_hearings": Verb(lazy("听证随事项终止"), "ban", "", open=True),
    # Handling
    "record_work": Verb(pgettext_lazy("done", "办理记录"), "edit", ""),
    "note_service": Verb(lazy("社会力量提供服务"), "users", ""),
    "request_supplement": Verb(lazy("请信访人补充材料"), "paperclip", "", open=True),
    "receive_supplement": Verb(lazy("收到补充材料"), "paperclip", "good", open=True),
    "raise_urgent": Verb(pgettext_lazy("done", "列为重大紧急"), "bell", "soon"),
    "report_urgent": Verb(lazy("报告重大紧急情况"), "bell", "soon"),
    "simplify_case": Verb(pgettext_lazy("done", "适用简易办理"), "clock", "good", open=True),
    "end_simple_procedure": Verb(pgettext_lazy("done", "转为普通程序"), "clock", "", open=True),
    "request_extension": Verb(lazy("申请延长期限"), "clock", "soon"),
    "approve_extension": Verb(lazy("批准延长期限"), "clock", "soon", open=True),
    "refuse_extension": Verb(lazy("不批准延长期限"), "ban", ""),
    "place_hold": Verb(lazy("中止期限"), "clock", "soon", open=True),
    "lift_hold": Verb(lazy("恢复计算期限"), "clock", "", open=True),
    "transfer_claims": Verb(lazy("诉求导入法定途径"), "route", "", open=True),
    "divert_case": Verb(lazy("导入法定途径"), "route", "", open=True),
    "split_case": Verb(lazy("分案"), "route", "", open=True),
    "merge_case": Verb(pgettext_lazy("done", "并案"), "route", "", open=True),
    "link_cases": Verb(lazy("关联事项"), "route", ""),
    "settle_case": Verb(lazy("达成调解、和解"), "check", "good", open=True),
    "answer_suggestion": Verb(pgettext_lazy("done", "答复建议"), "check", "good", open=True),
    "hand_over_accusation": Verb(pgettext_lazy("done", "移送有权机关"), "transfer", "", open=True),
    "recuse_from_case": Verb(lazy("回避"), "ban", ""),
    # Opinion and service
    "draft_opinion": Verb(lazy("起草处理意见"), "edit", ""),
    "submit_opinion": Verb(pgettext_lazy("done", "处理意见送会签"), "document", ""),
    "return_opinion": Verb(lazy("处理意见退回修改"), "undo", "soon"),
    "countersign_opinion": Verb(pgettext_lazy("done", "会签处理意见"), "check", ""),
    "issue_opinion": Verb(pgettext_lazy("done", "出具处理意见书"), "document", "good", open=True),
    "serve_opinion": Verb(lazy("送达处理意见书"), "check", "good", open=True),
    "serve_document": Verb(lazy("送达文书"), "check", "", open=True),
    # Units at one table: what they say to each other is not told here
    "call_consultation": Verb(pgettext_lazy("done", "召集会商"), "users", "", open=True),
    "change_consultation": Verb(lazy("会商增加单位、问题或者调整期限"), "users", ""),
    "release_unit": Verb(lazy("单位不再参加会商"), "undo", ""),
    "give_unit_opinion": Verb(lazy("单位提出会商意见"), "document", ""),
    "record_silence": Verb(lazy("单位逾期未提出会商意见"), "warning", "soon"),
    "plan_sitting": Verb(pgettext_lazy("done", "安排会商会议"), "calendar", ""),
    "change_sitting": Verb(pgettext_lazy("done", "变更会商会议"), "calendar", ""),
    "cancel_sitting": Verb(pgettext_lazy("done", "取消会商会议"), "ban", ""),
    "record_sitting": Verb(lazy("召开会商会议"), "group", "good"),
    "end_consultation": Verb(pgettext_lazy("done", "终止会商"), "ban", ""),
    "lapse_consultations": Verb(lazy("事项已结束，会商终止"), "ban", ""),
    # Review, end, rating
    "request_review": Verb(lazy("申请复查"), "undo", "soon", open=True),
    "issue_review": Verb(pgettext_lazy("done", "出具复查意见书"), "document", "good", open=True),
    "request_reexamination": Verb(lazy("申请复核"), "undo", "soon", open=True),
    "issue_reexamination": Verb(pgettext_lazy("done", "出具复核意见书"), "document", "good", open=True),
    "order_redo": Verb(pgettext_lazy("done", "责令重新办理"), "undo", "soon", open=True),
    "close_case": Verb(pgettext_lazy("done", "办结"), "check", "good", open=True),
    "lapse_windows": Verb(lazy("期限届满，未行使"), "clock", "", open=True),
    "open_ratings": Verb(lazy("邀请评价"), "bell", "", minor=True, open=True),
    "rate_service": Verb(lazy("信访人评价"), "check", "", open=True),
    "expire_ratings": Verb(lazy("超期未评价"), "clock", "", open=True),
    "close_follow_up": Verb(lazy("不满意事项已回访"), "check", ""),
    # The panel of a hearing
    "draw_panel": Verb(lazy("抽取听证员"), "users", ""),
    "replace_member": Verb(lazy("更换听证组成员"), "users", ""),
    "request_recusal": Verb(lazy("申请听证人员回避"), "warning", "soon"),
    "decide_recusal": Verb(lazy("决定听证人员回避"), "gavel", ""),
    "add_party": Verb(lazy("增加听证参加人"), "users", "", minor=True),
    "remove_party": Verb(lazy("去掉听证参加人"), "users", "", minor=True),
    "schedule_hearing": Verb(lazy("确定听证时间地点"), "calendar", "good", open=True),
    # The hearing itself
    "start_hearing": Verb(lazy("听证开始"), "gavel", "", open=True),
    "begin_step": Verb(lazy("听证程序开始"), "clock", "", minor=True),
    "end_step": Verb(lazy("听证程序结束"), "clock", "", minor=True),
    "skip_step": Verb(lazy("听证程序省略"), "clock", "", minor=True),
    "write_page": Verb(lazy("制作听证笔录"), "edit", "", minor=True),
    "correct_page": Verb(lazy("更正听证笔录"), "edit", "soon"),
    "sign_page": Verb(lazy("核对听证笔录"), "check", "", minor=True),
    "close_session": Verb(lazy("听证结束，开始合议"), "gavel", "", open=True),
    "record_finding": Verb(lazy("听证员给出意见"), "lock", "", minor=True),
    "conclude_hearing": Verb(pgettext_lazy("done", "作出听证结论"), "gavel", "good", open=True),
    # A leader's own hand, and what is told to the public
    "plan_field_visit": Verb(pgettext_lazy("done", "安排带案下访"), "location", ""),
    "change_field_visit": Verb(lazy("变更带案下访"), "location", ""),
    "cancel_field_visit": Verb(lazy("取消带案下访"), "ban", ""),
    "record_field_visit": Verb(lazy("领导带案下访"), "location", "good", open=True),
    "conclude_field_visit": Verb(pgettext_lazy("done", "下访化解情况"), "check", "", open=True),
    "finish_visit_task": Verb(lazy("完成下访分工"), "check", ""),
    "take_charge": Verb(lazy("领导包案"), "user", "good", open=True),
    "record_progress": Verb(pgettext_lazy("done", "包案进展"), "edit", ""),
    "extend_sponsorship": Verb(pgettext_lazy("done", "包案延期"), "clock", "soon"),
    "end_sponsorship": Verb(pgettext_lazy("done", "包案结束"), "check", "", open=True),
    "record_consent": Verb(lazy("信访人对公开的意见"), "user", "", open=True),
    "draft_result": Verb(lazy("起草公开内容"), "edit", ""),
    "edit_result": Verb(lazy("修改公开内容"), "edit", ""),
    "return_result": Verb(lazy("公开内容退回修改"), "undo", "soon"),
    "approve_result": Verb(lazy("批准并公开结果"), "megaphone", "good", open=True),
    "drop_result": Verb(lazy("不公开，草稿作废"), "ban", ""),
    "withdraw_result": Verb(lazy("撤回公开的结果"), "undo", "soon", open=True),
    # Everybody is told of the date of a hearing
    "notify_parties": Verb(lazy("发出听证通知"), "mail", "", open=True),
    "record_notice_service": Verb(lazy("听证通知已送达"), "check", ""),
    "waive_notice_period": Verb(lazy("书面放弃提前通知"), "edit", "soon"),
    "announce_hearing": Verb(lazy("公告听证"), "megaphone", "", open=True),
    # Minutes of a consultation, its commitments, the joint conference
    "draft_minutes": Verb(pgettext_lazy("done", "起草会商纪要"), "edit", ""),
    "circulate_minutes": Verb(lazy("会商纪要送会签"), "send", ""),
    "countersign_minutes": Verb(lazy("单位会签纪要"), "check", ""),
    "return_minutes": Verb(lazy("单位退回纪要修改"), "undo", "soon"),
    "pass_over_unit": Verb(lazy("单位逾期未会签"), "clock", "soon"),
    "issue_minutes": Verb(pgettext_lazy("done", "出具会商纪要"), "document", "good", open=True),
    "refer_to_conference": Verb(pgettext_lazy("done", "提请联席会议"), "group", "soon", open=True),
    "decide_conference": Verb(lazy("联席会议作出决定"), "gavel", "good", open=True),
    "report_commitment": Verb(lazy("反馈商定的任务"), "document", ""),
    "return_commitment": Verb(lazy("任务的反馈退回"), "undo", "soon"),
    "confirm_commitment": Verb(lazy("商定的任务已落实"), "check", "good"),
    "extend_commitment": Verb(lazy("商定的任务延期"), "clock", "soon"),
    "drop_commitment": Verb(lazy("商定的任务不再需要"), "ban", ""),
}
