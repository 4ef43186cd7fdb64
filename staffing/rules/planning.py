"""Who may set the rhythm of receptions, report an absence, and have a month proposed and taken over."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User
from staffing.lifecycle import LEADER, RANKS
from staffing.models import Absence, Hall, PlanProposal, Posting, RhythmRule, Room
from staffing.rules.who import check_manages, is_administrator, manages

LONGEST = dt.timedelta(days=366)
"""An absence longer than this is a slip of the pen, or an end of the post."""
AHEAD = dt.timedelta(days=366)
"""So far ahead a month may be planned."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """What a rule of rhythm says: who receives, how often and when. `weekday`: 0 is Monday; `every`: weeks."""

    name: str
    rhythm: str
    from_on: dt.date
    who: str = "one"
    name_en: str = ""
    rank: str = ""
    leader_id: int | None = None
    every: int = 1
    weekday: int | None = None
    starts: dt.time = dt.time(9)
    ends: dt.time = dt.time(11, 30)
    room_kind: str = "leader"
    is_active: bool = True


def _check_codes(rule: Rhythm) -> None:
    """A page offers nothing else; a machine may send anything."""
    for field, known in (
        ("rhythm", dict(RhythmRule.RHYTHMS)), ("who", dict(RhythmRule.WHO)), ("rank", {"", *RANKS}),
        ("room_kind", dict(Room.KINDS)), ("every", range(1, 13)), ("weekday", {None, *range(7)}),
    ):  # fmt: skip
        if getattr(rule, field) not in known:
            raise Refused(_("没有这一项可选。"), "input", field=field)
    for field, most in (("name", 60), ("name_en", 100)):
        if len(getattr(rule, field).strip()) > most:
            raise Refused(_("最多%(most)s个字。") % {"most": most}, "input", field=field)
    if not rule.name.strip():
        raise Refused(_("请写明规则名称。"), "input", field="name")


def check_can_save_rhythm_rule(
    actor: Actor, hall: Hall, rule: Rhythm, *, old: RhythmRule | None = None, now: dt.datetime
) -> None:
    """Raises Refused at the field that is wrong. `old`: what is written anew; it stays in its hall."""
    check_manages(actor, hall.pk)
    if old is not None and old.hall_id != hall.pk:
        raise Refused(_("这条规则不是本厅的。"), "unseen")
    _check_codes(rule)
    if rule.starts >= rule.ends:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends")
    if rule.rhythm == "daily" and rule.who == "each":
        raise Refused(_("每个工作日的接访由一人承担，请另选。"), "input", field="who")
    if rule.who == "named":
        posts = Posting.objects.filter(user=rule.leader_id or 0, role=LEADER, hall=hall)
        if not posts.exclude(until_on__lt=timezone.localdate(now)).exists():
            raise Refused(_("请指定本厅的一位接访领导。"), "input", field="leader")
    named = RhythmRule.objects.filter(hall=hall, name=rule.name.strip())
    if (named.exclude(pk=old.pk) if old else named).exists():
        raise Refused(_("已有同名的规则。"), "input", field="name")


def check_can_rank_leader(actor: Actor, posting: Posting, *, rank: str, now: dt.datetime) -> None:
    check_manages(actor, posting.hall_id)
    if posting.role != LEADER:
        raise Refused(_("这不是接访领导的岗位。"), "state")
    if rank not in RANKS:
        raise Refused(_("没有这种接访领导范围。"), "input", field="rank")


# -- absences ----------------------------------------------------------------------------------------------------


def _check_theirs(actor: Actor, person_id: int, today: dt.date) -> None:
    """The leader in person, or who answers for a hall in which the leader receives."""
    posts = Posting.objects.filter(user=person_id, role=LEADER).exclude(until_on__lt=today)
    halls = set(posts.values_list("hall", flat=True))
    if is_administrator(actor) or (halls and actor.user_id == person_id):
        return
    if not any(manages(actor, hall_id) for hall_id in halls):
        raise Refused(_("只有接访领导本人或本厅的大厅负责人可以登记外出。"), "role")


def check_can_report_absence(
    actor: Actor, person_id: int, *, from_on: dt.date, until_on: dt.date, kind: str, now: dt.datetime
) -> None:
    today = timezone.localdate(now)
    _check_theirs(actor, person_id, today)
    if kind not in dict(Absence.KINDS):
        raise Refused(_("没有这种事由。"), "input", field="kind")
    if until_on < from_on:
        raise Refused(_("结束日期不能早于开始日期。"), "input", field="until_on")
    if until_on < today:
        raise Refused(_("这段时间已经过去。"), "input", field="until_on")
    if until_on - from_on > LONGEST:
        raise Refused(_("一次外出不超过一年，请核对日期。"), "input", field="until_on")
    refuse_absent_twice(person_id, from_on, until_on)


def refuse_absent_twice(person_id: int, from_on: dt.date, until_on: dt.date) -> None:
    """The same days are reported once; says which are."""
    other = Absence.objects.standing().filter(person=person_id).between(from_on, until_on).first()
    if other is not None:
        raise Refused(
            _("%(from)s至%(until)s已登记外出，日期不能重叠。")
            % {"from": other.from_on.isoformat(), "until": other.until_on.isoformat()},
            "state",
            field="from_on",
        )


def check_can_withdraw_absence(actor: Actor, absence: Absence, *, now: dt.datetime) -> None:
    today = timezone.localdate(now)
    _check_theirs(actor, absence.person_id, today)
    if absence.withdrawn_at:
        raise Refused(_("这次外出已经撤销。"), "state")
    if absence.until_on < today:
        raise Refused(_("这次外出已经结束。"), "state")


def refuse_absence(person: User, day: dt.date, absence: Absence | None) -> None:
    """A leader who is away that day does not receive; says from when to when and why."""
    if absence is None:
        return
    words = {
        "who": person.label,
        "from": absence.from_on.isoformat(),
        "until": absence.until_on.isoformat(),
        "why": absence.get_kind_display(),
    }
    raise Refused(
        _("%(who)s在%(from)s至%(until)s外出（%(why)s），不能安排接访。") % words, "state", field="leader"
    )


# -- proposals ---------------------------------------------------------------------------------------------------


def check_can_propose_month(actor: Actor, hall: Hall, *, month: dt.date, now: dt.datetime) -> None:
    check_manages(actor, hall.pk)
    today = timezone.localdate(now)
    if month < today.replace(day=1) or month - today > AHEAD:
        raise Refused(_("只能为本月和今后一年内的月份提出安排建议。"), "state")
    if not hall.rhythm_rules.filter(is_active=True).exists():
        raise Refused(_("还没有启用的接访规则，请先设定规则。"), "state")


def _check_waits(actor: Actor, proposal: PlanProposal) -> None:
    if actor.kind != "system":
        raise Refused(_("建议由系统计算。"), "role")
    if proposal.answered_at:
        raise Refused(_("这项建议已经算出。"), "state")


def check_can_answer_proposal(actor: Actor, proposal: PlanProposal, *, now: dt.datetime) -> None:
    _check_waits(actor, proposal)


def check_can_fail_proposal(actor: Actor, proposal: PlanProposal, *, now: dt.datetime) -> None:
    _check_waits(actor, proposal)


def check_can_adopt_proposal(
    actor: Actor, proposal: PlanProposal, *, numbers: Collection[int] | None = None, now: dt.datetime
) -> None:
    """`numbers` None asks about the button alone."""
    check_manages(actor, proposal.hall_id)
    if proposal.state != "ready":
        raise Refused(_("建议还没有算出。"), "state")
    if numbers is None:
        return
    if not numbers:
        raise Refused(_("请至少选择一场。"), "input", field="slots")
    if not set(numbers) <= {slot["n"] for slot in proposal.slots}:
        raise Refused(_("建议中没有这一场，请刷新后重选。"), "input", field="slots")
