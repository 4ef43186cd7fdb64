"""Supervision: who proposes, opens, answers, verifies; and what has to be said for it (《信访工作条例》第四十条)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.lifecycle import BY_HAND, OUTCOMES, SUPERVISION
from accountability.models import Supervision
from accountability.queries.supervision_rules import TRIGGER_DATA
from accountability.rules.apart import check_not_of, has_handled, works_in
from cases.models import Case
from cases.queries.standing import standing
from cases.rules.common import check_interest, check_said, who_may
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LEADER, LIAISON, SUPERVISOR

ARTICLE = "《信访工作条例》第四十条"
OWN_UNIT = lazy("您在该单位任职或者办理过这件事项，不能由您督办、核实。")
DECIDERS = (SUPERVISOR, HALL_MANAGER)
UNIT = (DEPARTMENT_HEAD, LIAISON)
READERS = (SUPERVISOR, HALL_MANAGER, LEADER, *UNIT)
MIN_ANSWER = 10


def check_sees_supervisions(actor: Actor) -> None:
    """The list: for who supervises, and for units that may be supervised."""
    if actor.kind != "system" and not actor.has(*READERS):
        raise Refused(_("您的岗位没有督办事项。"), "role")


def check_can_export_supervisions(actor: Actor, *, now: dt.datetime) -> None:
    check_sees_supervisions(actor)


def _check(actor: Actor, one: Supervision, verb: str) -> None:
    """By the table: roles of the hall in its hall, roles of the unit in the unit that is supervised; then the state."""
    if actor.kind != "system":
        check_interest(actor, standing(one.case))
        roles = SUPERVISION.roles(verb)
        in_hall, in_unit = roles & set(DECIDERS), roles & set(UNIT)
        if not (
            (in_hall and actor.has(*in_hall, hall_id=one.hall_id))
            or (in_unit and actor.has(*in_unit, department_id=one.department_id))
        ):
            raise Refused(_who(in_hall, in_unit), "role", article=ARTICLE)
        if in_hall:
            _check_apart(actor, one)
    if SUPERVISION.move(verb, one.status) is None:
        state = _(SUPERVISION.state(one.status).label)
        raise Refused(
            _("该督办当前为“%(state)s”，不能再办理这一步。") % {"state": state}, "state", article=ARTICLE
        )


def _check_apart(actor: Actor, one: Supervision) -> None:
    """Who decides is not of the unit, has not answered for it, and has not handled the matter there."""
    check_not_of(actor, [one.department_id], str(OWN_UNIT), article=ARTICLE)
    if one.feedback.filter(kind="answer", by_id=actor.user_id).exists():
        raise Refused(_("反馈由您提交，不能由您督办、核实。"), "role", article=ARTICLE)
    if has_handled(actor, one.case_id, one.department_id):
        raise Refused(_("您在该单位办理过这件事项，不能由您督办、核实。"), "role", article=ARTICLE)


def _who(in_hall: Collection[str], in_unit: Collection[str]) -> str:
    if in_unit and not in_hall:
        return _("由被督办单位的联络员或者负责人反馈。")
    return who_may(in_hall, ())


def check_can_confirm_supervision(actor: Actor, one: Supervision, *, now: dt.datetime) -> None:
    """What the system has found becomes a supervision only when a person says so."""
    _check(actor, one, "confirm_supervision")


def check_can_dismiss_supervision(actor: Actor, one: Supervision, *, now: dt.datetime) -> None:
    _check(actor, one, "dismiss_supervision")


def check_can_answer_supervision(actor: Actor, one: Supervision, *, now: dt.datetime) -> None:
    _check(actor, one, "answer_supervision")


def check_can_return_supervision(actor: Actor, one: Supervision, *, now: dt.datetime) -> None:
    _check(actor, one, "return_supervision")


def check_can_close_supervision(actor: Actor, one: Supervision, *, now: dt.datetime) -> None:
    """Also without an answer: the matter may be done, or the unit may refuse."""
    _check(actor, one, "close_supervision")


def check_opens_supervisions(actor: Actor) -> None:
    """The page: for supervisors and managers."""
    if actor.kind != "system" and not actor.has(*DECIDERS):
        raise Refused(who_may(DECIDERS, ()), "role", article=ARTICLE)


def check_can_open_supervision(actor: Actor, case: Case, *, now: dt.datetime) -> None:
    """By hand, in whatever state the matter is: an opinion may be refused execution after its end."""
    if actor.kind != "system":
        check_interest(actor, standing(case))
        if not actor.has(*DECIDERS, hall_id=case.hall_id):
            raise Refused(who_may(DECIDERS, ()), "role", article=ARTICLE)


def check_supervised_unit(actor: Actor, case: Case, department_id: int) -> None:
    """Whoever opens one by hand is apart from the unit that they choose."""
    if actor.kind == "system":
        return
    if works_in(actor, [department_id]) or has_handled(actor, case.pk, department_id):
        raise Refused(OWN_UNIT, "input", field="department", article=ARTICLE)


def check_sees_supervision_rules(actor: Actor) -> None:
    if actor.kind != "system" and not actor.has(*DECIDERS):
        raise Refused(_("您的岗位没有督办规则。"), "role")


def check_can_save_supervision_rules(actor: Actor, hall_id: int, *, now: dt.datetime) -> None:
    if actor.kind != "system" and not actor.has(HALL_MANAGER, hall_id=hall_id):
        raise Refused(who_may((HALL_MANAGER,), ()), "role")


def check_ground(trigger: str) -> str:
    if trigger not in BY_HAND:
        raise Refused(_("请选择督办的缘由。"), "input", field="trigger")
    return trigger


def check_outcome(outcome: str) -> str:
    if outcome not in OUTCOMES:
        raise Refused(_("请选择核实的结论。"), "input", field="outcome")
    return outcome


def check_problem(text: str) -> str:
    return check_said(text, "problem", _("请写明存在的问题，至少%(n)s个字。"))


def check_demand(text: str) -> str:
    return check_said(text, "demand", _("请写明督办要求，至少%(n)s个字。"))


def check_answer(text: str) -> str:
    return check_said(text, "text", _("请写明采取的措施和结果，至少%(n)s个字。"), least=MIN_ANSWER)


@dataclass(frozen=True, slots=True)
class TriggerRule:
    """From how many on a trigger proposes, and whether it does at all."""

    threshold: int
    is_active: bool


def check_threshold(trigger: str, threshold: int) -> int:
    """Within what the data allows. Raises Refused(input) at the trigger's own field."""
    data = TRIGGER_DATA.get(trigger)
    if data is None or not data.least <= threshold <= data.most:
        bounds = {"least": data.least if data else 0, "most": data.most if data else 0}
        raise Refused(
            _("请填写%(least)s至%(most)s之间的数。") % bounds, "input", field=f"{trigger}_threshold"
        )
    return threshold
