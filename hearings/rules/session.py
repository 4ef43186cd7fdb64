"""The hearing itself: who may begin it and when, who must be there, in which order it goes, when it may be closed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from hearings.lifecycle import HEARING, STEP_KINDS
from hearings.models import Hearing, PanelSeat, RunningStep
from hearings.queries.conflicts import CONFLICTS, pool_conflicts, staff_conflicts
from hearings.queries.notices import notices_state
from hearings.queries.panel_state import panel_state
from hearings.queries.session import (
    OF_PETITIONER,
    Attendant,
    Matrix,
    Sheet,
    attendants,
    matrix_of,
    may_skip,
    own_seat,
    seats_of,
    sheet_of,
    steps_of,
    unit_came,
)
from hearings.rules.hearing_moves import check_stage_lasts
from staffing.lifecycle import DEPARTMENT_HEAD, HALL_MANAGER, LIAISON

EARLY = dt.timedelta(minutes=30)
"""Not before: whoever is on the way still comes in time."""


def check_state(hearing: Hearing, verb: str) -> None:
    """Raises Refused(state) when the table has no such move from here."""
    if HEARING.move(verb, hearing.status) is None:
        state = _(HEARING.state(hearing.status).label)
        raise Refused(_("听证现在是“%(state)s”，不能办理这一步。") % {"state": state}, "state")


def check_in_session(hearing: Hearing) -> None:
    if hearing.status != "in_session":
        state = _(HEARING.state(hearing.status).label)
        raise Refused(_("听证现在是“%(state)s”，不能办理这一步。") % {"state": state}, "state")


def check_seated(actor: Actor, hearing: Hearing, *roles: str, seats: list[PanelSeat] | None = None) -> None:
    """One of these seats of this hearing is the actor's."""
    check_interest(actor, standing(hearing.case))
    seat = own_seat(actor, seats_of(hearing) if seats is None else seats)
    if seat is None or seat.role not in roles:
        if roles == ("recorder",):
            raise Refused(_("笔录由本次听证的记录员制作。"), "role")
        raise Refused(_("这一步由本次听证的主持人、记录员办理。"), "role")


def check_runs(actor: Actor, hearing: Hearing) -> None:
    """The presider, the recorder, or the people of the unit that holds it."""
    if actor.kind == "system":
        return
    check_interest(actor, standing(hearing.case))
    unit = hearing.organiser
    if actor.has(LIAISON, DEPARTMENT_HEAD, department_id=unit.pk):
        return
    if unit.is_petition_office and actor.has(HALL_MANAGER, hall_id=hearing.hall_id):
        return
    seat = own_seat(actor, seats_of(hearing))
    if seat is None or seat.role not in ("presider", "recorder"):
        raise Refused(_("这一步由本次听证的主持人、记录员或者组织单位办理。"), "role")


# -- beginning -----------------------------------------------------------------------------------------------------


def check_can_start_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """On its day, not earlier than half an hour before; with a whole panel and served notices."""
    check_runs(actor, hearing)
    check_state(hearing, "start_hearing")
    check_stage_lasts(hearing)
    _check_time(hearing, now)
    _check_notices(hearing)
    check_panel(seats_of(hearing), hearing.rules.panel_least)
    if missing := panel_state(hearing).missing:
        raise Refused(_("%(why)s请先办理，或者办理延期。") % {"why": "".join(missing)}, "state")
    _check_conflicts(hearing, now)


def _check_conflicts(hearing: Hearing, now: dt.datetime) -> None:
    """What came about after the draw: who presides has had a hand in the matter, a unit has changed."""
    seats = seats_of(hearing)
    staff = {
        role: {seat.user_id: seat for seat in seats if seat.role == role and seat.user_id}
        for role in ("presider", "recorder")
    }
    members = {seat.member.pk: seat for seat in seats if seat.member}
    found: dict[str, list[str]] = {}
    for role, by_user in staff.items():
        for pk, codes in staff_conflicts(hearing, set(by_user), role=role, now=now).items():
            found[by_user[pk].name] = codes
    pool = [seat.member for seat in members.values() if seat.member]
    for pk, codes in pool_conflicts(hearing, pool, now=now).items():
        found[members[pk].name] = codes
    lines = [
        _("%(name)s（%(why)s）") % {"name": name, "why": _("、").join(str(CONFLICTS[code]) for code in codes)}
        for name, every in found.items()
        if (codes := [code for code in every if code not in ("seated", "busy", "left")])
    ]
    if lines:
        words = _("%(who)s有应当回避的情形，请先更换，或者办理延期。")
        raise Refused(words % {"who": _("；").join(lines)}, "state")


def _check_time(hearing: Hearing, now: dt.datetime) -> None:
    planned = hearing.starts_at
    if planned is None:
        raise Refused(_("听证还没有确定时间。"), "state")
    day, today = timezone.localdate(planned), timezone.localdate(now)
    if today > day:
        words = _("听证原定%(day)s举行，那一天已经过去。请办理延期，重新确定时间并通知各方。")
        raise Refused(words % {"day": say_day(day)}, "state")
    if now < planned - EARLY:
        at = f"{timezone.localtime(planned - EARLY):%H:%M}"
        raise Refused(
            _("听证定于%(day)s举行，%(at)s以前不能开始。") % {"day": say_day(day), "at": at}, "state"
        )


