"""Who may write down what disturbed the order, hand it to the police room, and read it.

Nothing here is asked anywhere else: no other rule knows whether there was an incident (第二十二条、第四十七条).
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hall.access import PUBLIC, Actor, Refused
from hall.clock import HOSTS_DIFFER
from intake.lifecycle import ACCOUNT_WAYS, DESK_ROLES, INCIDENT_KINDS, MEASURES
from intake.models import Visit
from intake.models.incidents import Incident
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR
from staffing.models import Room

MIN_WORDS = 4
ARTICLE = "《信访工作条例》第四十七条"
LATEST = dt.timedelta(days=7)
"""What was not written down within a week is not written down any more: nobody remembers it well enough."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFacts:
    """What is written down of it. Where: a room, other words, or both."""

    kind: str
    happened_at: dt.datetime
    what_happened: str
    staff_did: str
    measures: tuple[str, ...] = ()
    room_id: int | None = None
    place: str = ""
    people_present: str = ""


def check_sees_incidents(actor: Actor) -> None:
    if not actor.halls(SUPERVISOR, *DESK_ROLES):
        raise Refused(_("现场情况由记录人、大厅负责人和督查人员查看。"), "role")


def check_can_record_incident(
    actor: Actor,
    hall_id: int,
    facts: IncidentFacts | None = None,
    *,
    visit: Visit | None = None,
    now: dt.datetime,
) -> None:
    """Whoever works at the desk or a window of the hall; what staff did is one of three things, or none."""
    if not actor.has(*DESK_ROLES, hall_id=hall_id):
        raise Refused(_("由本厅在场的工作人员记录。"), "role")
    if facts is None:
        return
    if facts.kind not in INCIDENT_KINDS:
        raise Refused(_("请选择类别。"), "input", field="kind")
    if facts.happened_at > now + HOSTS_DIFFER:
        raise Refused(_("发生时间不能晚于现在。"), "input", field="day")
    if facts.happened_at < now - LATEST:
        raise Refused(_("超过7天的情况不再补记。"), "input", field="day")
    if visit is not None and visit.hall_id != hall_id:
        raise Refused(_("本厅当天没有这个号码。"), "input", field="ticket_number")
    if facts.room_id is not None and not Room.objects.filter(pk=facts.room_id, hall=hall_id).exists():
        raise Refused(_("本厅没有这个房间。"), "input", field="room")
    if facts.room_id is None and not facts.place.strip():
        raise Refused(_("请写明在大厅的什么地方。"), "input", field="place")
    _check_words(facts)


def _check_words(facts: IncidentFacts) -> None:
    if len(facts.what_happened.strip()) < MIN_WORDS:
        raise Refused(_("请写明发生了什么，只写看到、听到的。"), "input", field="what_happened")
    if len(facts.staff_did.strip()) < MIN_WORDS:
        raise Refused(_("请写明工作人员怎么说、怎么做的。"), "input", field="staff_did")
    if set(facts.measures) - MEASURES.keys():
        raise Refused(
            _("工作人员只可以劝阻、批评、教育；其他措施由公安机关依法采取。"), "input", field="measures",
            article=ARTICLE,
        )  # fmt: skip


def check_can_read_incident(
    actor: Actor, incident: Incident, reason: str | None = None, *, now: dt.datetime
) -> None:
    """Whoever may see that there was one, each time with what it is for, which stands in the record of looks."""
    _check_sees(actor, incident)
    if reason is not None and len(reason.strip()) < MIN_WORDS:
        raise Refused(_("请写明查看的用途，至少%(n)s个字。") % {"n": MIN_WORDS}, "input", field="reason")


