"""Leave, swaps, and the plain record of coming and going: who may ask, who agrees, and what is refused."""

from __future__ import annotations

import datetime as dt

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Actor, Refused
from hall.clock import HOSTS_DIFFER
from hall.models import User
from staffing import queries
from staffing.lifecycle import DEPARTMENT_HEAD, DUTY_SWAP, HALL_MANAGER, LEAVE, LEAVE_KINDS, ON_DUTY_ROLES
from staffing.models import Attendance, Duty, DutySwap, Hall, Leave, Posting
from staffing.models.attendance import STANDING
from staffing.rules.rota import refuse_person
from staffing.rules.who import manages

LONGEST = dt.timedelta(days=366)

# -- leave -------------------------------------------------------------------------------------------------------

LEAVE_REASONS = {
    "asked": lazy("这次请假还没有批准。"),
    "agreed": lazy("单位已经同意，等待大厅批准。"),
    "approved": lazy("这次请假已经批准。"),
    "refused": lazy("这次请假没有批准。"),
    "withdrawn": lazy("这次请假已经撤回。"),
}


def check_can_request_leave(actor: Actor, hall: Hall, leave: Leave | None, *, now: dt.datetime) -> None:
    """Everybody asks for themselves, ahead or on the day; once for one time. None asks about the button alone."""
    if actor.user_id is None or not actor.has(*ON_DUTY_ROLES, hall_id=hall.pk):
        raise Refused(_("请假由在本厅值班的人员本人提出。"), "role")
    if leave is None:
        return
    if leave.kind not in LEAVE_KINDS:
        raise Refused(_("请选择请假类别。"), "input", field="kind")
    if leave.starts_at >= leave.ends_at:
        raise Refused(_("结束日期早于开始日期。"), "input", field="until_on")
    if leave.ends_at - leave.starts_at > LONGEST:
        raise Refused(_("一次请假不超过一年，更长的请结束岗位。"), "input", field="until_on")
    if leave.ends_at <= now:
        raise Refused(_("这段时间已经过去，请假须在事前提出。"), "input", field="from_on")
    refuse_second_leave(leave)


def refuse_second_leave(leave: Leave) -> None:
    same = Leave.objects.filter(
        user=leave.user_id, status__in=STANDING, starts_at__lt=leave.ends_at, ends_at__gt=leave.starts_at
    ).exclude(pk=leave.pk)
    if found := same.first():
        facts = {"from": found.from_on, "until": found.until_on}
        raise Refused(_("%(from)s至%(until)s已经请过假。") % facts, "state", field="from_on")


def unit_that_agrees(user_id: int, hall: Hall, day: dt.date) -> int | None:
    """The unit whose head must agree: that of a stationed unit's person, when it has another head who can.

    The petition office runs the hall: for its own people the hall manager speaks for both sides.
    """
    post = (
        Posting.objects.on(day)
        .filter(user=user_id, hall=hall, department__isnull=False, department__is_petition_office=False)
        .first()
    )
    if post is None or post.department_id is None:
        return None
    heads = queries.holders(DEPARTMENT_HEAD, department_id=post.department_id, day=day).exclude(pk=user_id)
    return post.department_id if heads.exists() else None


def _check_leave_state(leave: Leave, verb: str) -> None:
    if LEAVE.move(verb, leave.status) is None:
        raise Refused(LEAVE_REASONS[leave.status], "state")


def _check_not_own(actor: Actor, leave: Leave) -> None:
    if actor.user_id == leave.user_id:
        raise Refused(_("不能批准自己的请假，请由另一位负责人办理。"), "role")


def check_can_agree_leave(actor: Actor, leave: Leave, *, now: dt.datetime) -> None:
    """The unit's side: its head."""
    if leave.unit_id is None or not actor.has(DEPARTMENT_HEAD, department_id=leave.unit_id):
        raise Refused(_("由所在单位的负责人同意。"), "role")
    _check_not_own(actor, leave)
    _check_leave_state(leave, "agree_leave")
    _check_not_over(leave, now)


def check_can_approve_leave(actor: Actor, leave: Leave, *, now: dt.datetime) -> None:
    """The hall's side, after the unit's where there is one (国信发〔2015〕12号（十二）: both manage)."""
    if not manages(actor, leave.hall_id):
        raise Refused(_("由大厅负责人批准。"), "role")
    _check_not_own(actor, leave)
    _check_leave_state(leave, "approve_leave")
    if leave.unit_id is not None and leave.status == "asked":
        raise Refused(_("须先由所在单位的负责人同意。"), "state", article="国信发〔2015〕12号（十二）")
    _check_not_over(leave, now)


