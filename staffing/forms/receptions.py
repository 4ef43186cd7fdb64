"""Leaders' receptions."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from hall.models import User
from staffing.forms.fields import PersonField, day_field, hour_field
from staffing.models import Hall, LeaderReception, Room
from staffing.rules import Slot


class ReceptionForm(forms.Form):
    """When, who, where."""

    leader = PersonField(label=lazy("接访领导"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    day = day_field(lazy("日期"))
    starts = hour_field(lazy("开始"))
    ends = hour_field(lazy("结束"))
    form = forms.ChoiceField(label=lazy("接访形式"), choices=LeaderReception.FORMS, initial="fixed")
    room = forms.ModelChoiceField(
        label=lazy("房间"), queryset=Room.objects.none(), required=False, empty_label=lazy("不在厅内房间")
    )
    place = forms.CharField(
        label=lazy("地点"),
        max_length=120,
        required=False,
        help_text=lazy("不在厅内房间时填写，如下访的村、社区。"),
    )
    place_en = forms.CharField(label=lazy("地点（英文）"), max_length=160, required=False)
    capacity = forms.IntegerField(
        label=lazy("可预约批数"),
        min_value=0,
        max_value=200,
        initial=10,
        required=False,
        help_text=lazy("一批为一人或同一事项的不超过5名代表；填0则不接受预约。"),
    )
    reason = forms.CharField(
        label=lazy("变更原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("已公布的接访，变更原因随变更内容一并公布。"),
    )  # fmt: skip

    NAMES = {"starts_at": "starts", "ends_at": "ends"}

    def __init__(
        self,
        *args: Any,
        hall: Hall,
        leaders: QuerySet[User],
        changing: LeaderReception | None = None,
        **kwargs: Any,
    ) -> None:
        if changing is not None:
            start = timezone.localtime(changing.starts_at)
            kwargs["initial"] = {
                "leader": changing.leader_id, "day": start.date(), "starts": start.time(),
                "ends": timezone.localtime(changing.ends_at).time(), "form": changing.form,
                "room": changing.room_id, "place": changing.place, "place_en": changing.place_en,
                "capacity": changing.capacity,
            }  # fmt: skip
        super().__init__(*args, **kwargs)
        self.usual = changing.capacity if changing else 10
        fields: dict[str, Any] = self.fields
        fields["leader"].queryset = leaders
        fields["room"].queryset = Room.objects.filter(hall=hall)
        if changing is None or changing.published_at is None:
            del self.fields["reason"]

    def slot(self) -> Slot:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        return Slot(
            leader_id=data["leader"].pk,
            starts_at=dt.datetime.combine(data["day"], data["starts"], tz),
            ends_at=dt.datetime.combine(data["day"], data["ends"], tz),
            form=data["form"],
            room_id=data["room"].pk if data["room"] else None,
            place="" if data["room"] else data["place"],
            place_en="" if data["room"] else data["place_en"],
            capacity=self.usual if data["capacity"] is None else data["capacity"],
        )


class CancelReceptionForm(forms.Form):
    reason = forms.CharField(
        label=lazy("取消原因"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        help_text=lazy("已公布的接访，取消原因在公开页面上显示。"),
    )  # fmt: skip
