"""The lives of what hangs on a case: objection, extension, opinion, review, rating, follow-up, instruction. Pure."""

from __future__ import annotations

from cases.lifecycle.case import HANDLER_ROLES, OFFICE_ROLES, TRIAGE_ROLES
from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

_L = "《信访工作条例》"

OBJECTION = Lifecycle(
    name="objection",
    initial=("open",),
    states=(
        State("open", _("待决定")),
        State("dismissed", _("维持转送"), final=True),
        State("agreed", _("同意，另行确定单位"), final=True),
    ),
    moves=(
        Move("uphold_referral", ("open",), "dismissed", OFFICE_ROLES, f"{_L}第二十三条第三款、第二十四条"),
        Move("reroute_case", ("open",), "agreed", OFFICE_ROLES, f"{_L}第二十三条第三款、第二十四条"),
    ),
)
EXTENSION = Lifecycle(
    name="extension",
    initial=("requested",),
    states=(
        State("requested", _("待批准")),
        State("approved", _("已批准"), final=True),
        State("refused", _("未批准"), final=True),
    ),
    moves=(
        Move("approve_extension", ("requested",), "approved", ("department_head",), f"{_L}第三十四条"),
        Move("refuse_extension", ("requested",), "refused", ("department_head",), f"{_L}第三十四条"),
    ),
)
OPINION = Lifecycle(
    name="opinion",
    initial=("draft",),
    states=(
        State("draft", _("起草中")),
        State("submitted", _("待会签")),
        State("countersigned", _("已会签")),
        State("issued", _("已出具"), final=True),
        State("dropped", _("未出具，作废"), final=True),
    ),
    moves=(
        Move("draft_opinion", ("draft",), "draft", HANDLER_ROLES),
        Move("submit_opinion", ("draft",), "submitted", HANDLER_ROLES),
        # An edit after a signature makes the signature void.
        Move("draft_opinion", ("submitted", "countersigned"), "draft", HANDLER_ROLES),
        Move("return_opinion", ("submitted",), "draft", ("department_head",)),
        Move("countersign_opinion", ("submitted",), "countersigned", ("department_head",)),
        Move("issue_opinion", ("countersigned",), "issued", HANDLER_ROLES, f"{_L}第三十二条"),
        Move(
            "withdraw_case",
            ("draft", "submitted", "countersigned"),
            "dropped",
            (*TRIAGE_ROLES, *HANDLER_ROLES),
        ),
    ),
)
REVIEW = Lifecycle(
    name="review",
    initial=("requested",),
    states=(State("requested", _("审查中")), State("decided", _("已作出意见"), final=True)),
    moves=(
        Move("issue_review", ("requested",), "decided", HANDLER_ROLES, f"{_L}第三十五条"),
        Move("issue_reexamination", ("requested",), "decided", HANDLER_ROLES, f"{_L}第三十六条"),
        Move("order_redo", ("requested",), "decided", HANDLER_ROLES, f"{_L}第三十五条、第三十六条"),
    ),
)
RATING = Lifecycle(
    name="rating",
    initial=("pending",),
    states=(
        State("pending", _("待评价")),
        State("rated", _("已评价"), final=True),
        State("expired", _("超期未评价"), final=True),
    ),
    moves=(
        Move("rate_service", ("pending",), "rated", ("petitioner",), "国信发〔2022〕11号"),
        Move("expire_ratings", ("pending",), "expired", ("system",), "国信发〔2022〕11号"),
    ),
)
FOLLOW_UP = Lifecycle(
    name="follow_up",
    initial=("open",),
    states=(State("open", _("待回访")), State("closed", _("已回访"), final=True)),
    moves=(Move("close_follow_up", ("open",), "closed", ("supervisor",), "国信发〔2015〕12号（五）"),),
)

LEADER_ROLES = ("leader", "hall_manager")
INSTRUCTION = Lifecycle(
    name="instruction",
    initial=("given",),
    states=(
        State("given", _("待反馈")),
        State("reported", _("已反馈，待领导审阅")),
        State("closed", _("已了结"), final=True),
        State("withdrawn", _("已撤回"), final=True),
    ),
    moves=(
        Move("report_instruction", ("given",), "reported", HANDLER_ROLES, "国信发〔2015〕12号（二）"),
        Move("return_instruction", ("reported",), "given", LEADER_ROLES, "国信发〔2015〕12号（二）"),
        Move("close_instruction", ("reported",), "closed", LEADER_ROLES, "国信发〔2015〕12号（二）"),
        Move("withdraw_instruction", ("given", "reported"), "withdrawn", LEADER_ROLES),
    ),
)
