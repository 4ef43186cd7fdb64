"""Field visits, leaders' charges and notices, each brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils import timezone

from cases import actions
from cases.actions import Charge
from cases.models import Case, FieldVisit, ResultNotice, Sponsorship
from cases.rules import VisitPlan
from hall.models import User
from tests.cast import NOW, Cast, same_day
from tests.kept import kept

WORDS = "各方到场，逐项核对工资清单，约定分两次付清。"


def plan(cast: Cast, start: dt.datetime, **facts: Any) -> VisitPlan:
    """The county mayor goes to the building site for two hours."""
    stated: dict[str, Any] = {
        "leader_id": cast.leader.pk,
        "starts_at": start,
        "ends_at": same_day(start, 2),
        "reason": "某工地拖欠工资",
        "place": "城关镇工地项目部",
        "visited": "工人代表和项目部",
        "unit_ids": (cast.units["labour"].pk,),
    }
    return VisitPlan(**{**stated, **facts})


@kept
def planned(
    cast: Cast,
    cases: Sequence[Case],
    *,
    start: dt.datetime | None = None,
    now: dt.datetime = NOW,
    **facts: Any,
) -> FieldVisit:
    return actions.plan_field_visit(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        case_ids=[case.pk for case in cases],
        plan=plan(cast, start or now + dt.timedelta(days=1), **facts),
        now=now,
    )


@kept
def made(cast: Cast, cases: Sequence[Case], *, now: dt.datetime = NOW, **facts: Any) -> FieldVisit:
    """Planned yesterday, begun an hour ago, recorded now."""
    visit = planned(cast, cases, start=now - dt.timedelta(hours=1), now=now - dt.timedelta(days=1))
    return actions.record_field_visit(
        actor=cast.act(cast.manager, now),
        visit_id=visit.pk,
        coordination=WORDS,
        opinion="十五日内付清，县人社局监督。",
        now=now,
        **facts,
    )


@kept
def concluded(cast: Cast, cases: Sequence[Case], *, now: dt.datetime = NOW) -> FieldVisit:
    visit = made(cast, cases, now=now)
    return actions.conclude_field_visit(
        actor=cast.act(cast.manager, now),
        visit_id=visit.pk,
        outcome="resolved",
        note="工资已经全部付清。",
        now=now,
    )


@kept
def charge(cast: Cast, *, now: dt.datetime = NOW, **facts: Any) -> Charge:
    """All five points."""
    stated: dict[str, Any] = {
        "name": "某工地欠薪",
        "level": "county",
        "problem": "三个月工资没有支付。",
        "leader_id": cast.leader.pk,
        "contact_id": cast.liaison.pk,
        "plan": "先由总包垫付，再向分包追偿，分两次付清。",
        "unit_ids": (cast.units["labour"].pk, cast.units["housing"].pk),
        "responsibility": "人社局核账，住建局督促总包。",
        "planned_on": timezone.localdate(now) + dt.timedelta(days=60),
    }
    return Charge(**{**stated, **facts})


@kept
def taken(cast: Cast, cases: Sequence[Case], *, now: dt.datetime = NOW, **facts: Any) -> Sponsorship:
    return actions.take_charge(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        case_ids=[case.pk for case in cases],
        charge=charge(cast, now=now, **facts),
        now=now,
    )


@kept
def ended(cast: Cast, cases: Sequence[Case], *, now: dt.datetime = NOW) -> Sponsorship:
    one = taken(cast, cases, now=now)
    return actions.end_sponsorship(
        actor=cast.act(cast.manager, now),
        sponsorship_id=one.pk,
        outcome="resolved",
        note="全部付清，已经核实。",
        now=now,
    )


@kept
def agreed(cast: Cast, case: Case, *, now: dt.datetime = NOW, is_given: bool = True) -> Case:
    """The petitioner says to publication."""
    actions.record_consent(
        actor=cast.act(cast.clerk, now), case_id=case.pk, is_given=is_given, said_on=timezone.localdate(now),
        how="电话确认", now=now,
    )  # fmt: skip
    return Case.objects.get(pk=case.pk)


TITLE, TEXT = "某工地欠薪问题的化解", "领导到现场协调，总包单位垫付工资，工人已经全部领到。"


@kept
def drafted(
    cast: Cast, cases: Sequence[Case], *, by: User | None = None, now: dt.datetime = NOW, **words: str
) -> ResultNotice:
    """Of a concluded visit with cases to whose publication the petitioner agreed."""
    visit = concluded(cast, [agreed(cast, case, now=now) for case in cases], now=now)
    said = {"title": TITLE, "text": TEXT, **words}
    return actions.draft_result(actor=cast.act(by or cast.clerk, now), visit_id=visit.pk, now=now, **said)


@kept
def published(cast: Cast, cases: Sequence[Case], *, now: dt.datetime = NOW) -> ResultNotice:
    notice = drafted(cast, cases, now=now)
    return actions.approve_result(
        actor=cast.act(cast.manager, now), notice_id=notice.pk, revision=notice.revision, now=now
    )
