"""What the pages of the exchange take in, and the files that they give out."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions import FileRow
from cases.forms.exchange_cells import READABLE, RowReader, is_not_kept, missing_fields, recognised
from cases.forms.verb import VerbForm, day_field
from cases.lifecycle.national import NATIONAL_FIELDS
from cases.models import ExchangeMapping, NationalExport, NationalImport, NationalImportRow
from cases.queries.exchange import ENTERED, READERS, ExchangeFilter, places_of
from hall.access import Actor
from hall.uploads.receiving import LeftOut
from hall.uploads.tables import table_of
from staffing.forms import csv_file, sheet

ENTERED_WORDS = [("", lazy("全部")), ("no", lazy("尚未录入国家系统")), ("yes", lazy("已录入国家系统"))]
FORMATS = [("xlsx", "Excel"), ("csv", lazy("CSV（UTF-8）")), ("gb18030", lazy("CSV（GB18030）"))]
_WIDTHS = {
    "tsnr": 50,
    "gkxx": 36,
    "bt": 30,
    "x_sq": 36,
    "zz": 24,
    "zjhm": 22,
    "xfjbh": 24,
    "x_btbh": 24,
    "djsj": 18,
}


class NoteNationalNumberForm(VerbForm):
    verb = "note_national_number"
    number = forms.CharField(
        label=lazy("国家系统编号"),
        max_length=60,
        help_text=lazy("国家信访信息系统登记后给出的编号，原样填写。"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
        error_messages={"required": lazy("请填写国家信访信息系统给出的编号。")},
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("number", self.case.national_number)


class ExchangeListForm(forms.Form):
    """The list's filters; what is not understood is left out."""

    hall = forms.ChoiceField(label=lazy("大厅"), required=False)
    entered = forms.ChoiceField(label=lazy("国家系统"), required=False, choices=ENTERED_WORDS)
    first = day_field(lazy("登记日期自"), required=False)
    last = day_field(lazy("至"), required=False)

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        self.halls = {str(one.pk): one for one in places_of(actor, *READERS)}
        choices = [(pk, one.label) for pk, one in self.halls.items()]
        if len(choices) > 1:
            self.fields["hall"].choices = choices  # type: ignore[attr-defined]
        else:
            del self.fields["hall"]

    def asked(self) -> ExchangeFilter:
        self.is_valid()
        values = self.cleaned_data
        hall = self.halls.get(values.get("hall") or "") or next(iter(self.halls.values()))
        entered = values.get("entered", "")
        return ExchangeFilter(
            hall_id=hall.pk,
            first=values.get("first"),
            last=values.get("last"),
            entered=entered if entered in ENTERED else "",
        )


