"""Who may plan, publish, change, cancel and confirm leaders' receptions."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, fields

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Actor, Refused
from staffing.lifecycle import LEADER, RECEPTION
from staffing.models import Engagement, Hall, LeaderReception, Posting
from staffing.queries import absence_on, clash
from staffing.rules.planning import refuse_absence
from staffing.rules.who import check_manages, is_administrator, manages

MOST_PARTIES = 200
"""More parties than one leader can receive in a day: a slip of the key."""


@dataclass(frozen=True, slots=True)
class Slot:
    """Who receives, when and where. Times are aware; a room of the hall, or a place in words."""

    leader_id: int
    starts_at: dt.datetime
    ends_at: dt.datetime
    form: str = "fixed"
    room_id: int | None = None
    place: str = ""
    place_en: str = ""
    capacity: int = 10


def slot_of(reception: LeaderReception) -> Slot:
    """As it stands now."""
    return Slot(**{field.name: getattr(reception, field.name) for field in fields(Slot)})


def check_can_plan_reception(actor: Actor, hall: Hall, slot: Slot, *, now: dt.datetime) -> None:
    check_manages(actor, hall.pk)
    _check_slot(hall, slot, now=now)


def _check_slot(hall: Hall, slot: Slot, *, now: dt.datetime, but: int | None = None) -> None:
    if slot.form not in dict(LeaderReception.FORMS):
        raise Refused(_("没有这种接访形式。"), "input", field="form")
    if slot.starts_at >= slot.ends_at:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends_at")
    day = timezone.localdate(slot.starts_at)
    if timezone.localdate(slot.ends_at) != day:
        raise Refused(_("一次接访不跨日，请分日安排。"), "input", field="ends_at")
    if slot.starts_at <= now:
        raise Refused(_("接访时间须在将来。"), "input", field="starts_at")
    if not Posting.objects.filter(user=slot.leader_id, role=LEADER, hall=hall).on(day).exists():
        raise Refused(_("此人当日不是本厅的接访领导。"), "input", field="leader")
    refuse_absent_leader(slot)
    if slot.room_id is None and not slot.place.strip():
        raise Refused(_("请选择房间或填写地点。"), "input", field="place")
    if slot.room_id is not None and not hall.rooms.filter(pk=slot.room_id).exists():
        raise Refused(_("该房间不在本厅。"), "input", field="room")
    if not 0 <= slot.capacity <= MOST_PARTIES:
        raise Refused(_("可预约批数应在0至%(n)s之间。") % {"n": MOST_PARTIES}, "input", field="capacity")
    refuse_clash(slot, but=but)


def refuse_absent_leader(slot: Slot) -> None:
    day = timezone.localdate(slot.starts_at)
    if absence := absence_on(slot.leader_id, day):
        refuse_absence(absence.person, day, absence)


def refuse_clash(slot: Slot, *, but: int | None = None) -> None:
    """A leader is in one place and a room is taken once; says who or what is taken, by whom and when."""
    taken = clash(
        leader_id=slot.leader_id,
        room_id=slot.room_id,
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        but=but,
    )
    if taken is None:
        _refuse_meeting(slot)
        return
    local = timezone.localtime(taken.starts_at)
    when = {
        "day": f"{local:%Y-%m-%d}",
        "from": f"{local:%H:%M}",
        "to": f"{timezone.localtime(taken.ends_at):%H:%M}",
    }
    if taken.leader_id == slot.leader_id:
        reason = _("%(who)s在%(day)s %(from)s至%(to)s已安排接访。") % {"who": taken.leader.label, **when}
        raise Refused(reason, "state", field="leader")
    reason = _("%(room)s在%(day)s %(from)s至%(to)s已由%(who)s使用。") % {
        "room": taken.room.label if taken.room else "",
        "who": taken.leader.label,
        **when,
    }
    raise Refused(reason, "state", field="room")


def _refuse_meeting(slot: Slot) -> None:
    """A consultation or a hearing has the leader or the room."""
    over = Engagement.objects.standing().filter(starts_at__lt=slot.ends_at, ends_at__gt=slot.starts_at)
    taken = Q(user=slot.leader_id) | (Q(room=slot.room_id) if slot.room_id else Q())
    first = over.filter(taken).select_related("user", "room").order_by("user_id", "starts_at").first()
    if first is None:
        return
    local = timezone.localtime(first.starts_at)
    said = _("%(who)s在%(day)s %(from)s至%(to)s已安排%(what)s。") % {
        "who": (first.user or first.room).label,  # type: ignore[union-attr]  # one of both
        "day": f"{local:%Y-%m-%d}",
        "from": f"{local:%H:%M}",
        "to": f"{timezone.localtime(first.ends_at):%H:%M}",
        "what": first.get_purpose_display(),
    }
    raise Refused(said, "state", field="leader" if first.user else "room")


STATE_REASONS = {
    "cancelled": lazy("这次接访已经取消。"),
    "held": lazy("这次接访已经结束。"),
    "published": lazy("这次接访已经公布。"),
    "planned": lazy("这次接访还没有公布。"),
}


def _check_move(actor: Actor, reception: LeaderReception, verb: str) -> None:
    if not manages(actor, reception.hall_id):
        raise Refused(_("只有本厅的大厅负责人可以安排领导接访。"), "role")
    if RECEPTION.move(verb, reception.status) is None:
        raise Refused(STATE_REASONS[reception.status], "state")


def check_can_publish_reception(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """In advance: what has begun can no longer be announced (国信发〔2015〕12号（二）)."""
    _check_move(actor, reception, "publish_reception")
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，公布须在事前。"), "state", article="国信发〔2015〕12号（二）")
    day = timezone.localdate(reception.starts_at)
    if reception.hall.receptions_need_approval and reception.approved_at is None:
        raise Refused(
            _("%(day)s%(who)s的接访尚未批准，批准后才能公布。")
            % {"day": day.isoformat(), "who": reception.leader.label},
            "state",
        )
    refuse_absence(reception.leader, day, absence_on(reception.leader_id, day))
    if (
        not Posting.objects.filter(user=reception.leader_id, role=LEADER, hall=reception.hall_id)
        .on(day)
        .exists()
    ):
        raise Refused(_("此人当日不是本厅的接访领导。"), "state", field="leader")


def check_can_publish_month(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    check_manages(actor, hall.pk)


def check_can_approve_month(actor: Actor, hall: Hall, *, now: dt.datetime) -> None:
    """A leader of that hall, or an administrator."""
    if not (is_administrator(actor) or actor.has(LEADER, hall_id=hall.pk)):
        raise Refused(_("只有本厅的接访领导或系统管理员可以批准。"), "role")


def check_can_approve_reception(
    actor: Actor, reception: LeaderReception, *, revision: int | None = None, now: dt.datetime
) -> None:
    """What was read is approved: `revision` is the one that the page showed; None asks about the button alone."""
    check_can_approve_month(actor, reception.hall, now=now)
    if RECEPTION.move("approve_reception", reception.status) is None:
        raise Refused(STATE_REASONS[reception.status], "state")
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，不能再批准。"), "state")
    if reception.approved_at:
        raise Refused(_("这次接访已经批准。"), "state")
    if revision is not None and revision != reception.revision:
        raise Refused(_("安排在您打开页面之后有变更，请核对后再批准。"), "state")


def _check_change(
    actor: Actor, reception: LeaderReception, verb: str, slot: Slot | None, reason: str, now: dt.datetime
) -> None:
    """Until it begins. What the public has read is changed with a reason that the public reads as well."""
    _check_move(actor, reception, verb)
    if reception.starts_at <= now:
        raise Refused(_("接访已经开始，不能再变更。"), "state")
    if slot is None:
        return
    if reception.status == "published" and not reason.strip():
        raise Refused(_("已公布的接访变更须写明原因，原因一并公布。"), "input", field="reason")
    _check_slot(reception.hall, slot, now=now, but=reception.pk)


def check_can_change_reception(
    actor: Actor, reception: LeaderReception, *, slot: Slot | None = None, reason: str = "", now: dt.datetime
) -> None:
    """`slot` None asks about the button alone; so with the two below."""
    _check_change(actor, reception, "change_reception", slot, reason, now)


def check_can_substitute_leader(
    actor: Actor, reception: LeaderReception, *, slot: Slot | None = None, reason: str = "", now: dt.datetime
) -> None:
    """Another leader at the same time and place."""
    if slot is not None and slot.leader_id == reception.leader_id:
        raise Refused(_("请选择另一位接访领导。"), "input", field="leader")
    _check_change(actor, reception, "substitute_leader", slot, reason, now)


def check_can_postpone_reception(
    actor: Actor, reception: LeaderReception, *, slot: Slot | None = None, reason: str = "", now: dt.datetime
) -> None:
    """The same leader, later."""
    if slot is not None and slot.starts_at <= reception.starts_at:
        raise Refused(_("延期须晚于原定时间；提前的请用“变更”。"), "input", field="starts_at")
    _check_change(actor, reception, "postpone_reception", slot, reason, now)


def check_can_cancel_reception(
    actor: Actor, reception: LeaderReception, *, reason: str | None = None, now: dt.datetime
) -> None:
    """`reason` None asks about the button alone."""
    _check_move(actor, reception, "cancel_reception")
    if reception.ends_at <= now:
        raise Refused(_("接访时间已过，不能再取消。"), "state")
    if reason is not None and reception.status == "published" and not reason.strip():
        raise Refused(_("取消已公布的接访须写明原因，原因一并公布。"), "input", field="reason")


def check_can_hold_reception(actor: Actor, reception: LeaderReception, *, now: dt.datetime) -> None:
    """The leader who received, or the manager, once it has begun."""
    if actor.user_id != reception.leader_id and not manages(actor, reception.hall_id):
        raise Refused(_("只有接访领导本人或本厅的大厅负责人可以确认。"), "role")
    if RECEPTION.move("hold_reception", reception.status) is None:
        raise Refused(STATE_REASONS[reception.status], "state")
    if reception.starts_at > now:
        raise Refused(_("接访还没有开始。"), "state")
