"""Schemes and assessments for tests, brought to a state by the real actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from accountability import actions
from accountability.models import Assessment, AssessmentScheme, Finding
from accountability.queries.assess import counted_events
from accountability.queries.assess_table import ItemWords
from accountability.rules import AppealAnswer
from hall.models import User
from tests.accountability.sanction_steps import decided as finding_of
from tests.cast import NOW, Cast
from tests.kept import kept

FROM, TO = dt.date(2026, 1, 1), dt.date(2026, 10, 31)
SAID = "本单位对第一项扣分有不同意见，附催办记录。"
WHY = "经过核实，记录完整，予以维持。"
BODY = "中共云溪县委组织部"
IN_PERIOD = dt.datetime(2026, 9, 10, 9, 30, tzinfo=NOW.tzinfo)
"""A Thursday within the days of the scheme."""


def item(source: str, full: Any, **facts: Any) -> ItemWords:
    kind = facts.pop("kind", "deduct")
    if kind != "rate":
        facts = {"each": Decimal(1), "cap": Decimal(full), **facts}
    return ItemWords(
        name=facts.pop("name", f"项目{source}"), kind=kind, source=source, full=Decimal(full), **facts
    )


PLAIN = (
    item("answer", 40, kind="rate"),
    item("finding_late", 20, each=Decimal(3), cap=Decimal(10)),
    item("supervision_late", 20, each=Decimal(5)),
    item("absence", 10),
    item("document", 10, kind="manual", cap=Decimal(4)),
)


def drafted(
    cast: Cast, *, from_on: dt.date = FROM, to_on: dt.date = TO, now: dt.datetime = NOW, **facts: Any
) -> AssessmentScheme:
    begins = facts or {"standard": "resident"}
    return actions.draft_scheme(
        actor=cast.act(cast.manager, now),
        hall_id=cast.hall.pk,
        from_on=from_on,
        to_on=to_on,
        now=now,
        **begins,
    )


def edited(
    cast: Cast, scheme: AssessmentScheme, items: Sequence[ItemWords], *, now: dt.datetime = NOW
) -> AssessmentScheme:
    return actions.edit_scheme(
        actor=cast.act(cast.manager, now), scheme_id=scheme.pk, title="进驻单位考核方案", items=items,
        revision=scheme.revision, now=now,
    )  # fmt: skip


@kept
def published(
    cast: Cast, items: Sequence[ItemWords] = PLAIN, *, now: dt.datetime = NOW, **facts: Any
) -> AssessmentScheme:
    scheme = edited(cast, drafted(cast, now=now, **facts), items, now=now)
    return actions.publish_scheme(
        actor=cast.act(cast.leader, now), scheme_id=scheme.pk, revision=scheme.revision, now=now
    )


def finding(cast: Cast, unit: str = "labour", *, now: dt.datetime = IN_PERIOD, **facts: Any) -> Finding:
    """Decided against the unit within the days of the scheme."""
    return finding_of(cast, unit, now=now, **facts)


@kept
def drawn(
    cast: Cast, scheme: AssessmentScheme | None = None, unit: str = "labour", *, now: dt.datetime = NOW
) -> Assessment:
    scheme = scheme or AssessmentScheme.objects.filter(status="published").first() or published(cast, now=now)
    made = actions.draw_up_assessments(
        actor=cast.act(cast.manager, now), scheme_id=scheme.pk, department_ids=[cast.units[unit].pk], now=now
    )
    return made[0]


def fresh(one: Assessment) -> Assessment:
    return Assessment.objects.get(pk=one.pk)


@kept
def sent(cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW) -> Assessment:
    one = one or drawn(cast, now=now)
    return actions.send_assessment(actor=cast.act(cast.manager, now), assessment_id=one.pk, now=now)


@kept
def stated(cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW, **facts: Any) -> Assessment:
    one = one or sent(cast, now=now)
    said = {"actor": cast.act(cast.liaison, now), "text": SAID, **facts}
    return actions.state_assessment(assessment_id=one.pk, now=now, **said)


@kept
def decided(
    cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW, by: User | None = None, **facts: Any
) -> Assessment:
    one = one or stated(cast, now=now)
    said = {"restored": (), "reason": WHY, **facts}
    return actions.decide_assessment(
        actor=cast.act(by or cast.manager, now), assessment_id=one.pk, now=now, **said
    )


def appealed(
    cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW, events: Sequence[int] | None = None
) -> Assessment:
    """Against these events, or all that count."""
    one = one or decided(cast, now=now)
    chosen = events if events is not None else [event.pk for event in counted_events(one)]
    return actions.appeal_assessment(
        actor=cast.act(cast.head, now),
        assessment_id=one.pk,
        reasons=dict.fromkeys(chosen, "该事项由另一单位承办，请求不计。"),
        now=now,
    )


def answered(
    cast: Cast,
    one: Assessment,
    *,
    restored: Sequence[int] = (),
    by: User | None = None,
    now: dt.datetime = NOW,
) -> Assessment:
    answers = {
        event.pk: AppealAnswer(event.pk in restored, "已经核实，理由如上。")
        for event in counted_events(one)
        if event.appeal
    }
    return actions.decide_appeal(
        actor=cast.act(by or cast.leader, now), assessment_id=one.pk, answers=answers, now=now
    )


@kept
def final(cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW) -> Assessment:
    one = one or decided(cast, now=now)
    return actions.accept_assessment(actor=cast.act(cast.head, now), assessment_id=one.pk, now=now)


@kept
def filed(cast: Cast, one: Assessment | None = None, *, now: dt.datetime = NOW, **facts: Any) -> Assessment:
    one = one or final(cast, now=now)
    return actions.file_assessment(
        actor=cast.act(cast.manager, now), assessment_id=one.pk, now=now, **(facts or {"body": BODY})
    )
