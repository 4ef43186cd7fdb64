"""Deliberation, closed to outsiders, and the conclusion: what the majority of the members found."""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.queries.standing import standing
from cases.rules.common import check_interest
from hall.access import Actor, Refused
from hearings.lifecycle import FINDINGS, HEARING
from hearings.models import DeliberationNote, Hearing, PanelSeat
from hearings.queries.session import own_seat, seats_of
from hearings.queries.votes import Majority, majority, notes_of, owed, voters, written_by

MIN_WORDS = 10
UNSEEN = "没有找到，或者您无权查看。"


def check_sits(actor: Actor, hearing: Hearing, seats: list[PanelSeat]) -> PanelSeat:
    """Whoever does not sit is not told that there is anything to see: neither the organiser nor the manager."""
    check_interest(actor, standing(hearing.case))
    seat = own_seat(actor, seats)
    if seat is None:
        raise Refused(_(UNSEEN), "unseen")
    return seat


def _check_deliberating(hearing: Hearing) -> None:
    if hearing.status != "deliberating":
        state = _(HEARING.state(hearing.status).label)
        raise Refused(_("听证现在是“%(state)s”，不在合议。") % {"state": state}, "state")


def open_seats(actor: Actor, hearing: Hearing, seats: list[PanelSeat]) -> list[PanelSeat]:
    """The seats whose finding this person may write now."""
    return [seat for seat in owed(seats, notes_of(hearing)) if written_by(seat, seats, actor.user_id)]


def check_can_record_finding(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """Each member once; the recorder for a member without an account, in that member's presence. Never changed."""
    seats = seats_of(hearing)
    seat = check_sits(actor, hearing, seats)
    _check_deliberating(hearing)
    if open_seats(actor, hearing, seats):
        return
    if seat.role == "member":
        raise Refused(_("您的意见已经记录，合议意见不能更改。"), "state")
    if seat.role == "presider":
        raise Refused(_("主持人主持合议，不参加表决。"), "role")
    raise Refused(_("没有需要由记录员代为记录的意见。"), "state")


def check_finding(finding: str, text: str) -> str:
    if finding not in FINDINGS:
        raise Refused(_("请选择诉求是否成立。"), "input", field="finding")
    said = text.strip()
    if len(said) < MIN_WORDS:
        words = _("请写明理由，至少%(n)s个字。") % {"n": MIN_WORDS}
        raise Refused(words, "input", field="text")
    return said


def check_can_conclude_hearing(actor: Actor, hearing: Hearing, *, now: dt.datetime) -> None:
    """The presider, when every member who heard the matter has given a finding."""
    seats = seats_of(hearing)
    seat = check_sits(actor, hearing, seats)
    if seat.role != "presider":
        raise Refused(_("听证结论由主持人作出。"), "role")
    _check_deliberating(hearing)
    waiting = owed(seats, notes_of(hearing))
    if waiting:
        names = _("、").join(one.name for one in waiting)
        raise Refused(_("%(names)s还没有给出意见。") % {"names": names}, "state")


def decided(seats: list[PanelSeat], notes: dict[int, DeliberationNote]) -> Majority:
    """What the members who heard it found. Raises Refused(state) while there is no majority."""
    found = majority([notes[seat.pk].finding for seat in voters(seats) if seat.pk in notes])
    if found is None:
        raise Refused(_("到场表决的听证员不是单数，不能形成多数意见。请更换听证员后重新举行。"), "state")
    return found


def check_agrees(finding: str, found: Majority) -> None:
    """The conclusion is the majority's, not the presider's."""
    if finding not in FINDINGS:
        raise Refused(_("请选择诉求是否成立。"), "input", field="finding")
    if finding != found.finding:
        words = _("结论应当与多数意见一致：多数意见是“%(finding)s”。")
        raise Refused(words % {"finding": _(FINDINGS[found.finding])}, "input", field="finding")


def check_on_the_spot(hearing: Hearing, now: dt.datetime) -> None:
    """Told to those who were waiting: on the day on which the hearing was closed."""
    if hearing.closed_at is None or timezone.localdate(hearing.closed_at) != timezone.localdate(now):
        words = _("听证不是今天结束的，不能当场宣布；请不选“当场宣布”，书面送达。")
        raise Refused(words, "input", field="on_the_spot")
