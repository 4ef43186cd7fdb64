"""Lists of matters that are taken along as a file: who took which, and when, is on record first."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from accountability import rules
from accountability.models import Inspection, InspectionCheck
from accountability.queries import analysis
from accountability.queries.behind import Item, cases_behind
from accountability.queries.inspections import checks_of, is_kept, one_of
from accountability.queries.inspections import inspections as inspection_page
from accountability.queries.periods import Period, Scope
from cases.models import Case
from hall import journal
from hall.access import Actor, Refused, get_visible
from hall.models import User

EXPORT_LIMIT = 5_000


def _record(actor: Actor, verb: str, *, now: dt.datetime, **facts: Any) -> None:
    after = {name: value for name, value in facts.items() if value}
    journal.record(actor, verb, User(pk=actor.user_id), after=after, now=now)


def _narrowed(scope: Scope, period: Period) -> dict[str, Any]:
    return {
        "period": str(period), "unit": scope.department_id, "channel": scope.channel, "category": scope.category,
    }  # fmt: skip


@transaction.atomic
def export_inspections(*, actor: Actor, status: str, now: dt.datetime) -> list[Inspection]:
    """The inspections of the list."""
    rules.check_can_export_inspections(actor, now=now)
    _record(actor, "export_inspections", now=now, status=status)
    return inspection_page(actor, status=status, size=EXPORT_LIMIT).rows


@transaction.atomic
def export_sample(
    *, actor: Actor, inspection_id: int, now: dt.datetime
) -> tuple[Inspection, list[InspectionCheck]]:
    """What was drawn, for the inspector to carry along: the cases that this person sees."""
    one = get_visible(one_of(actor), pk=inspection_id)
    if is_kept(actor, one):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    rules.check_can_export_sample(actor, one, now=now)
    _record(actor, "export_sample", now=now, inspection=one.pk)
    return one, checks_of(actor, one)


@transaction.atomic
def export_figure(
    *, actor: Actor, code: str, scope: Scope, period: Period, part: str, now: dt.datetime
) -> list[Item]:
    """What a figure is the number of, as far as this person sees it."""
    rules.check_can_export_figure(actor, scope, now=now)
    _record(actor, "export_figure", now=now, code=code, part=part, **_narrowed(scope, period))
    return cases_behind(code, scope, period, part, now=now, actor=actor, limit=EXPORT_LIMIT).items


@transaction.atomic
def export_repeated(
    *, actor: Actor, scope: Scope, period: Period, since: str, last: dt.date, now: dt.datetime
) -> list[Any]:
    """What came again in the period, with how often."""
    rules.check_can_export_repeated(actor, scope, now=now)
    matters = analysis.matters_repeated(scope, period, now=now)
    since = since if since in analysis.SINCE else ""
    if since:
        matters = analysis.since_filter(matters, since, last)
    found = _seen(actor, matters)
    _record(actor, "export_repeated", now=now, since=since, **_narrowed(scope, period))
    return found


@transaction.atomic
def export_topic(
    *, actor: Actor, scope: Scope, last: dt.date, region_id: int, category: str, now: dt.datetime
) -> list[Any]:
    """The matters that a topic counts."""
    rules.check_can_export_topic(actor, scope, now=now)
    found = _seen(actor, analysis.topic_cases(scope, last, region_id, category, now=now))
    _record(
        actor, "export_topic", now=now, region=region_id, topic=category, last=last, unit=scope.department_id
    )
    return found


def _seen(actor: Actor, cases: QuerySet[Any]) -> list[Any]:
    visible = cases.filter(pk__in=Case.objects.visible_to(actor).order_by().values("pk"))
    rules.check_may_list(cases.count(), visible.count())
    rows = visible.select_related("first_handler", "category").defer("search", "content")
    return list(rows.order_by("-pk")[:EXPORT_LIMIT])
