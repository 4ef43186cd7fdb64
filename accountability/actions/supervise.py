"""督办: proposed by what the triggers see, decided on by a person, answered by the unit, verified, closed.

Its clock is a deadline of the case (`supervise`, item `sup:<pk>`), with the lights and the ladder of every other. A
proposal and its dismissal stand in a stream of their own: the unit reads the case's, and never reads proposals.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from accountability import rules
from accountability.actions.evidence import SentFile, put_evidence
from accountability.lifecycle import SUPERVISION
from accountability.models import Supervision, SupervisionFeedback, SupervisionRule
from accountability.queries.supervision_rules import active_rules
from accountability.queries.supervision_words import on_paper
from accountability.queries.supervisions import SupervisionFilter, every_supervision
from accountability.queries.triggers import accuses_its_unit, cases_seen, propose_statement
from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.actions.papers import issue_paper, listed
from cases.actions.parts import chosen_unit, draw_in, give_case, office_people, readers_of
from cases.models import Case, Deadline
from cases.queries.words import say_day
from cases.rules.common import check_said
from cases.rules.gate import check_target_unit
from cases.terms import term
from hall import journal, outbox
from hall.access import SYSTEM, Actor, Refused
from hall.models import User
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON, SUPERVISOR
from staffing.models import Hall
from staffing.queries import holders

TERM = "supervise"
USUAL_DAYS = 7
"""How long a unit has for its feedback unless another day is set (practice: 督办通知书)."""
BATCH = 200
MOST_CASES = 5_000
_LOCK = "SELECT id FROM cases_case WHERE id = ANY(%s) ORDER BY id FOR UPDATE SKIP LOCKED"


# -- what the system sees ------------------------------------------------------------------------------------------


def propose_supervisions(*, now: dt.datetime) -> int:
    """Propose what the triggers see, each occasion once; how many are new.

    Whatever is due, not what was due yesterday. A case that somebody is working on just now waits for the next sweep.
    """
    new = 0
    for code, held in active_rules().items():
        case_ids = cases_seen(code, held, now=now, most=MOST_CASES)
        for start in range(0, len(case_ids), BATCH):
            new += _proposed(code, held, case_ids[start : start + BATCH], now=now)
    return new


@transaction.atomic
def _proposed(code: str, held: list[tuple[int, int]], case_ids: list[int], *, now: dt.datetime) -> int:
    """Under the cases' locks, where the facts are asked for once more.

    The hall is told in the same transaction: a sweep that dies later leaves no proposal unannounced.
    """
    with connection.cursor() as cursor:
        cursor.execute(_LOCK, [case_ids])
        locked = [pk for (pk,) in cursor.fetchall()]
        if not locked:
            return 0
        cursor.execute(*propose_statement(code, held, locked, now=now, actor_name=SYSTEM.name))
        found = cursor.fetchall()
    for hall_id, count in found:
        _tell_of_proposals(hall_id, count, f"{code}/{locked[0]}", now=now)
    return sum(count for _hall_id, count in found)


def _tell_of_proposals(hall_id: int, count: int, batch: str, *, now: dt.datetime) -> None:
    day = timezone.localdate(now)
    people = list(holders(SUPERVISOR, day=day, hall_id=hall_id))
    outbox.post(
        "supervision_proposed",
        to=people or list(holders(HALL_MANAGER, day=day, hall_id=hall_id)),
        context={"count": count},
        once=f"supervision_proposed/{hall_id}/{now:%Y%m%d%H%M}/{batch}",
        url=reverse("accountability:supervisions"),
        now=now,
    )


# -- what a person decides -----------------------------------------------------------------------------------------


def _locked(supervision_id: int) -> tuple[Case, Supervision]:
    """The case first, then its supervision."""
    found = Supervision.objects.only("case_id").get(pk=supervision_id)
    case = Case.objects.locked(found.case_id)
    one = Supervision.objects.select_related("department", "clock", "confirmed_by").locked(supervision_id)
    one.case = case
    return case, one


def usual_day(*, now: dt.datetime) -> dt.date:
    return timezone.localdate(now) + dt.timedelta(days=USUAL_DAYS)


def last_day(case: Case, *, now: dt.datetime) -> dt.date:
    """The latest day that may be set for a feedback."""
    return timezone.localdate(now) + dt.timedelta(days=term(TERM, case.law).days)


def _day_of(case: Case, day: dt.date | None, *, now: dt.datetime) -> dt.date:
    last = last_day(case, now=now)
    if day is None or not timezone.localdate(now) < day <= last:
        words = _("反馈日期应在明天至%(last)s之间。") % {"last": say_day(last)}
        raise Refused(words, "input", field="feedback_on")
    return day


def _start(case: Case, one: Supervision, day: dt.date, *, actor: Actor, now: dt.datetime) -> Deadline:
    today = timezone.localdate(now)
    return start_deadline(
        case, TERM, department_id=one.department_id, item=f"sup:{one.pk}", started_on=today,
        limit_days=(day - today).days, actor=actor, now=now,
    )  # fmt: skip


@transaction.atomic
def confirm_supervision(
    *,
    actor: Actor,
    supervision_id: int,
    problem: str,
    demand: str,
    feedback_on: dt.date | None,
    now: dt.datetime,
) -> Supervision:
    """A proposal becomes a supervision: the unit gets its notice, with what is wrong, what is demanded, by when."""
    case, one = _locked(supervision_id)
    rules.check_can_confirm_supervision(actor, one, now=now)
    check_target_unit(case, one.department)
    if accuses_its_unit(one, now=now):  # the notice would tell it
        raise Refused(_("后来的事项反映的就是该单位或者其人员，不能以此督办。"), "state")
    one.status = SUPERVISION.target("confirm_supervision", one.status)
    _put_before(case, one, problem, demand, feedback_on, "confirm_supervision", actor=actor, now=now)
    return one


@transaction.atomic
def open_supervision(
    *,
    actor: Actor,
    case_id: int,
    department_id: int | None,
    trigger: str,
    problem: str,
    demand: str,
    feedback_on: dt.date | None,
    now: dt.datetime,
) -> Supervision:
    """By hand, on a ground of 第四十条. The same ground against the same unit once a day: a form sent twice is one."""
    case = Case.objects.locked(case_id)
    rules.check_can_open_supervision(actor, case, now=now)
    ground, unit = rules.check_ground(trigger), chosen_unit(case, department_id)
    rules.check_supervised_unit(actor, case, unit.pk)
    one = Supervision(
        hall=case.hall, case=case, department=unit, trigger=ground,
        occasion=f"hand:{timezone.localdate(now)}", evidence={}, status="open", opened_at=now,
        opened_by_id=actor.user_id,
    )  # fmt: skip
    same = Supervision.objects.filter(case=case, department=unit, trigger=ground, occasion=one.occasion)
    if same.exists():
        raise Refused(_("今天已经以同样的缘由督办该单位。"), "state")
    _put_before(case, one, problem, demand, feedback_on, "open_supervision", actor=actor, now=now)
    return one


def _put_before(
    case: Case,
    one: Supervision,
    problem: str,
    demand: str,
    feedback_on: dt.date | None,
    verb: str,
    *,
    actor: Actor,
    now: dt.datetime,
) -> None:
    """Words, clock, paper, message: what makes it the unit's to answer."""
    one.problem, one.demand = rules.check_problem(problem), rules.check_demand(demand)
    day = _day_of(case, feedback_on, now=now)
    if one._state.adding:
        # The clock and the paper name its id, and the row cannot be without them.
        with connection.cursor() as cursor:
            cursor.execute("SELECT nextval(pg_get_serial_sequence('accountability_supervision', 'id'))")
            one.pk = cursor.fetchone()[0]
    draw_in(case, one.department, actor=actor, now=now)
    one.clock = _start(case, one, day, actor=actor, now=now)
    one.feedback_due_on = one.clock.due_on or day
    one.confirmed_at, one.confirmed_by_id = now, actor.user_id
    one.document = issue_paper(
        "notice_supervision", case, actor=actor, now=now, recipient=one.department.name,
        supervise_ground=on_paper(one, case.law), problem=one.problem, demands=listed(one.demand),
        report_due={"on": one.feedback_due_on, "provisional": one.clock.is_provisional},
    )  # fmt: skip
    one.save(force_insert=one._state.adding)
    due = f"{one.feedback_due_on}"
    _tell_unit(case, one, "supervision_opened", once=f"{one.pk}", now=now, due_on=due)
    give_case(case, one.department, "supervision_opened", once=f"{one.pk}", now=now, due_on=due)
    after = {
        "unit": one.department.name, "trigger": one.trigger, "until": one.feedback_due_on,
        "document": one.document.number,
    }  # fmt: skip
    journal.record(actor, verb, one, stream=case, after=after, now=now)


