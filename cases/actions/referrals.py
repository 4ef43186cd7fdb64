"""Further units beside the first handler, and what a unit owes back: its part, or the result of an assignment."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline
from cases.actions.papers import due_fact, issue_paper, listed
from cases.actions.parts import chosen_unit, give_case, office_people, readers_of, tell
from cases.lifecycle import PARTS
from cases.models import Case, Deadline, Referral
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.referrals import check_report, owed_by
from cases.terms import term
from hall import journal
from hall.access import Actor, Refused
from hall.models import IssuedDocument
from staffing.models import Department


@transaction.atomic
def involve_unit(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    part: str,
    demand: str,
    answer_by: dt.date | None = None,
    now: dt.datetime,
) -> Referral:
    """A further unit takes part, with its own demand and date, or gets a copy; the lead unit answers for the whole
    (国信发〔2015〕12号（五）（六）).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_involve_unit(actor, case, now=now)
    if part not in PARTS or part == "lead":
        raise Refused(_("请选择协办或者抄送。"), "input", field="part")
    unit = _further_unit(case, department_id)
    takes_part, document, clock = part == "take_part", None, None
    said = demand.strip()
    if takes_part:
        said = rules.check_said(demand, "demand", _("请写明请其协办什么。"))
        clock = start_deadline(
            case,
            "contribute",
            department_id=unit.pk,
            started_on=timezone.localdate(now),
            now=now,
            actor=actor,
            limit_days=_days_to_answer(case, answer_by, now=now),
        )
        document = _involving_letter(case, unit, said, clock, actor=actor, now=now)
    referral = Referral.objects.create(
        case=case,
        kind="forward",
        part=part,
        department=unit,
        sent_at=now,
        sent_by_id=actor.user_id,
        demand=said,
        document=document,
    )
    due = clock.due_on if clock else None
    give_case(case, unit, "case_involved" if takes_part else "case_copied", once=f"{referral.pk}", now=now)
    after = {"unit": unit.name, "part": part, "until": due, "document": document.number if document else ""}
    journal.record(actor, "involve_unit", case, after=after, now=now)
    return referral


def _further_unit(case: Case, department_id: int | None) -> Department:
    unit = chosen_unit(case, department_id)
    if unit.pk == case.first_handler_id:
        raise Refused(_("该单位就是主办单位。"), "input", field="department")
    if known := case.referrals.filter(ended_at=None, department=unit).first():
        words = {"part": _(PARTS[known.part])}
        raise Refused(_("该单位已经在本事项中（%(part)s）。") % words, "input", field="department")
    return unit


def last_day_to_answer(case: Case, *, now: dt.datetime) -> dt.date:
    """The latest day for a unit that takes part: the period of the term, and never after the handling is due."""
    today = timezone.localdate(now)
    last = today + dt.timedelta(days=term("contribute", case.law).days)
    clock = standing(case).clock("handle") or standing(case).clock("simple_handle")
    if clock and clock["due_on"]:
        last = min(last, dt.date.fromisoformat(clock["due_on"]))
    return max(last, today + dt.timedelta(days=1))  # the handling is late already: at once


def _days_to_answer(case: Case, answer_by: dt.date | None, *, now: dt.datetime) -> int:
    today, last = timezone.localdate(now), last_day_to_answer(case, now=now)
    day = answer_by or last
    if not today < day <= last:
        raise Refused(
            _("反馈日期应在明天至%(last)s之间，不得晚于办理期限。") % {"last": say_day(last)},
            "input",
            field="answer_by",
        )
    return (day - today).days


def _involving_letter(
    case: Case, unit: Department, demand: str, clock: Deadline, *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    lead = case.first_handler
    return issue_paper(
        "letter_involve",
        case,
        actor=actor,
        now=now,
        recipient=unit.name,
        summary=case.summary or case.content,
        demands=listed(demand),
        report_due=due_fact(clock),
        cc=[lead.name] if lead else [],
    )


@transaction.atomic
def report_back(*, actor: Actor, case_id: int, text: str, now: dt.datetime) -> Referral:
    """The result of an assignment goes to the office that assigned it, in writing; the answer of a unit taking part
    goes to the lead unit. Each meets its own clock (第二十二条).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_report_back(actor, case, now=now)
    owed = owed_by(actor, standing(case)) or {}  # the rule has asked: there is one
    said = check_report(text)
    rows = Referral.objects.select_for_update(of=("self",)).select_related("department", "document")
    referral = rows.get(pk=owed["id"])
    unit = referral.department
    leads = referral.part == "lead"
    referral.answer, referral.answered_at, referral.answered_by_id = said, now, actor.user_id
    if leads:
        referral.answer_document = issue_paper(
            "report_result",
            case,
            actor=actor,
            now=now,
            organ_name=unit.name,
            recipient=case.hall.organ_name,
            referral_number=referral.document.number if referral.document else "",
            demands=listed(referral.demand),
            result=said,
            contact=actor.name,
            contact_phone=unit.phone or case.hall.phone,
        )
    referral.save(update_fields=["answer", "answered_at", "answered_by", "answer_document"])
    kind = "report" if leads else "contribute"
    meet_deadline(case, kind, actor=actor, now=now, department_id=unit.pk)
    number = referral.answer_document.number if referral.answer_document else ""
    after = {"unit": unit.name, "part": referral.part, "document": number}
    journal.record(actor, "report_back", case, after=after, now=now)
    if leads:
        people = office_people(case, now=now)
    else:
        people = readers_of(case, case.first_handler, now=now) if case.first_handler else []
    tell(
        case,
        people,
        "result_reported" if leads else "answer_handed_in",
        once=f"{referral.pk}",
        now=now,
        unit=unit.name,
    )
    return referral
