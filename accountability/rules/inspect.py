"""Inspections: who plans, draws, looks, concludes; that a second person tells it to the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Sequence

from django.utils import timezone
from django.utils.translation import gettext as _

from accountability.lifecycle import CHECKS, INSPECTION, STRATA
from accountability.models import Inspection, InspectionCheck
from accountability.rules.apart import barred_cases, check_not_of, own_cases, works_in
from cases.queries.standing import standing
from cases.rules.common import check_interest, check_said, who_may
from cases.rules.results import check_nothing_personal, check_words
from hall.access import Actor, Refused
from staffing.lifecycle import HALL_MANAGER, LEADER, SUPERVISOR

ARTICLE = "国信发〔2015〕12号（六）"
INSPECTORS = (SUPERVISOR, HALL_MANAGER)
MOST = 100
"""So many of a stratum at most: what is drawn is also looked at."""


def check_sees_inspections(actor: Actor) -> None:
    if actor.kind != "system" and not actor.has(*INSPECTORS, LEADER):
        raise Refused(_("您的岗位没有实地督查。"), "role")


def check_plans_inspections(actor: Actor) -> None:
    """The page: for supervisors and managers."""
    if actor.kind != "system" and not actor.has(*INSPECTORS):
        raise Refused(who_may(INSPECTORS, ()), "role", article=ARTICLE)


def check_can_plan_inspection(actor: Actor, hall_id: int, *, now: dt.datetime) -> None:
    if actor.kind != "system" and not actor.has(*INSPECTORS, hall_id=hall_id):
        raise Refused(who_may(INSPECTORS, ()), "role", article=ARTICLE)


def check_inspected_units(actor: Actor, unit_ids: Collection[int]) -> None:
    """Nobody plans the inspection of a unit that they work in."""
    if actor.kind != "system" and works_in(actor, unit_ids):
        raise Refused(_("您在所选的单位任职，不能由您督查本单位。"), "input", field="units", article=ARTICLE)


def _check(actor: Actor, one: Inspection, verb: str) -> None:
    roles = INSPECTION.roles(verb)
    if actor.kind != "system":
        if not actor.has(*roles, hall_id=one.hall_id):
            raise Refused(who_may(roles, ()), "role", article=ARTICLE)
        _check_apart(actor, one)
    if INSPECTION.move(verb, one.status) is None:
        state = _(INSPECTION.state(one.status).label)
        raise Refused(_("该督查当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state")


def _check_apart(actor: Actor, one: Inspection) -> None:
    """Apart from every matter that was drawn and from every unit that is inspected."""
    units = one.units.values_list("pk", flat=True)
    check_not_of(actor, units, _("督查的单位里有您任职的单位，这一步由别人办理。"), article=ARTICLE)
    cases = list(one.checks.values_list("case_id", flat=True))
    if own_cases(actor, cases) or barred_cases(actor, cases):
        words = _("抽到的事项里有您的单位或者您办理过、涉及您或者您应当回避的，这一步由别人办理。")
        raise Refused(words, "role", article=ARTICLE)


def check_can_draw_sample(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    """When the period is over: what ends later could not be drawn."""
    _check(actor, one, "draw_sample")
    if timezone.localdate(now) <= one.to_on:
        raise Refused(_("抽样期间还没有结束，次日起可以抽样。"), "state")


def check_can_cancel_inspection(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    _check(actor, one, "cancel_inspection")


def check_can_record_check(actor: Actor, one: InspectionCheck, *, now: dt.datetime) -> None:
    """Once, by who inspects; never by whom the matter complains of or who keeps out of it."""
    if actor.kind != "system":
        check_interest(actor, standing(one.case))
        if not actor.has(*INSPECTORS, hall_id=one.inspection.hall_id):
            raise Refused(who_may(INSPECTORS, ()), "role", article=ARTICLE)
        if own_cases(actor, [one.case_id]):
            raise Refused(_("这件事项由您的单位或者您办理过，不能由您核查。"), "role", article=ARTICLE)
    if one.inspection.status != "drawn":
        raise Refused(_("该督查已经结束，不能再记录。"), "state")
    if one.at is not None:
        raise Refused(_("这件事项已经记录。"), "state")


def may_record(actor: Actor, one: Inspection, checks: Sequence[InspectionCheck]) -> set[int]:
    """The checks that `check_can_record_check` would let this person record, of these of one inspection: for the page
    that lists them, in a constant number of queries."""
    if one.status != "drawn" or not actor.has(*INSPECTORS, hall_id=one.hall_id):
        return set()
    cases = [check.case_id for check in checks if check.at is None]
    kept_from = own_cases(actor, cases) | barred_cases(actor, cases)
    return {check.pk for check in checks if check.at is None and check.case_id not in kept_from}


def check_can_conclude_inspection(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    """When every case that was drawn has been looked at: none is left out for what it would show."""
    _check(actor, one, "conclude_inspection")
    if left := one.checks.filter(at=None).count():
        raise Refused(_("还有%(n)s件没有核查记录。") % {"n": left}, "state")


def check_can_publish_inspection(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    """By another hand than any that wrote of it, also of what was changed since."""
    _check(actor, one, "publish_inspection")
    if not one.public_text:
        raise Refused(_("没有供公开的内容：请先在督查结果中写明。"), "state")
    if actor.user_id is not None and one.authors.filter(pk=actor.user_id).exists():
        raise Refused(_("写结果的人不能批准公开，请另一位负责人批准。"), "state")


def check_can_withdraw_inspection(actor: Actor, one: Inspection, *, now: dt.datetime) -> None:
    _check(actor, one, "withdraw_inspection")


def check_public_reason(reason: str, case_ids: Collection[int]) -> str:
    """It stands on the public page in place of the words: nobody can be made out in it either."""
    said = check_said(reason, "reason")
    check_nothing_personal(said, case_ids, field="reason")
    return said


def check_still_public(one: Inspection, case_ids: Collection[int]) -> None:
    """The words once more, at the moment in which they go out: a name may have come into a matter since."""
    try:
        check_words(one.public_title, one.public_text, case_ids)
    except Refused as refused:
        raise Refused(refused.reason, "state") from None


def check_drawn_period(from_on: dt.date | None, to_on: dt.date | None) -> tuple[dt.date, dt.date]:
    if from_on is None or to_on is None or from_on > to_on:
        raise Refused(_("请填写起止日期，起日不得晚于止日。"), "input", field="to_on")
    return from_on, to_on


def check_sizes(sizes: dict[str, int]) -> dict[str, int]:
    """Something is drawn, and no more of a stratum than can be looked at."""
    known = {stratum: int(sizes.get(stratum) or 0) for stratum in STRATA}
    for stratum, size in known.items():
        if not 0 <= size <= MOST:
            raise Refused(_("请填写0至%(most)s之间的数。") % {"most": MOST}, "input", field=stratum)
    if not any(known.values()):
        raise Refused(_("至少抽一件。"), "input", field=next(iter(STRATA)))
    return known


def check_visit(visited_on: dt.date | None, conclusion: str, *, drawn_on: dt.date, today: dt.date) -> dt.date:
    if visited_on is None or not drawn_on <= visited_on <= today:
        raise Refused(_("核查日期应在抽样之日至今天之间。"), "input", field="visited_on")
    if conclusion not in CHECKS:
        raise Refused(_("请选择核查的结论。"), "input", field="conclusion")
    return visited_on