@transaction.atomic
def dismiss_supervision(*, actor: Actor, supervision_id: int, reason: str, now: dt.datetime) -> Supervision:
    """Nothing comes of it: the reason is kept, and the same occasion is not proposed again."""
    _case, one = _locked(supervision_id)
    rules.check_can_dismiss_supervision(actor, one, now=now)
    one.result = check_said(reason, "reason")
    one.status = SUPERVISION.target("dismiss_supervision", one.status)
    one.closed_at, one.closed_by_id = now, actor.user_id
    one.save(update_fields=["status", "result", "closed_at", "closed_by"])
    journal.record(
        actor, "dismiss_supervision", one, after={"trigger": one.trigger}, reason=one.result, now=now
    )
    return one


# -- what comes back -----------------------------------------------------------------------------------------------


@transaction.atomic
def answer_supervision(
    *, actor: Actor, supervision_id: int, text: str, files: Sequence[SentFile] = (), now: dt.datetime
) -> SupervisionFeedback:
    """The unit says what it has done, and shows it; its clock stops, the supervisor verifies."""
    case, one = _locked(supervision_id)
    rules.check_can_answer_supervision(actor, one, now=now)
    said = rules.check_answer(text)
    one.status = SUPERVISION.target("answer_supervision", one.status)
    one.save(update_fields=["status"])
    feedback = one.feedback.create(kind="answer", text=said, at=now, by_id=actor.user_id)
    meet_deadline(case, TERM, department_id=one.department_id, item=f"sup:{one.pk}", actor=actor, now=now)
    after = {"unit": one.department.name, **put_evidence(feedback, files, actor=actor, now=now)}
    journal.record(actor, "answer_supervision", one, stream=case, after=after, now=now)
    _tell_office(case, one, "supervision_answered", once=f"{feedback.pk}", now=now, unit=one.department.name)
    return feedback


