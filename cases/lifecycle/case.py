"""The life of a case, from the register to its end. Pure.

Triage decides between the moves that leave `registered`. From `accepted` on, the matter belongs to its first handler,
who can dispute it but not pass it on. What is answered is served, and after that the petitioner has the floor: review,
re-examination, or the end of the period. Moves that stay in their state are listed too: they say who may act when.
"""

from __future__ import annotations

from cases.lifecycle.words import _
from hall.lifecycle import Lifecycle, Move, State

TRIAGE_ROLES = ("clerk", "hall_manager")
HANDLER_ROLES = ("liaison", "department_head")
OFFICE_ROLES = ("hall_manager",)
"""Who decides for the petition office between units, and on hearsay of none of them."""
DESK = (*TRIAGE_ROLES, *HANDLER_ROLES)

_L = "《信访工作条例》"
_HALL = "国信发〔2015〕12号"
_OPEN = ("registered", "forwarded", "accepted")
_ANSWERED = ("answered", "served", "in_review", "reviewed", "in_reexamination")
_NOTIFIED_ENDS = (
    "closed", "settled", "replied", "diverted", "handed_over", "merged", "finally_closed",
    "declined", "declined_closed", "guided",
)  # fmt: skip
"""Ends that come with a paper for the petitioner, which is handed over afterwards."""

STATES = (
    State("registered", _("已登记，待甄别")),
    State("forwarded", _("已转送，待接收")),
    State("accepted", _("办理中")),
    State("answered", _("已作出处理意见，待送达")),
    State("served", _("处理意见已送达")),
    State("in_review", _("复查中")),
    State("reviewed", _("已作出复查意见")),
    State("in_reexamination", _("复核中")),
    State("closed", _("已办结"), resting=True),
    State("settled", _("已调解和解"), final=True),
    State("replied", _("建议已答复"), final=True),
    State("diverted", _("已导入法定途径"), final=True),
    State("handed_over", _("已移送有权机关"), final=True),
    State("merged", _("已并案"), final=True),
    State("finally_closed", _("已终结"), final=True),
    State("declined", _("不予受理"), final=True),
    State("declined_closed", _("不再受理"), final=True),
    State("guided", _("已引导"), final=True),
    State("withdrawn", _("已撤回"), final=True),
)


def _stay(name: str, states: tuple[str, ...], roles: tuple[str, ...], article: str = "") -> tuple[Move, ...]:
    return tuple(Move(name, (state,), state, roles, article) for state in states)


