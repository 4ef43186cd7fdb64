"""What people type, and where a refusal is shown."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Any

from django import forms
from django.conf import settings
from django.contrib.auth.password_validation import password_validators_help_texts
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Refused
from hall.models import User
from staffing.lifecycle import DEPARTMENT_ROLES, LEADER, ROLES
from staffing.models import Department, Hall, LeaderReception, OpeningHours, Room, Window
from staffing.rules import MANAGED_ROLES, Slot

if TYPE_CHECKING:
    HoursModelForm = forms.ModelForm[OpeningHours]
else:
    HoursModelForm = forms.ModelForm

WEEKDAYS = list(
    enumerate(
        [lazy("周一"), lazy("周二"), lazy("周三"), lazy("周四"), lazy("周五"), lazy("周六"), lazy("周日")]
    )
)


def show(form: forms.BaseForm, refused: Refused) -> None:
    """Put a refusal at its field, where the form has that field; else above the form."""
    field = getattr(form, "NAMES", {}).get(refused.field, refused.field)
    form.add_error(field if field in form.fields else None, str(refused))


class SignInForm(forms.Form):
    username = forms.CharField(
        label=lazy("用户名"), max_length=60,
        widget=forms.TextInput(attrs={"autocomplete": "username", "autofocus": True, "autocapitalize": "none"}),
    )  # fmt: skip
    password = forms.CharField(
        label=lazy("密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )  # fmt: skip

    def clean_username(self) -> str:
        return str(self.cleaned_data["username"]).strip().lower()


class ChangePasswordForm(forms.Form):
    old_password = forms.CharField(
        label=lazy("原密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password", "autofocus": True}),
    )  # fmt: skip
    new_password = forms.CharField(
        label=lazy("新密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip
    again = forms.CharField(
        label=lazy("再输入一次新密码"), strip=False, max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
    )  # fmt: skip

    def policy(self) -> list[str]:
        return password_validators_help_texts()

    def clean(self) -> None:
        if (
            self.cleaned_data.get("again")
            and self.cleaned_data.get("new_password") != self.cleaned_data["again"]
        ):
            self.add_error("again", _("两次输入的新密码不一致。"))


class HoursForm(HoursModelForm):
    weekday = forms.TypedChoiceField(label=lazy("星期"), choices=WEEKDAYS, coerce=int)

    class Meta:
        model = OpeningHours
        fields = ["weekday", "opens", "closes"]


def _day(label: Any, **options: Any) -> forms.DateField:
    return forms.DateField(
        label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **options
    )


def _hour(label: Any) -> forms.TimeField:
    return forms.TimeField(label=label, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"))


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


class RegisterUserForm(forms.Form):
    name = forms.CharField(
        label=lazy("姓名"), max_length=120, widget=forms.TextInput(attrs={"autofocus": True})
    )
    name_en = forms.CharField(label=lazy("英文姓名"), max_length=160, required=False)
    username = forms.SlugField(
        label=lazy("用户名"), max_length=60, help_text=lazy("小写字母、数字和短横线，一人一号，不设公用账户。"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "autocomplete": "off"}),
    )  # fmt: skip
    email = forms.EmailField(
        label=lazy("电子邮箱"), required=False, help_text=lazy("填写后，催办同时发邮件。")
    )
    phone = forms.CharField(label=lazy("手机"), max_length=20, required=False)
    language = forms.ChoiceField(label=lazy("界面语言"), choices=settings.LANGUAGES, initial="zh-hans")


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
    from_on = _day(lazy("自"))
    until_on = _day(lazy("至"), required=False, help_text=lazy("含当日；不填为长期。派驻一般不少于一年。"))

    def __init__(self, *args: Any, halls: QuerySet[Hall], all_roles: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["role"].choices = [(k, _(v)) for k, v in ROLES.items() if all_roles or k in MANAGED_ROLES]
        fields["hall"].queryset = halls
        fields["hall"].initial = halls.first() if len(halls) == 1 else None
        departments = Department.objects.filter(is_active=True)
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
        if data["role"] == LEADER:
            facts |= {"portfolio": data["portfolio"], "portfolio_en": data["portfolio_en"]}
        return facts


class EndPostingForm(forms.Form):
    on = _day(lazy("最后一天"), help_text=lazy("含当日。"))
    reason = forms.CharField(
        label=lazy("原因"), required=False, max_length=500, widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy("不满一年或早于原定日期的，须写明原因并存档。"),
    )  # fmt: skip


class DisableUserForm(forms.Form):
    reason = forms.CharField(
        label=lazy("停用原因"), max_length=500, widget=forms.Textarea(attrs={"rows": 2, "autofocus": True})
    )


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """People by their names."""

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class ReceptionForm(forms.Form):
    """When, who, where."""

    leader = PersonField(label=lazy("接访领导"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    day = _day(lazy("日期"))
    starts = _hour(lazy("开始"))
    ends = _hour(lazy("结束"))
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
            }  # fmt: skip
        super().__init__(*args, **kwargs)
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
        )


class CancelReceptionForm(forms.Form):
    reason = forms.CharField(
        label=lazy("取消原因"), max_length=200, required=False,
        widget=forms.Textarea(attrs={"rows": 2, "autofocus": True}),
        help_text=lazy("已公布的接访，取消原因在公开页面上显示。"),
    )  # fmt: skip