def _check_not_over(leave: Leave, now: dt.datetime) -> None:
    if leave.ends_at <= now:
        raise Refused(_("请假的时间已经过去。"), "state")


def check_can_refuse_leave(
    actor: Actor, leave: Leave, *, reason: str | None = None, now: dt.datetime
) -> None:
    """Either side, with a reason. None asks about the button alone."""
    heads = leave.unit_id is not None and actor.has(DEPARTMENT_HEAD, department_id=leave.unit_id)
    if not (heads and leave.status == "asked") and not manages(actor, leave.hall_id):
        raise Refused(_("由单位负责人或大厅负责人办理。"), "role")
    _check_not_own(actor, leave)
    _check_leave_state(leave, "refuse_leave")
    if reason is not None and not reason.strip():
        raise Refused(_("请写明不批准的原因。"), "input", field="reason")


def check_can_withdraw_leave(actor: Actor, leave: Leave, *, now: dt.datetime) -> None:
    """One's own, also an approved one, until it is over: the duties still ahead come back."""
    if actor.user_id != leave.user_id:
        raise Refused(_("只能撤回自己的请假。"), "role")
    _check_leave_state(leave, "withdraw_leave")
    _check_not_over(leave, now)


# -- swaps -------------------------------------------------------------------------------------------------------

SWAP_REASONS = {
    "asked": lazy("对方还没有同意。"),
    "agreed": lazy("对方已经同意，等待大厅批准。"),
    "approved": lazy("已经换班。"),
    "refused": lazy("这次换班没有换成。"),
    "withdrawn": lazy("这次换班已经撤回。"),
}


def check_can_request_swap(
    actor: Actor, duty: Duty, *, other: User | None = None, other_duty: Duty | None = None, now: dt.datetime
) -> None:
    """One's own duty, still ahead, for another's or for nothing. Without `other`: whether it may be asked at all."""
    if actor.user_id is None or actor.user_id != duty.person_id:
        raise Refused(_("只能换自己的班。"), "role")
    _check_still_mine(duty, actor.user_id, now)
    if duty.swaps.filter(status__in=("asked", "agreed")).exists():
        raise Refused(_("这个班已经在商量换班。"), "state")
    if other is None:
        return
    if other.pk == actor.user_id:
        raise Refused(_("请选择另一位同事。"), "input", field="other")
    if other_duty is not None:
        if other_duty.hall_id != duty.hall_id or other_duty.person_id != other.pk:
            raise Refused(_("这个班不是对方的。"), "input", field="other_duty")
        _check_still_mine(other_duty, other.pk, now, field="other_duty")
    check_swap_fits(duty, other, other_duty)


def _check_still_mine(duty: Duty, user_id: int, now: dt.datetime, field: str = "") -> None:
    if duty.status != "planned" or duty.person_id != user_id or duty.sitter_id != user_id:
        raise Refused(_("这个班已经改排，不能再换。"), "state", field=field)
    if duty.starts_at <= now:
        raise Refused(_("已经开始或者过去的班不能换。"), "state", field=field)


def check_swap_fits(duty: Duty, other: User, other_duty: Duty | None) -> None:
    """Afterwards each of them must be free, in the house, and in one place."""
    both = [one.pk for one in (duty, other_duty) if one is not None]
    _check_takes(duty, other.pk, both)
    if other_duty is not None:
        _check_takes(other_duty, duty.person_id, both)


def _check_takes(duty: Duty, user_id: int, but: list[int]) -> None:
    post = next((one for one in queries.people_on(duty.hall_id, duty.day) if one.user_id == user_id), None)
    if post is None:
        raise Refused(_("此人当日没有本厅的岗位。"), "input", field="other")
    refuse_person(post, duty.kind, queries.engaged(duty.starts_at, duty.ends_at, but=but), field="other")


def _check_swap_state(swap: DutySwap, verb: str) -> None:
    if DUTY_SWAP.move(verb, swap.status) is None:
        raise Refused(SWAP_REASONS[swap.status], "state")


