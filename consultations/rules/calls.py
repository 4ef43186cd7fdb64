"""A consultation: who calls it on which case, who is at the table until when, who takes a unit off, who ends it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import CASE
from cases.models import Case
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules import check_said, check_target_unit
from cases.rules.common import check_interest
from cases.terms import term
from consultations.lifecycle import ARTICLE, CONSULTATION, CONSULTED, OFFICE_ROLES, UNIT_ROLES
from consultations.models import Consultation, ConsultedUnit
from consultations.queries.lists import scopes_of
from hall.access import Actor, Refused
from staffing.models import Department

CALLED_IN = ("forwarded", "accepted", "in_review", "in_reexamination")
"""States of a case in which units confer: it is at a unit, in hand, or under review."""
MOST_QUESTIONS, MOST_UNITS, FEWEST_UNITS = 20, 20, 2
UNTIL_DAYS = 60
"""A consultation is over after so many days: those for the opinions, and as many for sitting and minutes."""
CONVENORS = lazy("会商由承办单位、牵头单位的联络员和负责人或者登记大厅的负责人、登记员召集和主持。")


@dataclass(frozen=True, slots=True)
class Seat:
    """A unit at the table and its date, as asked for."""

    department_id: int | None
    due_on: dt.date | None


# -- who -----------------------------------------------------------------------------------------------------------


def check_can_call_consultation(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """The unit that has the case, or the petition office, while there is something to decide (12号（六）)."""
    where = standing(case)
    if actor.kind != "system":
        check_interest(actor, where)
        if not (
            actor.has(*OFFICE_ROLES, hall_id=case.hall_id)
            or (case.first_handler_id and actor.has(*UNIT_ROLES, department_id=case.first_handler_id))
        ):
            raise Refused(CONVENORS, "role", article=ARTICLE)
    if case.status not in CALLED_IN:
        words = {
            "state": _(CASE.state(case.status).label),
            "when": _("、").join(str(_(CASE.state(code).label)) for code in CALLED_IN),
        }
        raise Refused(
            _("该事项当前为“%(state)s”；在“%(when)s”时可以召集会商。") % words, "state", article=ARTICLE
        )
    if any(row["kind"] in ("consultation", "conference") for row in where.proceedings):
        raise Refused(_("该事项已有一次会商没有结束，请在那次会商中增加单位或者问题。"), "state")


def convenes(actor: Actor, one: Consultation) -> bool:
    """Of the petition office, of the unit that called it, of the unit that leads, or of the one that has the case."""
    if actor.kind == "system" or actor.has(*OFFICE_ROLES, hall_id=one.hall_id):
        return True
    own = {one.convenor_id, one.case.first_handler_id}
    own |= {unit for unit, part in one.seats.items() if part == "lead"}
    return bool(own & set(actor.departments(*UNIT_ROLES)))


def check_convenor(actor: Actor, one: Consultation) -> None:
    if actor.kind != "system":
        check_interest(actor, standing(one.case))
    if not convenes(actor, one):
        raise Refused(CONVENORS, "role", article=ARTICLE)


def check_open(one: Consultation, verb: str) -> None:
    """Raises Refused(state) when the table has no such move from here, or the case has ended meanwhile."""
    if CONSULTATION.move(verb, one.status) is None:
        state = _(CONSULTATION.state(one.status).label)
        raise Refused(_("这次会商当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")
    check_case_goes_on(one)


def check_case_goes_on(one: Consultation) -> None:
    if CASE.state(one.case.status).ends:
        raise Refused(_("该信访事项已经结束，会商随之终止。"), "state")


def check_can_change_consultation(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """Units, questions and dates, while the opinions are being asked for."""
    check_convenor(actor, one)
    check_open(one, "change_consultation")


def check_can_release_unit(actor: Actor, unit: ConsultedUnit, *, now: dt.datetime) -> None:
    """A unit that takes part, as long as two are left; never the one that leads."""
    one = unit.consultation
    check_convenor(actor, one)
    check_open(one, "change_consultation")
    if CONSULTED.move("release_unit", unit.status) is None:
        raise Refused(_("该单位已经不再参加。"), "state")
    if unit.part == "lead":
        raise Refused(_("牵头单位不能退出；需要换牵头单位的，终止这次会商后重新召集。"), "state")
    if len(one.seats) <= FEWEST_UNITS:
        raise Refused(_("会商至少有两个单位；不需要会商的，请终止会商。"), "state")


def check_can_end_consultation(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """It is called off, with a reason, before it has a result."""
    check_convenor(actor, one)
    check_open(one, "end_consultation")


def check_can_lapse_consultations(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """By itself, when the case has ended in another way."""
    if actor.kind != "system":
        raise Refused(_("这一步由系统办理。"), "role")
    if CONSULTATION.move("lapse_consultations", one.status) is None or not CASE.state(one.case.status).ends:
        raise Refused(_("该信访事项还在办理，会商没有失去对象。"), "state")


# -- what is typed -------------------------------------------------------------------------------------------------


def last_day(case: Case, *, now: dt.datetime) -> dt.date:
    """The latest day for an opinion: the period of the term."""
    return timezone.localdate(now) + dt.timedelta(days=term("confer", case.law).days)


def check_day(case: Case, day: dt.date | None, *, field: str, now: dt.datetime) -> dt.date:
    """From tomorrow on, within the period of the term."""
    last = last_day(case, now=now)
    if day is None or not timezone.localdate(now) < day <= last:
        words = _("期限应在明天至%(last)s之间。") % {"last": say_day(last)}
        raise Refused(words, "input", field=field)
    return day


def check_until(day: dt.date | None, dues: Iterable[dt.date], *, now: dt.datetime) -> dt.date:
    """Not before the last unit has had its time, within sixty days."""
    first = max(dues)
    last = max(first, timezone.localdate(now) + dt.timedelta(days=UNTIL_DAYS))
    if day is None or not first <= day <= last:
        words = {"first": say_day(first), "last": say_day(last)}
        raise Refused(
            _("会商结束的期限应在%(first)s（最后一个单位的期限）至%(last)s之间。") % words,
            "input",
            field="until_on",
        )
    return day


def check_topic(title: str) -> str:
    said = check_said(title, "title", _("请写明议题，至少%(n)s个字。"))
    if len(said) > 120:
        raise Refused(_("议题不超过120个字，详细情况写在情况说明里。"), "input", field="title")
    return said


def check_questions(texts: Sequence[str], *, known: Sequence[str] = (), least: int = 1) -> list[str]:
    """Each says something, none is asked twice, twenty at the most. Raises Refused(input) at `question-<n>`."""
    said: list[str] = []
    for n, text in enumerate(texts):
        field = f"question-{n}"
        one = check_said(text, field, _("请写明问题，至少%(n)s个字。"))
        if one in said or one in known:
            raise Refused(_("这个问题已经列出。"), "input", field=field)
        said.append(one)
    if len(said) < least:
        raise Refused(_("请至少列出一个问题。"), "input", field="question-0")
    if len(known) + len(said) > MOST_QUESTIONS:
        words = _("一次会商最多%(n)s个问题。") % {"n": MOST_QUESTIONS}
        raise Refused(words, "input", field=f"question-{len(said) - 1}")
    return said


def check_seats(
    case: Case, seats: Sequence[Seat], *, known: Iterable[ConsultedUnit] = (), now: dt.datetime
) -> list[tuple[Department, dt.date]]:
    """Every unit may get the case, none sits twice, each has its date; two at least in all.

    Raises Refused(input) at `unit-<n>` or `due-<n>`.
    """
    there = {unit.department_id: unit.status for unit in known}
    wanted = [one.department_id for one in seats if one.department_id]
    rows = {unit.pk: unit for unit in Department.objects.filter(pk__in=wanted)}
    found: list[tuple[Department, dt.date]] = []
    for n, seat in enumerate(seats):
        field, unit = f"unit-{n}", rows.get(seat.department_id or 0)
        if unit is None:
            raise Refused(_("请选择单位。"), "input", field=field)
        check_target_unit(case, unit, field=field)
        if there.get(unit.pk) == "released":
            raise Refused(_("该单位已经退出这次会商，不能再加入；需要的，另行召集。"), "input", field=field)
        if unit.pk in there or any(unit.pk == other.pk for other, _day in found):
            raise Refused(_("该单位已经列出。"), "input", field=field)
        found.append((unit, check_day(case, seat.due_on, field=f"due-{n}", now=now)))
    if len(there) + len(found) < FEWEST_UNITS:
        raise Refused(
            _("会商至少有两个单位：一个牵头，一个参加。"), "input", field=f"unit-{max(len(found), 1)}"
        )
    if len(there) + len(found) > MOST_UNITS:
        words = _("一次会商最多%(n)s个单位。") % {"n": MOST_UNITS}
        raise Refused(words, "input", field=f"unit-{len(found) - 1}")
    return found


def check_lead(actor: Actor, case: Case, lead: Department) -> None:
    """Who is not of the petition office convenes as the unit that has the case, and leads itself."""
    if actor.kind == "system" or actor.has(*OFFICE_ROLES, hall_id=case.hall_id):
        return
    if lead.pk != case.first_handler_id:
        raise Refused(
            _("由承办单位召集的，承办单位牵头；需要由别的单位牵头的，请信访部门召集。"),
            "input",
            field="unit-0",
        )


def check_can_export_consultations(actor: Actor, *, now: dt.datetime) -> None:
    """Whoever has the list may take it along."""
    if not scopes_of(actor):
        raise Refused(_("您的岗位没有会商清单。"), "role")
