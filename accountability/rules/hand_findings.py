"""Who opens a finding by hand, and what it must rest on: never a feeling, always entries of the journal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import ABOUT_A_PERIOD, BY_HAND_FAULTS
from accountability.queries.hand_findings import answerable_units, chosen_evidence, is_office, periods_of
from accountability.rules.findings import was_of_unit
from cases.models import Case, Deadline
from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from hall.models import JournalEntry
from staffing.lifecycle import HALL_MANAGER, SUPERVISOR
from staffing.models import Department, Hall

ARTICLE = "《信访工作条例》第四十条"
MOST_EVIDENCE = 60


def check_can_open_finding(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """A supervisor of the hall, who is not complained of and does not stay out of the matter; never the system."""
    check_interest(actor, standing(case))
    if actor.kind != "person" or not actor.has(SUPERVISOR, hall_id=case.hall_id):
        raise Refused(_("这一步由本大厅的督查员办理。"), "role", article=ARTICLE)


def check_fault(fault: str) -> str:
    if fault not in BY_HAND_FAULTS:
        raise Refused(_("请选择问题；超期由系统按期限列出。"), "input", field="fault")
    return fault


def check_answerable_unit(actor: Actor, case: Case, department: Department | None) -> Department:
    """A unit that has or had the matter, never one that it complains of, nor the supervisor's own."""
    if department is None or not answerable_units(case).filter(pk=department.pk).exists():
        raise Refused(_("请选择办理过这件事项的单位。"), "input", field="department")
    if department.pk in standing(case).barred_units:
        raise Refused(_("被反映的单位不办理这件事项，不能对它认定。"), "input", field="department")
    if department.pk in actor.departments():
        raise Refused(_("您在该单位任职，不能认定本单位的责任。"), "role", article=ARTICLE)
    return department


def check_period(case: Case, fault: str, department: Department, deadline_id: int | None) -> Deadline | None:
    """A period of that unit in the case; some faults lie in one always, the others may lie in none."""
    if deadline_id is None:
        if fault in ABOUT_A_PERIOD:
            raise Refused(_("请选择是哪一个期限。"), "input", field="deadline")
        return None
    found = periods_of(case).filter(pk=deadline_id).first()
    ours = {department.pk, None} if is_office(case, department.pk) else {department.pk}
    if found is None or found.department_id not in ours:
        raise Refused(_("请选择该单位在这件事项中的期限。"), "input", field="deadline")
    return found


def check_evidence(actor: Actor, case: Case, unit: Department, ids: Collection[int]) -> list[JournalEntry]:
    """At least one act of the case; and whoever was of the unit on these days does not open it."""
    wanted = set(ids)
    if not wanted:
        raise Refused(_("请至少选择一条办理记录作为依据。"), "input", field="evidence")
    if len(wanted) > MOST_EVIDENCE:
        raise Refused(_("一次最多%(n)s项。") % {"n": MOST_EVIDENCE}, "input", field="evidence")
    found = chosen_evidence(case, wanted)
    if len(found) != len(wanted):
        raise Refused(_("其中有不属于这件事项的记录。"), "input", field="evidence")
    first, last = (timezone.localdate(found[n].at) for n in (0, -1))
    if was_of_unit(actor, unit.pk, first, last):
        raise Refused(_("这些记录形成时您在该单位任职，不能由您认定。"), "role", article=ARTICLE)
    return found


def check_can_set_findings_from(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """The hall's manager; the system where the house is set up."""
    if actor.kind != "system" and not actor.has(HALL_MANAGER, hall_id=hall.pk):
        raise Refused(_("这一步由本大厅负责人办理。"), "role")


def check_findings_from(day: dt.date | None, *, today: dt.date) -> dt.date:
    """Not ahead: nobody puts accountability off."""
    if day is None or day > today:
        raise Refused(_("请填写日期，不能晚于今天。"), "input", field="from_on")
    return day