def _check_sees(actor: Actor, incident: Incident) -> None:
    if not Incident.objects.visible_to(actor).filter(pk=incident.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def _check_keeps(actor: Actor, incident: Incident) -> None:
    """Whoever wrote it at the desk, or the hall's manager. A supervisor reads."""
    _check_sees(actor, incident)
    wrote = incident.by_id == actor.user_id and actor.has(*DESK_ROLES, hall_id=incident.hall_id)
    if not wrote and not actor.has(HALL_MANAGER, hall_id=incident.hall_id):
        raise Refused(_("由记录人或者大厅负责人办理。"), "role")


def check_can_hand_over_incident(
    actor: Actor, incident: Incident, danger: bool | None = None, *, now: dt.datetime
) -> None:
    """To the police room, where persuasion did not help, or where somebody is in danger at once (第四十七条)."""
    _check_keeps(actor, incident)
    if incident.handed_at is not None:
        raise Refused(_("已经移交警务室。"), "state")
    if danger is False and not incident.measures:
        raise Refused(
            _("先劝阻、批评、教育；有人身危险的，才可以直接移交。"), "input", field="danger", article=ARTICLE
        )


def check_can_receive_incident(
    actor: Actor,
    incident: Incident,
    taken_by: str | None = None,
    receipt_number: str = "",
    taken_at: dt.datetime | None = None,
    *,
    now: dt.datetime,
) -> None:
    """The police room over the code on the paper it was handed; else the desk, from the police room's paper."""
    if actor != PUBLIC:
        _check_keeps(actor, incident)
    if incident.handed_at is None:
        raise Refused(_("还没有移交警务室。"), "state")
    if incident.taken_at is not None:
        raise Refused(_("警务室已经接收，接收单号%(n)s。") % {"n": incident.receipt_number}, "state")
    if taken_by is None:
        return
    if len(taken_by.strip()) < 2:
        raise Refused(_("请写明接收民警的姓名或者警号。"), "input", field="taken_by")
    if len(receipt_number.strip()) < 2:
        raise Refused(_("请写明接收单号。"), "input", field="receipt_number")
    if (
        taken_at is None
        or taken_at > now + HOSTS_DIFFER
        or taken_at < incident.handed_at - dt.timedelta(hours=12)
    ):
        raise Refused(_("接收时间不对：不能晚于现在，也不能早于移交。"), "input", field="day")


def check_can_add_account(
    actor: Actor,
    incident: Incident,
    words: str | None = None,
    way: str = "told",
    paper_at: str = "",
    *,
    now: dt.datetime,
) -> None:
    """The person's own words, at any time, as often as they like; the desk writes them down unchanged."""
    if actor != PUBLIC:
        _check_keeps(actor, incident)
    if words is None:
        return
    if way not in ACCOUNT_WAYS:
        raise Refused(_("请选择怎样陈述的。"), "input", field="way")
    if not words.strip():
        raise Refused(_("请照本人的原话记录。"), "input", field="words")
    if way == "paper" and not paper_at.strip():
        raise Refused(_("请写明纸质原件存放在哪里。"), "input", field="paper_at")


def check_can_erase_incident(
    actor: Actor, incident: Incident, reason: str | None = None, *, now: dt.datetime
) -> None:
    """The hall's manager, before its time: a mistake, or rightly asked for (个人信息保护法第四十七条)."""
    _check_sees(actor, incident)
    if not actor.has(HALL_MANAGER, hall_id=incident.hall_id):
        raise Refused(_("由大厅负责人删除。"), "role")
    if reason is not None and len(reason.strip()) < MIN_WORDS:
        raise Refused(_("请写明删除的原因，不要写来访人的情况。"), "input", field="reason")


def check_can_erase_incidents(actor: Actor, *, now: dt.datetime) -> None:
    if actor.kind != "system":
        raise Refused(_("到期由系统自动删除。"), "role")


def check_sees_incident_figures(actor: Actor) -> None:
    if not actor.halls(HALL_MANAGER, SUPERVISOR, LEADER):
        raise Refused(_("现场情况统计由大厅负责人、领导和督查人员查看。"), "role")