@transaction.atomic
def return_supervision(
    *, actor: Actor, supervision_id: int, reason: str, feedback_on: dt.date | None, now: dt.datetime
) -> SupervisionFeedback:
    """Not enough: what is missing, and a new day with a new clock."""
    case, one = _locked(supervision_id)
    rules.check_can_return_supervision(actor, one, now=now)
    said, day = check_said(reason, "reason"), _day_of(case, feedback_on, now=now)
    check_target_unit(case, one.department)
    draw_in(case, one.department, actor=actor, now=now)  # it may have lost the matter meanwhile
    one.status = SUPERVISION.target("return_supervision", one.status)
    one.clock = _start(case, one, day, actor=actor, now=now)
    one.feedback_due_on = one.clock.due_on or day
    one.save(update_fields=["status", "clock", "feedback_due_on"])
    feedback = one.feedback.create(kind="return", text=said, at=now, by_id=actor.user_id)
    after = {"unit": one.department.name, "until": one.feedback_due_on}
    # Every unit on the case reads its stream; what is missing is said to this one alone.
    journal.record(actor, "return_supervision", one, stream=case, after=after, now=now)
    facts = {"due_on": f"{one.feedback_due_on}", "reason": said}
    _tell_unit(case, one, "supervision_returned", once=f"{feedback.pk}", now=now, **facts)
    give_case(case, one.department, "supervision_returned", once=f"{feedback.pk}", now=now, **facts)
    return feedback


