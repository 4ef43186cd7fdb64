"""Who may write down a service of somebody from outside, mend the note, and take over a sealed one."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case
from hall.access import Actor, Refused
from hall.clock import HOSTS_DIFFER
from intake.models import ServiceContent, ServiceNote, ServiceTakeover, Visit
from staffing.lifecycle import (
    CLERK,
    HALL_MANAGER,
    LEADER,
    PARTICIPANT,
    PSYCHOLOGIST,
    SUPERVISOR,
)
from staffing.models import SocialParticipant
from staffing.rules import check_manages

MIN_WORDS = 4
MOST_MINUTES = 480
RECUSAL = "《信访工作条例》第二十八条"


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceFacts:
    """What is written down of one service. `level`, `method`, `next_on`, `consented`: the psychologist's alone."""

    served_at: dt.datetime
    question: str
    opinion: str
    no_conflict: bool = False
    route_id: int | None = None
    referral: str = ""
    referral_to: str = ""
    answer: str = ""
    result: str = ""
    level: str = ""
    method: str = ""
    next_on: dt.date | None = None
    consented: bool = False
    minutes: int = 0
    satisfaction: int | None = None
    correction: str = ""


def is_own(actor: Actor, participant: SocialParticipant) -> bool:
    """The participant at their own post, writing for themselves."""
    return (
        participant.user_id is not None
        and participant.user_id == actor.user_id
        and actor.has(PARTICIPANT, hall_id=participant.hall_id)
    )


def check_sees_services(actor: Actor) -> None:
    if not actor.halls(CLERK, HALL_MANAGER, SUPERVISOR, LEADER, PARTICIPANT):
        raise Refused(_("服务记录由大厅人员和参与服务的社会力量查看。"), "role")


def check_writes_services(actor: Actor) -> None:
    if not actor.halls(CLERK, HALL_MANAGER, PARTICIPANT):
        raise Refused(_("由登记员、大厅负责人或者参与服务的社会力量记录。"), "role")


def check_can_record_service(
    actor: Actor,
    participant: SocialParticipant,
    facts: ServiceFacts,
    *,
    case: Case | None,
    visit: Visit | None,
    now: dt.datetime,
) -> None:
    """The participant, or the hall's desk for them; a psychologist's note nobody but the psychologist.

    Whoever acts for a party, is complained of or is close to either does not serve in the matter (第二十八条).
    """
    if not is_own(actor, participant):
        if participant.kind == PSYCHOLOGIST:
            raise Refused(_("心理疏导只由心理咨询师本人记录，内容对其他人封存。"), "role")
        if not actor.has(CLERK, HALL_MANAGER, hall_id=participant.hall_id):
            raise Refused(_("由登记员、大厅负责人或者参与服务的社会力量记录。"), "role")
    if not participant.is_active:
        raise Refused(_("此人已不再参与服务。"), "state", field="participant")
    if participant.promised_on is None:
        raise Refused(_("还没有签署保密承诺书，不能提供服务。"), "state", field="participant")
    if case is None and visit is None:
        raise Refused(_("请填写事项编号或者当天的号票号码。"), "input", field="case_number")
    if visit is not None and visit.hall_id != participant.hall_id:
        raise Refused(_("本厅当天没有这个号码。"), "input", field="ticket_number")
    if case is not None:
        check_conflict(actor, participant, case)
    check_facts(participant.kind, facts, now=now)


def check_conflict(actor: Actor, participant: SocialParticipant, case: Case) -> None:
    """By the names in the file. Whom it complains of does not even learn that there is such a matter (第三十条)."""
    none = Refused(_("本厅没有这个编号的事项。"), "input", field="case_number")
    own = is_own(actor, participant)
    if case.hall_id != participant.hall_id:
        raise none
    if not own and not Case.objects.visible_to(actor).filter(pk=case.pk).exists():
        raise none
    names = {name for name in (participant.name, participant.organisation) if name}
    user_id = participant.user_id or 0
    named = case.respondents.filter(Q(user=user_id) | Q(name__in=names)).exists()
    if named or case.recusals.filter(user=user_id).exists():
        raise none if own else _withdraw(_("此人或所在机构是该事项的被反映人，或者已经回避，请换人。"))
    if case.parties.filter(petitioner__name=participant.name).exists():
        raise _withdraw(_("此人是该事项的信访人或者代表，请换人。"))


def _withdraw(reason: str) -> Refused:
    return Refused(reason, "state", field="participant", article=RECUSAL)


