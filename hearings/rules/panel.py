"""The draw, recusal, replacement: who may, in which state, and who may sit."""

from __future__ import annotations

import datetime as dt

from django.utils.translation import gettext as _

from cases.rules.common import check_said
from hall.access import Actor, Refused
from hall.models import worded
from hearings.lifecycle import DECIDE_ROLES, DESK_ROLES, ORGANISER_ROLES, PANEL_ROLES, RECUSAL_GROUNDS
from hearings.models import Hearing, PanelSeat, RecusalRequest
from hearings.queries.conflicts import CONFLICTS, staff_conflicts
from hearings.queries.draw import LEAST_CATEGORIES
from hearings.queries.panel import Field, sits, staff_of
from hearings.queries.panel_state import PanelState, panel_state
from hearings.rules.organising import check_hearing_move, check_hearing_state, check_organises, organises
from staffing.lifecycle import HALL_MANAGER

BEFORE_THE_END = ("preparing", "scheduled", "in_session", "suspended")
"""While somebody may be challenged."""
REPLACED_IN = ("preparing", "scheduled", "suspended")


def check_can_draw_panel(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Once for each hearing: afterwards single seats are replaced."""
    check_hearing_move(actor, hearing, "draw_panel")
    if hearing.seats.exists():
        raise Refused(_("已经抽取过。个别人员不能参加的，逐个更换。"), "state")


def check_panel_size(hearing: Hearing, size: int) -> None:
    """Odd, and at least as many as the local rule says; its source is named."""
    rules = hearing.rules
    facts = {"least": rules.panel_least, "source": worded(rules, "source"), "n": size}
    if size < rules.panel_least:
        raise Refused(
            _("听证员不得少于%(least)s人（%(source)s），您填的是%(n)s人。") % facts,
            "input", field="size", article=rules.source,
        )  # fmt: skip
    if size % 2 == 0:
        raise Refused(
            _("听证员人数须为单数，%(n)s人不能形成多数（%(source)s）。") % facts,
            "input", field="size", article=rules.source,
        )  # fmt: skip


def check_field(found: Field, size: int) -> None:
    """Enough people without a conflict, of more than one category."""
    if len(found.candidates) < size:
        raise Refused(
            _("可以抽取的只有%(n)s人，不足%(size)s人，请先补充名册。")
            % {"n": len(found.candidates), "size": size},
            "input", field="size",
        )  # fmt: skip
    if len(found.categories) < LEAST_CATEGORIES:
        raise Refused(
            _("可以抽取的人员都属于同一类别，听证员应当来自%(n)s个以上类别，请先补充名册。")
            % {"n": LEAST_CATEGORIES},
            "input", field="size",
        )  # fmt: skip


def check_staff_seat(
    hearing: Hearing, user_id: int | None, role: str, *, field: str, now: dt.datetime
) -> None:
    """Staff of the hall or of the organiser; who presides has not handled the matter."""
    user = staff_of(hearing, now=now).filter(pk=user_id or 0).first()
    what = _(PANEL_ROLES[role])
    if user is None:
        raise Refused(_("请选择%(role)s。") % {"role": what}, "input", field=field)
    if codes := staff_conflicts(hearing, [user.pk], role=role, now=now).get(user.pk):
        why = _("、").join(str(CONFLICTS[code]) for code in codes)
        raise Refused(
            _("%(name)s不能担任%(role)s：%(why)s。") % {"name": user.label, "role": what, "why": why},
            "input", field=field,
        )  # fmt: skip


def check_seed(seed: str) -> str:
    """Numbers and letters, so that it can be read out and typed again."""
    said = seed.strip()
    if not said or len(said) > 64 or not said.isascii() or not said.replace("-", "").isalnum():
        raise Refused(_("种子只用数字、字母和横线，最多64个。"), "input", field="seed")
    return said


def _check_before_the_end(hearing: Hearing) -> None:
    check_hearing_state(hearing, hearing.status in BEFORE_THE_END)


def _check_sitting(seat: PanelSeat) -> None:
    if seat.status != "seated":
        raise Refused(_("这个席位的人员已经更换或者回避。"), "state")


def check_can_request_recusal(actor: Actor, seat: PanelSeat, *, now: dt.datetime) -> None:
    """One of the panel about themselves or another; for a party the desk or the organiser writes it down."""
    hearing = seat.hearing
    if not sits(actor, hearing) and not organises(actor, hearing, {*ORGANISER_ROLES, *DESK_ROLES}):
        raise Refused(_("回避由当事人、听证组成员提出，由组织单位或者窗口代为登记。"), "role")
    _check_sitting(seat)
    _check_before_the_end(hearing)
    if seat.recusals.filter(granted=None).exists():
        raise Refused(_("对这个席位的回避申请还没有决定。"), "state")


def check_recusal_said(by: str, ground: str, reason: str) -> None:
    if not by.strip():
        raise Refused(_("请写明由谁提出。"), "input", field="by")
    if ground not in RECUSAL_GROUNDS:
        raise Refused(_("请选择回避的情形。"), "input", field="ground")
    check_said(reason, "reason")


def check_can_decide_recusal(actor: Actor, asked: RecusalRequest, *, now: dt.datetime) -> None:
    """The head of the organiser or the hall's manager; about who presides the manager. Nobody about oneself."""
    seat, hearing = asked.seat, asked.seat.hearing
    by_manager = seat.role == "presider"
    check_organises(actor, hearing, {HALL_MANAGER} if by_manager else set(DECIDE_ROLES))
    mine = {seat.user_id, seat.member.participant.user_id if seat.member else None}
    if actor.user_id and actor.user_id in mine:
        raise Refused(_("不能决定自己的回避。"), "role")
    if asked.granted is not None:
        raise Refused(_("这项申请已经决定。"), "state")
    _check_sitting(seat)
    _check_before_the_end(hearing)


def check_can_replace_member(actor: Actor, seat: PanelSeat, *, now: dt.datetime) -> None:
    """For a seat that became free, or for one who cannot come; not while the hearing goes on."""
    hearing = seat.hearing
    check_organises(actor, hearing, set(ORGANISER_ROLES))
    check_hearing_state(hearing, hearing.status in REPLACED_IN)
    if PanelSeat.objects.filter(replaces=seat).exists():
        raise Refused(_("这个席位已经补足。"), "state")
    if seat.recusals.filter(granted=None).exists() and seat.status == "seated":
        raise Refused(_("对这个席位的回避申请还没有决定。"), "state")


def check_panel_whole(hearing: Hearing) -> PanelState:
    """Raises Refused(state) with everything that is missing."""
    state = panel_state(hearing)
    if missing := state.missing:
        raise Refused("".join(missing), "state")
    return state