@transaction.atomic
def close_supervision(
    *, actor: Actor, supervision_id: int, outcome: str, result: str, now: dt.datetime
) -> Supervision:
    """Verified: what the supervisor found stands there for good. Who is answerable for what is a finding's business."""
    case, one = _locked(supervision_id)
    rules.check_can_close_supervision(actor, one, now=now)
    one.outcome = rules.check_outcome(outcome)
    one.result = check_said(result, "result", _("请写明核实的情况，至少%(n)s个字。"))
    one.status = SUPERVISION.target("close_supervision", one.status)
    one.closed_at, one.closed_by_id = now, actor.user_id
    one.save(update_fields=["status", "outcome", "result", "closed_at", "closed_by"])
    void_deadline(
        case, TERM, department_id=one.department_id, item=f"sup:{one.pk}", reason=gettext_noop("督办已经办结。"),
        actor=actor, now=now,
    )  # fmt: skip
    after = {"unit": one.department.name, "verified": one.outcome}
    journal.record(actor, "close_supervision", one, stream=case, after=after, now=now)
    _tell_unit(case, one, "supervision_closed", once=f"{one.pk}", now=now)
    return one


def _tell(
    case: Case,
    one: Supervision,
    people: Iterable[User],
    kind: str,
    *,
    once: str,
    now: dt.datetime,
    **facts: Any,
) -> None:
    outbox.post(
        kind,
        to=list(people),
        context={"number": case.number, "title": case.title, **facts},
        once=f"{kind}/{case.pk}/{once}",
        url=reverse("accountability:supervision", args=[one.pk]),
        urgent=case.is_urgent,
        now=now,
    )


def _tell_unit(case: Case, one: Supervision, kind: str, *, once: str, now: dt.datetime, **facts: Any) -> None:
    """Its heads and liaisons; nobody whom the matter complains of, or who keeps out of it."""
    people = readers_of(case, one.department, DEPARTMENT_HEAD, LIAISON, now=now)
    _tell(case, one, people, kind, once=once, now=now, **facts)


def _tell_office(
    case: Case, one: Supervision, kind: str, *, once: str, now: dt.datetime, **facts: Any
) -> None:
    """Who decided on it, as long as they hold the post; else the hall's supervisors, else its managers."""
    people = office_people(case, SUPERVISOR, HALL_MANAGER, now=now)
    own = [user for user in people if user.pk == one.confirmed_by_id]
    _tell(
        case,
        one,
        own or office_people(case, SUPERVISOR, now=now) or people,
        kind,
        once=once,
        now=now,
        **facts,
    )


# -- rules and lists -----------------------------------------------------------------------------------------------


@transaction.atomic
def save_supervision_rules(
    *, actor: Actor, hall_id: int, wanted: Mapping[str, rules.TriggerRule], now: dt.datetime
) -> None:
    """What this hall's triggers go by from the next sweep on; what was proposed stays."""
    hall = Hall.objects.select_for_update().get(pk=hall_id)
    rules.check_can_save_supervision_rules(actor, hall_id, now=now)
    before, after = {}, {}
    known = {one.trigger: one for one in SupervisionRule.objects.filter(hall=hall)}
    for trigger, rule in wanted.items():
        threshold, is_active = rule.threshold, rule.is_active
        rules.check_threshold(trigger, threshold)
        one = known.get(trigger)
        before[trigger] = [one.threshold, one.is_active] if one else None
        after[trigger] = [threshold, is_active]
        SupervisionRule.objects.update_or_create(
            hall=hall, trigger=trigger, defaults={"threshold": threshold, "is_active": is_active}
        )
    journal.record(actor, "save_supervision_rules", hall, before=before, after=after, now=now)


@transaction.atomic
def export_supervisions(*, actor: Actor, asked: SupervisionFilter, now: dt.datetime) -> list[Supervision]:
    """The rows of the list, for a file; who took it along, and when, is on record first."""
    rules.check_can_export_supervisions(actor, now=now)
    facts = {name: getattr(asked, name) for name in asked.__slots__ if getattr(asked, name)}
    journal.record(actor, "export_supervisions", User(pk=actor.user_id), after=facts, now=now)
    return list(every_supervision(actor, asked, now=now))
