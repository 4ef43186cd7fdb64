"""When the units sit down: who plans it, who is invited, that room and people are free, and what is recorded."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.lifecycle.video import LIVE
from cases.queries.field_visits import travels_then
from cases.rules import check_said
from cases.rules.video import check_can_plan_video_room
from consultations.lifecycle import SITTING
from consultations.models import Consultation, Sitting
from consultations.queries.invited import people_to_invite
from consultations.rules.calls import check_case_goes_on, check_convenor
from hall.access import Actor, Refused
from hall.models import User

SAT_IN = ("called", "drafting", "circulating")
MIN_RECORD = 10


@dataclass(frozen=True, slots=True)
class SittingPlan:
    """Time, room or another place, agenda, who chairs and who is invited."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    agenda: str
    chair_id: int | None
    room_id: int | None = None
    place: str = ""
    invited_ids: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Came:
    """Who came of a unit without having been invited by name."""

    department_id: int
    name: str
    title: str = ""


@dataclass(frozen=True, slots=True)
class Roll:
    """Who came: of the invited by row, and others by name."""

    present: Mapping[int, bool] = field(default_factory=dict)
    others: tuple[Came, ...] = ()


def check_can_plan_sitting(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """Whoever convenes, as long as the units have not agreed."""
    check_convenor(actor, one)
    if one.status not in SAT_IN:
        raise Refused(_("这次会商已经有结果或者已经终止，不再安排会议。"), "state")
    check_case_goes_on(one)


def _check_sitting(actor: Actor, sitting: Sitting, verb: str) -> None:
    check_convenor(actor, sitting.consultation)
    if SITTING.move(verb, sitting.status) is None:
        state = _(SITTING.state(sitting.status).label)
        raise Refused(_("这次会议当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def check_can_change_sitting(actor: Actor, sitting: Sitting, *, now: dt.datetime) -> None:
    """Before it has begun; what it had taken is free again."""
    _check_sitting(actor, sitting, "change_sitting")
    if sitting.starts_at <= now:
        raise Refused(_("会议已经开始，请记录会议情况，或者取消。"), "state")


def check_can_cancel_sitting(actor: Actor, sitting: Sitting, *, now: dt.datetime) -> None:
    """With a reason, also after its time when it did not take place."""
    _check_sitting(actor, sitting, "cancel_sitting")


def check_can_record_sitting(actor: Actor, sitting: Sitting, *, now: dt.datetime) -> None:
    """Once it has begun."""
    _check_sitting(actor, sitting, "record_sitting")
    if sitting.starts_at > now:
        raise Refused(_("会议还没有开始，开始后再作记录。"), "state")


def check_can_plan_sitting_video(actor: Actor, sitting: Sitting, *, now: dt.datetime) -> None:
    """Whoever convenes and keeps the hall's video rooms; once, before it is over."""
    check_convenor(actor, sitting.consultation)
    check_can_plan_video_room(actor, sitting.consultation.hall_id, None, now=now)
    if sitting.status != "planned":
        state = _(SITTING.state(sitting.status).label)
        raise Refused(_("这次会议当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")
    if sitting.ends_at <= now:
        raise Refused(_("会议的时间已经过去。"), "state")
    if sitting.video_room is not None and sitting.video_room.status in LIVE:
        raise Refused(_("这次会议已经安排了视频。"), "state")


def check_sitting_plan(one: Consultation, plan: SittingPlan, *, now: dt.datetime) -> dict[int, User]:
    """The people who may be there, by id. Raises Refused(input) at `agenda`, `room`, `chair` or `people`."""
    check_said(plan.agenda, "agenda", _("请写明议程，至少%(n)s个字。"))
    if plan.room_id is None and not plan.place.strip():
        raise Refused(_("请选择本大厅的房间，或者写明别的地点。"), "input", field="room")
    day = timezone.localdate(plan.starts_at)
    able = {person.pk: person for person in people_to_invite(one, day=day)}
    if plan.chair_id not in able:
        raise Refused(
            _("请在参加单位和大厅的人员中选择主持人；被反映的人和回避的人不参加。"), "input", field="chair"
        )
    if set(plan.invited_ids) - set(able):
        raise Refused(
            _("只能邀请参加单位和大厅的人员；被反映的人和回避的人不参加。"), "input", field="people"
        )
    people = {pk: able[pk] for pk in dict.fromkeys([plan.chair_id, *plan.invited_ids])}
    refuse_travelling(people, plan)
    return people


def refuse_travelling(people: Mapping[int, User], plan: SittingPlan) -> None:
    """A leader who goes down with cases at that time is not in a room here."""
    away = [person for pk, person in people.items() if travels_then(pk, plan.starts_at, plan.ends_at)]
    if away:
        names = _("、").join(person.label for person in away)
        words = _("%(names)s这段时间已安排带案下访，请换时间或者换人。") % {"names": names}
        raise Refused(words, "input", field="people")


def check_record(text: str) -> str:
    return check_said(text, "record", _("请记录会议讨论的情况和结果，至少%(n)s个字。"), least=MIN_RECORD)


def check_roll(sitting: Sitting, one: Consultation, roll: Roll) -> Sequence[Came]:
    """Somebody came; whoever came besides is of a unit at the table. Raises Refused(input) at `came-<n>`."""
    seats = set(one.units.exclude(status="released").values_list("department_id", flat=True))
    for n, came in enumerate(roll.others):
        if came.department_id not in seats:
            raise Refused(_("请选择参加会商的单位。"), "input", field=f"came_unit-{n}")
        if not came.name.strip():
            raise Refused(_("请填写到会人员的姓名。"), "input", field=f"came-{n}")
    invited = set(sitting.attendance.values_list("pk", flat=True))
    if not roll.others and not any(roll.present.get(pk) for pk in invited):
        raise Refused(_("请记录谁到会了；没有人到会的，请取消这次会议。"), "input", field="record")
    return roll.others
