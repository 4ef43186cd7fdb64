"""Who draws up, answers, decides, appeals and files an assessment."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from decimal import Decimal

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import ASSESSMENT
from accountability.models import AssessedEvent, Assessment, AssessmentCopy, AssessmentScheme, SchemeItem
from accountability.queries.indicator_table import INDICATORS
from accountability.rules.schemes import check_sees_assessments, who_does
from cases.rules.common import check_said
from hall.access import Actor, Refused
from hall.models import IssuedDocument
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR
from staffing.models import Department

ASSESSORS = (SUPERVISOR, HALL_MANAGER)
DECIDERS = (HALL_MANAGER, LEADER)
UNIT = (DEPARTMENT_HEAD, LIAISON)
MOST_WORDS = 4000


def _check_office(actor: Actor, hall_id: int, *roles: str) -> None:
    if actor.kind != "person" or not actor.has(*roles, hall_id=hall_id):
        raise Refused(who_does(*roles), "role")


def _check_seen(actor: Actor, one: Assessment) -> None:
    if actor.kind != "system" and not Assessment.objects.visible_to(actor).filter(pk=one.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")


def _check_state(one: Assessment, verb: str) -> None:
    if ASSESSMENT.move(verb, one.status) is None:
        state = _(ASSESSMENT.state(one.status).label)
        raise Refused(_("当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def _check_unit(actor: Actor, one: Assessment, verb: str) -> None:
    _check_seen(actor, one)
    if actor.kind != "person" or not actor.has(*UNIT, department_id=one.department_id):
        raise Refused(_("由被考核的单位办理。"), "role")
    _check_state(one, verb)


def _check_decider(actor: Actor, one: Assessment, verb: str) -> None:
    """The hall's manager or a leader, with no post in the unit that is assessed."""
    _check_seen(actor, one)
    _check_office(actor, one.hall_id, *DECIDERS)
    if one.department_id in actor.departments():
        raise Refused(_("您在被考核的单位任职，请另一位办理。"), "role", article="《信访工作条例》第二十八条")
    _check_state(one, verb)


def _check_system(actor: Actor) -> None:
    if actor.kind != "system":
        raise Refused(_("由系统按期办理。"), "role")


def check_can_draw_up_assessments(actor: Actor, scheme: AssessmentScheme, *, now: dt.datetime) -> None:
    """By a published scheme, once its days are over: nothing of them is missing then."""
    if not AssessmentScheme.objects.visible_to(actor).filter(pk=scheme.pk).exists():
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    _check_office(actor, scheme.hall_id, *ASSESSORS)
    if scheme.status != "published":
        raise Refused(_("只能按已经发布的方案考核。"), "state")
    if timezone.localdate(now) <= scheme.to_on:
        raise Refused(_("考核期到%(day)s为止，期满以后才能考核。") % {"day": f"{scheme.to_on}"}, "state")
    for item in scheme.items.all():
        _check_version(item, scheme.to_on)


def _check_version(item: SchemeItem, day: dt.date) -> None:
    """The share is counted as it was defined when the scheme was published."""
    if item.kind == "rate" and INDICATORS[item.source].version_on(day).number != item.indicator_version:
        raise Refused(_("指标“%(name)s”的口径已经改变，请先发布新的方案。") % {"name": item.words}, "state")


def check_can_redraw_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """Before the unit has it; afterwards points change by decisions alone."""
    _check_seen(actor, one)
    _check_office(actor, one.hall_id, *ASSESSORS)
    _check_state(one, "redraw_assessment")


