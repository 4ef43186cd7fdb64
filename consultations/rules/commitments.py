"""Commitments: the unit reports, the convenor says whether it is enough; nobody confirms what they owe themselves."""

from __future__ import annotations

import datetime as dt

from django.db.models import Sum
from django.utils.translation import gettext as _

from cases.models import Deadline
from cases.queries.words import say_day
from cases.rules.common import check_said
from cases.terms import term
from consultations.lifecycle import ARTICLE, COMMITMENT
from consultations.models import Commitment
from consultations.queries.minutes import commitment_item
from consultations.rules.minutes import check_part, is_convenor, named_roles
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_ROLES

MIN_REPORT = 10


def _check_stage(one: Commitment, verb: str) -> None:
    if one.status == "draft":
        raise Refused(_("纪要还没有出具，任务还没有生效。"), "state")
    if COMMITMENT.move(verb, one.status) is None:
        state = _(COMMITMENT.state(one.status).label)
        raise Refused(_("这项任务当前为“%(state)s”，不能办理这一步。") % {"state": state}, "state")


def _check_reading(actor: Actor, one: Commitment, verb: str) -> None:
    """The convenor; where the convening unit owes it itself, the hall's people alone."""
    check_part(actor, one.consultation)
    roles = COMMITMENT.roles(verb)
    hall = roles - set(DEPARTMENT_ROLES)
    own = one.department_id == one.consultation.convenor_id
    if not is_convenor(actor, one.consultation, hall if own else roles):
        if own:
            words = _("这项任务由召集单位自己承担，由登记大厅的%(roles)s办理这一步。")
        else:
            words = _("这一步由召集单位（%(unit)s）或者登记大厅的%(roles)s办理。")
        said = {"unit": one.consultation.convenor.label, "roles": named_roles(hall)}
        raise Refused(words % said, "role", article=ARTICLE)
    _check_stage(one, verb)


def check_can_report_commitment(actor: Actor, one: Commitment, *, now: dt.datetime) -> None:
    """The unit that owes it, also when the matter has ended or gone to another unit."""
    check_part(actor, one.consultation)
    roles = COMMITMENT.roles("report_commitment")
    if actor.kind != "system" and not actor.has(*sorted(roles), department_id=one.department_id):
        words = _("这一步由承担任务的单位（%(unit)s）的%(roles)s办理。")
        said = {"unit": one.department.label, "roles": named_roles(roles)}
        raise Refused(words % said, "role", article=ARTICLE)
    _check_stage(one, "report_commitment")


def check_can_return_commitment(actor: Actor, one: Commitment, *, now: dt.datetime) -> None:
    """What was reported is not enough: it goes on, until a new day."""
    _check_reading(actor, one, "return_commitment")


def check_can_confirm_commitment(actor: Actor, one: Commitment, *, now: dt.datetime) -> None:
    """It is done."""
    _check_reading(actor, one, "confirm_commitment")


def check_can_drop_commitment(actor: Actor, one: Commitment, *, now: dt.datetime) -> None:
    """It has lost its object; with the reason."""
    _check_reading(actor, one, "drop_commitment")


def days_left_to_extend(one: Commitment) -> int:
    """Of those that the hall's rule allows in all, over every clock that this commitment has had."""
    rows = Deadline.objects.filter(
        case=one.consultation.case_id, kind="commitment", item=commitment_item(one)
    )
    given = rows.aggregate(days=Sum("extension_days"))["days"] or 0
    return max(0, term("commitment", one.consultation.case.law).max_extension - given)


def check_can_extend_commitment(actor: Actor, one: Commitment, *, now: dt.datetime) -> None:
    """Before its day has passed: a breach is not extended away."""
    _check_reading(actor, one, "extend_commitment")
    clock = one.deadline
    if clock is not None and clock.due_at is not None and clock.due_at <= now:
        words = _("期限已于%(day)s届满，逾期后不能再延期；请由承担单位反馈。")
        raise Refused(words % {"day": say_day(clock.due_on)}, "state", article=ARTICLE)
    if not days_left_to_extend(one):
        raise Refused(_("延期的日数已经用完。"), "state", article=ARTICLE)


def check_commitment_days(one: Commitment, days: int) -> int:
    left = days_left_to_extend(one)
    if not 0 < days <= left:
        raise Refused(_("延长的日数应在1至%(n)s之间。") % {"n": left}, "input", field="days")
    return days


def check_commitment_report(text: str) -> str:
    return check_said(text, "text", _("请写明做了什么、结果如何，至少%(n)s个字。"), least=MIN_REPORT)