def _check_notices(hearing: Hearing) -> None:
    """Everybody was told of this date in time and with proof, or has waived it in writing."""
    if reasons := notices_state(hearing).reasons:
        words = _("%(why)s请先登记送达，或者办理延期。")
        raise Refused(words % {"why": "".join(str(one) for one in reasons)}, "state")


def check_panel(seats: Iterable[PanelSeat], least: int) -> None:
    """A presider, a recorder, and an odd number of members, at least as many as the rules say."""
    roles = [seat.role for seat in seats]
    missing = [
        words
        for role, words in (("presider", _("主持人")), ("recorder", _("记录员")))
        if roles.count(role) != 1
    ]
    if missing:
        raise Refused(
            _("还没有确定%(who)s。请先确定，或者办理延期。") % {"who": _("、").join(missing)}, "state"
        )
    members = roles.count("member")
    if members < least or members % 2 == 0:
        words = _("听证员应当是单数，至少%(least)s人，现有%(n)s人。请补足、更换听证员，或者办理延期。")
        raise Refused(words % {"least": least, "n": members}, "state")


def check_quorum(people: Collection[Attendant], came: Collection[str]) -> None:
    """The presider, the recorder and all the members: nobody decides on what they did not hear."""
    missing = [
        _("%(role)s%(name)s") % {"role": one.role_words, "name": one.name}
        for one in people
        if one.is_seat and one.key not in came
    ]
    if missing:
        words = _("%(who)s没有到场，不能开始。请更换未到的人员，或者办理延期。")
        raise Refused(words % {"who": _("、").join(missing)}, "state", field="present")


def check_petitioner_came(hearing: Hearing, people: Collection[Attendant], came: Collection[str]) -> None:
    """Nobody is heard in absence: the petitioner or an agent is there, or the hearing is ended or put off."""
    if any(one.role in OF_PETITIONER and one.key in came for one in people):
        return
    if hearing.rules.no_show_waives:
        words = _(
            "信访人和代理人都没有到场，不能开始。有正当理由的，请办理延期；没有正当理由的，"
            "按照《%(rules)s》视为放弃听证，请办理终止。"
        )
        raise Refused(words % {"rules": hearing.rules.name}, "state", field="present")
    raise Refused(
        _("信访人和代理人都没有到场，不能开始。本厅的规则没有把不到场视为放弃，请办理延期。"),
        "state",
        field="present",
    )


# -- the running sheet ---------------------------------------------------------------------------------------------


def check_can_begin_step(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """While it is held; which item is said when it is begun."""
    check_runs(actor, hearing)
    check_in_session(hearing)


def check_can_end_step(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Something is going on."""
    check_runs(actor, hearing)
    check_in_session(hearing)
    if sheet_of(steps_of(hearing), unit_came=True).current is None:
        raise Refused(_("现在没有正在进行的程序。"), "state")


def check_can_skip_step(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Evidence and debate may be left out, with a note."""
    check_runs(actor, hearing)
    check_in_session(hearing)


def check_next(sheet: Sheet, number: int) -> RunningStep:
    """In order: the next item that was neither held nor left out. Raises Refused(state)."""
    step = sheet.following
    if step is None:
        raise Refused(_("各项程序都已经进行完毕。"), "state")
    if step.number != number:
        words = _("程序按顺序进行，下一项是“%(step)s”。")
        raise Refused(words % {"step": _(STEP_KINDS[step.kind])}, "state")
    return step


def check_skippable(step: RunningStep, people: Iterable[Attendant]) -> None:
    if not may_skip(step.kind, unit_came=unit_came(people)):
        words = _(
            "“%(step)s”不能省略：可以省略的只有举证质证和相互辩论；承办单位没有到场的，还有它的说明和陈述。"
        )
        raise Refused(words % {"step": _(STEP_KINDS[step.kind])}, "state")


# -- closing -------------------------------------------------------------------------------------------------------


def check_can_close_session(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Both had the last word, and every page is signed, refused or left by everybody who was there."""
    check_runs(actor, hearing)
    check_state(hearing, "close_session")
    check_stage_lasts(hearing)
    # Whoever was challenged is decided on first, and an incomplete panel does not withdraw to deliberate.
    check_panel(seats_of(hearing), hearing.rules.panel_least)
    if missing := panel_state(hearing).missing:
        words = _("%(why)s请先办理，或者中止听证、更换人员以后重新举行。")
        raise Refused(words % {"why": "".join(missing)}, "state")
    people = attendants(hearing)
    sheet = sheet_of(steps_of(hearing), unit_came=unit_came(people))
    check_gone_through(sheet)
    check_signed(matrix_of(hearing, people))


def check_gone_through(sheet: Sheet) -> None:
    """The item that runs may be the last one; nothing may be ahead of it."""
    if sheet.following is not None:
        words = _("“%(step)s”还没有进行，不能结束。")
        raise Refused(words % {"step": _(STEP_KINDS[sheet.following.kind])}, "state")


def check_signed(matrix: Matrix) -> None:
    if not matrix.pages:
        raise Refused(_("还没有笔录，不能结束听证。"), "state")
    if not matrix.missing:
        return
    owed: dict[str, list[int]] = {}
    for who, page in matrix.missing:
        owed.setdefault(who.name, []).append(page.number)
    named = [
        _("%(name)s（第%(pages)s页）") % {"name": name, "pages": _("、").join(f"{n}" for n in pages)}
        for name, pages in owed.items()
    ]
    words = _("笔录还没有签完：%(who)s。请逐页签名，拒绝签名的注明理由，已离场的注明。")
    raise Refused(words % {"who": _("；").join(named)}, "state")
