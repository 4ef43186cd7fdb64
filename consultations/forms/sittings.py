"""When the units sit down: what is planned, and who came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import day_field, words_field
from consultations.forms.base import ConferForm
from consultations.models import Attendance, Consultation, Sitting
from consultations.queries.invited import people_to_invite, posts_of
from consultations.rules import Came, Roll, SittingPlan
from hall.models import User
from staffing.forms.fields import PersonField, hour_field
from staffing.models import Department, Room

MORE_PEOPLE = 6


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """People, each with a box."""

    posts: Mapping[int, str] = {}
    """For whom each comes, by id."""

    def label_from_instance(self, obj: Any) -> str:
        post = self.posts.get(obj.pk)
        return _("%(name)s（%(post)s）") % {"name": obj.label, "post": post} if post else str(obj.label)


class LabelledField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Rows by their names in the reader's language."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class PlanSittingForm(ConferForm):
    verb, key = "plan_sitting", "consultation_id"
    FIELDS = {"people": "invited"}

    day = day_field(lazy("日期"))
    starts_at = hour_field(lazy("开始"))
    ends_at = hour_field(lazy("结束"))
    room = LabelledField(
        label=lazy("房间"), queryset=Room.objects.none(), required=False, empty_label=lazy("不在本大厅")
    )
    place = forms.CharField(
        label=lazy("别的地点"), max_length=120, required=False, help_text=lazy("不在本大厅开会的，写明地点。")
    )
    chair = PersonField(label=lazy("主持人"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    invited = PeopleField(
        label=lazy("邀请参加"), queryset=User.objects.none(), required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("被反映的人、被反映单位的人员和回避的人不在其中。"),
    )  # fmt: skip
    agenda = words_field(lazy("议程"), rows=5, most=2000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        today = timezone.localdate(self.now)
        people = people_to_invite(self.consultation, day=today)
        fields["chair"].queryset = fields["invited"].queryset = people
        fields["invited"].posts = posts_of(people, day=today)
        fields["room"].queryset = Room.objects.filter(hall=self.consultation.hall_id).order_by("name")
        for name, value in self.usual().items():
            self.initial.setdefault(name, value)

    @property
    def consultation(self) -> Consultation:
        one: Consultation = self.row
        return one

    def usual(self) -> dict[str, Any]:
        """A morning; the questions as the agenda."""
        lines = [f"{row.number}. {row.text}" for row in self.consultation.questions.all()]
        return {"starts_at": dt.time(9), "ends_at": dt.time(11), "agenda": "\n".join(lines)}

    def plan(self) -> SittingPlan:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        return SittingPlan(
            starts_at=dt.datetime.combine(data["day"], data["starts_at"], tz),
            ends_at=dt.datetime.combine(data["day"], data["ends_at"], tz),
            agenda=data["agenda"],
            chair_id=data["chair"].pk,
            room_id=data["room"].pk if data["room"] else None,
            place=data["place"],
            invited_ids=tuple(person.pk for person in data["invited"]),
        )

    def facts(self) -> dict[str, Any]:
        return {"plan": self.plan()}


class ChangeSittingForm(PlanSittingForm):
    verb, key = "change_sitting", "sitting_id"

    @property
    def consultation(self) -> Consultation:
        one: Consultation = self.row.consultation
        return one

    def usual(self) -> dict[str, Any]:
        row: Sitting = self.row
        start, end = timezone.localtime(row.starts_at), timezone.localtime(row.ends_at)
        invited = [one.user_id for one in row.attendance.all() if one.user_id and one.user_id != row.chair_id]
        return {
            "day": start.date(), "starts_at": start.time(), "ends_at": end.time(), "room": row.room_id,
            "place": row.place, "chair": row.chair_id, "invited": invited, "agenda": row.agenda,
        }  # fmt: skip


class CancelSittingForm(ConferForm):
    verb, key = "cancel_sitting", "sitting_id"
    reason = words_field(lazy("取消原因"), rows=2, most=300)


class PlanSittingVideoForm(ConferForm):
    verb, key = "plan_sitting_video", "sitting_id"


class RecordSittingForm(ConferForm):
    """Who came of those invited, who came besides, what was said."""

    verb, key = "record_sitting", "sitting_id"
    row: Sitting

    record = words_field(
        lazy("会议记录"), rows=8, help_text=lazy("讨论了什么，各单位怎么说，有没有形成一致。信访人看不到。")
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for one in self.invited:
            field = forms.BooleanField(label=one.label, required=False)
            self.fields[f"present{one.pk}"] = field
        seats = Department.objects.filter(
            pk__in=self.row.consultation.units.exclude(status="released").values("department")
        )
        for n in range(MORE_PEOPLE):
            unit = LabelledField(
                label=_("单位"), queryset=seats.order_by("code"), required=False, empty_label=_("请选择")
            )
            self.fields[f"came_unit{n}"] = unit
            self.fields[f"came{n}"] = forms.CharField(label=_("姓名"), max_length=60, required=False)
            self.fields[f"came_title{n}"] = forms.CharField(label=_("职务"), max_length=80, required=False)

    @cached_property
    def invited(self) -> list[Attendance]:
        return list(
            self.row.attendance.select_related("department", "user").order_by("department__code", "pk")
        )

    def present_fields(self) -> Iterator[tuple[Attendance, Any]]:
        return ((one, self[f"present{one.pk}"]) for one in self.invited)

    def more_fields(self) -> Iterator[list[Any]]:
        return (
            [self[f"{name}{n}"] for name in ("came_unit", "came", "came_title")] for n in range(MORE_PEOPLE)
        )

    @cached_property
    def others(self) -> list[tuple[int, Came]]:
        data, found = self.cleaned_data, []
        for n in range(MORE_PEOPLE):
            unit, name = data.get(f"came_unit{n}"), data.get(f"came{n}") or ""
            if unit or name:
                came = Came(unit.pk if unit else 0, name, data.get(f"came_title{n}") or "")
                found.append((n, came))
        return found

    def place_of(self, field: str) -> str | None:
        name, _mark, text = field.partition("-")
        if name in ("came", "came_unit") and text.isdecimal():
            return super().place_of(f"{name}{self.others[int(text)][0]}")
        return super().place_of(field)

    def facts(self) -> dict[str, Any]:
        present = {one.pk: bool(self.cleaned_data.get(f"present{one.pk}")) for one in self.invited}
        return {
            "record": self.cleaned_data["record"],
            "roll": Roll(present, tuple(came for _n, came in self.others)),
        }
