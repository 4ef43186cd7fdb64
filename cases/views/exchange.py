"""Exchange with the national system: the list, the panel to copy from, files out, files in."""

from __future__ import annotations

import base64
import uuid

from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from cases import actions, rules
from cases.forms import RevealForm
from cases.forms.exchange import (
    AskExportForm,
    ColumnsForm,
    ExchangeListForm,
    NationalFileForm,
    NoteNationalNumberForm,
    column_heads,
    columns_of,
    export_name,
    guessed,
    kept_rows,
    national_file,
    read_rows,
    rejected_file,
    shown_rows,
    template_file,
)
from cases.forms.exchange_file import FILE_LIMIT, read_table
from cases.models import Case, NationalExport, NationalImport
from cases.queries.exchange import (
    EXCHANGE_ROLES,
    exchange_list,
    national_panel,
    places_of,
    principal_of,
    row_counts,
    told,
)
from cases.views.acting import head_of
from cases.views.doors import Door
from cases.views.people import revealed
from hall.access import Refused, Request, allowed, get_visible, whole_number
from hall.uploads.receiving import left_out_of, receiving
from staffing.forms import XLSX, attached
from staffing.models import Hall

DOORS: tuple[Door, ...] = (
    Door(
        NoteNationalNumberForm,
        lazy("填写国家系统编号"),
        lazy("保存编号"),
        lazy("%(number)s：国家系统编号已保存。"),
        icon="edit",
    ),
)
PREVIEWED = 20
RECENT = 10


@require_safe
def exchange(request: Request) -> HttpResponse:
    """`/exchange/`: matters of the hall, which of them are in the national system; filters in the address."""
    actor = request.actor
    rules.check_sees_exchange(actor)
    form = ExchangeListForm(request.GET, actor)
    asked = form.asked()
    after = whole_number(request.GET.get("after", ""))
    rows, behind = exchange_list(actor, asked, after=after)
    context = {
        "form": form,
        "rows": rows,
        "after": behind or "",
        "is_front": after is None,
        "is_filtered": any(request.GET.get(name) for name in ("entered", "first", "last")),
        "query": request.GET.urlencode(),
        "may_import": actor.has(*EXCHANGE_ROLES, hall_id=asked.hall_id),
        "exports": list(NationalExport.objects.filter(by=actor.user_id).defer("content").order_by("-pk")[:5]),
        "now": timezone.now(),
    }
    return render(request, "cases/exchange/list.html", context)


@never_cache
@require_http_methods(["GET", "POST"])
def copy_national(request: Request, pk: int) -> HttpResponse:
    """`/cases/<pk>/national/`: the fields in the national order, to copy one by one; masked until a reason is given."""
    now = timezone.now()
    case = get_visible(told(Case.objects.visible_to(request.actor)), pk=pk)
    main = principal_of(case)
    form, is_opened, status = RevealForm(request.POST or None), False, 200
    if request.method == "POST":
        status = 422
        if main is None:
            raise Refused(_("这件事项是匿名的，没有遮盖的内容。"), "state")
        if revealed(request, form, case_id=pk, petitioner_id=main.petitioner_id, now=now) is not None:
            is_opened, status = True, 200
    panel = national_panel(case, is_opened=is_opened)
    context = {
        "case": case,
        "panel": panel,
        "everything": "\n".join(f"{one['heading']}\t{one['value']}" for one in panel),
        "form": form,
        "is_opened": is_opened,
        "is_masked": any(one["is_masked"] for one in panel),
        "may_reveal": allowed(rules.check_can_reveal_person, request.actor, case, "----", now=now),
        "may_note": allowed(rules.check_can_note_national_number, request.actor, case, now=now),
        "seen": head_of(pk),
        "now": now,
    }
    return render(request, "cases/exchange/copy.html", context, status=status)


# -- out -----------------------------------------------------------------------------------------------------------


@require_http_methods(["GET", "POST"])
def ask_national_export(request: Request) -> HttpResponse:
    """`/exchange/export/`: which matters, in which file."""
    actor, now = request.actor, timezone.now()
    rules.check_sees_exchange(actor)
    asked = ExchangeListForm(request.GET, actor).asked()
    initial = {"hall": asked.hall_id, **asked.packed()}
    form = AskExportForm(request.POST) if request.method == "POST" else AskExportForm(initial=initial)
    if request.method == "POST" and form.is_valid():
        try:
            export = actions.ask_national_export(
                actor=actor,
                asked=form.asked(),
                file_format=form.cleaned_data["format"],
                is_opened=form.cleaned_data["is_opened"],
                reason=form.cleaned_data["reason"],
                now=now,
                write=national_file,
            )
        except Refused as refused:
            if refused.kind != "input":
                raise
            form.add_error(refused.field if refused.field in form.fields else None, str(refused))
        else:
            return redirect("cases:national-export", export.token)
    place = Hall.objects.filter(pk=asked.hall_id).first()
    context = {"form": form, "place": place}
    return render(request, "cases/exchange/export.html", context, status=422 if form.errors else 200)


def _export(request: Request, token: uuid.UUID) -> NationalExport:
    own = NationalExport.objects.visible_to(request.actor).select_related("hall")
    return get_visible(own, token=token)


