"""Not our matter, says a unit: objection, dispute, and what the petition office decides on it.

A matter stays with its first handler until the petition office has decided otherwise (《信访工作条例》第二十三条、
第二十四条); the petitioner's clocks do not notice the quarrel.
"""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from cases import rules
from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.actions.instructions import pass_on_instruction
from cases.actions.papers import due_fact, issue_paper
from cases.actions.parts import (
    chosen_unit,
    draw_in,
    end_requests,
    give_case,
    office_people,
    readers_of,
    take_back,
    tell,
)
from cases.actions.triage import assignment
from cases.models import OPEN_OPINION, Case, Deadline, Objection, Referral, Sponsorship
from cases.queries.respondents import petition_office
from cases.rules.referrals import check_objection_reason
from cases.terms import term
from hall import journal
from hall.access import Actor, Refused
from hall.models import IssuedDocument
from staffing.lifecycle import DEPARTMENT_HEAD, LIAISON
from staffing.models import Department

REROUTED = gettext_noop("信访部门另行确定承办单位。")
STAY_ITS_OWN = (
    "instruction", "confer", "countersign", "commitment", "joint_decision",
    "hearing_decide", "hearing_hold", "hearing_conclude", "hearing_serve", "supervise", "statement",
)  # fmt: skip
"""What a unit owes for itself, not as the one that handles the matter: an instruction passes on by a rule of its own, a
part in a consultation and what was promised there stay with the unit, who organises a hearing holds it, and who is
supervised or has its say on a finding answers for what it did itself.
"""
SAYS_BY_ITSELF = ("instruction", "commitment", "supervise", "statement")
READS_ON = tuple(kind for kind in STAY_ITS_OWN if kind not in SAYS_BY_ITSELF)
"""For what of it a unit must read the case: a commitment and a supervision say by themselves what is to be done."""
FROM_TODAY = frozenset({"notify", "object", "report"})
"""What a unit that has not received the matter yet has whole, from the day on which it gets it."""


