"""The exchange with the national system for machines: files out, files in, and what is still to be entered there.

A machine takes matters out masked: who somebody is, people ask for on the page, with their reason.
"""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Mapping
from typing import Any

from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import UploadedFile
from django.db.models import QuerySet
from django.http import HttpResponse
from django.utils.translation import gettext as _
from rest_framework import serializers

from cases import actions, rules
from cases.api.codes import CODES
from cases.forms.exchange import (
    ColumnsForm,
    columns_of,
    export_name,
    guessed,
    kept_rows,
    national_file,
    read_rows,
    rejected_file,
    shown_rows,
)
from cases.forms.exchange_file import FILE_LIMIT, read_table
from cases.models import Case, ExchangeMapping, NationalExport, NationalImport
from cases.queries.exchange import EXCHANGE_ROLES, ExchangeFilter, exchange_list, row_counts
from hall.access import Actor, Refused, get_visible, whole_number
from hall.machines import Act, Fetched, Filled, Rows, Sent, Subject
from hall.machines.arguments import Arguments, filter_of
from hall.machines.rows import One, Page, by_key, shape_of
from hall.uploads.receiving import LeftOut
from hall.uploads.tables import table_of
from staffing.forms import XLSX, attached
from staffing.models import Hall

READ, HANDLE = "exchange:read", "exchange:handle"
CSV = "text/csv"


def _imports(actor: Actor) -> QuerySet[NationalImport]:
    return NationalImport.objects.visible_to(actor).select_related("hall")


def _exports(actor: Actor) -> QuerySet[NationalExport]:
    return NationalExport.objects.visible_to(actor).select_related("hall")


_IMPORT = Subject("import_id", _imports, NationalImport.objects.locked, "nationalimport")
_EXPORT = Subject("export_id", _exports)
_HALL = Subject("hall_id", lambda actor: Hall.objects.all())

# -- out -----------------------------------------------------------------------------------------------------------