CASE = Lifecycle(
    name="case",
    initial=("registered",),
    states=STATES,
    moves=(
        # The gate
        Move("accept_case", ("registered",), "accepted", TRIAGE_ROLES, f"{_L}第二十二条、第二十三条"),
        Move("forward_case", ("registered",), "forwarded", TRIAGE_ROLES, f"{_L}第二十二条"),
        Move("decline_case", ("registered",), "declined", TRIAGE_ROLES, f"{_L}第十九条、第二十三条"),
        Move("decline_closed_case", ("registered",), "declined_closed", TRIAGE_ROLES, f"{_L}第三十六条"),
        Move("guide_case", ("registered",), "guided", TRIAGE_ROLES, f"{_L}第二十条、第三十一条"),
        Move(
            "hand_over_accusation", ("registered", "accepted"), "handed_over", TRIAGE_ROLES, f"{_L}第三十条"
        ),
        # Whose matter it is
        Move("receive_case", ("forwarded",), "accepted", HANDLER_ROLES, f"{_L}第二十三条"),
        *_stay("object_to_referral", ("forwarded",), HANDLER_ROLES, f"{_L}第二十三条第三款"),
        *_stay("dispute_case", ("accepted",), HANDLER_ROLES, f"{_L}第二十四条"),
        *_stay(
            "uphold_referral", ("forwarded", "accepted"), OFFICE_ROLES, f"{_L}第二十三条第三款、第二十四条"
        ),
        *_stay("reroute_case", ("forwarded", "accepted"), OFFICE_ROLES, f"{_L}第二十三条第三款、第二十四条"),
        *_stay(
            "involve_unit", ("forwarded", "accepted"), (*HANDLER_ROLES, *OFFICE_ROLES), f"{_HALL}（五）（六）"
        ),
        *_stay(
            "give_instruction",
            ("forwarded", "accepted", *_ANSWERED, "closed"),
            ("leader", "hall_manager", "clerk"),
            f"{_HALL}（二）",
        ),
        *_stay("report_back", ("accepted", *_ANSWERED, "closed"), HANDLER_ROLES, f"{_L}第二十二条"),
        # Handling
        *_stay("record_work", ("accepted", *_ANSWERED), DESK),
        *_stay("request_supplement", ("accepted",), HANDLER_ROLES),
        *_stay("receive_supplement", ("accepted",), DESK),
        *_stay("raise_urgent", _OPEN, DESK, f"{_L}第二十五条"),
        *_stay("report_urgent", (*_OPEN, *_ANSWERED, "closed"), DESK, f"{_L}第二十五条"),
        *_stay("simplify_case", ("accepted",), HANDLER_ROLES, "国信办发〔2022〕17号"),
        *_stay("end_simple_procedure", ("accepted",), HANDLER_ROLES, "国信办发〔2022〕17号"),
        *_stay("request_extension", ("accepted",), HANDLER_ROLES, f"{_L}第三十四条"),
        *_stay("approve_extension", ("accepted",), ("department_head",), f"{_L}第三十四条"),
        *_stay("refuse_extension", ("accepted",), ("department_head",), f"{_L}第三十四条"),
        *_stay("transfer_claims", ("accepted",), HANDLER_ROLES, f"{_L}第三十一条"),
        Move("divert_case", ("accepted",), "diverted", HANDLER_ROLES, f"{_L}第三十一条"),
        *_stay("split_case", ("registered", "accepted"), (*TRIAGE_ROLES, *HANDLER_ROLES)),
        Move("merge_case", _OPEN, "merged", TRIAGE_ROLES),
        *_stay("link_cases", (*_OPEN, *_ANSWERED), DESK),
        *_stay("record_consent", tuple(state.code for state in STATES), DESK, f"{_HALL}（三）"),
        Move("settle_case", ("accepted",), "settled", HANDLER_ROLES, f"{_L}第三十三条"),
        Move("withdraw_case", (*_OPEN, "answered", "served"), "withdrawn", DESK),
        Move("answer_suggestion", ("accepted",), "replied", HANDLER_ROLES, f"{_L}第二十九条"),
        # The opinion, and that it is received
        *_stay("draft_opinion", ("accepted",), HANDLER_ROLES, f"{_L}第三十二条"),
        *_stay("submit_opinion", ("accepted",), HANDLER_ROLES, f"{_L}第三十二条"),
        *_stay("return_opinion", ("accepted",), ("department_head",)),
        *_stay("countersign_opinion", ("accepted",), ("department_head",), f"{_L}第三十二条"),
        Move("issue_opinion", ("accepted",), "answered", HANDLER_ROLES, f"{_L}第三十二条、第三十四条"),
        Move("serve_opinion", ("answered",), "served", DESK, f"{_L}第三十二条、第三十五条"),
        *_stay("serve_document", (*_OPEN, *_ANSWERED, *_NOTIFIED_ENDS), DESK),
        # The petitioner's own ways, and the end
        Move("request_review", ("served", "closed"), "in_review", TRIAGE_ROLES, f"{_L}第三十五条"),
        Move("issue_review", ("in_review",), "reviewed", HANDLER_ROLES, f"{_L}第三十五条"),
        Move(
            "request_reexamination",
            ("reviewed", "closed"),
            "in_reexamination",
            TRIAGE_ROLES,
            f"{_L}第三十六条",
        ),
        Move(
            "issue_reexamination", ("in_reexamination",), "finally_closed", HANDLER_ROLES, f"{_L}第三十六条"
        ),
        Move(
            "order_redo",
            ("in_review", "in_reexamination"),
            "accepted",
            HANDLER_ROLES,
            f"{_L}第三十五条、第三十六条",
        ),
        Move("close_case", ("served", "reviewed"), "closed", OFFICE_ROLES, f"{_L}第三十五条、第三十六条"),
    ),
)
