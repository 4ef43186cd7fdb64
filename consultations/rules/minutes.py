"""The minutes: who writes them, who signs in which order, when they may be issued (国信发〔2015〕12号（六）)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.lifecycle import CASE
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.common import check_interest, check_said
from cases.terms import term
from consultations.lifecycle import ARTICLE, CONSULTATION
from consultations.models import Consultation, ConsultedUnit
from consultations.queries.minutes import Round, Seat, awaited_units, round_of
from hall.access import Actor, Refused
from staffing.lifecycle import DEPARTMENT_HEAD, DEPARTMENT_ROLES, ROLES
from staffing.queries import holders

MIN_TEXT = 10
MOST_LINES = 20
TEXT_SAID = {
    "facts": lazy("请写明议定的事实，至少%(n)s个字。"),
    "resolution": lazy("请写明议定意见，至少%(n)s个字。"),
}


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One commitment as it is typed. `row` is its line on the form, for the error beside it."""

    department_id: int | None
    text: str
    due_on: dt.date | None
    person: str = ""
    row: int = 0


def check_part(actor: Actor, one: Consultation) -> None:
    """Nobody whom the case complains of, and nobody recused, has a hand in it."""
    if actor.kind != "system":
        check_interest(actor, standing(one.case))


def named_roles(roles: Sequence[str] | frozenset[str]) -> str:
    return _("、").join(str(_(ROLES[role])) for role in ROLES if role in roles)


def is_convenor(actor: Actor, one: Consultation, roles: frozenset[str]) -> bool:
    """The convening unit's people, or the petition office's desk and its manager."""
    in_unit = sorted(roles & set(DEPARTMENT_ROLES))
    in_hall = sorted(roles - set(DEPARTMENT_ROLES))
    return bool(
        actor.kind == "system"
        or actor.has(*in_unit, department_id=one.convenor_id)
        # The matter may have gone to another unit meanwhile, which then runs it.
        or (one.case.first_handler_id and actor.has(*in_unit, department_id=one.case.first_handler_id))
        or actor.has(*in_hall, hall_id=one.hall_id)
    )


def check_convenor(actor: Actor, one: Consultation, verb: str) -> None:
    check_part(actor, one)
    roles = CONSULTATION.roles(verb)
    if not is_convenor(actor, one, roles):
        words = _("这一步由召集单位（%(unit)s）或者登记大厅的%(roles)s办理。")
        named = named_roles(roles - set(DEPARTMENT_ROLES))
        raise Refused(words % {"unit": one.convenor.label, "roles": named}, "role", article=ARTICLE)


def check_stage(one: Consultation, verb: str) -> None:
    """By the table, and not after the matter itself has ended."""
    if CONSULTATION.move(verb, one.status) is None:
        state = _(CONSULTATION.state(one.status).label)
        raise Refused(_("会商当前为“%(state)s”，不能办理这一步。") % {"state": state}, "state")
    if CASE.state(one.case.status).ends:
        raise Refused(_("该信访事项已经了结，会商不再进行。"), "state")


