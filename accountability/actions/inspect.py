"""实地督查: planned, drawn by a seed that nobody chooses, looked at on the spot, concluded, told by a second person.

All of it stands in the inspection's own stream: a unit reads its cases' and does not learn what was drawn.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.evidence import SentFile, put_evidence
from accountability.lifecycle import CHECKS, INSPECTION
from accountability.models import Inspection, InspectionCheck
from accountability.queries.sampling import digest_of, drawn, frame_of, seed_of
from cases.actions.parts import readers_of
from cases.models import Case
from cases.rules.common import check_said
from cases.rules.results import check_words
from hall import journal, outbox
from hall.access import Actor, Refused
from hall.models import stream_of
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department, Hall


@transaction.atomic
def plan_inspection(
    *,
    actor: Actor,
    hall_id: int,
    title: str,
    from_on: dt.date | None,
    to_on: dt.date | None,
    unit_ids: Sequence[int],
    sizes: dict[str, int],
    now: dt.datetime,
) -> Inspection:
    """What is drawn from: matters that ended, or were rated low, in that period, of these units (all where none)."""
    hall = Hall.objects.get(pk=hall_id)
    rules.check_can_plan_inspection(actor, hall_id, now=now)
    said = check_said(title, "title", _("请写明名称，至少%(n)s个字。"))
    start, end = rules.check_drawn_period(from_on, to_on)
    rules.check_inspected_units(actor, unit_ids)
    one = Inspection.objects.create(
        hall=hall, title=said, from_on=start, to_on=end, sizes=rules.check_sizes(sizes), planned_at=now,
        planned_by_id=actor.user_id,
    )  # fmt: skip
    one.units.set(Department.objects.filter(pk__in=unit_ids))
    after = {"from": start, "to": end, "units": sorted(unit_ids), "sizes": one.sizes}
    journal.record(actor, "plan_inspection", one, after=after, now=now)
    return one


@transaction.atomic
def draw_sample(*, actor: Actor, inspection_id: int, now: dt.datetime) -> Inspection:
    """Once, for good. Frame, digest and seed are recorded, so that anybody can draw again and get the same."""
    one = Inspection.objects.locked(inspection_id)
    rules.check_can_draw_sample(actor, one, now=now)
    frame = frame_of(one)
    if not any(frame.values()):
        raise Refused(_("这一期间没有可以抽取的事项，请另定期间或者单位。"), "state")
    one.frame, one.frame_digest = frame, digest_of(frame)
    one.seed = seed_of(journal.head(stream_of(one)), one.frame_digest)
    one.status = INSPECTION.target("draw_sample", one.status)
    one.drawn_at, one.drawn_by_id = now, actor.user_id
    one.save(update_fields=["frame", "frame_digest", "seed", "status", "drawn_at", "drawn_by"])
    sample = drawn(frame, one.sizes, one.seed)
    InspectionCheck.objects.bulk_create(
        InspectionCheck(inspection=one, stratum=stratum, case_id=pk, place=place)
        for place, (stratum, pk) in enumerate(sample, start=1)
    )
    after = {
        "seed": one.seed, "digest": one.frame_digest, "frame": {name: len(ids) for name, ids in frame.items()},
        "cases": [pk for _stratum, pk in sample],
    }  # fmt: skip
    journal.record(actor, "draw_sample", one, after=after, now=now)
    return one


@transaction.atomic
def record_check(
    *,
    actor: Actor,
    check_id: int,
    visited_on: dt.date | None,
    found: str,
    conclusion: str,
    files: Sequence[SentFile] = (),
    now: dt.datetime,
) -> InspectionCheck:
    """What was found on the spot, against what the file says, with photographs and papers. Said once."""
    known = InspectionCheck.objects.only("case_id", "inspection_id").get(pk=check_id)
    case = Case.objects.locked(known.case_id)
    inspection = Inspection.objects.locked(known.inspection_id)
    one = InspectionCheck.objects.select_for_update(of=("self",)).get(pk=check_id)
    one.case, one.inspection = case, inspection
    rules.check_can_record_check(actor, one, now=now)
    drawn_on = timezone.localdate(inspection.drawn_at or now)
    one.visited_on = rules.check_visit(
        visited_on, conclusion, drawn_on=drawn_on, today=timezone.localdate(now)
    )
    one.found = check_said(found, "found", _("请写明看到了什么，至少%(n)s个字。"))
    one.conclusion, one.at, one.by_id = conclusion, now, actor.user_id
    one.save(update_fields=["visited_on", "found", "conclusion", "at", "by"])
    kept = put_evidence(one, files, actor=actor, now=now)
    after = {"case": case.pk, "on": one.visited_on, "conclusion": conclusion, **kept}
    journal.record(actor, "record_check", one, stream=inspection, after=after, now=now)
    return one


@transaction.atomic
def conclude_inspection(
    *,
    actor: Actor,
    inspection_id: int,
    result: str,
    problems: str = "",
    public_title: str = "",
    public_text: str = "",
    now: dt.datetime,
) -> Inspection:
    """The result, of which each unit is told what concerns its own matters; and, where it is to be told, the words for
    the public, in which nobody can be made out.
    """
    one = Inspection.objects.locked(inspection_id)
    rules.check_can_conclude_inspection(actor, one, now=now)
    one.result = check_said(result, "result", _("请写明督查的结果，至少%(n)s个字。"))
    one.problems = problems.strip()
    one.public_title, one.public_text = "", ""
    if public_text.strip() or public_title.strip():
        ids = list(one.checks.values_list("case_id", flat=True))
        try:
            one.public_title, one.public_text = check_words(public_title, public_text, ids)
        except Refused as refused:
            raise Refused(refused.reason, refused.kind, field=f"public_{refused.field}") from None
    one.status = INSPECTION.target("conclude_inspection", one.status)
    one.revision += 1
    one.concluded_at, one.concluded_by_id = now, actor.user_id
    one.save(
        update_fields=[
            "result", "problems", "public_title", "public_text", "status", "revision", "concluded_at", "concluded_by",
        ]
    )  # fmt: skip
    if actor.user_id is not None:
        one.authors.add(actor.user_id)
    journal.record(actor, "conclude_inspection", one, after={"revision": one.revision}, now=now)
    if one.revision == 1:
        _tell_units(one, now=now)
    return one


def _tell_units(one: Inspection, *, now: dt.datetime) -> None:
    """Each unit learns what was found in its own matters, once; what was seen only in words that name nobody."""
    checks = one.checks.filter(case__first_handler__isnull=False).select_related("case__first_handler")
    for check in checks.defer("case__search", "case__content").order_by("place"):
        case, unit = check.case, check.case.first_handler
        if unit is None:
            continue
        try:
            rules.check_nothing_personal_in(check.found, [case.pk])
            found = check.found
        except Refused:
            found = ""
        outbox.post(
            "inspection_checked",
            to=readers_of(case, unit, DEPARTMENT_HEAD, LIAISON, now=now),
            context={
                "number": case.number, "title": case.title, "day": f"{check.visited_on}", "found": found,
                "conclusion": CHECKS[check.conclusion],
            },
            once=f"inspection_checked/{check.pk}",
            url=reverse("cases:case", args=[case.pk]),
            now=now,
        )  # fmt: skip


@transaction.atomic
def publish_inspection(*, actor: Actor, inspection_id: int, revision: int, now: dt.datetime) -> Inspection:
    """The words that were read, by another hand than wrote them."""
    one = Inspection.objects.locked(inspection_id)
    rules.check_can_publish_inspection(actor, one, now=now)
    if revision != one.revision:
        raise Refused(_("内容在您阅读以后又有修改，请重新阅读后批准。"), "state")
    rules.check_still_public(one, list(one.checks.values_list("case_id", flat=True)))
    one.status = INSPECTION.target("publish_inspection", one.status)
    one.published_at, one.approved_by_id = now, actor.user_id
    one.save(update_fields=["status", "published_at", "approved_by"])
    journal.record(actor, "publish_inspection", one, after={"revision": revision}, now=now)
    return one


@transaction.atomic
def withdraw_inspection(*, actor: Actor, inspection_id: int, reason: str, now: dt.datetime) -> Inspection:
    """Taken down: that it stood there, and why it does not any more, stays."""
    one = Inspection.objects.locked(inspection_id)
    rules.check_can_withdraw_inspection(actor, one, now=now)
    reason = rules.check_public_reason(reason, list(one.checks.values_list("case_id", flat=True)))
    _end(one, "withdraw_inspection", reason, actor=actor, now=now)
    return one


@transaction.atomic
def cancel_inspection(*, actor: Actor, inspection_id: int, reason: str, now: dt.datetime) -> Inspection:
    """Not carried out, for a reason. What was drawn stays on record: nobody draws until it suits."""
    one = Inspection.objects.locked(inspection_id)
    rules.check_can_cancel_inspection(actor, one, now=now)
    _end(one, "cancel_inspection", reason, actor=actor, now=now)
    return one


def _end(one: Inspection, verb: str, reason: str, *, actor: Actor, now: dt.datetime) -> None:
    one.end_reason, one.ended_at = check_said(reason, "reason")[:300], now
    one.status = INSPECTION.target(verb, one.status)
    one.save(update_fields=["status", "end_reason", "ended_at"])
    journal.record(actor, verb, one, reason=one.end_reason, now=now)
