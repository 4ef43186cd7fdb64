"""考核方案: drafted by the manager from a standard or an earlier one, published by a leader, superseded, closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from accountability import rules
from accountability.lifecycle import SCHEME
from accountability.models import AssessmentScheme, SchemeItem
from accountability.queries.assess import words_of
from accountability.queries.assess_table import STANDARD, ItemWords
from accountability.queries.indicator_table import INDICATORS
from hall import journal
from hall.access import Actor, Refused
from staffing.models import Hall


def _write_items(scheme: AssessmentScheme, items: Sequence[ItemWords]) -> None:
    scheme.items.all().delete()
    SchemeItem.objects.bulk_create(
        SchemeItem(
            scheme=scheme,
            position=n,
            name=one.name.strip(),
            name_en=one.name_en.strip(),
            kind=one.kind,
            source=one.source,
            indicator_version=INDICATORS[one.source].version_on(scheme.to_on).number
            if one.kind == "rate"
            else None,
            full=one.full,
            floor=one.floor if one.kind == "rate" else 0,
            ceiling=one.ceiling if one.kind == "rate" else 1,
            each=None if one.kind == "rate" else one.each,
            cap=None if one.kind == "rate" else one.cap,
        )
        for n, one in enumerate(items, 1)
    )


@transaction.atomic
def draft_scheme(
    *,
    actor: Actor,
    hall_id: int,
    from_on: dt.date | None,
    to_on: dt.date | None,
    now: dt.datetime,
    standard: str = "",
    copied_id: int | None = None,
) -> AssessmentScheme:
    """A draft with the items of a standard scheme, or of an earlier one of the hall; the next version for its days."""
    # Two drafts at once get two versions: the row of the hall lets them through one by one.
    hall = Hall.objects.select_for_update(no_key=True, of=("self",)).get(pk=hall_id)
    rules.check_can_draft_scheme(actor, hall.pk, now=now)
    first, last = rules.check_scheme_period(from_on, to_on)
    if copied_id is not None:
        model = AssessmentScheme.objects.visible_to(actor).filter(pk=copied_id, hall=hall).first()
        if model is None:
            raise Refused(_("没有找到要沿用的方案。"), "input", field="model")
        title, unit_kind, items = model.title, model.unit_kind, words_of(model)
    elif standard in STANDARD:
        given = STANDARD[standard]
        title, unit_kind, items = given.title, given.unit_kind, list(given.items)
    else:
        raise Refused(_("请选择一个标准方案，或者沿用本厅的方案。"), "input", field="model")
    same = AssessmentScheme.objects.filter(hall=hall, unit_kind=unit_kind, from_on=first, to_on=last)
    scheme = AssessmentScheme.objects.create(
        hall=hall,
        title=title,
        unit_kind=unit_kind,
        from_on=first,
        to_on=last,
        version=(same.aggregate(top=Max("version"))["top"] or 0) + 1,
        drafted_by_id=actor.user_id or 0,
        drafted_at=now,
    )
    _write_items(scheme, items)
    after = {"from_on": first, "to_on": last, "version": scheme.version, "unit_kind": unit_kind}
    journal.record(actor, "draft_scheme", scheme, after=after, now=now)
    return scheme


@transaction.atomic
def edit_scheme(
    *, actor: Actor, scheme_id: int, title: str, items: Sequence[ItemWords], revision: int, now: dt.datetime
) -> AssessmentScheme:
    """Other words, points and costs, in draft alone."""
    scheme = AssessmentScheme.objects.locked(scheme_id)
    rules.check_can_edit_scheme(actor, scheme, now=now)
    rules.check_scheme_revision(scheme, revision)
    rules.check_items(items)
    scheme.title = rules.check_assessment_words(title, "title")[:80]
    scheme.status = SCHEME.target("edit_scheme", scheme.status)
    scheme.revision, scheme.drafted_at, scheme.drafted_by_id = revision + 1, now, actor.user_id or 0
    scheme.save(update_fields=["title", "status", "revision", "drafted_at", "drafted_by"])
    _write_items(scheme, items)
    journal.record(actor, "edit_scheme", scheme, after=_facts(scheme, items), now=now)
    return scheme


def _facts(scheme: AssessmentScheme, items: Sequence[ItemWords]) -> dict[str, object]:
    return {
        "revision": scheme.revision,
        "items": [
            [one.kind, one.source, str(one.full), str(one.each or ""), str(one.cap or "")] for one in items
        ],
    }


@transaction.atomic
def publish_scheme(*, actor: Actor, scheme_id: int, revision: int, now: dt.datetime) -> AssessmentScheme:
    """In force for its days; the version before it is closed, unless somebody was assessed by that one."""
    hall_id = AssessmentScheme.objects.values_list("hall", flat=True).get(pk=scheme_id)
    # One after the other in a hall: who draws up an assessment meanwhile holds the row of the older scheme.
    Hall.objects.select_for_update(no_key=True, of=("self",)).get(pk=hall_id)
    older = list(
        AssessmentScheme.objects.select_for_update(of=("self",))
        .filter(hall=hall_id, status="published")
        .order_by("pk")
    )
    scheme = AssessmentScheme.objects.locked(scheme_id)
    rules.check_can_publish_scheme(actor, scheme, now=now)
    rules.check_scheme_revision(scheme, revision)
    items = words_of(scheme)
    rules.check_items(items)
    rules.check_whole(items)
    superseded = [
        one.pk
        for one in older
        if one.unit_kind == scheme.unit_kind and one.from_on <= scheme.to_on and one.to_on >= scheme.from_on
    ]
    for one in older:
        if one.pk in superseded:
            one.status, one.closed_at = SCHEME.target("close_scheme", one.status), now
            one.save(update_fields=["status", "closed_at"])
    scheme.status = SCHEME.target("publish_scheme", scheme.status)
    scheme.published_at, scheme.published_by_id = now, actor.user_id
    scheme.save(update_fields=["status", "published_at", "published_by"])
    after = {**_facts(scheme, items), "superseded": superseded}
    journal.record(actor, "publish_scheme", scheme, after=after, now=now)
    return scheme


@transaction.atomic
def close_scheme(*, actor: Actor, scheme_id: int, now: dt.datetime) -> AssessmentScheme:
    """No unit is assessed by it any more."""
    scheme = AssessmentScheme.objects.locked(scheme_id)
    rules.check_can_close_scheme(actor, scheme, now=now)
    scheme.status, scheme.closed_at = SCHEME.target("close_scheme", scheme.status), now
    scheme.save(update_fields=["status", "closed_at"])
    journal.record(actor, "close_scheme", scheme, now=now)
    return scheme
