"""Who may keep the list of participants and their duties."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hall.models import User, statutory_calendar
from staffing.lifecycle import ELECTED, HALVES, LICENSED, PARTICIPANT, PARTICIPANT_KINDS, PSYCHOLOGIST
from staffing.models import Hall, ParticipantDuty, Posting, SocialParticipant
from staffing.queries import participant_clash
from staffing.rules.who import check_manages

MOST_AT_ONCE = 62
"""Half-days in one plan: a month of mornings and afternoons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParticipantFacts:
    """What the list says about one participant."""

    kind: str
    name: str
    name_en: str = ""
    organisation: str = ""
    organisation_en: str = ""
    licence: str = ""
    term: str = ""
    constituency: str = ""
    speciality: str = ""
    speciality_en: str = ""
    promised_on: dt.date | None = None
    user_id: int | None = None
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class ParticipantSlot:
    """A half-day of somebody, with its times and place."""

    participant_id: int
    day: dt.date
    half: str
    starts: dt.time
    ends: dt.time
    room_id: int | None = None
    desk: str = ""

    def bounds(self) -> tuple[dt.datetime, dt.datetime]:
        tz = timezone.get_current_timezone()
        return dt.datetime.combine(self.day, self.starts, tz), dt.datetime.combine(self.day, self.ends, tz)


def check_can_save_participant(
    actor: Actor,
    hall: Hall,
    facts: ParticipantFacts,
    *,
    participant: SocialParticipant | None,
    now: dt.datetime,
) -> None:
    """The manager keeps the list. A lawyer has a licence, a deputy a constituency, and an account is their own."""
    check_manages(actor, hall.pk)
    if participant is not None and participant.hall_id != hall.pk:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    _check_facts(facts, today=timezone.localdate(now))
    same = SocialParticipant.objects.filter(
        hall=hall, kind=facts.kind, name=facts.name.strip(), organisation=facts.organisation.strip()
    )
    if participant is not None:
        same = same.exclude(pk=participant.pk)
    if same.exists():
        raise Refused(_("名单中已有同类别、同机构的同名人员。"), "input", field="name")
    if participant is not None and participant.kind == PSYCHOLOGIST and participant.user_id is not None:
        if (facts.kind, facts.user_id) != (participant.kind, participant.user_id):
            raise Refused(
                _("心理咨询师的类别和账户确定后不再更改：记录只对本人启封。请停用后另立一行。"),
                "input",
                field="user",
            )
    elif facts.user_id is not None:
        _check_account(hall, facts, participant, now=now)


def _check_facts(facts: ParticipantFacts, *, today: dt.date) -> None:
    if facts.kind not in PARTICIPANT_KINDS:
        raise Refused(_("请选择类别。"), "input", field="kind")
    if not facts.name.strip():
        raise Refused(_("请填写姓名或名称。"), "input", field="name")
    if facts.kind in LICENSED and not facts.licence.strip():
        raise Refused(_("律师、心理咨询师须填写执业证号或资格证号。"), "input", field="licence")
    if facts.kind in ELECTED and not facts.constituency.strip():
        raise Refused(_("代表、委员须填写选区或界别。"), "input", field="constituency")
    if facts.promised_on and facts.promised_on > today:
        raise Refused(_("签署日期不能晚于今天。"), "input", field="promised_on")


def _check_account(
    hall: Hall, facts: ParticipantFacts, participant: SocialParticipant | None, *, now: dt.datetime
) -> None:
    user = User.objects.filter(pk=facts.user_id or 0, is_active=True).first()
    posts = Posting.objects.filter(user=facts.user_id, role=PARTICIPANT, hall=hall)
    if user is None or not posts.on(timezone.localdate(now)).exists():
        raise Refused(
            _("该账户今天不在本厅“社会力量”岗位上，请先在“人员岗位”中安排。"), "input", field="user"
        )
    if user.name != facts.name.strip():
        raise Refused(_("账户的姓名与所填姓名不同，一人一号。"), "input", field="user")
    others = SocialParticipant.objects.filter(hall=hall, user=facts.user_id)
    if participant is not None:
        others = others.exclude(pk=participant.pk)
    if others.exists():
        raise Refused(_("该账户已经属于名单中的另一人。"), "input", field="user")


