"""What is typed to set the date of a hearing."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import statutory_calendar
from hearings.forms.panel_common import RowForm
from hearings.queries.rooms import first_possible_day, rooms_of
from hearings.rules.scheduling import When
from staffing.forms.fields import day_field, hour_field
from staffing.models import Room

USUAL = (dt.time(9), dt.time(11, 30))
"""When a hearing is usually held."""


class RoomField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        if not obj.capacity:
            return str(obj.label)
        return _("%(room)s（%(n)s座）") % {"room": obj.label, "n": obj.capacity}


class ScheduleHearingForm(RowForm):
    """`row` is the hearing."""

    verb, key = "schedule_hearing", "hearing_id"
    NAMES = {"starts_at": "starts", "ends_at": "ends", "people": "day"}
    day = day_field(lazy("日期"))
    starts = hour_field(lazy("开始"))
    ends = hour_field(lazy("结束"))
    room = RoomField(
        label=lazy("房间"), queryset=Room.objects.none(), required=False, empty_label=lazy("不在本大厅举行")
    )
    place = forms.CharField(
        label=lazy("其他地点"), max_length=120, required=False, help_text=lazy("不在本大厅房间举行时填写。")
    )
    confirmed = forms.BooleanField(label=lazy("已知上述情况，仍这样安排"), required=False)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["room"].queryset = rooms = rooms_of(self.row.hall_id)
        fields["day"].initial = first_possible_day(
            self.row, timezone.localdate(self.now), statutory_calendar()
        )
        fields["starts"].initial, fields["ends"].initial = USUAL
        fields["room"].initial = rooms.filter(kind="hearing").first()

    def facts(self) -> dict[str, Any]:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        room = data["room"]
        when = When(
            starts_at=dt.datetime.combine(data["day"], data["starts"], tz),
            ends_at=dt.datetime.combine(data["day"], data["ends"], tz),
            room_id=room.pk if room else None,
            place=data["place"],
        )
        return {"when": when, "confirmed": data["confirmed"]}

    def chosen_day(self) -> dt.date | None:
        """The day that stands in the form, valid or not otherwise."""
        try:
            return self.fields["day"].clean(self["day"].value())  # type: ignore[no-any-return]
        except forms.ValidationError:
            return None
