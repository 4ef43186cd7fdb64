"""The simple procedure with its short clocks (国信办发〔2022〕17号)."""

from __future__ import annotations

import datetime as dt

from django.db import transaction
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import start_deadline, void_deadline
from cases.actions.parts import move_case
from cases.models import Case
from cases.terms import term
from hall import journal
from hall.access import Actor

ENDED = gettext_noop("转为普通程序。")


@transaction.atomic
def simplify_case(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    """A clear and easy first-time matter is answered within ten working days of acceptance; the sixty days of the
    regulations go on as the outer bound.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_simplify_case(actor, case, now=now)
    reason = rules.check_said(reason, "reason")
    move_case(case, "simplify_case", now=now, procedure="simple")
    deadline = start_deadline(
        case,
        "simple_handle",
        department_id=case.first_handler_id,
        started_on=case.accepted_on or case.received_on,
        now=now,
        actor=actor,
    )
    after = {
        "procedure": "simple",
        "until": deadline.due_on,
        "article": term("simple_handle", case.law).article,
    }
    journal.record(
        actor, "simplify_case", case, before={"procedure": "ordinary"}, after=after, reason=reason, now=now
    )
    return case


@transaction.atomic
def end_simple_procedure(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Case:
    """Not clear, not easy, or perhaps not to be supported after all: the ordinary procedure, whose clock never
    stopped.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_end_simple_procedure(actor, case, now=now)
    reason = rules.check_said(reason, "reason")
    move_case(case, "end_simple_procedure", now=now, procedure="ordinary")
    void_deadline(case, "simple_handle", reason=ENDED, actor=actor, now=now)
    handle = case.deadlines.open().filter(kind="handle").values_list("due_on", flat=True).first()
    after = {"procedure": "ordinary", "until": handle}
    journal.record(
        actor,
        "end_simple_procedure",
        case,
        before={"procedure": "simple"},
        after=after,
        reason=reason,
        now=now,
    )
    return case
