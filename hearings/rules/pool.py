"""Who keeps the pool, and who may be in it."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from django.utils.translation import gettext as _

from hall.access import Actor, Refused
from hearings.lifecycle import CATEGORIES
from hearings.models import READS_POOL, PoolMember
from staffing.models import Department, Hall, SocialParticipant
from staffing.rules.who import check_manages

_PHONE = re.compile(r"[0-9+() -]{5,30}")


@dataclass(frozen=True, slots=True, kw_only=True)
class PoolFacts:
    """What the pool says about one member beside who it is."""

    category: str
    employer_id: int | None = None
    phone: str = ""


def check_reads_pool(actor: Actor) -> None:
    if not actor.has(*READS_POOL):
        raise Refused(_("听证员名册由组织听证的人员查看。"), "role")


def _check_facts(facts: PoolFacts) -> None:
    if facts.category not in CATEGORIES:
        raise Refused(_("请选择类别。"), "input", field="category")
    if facts.employer_id and not Department.objects.filter(pk=facts.employer_id).exists():
        raise Refused(_("请选择所在单位。"), "input", field="employer")
    if facts.phone.strip() and not _PHONE.fullmatch(facts.phone.strip()):
        raise Refused(_("电话号码只含数字、空格和横线。"), "input", field="phone")


def check_can_add_to_pool(
    actor: Actor,
    hall: Hall,
    participant: SocialParticipant | None = None,
    facts: PoolFacts | None = None,
    *,
    now: dt.datetime,
) -> None:
    """The manager keeps it; a member is an active participant of the hall, each once."""
    check_manages(actor, hall.pk)
    if facts is None:
        return
    if participant is None or participant.hall_id != hall.pk or not participant.is_active:
        raise Refused(_("请从本厅社会力量名单中选择正在参与的人员。"), "input", field="participant")
    if participant.kind == "organisation":
        raise Refused(_("听证员是个人，请登记具体人员。"), "input", field="participant")
    if PoolMember.objects.filter(participant=participant).exists():
        raise Refused(_("%(name)s已在名册中。") % {"name": participant.label}, "input", field="participant")
    _check_facts(facts)


def check_can_change_pool_member(
    actor: Actor, member: PoolMember, facts: PoolFacts | None = None, *, now: dt.datetime
) -> None:
    check_manages(actor, member.hall_id)
    if facts is not None:
        _check_facts(facts)


def check_can_retire_pool_member(
    actor: Actor, member: PoolMember, reason: str | None = None, *, now: dt.datetime
) -> None:
    """Drawn no more; seats that are filled already stay."""
    check_manages(actor, member.hall_id)
    if not member.is_active:
        raise Refused(_("已经停用。"), "state")
    if reason is not None and not reason.strip():
        raise Refused(_("请写明原因。"), "input", field="reason")


def check_can_restore_pool_member(actor: Actor, member: PoolMember, *, now: dt.datetime) -> None:
    check_manages(actor, member.hall_id)
    if member.is_active:
        raise Refused(_("正在名册中，可以抽取。"), "state")
    if not member.participant.is_active:
        raise Refused(_("此人已不再参与服务，请先在社会力量名单中恢复。"), "state")


def check_can_export_pool(actor: Actor, hall_id: int, *, now: dt.datetime) -> None:
    """Without telephone numbers, for those who read the pool."""
    if not actor.has(*READS_POOL, hall_id=hall_id):
        raise Refused(_("听证员名册由组织听证的人员查看。"), "role")