def _check_both_ahead(swap: DutySwap, now: dt.datetime) -> None:
    _check_still_mine(swap.duty, swap.asker_id, now)
    if swap.other_duty is not None:
        _check_still_mine(swap.other_duty, swap.other_id, now)


def check_can_agree_swap(actor: Actor, swap: DutySwap, *, now: dt.datetime) -> None:
    """Whoever was asked."""
    if actor.user_id != swap.other_id:
        raise Refused(_("由被请求换班的同事同意。"), "role")
    _check_swap_state(swap, "agree_swap")
    _check_both_ahead(swap, now)


def check_can_approve_swap(actor: Actor, swap: DutySwap, *, now: dt.datetime) -> None:
    """The manager; refused when it would put somebody in two places or on duty while on leave."""
    if not manages(actor, swap.duty.hall_id):
        raise Refused(_("由大厅负责人批准。"), "role")
    _check_swap_state(swap, "approve_swap")
    _check_both_ahead(swap, now)
    check_swap_fits(swap.duty, swap.other, swap.other_duty)


def check_can_refuse_swap(
    actor: Actor, swap: DutySwap, *, reason: str | None = None, now: dt.datetime
) -> None:
    """Whoever was asked, or the manager; the manager says why. None asks about the button alone."""
    if actor.user_id != swap.other_id and not manages(actor, swap.duty.hall_id):
        raise Refused(_("由被请求换班的同事或者大厅负责人办理。"), "role")
    _check_swap_state(swap, "refuse_swap")
    if reason is not None and actor.user_id != swap.other_id and not reason.strip():
        raise Refused(_("请写明不批准的原因。"), "input", field="reason")


def check_can_withdraw_swap(actor: Actor, swap: DutySwap, *, now: dt.datetime) -> None:
    """Whoever asked, until it is approved."""
    if actor.user_id != swap.asker_id:
        raise Refused(_("只能撤回自己提出的换班。"), "role")
    _check_swap_state(swap, "withdraw_swap")


# -- coming and going --------------------------------------------------------------------------------------------


def _check_records(actor: Actor, hall: Hall, user_id: int, now: dt.datetime) -> str:
    """Oneself, or the manager for somebody posted here today. Returns the last row's kind, "" for none."""
    own = actor.user_id == user_id
    if not own and not manages(actor, hall.pk):
        raise Refused(_("考勤由本人记录，忘记的由大厅负责人补记。"), "role")
    day = timezone.localdate(now)
    post = Posting.objects.on(day).filter(Q(hall=hall), user=user_id, role__in=ON_DUTY_ROLES)
    if not post.exists():
        raise Refused(_("此人今天没有本厅的岗位。"), "role" if own else "input", field="user")
    last = Attendance.objects.filter(hall=hall, user=user_id, day=day).order_by("seq").last()
    if last is not None and last.at > now + HOSTS_DIFFER:
        raise Refused(_("已有更晚的记录。"), "state")
    return last.kind if last else ""


def check_can_check_in(actor: Actor, hall: Hall, user_id: int, *, now: dt.datetime) -> None:
    """ "I am here": once, and again after having gone."""
    if _check_records(actor, hall, user_id, now) not in ("", "out"):
        raise Refused(_("已经记录到岗。"), "state")


def check_can_leave_post(actor: Actor, hall: Hall, user_id: int, *, now: dt.datetime) -> None:
    """For a while: the board shows it, and visitors are not called to an empty chair."""
    if _check_records(actor, hall, user_id, now) not in queries.HERE:
        raise Refused(_("现在不在岗。"), "state")


def check_can_return_to_post(actor: Actor, hall: Hall, user_id: int, *, now: dt.datetime) -> None:
    if _check_records(actor, hall, user_id, now) != "away":
        raise Refused(_("没有离岗的记录。"), "state")


def check_can_check_out(actor: Actor, hall: Hall, user_id: int, *, now: dt.datetime) -> None:
    if _check_records(actor, hall, user_id, now) in ("", "out"):
        raise Refused(_("还没有到岗的记录。"), "state")


def check_can_see_attendance(actor: Actor, hall: Hall) -> None:
    """The sheets are for whoever answers for the hall, and for who supervises it."""
    if not manages(actor, hall.pk) and not actor.has(HALL_MANAGER, "supervisor", hall_id=hall.pk):
        raise Refused(_("考勤表由大厅负责人和督查员查看。"), "role")