def check_can_keep_duties(actor: Actor, hall_id: int) -> None:
    check_manages(actor, hall_id)


def check_can_plan_participant_duty(
    actor: Actor, hall: Hall, slots: Sequence[ParticipantSlot], *, now: dt.datetime
) -> None:
    """Working days alone, from today on; whoever signed the promise of confidentiality; one person at one place."""
    check_can_keep_duties(actor, hall.pk)
    if not slots:
        raise Refused(_("所选日期内没有工作日。"), "input", field="until_on")
    if len(slots) > MOST_AT_ONCE:
        raise Refused(_("一次最多安排%(n)s个半天。") % {"n": MOST_AT_ONCE}, "input", field="until_on")
    calendar = statutory_calendar()
    for slot in slots:
        _check_slot(hall, slot, now=now)
        if not calendar.is_workday(slot.day):
            raise Refused(_("%(day)s不是工作日。") % {"day": slot.day}, "input", field="from_on")
    for slot in slots:
        refuse_participant_clash(slot)


def _check_slot(hall: Hall, slot: ParticipantSlot, *, now: dt.datetime) -> None:
    if slot.half not in HALVES:
        raise Refused(_("请选择上午或下午。"), "input", field="halves")
    if slot.starts >= slot.ends:
        raise Refused(_("结束时间须晚于开始时间。"), "input", field="ends")
    if slot.day < timezone.localdate(now):
        raise Refused(_("过去的日子不再安排。"), "input", field="from_on")
    who = SocialParticipant.objects.filter(pk=slot.participant_id, hall=hall).first()
    if who is None or not who.is_active:
        raise Refused(_("此人不在本厅名单中，或者已不再参与。"), "input", field="participant")
    if who.promised_on is None or who.promised_on > slot.day:
        raise Refused(
            _("%(who)s还没有签署保密承诺书，不能排班。") % {"who": who.label}, "input", field="participant"
        )
    if slot.room_id is not None and not hall.rooms.filter(pk=slot.room_id).exists():
        raise Refused(_("该房间不在本厅。"), "input", field="room")


def refuse_participant_clash(slot: ParticipantSlot, *, but: int | None = None) -> None:
    """Says when the person is taken; nobody is at two places at once."""
    starts_at, ends_at = slot.bounds()
    taken = participant_clash(
        participant_id=slot.participant_id, starts_at=starts_at, ends_at=ends_at, but=but
    )
    if taken is None:
        taken = (
            ParticipantDuty.objects.filter(
                participant=slot.participant_id, day=slot.day, half=slot.half, cancelled_at=None
            )
            .exclude(pk=but or 0)
            .select_related("participant")
            .first()
        )
    if taken is None:
        return
    start, end = timezone.localtime(taken.starts_at), timezone.localtime(taken.ends_at)
    facts = {"who": taken.participant.label, "day": taken.day, "from": f"{start:%H:%M}", "to": f"{end:%H:%M}"}
    raise Refused(_("%(who)s在%(day)s %(from)s至%(to)s已有值班。") % facts, "state", field="participant")


def check_can_change_participant_duty(
    actor: Actor,
    duty: ParticipantDuty,
    *,
    slot: ParticipantSlot | None = None,
    reason: str = "",
    now: dt.datetime,
) -> None:
    """Somebody else, another day or place: the public reads why. What has ended stays as it was."""
    _check_stands(actor, duty, now=now)
    if slot is None:
        return
    _check_slot(duty.hall, slot, now=now)
    _check_reason(reason)
    refuse_participant_clash(slot, but=duty.pk)


def check_can_cancel_participant_duty(
    actor: Actor, duty: ParticipantDuty, *, reason: str | None = None, now: dt.datetime
) -> None:
    _check_stands(actor, duty, now=now)
    if reason is not None:
        _check_reason(reason)


def _check_stands(actor: Actor, duty: ParticipantDuty, *, now: dt.datetime) -> None:
    check_can_keep_duties(actor, duty.hall_id)
    if duty.cancelled_at:
        raise Refused(_("这次值班已经取消。"), "state")
    if duty.ends_at <= now:
        raise Refused(_("这次值班已经结束，不能再改。"), "state")


def _check_reason(reason: str) -> None:
    if not reason.strip():
        raise Refused(_("请写明原因，随值班信息公布。"), "input", field="reason")