def check_can_draft_minutes(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """The convenor writes; also while the minutes go round, and then every signature falls."""
    check_convenor(actor, one, "draft_minutes")
    check_stage(one, "draft_minutes")


def check_can_circulate_minutes(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """Nobody is asked to sign before every unit has spoken, or has let its day pass."""
    check_convenor(actor, one, "circulate_minutes")
    check_stage(one, "circulate_minutes")
    if awaited := awaited_units(one, now=now):
        names = _("、").join(unit.department.label for unit in awaited)
        words = _("%(units)s还在提出意见的期限内：收到意见或者期限届满以后，再送会签。")
        raise Refused(words % {"units": names}, "state", article=ARTICLE)
    check_days_ahead(one, now=now)


def check_days_ahead(one: Consultation, *, now: dt.datetime) -> None:
    """A commitment whose day has come while the minutes were being agreed needs a new one."""
    late = one.commitments.filter(status="draft", due_on__lte=timezone.localdate(now)).order_by("number")
    if numbers := [str(n) for n in late.values_list("number", flat=True)]:
        words = _("第%(numbers)s项任务的期限已到，请先修改纪要，写明新的期限。")
        raise Refused(words % {"numbers": _("、").join(numbers)}, "state")


def own_seats(actor: Actor, found: Round) -> list[Seat]:
    return found.of(actor.departments(*CONSULTATION.roles("countersign_minutes")))


def _check_turn(actor: Actor, one: Consultation, verb: str) -> tuple[Round, Seat]:
    """The head of the unit whose turn it is. Returns the round and that unit's seat."""
    check_part(actor, one)
    found = round_of(one)
    mine = own_seats(actor, found)
    if not mine and actor.kind != "system":
        words = _("这一步由参加会商的单位的%(roles)s办理。")
        raise Refused(words % {"roles": named_roles(CONSULTATION.roles(verb))}, "role", article=ARTICLE)
    check_stage(one, verb)
    turn = found.turn
    if turn is None:
        raise Refused(_("各单位都已会签。"), "state")
    if actor.kind != "system" and turn not in mine:
        if all(seat.is_done for seat in mine):
            raise Refused(_("本单位已经会签，或者已记录为逾期未会签。"), "state")
        words = _("还没有轮到本单位会签，现在轮到%(unit)s。")
        raise Refused(words % {"unit": turn.unit.department.label}, "state", article=ARTICLE)
    return found, turn


def seat_in_turn(actor: Actor, one: Consultation, verb: str) -> tuple[Round, Seat]:
    """For the action, which has asked the rule already."""
    return _check_turn(actor, one, verb)


def check_can_countersign_minutes(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """In order, by the unit's head; who wrote the text signs it only where the unit has no other head."""
    if actor.user_id is None:
        raise Refused(_("会签须由单位负责人本人办理。"), "role")
    found, turn = _check_turn(actor, one, "countersign_minutes")
    if found.minutes is None or found.minutes.drafted_by_id != actor.user_id:
        return
    barred = standing(one.case).barred_users
    unit, day = turn.unit.department_id, timezone.localdate(now)
    heads = holders(DEPARTMENT_HEAD, department_id=unit, day=day)
    if heads.exclude(pk__in={actor.user_id, *barred}).exists():
        raise Refused(_("您起草了这份纪要，请由本单位其他负责人会签。"), "role")


def check_can_return_minutes(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """The head of the unit whose turn it is says what should change instead of signing."""
    _check_turn(actor, one, "return_minutes")


def check_can_pass_over_unit(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """Only once the unit's own period to sign has passed; the round goes on, and its name stays in the paper."""
    check_convenor(actor, one, "pass_over_unit")
    check_stage(one, "pass_over_unit")
    turn = round_of(one).turn
    if turn is None:
        raise Refused(_("各单位都已会签。"), "state")
    if not turn.is_late(now):
        until = say_day(turn.clock.due_on) if turn.clock else ""
        words = _("%(unit)s的会签期限（%(day)s）还没有过；逾期后才能记录为“逾期未会签”。")
        raise Refused(words % {"unit": turn.unit.department.label, "day": until}, "state", article=ARTICLE)


def check_can_issue_minutes(actor: Actor, one: Consultation, *, now: dt.datetime) -> None:
    """When everybody has signed, or is named as not having signed; minutes that nobody signed are none."""
    check_convenor(actor, one, "issue_minutes")
    check_stage(one, "issue_minutes")
    found = round_of(one)
    if (turn := found.turn) is not None:
        words = _("还没有会签完毕，现在轮到%(unit)s；逾期不签的，先记录为“逾期未会签”，或者提请联席会议。")
        raise Refused(words % {"unit": turn.unit.department.label}, "state", article=ARTICLE)
    if all(seat.is_missed for seat in found.seats):
        raise Refused(_("没有一个单位会签，不能出具纪要；请提请联席会议研究。"), "state", article=ARTICLE)
    check_days_ahead(one, now=now)


# -- what is typed -------------------------------------------------------------------------------------------------


def check_minutes_text(text: str, field: str) -> str:
    return check_said(text, field, str(TEXT_SAID[field]), least=MIN_TEXT)


def last_commitment_day(law: str, *, today: dt.date) -> dt.date:
    return today + dt.timedelta(days=term("commitment", law).days)


def check_commitment_day(day: dt.date | None, law: str, *, now: dt.datetime, field: str) -> dt.date:
    """From tomorrow on, and at most as long as the hall's rule for the period has it."""
    today = timezone.localdate(now)
    last = last_commitment_day(law, today=today)
    if day is None or not today < day <= last:
        words = _("期限应在明天至%(last)s之间。") % {"last": say_day(last)}
        raise Refused(words, "input", field=field)
    return day


def check_lines(
    one: Consultation, lines: Sequence[CommitmentLine], *, now: dt.datetime
) -> list[tuple[ConsultedUnit, CommitmentLine]]:
    """Each commitment has a unit at the table, words and a day. Raises Refused(input) at its line."""
    if len(lines) > MOST_LINES:
        raise Refused(_("最多%(n)s项任务。") % {"n": MOST_LINES}, "input")
    seats = {unit.department_id: unit for unit in one.units.select_related("department")}
    found = []
    for line in lines:
        unit = seats.get(line.department_id or 0)
        if unit is None or unit.status == "released":
            raise Refused(_("任务只能由参加会商的单位承担。"), "input", field=f"unit{line.row}")
        check_said(line.text, f"text{line.row}", _("请写明做什么，至少%(n)s个字。"))
        check_commitment_day(line.due_on, one.case.law, now=now, field=f"due{line.row}")
        found.append((unit, line))
    return found
