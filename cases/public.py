"""Doors without a login: how my matter stands, the papers issued to me, and the statutory routes in plain words."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_safe

from cases import actions
from cases.forms import ProgressForm
from cases.lifecycle import CHANNELS
from cases.models import Deadline
from cases.queries.lights import light
from cases.queries.progress import INTERNAL, Progress, for_petitioner, progress_of
from cases.queries.routes import active_routes, find_routes, in_words
from cases.queries.words import term_name
from cases.terms import WINDOWS
from hall import documents
from hall.access import Refused, get_visible
from hall.citations import cite
from hall.models import IssuedDocument
from hall.templatetags.hall import cn_date
from staffing.models import Hall

_CLAUSES = {
    1: lazy("诉讼、检察、公安机关法律程序"),
    2: lazy("仲裁"),
    3: lazy("党员申诉、申请复审"),
    4: lazy("行政复议、裁决、确认、许可、处罚等行政程序"),
    5: lazy("申请查处违法行为、履行保护职责"),
}
_SALT = "cases.progress-document"
_PAPER_MINUTES = 30


@login_not_required
@never_cache
@sensitive_post_parameters("code", "digits")
@require_http_methods(["GET", "HEAD", "POST"])
def progress(request: HttpRequest) -> HttpResponse:
    """`/progress/`: code and four digits, by POST alone, so that neither stands in an address or a log."""
    now = timezone.now()
    if request.method != "POST":
        code = request.GET.get("code", "")[:40]
        return render(request, "cases/progress.html", {"form": ProgressForm(initial={"code": code})})
    form = ProgressForm(request.POST)
    if not form.is_valid():
        return render(request, "cases/progress.html", {"form": form}, status=422)
    try:
        case = actions.query_progress(
            code=form.cleaned_data["code"],
            digits=form.cleaned_data["digits"],
            address=request.META.get("REMOTE_ADDR", ""),
            now=now,
        )
    except Refused as refused:
        return render(
            request, "cases/progress.html", {"form": form, "refused": refused}, status=refused.status
        )
    if case is None:
        form.add_error(
            None, _("查询码或后四位数字不对。请对照登记凭证再试一次；仍不行的，可以持凭证到大厅窗口查询。")
        )
        return render(request, "cases/progress.html", {"form": form}, status=422)
    found = progress_of(case, now=now)
    return render(request, "cases/progress_letter.html", _letter(found, now))


def _letter(found: Progress, now: dt.datetime) -> dict[str, Any]:
    case, hall = found.file.case, Hall.objects.get(pk=found.file.case.hall_id)
    return {
        "found": found,
        "case": case,
        "hall": hall,
        "today": timezone.localdate(now),
        "salutation": _("%(name)s同志：") % {"name": found.name} if found.name else _("您好："),
        "opening": _(
            "您于%(received)s%(how)s提出的“%(matter)s”，我们已于%(registered)s登记。现将办理情况告诉您。"
        )
        % {
            "received": cn_date(case.received_on),
            "how": _(CHANNELS[case.channel]),
            "matter": case.title,
            "registered": cn_date(case.registered_at),
        },
        "standing": _standing(found),
        "promises": [
            _promise(one, now)
            for one in found.file.running
            if one.due_on and one.kind not in INTERNAL and one.kind not in WINDOWS
        ],
        "late": _late(found),
        "next": _what_you_may_do(found, hall),
        "papers": [
            {
                "title": documents.titled(one.kind, one.title),
                "number": one.number,
                "at": one.issued_at,
                "url": reverse("cases:progress-document", args=[signing.dumps(one.pk, salt=_SALT)])
                if one.is_printed
                else "",
            }
            for one in found.papers
        ],
        "paper_minutes": _PAPER_MINUTES,
    }


def _standing(found: Progress) -> list[str]:
    """Where the matter is, in one or two sentences."""
    case, triage = found.file.case, found.file.triage
    unit = case.first_handler.label if case.first_handler else ""
    words = {
        "unit": unit,
        "on": cn_date(case.accepted_on or case.status_since),
        "body": triage.competent_body if triage else "",
        "article": cite(triage.article) if triage else "",
    }
    sentences = {
        "registered": _("我们正在甄别这件事应当由哪个机关、单位办理。"),
        "forwarded": _("我们已于%(on)s转送%(unit)s处理，由该单位书面告知您。"),
        "accepted": _(
            "这件事已于%(on)s受理，由%(unit)s负责办理，听取您的陈述、调查核实后，给您书面处理意见。"
        ),
        "declined": _("经审查，我们于%(on)s作出不予受理的决定（依据：%(article)s）。"),
        "declined_closed": _("经审查，我们于%(on)s作出不再受理的决定（依据：%(article)s）。"),
        "guided": _("这件事应当由%(body)s依法处理，我们于%(on)s向您作了书面引导（依据：%(article)s）。"),
        "withdrawn": _("按照您的意思，这件事已于%(on)s撤回，不再办理。"),
    }
    said = [sentences[case.status] % words]
    if triage is not None and case.status in ("declined", "declined_closed", "guided"):
        said.append(triage.reason)
    return said


def _promise(deadline: Deadline, now: dt.datetime) -> dict[str, Any]:
    """Until when what will be done, with the light of the office."""
    what = {
        "sort": _("转送、交办或者告知您由谁办理"),
        "notify": _("书面告知您接收情况和处理途径"),
        "handle": _("作出书面处理意见并送达您"),
    }
    return {
        "what": what.get(deadline.kind) or term_name(deadline.kind, deadline.law),
        "due_on": deadline.due_on,
        "provisional": deadline.is_provisional,
        "level": light(deadline.due_at, deadline.amber_at, now),
    }


def _late(found: Progress) -> list[str]:
    """Said plainly when the office is late."""
    said = []
    for deadline, days in found.late:
        words = {
            "due": cn_date(deadline.due_on),
            "what": _promise(deadline, deadline.due_at or found.file.case.registered_at)["what"],
            "n": days,
        }
        sentence = ngettext(
            "按规定，我们应当在%(due)s前%(what)s，现在已经超期%(n)s天。这是我们没有做到位，向您致歉。",
            "按规定，我们应当在%(due)s前%(what)s，现在已经超期%(n)s天。这是我们没有做到位，向您致歉。",
            days,
        )
        said.append(sentence % words)
    if said and found.reminders:
        said.append(_("系统已经按规定催办、上报%(n)s次，都有记录。") % {"n": found.reminders})
    return said


def _what_you_may_do(found: Progress, hall: Hall) -> list[str]:
    """What is open to the petitioner now, and until when."""
    case, triage = found.file.case, found.file.triage
    words = {
        "phone": hall.phone,
        "complaint": hall.complaint_phone or hall.phone,
        "body": triage.competent_body if triage else "",
    }
    supplement = _("补充材料、更正联系方式：随时可以到大厅窗口，或者拨打%(phone)s。") % words
    complain = _("对办理作风和进度有意见：可以拨打监督电话%(complaint)s。") % words
    later = _("收到书面处理意见后不服的：自收到之日起30日内，可以请求上一级机关、单位复查。")
    withdraw = _("撤回：随时可以书面或者口头提出，不影响您以后以新的事实和理由再提出。")
    asked = next((one for one in found.file.running if one.kind == "supplement" and one.due_on), None)
    if asked is not None:
        words["day"] = cn_date(asked.due_on)
        supplement = (
            _(
                "补充材料：请按补充材料告知书所列，于%(day)s前到大厅窗口提交或者邮寄；不能提供的，请拨打%(phone)s说明。"
            )
            % words
        )
    if case.status in ("registered", "forwarded", "accepted"):
        return [supplement, later, withdraw, complain]
    if case.status == "withdrawn":
        return [_("有新的事实和理由的，可以随时重新提出。"), complain]
    said = []
    if found.route is not None:
        route = in_words(found.route)
        said.append(
            _("%(name)s（%(basis)s）：%(guidance)s")
            % {"name": route.name, "basis": route.basis, "guidance": route.guidance}
        )
    elif words["body"]:
        said.append(_("请向%(body)s提出。") % words)
    return [*said, _("有新的事实和理由的，可以作为新的事项提出，时间不限。"), complain]


@login_not_required
@never_cache
@require_safe
def progress_document(request: HttpRequest, token: str) -> HttpResponse:
    """`/progress/documents/<token>/`: a paper out of the answer, for half an hour after it was given."""
    try:
        pk = signing.loads(token, salt=_SALT, max_age=dt.timedelta(minutes=_PAPER_MINUTES))
    except signing.BadSignature:
        raise Refused(_("这个链接已经过期。请重新查询后再打开文书。"), "unseen") from None
    found = get_visible(IssuedDocument.objects.filter(voided_at=None), pk=pk)
    if not for_petitioner(found.kind):
        raise Refused(_("没有找到，或者您无权查看。"), "unseen")
    response = HttpResponse(documents.read(found), content_type="application/pdf")
    response["Content-Disposition"] = content_disposition_header(False, f"{found.number}.pdf") or "inline"
    return response


@login_not_required
@require_safe
def routes(request: HttpRequest) -> HttpResponse:
    """`/routes/?q=`: what one would say at the counter, to the organ that is competent and the law that says so."""
    text = request.GET.get("q", "").strip()[:200]
    every = active_routes()
    found = [in_words(one.route, one.words) for one in find_routes(text, routes=every)] if text else []
    clauses: dict[int, list[Any]] = {}
    if not found:
        for route in every:
            clauses.setdefault(route.clause, []).append(in_words(route))
    context = {
        "q": text,
        "found": found,
        "groups": [(_CLAUSES[n], rows) for n, rows in sorted(clauses.items())],
    }
    return render(request, "cases/routes.html", context)
