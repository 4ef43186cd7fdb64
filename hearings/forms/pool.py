"""What is typed about the pool."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import worded
from hearings.forms.panel_common import RowForm
from hearings.lifecycle import CATEGORIES
from hearings.queries.pool import OF_KIND, PoolFilter, not_in_pool
from hearings.rules.pool import PoolFacts
from staffing.models import Department, Hall, SocialParticipant


def categories() -> list[tuple[str, str]]:
    return [(code, _(name)) for code, name in CATEGORIES.items()]


class PoolFilterForm(forms.Form):
    category = forms.ChoiceField(label=lazy("类别"), required=False)
    state = forms.ChoiceField(
        label=lazy("状态"), required=False,
        choices=[("", lazy("可以抽取")), ("past", lazy("已停用")), ("all", lazy("全部"))],
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", _("全部")), *categories()]  # type: ignore[attr-defined]

    def asked(self, hall_id: int) -> PoolFilter:
        data = self.cleaned_data if self.is_valid() else {}
        state = {"": "active", "past": "past"}.get(data.get("state", ""), "")
        return PoolFilter(hall_id=hall_id, category=data.get("category", ""), state=state)


class PoolMemberForm(RowForm):
    """`row` is the hall for a new member, else the member."""

    verb, key = "change_pool_member", "member_id"
    category = forms.ChoiceField(label=lazy("类别"))
    employer = forms.ModelChoiceField(
        label=lazy("所在单位"), queryset=Department.objects.none(), required=False,
        empty_label=lazy("不在名单中的单位"),
        widget=forms.Select(attrs={"data-combobox": ""}),
        help_text=lazy("在机关、单位任职的请选；所在单位办理的事项，不会抽到本人。"),
    )  # fmt: skip
    phone = forms.CharField(
        label=lazy("电话"),
        required=False,
        max_length=30,
        help_text=lazy("加密保存，只用于送达听证通知；留空不改动。"),
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", _("请选择")), *categories()]
        fields["employer"].queryset = Department.objects.filter(is_active=True).order_by("code")

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        employer = data["employer"]
        # The number is not shown again: an empty field keeps it.
        phone = data["phone"] or getattr(self.row, "phone", "")
        if isinstance(self.row, Hall):
            phone = data["phone"]
        facts = PoolFacts(
            category=data["category"], employer_id=employer.pk if employer else None, phone=phone
        )
        return {"facts": facts}


class ParticipantField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Somebody of the hall's list, with kind and organisation."""

    def label_from_instance(self, obj: Any) -> str:
        return _("、").join(
            part for part in (obj.label, _(obj.get_kind_display()), worded(obj, "organisation")) if part
        )


class AddToPoolForm(PoolMemberForm):
    verb, key = "add_to_pool", "hall_id"
    participant = ParticipantField(
        label=lazy("人员"), queryset=SocialParticipant.objects.none(), empty_label=lazy("请选择"),
        widget=forms.Select(attrs={"data-combobox": ""}),
    )  # fmt: skip
    category = forms.ChoiceField(
        label=lazy("类别"), required=False, help_text=lazy("不选的，按社会力量名单中的类别。")
    )
    field_order = ("participant",)

    def prepare(self) -> None:
        super().prepare()
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", _("按名单中的类别")), *categories()]
        fields["participant"].queryset = not_in_pool(self.row.pk)

    def facts(self) -> dict[str, Any]:
        who = self.cleaned_data["participant"]
        self.cleaned_data["category"] = self.cleaned_data["category"] or OF_KIND.get(who.kind, "other")
        return {**super().facts(), "participant_id": who.pk}


class RetirePoolMemberForm(RowForm):
    verb, key = "retire_pool_member", "member_id"
    reason = forms.CharField(label=lazy("停用原因"), max_length=200)
