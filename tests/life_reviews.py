"""Cases on their way through service, review and re-examination.

`served` and `served_document` insert what the actions of the topics opinion and service will do; they are to be
replaced by the real actions when both are merged.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction

from cases import actions
from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.papers import issue_paper
from cases.actions.parts import move_case
from cases.models import Case, Opinion, OpinionRow, Review, ServiceRecord
from hall.access import SYSTEM
from hall.models import IssuedDocument
from staffing.actions import post_person, register_user
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department
from tests.cast import FOUNDED, NOW, TZ, Cast, save
from tests.matters import accepted

FINDINGS = {
    "findings": "用人单位拖欠三个月工资，已经查实。",
    "basis": "《保障农民工工资支付条例》第三条。",
    "conclusion": "原处理意见事实清楚，依据正确。",
}
ASKED = "请求撤销原处理意见，责令支付全部拖欠的工资。"
UPPER = {
    # code: name, jurisdiction, petition office, liaison
    "city_labour": ("滇南市人力资源和社会保障局", "city", False, "钱市安"),
    "city_housing": ("滇南市住房和城乡建设局", "city", False, ""),
    "city_petition": ("滇南市信访局", "city", True, "孔市清"),
    "province_petition": ("云岭省信访局", "province", True, "曹省明"),
    "province_labour": ("云岭省人力资源和社会保障厅", "province", False, ""),
}


def staffed(cast: Cast, key: str, name: str, unit: Department, role: str = LIAISON) -> None:
    """One more person at a post in that unit, reached as `cast.<key>`."""
    user = register_user(actor=SYSTEM, username=key, name=name, now=FOUNDED)
    post_person(
        actor=SYSTEM,
        user_id=user.pk,
        role=role,
        title="经办人",
        department_id=unit.pk,
        from_on=FOUNDED.date(),
        now=FOUNDED,
    )
    user.refresh_from_db()
    cast.people[key] = user


def upper_units(cast: Cast) -> None:
    """The bodies above the county's; `cast.units["city_labour"]`, `cast.city_labour` is its liaison. The county's
    petition office has one too: `cast.petition`.
    """
    for code, (name, level, is_office, liaison) in UPPER.items():
        cast.units[code] = save(
            Department(code=code, name=name, jurisdiction=getattr(cast, level), is_petition_office=is_office),
            FOUNDED,
        )
        if liaison:
            staffed(cast, code, liaison, cast.units[code])
    staffed(cast, "petition", "严县平", cast.units["petition"])


@transaction.atomic
def answered(cast: Cast, case: Case, *, now: dt.datetime) -> Case:
    """Every claim answered in an issued opinion. To be replaced by draft, submit, countersign and issue."""
    rounds = case.opinions.filter(status="issued").count() + 1
    handler = case.first_handler
    assert handler is not None
    opinion = Opinion.objects.create(
        case=case, round=rounds, department=handler, drafted_by=cast.liaison, drafted_at=now
    )
    OpinionRow.objects.bulk_create(
        OpinionRow(
            opinion=opinion,
            claim=claim,
            conclusion="support",
            facts="已经查实。",
            basis="有关规定。",
            answer="依法办理。",
        )
        for claim in case.claims.all()
    )
    case = Case.objects.get(pk=case.pk)
    move_case(case, "issue_opinion", now=now)
    opinions = [
        {
            "text": row.claim.text,
            "facts": row.facts,
            "basis": row.basis,
            "conclusion": "予以支持",
            "opinion": row.answer,
        }
        for row in opinion.rows.select_related("claim")
    ]
    paper = issue_paper(
        "opinion",
        case,
        actor=SYSTEM,
        now=now,
        opinions=opinions,
        upper_organ="滇南市信访局",
        organ_name=handler.name,
    )
    for status in ("submitted", "countersigned"):
        Opinion.objects.filter(pk=opinion.pk).update(status=status)
    Opinion.objects.filter(pk=opinion.pk).update(
        status="issued", issued_at=now, countersigned_at=now, countersigned_by=cast.head, document=paper
    )
    meet_deadline(case, "handle", actor=SYSTEM, now=now)
    start_deadline(
        case, "serve", department_id=handler.pk, started_on=now.astimezone(TZ).date(), now=now, actor=SYSTEM
    )
    return case


@transaction.atomic
def serve(case: Case, document: IssuedDocument, window: str, *, now: dt.datetime) -> None:
    """The paper was handed over today and the petitioner's period began. To be replaced by `serve_document`."""
    today = now.astimezone(TZ).date()
    ServiceRecord.objects.create(
        case=case,
        document=document,
        method="direct",
        outcome="served",
        served_on=today,
        receiver="张秀英",
        at=now,
    )
    meet_deadline(case, "serve", actor=SYSTEM, now=now)
    if window:
        start_deadline(case, window, department_id=None, started_on=today, now=now, actor=SYSTEM)


