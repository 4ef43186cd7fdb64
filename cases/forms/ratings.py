"""What the petitioner says of hall and unit; what the supervisor found; the rule of the period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions import Said
from cases.forms.verb import VerbForm, words_field
from cases.lifecycle import GRADES
from cases.models import Rating, RatingRule
from cases.queries.ratings import RatingShown, ratings_of, target_words
from cases.rules import rating_rule_wrong

if TYPE_CHECKING:
    SettingForm = forms.ModelForm[Any]
else:
    SettingForm = forms.ModelForm


class RatingCodeForm(forms.Form):
    """The one-time code as people type it: any case, with spaces or dashes."""

    code = forms.CharField(
        label=lazy("评价码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "one-time-code", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )


class TargetForm(forms.Form):
    """The grade of one target: nothing is chosen beforehand, nothing has to be chosen."""

    grade = forms.TypedChoiceField(
        label=lazy("您的评价"),
        coerce=int,
        empty_value=None,
        required=False,
        choices=[(code, words) for code, words in GRADES.items()],
        widget=forms.RadioSelect,
    )
    reason = words_field(lazy("哪里不满意"), rows=2, required=False, most=1000)
    comment = words_field(lazy("意见建议"), rows=2, required=False, most=1000)

    def __init__(self, data: Any = None, *, rating: Rating) -> None:
        super().__init__(data, prefix=rating.target)
        self.rating, self.who = rating, target_words(rating)
        self.fields["grade"].choices = [(code, _(words)) for code, words in GRADES.items()]  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Words without a grade are no rating; the grade is asked for rather than the words dropped."""
        values = super().clean() or self.cleaned_data
        written = values.get("reason", "").strip() or values.get("comment", "").strip()
        if values.get("grade") is None and written and "grade" not in self.errors:
            self.add_error("grade", _("请选择满意、基本满意或者不满意。"))
        return values

    @property
    def said(self) -> Said | None:
        """What was said of this target; None when nothing was."""
        values = self.cleaned_data
        if values.get("grade") is None:
            return None
        return Said(values["grade"], values["reason"], values["comment"])


class CloseFollowUpForm(VerbForm):
    verb = "close_follow_up"
    finding = words_field(
        lazy("回访情况"), rows=4, help_text=lazy("什么时候、怎么联系的信访人，查明了什么原因。")
    )
    measure = words_field(
        lazy("处理"), rows=3, help_text=lazy("怎么改进、怎么处理；不需要处理的，写明理由。")
    )

    def ratings(self) -> list[RatingShown]:
        """What the petitioner said, beside the form."""
        return ratings_of(self.case, self.actor)


class FollowUpFilterForm(forms.Form):
    """The filters of the supervisor's list; what is not understood is left out."""

    status = forms.ChoiceField(label=lazy("状态"), required=False)
    department = forms.ChoiceField(label=lazy("责任单位"), required=False)

    def __init__(self, data: Mapping[str, Any], units: list[tuple[int, str]]) -> None:
        super().__init__(data)
        states = [("", _("待回访")), ("closed", _("已回访"))]
        self.fields["status"].choices = states  # type: ignore[attr-defined]
        every = [("", _("全部")), *((str(pk), label) for pk, label in units)]
        self.fields["department"].choices = every  # type: ignore[attr-defined]

    def asked(self) -> dict[str, Any]:
        self.is_valid()
        unit = self.cleaned_data.get("department")
        return {
            "status": self.cleaned_data.get("status") or "open",
            "department_id": int(unit) if unit else None,
        }


class RatingRuleForm(SettingForm):
    """How long one may rate, and when one is reminded; what cannot stand is refused where it is typed."""

    class Meta:
        model = RatingRule
        fields = ["hall", "days", "reminders"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["hall"].required = False
        self.fields["hall"].help_text = _("不选：所有没有自己规则的大厅。")
        self.fields["reminders"].help_text = _("用逗号分开，例如 15,5,1；不提醒的留空。")

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if "days" in values and "reminders" in values:
            field, wrong = rating_rule_wrong(values["days"], values["reminders"] or [])
            if wrong:
                self.add_error(field, str(wrong))
        return values
