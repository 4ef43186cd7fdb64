"""The list of participants, and their half-days."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.clock import Calendar
from hall.models import User
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field
from staffing.lifecycle import HALVES, PARTICIPANT, PARTICIPANT_KINDS
from staffing.models import Hall, ParticipantDuty, Posting, Room, SocialParticipant
from staffing.queries import organisations_of
from staffing.rules import ParticipantFacts, ParticipantSlot

USUAL = {"am": (dt.time(9), dt.time(11, 30)), "pm": (dt.time(14, 30), dt.time(17, 30))}
"""The half-days as participants keep them where nothing else is typed."""


def kinds() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in PARTICIPANT_KINDS.items()]


class ParticipantFilter(forms.Form):
    q = forms.CharField(label=lazy("姓名、机构或专长"), required=False, max_length=60)
    kind = forms.ChoiceField(label=lazy("类别"), required=False)
    state = forms.ChoiceField(
        label=lazy("状态"), required=False,
        choices=[("", lazy("正在参与")), ("past", lazy("已不参与")), ("all", lazy("全部"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", _("全部")), *kinds()]  # type: ignore[attr-defined]


class ParticipantForm(forms.Form):
    """One line of the list. Which fields a kind needs, the rule says."""

    kind = forms.ChoiceField(label=lazy("类别"))
    name = forms.CharField(label=lazy("姓名或名称"), max_length=120)
    name_en = forms.CharField(label=lazy("英文名"), max_length=160, required=False)
    organisation = forms.CharField(
        label=lazy("所在机构"), max_length=120, required=False, help_text=lazy("律师事务所、社会组织、单位。")
    )
    organisation_en = forms.CharField(label=lazy("所在机构（英文）"), max_length=160, required=False)
    licence = forms.CharField(
        label=lazy("执业证号或资格证号"),
        max_length=40,
        required=False,
        help_text=lazy("律师、心理咨询师必填。"),
    )
    term = forms.CharField(label=lazy("届次"), max_length=40, required=False)
    constituency = forms.CharField(
        label=lazy("选区或界别"),
        max_length=80,
        required=False,
        help_text=lazy("党代表、人大代表、政协委员必填。"),
    )
    speciality = forms.CharField(label=lazy("擅长领域"), max_length=120, required=False)
    speciality_en = forms.CharField(label=lazy("擅长领域（英文）"), max_length=160, required=False)
    promised_on = day_field(
        lazy("保密承诺书签署日期"), required=False, help_text=lazy("没有签署的，不能排班，也不能提供服务。")
    )
    user = PersonField(
        label=lazy("账户"), queryset=User.objects.none(), required=False, empty_label=lazy("没有账户"),
        help_text=lazy("有账户的本人写服务记录；心理咨询师必须有账户，确定后不再更换。"),
    )  # fmt: skip
    is_active = forms.BooleanField(label=lazy("正在参与服务"), required=False, initial=True)

    def __init__(
        self, *args: Any, hall: Hall, one: SocialParticipant | None, today: dt.date, **kwargs: Any
    ) -> None:
        if one is not None:
            names = [name for name in self.base_fields if name != "user"]
            kwargs["initial"] = {name: getattr(one, name) for name in names} | {"user": one.user_id}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("请选择")), *kinds()]
        posts = Posting.objects.filter(role=PARTICIPANT, hall=hall).on(today)
        users = User.objects.filter(postings__in=posts, is_active=True)
        if one is not None and one.user_id:
            users = users | User.objects.filter(pk=one.user_id)
        fields["user"].queryset = users.distinct().order_by("name")

    def facts(self) -> ParticipantFacts:
        data = dict(self.cleaned_data)
        user = data.pop("user")
        return ParticipantFacts(**data, user_id=user.pk if user else None)


class RotaFilter(forms.Form):
    kind = forms.ChoiceField(label=lazy("类别"), required=False)
    organisation = forms.ChoiceField(label=lazy("机构"), required=False)

    def __init__(self, *args: Any, hall: Hall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("全部")), *kinds()]
        fields["organisation"].choices = [("", _("全部")), *((one, one) for one in organisations_of(hall))]


class _Where(forms.Form):
    """Who and where: what planning and changing have in common."""

    participant = forms.ModelChoiceField(
        label=lazy("谁"), queryset=SocialParticipant.objects.none(), empty_label=lazy("请选择")
    )
    room = forms.ModelChoiceField(
        label=lazy("房间"), queryset=Room.objects.none(), required=False, empty_label=lazy("不定房间")
    )
    desk = forms.CharField(label=lazy("座席"), max_length=40, required=False, help_text=lazy("如“律师席”。"))

    def __init__(self, *args: Any, hall: Hall, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["participant"].queryset = SocialParticipant.objects.filter(
            hall=hall, is_active=True, promised_on__isnull=False
        )
        fields["room"].queryset = Room.objects.filter(hall=hall)

    def place(self) -> dict[str, Any]:
        room = self.cleaned_data["room"]
        return {"room_id": room.pk if room else None, "desk": self.cleaned_data["desk"]}


class PlanDutyForm(_Where):
    """The working days of a span that fall on these weekdays, mornings, afternoons or both."""

    from_on = day_field(lazy("自"))
    until_on = day_field(lazy("至"), help_text=lazy("含当日；节假日自动跳过，调休上班日算工作日。"))
    weekdays = forms.TypedMultipleChoiceField(
        label=lazy("星期几"), choices=WEEKDAYS, coerce=int, widget=forms.CheckboxSelectMultiple,
        initial=[0, 1, 2, 3, 4],
    )  # fmt: skip
    halves = forms.MultipleChoiceField(
        label=lazy("上午、下午"), widget=forms.CheckboxSelectMultiple, initial=["am"]
    )
    field_order = ["participant", "from_on", "until_on", "weekdays", "halves", "room", "desk"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        spans = {half: f"{a:%H:%M}—{b:%H:%M}" for half, (a, b) in USUAL.items()}
        self.fields["halves"].choices = [  # type: ignore[attr-defined]
            (half, f"{_(name)} {spans[half]}") for half, name in HALVES.items()
        ]

    def clean(self) -> None:
        first, last = self.cleaned_data.get("from_on"), self.cleaned_data.get("until_on")
        if first and last and not first <= last <= first + dt.timedelta(days=92):
            self.add_error("until_on", _("结束日期不早于开始日期，一次最多三个月。"))

    def slots(self, calendar: Calendar) -> list[ParticipantSlot]:
        data = self.cleaned_data
        span = (data["until_on"] - data["from_on"]).days + 1
        days = [data["from_on"] + dt.timedelta(days=n) for n in range(span)]
        return [
            ParticipantSlot(data["participant"].pk, day, half, *USUAL[half], **self.place())
            for day in days
            if day.weekday() in data["weekdays"] and calendar.is_workday(day)
            for half in data["halves"]
        ]


class ChangeDutyForm(_Where):
    day = day_field(lazy("日期"))
    half = forms.ChoiceField(label=lazy("半天"))
    starts = hour_field(lazy("开始"))
    ends = hour_field(lazy("结束"))
    reason = forms.CharField(
        label=lazy("变更原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("随值班信息公布。"),
    )  # fmt: skip
    field_order = ["participant", "day", "half", "starts", "ends", "room", "desk", "reason"]
    NAMES = {"from_on": "day", "halves": "half"}

    def __init__(self, *args: Any, duty: ParticipantDuty, **kwargs: Any) -> None:
        kwargs["initial"] = {
            "participant": duty.participant_id, "day": duty.day, "half": duty.half, "room": duty.room_id,
            "desk": duty.desk, "starts": timezone.localtime(duty.starts_at).time(),
            "ends": timezone.localtime(duty.ends_at).time(),
        }  # fmt: skip
        super().__init__(*args, hall=duty.hall, **kwargs)
        self.fields["half"].choices = [(half, _(name)) for half, name in HALVES.items()]  # type: ignore[attr-defined]

    def slot(self) -> ParticipantSlot:
        data = self.cleaned_data
        return ParticipantSlot(
            data["participant"].pk, data["day"], data["half"], data["starts"], data["ends"], **self.place()
        )


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=lazy("原因"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
