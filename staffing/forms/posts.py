"""People and their posts."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from staffing.forms.fields import day_field
from staffing.lifecycle import DEPARTMENT_ROLES, GROUNDS, KINDS, LEADER, POSTED, ROLES, SECONDED, STINT
from staffing.models import Department, Hall, Window
from staffing.rules import MANAGED_ROLES


class PeopleFilter(forms.Form):
    q = forms.CharField(label=lazy("姓名或用户名"), required=False, max_length=60)
    role = forms.ChoiceField(label=lazy("角色"), required=False)
    department = forms.ModelChoiceField(
        label=lazy("单位"), required=False, queryset=Department.objects.none(), empty_label=lazy("全部")
    )
    state = forms.ChoiceField(
        label=lazy("状态"), required=False,
        choices=[("", lazy("全部")), ("posted", lazy("在任")), ("free", lazy("今日无岗位")),
                 ("disabled", lazy("已停用"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = [("", _("全部")), *((k, _(v)) for k, v in ROLES.items())]  # type: ignore[attr-defined]
        self.fields["department"].queryset = Department.objects.filter(is_active=True)  # type: ignore[attr-defined]


class PostPersonForm(forms.Form):
    """A role, where it is held, and from when. The fields that a role has no use for may stay empty."""

    role = forms.ChoiceField(label=lazy("角色"))
    hall = forms.ModelChoiceField(
        label=lazy("大厅"), queryset=Hall.objects.none(), required=False, empty_label=lazy("不在大厅")
    )
    department = forms.ModelChoiceField(
        label=lazy("单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("不属某个单位"),
        help_text=lazy("部门联络员、部门负责人必选。"),
    )  # fmt: skip
    window = forms.ModelChoiceField(
        label=lazy("窗口"),
        queryset=Window.objects.none(),
        empty_label=lazy("不在窗口"),
        required=False,
        help_text=lazy("在窗口接待的人员填写。"),
    )
    title = forms.CharField(label=lazy("职务"), max_length=80, help_text=lazy("如“登记员”“副局长”。"))
    title_en = forms.CharField(label=lazy("职务（英文）"), max_length=120, required=False)
    portfolio = forms.CharField(
        label=lazy("分管工作"),
        max_length=200,
        required=False,
        help_text=lazy("接访领导必填，随接访日程公布。"),
    )
    portfolio_en = forms.CharField(label=lazy("分管工作（英文）"), max_length=240, required=False)
    from_on = day_field(lazy("自"))
    until_on = day_field(
        lazy("至"), required=False, help_text=lazy("含当日；不填为长期。派驻一般不少于一年。")
    )

    kind = forms.ChoiceField(
        label=lazy("派驻方式"), required=False, initial=POSTED,
        help_text=lazy("挂职、锻炼的，编制仍在派出单位。"),
    )  # fmt: skip
    home_department = forms.ModelChoiceField(
        label=lazy("派出单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("无"),
        help_text=lazy("挂职、锻炼的必选。"),
    )  # fmt: skip
    short_reason = forms.CharField(
        label=lazy("不满一年的原因"), max_length=200, required=False,
        help_text=lazy("进驻单位的人员，派驻不满一年的须写明原因并存档。"),
    )  # fmt: skip

    def __init__(self, *args: Any, halls: QuerySet[Hall], all_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(k, _(v)) for k, v in ROLES.items() if all_roles or k in MANAGED_ROLES]
        fields["hall"].queryset = halls
        fields["hall"].initial = halls.first() if len(halls) == 1 else None
        fields["kind"].choices = [(k, _(v)) for k, v in KINDS.items()]
        departments = Department.objects.filter(is_active=True)
        fields["home_department"].queryset = departments
        if not all_roles:
            departments = departments.filter(stations__hall__in=halls).distinct()
        fields["department"].queryset = departments
        fields["window"].queryset = Window.objects.filter(hall__in=halls, is_active=True).select_related(
            "hall"
        )

    def facts(self) -> dict[str, Any]:
        """What the action asks for."""
        data = self.cleaned_data
        facts = {name: data[name] for name in ("role", "title", "title_en", "from_on", "until_on")}
        for name in ("hall", "department", "window"):
            facts[f"{name}_id"] = data[name].pk if data[name] else None
        if data["role"] not in DEPARTMENT_ROLES:
            facts["department_id"] = None
        if data["kind"] in (SECONDED, STINT):
            home = data["home_department"]
            facts |= {"kind": data["kind"], "home_department_id": home.pk if home else None}
        facts["short_reason"] = data["short_reason"]
        if data["role"] == LEADER:
            facts |= {"portfolio": data["portfolio"], "portfolio_en": data["portfolio_en"]}
        return facts


class EndPostingForm(forms.Form):
    on = day_field(lazy("最后一天"), help_text=lazy("含当日。"))
    reason = forms.CharField(
        label=lazy("原因"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("不满一年或早于原定日期的，须写明原因并存档。"),
    )  # fmt: skip
    ground = forms.ChoiceField(
        label=lazy("情形"), required=False,
        help_text=lazy("进驻单位的人员不经双方同意而提前结束的，须属于其中一种。"),
    )  # fmt: skip

    def __init__(self, *args: Any, by_ground: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["ground"].choices = [("", _("不属于")), *((k, _(v)) for k, v in GROUNDS.items())]
        if not by_ground:
            del self.fields["ground"]


class AskPostingEndForm(forms.Form):
    on = day_field(lazy("最后一天"), help_text=lazy("含当日。"))
    reason = forms.CharField(
        label=lazy("原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("对方会看到，并存入派驻记录。"),
    )  # fmt: skip
    successor = forms.CharField(
        label=lazy("接替人员"), max_length=120, required=False, help_text=lazy("姓名；还没有定的可以不填。")
    )
    successor_from = day_field(
        lazy("接替人员到岗"), required=False, help_text=lazy("一般比离岗提前一周，便于交接。")
    )


class NoteForm(forms.Form):
    """Why not, or why no longer; the field is named as the action names it."""

    note = forms.CharField(
        label=lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3, "autofocus": True})
    )
