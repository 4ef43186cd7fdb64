"""A unit's written opinion: who gives it, until when it is in time, and what it must say."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.queries.standing import standing
from cases.rules.common import MIN_WORDS, check_interest
from consultations.lifecycle import ARTICLE, CONSULTATION, CONSULTED, POSITIONS, UNIT_ROLES
from consultations.models import ConsultedUnit, Question
from consultations.rules.calls import check_case_goes_on
from hall.access import Actor, Refused

HEARD_IN = ("called", "drafting")
"""Until the minutes go round: what a unit has to say after that, it says when it signs."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What a unit says to one question."""

    position: str
    text: str = ""


def check_can_give_unit_opinion(actor: Actor, unit: ConsultedUnit, *, now: dt.datetime) -> None:
    """Its liaison or head, as often as there is something to add; late is late, and is heard all the same."""
    one = unit.consultation
    if actor.kind != "system":
        check_interest(actor, standing(one.case))
        if not actor.has(*UNIT_ROLES, department_id=unit.department_id):
            raise Refused(_("书面意见由该单位的联络员或者负责人提出。"), "role", article=ARTICLE)
    if CONSULTED.move("give_unit_opinion", unit.status) is None:
        raise Refused(_("本单位已经不再参加这次会商。"), "state")
    if one.status not in HEARD_IN:
        state = _(CONSULTATION.state(one.status).label)
        raise Refused(_("这次会商当前为“%(state)s”，不再收书面意见。") % {"state": state}, "state")
    check_case_goes_on(one)


def check_can_record_silence(actor: Actor, unit: ConsultedUnit, *, now: dt.datetime) -> None:
    """By the system, when the unit's date has passed without a word."""
    if actor.kind != "system":
        raise Refused(_("这一步由系统办理。"), "role")
    if CONSULTED.move("record_silence", unit.status) is None or not is_past(unit, now):
        raise Refused(_("该单位的期限还没有届满，或者已经提出意见。"), "state")


def is_past(unit: ConsultedUnit, now: dt.datetime) -> bool:
    """Its last day is over, by its clock: a holiday moves it, a pause keeps it from ending."""
    clock = unit.deadline
    return bool(clock and clock.void_at is None and clock.due_at is not None and now >= clock.due_at)


def check_answers(questions: Iterable[Question], answers: Mapping[int, Answer]) -> dict[int, Answer]:
    """To every question one position; whoever does not simply agree says why.

    Raises Refused(input) at `position-<number>` or `text-<number>`.
    """
    found = {}
    for question in questions:
        said = answers.get(question.pk, Answer(""))
        if said.position not in POSITIONS:
            words = _("请对第%(n)s个问题表明意见。") % {"n": question.number}
            raise Refused(words, "input", field=f"position-{question.number}")
        text = said.text.strip()
        if said.position != "agree" and len(text) < MIN_WORDS:
            what = {
                "conditional": _("请写明同意的条件，至少%(n)s个字。"),
                "disagree": _("请写明不同意的理由，至少%(n)s个字。"),
                "not_ours": _("请写明为什么不属于本单位职责、应由谁负责，至少%(n)s个字。"),
            }[said.position]
            raise Refused(what % {"n": MIN_WORDS}, "input", field=f"text-{question.number}")
        found[question.pk] = Answer(said.position, text)
    return found
