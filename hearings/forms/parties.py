"""What is typed about who takes part."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.models import Petitioner
from hall.models import User
from hearings.forms.panel_common import RowForm
from hearings.lifecycle import NOTICE_TO
from hearings.queries.parties import people_of_units, petitioners_of, units_to_choose
from hearings.rules.parties import PARTY_KINDS, NewParty
from staffing.forms.fields import PersonField
from staffing.models import Department


class AddPartyForm(RowForm):
    """`row` is the hearing."""

    verb, key = "add_party", "hearing_id"
    kind = forms.ChoiceField(label=lazy("身份"))
    petitioner = forms.ModelChoiceField(
        label=lazy("本事项的信访人"), queryset=Petitioner.objects.none(), required=False,
        empty_label=lazy("请选择"), help_text=lazy("身份是信访人时选，姓名、电话取自登记。"),
    )  # fmt: skip
    department = forms.ModelChoiceField(
        label=lazy("单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("请选择"),
        help_text=lazy("身份是承办单位时选。"),
    )  # fmt: skip
    user = PersonField(
        label=lazy("单位人员"), queryset=User.objects.none(), required=False, empty_label=lazy("没有账户"),
        help_text=lazy("有账户的，定时间时与听证室一并占用。"),
    )  # fmt: skip
    name = forms.CharField(label=lazy("姓名"), max_length=60, required=False)
    phone = forms.CharField(
        label=lazy("电话"), max_length=30, required=False, help_text=lazy("加密保存，只用于送达听证通知。")
    )
    note = forms.CharField(
        label=lazy("说明"), max_length=200, required=False, help_text=lazy("如代理权限、与本事项的关系。")
    )

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("请选择")), *((code, _(NOTICE_TO[code])) for code in PARTY_KINDS)]
        fields["petitioner"].queryset = petitioners_of(self.row)
        fields["department"].queryset = units_to_choose(self.row)
        fields["user"].queryset = people_of_units(self.row, now=self.now)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        chosen = {
            f"{name}_id": data[name].pk if data[name] else None
            for name in ("petitioner", "department", "user")
        }
        return {
            "party": NewParty(
                kind=data["kind"], name=data["name"], phone=data["phone"], note=data["note"], **chosen
            )
        }


class RemovePartyForm(RowForm):
    """`row` is the party."""

    verb, key = "remove_party", "party_id"
    reason = forms.CharField(label=lazy("去掉的原因"), max_length=200)


class PlanHearingVideoForm(RowForm):
    """`row` is the hearing."""

    verb, key = "plan_hearing_video", "hearing_id"


class InvitePartyByVideoForm(RowForm):
    """`row` is the party."""

    verb, key = "invite_party_by_video", "party_id"