@never_cache
@require_safe
def national_export(request: Request, token: uuid.UUID) -> HttpResponse:
    """The file, or how far it is."""
    now, export = timezone.now(), _export(request, token)
    may_take = allowed(rules.check_can_take_national_export, request.actor, export, now=now)
    context = {"export": export, "may_take": may_take, "is_over": export.expires_at <= now}
    return render(request, "cases/exchange/export_made.html", context)


@never_cache
@require_GET
def national_export_file(request: Request, token: uuid.UUID) -> HttpResponse:
    export = _export(request, token)
    rules.check_can_take_national_export(request.actor, export, now=timezone.now())
    kind = (
        XLSX
        if export.format == "xlsx"
        else f"text/csv; charset={'utf-8' if export.format == 'csv' else 'gb18030'}"
    )
    return attached(base64.b64decode(export.content), export_name(export), kind)


# -- in ------------------------------------------------------------------------------------------------------------


def _place(request: Request) -> Hall:
    """The hall to which matters are brought in: the one asked for, else the reader's first."""
    halls = places_of(request.actor, *EXCHANGE_ROLES)
    if not halls:
        raise Refused(_("导入由本大厅的登记员或大厅负责人办理。"), "role")
    return next((one for one in halls if one.code == request.GET.get("hall")), halls[0])


@receiving(limit=FILE_LIMIT)
@require_http_methods(["GET", "POST"])
def read_national_file(request: Request) -> HttpResponse:
    """`/exchange/import/`: hand in a file; what is in it is shown before anything is registered."""
    now, hall = timezone.now(), _place(request)
    rules.check_can_read_national_file(request.actor, hall, now=now)
    is_post = request.method == "POST"
    form = NationalFileForm(
        request.POST if is_post else None,
        request.FILES if is_post else None,
        hall_id=hall.pk,
        left_out=left_out_of(request),
    )
    if is_post and form.is_valid():
        upload = form.cleaned_data["file"]
        try:
            table = read_table(upload.read())
            columns = guessed(table.headings, form.chosen())
            file = actions.read_national_file(
                actor=request.actor,
                hall_id=hall.pk,
                name=upload.name or "",
                headings=table.headings,
                columns=columns,
                rows=read_rows(table.rows, columns, now=now),
                now=now,
            )
        except ValidationError as error:
            form.add_error("file", error)
        else:
            return redirect("cases:national-import", file.token)
    own = NationalImport.objects.visible_to(request.actor).filter(hall=hall).order_by("-pk")[:RECENT]
    context = {"form": form, "place": hall, "recent": own}
    return render(request, "cases/exchange/read.html", context, status=422 if form.errors else 200)


def _import(request: Request, token: uuid.UUID) -> NationalImport:
    own = NationalImport.objects.visible_to(request.actor).select_related("hall")
    return get_visible(own, token=token)


@never_cache
@require_safe
def national_import(request: Request, token: uuid.UUID) -> HttpResponse:
    """What is in the file, row by row, or what became of it."""
    return _shown(request, _import(request, token))


def _shown(request: Request, file: NationalImport, form: ColumnsForm | None = None) -> HttpResponse:
    now = timezone.now()
    form = form or ColumnsForm(None, headings=file.headings, columns=columns_of(file))
    rows = file.rows.select_related("case").order_by("line")
    wrong = rows.filter(result="wrong")[:PREVIEWED]
    visible = Case.objects.visible_to(request.actor)
    done = [row for row in rows.exclude(case=None)[:PREVIEWED] if row.case]
    seen = set(visible.filter(pk__in=[row.case_id for row in done]).values_list("pk", flat=True))
    context = {
        "file": file,
        "form": form,
        "heads": column_heads(file),
        "first": shown_rows(file, rows[:PREVIEWED], now=now),
        "wrong": shown_rows(file, wrong, now=now),
        "counts": row_counts(file),
        "done": [row for row in done if row.case_id in seen],
        "is_over": file.expires_at <= now,
        "may_import": allowed(rules.check_can_import_national_file, request.actor, file, now=now),
    }
    return render(request, "cases/exchange/import.html", context, status=422 if form.errors else 200)


@require_POST
def map_national_file(request: Request, token: uuid.UUID) -> HttpResponse:
    now, file = timezone.now(), _import(request, token)
    rules.check_can_map_national_file(request.actor, file, now=now)
    form = ColumnsForm(request.POST, headings=file.headings, columns=columns_of(file))
    if not form.is_valid():
        return _shown(request, file, form)
    actions.map_national_file(
        actor=request.actor,
        import_id=file.pk,
        columns=form.columns(),
        rows=read_rows(kept_rows(file), form.columns(), now=now),
        save_as=form.cleaned_data["save_as"],
        now=now,
    )
    return redirect("cases:national-import", token)


@require_POST
def import_national_file(request: Request, token: uuid.UUID) -> HttpResponse:
    file = _import(request, token)
    actions.import_national_file(actor=request.actor, import_id=file.pk, now=timezone.now())
    return redirect("cases:national-import", token)


@never_cache
@require_GET
def rejected_rows(request: Request, token: uuid.UUID) -> HttpResponse:
    """What was not registered, as an Excel file with the reason in its last column."""
    return attached(rejected_file(_import(request, token), now=timezone.now()), f"{_('未登记的行')}.xlsx")


@require_GET
def national_template(request: Request) -> HttpResponse:
    rules.check_sees_exchange(request.actor)
    return attached(template_file(), f"{_('导入模板')}.xlsx")
