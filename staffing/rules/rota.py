"""Who may write the rota, whom it may name, and who may sit down at a window that is not theirs."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused, Verdict, allowed
from hall.models import User, worded
from staffing import queries
from staffing.lifecycle import AT_WINDOW_ROLES, DUTY, DUTY_KINDS, HALL_MANAGER, HALVES, ON_DUTY_ROLES
from staffing.models import Department, Duty, Hall, Posting, Station, Window
from staffing.queries import Engaged, HalfDay
from staffing.rules.who import check_manages, manages


@dataclass(frozen=True, slots=True)
class DutySlot:
    """A cell as the manager fills it. `begins`, `ends`: a part of the half-day; both None: all of it."""

    day: dt.date
    half: str
    kind: str
    person_id: int
    window_id: int | None = None
    unit_id: int | None = None
    substitute_id: int | None = None
    begins: dt.time | None = None
    ends: dt.time | None = None
    phone: str = ""
    respond_minutes: int | None = None


def check_can_keep_rota(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """The rota is the hall manager's."""
    check_manages(actor, hall.pk)


def check_can_fill_week(actor: Actor, hall: Hall, *, monday: dt.date, now: dt.datetime) -> None:
    """A week that is over is not filled any more."""
    check_can_keep_rota(actor, hall, now=now)
    if monday + dt.timedelta(days=6) < timezone.localdate(now):
        raise Refused(_("这一周已经过去，不能再排班。"), "state")


def check_can_keep_pattern(actor: Actor, hall: Hall, *, duties: int, now: dt.datetime) -> None:
    """From an empty week no pattern is made."""
    check_can_keep_rota(actor, hall, now=now)
    if not duties:
        raise Refused(_("这一周还没有排班，不能存为固定班表。"), "state")


def span_of(hall: Hall, slot: DutySlot) -> tuple[dt.datetime, dt.datetime]:
    """When the duty is: the half-day's opening hours, or a part of them. Raises Refused where the hall is closed."""
    if slot.half not in HALVES:
        raise Refused(_("请选择上午或下午。"), "input", field="half")
    half = queries.half_on(hall, slot.day, slot.half)
    if half is None:
        raise Refused(_("%(day)s大厅不开放，不用排班。") % {"day": slot.day}, "input", field="day")
    tz = timezone.get_current_timezone()
    start = dt.datetime.combine(slot.day, slot.begins, tz) if slot.begins else half.starts_at
    end = dt.datetime.combine(slot.day, slot.ends, tz) if slot.ends else half.ends_at
    if start >= end:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends")
    if start < half.starts_at or end > half.ends_at:
        raise Refused(_("时间须在%(hours)s之内。") % {"hours": _hours(half)}, "input", field="begins")
    return start, end


def _hours(half: HalfDay) -> str:
    start, end = timezone.localtime(half.starts_at), timezone.localtime(half.ends_at)
    return f"{start:%H:%M}—{end:%H:%M}"


def check_can_save_duty(
    actor: Actor, hall: Hall, slot: DutySlot, *, changing: Duty | None = None, now: dt.datetime
) -> None:
    """Somebody posted in the hall that day, not on leave, not elsewhere; a place that nobody has; not the past."""
    check_can_keep_rota(actor, hall, now=now)
    if changing is not None and DUTY.move("save_duty", changing.status) is None:
        raise Refused(_("这个班已经撤下。"), "state")
    start, end = span_of(hall, slot)
    if end <= now:
        raise Refused(_("已经过去的班不能再改，实际到岗以考勤为准。"), "state")
    _check_place(hall, slot)
    but = {changing.pk} if changing is not None else set()
    _check_place_is_free(slot, start, end, hall=hall, but=but)
    posts = {post.user_id: post for post in queries.people_on(hall.pk, slot.day)}
    busy = queries.engaged(start, end, but=but)
    for field, user_id in (("person", slot.person_id), ("substitute", slot.substitute_id)):
        if user_id is None:
            continue
        if user_id not in posts:
            raise Refused(_("此人当日没有本厅的岗位。"), "input", field=field)
        refuse_person(posts[user_id], slot.kind, busy, field=field, alone=field == "person")
    if slot.substitute_id == slot.person_id:
        raise Refused(_("A角和B角不能是同一个人。"), "input", field="substitute")


