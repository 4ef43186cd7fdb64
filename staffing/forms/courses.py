"""Training."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import User
from staffing.forms.fields import day_field, hour_field
from staffing.models import Course, CourseAttendance
from staffing.rules import CourseFacts, Mark


class CourseFilter(forms.Form):
    year = forms.IntegerField(label=lazy("年度"), required=False, min_value=2000, max_value=2100)
    kind = forms.ChoiceField(label=lazy("类别"), required=False, choices=[("", lazy("全部")), *Course.KINDS])


class CourseForm(forms.Form):
    title = forms.CharField(label=lazy("课程名称"), max_length=120)
    title_en = forms.CharField(label=lazy("课程名称（英文）"), max_length=160, required=False)
    kind = forms.ChoiceField(label=lazy("类别"), choices=Course.KINDS)
    day = day_field(lazy("日期"))
    starts = hour_field(lazy("开始"))
    hours = forms.DecimalField(
        label=lazy("学时"), max_digits=4, decimal_places=1, widget=forms.NumberInput(attrs={"step": "0.5"})
    )
    place = forms.CharField(label=lazy("地点"), max_length=120, required=False)
    place_en = forms.CharField(label=lazy("地点（英文）"), max_length=160, required=False)
    teacher = forms.CharField(label=lazy("授课人"), max_length=80, required=False)
    materials = forms.CharField(
        label=lazy("资料"), required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("发了什么资料，存放在哪里，每行一项。"),
    )  # fmt: skip
    NAMES = {"starts_at": "day"}

    def __init__(self, *args: Any, course: Course | None = None, **kwargs: Any) -> None:
        if course is not None:
            start = timezone.localtime(course.starts_at)
            names = [name for name in self.base_fields if name not in ("day", "starts")]
            kwargs["initial"] = {name: getattr(course, name) for name in names} | {
                "day": start.date(), "starts": start.time(),
            }  # fmt: skip
        super().__init__(*args, **kwargs)

    def facts(self) -> CourseFacts:
        data = dict(self.cleaned_data)
        day, starts = data.pop("day"), data.pop("starts")
        return CourseFacts(
            starts_at=dt.datetime.combine(day, starts, timezone.get_current_timezone()), **data
        )


class EnrolForm(forms.Form):
    people = forms.ModelMultipleChoiceField(
        label=lazy("参加的人"), queryset=User.objects.none(), widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["people"]
        field.queryset = people
        field.label_from_instance = lambda user: user.label


class MarksForm(forms.Form):
    """Two choices for each who is enrolled."""

    def __init__(self, *args: Any, rows: Iterable[CourseAttendance], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = list(rows)
        for row in self.rows:
            who = row.user.label
            self.fields[f"p{row.user_id}"] = forms.ChoiceField(
                label=_("%(name)s的到课情况") % {"name": who}, required=False, initial=row.presence,
                choices=[("", _("未记录")), *CourseAttendance.PRESENCE],
            )  # fmt: skip
            self.fields[f"r{row.user_id}"] = forms.ChoiceField(
                label=_("%(name)s的考核结果") % {"name": who}, required=False, initial=row.result,
                choices=[("", _("未考核")), *CourseAttendance.RESULTS],
            )  # fmt: skip

    def lines(self) -> list[dict[str, Any]]:
        return [
            {"row": row, "presence": self[f"p{row.user_id}"], "result": self[f"r{row.user_id}"]}
            for row in self.rows
        ]

    def marks(self) -> dict[int, Mark]:
        data = self.cleaned_data
        return {row.user_id: (data[f"p{row.user_id}"], data[f"r{row.user_id}"]) for row in self.rows}