def check_facts(kind: str, facts: ServiceFacts, *, now: dt.datetime) -> None:
    if not facts.no_conflict:
        raise Refused(
            _("与信访人或者信访事项有直接利害关系的，应当回避，请换人提供服务。"), "input",
            field="no_conflict", article=RECUSAL,
        )  # fmt: skip
    if facts.served_at > now + HOSTS_DIFFER:
        raise Refused(_("服务时间不能晚于现在。"), "input", field="day")
    if len(facts.question.strip()) < MIN_WORDS:
        raise Refused(_("请写明来访人问什么、需要什么。"), "input", field="question")
    if len(facts.opinion.strip()) < MIN_WORDS:
        raise Refused(_("请写明意见或者所做的事。"), "input", field="opinion")
    if not 0 < facts.minutes <= MOST_MINUTES:
        raise Refused(_("用时为1至%(n)s分钟。") % {"n": MOST_MINUTES}, "input", field="minutes")
    if facts.satisfaction is not None and facts.satisfaction not in dict(ServiceContent.SATISFACTION):
        raise Refused(_("没有这种满意度。"), "input", field="satisfaction")
    _check_referral(facts)
    if kind == PSYCHOLOGIST:
        _check_counselling(facts, now=now)
    elif facts.level or facts.method or facts.next_on:
        raise Refused(_("心理状况、方法和下次日期只由心理咨询师填写。"), "input", field="level")


def _check_referral(facts: ServiceFacts) -> None:
    if facts.referral and facts.referral not in dict(ServiceContent.REFERRALS):
        raise Refused(_("没有这种转介去向。"), "input", field="referral")
    if facts.referral and not facts.referral_to.strip():
        raise Refused(_("请写明转介到哪个单位。"), "input", field="referral_to")
    if not facts.referral and (facts.referral_to.strip() or facts.answer or facts.result.strip()):
        raise Refused(_("没有转介的，不填对方答复和结果。"), "input", field="referral")
    if facts.answer and facts.answer not in dict(ServiceContent.ANSWERS):
        raise Refused(_("没有这种答复。"), "input", field="answer")


def _check_counselling(facts: ServiceFacts, *, now: dt.datetime) -> None:
    if not facts.consented:
        raise Refused(
            _("须先征得本人同意；本人不同意的，不提供心理疏导，也不作记录。"), "input", field="consented"
        )
    if facts.level not in dict(ServiceContent.LEVELS):
        raise Refused(_("请选择心理状况。"), "input", field="level")
    if not facts.method.strip():
        raise Refused(_("请写明方法。"), "input", field="method")
    if facts.next_on and facts.next_on < timezone.localdate(facts.served_at):
        raise Refused(_("下次日期不能早于服务日期。"), "input", field="next_on")


def check_can_correct_service(
    actor: Actor, note: ServiceNote, facts: ServiceFacts | None = None, *, now: dt.datetime
) -> None:
    """The last version alone, by whom it is open to and who wrote or answers for it; with what is corrected and why."""
    if not ServiceContent.objects.readable_by(actor).filter(note=note).exists():
        raise Refused(_("记录内容已封存，只有记录人本人可以更正。"), "role")
    keeps = actor.has(HALL_MANAGER, hall_id=note.hall_id) or note.by_id == actor.user_id
    if not note.is_sealed and not keeps and not is_own(actor, note.participant):
        raise Refused(_("由记录人、本人或者大厅负责人更正。"), "role")
    if ServiceNote.objects.filter(service=note.service, version__gt=note.version).exists():
        raise Refused(_("这一版已经被更正，请在最新一版上更正。"), "state")
    if facts is None:
        return
    if len(facts.correction.strip()) < MIN_WORDS:
        raise Refused(_("请写明更正、补充了什么，为什么。"), "input", field="correction")
    check_facts(note.kind, facts, now=now)


def check_can_take_over_service(
    actor: Actor, note: ServiceNote, reason: str | None = None, *, now: dt.datetime
) -> None:
    """Another psychologist who helps in the hall, with a reason that stands in the journal."""
    here = SocialParticipant.objects.filter(
        user=actor.user_id, user__isnull=False, kind=PSYCHOLOGIST, is_active=True, hall=note.hall_id
    )
    if not note.is_sealed:
        raise Refused(_("只有封存的记录需要接手。"), "state")
    if not actor.has(PARTICIPANT, hall_id=note.hall_id) or not here.exists():
        raise Refused(_("只有本厅的另一位心理咨询师可以接手。"), "role")
    if ServiceContent.objects.readable_by(actor).filter(note=note).exists() or (
        ServiceTakeover.objects.filter(service=note.service, user=actor.user_id).exists()
    ):
        raise Refused(_("这份记录您已经可以查看。"), "state")
    if reason is not None and len(reason.strip()) < MIN_WORDS:
        raise Refused(_("请写明接手的原因，至少%(n)s个字。") % {"n": MIN_WORDS}, "input", field="reason")


def check_can_export_allowance(actor: Actor, hall_id: int, *, now: dt.datetime) -> None:
    check_manages(actor, hall_id)