def _check_place(hall: Hall, slot: DutySlot) -> None:
    if slot.kind not in DUTY_KINDS:
        raise Refused(_("没有这种岗位。"), "input", field="kind")
    if slot.kind == "window":
        if not Window.objects.filter(pk=slot.window_id or 0, hall=hall, is_active=True).exists():
            raise Refused(_("该窗口不属于所选大厅，或者已停用。"), "input", field="window")
    elif (
        slot.kind == "on_call"
        and not Station.objects.filter(
            hall=hall, department=slot.unit_id or 0, department__is_active=True
        ).exists()
    ):
        raise Refused(_("该单位没有进驻本厅。"), "input", field="unit")


def _check_place_is_free(
    slot: DutySlot, start: dt.datetime, end: dt.datetime, *, hall: Hall, but: set[int]
) -> None:
    taken = Duty.objects.planned().overlapping(start, end).exclude(pk__in=but)
    if slot.kind == "window":
        taken = taken.filter(window=slot.window_id)
    elif slot.kind == "on_call":
        taken = taken.filter(kind="on_call", hall=hall, unit=slot.unit_id)
    else:
        return
    if found := taken.select_related("person", "window", "unit").first():
        raise Refused(_said_taken(found, found.person), "state", field="person")


def _said_taken(duty: Duty, who: User | None) -> str:
    facts = {"place": duty.place_label, "time": duty.time, "who": who.label if who else ""}
    return _("%(place)s%(time)s已排%(who)s。") % facts


def refuse_person(
    post: Posting, kind: str, busy: Engaged, *, field: str = "person", alone: bool = True
) -> None:
    """Why this person cannot take such a place in this time. `alone`: must be free, as the A of it is."""
    name = post.user.label
    if kind == "window" and post.role not in AT_WINDOW_ROLES:
        raise Refused(
            _("%(name)s的岗位不在窗口叫号，只能值引导台或随叫随驻。") % {"name": name}, "input", field=field
        )
    if leave := busy.leaves.get(post.user_id):
        facts = {"name": name, "from": leave.from_on, "until": leave.until_on}
        raise Refused(_("%(name)s已请假（%(from)s至%(until)s）。") % facts, "state", field=field)
    if alone and (duty := busy.sittings.get(post.user_id)):
        facts = {"name": name, "time": duty.time, "place": duty.place_label}
        raise Refused(_("%(name)s%(time)s已在%(place)s值班。") % facts, "state", field=field)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Somebody posted in the hall that day, and whether they can take the place."""

    user: User
    title: str
    unit: Department | None
    verdict: Verdict
    stands_in: Verdict


def who_can(hall: Hall, slot_kind: str, half: HalfDay, *, changing: Duty | None = None) -> list[Candidate]:
    """Everybody posted that day, those who can first; the others with the reason. Three queries."""
    start, end = (changing.starts_at, changing.ends_at) if changing else (half.starts_at, half.ends_at)
    busy = queries.engaged(start, end, but=[changing.pk] if changing else [])
    found = [
        Candidate(
            post.user,
            worded(post, "title"),
            post.department,
            allowed(refuse_person, post, slot_kind, busy),
            allowed(refuse_person, post, slot_kind, busy, alone=False),
        )
        for post in queries.people_on(hall.pk, half.day)
    ]
    return sorted(found, key=lambda one: not one.verdict)


def check_can_remove_duty(actor: Actor, duty: Duty, *, now: dt.datetime) -> None:
    """What has begun stays: it is changed to whoever sits there, not unwritten."""
    check_can_keep_rota(actor, duty.hall, now=now)
    if DUTY.move("remove_duty", duty.status) is None:
        raise Refused(_("这个班已经撤下。"), "state")
    if duty.starts_at <= now:
        raise Refused(_("这个班已经开始，不能撤下；换人请改排。"), "state")


# -- sitting down ------------------------------------------------------------------------------------------------


def check_can_stand_in(actor: Actor, window: Window, *, now: dt.datetime) -> HalfDay:
    """Whoever may call from a window and sits nowhere else takes over one at which nobody is.

    Not one whose own person has come, or need not have come yet: that is for the two of them to swap, or for the
    manager to change. Returns the half-day of this moment.
    """
    if not actor.has(*AT_WINDOW_ROLES, hall_id=window.hall_id) or actor.user_id is None:
        raise Refused(_("顶班由在本大厅值守窗口的人员办理。"), "role")
    if not window.is_active:
        raise Refused(_("%(window)s号窗口已停用。") % {"window": window.number}, "state")
    duties = queries.window_duties(window.hall_id, now)
    if not duties:
        raise Refused(_("这半天没有排班，窗口照常叫号，不用顶班。"), "state")
    half = queries.half_on(window.hall, timezone.localdate(now), queries.half_of(now))
    if half is None or half.ends_at <= now:
        raise Refused(_("大厅现在不开放，不用顶班。"), "state")
    holds = queries.in_force([duty for duty in duties if duty.window_id == window.pk], now)
    if holds is not None and holds.sitter_id is not None:
        _check_is_missing(actor, window, holds, now)
    busy = queries.engaged(now, half.ends_at)
    if actor.user_id in busy.leaves:
        raise Refused(_("您今天已请假，先撤回请假再顶班。"), "state")
    if duty := busy.sittings.get(actor.user_id):
        facts = {"time": duty.time, "place": duty.place_label}
        raise Refused(_("您%(time)s在%(place)s值班，不能同时顶两个岗位。") % facts, "state")
    return half


def _check_is_missing(actor: Actor, window: Window, holds: Duty, now: dt.datetime) -> None:
    """Whoever sits there by the rota should be there by now, and has not been seen."""
    if holds.sitter_id == actor.user_id:
        raise Refused(_("这个窗口现在就是您值班。"), "state")
    seen = queries.last_seen(window.hall_id, holds.day).get(holds.sitter_id or 0)
    if seen is not None and seen.kind in queries.HERE:
        facts = {"name": holds.sitter.label if holds.sitter else "", "window": window.number}
        raise Refused(_("%(window)s号窗口由%(name)s值班，人已到岗；换人请大厅负责人改排。") % facts, "state")
    if now < holds.starts_at:
        raise Refused(_said_taken(holds, holds.sitter), "state")


def holds_window(window: Window, now: dt.datetime) -> Duty | None:
    """The window's duty of this moment, if the rota has one."""
    here = [duty for duty in queries.window_duties(window.hall_id, now) if duty.window_id == window.pk]
    return queries.in_force(here, now)


