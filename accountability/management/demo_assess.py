"""The demo's assessment, by the real actions: a published scheme, its units drawn up, each at another step."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone

from accountability import actions
from accountability.models import Assessment, AssessmentScheme
from accountability.queries.assess import counted_events, undrawn_units
from accountability.rules import AppealAnswer
from hall.access import Actor
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER
from staffing.models import Hall
from staffing.queries import actor_of, holders

SAID = "对扣分的事项已逐件核对，其中一件由协办单位迟交意见造成，附两次催办的记录。"
KEPT = "已核对流转记录和催办记录，其余扣分依据充分，予以维持。"
APPEAL = "等待协办意见的日子不应由本单位负责，请求不计。"
ANSWER = "流转记录显示协办意见在期限届满后才送到，不再计入。"


def _at(role: str, now: dt.datetime, **place: int) -> Actor | None:
    day = timezone.localdate(now)
    user = holders(role, day=day, **place).first()
    return actor_of(user, today=day) if user else None


def _days(today: dt.date) -> tuple[dt.date, dt.date]:
    """This year up to yesterday; in January the whole of last year."""
    if today.month == 1:
        return dt.date(today.year - 1, 1, 1), dt.date(today.year - 1, 12, 31)
    return dt.date(today.year, 1, 1), today - dt.timedelta(days=1)


def assess_demo(hall: Hall, now: dt.datetime) -> int:
    """One unit's assessment is filed, one appealed, one decided, one with the unit, the others not sent yet.

    Returns how many were drawn up: none where the hall has a scheme already, or nobody at the posts.
    """
    manager, leader = _at(HALL_MANAGER, now, hall_id=hall.pk), _at(LEADER, now, hall_id=hall.pk)
    if manager is None or leader is None or AssessmentScheme.objects.filter(hall=hall).exists():
        return 0
    first, last = _days(timezone.localdate(now))
    scheme = actions.draft_scheme(
        actor=manager, hall_id=hall.pk, from_on=first, to_on=last, standard="resident", now=now
    )
    scheme = actions.publish_scheme(actor=leader, scheme_id=scheme.pk, revision=scheme.revision, now=now)
    units = [unit.pk for unit in undrawn_units(scheme)]
    if not units:
        return 0
    made = actions.draw_up_assessments(actor=manager, scheme_id=scheme.pk, department_ids=units, now=now)
    # The unit with the most to say first, so that an appeal has something to be about.
    made.sort(key=lambda one: -counted_events(one).count())
    for step, one in enumerate(made[:4]):
        _lead_on(one, step, manager, leader, now)
    return len(made)


def _lead_on(one: Assessment, step: int, manager: Actor, leader: Actor, now: dt.datetime) -> None:
    """0 appealed · 1 decided · 2 filed · 3 sent."""
    actions.send_assessment(actor=manager, assessment_id=one.pk, now=now)
    head = _at(DEPARTMENT_HEAD, now, department_id=one.department_id)
    if head is None or step == 3:
        return
    actions.state_assessment(actor=head, assessment_id=one.pk, text=SAID, now=now)
    actions.decide_assessment(actor=manager, assessment_id=one.pk, restored=(), reason=KEPT, now=now)
    event = counted_events(one).first()
    if step == 0 and event is not None:
        actions.appeal_assessment(actor=head, assessment_id=one.pk, reasons={event.pk: APPEAL}, now=now)
    elif step == 2:
        if event is None:
            actions.accept_assessment(actor=head, assessment_id=one.pk, now=now)
        else:
            actions.appeal_assessment(actor=head, assessment_id=one.pk, reasons={event.pk: APPEAL}, now=now)
            actions.decide_appeal(
                actor=leader, assessment_id=one.pk, answers={event.pk: AppealAnswer(True, ANSWER)}, now=now
            )
        body = f"中共{one.hall.jurisdiction.name}委组织部"
        actions.file_assessment(actor=manager, assessment_id=one.pk, body=body, now=now)
        actions.acknowledge_assessment(actor=head, assessment_id=one.pk, now=now)
