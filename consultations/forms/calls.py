"""What is typed when a consultation is called, changed or ended: as many questions and units as are needed.

There are always a few empty rows; a button asks for more and keeps everything that was typed. A row without a unit, a
question without a character is none.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import UnitField, day_field, words_field
from cases.models import Case
from cases.queries.standing import standing
from cases.queries.words import say_day
from consultations.forms.base import ConferForm
from consultations.lifecycle import OFFICE_ROLES
from consultations.models import Consultation, ConsultedUnit
from consultations.rules import MOST_QUESTIONS, MOST_UNITS, Seat
from consultations.rules.calls import last_day
from staffing.models import Department

STEP = 3
OPINION_DAYS, WHOLE_DAYS = 10, 20


class RowsForm(ConferForm):
    """Rows of questions and units; how many there are stands in the form itself."""

    question_rows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    unit_rows = forms.IntegerField(required=False, widget=forms.HiddenInput)
    QUESTIONS, UNITS = 3, 4
    case: Case
    seats: Sequence[ConsultedUnit] = ()
    """Units that are at the table already."""

    def _count(self, name: str, usual: int, most: int) -> int:
        """How many rows: as many as the page had, three more where it was asked for."""
        said = self.data if self.is_bound else self.initial
        try:
            count = int(said.get(name) or usual)
        except (TypeError, ValueError):
            count = usual
        if not self.is_bound and said.get("more") == name:
            count += STEP
        return max(1, min(count, most))

    def add_rows(self, *, leads: bool) -> None:
        """`leads`: the first row is the unit that leads."""
        self.question_count = self._count("question_rows", self.QUESTIONS, MOST_QUESTIONS)
        self.unit_count = self._count("unit_rows", self.UNITS, MOST_UNITS)
        for n in range(self.question_count):
            words = words_field(_("问题%(n)s") % {"n": n + 1}, rows=2, most=1000, required=False)
            self.fields[f"question{n}"] = words
        units = self.units_to_choose()
        usual = timezone.localdate(self.now) + dt.timedelta(days=OPINION_DAYS)
        for n in range(self.unit_count):
            name = _("牵头单位") if leads and n == 0 else _("参加单位")
            unit = UnitField(name, required=False)
            unit.queryset = units
            self.fields[f"unit{n}"] = unit
            self.fields[f"due{n}"] = day_field(_("提出意见的期限"), required=False, initial=usual)
        self.initial["question_rows"], self.initial["unit_rows"] = self.question_count, self.unit_count

    def units_to_choose(self) -> Any:
        return Department.objects.filter(is_active=True).exclude(pk__in=standing(self.case).barred_units)

    def question_fields(self) -> Iterator[Any]:
        return (self[f"question{n}"] for n in range(self.question_count))

    def unit_fields(self) -> Iterator[tuple[Any, Any]]:
        return ((self[f"unit{n}"], self[f"due{n}"]) for n in range(self.unit_count))

    @property
    def wants_questions(self) -> bool:
        return self.question_count < MOST_QUESTIONS

    @property
    def wants_units(self) -> bool:
        return self.unit_count < MOST_UNITS

    @property
    def last_day(self) -> dt.date:
        return last_day(self.case, now=self.now)

    @cached_property
    def asked(self) -> list[tuple[int, str]]:
        """The questions with their rows; what was left empty is none, blanks alone are refused by the rule."""
        # Django strips a text: what was typed there says whether the row was left alone.
        rows = ((n, self.data.get(f"question{n}", "")) for n in range(self.question_count))
        return [(n, self.cleaned_data.get(f"question{n}") or "") for n, typed in rows if typed != ""]

    @cached_property
    def seated(self) -> list[tuple[int, Seat]]:
        """The units with their rows; the row of the one that leads counts also when it is empty."""
        found = []
        for n in range(self.unit_count):
            unit, day = self.cleaned_data.get(f"unit{n}"), self.cleaned_data.get(f"due{n}")
            if unit or (n == 0 and self.fields["unit0"].label == _("牵头单位")):
                found.append((n, Seat(unit.pk if unit else None, day)))
        return found

    def place_of(self, field: str) -> str | None:
        """The rule counts what was given, the page counts its rows."""
        name, _mark, text = field.partition("-")
        if name in ("question", "unit", "due") and text.isdecimal():
            rows = [n for n, _said in (self.asked if name == "question" else self.seated)]
            n = int(text)
            row = rows[n] if n < len(rows) else (max(rows, default=-1) + 1)
            return super().place_of(f"{name}{min(row, self._last(name))}")
        if name == "date":
            return super().place_of(f"date{text}")
        return super().place_of(field)

    def _last(self, name: str) -> int:
        return (self.question_count if name == "question" else self.unit_count) - 1


class CallConsultationForm(RowsForm):
    verb, key = "call_consultation", "case_id"

    title = forms.CharField(
        label=lazy("议题"),
        max_length=120,
        help_text=lazy("一句话：要一起研究的是什么。各单位和信访人会看到。"),
    )
    background = words_field(
        lazy("情况说明"), rows=4, required=False, help_text=lazy("分歧在哪里，已经做了什么。写进会商通知。")
    )
    until_on = day_field(lazy("会商结束的期限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = self.row
        self.fields["title"].help_text = _("一句话：要一起研究的是什么。会商通知和事项页面上写的就是它。")
        day = timezone.localdate(self.now) + dt.timedelta(days=WHOLE_DAYS)
        self.fields["until_on"].initial = day
        self.add_rows(leads=True)
        if self.case.first_handler_id:
            self.initial.setdefault("unit0", self.case.first_handler_id)
        if not self.is_office:
            field: Any = self.fields["unit0"]
            field.queryset = self.units_to_choose().filter(pk=self.case.first_handler_id or 0)

    @property
    def is_office(self) -> bool:
        """The petition office chooses which unit leads."""
        return self.actor.has(*OFFICE_ROLES, hall_id=self.case.hall_id)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "title": data["title"], "background": data["background"], "until_on": data["until_on"],
            "questions": [text for _n, text in self.asked], "seats": [seat for _n, seat in self.seated],
        }  # fmt: skip


class ChangeConsultationForm(RowsForm):
    """New rows below those that stand; a date for each unit that is there."""

    verb, key = "change_consultation", "consultation_id"
    QUESTIONS, UNITS = 1, 1
    row: Consultation

    reason = words_field(lazy("变更的原因"), rows=2, most=300)
    until_on = day_field(lazy("会商结束的期限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case = self.row.case
        rows = self.row.units.exclude(status="released").select_related("department")
        self.seats = list(rows.order_by("order", "pk"))
        self.initial.setdefault("until_on", self.row.until_on)
        for unit in self.seats:
            field = day_field(unit.department.label, required=False)
            field.help_text = _DATE_HELP[unit.status]
            self.fields[f"date{unit.pk}"] = field
            self.initial.setdefault(f"date{unit.pk}", unit.due_on)
        self.add_rows(leads=False)
        count = len(self.questions)
        for n in range(self.question_count):
            self.fields[f"question{n}"].label = _("问题%(n)s") % {"n": count + n + 1}

    @cached_property
    def questions(self) -> list[Any]:
        return list(self.row.questions.all())

    def units_to_choose(self) -> Any:
        there = self.row.units.values("department")
        return super().units_to_choose().exclude(pk__in=there)

    def date_fields(self) -> Iterator[Any]:
        return (self[f"date{unit.pk}"] for unit in self.seats)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "reason": data["reason"], "until_on": data["until_on"],
            "questions": [text for _n, text in self.asked], "seats": [seat for _n, seat in self.seated],
            "dates": {unit.pk: data.get(f"date{unit.pk}") for unit in self.seats},
        }  # fmt: skip


_DATE_HELP = {
    "asked": lazy("还没有提出意见。"),
    "answered": lazy("已提出意见；改期限就是请它再提一次。"),
    "silent": lazy("逾期未提出意见；改期限就是再给一次时间，逾期的记录保留。"),
    "late": lazy("逾期后已提出意见；改期限就是请它再提一次。"),
}


class EndConsultationForm(ConferForm):
    verb, key = "end_consultation", "consultation_id"
    reason = words_field(lazy("终止原因"), rows=3, most=300)


class ReleaseUnitForm(ConferForm):
    verb, key = "release_unit", "unit_id"
    reason = words_field(lazy("不再需要它参加的原因"), rows=3, most=300)


def room_for_days(form: RowsForm) -> str:
    """The sentence about dates, for the page."""
    words = {"last": say_day(form.last_day)}
    return _("期限在明天至%(last)s之间，遇节假日顺延到下一个工作日。") % words
