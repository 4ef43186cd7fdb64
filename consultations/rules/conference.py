"""The joint conference decides what a consultation cannot settle (《信访工作条例》第十四条、第二十四条)."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.rules.common import check_said
from consultations.lifecycle import CONSULTATION, GROUNDS_OF_CONFERENCE
from consultations.models import Consultation, JointConference
from consultations.rules.minutes import check_convenor, check_part, check_stage, named_roles
from hall.access import Actor, Refused

CONFERENCE_ARTICLE = "《信访工作条例》第十四条"
MIN_REASON = 10


def check_can_refer_to_conference(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """The convenor, as long as no minutes were issued."""
    check_convenor(actor, one, "refer_to_conference")
    check_stage(one, "refer_to_conference")


def check_can_decide_conference(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """A leader of the hall, or its manager who writes the decision down."""
    check_part(actor, one)
    roles = CONSULTATION.roles("decide_conference")
    if actor.kind != "system" and not actor.has(*sorted(roles), hall_id=one.hall_id):
        words = _("这一步由登记大厅的%(roles)s办理。")
        raise Refused(words % {"roles": named_roles(roles)}, "role", article=CONFERENCE_ARTICLE)
    check_stage(one, "decide_conference")


def check_ground(ground: str) -> str:
    if ground not in GROUNDS_OF_CONFERENCE:
        raise Refused(_("请选择提请原因。"), "input", field="ground")
    return ground


def check_conference_reason(text: str) -> str:
    words = _("请写明分歧在哪里、各单位的主张，至少%(n)s个字。")
    return check_said(text, "reason", words, least=MIN_REASON)


def check_met_on(day: dt.date | None, conference: JointConference, *, now: dt.datetime) -> dt.date:
    first, today = timezone.localdate(conference.referred_at), timezone.localdate(now)
    if day is None or not first <= day <= today:
        raise Refused(_("会议日期应在提请之日至今天之间。"), "input", field="met_on")
    return day


def check_decision(text: str) -> str:
    return check_said(text, "decision", _("请写明联席会议的决定，至少%(n)s个字。"), least=MIN_REASON)
