"""What is typed to draw a panel, to ask for a recusal and decide it, and to replace one of the panel."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.models import User, worded
from hearings.forms.panel_common import RowForm, words_field
from hearings.lifecycle import RECUSAL_GROUNDS
from hearings.models import PoolMember
from hearings.queries.panel import field_of, free_staff, free_to_hold
from staffing.forms.fields import PersonField

SEED_HELP = lazy("留空由系统随机产生；也可以当众摇号后填入。种子记入抽取记录，任何人可以用它核对结果。")


class DrawPanelForm(RowForm):
    """`row` is the hearing. `made_up` is the seed for who gives none: made at the door, unknown before."""

    verb, key = "draw_panel", "hearing_id"
    size = forms.IntegerField(
        label=lazy("听证员人数"),
        min_value=1,
        max_value=99,
        widget=forms.NumberInput(attrs={"min": 3, "step": 2}),
    )
    presider = PersonField(label=lazy("主持人"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    recorder = PersonField(label=lazy("记录员"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    seed = forms.CharField(label=lazy("抽取种子"), max_length=64, required=False, help_text=SEED_HELP)

    def __init__(self, *args: Any, made_up: str = "", **kwargs: Any) -> None:
        self.made_up = made_up
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        rules = self.row.rules
        fields["size"].initial = rules.panel_least
        fields["size"].help_text = _("单数，不少于%(least)s人（%(source)s）。") % {
            "least": rules.panel_least, "source": worded(rules, "source"),
        }  # fmt: skip
        fields["presider"].queryset, fields["recorder"].queryset = free_to_hold(self.row, now=self.now)
        fields["presider"].help_text = _("办理过本事项的人员、承办单位的人员不在此列。")

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "size": data["size"], "presider_id": data["presider"].pk, "recorder_id": data["recorder"].pk,
            "seed": data["seed"].strip() or self.made_up,
        }  # fmt: skip


class RequestRecusalForm(RowForm):
    """`row` is the seat."""

    verb, key = "request_recusal", "seat_id"
    by = forms.CharField(
        label=lazy("提出人"), max_length=60, help_text=lazy("当事人、代理人的姓名；本人自行回避的填本人。")
    )
    ground = forms.ChoiceField(label=lazy("回避情形"), widget=forms.RadioSelect)
    reason = words_field(lazy("理由"))

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        fields["ground"].choices = [(code, _(name)) for code, name in RECUSAL_GROUNDS.items()]


class DecideRecusalForm(RowForm):
    """`row` is the request."""

    verb, key = "decide_recusal", "recusal_id"
    granted = forms.TypedChoiceField(
        label=lazy("决定"),
        choices=[("yes", lazy("同意回避")), ("no", lazy("不同意"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    decision = words_field(lazy("决定的理由"))


class MemberField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return _("%(name)s（%(category)s）") % {"name": obj.label, "category": _(obj.get_category_display())}


class ReplaceMemberForm(RowForm):
    """`row` is the seat: for a member a draw or a name, for presider and recorder a name."""

    verb, key = "replace_member", "seat_id"
    how = forms.ChoiceField(
        label=lazy("怎样更换"),
        choices=[("draw", lazy("再抽取一人")), ("name", lazy("指定一人"))],
        initial="draw",
        widget=forms.RadioSelect,
    )
    seed = forms.CharField(label=lazy("抽取种子"), max_length=64, required=False, help_text=SEED_HELP)
    member = MemberField(
        label=lazy("指定的听证员"), queryset=PoolMember.objects.none(), required=False,
        empty_label=lazy("请选择"), help_text=lazy("只列出与本事项没有利害关系的人员。"),
    )  # fmt: skip
    user = PersonField(label=lazy("更换为"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    reason = words_field(lazy("更换的原因"), most=300, rows=2, required=False)

    def __init__(self, *args: Any, made_up: str = "", **kwargs: Any) -> None:
        self.made_up = made_up
        super().__init__(*args, **kwargs)

    def prepare(self) -> None:
        fields: dict[str, Any] = self.fields
        if self.row.role == "member":
            del fields["user"]
            found = field_of(self.row.hearing, now=self.now)
            free = [one.id for one in found.candidates]
            fields["member"].queryset = PoolMember.objects.filter(pk__in=free).select_related("participant")
            if self.row.status == "recused":
                fields["reason"].help_text = _("抽取补足回避的席位可以不填；指定人员须说明原因。")
        else:
            for name in ("how", "seed", "member"):
                del fields[name]
            fields["user"].queryset = free_staff(self.row.hearing, self.row.role, now=self.now)

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        if self.row.role != "member":
            return {"user_id": data["user"].pk, "reason": data["reason"]}
        if data["how"] == "draw":
            return {"seed": data["seed"].strip() or self.made_up, "reason": data["reason"]}
        # Nobody chosen is no member: the action says so at the field.
        return {"member_id": data["member"].pk if data["member"] else 0, "reason": data["reason"]}
