"""A finding that a supervisor opens, for what no clock sees: not served, passed on, perfunctory, untrue, not executed.

It lives as one that the clock opened: the unit has its say, a person decides, the unit may ask for a review.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from accountability import rules
from accountability.actions.findings import about, start_say, tell_of, unit_people
from accountability.models import Finding, FindingStart
from accountability.queries.hand_findings import is_office
from cases.models import Case
from hall import journal
from hall.access import Actor, Refused
from hall.batch import broken_by
from staffing.models import Department, Hall


@transaction.atomic
def open_finding(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    fault: str,
    deadline_id: int | None = None,
    reason: str,
    evidence: Collection[int],
    now: dt.datetime,
) -> Finding:
    """One fault of one unit in one matter, on entries of its journal. `days_late` is 0: nothing is counted."""
    case = Case.objects.locked(case_id)
    rules.check_can_open_finding(actor, case, now=now)
    known = rules.check_fault(fault)
    unit = rules.check_answerable_unit(actor, case, Department.objects.filter(pk=department_id or 0).first())
    deadline = rules.check_period(case, known, unit, deadline_id)
    said = rules.check_grounds(reason)
    entries = rules.check_evidence(actor, case, unit, evidence)
    today = timezone.localdate(now)
    first, last = (timezone.localdate(entries[n].at) for n in (0, -1))
    finding = Finding(
        hall_id=case.hall_id,
        case=case,
        deadline=deadline,
        department=unit,
        is_hall=is_office(case, unit.pk),
        fault=known,
        started_on=first,
        due_on=deadline.due_on if deadline and deadline.due_on else last,
        counted_to=last,
        opened_at=now,
        opened_by_id=actor.user_id,
        grounds=said,
        evidence=[one.pk for one in entries],
        state_by_on=today,
    )
    try:
        with transaction.atomic():
            finding.save(force_insert=True)
    except IntegrityError as error:
        if broken_by(error) in ("finding_once", "finding_heard_once"):
            raise Refused(
                _("对该单位的同一问题已经有一件认定，请在那一件中办理。"), "state", field="fault"
            ) from error
        raise
    start_say(case, finding, now=now, actor=actor)
    finding.save(update_fields=["state_by_on"])
    after = {
        **about(finding), "unit": unit.name, "until": finding.state_by_on, "evidence": len(entries),
    }  # fmt: skip
    journal.record(actor, "open_finding", finding, stream=case, after=after, now=now)
    until = finding.state_by_on.isoformat()
    tell_of(finding, unit_people(finding, now), "finding_opened", once="opened", now=now, until=until)
    return finding


@transaction.atomic
def set_findings_from(
    *, actor: Actor, hall_id: int, from_on: dt.date | None, now: dt.datetime
) -> FindingStart:
    """Periods that ended before this day open no finding in this hall; what is open already stays."""
    hall = Hall.objects.select_for_update().get(pk=hall_id)
    rules.check_can_set_findings_from(actor, hall, now=now)
    day = rules.check_findings_from(from_on, today=timezone.localdate(now))
    known = FindingStart.objects.filter(hall=hall).first()
    before = {"from_on": known.from_on} if known else {}
    facts = {"from_on": day, "at": now, "by_id": actor.user_id}
    start, _made = FindingStart.objects.update_or_create(hall=hall, defaults=facts)
    journal.record(actor, "set_findings_from", hall, before=before, after={"from_on": day}, now=now)
    return start