def check_can_enter_deduction(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """Before the unit has it, so that it can answer; and only where the scheme knows such an item."""
    _check_seen(actor, one)
    _check_office(actor, one.hall_id, *ASSESSORS)
    _check_state(one, "enter_deduction")
    if not one.lines.filter(item__kind="manual").exists():
        raise Refused(_("方案里没有凭文书扣分的项目。"), "state")


def check_can_send_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    _check_seen(actor, one)
    _check_office(actor, one.hall_id, *ASSESSORS)
    _check_state(one, "send_assessment")


def check_can_state_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """The unit, until it is decided; later than its day is marked as late, never turned away."""
    _check_unit(actor, one, "state_assessment")


def check_can_lapse_assessments(actor: Actor, *, now: dt.datetime) -> None:
    _check_system(actor)


def check_can_finalise_assessments(actor: Actor, *, now: dt.datetime) -> None:
    _check_system(actor)


def check_can_decide_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """After the unit's say, or its day."""
    _check_decider(actor, one, "decide_assessment")


def check_can_accept_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    _check_unit(actor, one, "accept_assessment")


def check_can_appeal_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """Once, within its days."""
    _check_unit(actor, one, "appeal_assessment")
    if one.appeal_by_on is None or timezone.localdate(now) > one.appeal_by_on:
        raise Refused(_("申诉期限已过。"), "state")


def check_can_decide_appeal(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """Another person than who decided."""
    _check_seen(actor, one)
    if actor.kind == "person" and actor.user_id == one.decided_by_id:
        raise Refused(_("申诉由没有作出原决定的人决定，请另一位办理。"), "role")
    _check_decider(actor, one, "decide_appeal")


def check_can_file_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    _check_seen(actor, one)
    _check_office(actor, one.hall_id, *ASSESSORS)
    _check_state(one, "file_assessment")


def own_copy(actor: Actor, one: Assessment) -> AssessmentCopy | None:
    """Whose receipt this person may note: the own unit's; for a body outside, the hall's office writes it down."""
    copies = list(one.copies.select_related("department"))
    mine = actor.departments(*UNIT)
    found = [copy for copy in copies if copy.department_id in mine and copy.department_id]
    if actor.has(*ASSESSORS, hall_id=one.hall_id):
        found += [copy for copy in copies if copy.department_id is None]
    return next((copy for copy in found if copy.received_at is None), found[0] if found else None)


def check_can_acknowledge_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> AssessmentCopy:
    """Once for each copy. Returns which of them."""
    _check_seen(actor, one)
    _check_state(one, "acknowledge_assessment")
    copy = own_copy(actor, one)
    if copy is None:
        raise Refused(_("由收到文书的单位签收。"), "role")
    if copy.received_at is not None:
        raise Refused(_("已经签收。"), "state")
    return copy


def check_can_export_assessment(actor: Actor, one: Assessment, *, now: dt.datetime) -> None:
    """Whoever reads its lines."""
    check_sees_assessments(actor)
    _check_seen(actor, one)
    if not actor.has(*ASSESSORS, LEADER, hall_id=one.hall_id) and one.department_id not in actor.departments(
        *UNIT
    ):
        raise Refused(_("由大厅和被考核的单位导出。"), "role")


# -- what is typed -------------------------------------------------------------------------------------------------


def check_words(words: str, field: str, *, least: int = 4) -> str:
    said = check_said(words, field, _("请写明，至少%(n)s个字。"), least=least)
    if len(said) > MOST_WORDS:
        raise Refused(_("最长%(n)s个字。") % {"n": MOST_WORDS}, "input", field=field)
    return said


def check_paper(document: IssuedDocument | None) -> IssuedDocument:
    if document is None:
        raise Refused(_("没有找到本厅出具的这份文书，请核对文号。"), "input", field="number")
    return document


def check_entry_day(on: dt.date | None, one: Assessment) -> dt.date:
    if on is None or not one.from_on <= on <= one.to_on:
        raise Refused(_("请填写考核期内的日期。"), "input", field="on")
    return on


def check_entry_cost(cost: Decimal | None, item: SchemeItem) -> Decimal:
    if cost is None or cost <= 0 or cost > (item.cap or item.full):
        said = _("扣分应当大于0，不超过这一项最多扣的%(n)s分。")
        raise Refused(said % {"n": f"{item.cap or item.full:f}"}, "input", field="cost")
    return cost


def check_appeal_lines(reasons: Mapping[int, str], counted: Collection[int]) -> dict[int, str]:
    """At least one deduction, each with its reasons. Raises Refused(input)."""
    said = {pk: words.strip() for pk, words in reasons.items() if words.strip()}
    if not said:
        raise Refused(_("请在要申诉的扣分后面写明理由，至少一项。"), "input")
    if not set(said) <= set(counted):
        raise Refused(_("其中有的扣分已经不再计入，请刷新以后再办理。"), "state")
    for pk, words in said.items():
        check_words(words, f"reason_{pk}")
    return said


@dataclass(frozen=True, slots=True)
class AppealAnswer:
    """To one deduction that was appealed: given back or kept, and why."""

    gives_back: bool
    words: str


def check_appeal_answers(
    answers: Mapping[int, AppealAnswer], appealed: Collection[AssessedEvent]
) -> dict[int, AppealAnswer]:
    """An answer with its reasons to every deduction that was appealed, and to no other."""
    if answers.keys() - {one.pk for one in appealed}:
        raise Refused(_("有的扣分没有提出申诉，不能作出决定。"), "input", field="answers")
    for one in appealed:
        if one.pk not in answers:
            raise Refused(_("请对每一项申诉作出决定。"), "input", field=f"keeps_{one.pk}")
        check_words(answers[one.pk].words, f"answer_{one.pk}")
    return {one.pk: answers[one.pk] for one in appealed}


def check_filed_to(department: Department | None, body: str, one: Assessment) -> None:
    """The personnel department: a unit of the system or a body outside, one of them, and not the unit itself."""
    if (department is None) == (not body.strip()):
        raise Refused(
            _("组织人事部门：系统内的选择单位，系统外的填写全称，只填一个。"), "input", field="body"
        )
    if department is not None and department.pk == one.department_id:
        raise Refused(_("被考核的单位另有一份，请选择组织人事部门。"), "input", field="department")
