"""Who may write down a talk at the guide desk, send a visitor on with their consent, and answer for the other side."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import gettext as _

from cases.models import Case
from hall.access import Actor, Refused
from hall.clock import HOSTS_DIFFER
from intake.lifecycle import (
    CONSENTS,
    REFERRAL_ENDS,
    REFERRAL_KINDS,
    SERVICE_REFERRAL,
    TALK_OUTCOMES,
    TALK_TOPICS,
)
from intake.models import GuidanceTalk, ServiceReferral, Visit
from staffing.lifecycle import CLERK, GUIDE, HALL_MANAGER, PARTICIPANT, PARTICIPANT_KINDS, SUPERVISOR
from staffing.models import Hall, Leaflet, SocialParticipant

MIN_WORDS = 4
LONGEST_NAME = 120
DESK = (GUIDE, CLERK, HALL_MANAGER)
CONSENT = "《个人信息保护法》第二十三条"
RECUSAL = "《信访工作条例》第二十八条"


@dataclass(frozen=True, slots=True, kw_only=True)
class TalkFacts:
    """What is written down of a talk."""

    topic: str
    explained: str
    outcome: str
    talked_at: dt.datetime
    leaflet_id: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReferralFacts:
    """To whom, for what, and that the visitor agreed; either a `participant_id` or an `organisation`."""

    kind: str
    need: str
    consented: bool
    consent: str = "spoken"
    participant_id: int | None = None
    organisation: str = ""
    contact: str = ""


def check_sees_guidance(actor: Actor) -> None:
    if not actor.halls(*DESK, SUPERVISOR):
        raise Refused(_("引导服务由大厅的引导员、登记员和负责人使用。"), "role")


def check_sees_service_referrals(actor: Actor) -> None:
    if not actor.halls(*DESK, SUPERVISOR, PARTICIPANT):
        raise Refused(_("转介由大厅人员和参与服务的社会力量查看。"), "role")


def check_guides(actor: Actor, hall_id: int) -> None:
    if not actor.has(*DESK, hall_id=hall_id):
        raise Refused(_("由本厅的引导员、登记员或者大厅负责人记录。"), "role")


def check_concerns(actor: Actor, hall_id: int, *, visit: Visit | None, case: Case | None) -> None:
    """A visit of the hall or a matter that one may see; the others are not there."""
    if visit is None and case is None:
        raise Refused(_("请填写当天的号票号码或者事项编号。"), "input", field="ticket_number")
    if visit is not None and visit.hall_id != hall_id:
        raise Refused(_("本厅当天没有这个号码。"), "input", field="ticket_number")
    if case is not None and (
        case.hall_id != hall_id or not Case.objects.visible_to(actor).filter(pk=case.pk).exists()
    ):
        raise Refused(_("本厅没有这个编号的事项。"), "input", field="case_number")


def check_can_record_talk(
    actor: Actor,
    hall_id: int,
    facts: TalkFacts | None = None,
    *,
    visit: Visit | None = None,
    case: Case | None = None,
    now: dt.datetime,
) -> None:
    """The guide desk; what was explained in so many words that somebody else understands it."""
    check_guides(actor, hall_id)
    if facts is None:
        return
    check_concerns(actor, hall_id, visit=visit, case=case)
    _check_talk(hall_id, facts, now=now)


def check_can_correct_talk(
    actor: Actor, talk: GuidanceTalk, facts: TalkFacts | None = None, why: str = "", *, now: dt.datetime
) -> None:
    """Who wrote it down, or the hall's manager; in its last version, and saying why. The earlier words stay."""
    if not GuidanceTalk.objects.visible_to(actor).filter(pk=talk.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    check_guides(actor, talk.hall_id)
    if talk.by_id != actor.user_id and not actor.has(HALL_MANAGER, hall_id=talk.hall_id):
        raise Refused(_("由记录的人或者大厅负责人更正。"), "role")
    if GuidanceTalk.objects.filter(corrects=talk).exists():
        raise Refused(_("这一版已经被更正，请在最新一版上更正。"), "state")
    if facts is None:
        return
    _check_talk(talk.hall_id, facts, kept=talk.leaflet_id, now=now)
    if len(why.strip()) < MIN_WORDS:
        raise Refused(_("请写明为什么更正。"), "input", field="why")


def _check_talk(hall_id: int, facts: TalkFacts, *, kept: int | None = None, now: dt.datetime) -> None:
    """`kept`: a leaflet that was handed out, though it may have been taken back since."""
    if facts.topic not in TALK_TOPICS:
        raise Refused(_("请选择主题。"), "input", field="topic")
    if facts.outcome not in TALK_OUTCOMES:
        raise Refused(_("请选择结果。"), "input", field="outcome")
    if len(facts.explained.strip()) < MIN_WORDS:
        raise Refused(_("请写明说明了什么。"), "input", field="explained")
    if facts.talked_at > now + HOSTS_DIFFER:
        raise Refused(_("谈话时间不能晚于现在。"), "input", field="day")
    leaflets = Leaflet.objects.public(Hall(pk=hall_id))
    if facts.leaflet_id not in (None, kept) and not leaflets.filter(pk=facts.leaflet_id).exists():
        raise Refused(_("没有这份宣传单。"), "input", field="leaflet")


def check_can_refer_to_service(
    actor: Actor,
    hall_id: int,
    facts: ReferralFacts | None = None,
    *,
    visit: Visit | None = None,
    case: Case | None = None,
    participant: SocialParticipant | None = None,
    now: dt.datetime,
) -> None:
    """The guide desk, once the visitor agreed that somebody outside is told (个人信息保护法第二十三条)."""
    check_guides(actor, hall_id)
    if facts is None:
        return
    check_concerns(actor, hall_id, visit=visit, case=case)
    if facts.kind not in REFERRAL_KINDS:
        raise Refused(_("请选择转介去向。"), "input", field="kind")
    if (participant is None) == (not facts.organisation.strip()):
        raise Refused(_("请选择一位服务人员，或者写明一个机构。"), "input", field="participant")
    if len(facts.organisation.strip()) > LONGEST_NAME:
        raise Refused(
            _("写得太长，不超过%(most)s字。") % {"most": LONGEST_NAME}, "input", field="organisation"
        )
    if participant is not None:
        _check_addressee(facts.kind, participant, hall_id, case)
    if len(facts.need.strip()) < MIN_WORDS:
        raise Refused(_("请写明本人需要什么帮助。"), "input", field="need")
    if not facts.consented or facts.consent not in CONSENTS:
        raise Refused(
            _("须先征得本人同意，才能把情况告诉大厅以外的人；本人不同意的，告诉本人地址和电话即可。"), "input",
            field="consented", article=CONSENT,
        )  # fmt: skip


def _check_addressee(kind: str, one: SocialParticipant, hall_id: int, case: Case | None) -> None:
    if one.hall_id != hall_id or not one.is_active:
        raise Refused(_("此人已不再参与服务。"), "input", field="participant")
    if one.promised_on is None:
        raise Refused(_("还没有签署保密承诺书，不能提供服务。"), "input", field="participant")
    if kind in PARTICIPANT_KINDS and one.kind != kind:
        raise Refused(_("此人不属于所选的去向，请重新选择。"), "input", field="participant")
    if case is None:
        return
    names = {name for name in (one.name, one.organisation) if name}
    if (
        case.respondents.filter(Q(user=one.user_id or 0) | Q(name__in=names)).exists()
        or case.recusals.filter(user=one.user_id or 0).exists()
        or case.parties.filter(petitioner__name=one.name).exists()
    ):
        raise Refused(
            _("此人与该事项有直接利害关系，请换人。"), "input", field="participant", article=RECUSAL
        )


def speaks_for(actor: Actor, referral: ServiceReferral) -> None:
    """The one it is addressed to; where nobody there has an account, the desk writes down what they answered."""
    one = referral.participant
    if one is not None and one.user_id is not None:
        if one.user_id != actor.user_id or not actor.has(PARTICIPANT, hall_id=referral.hall_id):
            raise Refused(_("由被转介的服务人员本人答复。"), "role")
        return
    check_guides(actor, referral.hall_id)


def _check_move(verb: str, referral: ServiceReferral) -> None:
    if referral.status not in SERVICE_REFERRAL.sources(verb):
        raise Refused(
            _("这次转介现在是“%(state)s”，不能这样办。") % {"state": _(referral.get_status_display())},
            "state",
        )


def check_can_accept_service_referral(
    actor: Actor, referral: ServiceReferral, answer: str | None = None, *, now: dt.datetime
) -> None:
    """Whoever it is addressed to; where and when they will help may be said along."""
    speaks_for(actor, referral)
    _check_move("accept_service_referral", referral)


def check_can_decline_service_referral(
    actor: Actor, referral: ServiceReferral, answer: str | None = None, *, now: dt.datetime
) -> None:
    """With a reason, so that the desk can find another way."""
    speaks_for(actor, referral)
    _check_move("decline_service_referral", referral)
    if answer is not None and len(answer.strip()) < MIN_WORDS:
        raise Refused(_("请写明不接受的原因，大厅好另找办法。"), "input", field="answer")


def check_can_report_service_result(
    actor: Actor, referral: ServiceReferral, outcome: str | None = None, result: str = "", *, now: dt.datetime
) -> None:
    """How it ended; of a psychologist nothing but that, the words lie sealed in the service note."""
    speaks_for(actor, referral)
    _check_move("report_service_result", referral)
    if outcome is None:
        return
    if outcome not in REFERRAL_ENDS:
        raise Refused(_("请选择结果。"), "input", field="outcome")
    if referral.is_sealed and result.strip():
        raise Refused(_("心理疏导的内容只写在封存的服务记录里，这里不写。"), "input", field="result")


def check_can_withdraw_service_referral(actor: Actor, referral: ServiceReferral, *, now: dt.datetime) -> None:
    """When the visitor takes the consent back; the desk does it at their word, without asking why."""
    check_guides(actor, referral.hall_id)
    _check_move("withdraw_service_referral", referral)


def check_can_remind_service_referrals(actor: Actor, *, now: dt.datetime) -> None:
    if actor.kind != "system":
        raise Refused(_("由系统自动提醒。"), "role")