@transaction.atomic
def object_to_referral(
    *, actor: Actor, case_id: int, reason: str, suggested_id: int | None = None, now: dt.datetime
) -> Objection:
    """Not in our remit, says the unit that has not received it, within five working days and with its reasons
    (第二十三条第三款). The matter stays, and the 15 days for telling the petitioner run on.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_object_to_referral(actor, case, now=now)
    return _say_no(case, "object", reason, suggested_id, actor=actor, now=now)


@transaction.atomic
def dispute_case(
    *, actor: Actor, case_id: int, reason: str, suggested_id: int | None = None, now: dt.datetime
) -> Objection:
    """Once taken a matter is not passed on and not refused; its unit can only dispute it, and handles it meanwhile
    (第二十四条；国信发〔2015〕12号（五）).
    """
    case = Case.objects.locked(case_id)
    rules.check_can_dispute_case(actor, case, now=now)
    return _say_no(case, "dispute", reason, suggested_id, actor=actor, now=now)


def _say_no(
    case: Case, kind: str, reason: str, suggested_id: int | None, *, actor: Actor, now: dt.datetime
) -> Objection:
    said = check_objection_reason(reason)
    if case.objections.filter(department=case.first_handler_id, reason=said).exists():
        raise Refused(_("同样的理由已经提出并作过决定；请写明本单位不同的理由。"), "input", field="reason")
    unit = Department.objects.get(pk=case.first_handler_id or 0)
    suggested = chosen_unit(case, suggested_id, field="suggested") if suggested_id else None
    if suggested == unit:
        raise Refused(_("建议的单位就是本单位，请另选或者不选。"), "input", field="suggested")
    objection = Objection(
        case=case,
        referral=_lead(case),
        kind=kind,
        department=unit,
        suggested=suggested,
        reason=said,
        raised_at=now,
        raised_by_id=actor.user_id,
    )
    objection.document = _objection_paper(case, objection, unit, actor=actor, now=now)
    objection.save(force_insert=True)
    meet_deadline(case, "object", actor=actor, now=now)
    office = petition_office(case)
    clock = start_deadline(
        case,
        "arbitrate",
        department_id=office.pk if office else None,
        started_on=timezone.localdate(now),
        now=now,
        actor=actor,
    )
    journal.record(
        actor,
        "object_to_referral" if kind == "object" else "dispute_case",
        case,
        after={
            "unit": unit.name,
            "body": suggested.name if suggested else "",
            "document": objection.document.number,
            "article": clock_article(case, kind),
        },
        reason=said,
        now=now,
    )
    tell(
        case,
        office_people(case, now=now),
        "case_objected" if kind == "object" else "case_disputed",
        once=f"{objection.pk}",
        now=now,
        unit=unit.name,
        due_on=str(clock.due_on or ""),
    )
    return objection


def clock_article(case: Case, kind: str) -> str:
    """What an objection, and what a dispute, rests on under the law of the case."""
    return term("object" if kind == "object" else "arbitrate", case.law).article


def _objection_paper(
    case: Case, objection: Objection, unit: Department, *, actor: Actor, now: dt.datetime
) -> IssuedDocument:
    referral, window = objection.referral, case.deadlines.open().filter(kind="object").first()
    return issue_paper(
        "objection",
        case,
        actor=actor,
        now=now,
        organ_name=unit.name,
        recipient=case.hall.organ_name,
        referral_number=referral.document.number if referral and referral.document else "",
        object_due=due_fact(window) if window and window.due_on else None,
        reason=objection.reason,
        contact=actor.name,
        contact_phone=unit.phone or case.hall.phone,
    )


def _lead(case: Case) -> Referral | None:
    """The referral by which the first handler has the matter; none when it was accepted at the desk."""
    return case.referrals.filter(ended_at=None, part="lead").select_related("document").first()


def _asked(case: Case) -> Objection:
    """The objection that waits for its decision, under its lock."""
    waiting = case.objections.select_for_update(of=("self",)).filter(status="open")
    return waiting.select_related("department__group").get()


def _decide(
    objection: Objection, status: str, reason: str, *, actor: Actor, now: dt.datetime, **facts: Any
) -> None:
    objection.status, objection.decision = status, reason
    objection.decided_at, objection.decided_by_id = now, actor.user_id
    for name, value in facts.items():
        setattr(objection, name, value)
    objection.save(update_fields=["status", "decision", "decided_at", "decided_by", *facts])


@transaction.atomic
def uphold_referral(*, actor: Actor, case_id: int, reason: str, now: dt.datetime) -> Objection:
    """It stays where it is, with reasons: a unit that has not received it yet must now do so (第二十三条第三款)."""
    case = Case.objects.locked(case_id)
    rules.check_can_uphold_referral(actor, case, now=now)
    said, objection = rules.check_said(reason, "reason"), _asked(case)
    _decide(objection, "dismissed", said, actor=actor, now=now)
    meet_deadline(case, "arbitrate", actor=actor, now=now)
    after = {"unit": objection.department.name, "article": clock_article(case, objection.kind)}
    journal.record(actor, "uphold_referral", case, after=after, reason=said, now=now)
    people = readers_of(case, objection.department, LIAISON, DEPARTMENT_HEAD, now=now)
    kind = "referral_upheld" if case.status == "forwarded" else "dispute_dismissed"
    tell(case, people, kind, once=f"{objection.pk}", now=now, reason=said)
    return objection


@transaction.atomic
def reroute_case(
    *, actor: Actor, case_id: int, department_id: int | None, reason: str, now: dt.datetime
) -> Objection:
    """Another unit is competent, decides the office. One that has not received it has its periods whole; where the
    matter was accepted already, its 60 days run on from that day, for they are the petitioner's.
    """
    case = Case.objects.locked(case_id)
    rules.check_can_reroute_case(actor, case, now=now)
    objection = _asked(case)
    old, unit = objection.department, _other_unit(case, department_id)
    said = rules.check_said(reason, "reason")
    # Before the case: the trigger `first_handler_lock` asks for the decision that allows it.
    _decide(objection, "agreed", said, actor=actor, now=now, new_department=unit)
    meet_deadline(case, "arbitrate", actor=actor, now=now)
    former = _lead(case)
    _end_referrals(case, old, unit, said, actor=actor, now=now)
    case.first_handler = unit
    case.save(update_fields=["first_handler"])
    case.opinions.filter(OPEN_OPINION).update(status="dropped")
    end_requests(case, reason=REROUTED, actor=actor, now=now)
    clocks = _pass_on_clocks(case, old, unit, actor=actor, now=now)
    pass_on_instruction(case, old, unit, reason=REROUTED, actor=actor, now=now)
    letter = _letter(case, old, unit, former, said, clocks.get("report"), actor=actor, now=now)
    Referral.objects.create(
        case=case,
        kind=former.kind if former else "forward",
        department=unit,
        sent_at=now,
        sent_by_id=actor.user_id,
        demand=former.demand if former else "",
        document=letter,
        received_at=now if case.status == "accepted" else None,
    )
    # Before the right is taken: who is told is asked of the unit's posts, and the old one is told without a way in.
    tell(
        case, readers_of(case, old, now=now), "case_taken_back", once=f"{objection.pk}", now=now, linked=False
    )
    if Deadline.objects.open().filter(case=case, department=old, kind__in=READS_ON).exists():
        # It still owes something here (an opinion, a hearing): it goes on reading, as one that has a copy.
        draw_in(case, old, actor=actor, now=now)
    else:
        take_back(case, old)
    give_case(
        case,
        unit,
        "case_forwarded" if case.status == "forwarded" else "case_rerouted",
        once=f"reroute/{objection.pk}",
        now=now,
    )
    journal.record(
        actor,
        "reroute_case",
        case,
        before={"unit": old.name},
        after={
            "status": case.status,
            "unit": unit.name,
            "document": letter.number,
            "article": clock_article(case, objection.kind),
        },
        reason=said,
        now=now,
    )
    return objection


def _other_unit(case: Case, department_id: int | None) -> Department:
    unit = chosen_unit(case, department_id)
    if unit.pk == case.first_handler_id:
        raise Refused(
            _("这就是现在的承办单位；由其继续办理的，请作出维持的决定。"), "input", field="department"
        )
    if case.objections.filter(status="agreed", department=unit).exists():
        raise Refused(
            _("该单位就本事项提出过异议、争议并已获同意，不能再转回给它。"), "input", field="department"
        )
    return unit


def _end_referrals(
    case: Case, old: Department, unit: Department, reason: str, *, actor: Actor, now: dt.datetime
) -> None:
    """The old unit leads no more; a unit that took part and now leads owes no contribution to itself."""
    case.referrals.filter(ended_at=None, department=old).update(ended_at=now, end_reason=reason)
    if case.referrals.filter(ended_at=None, department=unit).update(ended_at=now, end_reason=reason):
        void_deadline(case, "contribute", reason=REROUTED, actor=actor, now=now, department_id=unit.pk)


def _pass_on_clocks(
    case: Case, old: Department, unit: Department, *, actor: Actor, now: dt.datetime
) -> dict[str, Deadline]:
    """Every clock of the old unit ends, and the new one gets the same: from today what it has not received yet, from
    the old first day what the petitioner is waiting for, with the days that were approved and the limits that were set.
    """
    today = timezone.localdate(now)
    started: dict[str, Deadline] = {}
    for clock in list(
        case.deadlines.open().filter(department=old).exclude(kind__in=STAY_ITS_OWN).order_by("id")
    ):
        facts: dict[str, Any] = {"item": clock.item, "actor": actor, "now": now}
        void_deadline(case, clock.kind, reason=REROUTED, department_id=old.pk, **facts)
        anew = case.status == "forwarded" and clock.kind in FROM_TODAY
        started[clock.kind] = start_deadline(
            case,
            clock.kind,
            department_id=unit.pk,
            started_on=today if anew else clock.started_on,
            limit_days=clock.own_limit_days,
            extension_days=clock.extension_days,
            **facts,
        )
        # A leader's charge goes on with the new lead unit, on the clock that now runs.
        Sponsorship.objects.filter(deadline=clock).update(deadline=started[clock.kind])
    if (
        case.status == "forwarded" and case.law == "r22" and "object" not in started
    ):  # the old unit's window was met by its objection
        started["object"] = start_deadline(
            case, "object", department_id=unit.pk, started_on=today, now=now, actor=actor
        )
    return started


def _letter(
    case: Case,
    old: Department,
    unit: Department,
    former: Referral | None,
    reason: str,
    report: Deadline | None,
    *,
    actor: Actor,
    now: dt.datetime,
) -> IssuedDocument:
    """Forwarded or assigned anew; for a matter already accepted, a letter that says what goes on and from when."""
    said = assignment(former.demand, report) if former and former.kind == "assign" and report else {}
    if case.status == "forwarded":
        return issue_paper("letter_assign" if said else "letter_forward", case, actor=actor, now=now, **said)
    return issue_paper(
        "letter_reroute",
        case,
        actor=actor,
        now=now,
        recipient=unit.name,
        former_unit=old.name,
        summary=case.summary or case.content,
        reason=reason,
        **said,
    )
