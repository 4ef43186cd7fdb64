"""Pauses of a case's clocks, each with its authority. Called by a hearing that takes time; see `cases.terms`."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.deadlines import replan_case
from cases.models import Case, Hold
from hall import journal
from hall.access import Actor, Refused


@transaction.atomic
def place_hold(
    *,
    actor: Actor,
    case_id: int,
    kind: str,
    from_on: dt.date,
    authority: str,
    now: dt.datetime,
    to_on: dt.date | None = None,
    reason: str = "",
) -> Hold:
    """From that day on, and until `to_on` (the first day that counts again; open while None), the days do not count
    for the periods that the law lets pause (《信访工作条例》第三十六条第二款). Pauses of one case never overlap.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_place_hold(actor, case, now=now)
    authority = rules.check_said(authority, "authority", _("请写明中止的依据。"))
    began = min(dt.date.fromisoformat(row["started_on"]) for row in rules.stoppable(case))
    if from_on < began:
        raise Refused(_("中止不能早于期限起算之日。"), "input", field="from_on")
    _check_days(from_on, to_on)
    known = case.holds.filter(Q(to_on=None) | Q(to_on__gt=from_on))
    if to_on is not None:
        known = known.filter(from_on__lt=to_on)
    if known.exists():
        raise Refused(_("这几天期限已经中止过，不能重复中止。"), "state")
    hold = Hold.objects.create(
        case=case, kind=kind, from_on=from_on, to_on=to_on, authority=authority, reason=reason.strip(),
        placed_by_id=actor.user_id,
    )  # fmt: skip
    replan_case(case, now=now)
    after = {"hold": kind, "on": from_on, "to_on": to_on, "article": authority, **_last_day(to_on)}
    journal.record(actor, "place_hold", hold, stream=case, after=after, reason=reason.strip(), now=now)
    return hold


@transaction.atomic
def lift_hold(*, actor: Actor, case_id: int, hold_id: int, to_on: dt.date, now: dt.datetime) -> Hold:
    """The days count again from `to_on` on; also an end that was planned can be moved as long as it lies ahead."""
    case = Case.objects.locked(case_id)
    rules.check_can_lift_hold(actor, case, now=now)
    hold = case.holds.filter(pk=hold_id).first()
    if hold is None:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if hold.to_on is not None and hold.to_on <= timezone.localdate(now):
        raise Refused(_("期限已经恢复计算。"), "state")
    _check_days(hold.from_on, to_on)
    if case.holds.filter(from_on__gt=hold.from_on, from_on__lt=to_on).exists():
        raise Refused(_("这几天期限已经中止过，不能重复中止。"), "state")
    before = {"to_on": hold.to_on}
    hold.to_on = to_on
    hold.save(update_fields=["to_on"])
    replan_case(case, now=now)
    after = {"hold": hold.kind, "on": to_on, "to_on": to_on}
    journal.record(actor, "lift_hold", hold, stream=case, before=before, after=after, now=now)
    return hold


def end_holds(case: Case, *, on: dt.date, actor: Actor, now: dt.datetime) -> None:
    """A part of an action that ends the paused period: no pause goes beyond that day into one that follows."""
    open_holds = list(case.holds.filter(Q(to_on=None) | Q(to_on__gt=on)))
    for hold in open_holds:
        before, last = hold.to_on, max(on, hold.from_on + dt.timedelta(days=1))
        if before == last:
            continue
        hold.to_on = last
        hold.save(update_fields=["to_on"])
        after = {"hold": hold.kind, "on": last, "to_on": last}
        journal.record(actor, "lift_hold", hold, stream=case, before={"to_on": before}, after=after, now=now)
    if open_holds:
        replan_case(case, now=now)


def _check_days(from_on: dt.date, to_on: dt.date | None) -> None:
    if to_on is not None and to_on <= from_on:
        raise Refused(_("恢复计算的日期须晚于中止之日。"), "input", field="to_on")


def _last_day(to_on: dt.date | None) -> dict[str, dt.date]:
    """The last day that is not counted, for the timeline."""
    return {"until": to_on - dt.timedelta(days=1)} if to_on else {}
