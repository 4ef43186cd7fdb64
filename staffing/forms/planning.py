"""Rules of rhythm, absences, substitutes and postponement."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import User, worded
from staffing.forms.fields import WEEKDAYS, PersonField, day_field, hour_field
from staffing.lifecycle import RANKS
from staffing.models import Absence, LeaderReception, RhythmRule, Room
from staffing.queries import Candidate
from staffing.rules import Rhythm


class RhythmRuleForm(forms.Form):
    """Who, how often, when, where."""

    name = forms.CharField(
        label=lazy("规则名称"), max_length=60, help_text=lazy("如“每个工作日一名县领导”。")
    )
    name_en = forms.CharField(label=lazy("规则名称（英文）"), max_length=100, required=False)
    rhythm = forms.ChoiceField(label=lazy("频次"), choices=RhythmRule.RHYTHMS)
    every = forms.IntegerField(
        label=lazy("每几周一次"), min_value=1, max_value=12, initial=1, required=False,
        help_text=lazy("按周的规则填写。"),
    )  # fmt: skip
    weekday = forms.TypedChoiceField(
        label=lazy("尽量安排在"), choices=[("", lazy("不限")), *WEEKDAYS], required=False, coerce=int, empty_value=None,
        help_text=lazy("当日不能接访的，移到同一周期的其他工作日。每个工作日的规则选定后只在这一天。"),
    )  # fmt: skip
    who = forms.ChoiceField(label=lazy("由谁接访"), choices=RhythmRule.WHO)
    rank = forms.ChoiceField(label=lazy("接访领导范围"), required=False)
    leader = PersonField(
        label=lazy("指定的领导"), queryset=User.objects.none(), required=False, empty_label=lazy("不指定")
    )
    starts = hour_field(lazy("开始"))
    ends = hour_field(lazy("结束"))
    room_kind = forms.ChoiceField(label=lazy("房间用途"), choices=Room.KINDS, initial="leader")
    from_on = day_field(lazy("自何日起"))
    is_active = forms.BooleanField(label=lazy("启用"), required=False, initial=True)

    def __init__(self, *args: Any, leaders: QuerySet[User], rule: RhythmRule, **kwargs: Any) -> None:
        self.rule = rule
        if rule.pk:
            kwargs["initial"] = {name: getattr(rule, name) for name in self.base_fields}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["leader"].queryset = leaders
        fields["rank"].choices = [("", _("全部接访领导")), *((k, _(v)) for k, v in RANKS.items())]

    def filled(self) -> Rhythm:
        """What was entered."""
        data = dict(self.cleaned_data)
        leader = data.pop("leader")
        return Rhythm(**data | {"every": data["every"] or 1, "leader_id": leader.pk if leader else None})

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        if data.get("who") == "named" and not data.get("leader"):
            self.add_error("leader", _("请指定本厅的一位接访领导。"))
        return data


class AbsenceForm(forms.Form):
    person = PersonField(label=lazy("接访领导"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    from_on = day_field(lazy("自"))
    until_on = day_field(lazy("至"), help_text=lazy("含当日。"))
    kind = forms.ChoiceField(label=lazy("事由"), choices=Absence.KINDS)

    def __init__(self, *args: Any, people: QuerySet[User], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["person"].queryset = people
        only = list(people[:2])
        if len(only) == 1:
            fields["person"].initial = only[0].pk


def _reason(reception: LeaderReception, label: Any) -> forms.CharField:
    published = reception.published_at is not None
    return forms.CharField(
        label=label, max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_("原因随变更内容一并公布。") if published else "",
    )  # fmt: skip


def _offer(one: Candidate) -> str:
    facts = {"who": one.user.label, "post": worded(one.post, "title"), "n": one.count}
    return _("%(who)s（%(post)s，本月%(n)s场）") % facts


class SubstituteForm(forms.Form):
    """Who is free can be chosen."""

    leader = forms.TypedChoiceField(
        label=lazy("由谁代接访"), coerce=int, widget=forms.RadioSelect,
        error_messages={"required": lazy("请选择代接访的领导。")},
    )  # fmt: skip

    def __init__(
        self, *args: Any, candidates: list[Candidate], reception: LeaderReception, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["leader"].choices = [(one.user.pk, _offer(one)) for one in candidates if not one.obstacle]
        fields["reason"] = _reason(reception, lazy("代接访的原因"))


class PostponeForm(forms.Form):
    day = day_field(lazy("延至"))
    starts = hour_field(lazy("开始"))
    ends = hour_field(lazy("结束"))

    NAMES = {"starts_at": "day", "ends_at": "ends", "leader": "day", "room": "day"}

    def __init__(self, *args: Any, reception: LeaderReception, **kwargs: Any) -> None:
        start, end = timezone.localtime(reception.starts_at), timezone.localtime(reception.ends_at)
        kwargs.setdefault("initial", {"starts": start.time(), "ends": end.time()})
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["reason"] = _reason(reception, lazy("延期的原因"))

    def times(self) -> tuple[dt.datetime, dt.datetime]:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        return (
            dt.datetime.combine(data["day"], data["starts"], tz),
            dt.datetime.combine(data["day"], data["ends"], tz),
        )


class AdoptForm(forms.Form):
    """The slots to take over: those ticked, or the one whose own button was pressed."""

    slots = forms.TypedMultipleChoiceField(coerce=int, required=False)
    only = forms.IntegerField(required=False)

    def __init__(self, *args: Any, numbers: list[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["slots"].choices = [(n, n) for n in numbers]

    def numbers(self) -> set[int]:
        data = self.cleaned_data
        return {data["only"]} if data.get("only") is not None else set(data.get("slots", ()))