def _masked(actor: Actor, said: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    return {"is_opened": False, "reason": "", "write": national_file}


def _export_file(actor: Actor, export: NationalExport, now: dt.datetime) -> HttpResponse:
    rules.check_can_take_national_export(actor, export, now=now)
    encoding = "gb18030" if export.format == "gb18030" else "utf-8"
    kind = XLSX if export.format == "xlsx" else f"{CSV}; charset={encoding}"
    return attached(base64.b64decode(export.content), export_name(export), kind)


# -- in ------------------------------------------------------------------------------------------------------------


def _table(
    actor: Actor, ids: Mapping[str, int], upload: UploadedFile[Any], now: dt.datetime
) -> dict[str, Any]:
    """As at the page: who may, then the file, then every row by the names of its columns."""
    hall = get_visible(Hall.objects.all(), pk=ids["hall_id"])
    rules.check_can_read_national_file(actor, hall, now=now)
    name = upload.name or ""
    large = [LeftOut(name, "size", FILE_LIMIT, 1)] if (upload.size or 0) > FILE_LIMIT else []
    try:
        table = read_table(table_of({"file": upload}, large).read())
    except ValidationError as error:
        raise Refused(" ".join(error.messages), "input", field="file") from None
    columns = guessed(table.headings, {})
    rows = read_rows(table.rows, columns, now=now)
    return {"name": upload.name or "", "headings": table.headings, "columns": columns, "rows": rows}


def _read_anew(actor: Actor, said: Mapping[str, Any], now: dt.datetime) -> dict[str, Any]:
    """The page's own form judges the columns; the rows are read again by them."""
    file = get_visible(_imports(actor), pk=said["import_id"])
    rules.check_can_map_national_file(actor, file, now=now)
    typed = {f"column_{at}": code for at, code in said["columns"].items()}
    form = ColumnsForm(
        typed | {"save_as": said.get("save_as", "")}, headings=file.headings, columns=columns_of(file)
    )
    for name in typed.keys() - form.fields.keys():
        raise Refused(_("文件里没有这一列。"), "input", field=f"columns.{name[7:]}")
    for name, errors in form.errors.items():
        where = f"columns.{name[7:]}" if name.startswith("column_") else name
        raise Refused(str(errors[0]), "input", field="columns" if name == "__all__" else where)
    return {"rows": read_rows(kept_rows(file), form.columns(), now=now)}


def _rejected(actor: Actor, file: NationalImport, now: dt.datetime) -> HttpResponse:
    return attached(rejected_file(file, now=now), f"{_('未登记的行')}.xlsx")


VERBS = (
    Act(
        "national-exports/ask-national-export/", actions.ask_national_export, HANDLE,
        filled=Filled(("is_opened", "reason", "write"), _masked),
    ),
    Act(
        "halls/<int:hall_id>/national-imports/", actions.read_national_file, HANDLE, _HALL,
        sent=Sent("file", _table, into=("name", "headings", "columns", "rows")),
    ),
    Act(
        "national-imports/<int:import_id>/columns/", actions.map_national_file, HANDLE, _IMPORT,
        filled=Filled(("rows",), _read_anew),
    ),
    Act("national-imports/<int:import_id>/confirm/", actions.import_national_file, HANDLE, _IMPORT),
)  # fmt: skip

# -- what there is -------------------------------------------------------------------------------------------------


class EnteredShape(serializers.ModelSerializer[Case]):
    """A matter, and under which number it stands in the national system."""

    class Meta:
        model = Case
        fields = ("id", "number", "national_number", "status", "received_on", "registered_at")


class RowFilter(Arguments):
    """`file`: of that import; `result`: what came of it."""

    file = serializers.IntegerField(min_value=1, max_value=2**63 - 1)
    result = serializers.ChoiceField(choices=["ready", "wrong", "done", "known"], required=False)


class CellShape(serializers.Serializer[Any]):
    """What stands under a column, as on the page: cut short, and masked where it is personal and right."""

    field = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    error = serializers.CharField(allow_blank=True)


class RowShape(serializers.Serializer[Any]):
    """A row of the file: its cells, what is wrong with it as a whole, and what came of it. `case`: where it is seen."""

    id = serializers.IntegerField()
    line = serializers.IntegerField()
    result = serializers.CharField()
    case = serializers.IntegerField(allow_null=True)
    cells = CellShape(many=True)
    errors: Any = serializers.ListField(child=serializers.CharField())


class ImportShape(serializers.ModelSerializer[NationalImport]):
    """A file that was handed in; `columns`: place in `headings` → field, of which `cells` are; `counts` by result."""

    headings = serializers.ListField(child=serializers.CharField(allow_blank=True))
    columns = serializers.DictField(child=serializers.CharField())
    counts = serializers.SerializerMethodField()

    class Meta:
        model = NationalImport
        fields = (
            "id", "hall", "name", "status", "failure", "headings", "columns", "counts", "uploaded_at", "confirmed_at",
            "ended_at", "expires_at",
        )  # fmt: skip

    def get_counts(self, file: NationalImport) -> dict[str, int]:
        return row_counts(file)


class MappingShape(serializers.ModelSerializer[ExchangeMapping]):
    """Heading → field, as it was kept under a name."""

    columns = serializers.DictField(child=serializers.CharField())

    class Meta:
        model = ExchangeMapping
        fields = ("id", "hall", "name", "columns", "saved_at")


_ExportShape = shape_of(
    NationalExport, "hall", "format", "is_opened", "status", "failure", "rows", "asked_at", "ended_at", "expires_at",
    doc="A file that was asked for.",
)  # fmt: skip


def _entered(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    wanted = ExchangeFilter(**asked)
    rules.check_can_ask_national_export(actor, wanted.hall_id, is_opened=False, reason="", now=now)
    rows, behind = exchange_list(actor, wanted, after=whole_number(after), size=size)
    return Page(rows, str(behind or ""))


def _own_imports(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(NationalImport.objects.visible_to(actor), after, size)


def _own_exports(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(NationalExport.objects.visible_to(actor).defer("content"), after, size)


def _mappings(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    return by_key(ExchangeMapping.objects.filter(hall__in=actor.halls(*EXCHANGE_ROLES)), after, size)


def _rows(actor: Actor, asked: Mapping[str, Any], *, now: dt.datetime, after: str, size: int) -> Page:
    """By line, along the file's own index."""
    file = get_visible(_imports(actor), pk=asked["file"])
    found = file.rows.order_by("line")
    if "result" in asked:
        found = found.filter(result=asked["result"])
    if (line := whole_number(after)) is not None:
        found = found.filter(line__gt=line)
    rows = list(found[: size + 1])
    of_page, codes = rows[:size], list(columns_of(file).values())
    visible = Case.objects.visible_to(actor).filter(pk__in=[row.case_id for row in of_page if row.case_id])
    seen = set(visible.values_list("pk", flat=True))
    told = [
        {
            "id": row.pk, "line": row.line, "result": row.result,
            "case": row.case_id if row.case_id in seen else None,
            "cells": [{"field": code, **cell} for code, cell in zip(codes, shown["cells"], strict=True)],
            "errors": shown["others"],
        }
        for row, shown in zip(of_page, shown_rows(file, of_page, now=now), strict=True)
    ]  # fmt: skip
    return Page(told, str(of_page[-1].line) if len(rows) > size else "")


READING = (
    Rows(
        "national-numbers/", "list_national_numbers", _entered, EnteredShape, READ, filter_of(ExchangeFilter, CODES),
        "Matters of a hall, and which of them stand in the national system; the newest first.",
    ),
    Rows(
        "national-exports/", "list_national_exports", _own_exports, _ExportShape, READ, None,
        "The caller's own files, the newest first.",
    ),
    One(
        "national-exports/<int:export_id>/", "read_national_export", _EXPORT, _ExportShape, READ,
        "How far it is; `done` once the file is there.",
    ),
    Fetched(
        "national-exports/<int:export_id>/file/", "fetch_national_export", _EXPORT, _export_file, (XLSX, CSV), READ,
        "The file, in the national order and words; kept for a day.",
    ),
    Rows(
        "national-imports/", "list_national_imports", _own_imports,
        shape_of(NationalImport, "hall", "name", "status", "uploaded_at", "confirmed_at", "ended_at", "expires_at"),
        READ, None, "The caller's own files that came in, the newest first.",
    ),
    One(
        "national-imports/<int:import_id>/", "read_national_import", _IMPORT, ImportShape, READ,
        "A file that came in: its columns and how many rows came to what.",
    ),
    Rows(
        "national-import-rows/", "list_national_import_rows", _rows, RowShape, READ, RowFilter,
        "The rows of a file, by line: before it is confirmed what would become of them, then what did.",
    ),
    Fetched(
        "national-imports/<int:import_id>/rejected/", "fetch_rejected_rows", _IMPORT, _rejected, (XLSX,), READ,
        "The rows that were not registered, as they came, with the reason in the last column.",
    ),
    Rows(
        "exchange-mappings/", "list_exchange_mappings", _mappings, MappingShape, READ, None,
        "Orders of columns that the reader's halls have kept.",
    ),
)  # fmt: skip
EXCHANGE = (*READING, *VERBS)
