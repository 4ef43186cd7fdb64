"""Why somebody came again is traced to what the office did: once by the facts, again by a supervisor's correction."""

from __future__ import annotations

import datetime as dt
from functools import partial

from django.db import transaction
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.sweeps import swept, tell_failed
from accountability.models import CauseLink
from accountability.queries.traces import (
    Trace,
    earlier_of,
    kind_of,
    late_deadlines,
    proof_of,
    stale,
    trace_of,
    untraced,
)
from cases.models import Case
from hall import journal
from hall.access import SYSTEM, Actor, Refused

BATCH = 500


@transaction.atomic
def trace_repeat(
    *,
    actor: Actor,
    case_id: int,
    cause: str = "",
    deadline_id: int | None = None,
    reason: str = "",
    now: dt.datetime,
) -> CauseLink:
    """Without a cause the facts say it, where nothing was traced yet or the facts say something else by now; with one a
    person does, and says why. The facts never speak again over a person.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_trace_repeat(actor, case, now=now)
    known = CauseLink.objects.filter(case=case).order_by("-version").first()
    last = known.version if known else 0
    if cause or actor.kind != "system":
        trace, said = _corrected(case, cause, deadline_id), rules.check_grounds(reason)
    elif known and known.by_id:
        return known
    else:
        trace, said = trace_of(case), ""
        if known and _says(known) == (trace.kind, trace.cause, trace.earlier_id, trace.deadline_id):
            return known
    link = CauseLink.objects.create(
        case=case,
        version=last + 1,
        kind=trace.kind,
        earlier_id=trace.earlier_id,
        cause=trace.cause,
        deadline_id=trace.deadline_id,
        evidence=list(trace.entries),
        reason=said,
        at=now,
        by_id=actor.user_id,
    )
    after = {"cause": link.cause, "version": link.version}
    journal.record(actor, "trace_repeat", link, stream=case, after=after, now=now)
    return link


def _says(link: CauseLink) -> tuple[str, str, int | None, int | None]:
    return link.kind, link.cause, link.earlier_id, link.deadline_id


def _corrected(case: Case, cause: str, deadline_id: int | None) -> Trace:
    known, earlier = rules.check_cause(cause), earlier_of(case)
    if earlier is None and not case.is_skip_level:
        raise Refused(_("这件事项不是重复信访，也不是越级信访。"), "state")
    kind = kind_of(case, earlier)
    if known == "none":
        return Trace(kind, known, earlier.pk if earlier else None)
    if earlier is None:
        words = _("没有关联的前一事项；请先在事项页面关联，再写明原因。")
        raise Refused(words, "input", field="cause")
    came = case.registered_at
    if deadline_id is not None and deadline_id not in {one.pk for one in late_deadlines(earlier, came)}:
        raise Refused(_("请选择前一事项中当时已经逾期的期限。"), "input", field="deadline")
    return Trace(kind, known, earlier.pk, deadline_id, proof_of(earlier, came, known, deadline_id))


def trace_repeats(*, now: dt.datetime, limit: int = BATCH) -> int:
    """Every repeated or skip-level matter that was not looked at yet, and where the record says more since; returns how
    many.
    """
    traced, failed, after = 0, 0, 0
    while pks := untraced(after, limit):
        for pk in pks:
            done = swept(partial(trace_repeat, actor=SYSTEM, case_id=pk, now=now), f"case {pk}")
            traced, failed = traced + (done is not None), failed + (done is None)
        after = pks[-1]
        if len(pks) < limit:
            break
    for link in list(stale().order_by("case_id")[:limit]):
        again = swept(
            partial(trace_repeat, actor=SYSTEM, case_id=link.case_id, now=now), f"case {link.case_id}"
        )
        traced, failed = (
            traced + (again is not None and again.version > link.version),
            failed + (again is None),
        )
    tell_failed("trace_repeats", failed, now=now)
    return traced
