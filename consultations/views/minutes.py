"""The minutes of one consultation: the text, its versions, the signatures in order, and a door for each verb."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.http import require_safe

from consultations.forms.minutes import (
    CirculateMinutesForm,
    CountersignMinutesForm,
    DecideConferenceForm,
    DraftMinutesForm,
    IssueMinutesForm,
    PassOverUnitForm,
    ReferToConferenceForm,
    ReturnMinutesForm,
    shown_minutes,
)
from consultations.lifecycle import CONSULTATION
from consultations.models import Consultation, IssuedMinutes
from consultations.queries.commitments import commitments_of
from consultations.queries.minutes import (
    Comparison,
    awaited_units,
    compared,
    returns_of,
    round_of,
    versions_of,
    void_signatures,
)
from consultations.queries.minutes_panel import conference_of, seat_rows
from consultations.views.minutes_doors import JointDoor, buttons
from hall.access import Actor, Request, get_visible

TONES = {
    "called": "blue", "drafting": "blue", "circulating": "amber", "agreed": "green", "conference": "amber",
    "decided": "green", "ended": "grey",
}  # fmt: skip


def _rows(actor: Actor) -> QuerySet[Consultation]:
    seen = Consultation.objects.visible_to(actor).select_related("case__hall", "convenor", "hall")
    return seen.defer("case__content", "case__search")


def _back(one: Consultation) -> str:
    return reverse("consultations:minutes", args=[one.pk])


def _text(one: Consultation, now: dt.datetime) -> dict[str, Any]:
    """What is signed or sent on stands on the page that asks for it."""
    found = round_of(one)
    return {"text": found.minutes, "seats": seat_rows(found, now)}


def _known(one: Consultation, now: dt.datetime) -> dict[str, Any]:
    """Beside the draft: what the units have said is awaited still, and the version that counts."""
    return {
        "awaited": awaited_units(one, now=now),
        "text": round_of(one).minutes,
        "returns": returns_of(one)[:3],
    }


DOORS = (
    JointDoor(
        form=CountersignMinutesForm,
        title=lazy("会签纪要"),
        button=lazy("会签"),
        said=lazy("已会签，已通知下一单位。"),
        rows=_rows,
        back=_back,
        icon="check",
        template="consultations/countersign_minutes.html",
        more=_text,
    ),
    JointDoor(
        form=ReturnMinutesForm,
        title=lazy("退回修改"),
        button=lazy("退回召集单位修改"),
        said=lazy("已退回，召集单位已得到通知。"),
        rows=_rows,
        back=_back,
        icon="undo",
        template="consultations/countersign_minutes.html",
        more=_text,
    ),
    JointDoor(
        form=IssueMinutesForm,
        title=lazy("出具会商纪要"),
        button=lazy("出具"),
        said=lazy("已出具会商纪要，任务的期限已开始计算，各单位已得到通知。"),
        rows=_rows,
        back=_back,
        icon="document",
        template="consultations/countersign_minutes.html",
        intro=lazy(
            "出具以后不能再修改；任务即时生效，各自开始计算期限。信访人只会看到各单位已商定办理，看不到内部意见。"
        ),
        more=_text,
    ),
    JointDoor(
        form=CirculateMinutesForm,
        title=lazy("送各单位会签"),
        button=lazy("开始会签"),
        said=lazy("已送会签，已通知第一个单位。"),
        rows=_rows,
        back=_back,
        icon="send",
        template="consultations/countersign_minutes.html",
        intro=lazy("按参加的先后依次会签，牵头单位最后。会签期间修改纪要的，已有的会签全部失效。"),
        more=_text,
    ),
    JointDoor(
        form=DraftMinutesForm,
        title=lazy("起草、修改纪要"),
        button=lazy("保存为新的一版"),
        said=lazy("已保存。"),
        rows=_rows,
        back=_back,
        template="consultations/draft_minutes.html",
        start=lambda one: shown_minutes(one, round_of(one).minutes),
        more=_known,
    ),
    JointDoor(
        form=PassOverUnitForm,
        title=lazy("记录逾期未会签"),
        button=lazy("记录，继续会签"),
        said=lazy("已记录为逾期未会签，会签继续进行。"),
        rows=_rows,
        back=_back,
        icon="clock",
        template="consultations/countersign_minutes.html",
        intro=lazy("轮到的单位过了期限仍未会签：以单位名义记录为“逾期未会签”，写进纪要，会签继续进行。"),
        more=_text,
    ),
    JointDoor(
        form=ReferToConferenceForm,
        title=lazy("提请联席会议"),
        button=lazy("提请联席会议研究"),
        said=lazy("已提请联席会议，领导和大厅负责人已得到通知。"),
        rows=_rows,
        back=_back,
        icon="group",
        danger=True,
        intro=lazy("提请以后不再征求意见和会签；由联席会议作出决定，信访人会得知已提请联席会议。"),
    ),
    JointDoor(
        form=DecideConferenceForm,
        title=lazy("记录联席会议的决定"),
        button=lazy("作出决定，出具纪要"),
        said=lazy("已出具联席会议纪要，任务的期限已开始计算，各单位已得到通知。"),
        rows=_rows,
        back=_back,
        icon="gavel",
        template="consultations/decide_conference.html",
        more=lambda one, now: {"conference": conference_of(one)},
    ),
)


@require_safe
def minutes(request: Request, pk: int) -> HttpResponse:
    """`/consultations/<pk>/minutes/?old=1&new=2`: the text that counts as a document, how it came to be, who signed."""
    now, actor = timezone.now(), request.actor
    one = get_visible(_rows(actor), pk=pk)
    found, versions = round_of(one), versions_of(one)
    issued = IssuedMinutes.objects.filter(consultation=one).select_related("document").first()
    context = {
        "consultation": one,
        "tone": TONES[one.status],
        "text": found.minutes,
        "seats": seat_rows(found, now),
        "has_round": one.status in ("circulating", "agreed") or any(seat.is_done for seat in found.seats),
        "versions": versions,
        "comparison": _comparison(request, versions),
        "void": void_signatures(one),
        "returns": returns_of(one),
        # As drafts they stand in the text alone.
        "promised": commitments_of(one, now=now) if one.status in ("agreed", "decided") else [],
        "awaited": awaited_units(one, now=now) if one.status in ("called", "drafting") else [],
        "issued": issued,
        "conference": conference_of(one),
        "buttons": buttons(DOORS, CONSULTATION, one, actor, now),
        "today": timezone.localdate(now),
    }
    return render(request, "consultations/minutes.html", context)


def _comparison(request: Request, versions: list[Any]) -> Comparison | None:
    """The two versions that were asked for; else the last with the one before it."""
    known = {str(one.version): one for one in versions}
    old, new = known.get(request.GET.get("old", "")), known.get(request.GET.get("new", ""))
    if old is None or new is None:
        if len(versions) < 2:
            return None
        new, old = versions[0], versions[1]
    return compared(old, new)
