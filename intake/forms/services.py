"""What is typed of a service: for whom, what was asked and said, where it leads."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.models import StatutoryRoute
from intake.models import ServiceContent, ServiceNote
from intake.queries.services import case_numbered, ticket_numbered
from intake.rules import ServiceFacts
from staffing.forms import day_field, hour_field
from staffing.lifecycle import PARTICIPANT_KINDS, PSYCHOLOGIST
from staffing.models import Hall, SocialParticipant

COUNSELLING = ("consented", "level", "method", "next_on")


def _text(label: Any, rows: int = 4, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


class RouteField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ServiceFilter(forms.Form):
    month = forms.CharField(
        label=lazy("月份"), required=False, max_length=7,
        widget=forms.TextInput(attrs={"type": "month", "placeholder": "2026-11"}),
    )  # fmt: skip
    kind = forms.ChoiceField(label=lazy("类别"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [("", _("全部")), *((code, _(name)) for code, name in PARTICIPANT_KINDS.items())]
        self.fields["kind"].choices = choices  # type: ignore[attr-defined]


class _Content(forms.Form):
    """What a service and its correction have in common. Counselling's fields are there for psychologists alone."""

    day = day_field(lazy("服务日期"))
    starts = hour_field(lazy("开始时间"))
    minutes = forms.IntegerField(label=lazy("用时（分钟）"), min_value=1, max_value=480, initial=30)
    question = _text(lazy("来访人问什么、需要什么"), 3)
    opinion = _text(lazy("意见、所做的事"))
    route = RouteField(
        label=lazy("建议的法定途径"), queryset=StatutoryRoute.objects.none(), required=False,
        empty_label=lazy("不建议"),
    )  # fmt: skip
    consented = forms.BooleanField(
        label=lazy("已先征得本人同意接受心理疏导并作记录"), required=False,
    )  # fmt: skip
    level = forms.ChoiceField(
        label=lazy("心理状况"), required=False, choices=[("", lazy("请选择")), *ServiceContent.LEVELS]
    )
    method = forms.CharField(label=lazy("方法"), max_length=200, required=False)
    next_on = day_field(lazy("下次日期"), required=False)
    referral = forms.ChoiceField(
        label=lazy("转介去向"), required=False, choices=[("", lazy("未转介")), *ServiceContent.REFERRALS]
    )
    referral_to = forms.CharField(label=lazy("转介单位"), max_length=120, required=False)
    answer = forms.ChoiceField(
        label=lazy("对方答复"), required=False, choices=[("", lazy("未填")), *ServiceContent.ANSWERS]
    )
    result = _text(lazy("转介结果"), 2, required=False)
    satisfaction = forms.TypedChoiceField(
        label=lazy("来访人评价"), required=False, coerce=int, empty_value=None,
        choices=[("", lazy("未评价")), *ServiceContent.SATISFACTION],
    )  # fmt: skip
    no_conflict = forms.BooleanField(
        label=lazy("与信访人、被反映人和事项没有直接利害关系，不代理其中任何一方"), required=False
    )

    def __init__(self, *args: Any, counselling: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not counselling:
            for name in COUNSELLING:
                del self.fields[name]
        else:
            del self.fields["route"]
        if "route" in self.fields:
            routes: Any = self.fields["route"]
            routes.queryset = StatutoryRoute.objects.filter(is_active=True).order_by("clause", "name")

    def facts(self) -> ServiceFacts:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        route = data.get("route")
        names = (
            "question", "opinion", "referral", "referral_to", "answer", "result", "minutes", "satisfaction",
            "no_conflict", *COUNSELLING,
        )  # fmt: skip
        said = {name: data[name] for name in names if name in data}
        return ServiceFacts(
            served_at=dt.datetime.combine(data["day"], data["starts"], tz),
            route_id=route.pk if route else None,
            correction=data.get("correction", ""),
            **said,
        )


class ServiceForm(_Content):
    participant = forms.ModelChoiceField(
        label=lazy("谁提供服务"), queryset=SocialParticipant.objects.none(), empty_label=lazy("请选择")
    )
    case_number = forms.CharField(
        label=lazy("事项编号"), max_length=30, required=False, help_text=lazy("登记凭证上的编号。")
    )
    ticket_number = forms.CharField(
        label=lazy("号票号码"),
        max_length=8,
        required=False,
        help_text=lazy("没有登记事项的，填当天的号码，如A012。"),
    )

    def __init__(self, *args: Any, hall: Hall, writers: QuerySet[SocialParticipant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hall = hall
        self.case_id: int | None = None
        self.visit_id: int | None = None
        field: Any = self.fields["participant"]
        field.queryset = writers

    def clean(self) -> None:
        data = self.cleaned_data
        if number := data.get("case_number"):
            case = case_numbered(self.hall, number)
            if case is None:
                self.add_error("case_number", _("本厅没有这个编号的事项。"))
            else:
                self.case_id = case.pk
        if (number := data.get("ticket_number")) and data.get("day"):
            ticket = ticket_numbered(self.hall, data["day"], number)
            if ticket is None:
                self.add_error("ticket_number", _("本厅当天没有这个号码。"))
            else:
                self.visit_id = ticket.visit_id


class CorrectServiceForm(_Content):
    correction = _text(lazy("更正、补充了什么，为什么"), 2)

    def __init__(self, *args: Any, note: ServiceNote, content: ServiceContent, **kwargs: Any) -> None:
        start = timezone.localtime(note.served_at)
        names = ("question", "opinion", "referral", "referral_to", "answer", "result", "level", "method", "minutes",
                 "satisfaction", "next_on")  # fmt: skip
        kwargs["initial"] = {name: getattr(content, name) for name in names} | {
            "day": start.date(), "starts": start.time(), "route": content.route_id,
            "consented": note.is_sealed, "no_conflict": True,
        }  # fmt: skip
        super().__init__(*args, counselling=note.kind == PSYCHOLOGIST, **kwargs)


class TakeOverForm(forms.Form):
    reason = forms.CharField(
        label=lazy("接手的原因"), max_length=200, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=lazy("记入日志，永久保存；不要写来访人的情况。"),
    )  # fmt: skip
