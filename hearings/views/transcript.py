"""The transcript: its pages, who has signed which, the page that is read out to the one who signs."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from hall.access import Refused, Request, allowed, get_visible
from hearings import rules
from hearings.forms import CorrectPageForm, SignPageForm, WritePageForm
from hearings.models import Hearing, TranscriptPage
from hearings.queries.session import Matrix, attendants, matrix_of
from hearings.rules.deliberation import UNSEEN
from hearings.views.session_doors import acted, frame, seen


def _older(hearing: Hearing, matrix: Matrix) -> dict[int, list[TranscriptPage]]:
    """Earlier versions by page number, the latest first; what was corrected stands with the version that did it."""
    newest = [page.pk for page in matrix.pages]
    found: dict[int, list[TranscriptPage]] = defaultdict(list)
    if any(page.version > 1 for page in matrix.pages):
        for page in hearing.pages.exclude(pk__in=newest).order_by("number", "-version"):
            found[page.number].append(page)
    return found


def _page(
    request: Request,
    hearing: Hearing,
    *,
    now: dt.datetime,
    form: WritePageForm | None = None,
    status: int = 200,
) -> HttpResponse:
    people = attendants(hearing)
    matrix = matrix_of(hearing, people)
    older = _older(hearing, matrix)
    following = len(matrix.pages) + 1
    may_write = allowed(rules.check_can_write_page, request.actor, hearing, now=now)
    if form is None and may_write:
        form = WritePageForm(initial={"number": following}, hearing=hearing, actor=request.actor, now=now)
    context = {
        **frame(request, hearing, "transcript"),
        "matrix": matrix,
        "pages": [
            {
                "page": page,
                "older": older[page.number],
                "voided": matrix.voided.get(page.number, 0),
            }
            for page in matrix.pages
        ],
        "following": following,
        "form": form if may_write or status != 200 else None,
        "may_write": may_write,
        "may_correct": allowed(rules.check_can_correct_page, request.actor, hearing, now=now),
        "may_sign": allowed(rules.check_can_sign_page, request.actor, hearing, now=now),
    }
    return render(request, "hearings/transcript.html", context, status=status)


@require_safe
def transcript(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/transcript/`: every page in the version that counts, and pages × people."""
    return _page(request, seen(request, hearing_id), now=timezone.now())


@require_POST
def write_page(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/write-page/`: refused, the words stand in the form again."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    form = WritePageForm(request.POST, hearing=hearing, actor=request.actor, now=now)
    done = acted(request, form, _("本页已保存。"), "hearings:transcript")
    if isinstance(done, HttpResponse):
        return done
    if done == 409:
        # The page was written meanwhile: pressed again, these words become the next one.
        data = request.POST.copy()
        data["number"] = str(len(matrix_of(hearing).pages) + 1)
        form.data = data
    return _page(request, hearing, now=now, form=form, status=done)


@require_http_methods(["GET", "HEAD", "POST"])
def correct_page(request: Request, hearing_id: int, page_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/pages/<page_id>/correct-page/`: a new version, which everybody signs."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    page = get_visible(TranscriptPage.objects.filter(hearing=hearing), pk=page_id)
    facts: dict[str, Any] = {"hearing": hearing, "actor": request.actor, "now": now, "page": page}
    form = CorrectPageForm(request.POST if request.method == "POST" else None, **facts)
    status = 200
    if request.method == "POST":
        done = acted(request, form, _("已更正，请各方核对签名新的一稿。"), "hearings:transcript")
        if isinstance(done, HttpResponse):
            return done
        status = done
    context = {
        **frame(request, hearing, "transcript"),
        "form": form,
        "page": page,
        "signatures": page.signatures.count(),
        "verdict": allowed(rules.check_can_correct_page, request.actor, hearing, now=now),
    }
    return render(request, "hearings/correct_page.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
def sign_page(request: Request, hearing_id: int) -> HttpResponse:
    """`/hearings/<hearing_id>/sign-page/?who=party:4`: what this person has not signed yet, to be read aloud."""
    now, hearing = timezone.now(), seen(request, hearing_id)
    matrix = matrix_of(hearing)
    key = request.GET.get("who", "")
    rows = [row for row in matrix.rows if row[0].key == key] if key else matrix.rows[:1]
    if not rows:
        raise Refused(_(UNSEEN), "unseen")
    who, cells = rows[0]
    open_pages = [cell.page for cell in cells if cell.signature is None]
    facts: dict[str, Any] = {"hearing": hearing, "actor": request.actor, "now": now, "who": who}
    form = SignPageForm(request.POST if request.method == "POST" else None, pages=open_pages, **facts)
    status = 200
    if request.method == "POST":
        done = acted(
            request, form, _("%(name)s的核对情况已记录。") % {"name": who.name}, "hearings:transcript"
        )
        if isinstance(done, HttpResponse):
            return done
        status = done
    ticked = set(request.POST.getlist("pages"))
    context = {
        **frame(request, hearing, "transcript"),
        "form": form,
        "who": who,
        "others": [(row[0], row[0].key == who.key) for row in matrix.rows],
        "open_pages": [(page, str(page.pk) in ticked) for page in open_pages],
        "done": [cell for cell in cells if cell.signature],
        "verdict": allowed(rules.check_can_sign_page, request.actor, hearing, now=now),
        "here": reverse("hearings:sign-page", args=[hearing.pk]),
    }
    return render(request, "hearings/sign_page.html", context, status=status)
