"""What is typed of an incident, of its receipt, of the person's own words."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from intake.forms.guidance import ConcernsForm, moment, named, words
from intake.lifecycle import ACCOUNT_WAYS, INCIDENT_KINDS, MEASURES
from intake.rules.incidents import IncidentFacts
from staffing.forms import day_field, hour_field
from staffing.models import Room


class RoomField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Room) -> str:
        return obj.label


class IncidentForm(ConcernsForm):
    day = day_field(lazy("日期"))
    starts = hour_field(lazy("时间"))
    kind = forms.ChoiceField(label=lazy("类别"), choices=named(INCIDENT_KINDS, lazy("请选择")))
    room = RoomField(
        label=lazy("房间"), queryset=Room.objects.none(), required=False, empty_label=lazy("不在房间里")
    )
    place = forms.CharField(
        label=lazy("地点"), max_length=80, required=False, help_text=lazy("如2号窗口前、大门口。")
    )
    what_happened = words(lazy("发生了什么"), 4, help_text=lazy("只写看到、听到的，不评价人。"))
    measures = forms.MultipleChoiceField(
        label=lazy("工作人员采取的做法"), choices=named(MEASURES), required=False,
        widget=forms.CheckboxSelectMultiple,
    )  # fmt: skip
    staff_did = words(lazy("工作人员怎么说、怎么做的"))
    people_present = words(
        lazy("在场人员"), 2, required=False, help_text=lazy("工作人员、证人；不写无关的人。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, sees_cases=False, **kwargs)
        field: Any = self.fields["room"]
        field.queryset = Room.objects.filter(hall=self.hall).order_by("name")

    def facts(self) -> IncidentFacts:
        data = self.cleaned_data
        return IncidentFacts(
            kind=data["kind"], happened_at=moment(data), room_id=data["room"].pk if data["room"] else None,
            place=data["place"], what_happened=data["what_happened"], staff_did=data["staff_did"],
            measures=tuple(data["measures"]), people_present=data["people_present"],
        )  # fmt: skip


class IncidentFilter(forms.Form):
    month = forms.CharField(
        label=lazy("月份"), required=False, max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=lazy("类别"), required=False, choices=named(INCIDENT_KINDS, lazy("全部")))


class ReadForm(forms.Form):
    reason = forms.CharField(
        label=lazy("用途"), max_length=200, help_text=lazy("记入查阅记录，永久保存；不要写来访人的情况。")
    )


class HandOverForm(forms.Form):
    danger = forms.BooleanField(label=lazy("有人身危险，来不及劝阻"), required=False)


class ReceiptForm(forms.Form):
    """Typed by the police room on its own screen, or by the desk from the police room's paper."""

    taken_by = forms.CharField(label=lazy("接收民警（姓名或者警号）"), max_length=40)
    receipt_number = forms.CharField(label=lazy("接收单号"), max_length=40)
    day = day_field(lazy("接收日期"))
    starts = hour_field(lazy("接收时间"))

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "taken_by": data["taken_by"], "receipt_number": data["receipt_number"], "taken_at": moment(data),
        }  # fmt: skip


class AccountForm(forms.Form):
    way = forms.ChoiceField(
        label=lazy("怎样陈述的"), choices=named(ACCOUNT_WAYS), initial="told", widget=forms.RadioSelect
    )
    words = words(lazy("本人陈述（照原话）"), 6)
    paper_at = forms.CharField(
        label=lazy("纸质原件存放处"),
        max_length=80,
        required=False,
        help_text=lazy("写在纸上的，原件放在哪里。"),
    )


class EraseForm(forms.Form):
    reason = forms.CharField(
        label=lazy("删除的原因"), max_length=200, help_text=lazy("记入日志，永久保存；不要写来访人的情况。")
    )
    mistaken = forms.BooleanField(label=lazy("记错了，不计入统计"), required=False)
