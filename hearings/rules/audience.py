"""Who of the public gets a seat, how often one place may ask, and who lets people in."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from django.utils.translation import gettext as _

from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from hearings.lifecycle import ORGANISER_ROLES, PUBLIC_SEAT
from hearings.models import Hearing, PublicSeat
from hearings.rules.notices import check_organises
from staffing.lifecycle import CLERK, GUIDE
from staffing.rules.complaints import LATEST, SOONEST

SEATS_MOST, SEATS_WINDOW = 6, dt.timedelta(hours=1)
"""A household or an office behind one address; more come to the hall."""
PHONE_MOST, PHONE_WINDOW = 3, dt.timedelta(hours=1)
"""So many hearings in an hour: nobody's telephone is filled with our messages."""
CODES_MOST, CODES_WINDOW = 20, dt.timedelta(minutes=15)


@dataclass(frozen=True, slots=True, kw_only=True)
class SeatWish:
    """The form. `drawn_at` and `token` are those of the form; `trap` is a field that no person fills in."""

    token: uuid.UUID
    drawn_at: dt.datetime
    name: str
    phone: str
    agreed: bool = False
    language: str = "zh-hans"
    trap: str = ""


def check_can_take_seat(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Anybody, while a public hearing is ahead and announced. Raises Refused (unseen, state)."""
    if not hearing.is_public or hearing.announced_at is None or not hearing.hall.is_open:
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    if hearing.status in ("preparing", "suspended"):
        raise Refused(_("这次听证延期，新的时间还没有定；定了以后再登记。"), "state")
    if hearing.status != "scheduled" or hearing.starts_at is None or hearing.starts_at <= now:
        raise Refused(_("听证已经开始或者不再举行，不再登记旁听。"), "state")
    if not hearing.public_seats:
        raise Refused(_("这次听证没有旁听席位。"), "state")
    if PublicSeat.objects.standing().filter(hearing=hearing).count() >= hearing.public_seats:
        refuse_full()


def refuse_full() -> None:
    raise Refused(_("旁听席位已经登记完。有人取消时会重新开放，请以后再看。"), "state")


def check_seat_wish(wish: SeatWish, *, now: dt.datetime) -> None:
    """Not a machine; a name and the consent. Raises Refused(input)."""
    if wish.trap:
        raise Refused(_("没有收到。请重新打开本页填写。"), "input")
    if now - wish.drawn_at < SOONEST:
        raise Refused(_("提交得太快了。请看一遍再提交，填写的内容都还在。"), "input")
    if now - wish.drawn_at > LATEST:
        raise Refused(_("本页打开得太久了。请再提交一次，填写的内容都还在。"), "input")
    if len(wish.name.strip()) < 2:
        raise Refused(_("请填写姓名，入场时核对。"), "input", field="name")
    if not wish.phone:
        raise Refused(_("请填写手机号，改期时通知您。"), "input", field="phone")
    if not wish.agreed:
        raise Refused(_("请先阅读并同意个人信息的使用。"), "input", field="agreed")


def refuse_second(*, field: str = "phone") -> None:
    raise Refused(
        _("一个手机号登记一个席位，这个号码已经登记过。旁听码已用短信发到这个手机。"), "input", field=field
    )


def check_can_cancel_seat(actor: Actor, seat: PublicSeat, *, now: dt.datetime) -> None:
    """Whoever has the code, until the hearing begins; and its organisers."""
    if actor.kind == "person":
        check_organises(actor, seat.hearing)
    if PUBLIC_SEAT.move("cancel_seat", seat.status) is None:
        raise Refused(_("这个席位已经取消或者已经入场。"), "state")
    starts = seat.hearing.starts_at
    if seat.hearing.status not in ("scheduled", "preparing", "suspended") or (
        seat.hearing.status == "scheduled" and starts is not None and starts <= now
    ):
        raise Refused(_("听证已经开始或者结束，不用再取消。"), "state")


OPENS = dt.timedelta(hours=2)
"""So long before it begins people are let in."""
ADMITTING = (*ORGANISER_ROLES, CLERK, GUIDE)


def check_keeps_doors(actor: Actor) -> None:
    """The list of hearings with an audience: for whoever may let people in."""
    if actor.kind != "system" and not actor.has(*ADMITTING):
        raise Refused(_("旁听入场由组织单位和大厅的工作人员办理。"), "role")


def check_sees_audience(actor: Actor, hearing: Hearing) -> None:
    """The organiser's people, and who stands at the door of the hall. Raises Refused (unseen, role)."""
    if actor.kind == "system":
        return
    check_interest(actor, standing(hearing.case))
    if actor.has(GUIDE, hall_id=hearing.hall_id) and hearing.is_public:
        return  # sees no case, but lets people in to a hearing that everybody knows of
    check_organises(actor, hearing, ADMITTING)


def check_can_admit_public(
    actor: Actor, hearing: Hearing, *, seat: PublicSeat | None = None, now: dt.datetime
) -> None:
    """On the day, at the door, by the code."""
    check_sees_audience(actor, hearing)
    if hearing.status not in ("scheduled", "in_session"):
        raise Refused(_("这次听证现在不入场。"), "state")
    if hearing.starts_at is None or now < hearing.starts_at - OPENS:
        raise Refused(_("听证开始前两小时起入场。"), "state")
    if seat is not None and PUBLIC_SEAT.move("admit_public", seat.status) is None:
        words = _("这个旁听码已经入场。") if seat.status == "came" else _("这个席位已经取消。")
        raise Refused(words, "state", field="code")
