"""One door for each verb of asking for a hearing and of its course: it asks, says what follows, calls the action once.

Who may not see the case or the hearing gets 404, who may not do it 403; what is wrong is said on the form with
everything typed kept: 422 for an input, 409 for a state that has passed meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_http_methods

from cases.models import Case
from hall.access import Actor, Refused, Request, Text, allowed, get_visible
from hearings import rules
from hearings.forms.asking import (
    EndHearingForm,
    GrantHearingForm,
    HearingForm,
    OpenHearingForm,
    PostponeHearingForm,
    RefuseHearingForm,
    RequestHearingForm,
    ResumeHearingForm,
    SetOpennessForm,
    SuspendHearingForm,
    WithdrawHearingForm,
)
from hearings.models import Hearing
from hearings.queries.hearing_lists import rows


@dataclass(frozen=True, slots=True)
class AskingDoor:
    """`title` heads the page and the button that leads here, `button` is pressed, `said` is told when it is done.
    `intro`: what follows from it.
    """

    form: type[HearingForm]
    title: Text
    button: Text
    said: Text
    intro: Text
    icon: str = "gavel"
    danger: bool = False

    @property
    def verb(self) -> str:
        return self.form.verb

    @property
    def url_name(self) -> str:
        return f"hearings:{self.verb.replace('_', '-')}"

    @property
    def rule(self) -> Callable[..., None]:
        found: Callable[..., None] = getattr(rules, f"check_can_{self.verb}")
        return found


CASE_DOORS = (
    AskingDoor(
        RequestHearingForm,
        lazy("登记听证申请"),
        lazy("登记申请"),
        lazy("听证申请已登记，决定期限已开始计算；信访人留有手机的，已发短信告知。"),
        lazy(
            "信访人口头、书面提出都可以登记。登记后由办理、复查、复核本事项的单位在期限内决定是否举行，并书面告知。"
        ),
    ),
    AskingDoor(
        OpenHearingForm,
        lazy("依职权举行听证"),
        lazy("决定举行"),
        lazy("已决定举行听证，书面决定已出具；作出听证结论以前不出具意见。"),
        lazy(
            "事项重大、复杂、争议大或者长期没有解决的，单位可以主动举行。决定后立即出具书面决定，处理意见要等听证结论。"
        ),
    ),
)
HEARING_DOORS = (
    AskingDoor(
        GrantHearingForm,
        lazy("决定举行"),
        lazy("决定举行"),
        lazy("已决定举行听证，书面决定已出具。请确定听证员和时间地点。"),
        lazy("出具书面决定，举行期限开始计算；作出听证结论以前不出具意见。"),
    ),
    AskingDoor(
        RefuseHearingForm,
        lazy("决定不举行"),
        lazy("决定不举行"),
        lazy("已决定不举行听证，书面决定已出具，请送达信访人。"),
        lazy("出具书面决定，写明理由；事项照常办理。"),
        icon="ban",
        danger=True,
    ),
    AskingDoor(
        SetOpennessForm,
        lazy("公开或者不公开"),
        lazy("保存"),
        lazy("已保存听证是否公开。"),
        lazy("定下时间地点以前可以更改；不公开的不发公告，不设旁听席。"),
        icon="eye",
    ),
    AskingDoor(
        PostponeHearingForm,
        lazy("延期"),
        lazy("延期举行"),
        lazy("听证已延期，房间和人员已释放，已通知的各方都已告知。请另定时间。"),
        lazy("原定的时间地点随即作废，房间和人员释放，已通知的各方和已登记旁听的人都会收到消息。"),
        icon="calendar",
    ),
    AskingDoor(
        SuspendHearingForm,
        pgettext_lazy("act", "中止"),
        lazy("中止听证"),
        lazy("听证已中止，房间和人员已释放，已通知的各方都已告知。"),
        lazy("什么时候能继续还不知道的，中止。举行期限停止，恢复后重新计算；意见仍要等听证结论。"),
        icon="pause",
    ),
    AskingDoor(
        ResumeHearingForm,
        lazy("恢复听证"),
        lazy("恢复听证"),
        lazy("听证已恢复，举行期限重新计算。请另定时间。"),
        lazy("中止的情形消失后恢复。举行期限从今天起重新计算，需要另定时间地点。"),
        icon="play",
    ),
    AskingDoor(
        WithdrawHearingForm,
        lazy("登记撤回申请"),
        lazy("登记撤回"),
        lazy("听证申请已撤回，事项照常办理。"),
        lazy("信访人撤回申请后不再举行，事项照常办理；以后还可以再申请。"),
        icon="undo",
        danger=True,
    ),
    AskingDoor(
        EndHearingForm,
        lazy("终止"),
        lazy("终止听证"),
        lazy("听证已终止，事项照常办理。"),
        lazy("不再举行，也不作听证结论；房间和人员释放，事项照常办理。不能恢复。"),
        icon="ban",
        danger=True,
    ),
)


def _row(door: AskingDoor, actor: Actor, pk: int) -> Case | Hearing:
    """The case or the hearing, if the reader sees it."""
    if door.form.key == "case_id":
        seen: QuerySet[Case] = (
            Case.objects.visible_to(actor).select_related("hall", "first_handler").defer("search")
        )
        return get_visible(seen, pk=pk)
    return get_visible(rows().filter(pk__in=Hearing.objects.visible_to(actor).order_by().values("pk")), pk=pk)


def back_to(row: Case | Hearing) -> str:
    if isinstance(row, Case):
        return reverse("hearings:case-hearings", args=[row.pk])
    return reverse("hearings:hearing", args=[row.pk])


def opened(door: AskingDoor) -> Any:
    """The view of a door."""

    @require_http_methods(["GET", "HEAD", "POST"])
    def view(request: Request, pk: int = 0, hearing_id: int = 0) -> HttpResponse:
        return _answer(request, door, pk or hearing_id)

    view.__name__ = door.verb
    return view


def _sees_case(actor: Actor, row: Case | Hearing) -> bool:
    pk = row.pk if isinstance(row, Case) else row.case_id
    return Case.objects.visible_to(actor).filter(pk=pk).exists()


def _answer(request: Request, door: AskingDoor, pk: int) -> HttpResponse:
    now = timezone.now()
    row = _row(door, request.actor, pk)
    verdict = allowed(door.rule, request.actor, row, now=now)
    if verdict.kind in ("role", "unseen") and not _sees_case(request.actor, row):
        raise Refused(verdict.reason, verdict.kind)  # who sits on the panel learns nothing of the case here
    facts: dict[str, Any] = {"actor": request.actor, "now": now, "row": row}
    status = 200
    if request.method == "POST":
        form = door.form(request.POST, **facts)
        done, status = _acted(door, form)
        if done is not None:
            messages.success(request, str(door.said))
            if Hearing.objects.visible_to(request.actor).filter(pk=done.pk).exists():
                return redirect("hearings:hearing", done.pk)
            return redirect("hearings:hearings")
    else:
        form = door.form(**facts)
    context = {
        "door": door,
        "row": row,
        "case": form.case,
        "form": form,
        "fields": [one for one in form if not one.is_hidden],
        "verdict": allowed(door.rule, request.actor, row, now=now),
        "back": back_to(row),
    }
    return render(request, "hearings/asking_verb.html", context, status=status)


def _acted(door: AskingDoor, form: HearingForm) -> tuple[Hearing | None, int]:
    """What was done, or the status of the page that says why not. Raises Refused(role, unseen)."""
    if not form.is_valid():
        try:
            # Who may not act at all is not asked to mend the form first.
            door.rule(form.actor, form.row, now=form.now)
        except Refused as refused:
            if refused.kind in ("role", "unseen"):
                raise
            form.add_error(None, str(refused.reason))
            return None, 409
        return None, 422
    try:
        done: Hearing = form.act()
    except Refused as refused:
        if refused.kind not in ("input", "state"):
            raise
        return None, 422 if refused.kind == "input" else 409
    return done, 302
