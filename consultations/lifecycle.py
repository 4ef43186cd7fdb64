"""The lives of a consultation and of what hangs on it: states, moves, roles, articles, code lists. Pure."""

from __future__ import annotations

from hall.lifecycle import Lifecycle, Move, State


def _(text: str) -> str:
    return text


ARTICLE = "国信发〔2015〕12号（六）"
CONVENOR_ROLES = ("liaison", "department_head", "hall_manager", "clerk")
"""Who may call: the people of the lead unit, or the petition office's desk and its manager."""
OFFICE_ROLES = ("hall_manager", "clerk")
UNIT_ROLES = ("liaison", "department_head")
SIGN_ROLES = ("department_head",)

CONSULTATION = Lifecycle(
    name="consultation",
    initial=("called",),
    states=(
        State("called", _("征求意见")),
        State("drafting", _("起草纪要")),
        State("circulating", _("会签纪要")),
        State("agreed", _("已出具纪要"), final=True),
        State("conference", _("已提请联席会议")),
        State("decided", _("联席会议已决定"), final=True),
        State("ended", _("已终止"), final=True),
    ),
    moves=(
        Move("change_consultation", ("called",), "called", CONVENOR_ROLES, ARTICLE),
        Move("draft_minutes", ("called", "drafting"), "drafting", CONVENOR_ROLES, ARTICLE),
        # An edit after a signature makes the signature void.
        Move("draft_minutes", ("circulating",), "drafting", CONVENOR_ROLES, ARTICLE),
        Move("circulate_minutes", ("drafting",), "circulating", CONVENOR_ROLES, ARTICLE),
        Move("countersign_minutes", ("circulating",), "circulating", SIGN_ROLES, ARTICLE),
        Move("return_minutes", ("circulating",), "drafting", SIGN_ROLES, ARTICLE),
        # A unit that has let its period pass is recorded by name; the round goes on without it.
        Move("pass_over_unit", ("circulating",), "circulating", CONVENOR_ROLES, ARTICLE),
        Move("issue_minutes", ("circulating",), "agreed", CONVENOR_ROLES, ARTICLE),
        Move(
            "refer_to_conference",
            ("called", "drafting", "circulating"),
            "conference",
            CONVENOR_ROLES,
            "《信访工作条例》第十四条、第二十四条",
        ),
        Move(
            "decide_conference",
            ("conference",),
            "decided",
            ("leader", "hall_manager"),
            "《信访工作条例》第十四条",
        ),
        Move(
            "end_consultation", ("called", "drafting", "circulating", "conference"), "ended", CONVENOR_ROLES
        ),
        Move(
            "lapse_consultations", ("called", "drafting", "circulating", "conference"), "ended", ("system",)
        ),
    ),
)
CONSULTED = Lifecycle(
    name="consulted_unit",
    initial=("asked",),
    states=(
        State("asked", _("待提出意见")),
        State("answered", _("已提出意见")),
        State("silent", _("逾期未提出意见")),
        State("late", _("逾期后提出意见")),
        State("released", _("不再参加"), final=True),
    ),
    moves=(
        Move("give_unit_opinion", ("asked", "answered"), "answered", UNIT_ROLES, ARTICLE),
        Move("give_unit_opinion", ("silent", "late"), "late", UNIT_ROLES, ARTICLE),
        Move("record_silence", ("asked",), "silent", ("system",), ARTICLE),
        # A new date, or a new question: the unit is asked again. That it was silent once stays on record.
        Move("change_consultation", ("asked", "answered", "silent", "late"), "asked", CONVENOR_ROLES),
        Move("release_unit", ("asked", "answered", "silent", "late"), "released", CONVENOR_ROLES),
    ),
)
SITTING = Lifecycle(
    name="sitting",
    initial=("planned",),
    states=(
        State("planned", _("已安排")),
        State("held", _("已召开"), final=True),
        State("cancelled", _("已取消"), final=True),
    ),
    moves=(
        Move("change_sitting", ("planned",), "planned", CONVENOR_ROLES),
        Move("cancel_sitting", ("planned",), "cancelled", CONVENOR_ROLES),
        Move("record_sitting", ("planned",), "held", CONVENOR_ROLES, ARTICLE),
    ),
)
COMMITMENT = Lifecycle(
    name="commitment",
    initial=("draft",),
    states=(
        State("draft", _("纪要草案中")),
        State("open", _("落实中")),
        State("reported", _("已反馈，待确认")),
        State("fulfilled", _("已落实"), final=True),
        State("dropped", _("不再需要"), final=True),
    ),
    moves=(
        Move("issue_minutes", ("draft",), "open", CONVENOR_ROLES, ARTICLE),
        Move("decide_conference", ("draft",), "open", ("leader", "hall_manager"), ARTICLE),
        Move("report_commitment", ("open",), "reported", UNIT_ROLES, ARTICLE),
        Move("return_commitment", ("reported",), "open", CONVENOR_ROLES),
        Move("confirm_commitment", ("reported",), "fulfilled", CONVENOR_ROLES),
        Move("extend_commitment", ("open",), "open", CONVENOR_ROLES),
        Move("drop_commitment", ("draft", "open", "reported"), "dropped", CONVENOR_ROLES),
    ),
)
OPEN_STATES = ("called", "drafting", "circulating", "conference")
"""Not at its end: one of these at a time on a case."""
LIFECYCLES = (CONSULTATION, CONSULTED, SITTING, COMMITMENT)

PARTS = {"lead": _("牵头单位"), "take_part": _("参加单位")}
POSITIONS = {
    "agree": _("同意"),
    "conditional": _("有条件同意"),
    "disagree": _("不同意"),
    "not_ours": _("不属于本单位职责"),
}
"""What a unit says to a question. Those that do not go together are a conflict; all `not_ours`: nobody is left."""
SIGNATURES = {"signed": _("同意"), "dissent": _("会签，保留意见"), "missed": _("逾期未会签")}
GROUNDS_OF_CONFERENCE = {
    "conflict": _("各单位意见不一致"),
    "nobody": _("没有单位认为属于自己的职责"),
    "silence": _("有单位逾期不提出意见"),
    "dissent": _("有单位不同意纪要"),
    "other": _("其他需要联席会议研究的"),
}
