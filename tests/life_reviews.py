"""Cases on their way through review and re-examination, and the people of the bodies above."""

from __future__ import annotations

import datetime as dt
from functools import partial
from typing import Any

from cases import actions
from cases.actions.papers import petitioner_name
from cases.models import Case, Review
from hall.access import SYSTEM
from hall.models import IssuedDocument
from staffing.actions import post_person, register_user
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department
from tests.cast import FOUNDED, NOW, TZ, Cast, save
from tests.kept import kept
from tests.life_opinions import WORDS, handed
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


@kept
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


@kept
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


@kept
def answered(cast: Cast, case: Case, *, now: dt.datetime) -> Case:
    """Every claim answered in an issued opinion, each time in other words."""
    rounds = case.opinions.filter(status="issued").count() + 1
    words = {**WORDS, "facts": f"第{rounds}次办理，已经查实。"}
    rows = [actions.Answer(claim_id=claim.pk, **words) for claim in case.claims.filter(split_to=None)]
    actions.draft_opinion(actor=SYSTEM, case_id=case.pk, rows=rows, now=now)
    for verb in (actions.submit_opinion, actions.countersign_opinion, actions.issue_opinion):
        verb(actor=SYSTEM, case_id=case.pk, now=now)
    return Case.objects.get(pk=case.pk)


def serve(case: Case, document: IssuedDocument, *, now: dt.datetime) -> None:
    """The paper was handed over today and the petitioner's period began."""
    verb = partial(actions.serve_document, document_id=document.pk)
    if case.status == "answered":
        verb = partial(actions.serve_opinion)
    verb(actor=SYSTEM, case_id=case.pk, service=_to(case, now), now=now)


def _to(case: Case, now: dt.datetime) -> actions.Service:
    """Into the principal's own hands."""
    return handed(now, receiver=petitioner_name(case))


@kept
def served(cast: Cast, now: dt.datetime = NOW, case: Case | None = None, **facts: Any) -> Case:
    """Accepted, answered and served on that day."""
    case = answered(cast, case or accepted(cast, now, **facts), now=now)
    actions.serve_opinion(actor=SYSTEM, case_id=case.pk, service=_to(case, now), now=now)
    return Case.objects.get(pk=case.pk)


@kept
def asked(cast: Cast, case: Case, unit: str = "petition", *, now: dt.datetime = NOW, **facts: Any) -> Review:
    """The petitioner asks that unit for a review, today."""
    stated: dict[str, Any] = {"requested_on": now.astimezone(TZ).date(), "request": ASKED}
    return actions.request_review(
        actor=cast.act(cast.clerk, now), case_id=case.pk, department_id=cast.units[unit].pk, now=now,
        **{**stated, **facts},
    )  # fmt: skip


@kept
def in_review(cast: Cast, now: dt.datetime = NOW, unit: str = "petition", **facts: Any) -> Case:
    case = served(cast, now, **facts)
    asked(cast, case, unit, now=now)
    return Case.objects.get(pk=case.pk)


@kept
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
        serve(Case.objects.get(pk=case.pk), review.document, now=now)
    return Case.objects.get(pk=case.pk)


@kept
def asked_again(
    cast: Cast, case: Case, unit: str = "city_petition", *, now: dt.datetime = NOW, **facts: Any
) -> Review:
    """The petitioner asks that unit for a re-examination, today."""
    stated: dict[str, Any] = {"requested_on": now.astimezone(TZ).date(), "request": ASKED}
    return actions.request_reexamination(
        actor=cast.act(cast.clerk, now), case_id=case.pk, department_id=cast.units[unit].pk, now=now,
        **{**stated, **facts},
    )  # fmt: skip


@kept
def in_reexamination(cast: Cast, now: dt.datetime = NOW) -> Case:
    case = reviewed(cast, now)
    asked_again(cast, case, now=now)
    return Case.objects.get(pk=case.pk)


@kept
def finally_closed(cast: Cast, now: dt.datetime = NOW, outcome: str = "uphold") -> Case:
    """Through review and re-examination to the end."""
    case = in_reexamination(cast, now)
    actions.issue_reexamination(
        actor=cast.act(cast.city_petition, now), case_id=case.pk, outcome=outcome, now=now, **FINDINGS
    )
    return Case.objects.get(pk=case.pk)


__all__ = ["DEPARTMENT_HEAD", "answered", "asked", "finally_closed", "in_review", "served", "upper_units"]
