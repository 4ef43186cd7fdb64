"""联席会议: what the units cannot settle is referred with its reason, and decided with commitments of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.actions.deadlines import meet_deadline, start_deadline, void_deadline
from cases.actions.papers import issue_paper
from cases.actions.parts import office_people
from cases.actions.proceedings import end_proceeding, move_proceeding
from cases.queries.respondents import petition_office
from cases.rules.common import check_said
from cases.terms import term
from consultations import rules
from consultations.actions.minutes_parts import (
    locked,
    move_consultation,
    open_commitments,
    people_of,
    stop_signing,
    task_rows,
    tell,
    told_of_work,
    told_units,
    write_commitments,
)
from consultations.actions.sittings import call_off_sittings
from consultations.models import Consultation, JointConference
from consultations.queries.minutes_paper import conference_facts
from consultations.rules.conference import (
    check_conference_reason,
    check_decision,
    check_ground,
    check_met_on,
)
from consultations.rules.minutes import CommitmentLine, check_lines
from hall import journal
from hall.access import Actor
from staffing.lifecycle import HALL_MANAGER, LEADER

REFERRED = "已提请联席会议研究决定。"


def conference_item(one: Consultation) -> str:
    return f"conference:{one.pk}"


@transaction.atomic
def refer_to_conference(
    *, actor: Actor, consultation_id: int, ground: str, reason: str, now: dt.datetime
) -> JointConference:
    """Opinions and signatures are asked for no longer; the conference has its own period, and its people are told."""
    case, one = locked(consultation_id)
    rules.check_can_refer_to_conference(actor, one, now=now)
    ground, said = check_ground(ground), check_conference_reason(reason)
    stop_signing(case, one, REFERRED, actor=actor, now=now)
    void_deadline(case, "confer", reason=REFERRED, actor=actor, now=now)
    call_off_sittings(one, reason=str(_(REFERRED)), now=now)
    today, office = timezone.localdate(now), petition_office(case)
    clock = start_deadline(
        case,
        "joint_decision",
        department_id=office.pk if office and office.is_active else None,
        started_on=today,
        item=conference_item(one),
        actor=actor,
        now=now,
    )
    due = clock.due_on or today + dt.timedelta(days=term("joint_decision", case.law).days)
    row = JointConference.objects.create(
        consultation=one,
        ground=ground,
        reason=said,
        referred_at=now,
        referred_by_id=actor.user_id,
        deadline=clock,
        due_on=due,
    )
    move_consultation(one, "refer_to_conference")
    told = f"您反映的事已提请联席会议研究决定，最迟{due.year}年{due.month}月{due.day}日前决定。"
    move_proceeding(case, "consultation", one.pk, stage="joint", until_on=due, told=told)
    journal.record(actor, "refer_to_conference", one, stream=case, after={"until": due}, now=now)
    people = office_people(case, LEADER, HALL_MANAGER, now=now)
    facts: dict[str, Any] = {"due_on": f"{due}", "reason": said}
    tell(case, one, people, "conference_referred", once=f"{row.pk}", now=now, **facts)
    for unit in told_units(one):
        people = people_of(case, unit.department, now=now)
        tell(case, one, people, "conference_awaited", once=f"{row.pk}/{unit.pk}", now=now, due_on=f"{due}")
    return row


@transaction.atomic
def decide_conference(
    *,
    actor: Actor,
    consultation_id: int,
    met_on: dt.date | None,
    chaired_by: str,
    attended: str,
    decision: str,
    lines: Sequence[CommitmentLine] = (),
    now: dt.datetime,
) -> JointConference:
    """联席会议纪要: the decision binds every unit of the consultation; its commitments run at once."""
    case, one = locked(consultation_id)
    rules.check_can_decide_conference(actor, one, now=now)
    row = JointConference.objects.select_for_update(of=("self",)).get(consultation=one)
    row.met_on = check_met_on(met_on, row, now=now)
    row.chaired_by = check_said(chaired_by, "chaired_by", _("请写明主持人。"), least=2)[:60]
    row.attended = check_said(attended, "attended", _("请写明出席的单位和人员，至少%(n)s个字。"))
    row.decision = check_decision(decision)
    write_commitments(one, check_lines(one, lines, now=now), now=now)
    row.decided_at, row.decided_by_id = now, actor.user_id
    meet_deadline(case, "joint_decision", item=conference_item(one), actor=actor, now=now)
    rows = open_commitments(case, one, "decide_conference", actor=actor, now=now)
    move_consultation(one, "decide_conference", ended_at=now)
    told = told_of_work(rows, how="联席会议已经决定怎样办理您反映的事")
    end_proceeding(case, "consultation", one.pk, stage="decided", told=told, now=now)
    facts = conference_facts(one, row, task_rows(rows))
    row.document = issue_paper("minutes_conference", case, actor=actor, now=now, **facts)
    row.save()
    after = {"paper": row.document.number}
    journal.record(actor, "decide_conference", one, stream=case, after=after, now=now)
    for unit in told_units(one):
        people = people_of(case, unit.department, now=now)
        paper = row.document.number
        tell(case, one, people, "conference_decided", once=f"{row.pk}/{unit.pk}", now=now, paper=paper)
    return row
