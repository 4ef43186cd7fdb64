"""Handover notes, duty statements, commitments, and the personnel list as it is handed in."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import User
from hall.uploads.receiving import LeftOut
from hall.uploads.tables import table_of
from staffing.forms.fields import PersonField, day_field
from staffing.lifecycle import ROLES
from staffing.models import Department, Hall, HandoverNote


def _area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows})


class HandoverForm(forms.Form):
    to = PersonField(label=lazy("接收人"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    matters = forms.CharField(
        label=lazy("未了事项"), max_length=3000, widget=_area(4),
        help_text=lazy("已承诺而未办的、下次约见的时间、需要特别关注的人和事。在办件由本单位另行指定经办人。"),
    )  # fmt: skip
    papers = forms.CharField(
        label=lazy("文件材料"), max_length=1000, widget=_area(2), help_text=lazy("没有的请写“无”。")
    )
    keys = forms.CharField(label=lazy("钥匙和物品"), max_length=1000, widget=_area(2))
    accounts = forms.CharField(
        label=lazy("系统和账户"), max_length=1000, widget=_area(2), help_text=lazy("只写有哪些，不写密码。")
    )

    def __init__(self, *args: Any, people: QuerySet[User], note: HandoverNote | None = None, **kwargs: Any):
        if note is not None:
            names = ("papers", "keys", "accounts", "matters")
            kwargs["initial"] = {"to": note.to_id, **{name: getattr(note, name) for name in names}}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["to"].queryset = people

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        return {"to_id": data.pop("to").pk, **data}


class DutyStatementForm(forms.Form):
    role = forms.ChoiceField(label=lazy("角色"))
    from_on = day_field(lazy("自"), help_text=lazy("从这一天起按新的职责；以前的仍可查看。"))
    text = forms.CharField(
        label=lazy("岗位职责"), max_length=3000, widget=_area(8), help_text=lazy("一行一条。")
    )
    text_en = forms.CharField(
        label=lazy("岗位职责（英文）"), max_length=4000, required=False, widget=_area(5)
    )

    def __init__(self, *args: Any, role: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(k, _(v)) for k, v in ROLES.items() if not role or k == role]


class CommitmentForm(forms.Form):
    department = forms.ModelChoiceField(
        label=lazy("谁的承诺"),
        queryset=Department.objects.none(),
        required=False,
        empty_label=lazy("整个大厅"),
    )
    text = forms.CharField(
        label=lazy("承诺"), max_length=300, widget=_area(3), help_text=lazy("一条一个，写群众能核对的事。")
    )
    text_en = forms.CharField(label=lazy("承诺（英文）"), max_length=500, required=False, widget=_area(3))
    order = forms.IntegerField(
        label=lazy("次序"), min_value=0, max_value=999, initial=10, help_text=lazy("小的在前。")
    )

    def __init__(self, *args: Any, hall: Hall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["department"].queryset = Department.objects.filter(stations__hall=hall).order_by("code")

    def facts(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        unit = data.pop("department")
        return {**data, "department_id": unit.pk if unit else None}


class WithdrawCommitmentForm(forms.Form):
    reason = forms.CharField(
        label=lazy("撤下原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("已公布的承诺，撤下原因在公开页面上显示。"),
    )  # fmt: skip


class PeopleFileForm(forms.Form):
    file = forms.Field(
        label=lazy("人员名单"),
        required=False,
        widget=forms.FileInput(attrs={"accept": ".xlsx"}),
        help_text=lazy("XLSX文件，不超过2MB，最多300人。"),
    )

    def __init__(self, *args: Any, left_out: Sequence[LeftOut] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = left_out

    def clean_file(self) -> Any:
        return table_of(self.files, self.left_out)