@transaction.atomic
def served(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **facts: Any) -> Case:
    """Accepted, answered and served on that day. To be replaced by the real actions."""
    case = answered(cast, case or accepted(cast, now, **facts), now=now)
    opinion = case.opinions.filter(status="issued").order_by("-id")[0]
    assert opinion.document is not None
    case = Case.objects.get(pk=case.pk)
    move_case(case, "serve_opinion", now=now)
    serve(case, opinion.document, "apply_review", now=now)
    return Case.objects.get(pk=case.pk)


def asked(cast: Cast, case: Case, unit: str = "petition", *, now: dt.datetime = NOW, **facts: Any) -> Review:
    """The petitioner asks that unit for a review, today."""
    stated: dict[str, Any] = {"requested_on": now.astimezone(TZ).date(), "request": ASKED}
    return actions.request_review(
        actor=cast.act(cast.clerk, now), case_id=case.pk, department_id=cast.units[unit].pk, now=now,
        **{**stated, **facts},
    )  # fmt: skip


def in_review(cast: Cast, now: dt.datetime = NOW, unit: str = "petition", **facts: Any) -> Case:
    case = served(cast, now, **facts)
    asked(cast, case, unit, now=now)
    return Case.objects.get(pk=case.pk)


def reviewed(
    cast: Cast,
    now: dt.datetime = NOW,
    outcome: str = "uphold",
    *,
    is_served: bool = True,
    case: Case | None = None,
) -> Case:
    """Reviewed by the county's petition office; its opinion handed over."""
    case = case or in_review(cast, now)
    review = actions.issue_review(
        actor=cast.act(cast.petition, now), case_id=case.pk, outcome=outcome, now=now, **FINDINGS
    )
    if is_served:
        assert review.document is not None
        serve(Case.objects.get(pk=case.pk), review.document, "apply_reexamination", now=now)
    return Case.objects.get(pk=case.pk)


def asked_again(
    cast: Cast, case: Case, unit: str = "city_petition", *, now: dt.datetime = NOW, **facts: Any
) -> Review:
    """The petitioner asks that unit for a re-examination, today."""
    stated: dict[str, Any] = {"requested_on": now.astimezone(TZ).date(), "request": ASKED}
    return actions.request_reexamination(
        actor=cast.act(cast.clerk, now), case_id=case.pk, department_id=cast.units[unit].pk, now=now,
        **{**stated, **facts},
    )  # fmt: skip


def in_reexamination(cast: Cast, now: dt.datetime = NOW) -> Case:
    case = reviewed(cast, now)
    asked_again(cast, case, now=now)
    return Case.objects.get(pk=case.pk)


def finally_closed(cast: Cast, now: dt.datetime = NOW, outcome: str = "uphold") -> Case:
    """Through review and re-examination to the end."""
    case = in_reexamination(cast, now)
    actions.issue_reexamination(
        actor=cast.act(cast.city_petition, now), case_id=case.pk, outcome=outcome, now=now, **FINDINGS
    )
    return Case.objects.get(pk=case.pk)


__all__ = ["DEPARTMENT_HEAD", "answered", "asked", "finally_closed", "in_review", "served", "upper_units"]