class AskExportForm(forms.Form):
    """Which matters, in which file, masked or opened."""

    hall = forms.IntegerField(widget=forms.HiddenInput)
    entered = forms.ChoiceField(label=lazy("国家系统"), required=False, choices=ENTERED_WORDS)
    first = day_field(lazy("登记日期自"), required=False)
    last = day_field(lazy("至"), required=False)
    format = forms.ChoiceField(label=lazy("文件"), choices=FORMATS, initial="xlsx")
    is_opened = forms.BooleanField(
        label=lazy("包含完整的证件号码、电话和住址"),
        required=False,
        help_text=lazy(
            "不勾选的，文件里是遮盖后的内容。勾选的，谁、何时、为什么取走，会记入每位信访人的查阅记录。"
        ),
    )
    reason = forms.CharField(label=lazy("用途"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first") and data.get("last") and data["first"] > data["last"]:
            self.add_error("last", _("结束日期早于开始日期。"))
        return data

    def asked(self) -> ExchangeFilter:
        data = self.cleaned_data
        return ExchangeFilter(
            hall_id=data["hall"], first=data["first"], last=data["last"], entered=data["entered"]
        )


class NationalFileForm(forms.Form):
    file = forms.Field(
        label=lazy("文件"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx,.csv,.txt"}),
        help_text=lazy("XLSX或CSV，不超过10MB，最多5,000行。先核对，确认之前什么都不登记。"),
    )
    mapping = forms.ChoiceField(
        label=lazy("列的对应"),
        required=False,
        help_text=lazy("以前保存过的可以直接选；不选的，按表头自动识别。"),
    )

    def __init__(self, *args: Any, hall_id: int, left_out: Sequence[LeftOut] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = left_out
        self.saved = {str(one.pk): one for one in ExchangeMapping.objects.filter(hall=hall_id)}
        choices = [("", _("自动识别")), *((pk, one.name) for pk, one in self.saved.items())]
        self.fields["mapping"].choices = choices  # type: ignore[attr-defined]

    def clean_file(self) -> Any:
        return table_of(self.files, self.left_out)

    def chosen(self) -> dict[str, str]:
        one = self.saved.get(self.cleaned_data.get("mapping") or "")
        return dict(one.columns) if one else {}


class ColumnsForm(forms.Form):
    """A select for each column of the file, and the name under which this order is kept."""

    save_as = forms.CharField(
        label=lazy("保存为"),
        max_length=40,
        required=False,
        help_text=lazy("起个名字，下次导入同样的文件时直接选用。"),
    )

    def __init__(self, data: Any, *, headings: Sequence[str], columns: Mapping[int, str]) -> None:
        super().__init__(data)
        self.headings = headings
        choices = [("", _("不导入")), *((one.code, f"{_(one.heading)} {one.code}") for one in READABLE)]
        for at, heading in enumerate(headings):
            if heading:
                hint = _("本系统没有这一项，不导入。") if is_not_kept(heading) else ""
                self.fields[f"column_{at}"] = forms.ChoiceField(
                    label=heading[:60],
                    choices=choices,
                    required=False,
                    initial=columns.get(at, ""),
                    help_text=hint,
                )

    def column_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name.startswith("column_")]

    def columns(self) -> dict[int, str]:
        return {
            int(name[7:]): value
            for name, value in self.cleaned_data.items()
            if name.startswith("column_") and value
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        seen: dict[str, str] = {}
        for name, code in list(data.items()):
            if name.startswith("column_") and code:
                if code in seen:
                    self.add_error(name, _("与“%(other)s”列重复。") % {"other": self[seen[code]].label})
                seen.setdefault(code, name)
        if lacking := missing_fields(dict(enumerate(seen))):
            names = "、".join(_(one.heading) for one in lacking)
            self.add_error(None, _("缺少必须的列：%(names)s。") % {"names": names})
        return data


def read_rows(
    rows: Iterable[tuple[int, Sequence[Any]]], columns: Mapping[int, str], *, now: dt.datetime
) -> list[FileRow]:
    reader = RowReader(columns, now=now)
    return [reader.read(line, cells) for line, cells in rows]


def guessed(headings: Sequence[str], saved: Mapping[str, str]) -> dict[int, str]:
    """The order of the columns: as it was saved, else by their names."""
    return recognised(headings, saved)


def kept_rows(file: NationalImport) -> Iterator[tuple[int, list[Any]]]:
    """The rows of a file as they were handed in."""
    for line, cells in file.rows.order_by("line").values_list("line", "cells"):
        yield line, json.loads(str(cells))


def columns_of(file: NationalImport) -> dict[int, str]:
    """Place of the column → code of its field."""
    return {int(at): code for at, code in file.columns.items()}


def _said_anew(reader: RowReader, row: NationalImportRow, cells: Sequence[Any]) -> dict[str, str]:
    """The row's errors in the language of today's reader: they were kept in that of whoever handed the file in."""
    if not row.errors or not cells:
        return dict(row.errors)
    words = reader.read(row.line, cells).errors
    return {code: words.get(code, why) for code, why in row.errors.items()}


def shown_rows(
    file: NationalImport, rows: Iterable[NationalImportRow], *, now: dt.datetime
) -> list[dict[str, Any]]:
    """Rows for the page: what is imported, each cell with its error; personal ones masked where they are right."""
    columns = columns_of(file)
    reader = RowReader(columns, now=now)
    personal = {one.code for one in NATIONAL_FIELDS if one.is_personal}
    shown = []
    for row in rows:
        cells = json.loads(row.cells) if row.cells else []
        errors = _said_anew(reader, row, cells)
        told = []
        for at, code in columns.items():
            text = str(cells[at]) if at < len(cells) else ""
            if code in personal and code not in errors and text:
                text = f"{text[:3]}***"
            told.append({"text": text[:80] + ("…" if len(text) > 80 else ""), "error": errors.get(code, "")})
        named = set(columns.values())
        others = [why for code, why in errors.items() if code not in named]
        shown.append({"row": row, "cells": told, "others": others})
    return shown


def column_heads(file: NationalImport) -> list[str]:
    return [file.headings[int(at)] for at in file.columns]


# -- files ---------------------------------------------------------------------------------------------------------


def national_file(export: NationalExport, rows: Iterator[dict[str, str]]) -> bytes:
    """In the national order: the first line the national headings, in Chinese whoever asks. Everything is text, so that
    no number loses its end."""
    heads = [one.heading for one in NATIONAL_FIELDS]
    lines = ([row[one.code] for one in NATIONAL_FIELDS] for row in rows)
    if export.format == "xlsx":
        return sheet("信访件", heads, lines, widths=[_WIDTHS.get(one.code, 14) for one in NATIONAL_FIELDS])
    return csv_file(heads, lines, encoding="gb18030" if export.format == "gb18030" else "utf-8")


def export_name(export: NationalExport) -> str:
    day = timezone.localdate(export.asked_at)
    return f"national-{export.hall.code}-{day:%Y%m%d}.{'xlsx' if export.format == 'xlsx' else 'csv'}"


def template_file() -> bytes:
    """The heads that a file may have, in the national order, and a line that says what goes into each."""
    return sheet("信访件", [one.heading for one in READABLE if one.is_read], [])


def rejected_file(file: NationalImport, *, now: dt.datetime) -> bytes:
    """The rows that were not registered, as they came, with the reason in a last column."""
    heads = [*file.headings, "未登记的原因"]
    names = {one.code: one.heading for one in NATIONAL_FIELDS}
    reader = RowReader(columns_of(file), now=now)

    def lines() -> Iterator[list[Any]]:
        for row in file.rows.filter(result="wrong").order_by("line").iterator(500):
            kept = json.loads(row.cells) if row.cells else []
            cells, errors = kept or [""] * len(file.headings), _said_anew(reader, row, kept)
            why = "\n".join(f"{names[code]}：{text}" if code else text for code, text in errors.items())
            yield [*(str(cell) for cell in cells), why]

    return sheet("未登记", heads, lines())
