"""Showing material of the case in its video room: who may, what, and before whom.

Nobody learns of another's data by it: what is confidential is shown only before those who may read the file, and to the
petitioner whose matter alone it is; before anybody else the one who shows says that it was looked through
(《信访工作条例》第三十条、《个人信息保护法》第十条).
"""

from __future__ import annotations

import datetime as dt

from django.utils import timezone
from django.utils.translation import gettext as _

from cases.models import Case, Material, VideoEvidence, VideoSeat
from cases.queries.standing import standing
from cases.queries.video_evidence import is_sole_petitioner, materials_to_show, sees_case, without_account
from cases.rules.common import check_interest
from cases.rules.video import check_is_in, hosts, matter_of
from hall.access import Actor, Refused

ARTICLE = "《信访工作条例》第三十条"
_UNSEEN = "没有找到，或者您无权查看。"


def _check_case(actor: Actor, seat: VideoSeat) -> Case:
    case = matter_of(seat.room)
    if case is None:
        raise Refused(_("这次视频接访的事项还没有登记，没有可以出示的材料。"), "state")
    if actor.kind != "system":
        check_interest(actor, standing(case))
    return case


def check_can_show_video_evidence(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> Case:
    """The host, and an end with an account for what it put into the file itself."""
    check_is_in(seat)
    case = _check_case(actor, seat)
    if hosts(actor, seat):
        return case
    is_own = seat.user_id is not None and seat.user_id == actor.user_id
    if not (is_own and sees_case(seat, case, timezone.localdate(now))):
        raise Refused(_("材料由主持人出示；单位可以出示自己提交的材料。"), "role")
    return case


def check_evidence(actor: Actor, seat: VideoSeat, case: Case, material_id: int | None) -> Material:
    """A material of this case, which this end may show. Raises Refused(input) at `material`."""
    allowed = materials_to_show(case, seat, is_host=hosts(actor, seat))
    found = next((one for one in allowed if one.pk == material_id), None)
    if found is None:
        raise Refused(_("请选择这件事项里可以出示的图片或者PDF。"), "input", field="material")
    return found


def check_audience(seat: VideoSeat, case: Case, *, is_checked: bool, now: dt.datetime) -> None:
    """Raises Refused with the names of those before whom it may not be shown, or at `checked`."""
    others = [one for one in without_account(seat.room, case, timezone.localdate(now)) if one.pk != seat.pk]
    if case.is_confidential:
        barred = [one.said for one in others if not is_sole_petitioner(one, case)]
        if barred:
            said = _("该事项是保密的，%(names)s无权查看材料；请其离开后再出示，或者口头说明。")
            raise Refused(said % {"names": _("、").join(barred)}, "state", article=ARTICLE)
    if others and not is_checked:
        names = _("、").join(one.said for one in others)
        raise Refused(
            _("%(names)s平时看不到案卷。请核对材料里没有不应让其看到的他人信息，并勾选确认。")
            % {"names": names},
            "input",
            field="checked",
        )


def check_can_hide_video_evidence(actor: Actor, seat: VideoSeat, *, now: dt.datetime) -> None:
    """The host, whoever shows; and who shows it."""
    check_is_in(seat)
    shown = seat.room.evidence.shown().first()
    if shown is None:
        raise Refused(_("现在没有出示材料。"), "state")
    if not (hosts(actor, seat) or shown.seat_id == seat.pk):
        raise Refused(_("由主持人或者出示材料的一方收起。"), "role")


def check_can_look_at_video_evidence(
    actor: Actor, seat: VideoSeat, shown: VideoEvidence | None, *, now: dt.datetime
) -> VideoEvidence:
    """Whoever is in, as long as it is shown. Everything else is as if it were not there."""
    is_here = shown is not None and shown.room_id == seat.room_id and shown.hidden_at is None
    if shown is None or not is_here or seat.status != "admitted" or seat.room.status != "open":
        raise Refused(_(_UNSEEN), "unseen")
    if not may_look(seat, shown.material.case, now=now):
        raise Refused(_(_UNSEEN), "unseen")
    return shown


def may_look(seat: VideoSeat, case: Case, *, now: dt.datetime) -> bool:
    """Also of who was let in after it was shown."""
    if not case.is_confidential:
        return True
    return sees_case(seat, case, timezone.localdate(now)) or is_sole_petitioner(seat, case)