def check_sits_at(actor: Actor, window: Window, *, now: dt.datetime) -> None:
    """Where a rota is kept for the half-day, a window calls through whoever the board shows there, or the manager.

    Nothing is asked where no rota is kept, or where the hall has switched this off (`Hall.rota_binds`).
    """
    if actor.kind == "system" or not window.hall.rota_binds:
        return
    duties = queries.window_duties(window.hall_id, now)
    if not duties:
        return
    facts = {"window": window.number, "half": _(HALVES[queries.half_of(now)])}
    holds = queries.in_force([duty for duty in duties if duty.window_id == window.pk], now)
    if holds is None or holds.sitter is None:
        reason = _("%(window)s号窗口今天%(half)s没有人值班：请先“顶班”接管这个窗口，再叫号。")
        raise Refused(reason % facts, "state", field="stand_in")
    if holds.sitter_id == actor.user_id or actor.has(HALL_MANAGER, hall_id=window.hall_id):
        return
    reason = _(
        "%(window)s号窗口今天%(half)s由%(name)s值班：请到自己的窗口叫号；人没有到岗的，可以“顶班”接管。"
    )
    raise Refused(reason % {**facts, "name": holds.sitter.label}, "state", field="stand_in")


# -- on call -----------------------------------------------------------------------------------------------------


def check_can_call_in(actor: Actor, duty: Duty, *, now: dt.datetime) -> None:
    """Anybody on duty in the hall calls whoever is on call, while they are."""
    if not actor.has(*ON_DUTY_ROLES, hall_id=duty.hall_id):
        raise Refused(_("呼叫随叫人员由本厅值班人员办理。"), "role")
    if duty.kind != "on_call" or duty.status != "planned":
        raise Refused(_("这个班不是随叫随驻。"), "state")
    if duty.sitter_id is None:
        raise Refused(_("随叫人员请假，还没有人顶班，请与单位联系。"), "state")
    if not duty.starts_at <= now < duty.ends_at:
        raise Refused(_("现在不在随叫时间内（%(time)s）。") % {"time": duty.time}, "state")
    if duty.call_ins.filter(status="called").exists():
        raise Refused(_("已经呼叫，还没有到场。"), "state")


def check_can_answer_call_in(
    actor: Actor, duty: Duty, person_id: int, *, status: str, now: dt.datetime
) -> None:
    """Whoever came says so, or anybody on duty who sees them."""
    if actor.user_id != person_id and not actor.has(*ON_DUTY_ROLES, hall_id=duty.hall_id):
        raise Refused(_("到场由本人或本厅值班人员记录。"), "role")
    if status != "called":
        raise Refused(_("已经记录到场。"), "state")


def sees_rota(actor: Actor, hall_id: int) -> bool:
    """Everybody posted in the hall reads its rota."""
    return manages(actor, hall_id) or hall_id in actor.halls()
