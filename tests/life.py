"""A case in every state of the table, each brought there by the real actions; and the arguments of every verb."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any

from django.utils import timezone

from cases import actions
from cases.models import Case, StatutoryRoute
from hall.access import SYSTEM
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from tests import life_reviews
from tests.cast import Cast
from tests.kept import kept
from tests.life_opinions import answers, handed
from tests.matters import REASON, accepted, forwarded, registered

REVIEW_VERBS = ("issue_review", "issue_reexamination", "order_redo")
"""Done by the people of the body above, not of the first handler."""
WORDS = {
    "findings": "调阅原卷，查明属实。",
    "basis": "《信访工作条例》第三十五条。",
    "conclusion": "原意见适当。",
}


def route() -> StatutoryRoute:
    found = StatutoryRoute.objects.order_by("pk").first()
    return found or StatutoryRoute.objects.create(
        code="arbitration", clause=2, name="劳动仲裁", organ="劳动人事争议仲裁委员会",
        basis="《劳动争议调解仲裁法》第五条", guidance="带身份证和劳动合同申请。",
    )  # fmt: skip


def _turned_away(verb: str, **facts: Any) -> Callable[[Cast, dt.datetime], Case]:
    def make(cast: Cast, now: dt.datetime) -> Case:
        case = registered(cast, now, title=f"不在这里办的事 {verb}")
        act = getattr(actions, verb)
        more = {"related_case_id": accepted(cast, now).pk} if verb == "decline_closed_case" else {}
        act(actor=cast.act(cast.clerk, now), case_id=case.pk, reason=REASON, now=now, **facts, **more)
        return Case.objects.get(pk=case.pk)

    return make


@kept
def answered(cast: Cast, now: dt.datetime) -> Case:
    return life_reviews.answered(cast, accepted(cast, now), now=now)


@kept
def in_review(cast: Cast, now: dt.datetime) -> Case:
    return life_reviews.in_review(cast, now)


@kept
def closed(cast: Cast, now: dt.datetime) -> Case:
    """Served so long ago that the petitioner's month has passed."""
    case = life_reviews.served(cast, now - dt.timedelta(days=60))
    actions.close_case(actor=SYSTEM, case_id=case.pk, now=now)
    return Case.objects.get(pk=case.pk)


@kept
def settled(cast: Cast, now: dt.datetime) -> Case:
    case = accepted(cast, now)
    actions.settle_case(actor=cast.act(cast.liaison, now), case_id=case.pk, now=now, **_settlement(now))
    return Case.objects.get(pk=case.pk)


@kept
def replied(cast: Cast, now: dt.datetime) -> Case:
    case = accepted(cast, now, purpose="suggestion", title="建议加装路灯")
    actions.answer_suggestion(
        actor=cast.act(cast.liaison, now), case_id=case.pk, adoption="adopted", text="今年安装。", now=now
    )
    return Case.objects.get(pk=case.pk)


@kept
def diverted(cast: Cast, now: dt.datetime) -> Case:
    case = accepted(cast, now)
    actions.divert_case(
        actor=cast.act(cast.liaison, now), case_id=case.pk, route_id=route().pk, reason=REASON, now=now
    )
    return Case.objects.get(pk=case.pk)


@kept
def handed_over(cast: Cast, now: dt.datetime) -> Case:
    case = registered(cast, now, purpose="accusation", title="反映有人吃拿卡要")
    actions.hand_over_accusation(
        actor=cast.act(cast.clerk, now), case_id=case.pk, competent_body="县纪委监委", reason=REASON, now=now
    )
    return Case.objects.get(pk=case.pk)


@kept
def merged(cast: Cast, now: dt.datetime) -> Case:
    into, case = accepted(cast, now), accepted(cast, now, title="同一工地的事")
    actions.merge_case(
        actor=cast.act(cast.clerk, now), case_id=case.pk, into_id=into.pk, reason=REASON, now=now
    )
    return Case.objects.get(pk=case.pk)


@kept
def withdrawn(cast: Cast, now: dt.datetime) -> Case:
    case = accepted(cast, now)
    actions.withdraw_case(
        actor=cast.act(cast.liaison, now), case_id=case.pk, reason="本人自愿撤回。", now=now
    )
    return Case.objects.get(pk=case.pk)


IN_STATE: Mapping[str, Callable[[Cast, dt.datetime], Case]] = {
    "registered": registered,
    "forwarded": forwarded,
    "accepted": accepted,
    "answered": answered,
    "served": life_reviews.served,
    "in_review": in_review,
    "reviewed": life_reviews.reviewed,
    "in_reexamination": life_reviews.in_reexamination,
    "closed": closed,
    "settled": settled,
    "replied": replied,
    "diverted": diverted,
    "handed_over": handed_over,
    "merged": merged,
    "finally_closed": life_reviews.finally_closed,
    "declined": _turned_away("decline_case", ground="not_competent", competent_body="省应急管理厅"),
    "declined_closed": _turned_away("decline_closed_case"),
    "guided": _turned_away("guide_case", ground="skip_level", competent_body="文昌镇人民政府"),
    "withdrawn": withdrawn,
}


@kept
def people(cast: Cast) -> None:
    """Who is needed above and beside: the reviewing bodies, each with a liaison and a head."""
    life_reviews.upper_units(cast)
    for unit, name in (("petition", "白县长"), ("city_petition", "黑市长")):
        life_reviews.staffed(cast, f"{unit}_head", name, cast.units[unit], role=DEPARTMENT_HEAD)


def reviewers(cast: Cast, state: str) -> dict[str, User]:
    """The people of the body that has the request, by role: the county's office, at the last stage the city's."""
    unit = "city_petition" if state in ("in_reexamination", "finally_closed") else "petition"
    return {LIAISON: cast.people[unit], DEPARTMENT_HEAD: cast.people[f"{unit}_head"]}


def _settlement(now: dt.datetime) -> dict[str, Any]:
    return {
        "kind": "mediation", "parties": "张秀英；云溪路桥公司", "facts": "拖欠三个月工资。", "terms": "十五日内付清。",
        "performance": "银行转账。", "agreed_on": timezone.localdate(now), "mediator": "县人民调解委员会",
    }  # fmt: skip


def arguments(verb: str, case: Case, cast: Cast, now: dt.datetime) -> dict[str, Any]:
    """What a careful person would say with this verb, so that a refusal is about the person or the state."""
    unit, today = cast.units["housing"].pk, timezone.localdate(now)
    claim_ids = list(case.claims.values_list("pk", flat=True))
    reason = {"reason": "经过核实，理由写在这里，足够详细。"}
    known: dict[str, dict[str, Any]] = {
        "accept_case": {"department_id": unit},
        "forward_case": {"department_id": unit},
        "decline_case": {"ground": "not_competent", "competent_body": "省应急管理厅"},
        "decline_closed_case": {"related_case_id": None},
        "guide_case": {"ground": "skip_level", "competent_body": "文昌镇人民政府"},
        "hand_over_accusation": {"competent_body": "县纪委监委"},
        "reroute_case": {"department_id": unit},
        "transfer_claims": {"claim_ids": claim_ids[:1], "route_id": None},
        "divert_case": {"route_id": None},
        "split_case": {"claim_ids": claim_ids[:1], "title": "另一件"},
        "merge_case": {"into_id": None},
        "link_cases": {"other_id": None, "kind": "related"},
        "request_extension": {"days": 10},
        "close_case": {},
    }
    if verb in known:
        return {**reason, **known[verb]}
    own: dict[str, dict[str, Any]] = {
        "involve_unit": {"department_id": unit, "part": "copy", "demand": ""},
        "report_back": {"text": "已经办结，结果如下。"},
        "give_instruction": {
            "text": "月底前付清工资。",
            "department_id": unit,
            "due_on": today + dt.timedelta(days=9),
        },
        "record_work": {"kind": "talk", "happened_on": today, "text": "听取陈述。"},
        "request_supplement": {"what": "工资条复印件。"},
        "receive_supplement": {"note": "收到三张。"},
        "report_urgent": {"reported_to": "县委、县政府", "text": "已派人到场。"},
        "approve_extension": {"decision": "同意。"},
        "refuse_extension": {"decision": "理由不足。"},
        "settle_case": _settlement(now),
        "answer_suggestion": {"adoption": "adopted", "text": "今年安装。"},
        "draft_opinion": {"rows": answers(case)},
        "submit_opinion": {},
        "record_consent": {"is_given": True, "said_on": today, "how": "电话确认"},
        "countersign_opinion": {},
        "issue_opinion": {},
        "receive_case": {},
        "serve_opinion": {"service": handed(now)},
        "serve_document": {"document_id": None, "service": handed(now)},
        **{
            name: {
                "department_id": cast.units["petition"].pk,
                "requested_on": today,
                "request": "请求撤销原意见。",
            }
            for name in ("request_review", "request_reexamination")
        },
        **{name: {"outcome": "uphold", **WORDS} for name in ("issue_review", "issue_reexamination")},
        "order_redo": WORDS,
    }
    return own.get(verb, reason)
