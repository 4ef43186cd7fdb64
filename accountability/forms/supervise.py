"""What is typed for supervisions: each form hands it to its one action and lays refusals at their fields."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability import actions
from accountability.actions.supervise import usual_day
from accountability.forms.evidence import EvidenceForm
from accountability.lifecycle import BY_HAND, OUTCOMES, SUPERVISION, TRIGGERS
from accountability.models import Supervision
from accountability.queries.supervision_rules import Held
from accountability.queries.supervision_words import says_seen
from accountability.queries.supervisions import SupervisionFilter, units_with
from accountability.rules import TriggerRule
from cases.forms.verb import UnitField, day_field, words_field
from cases.models import Case
from hall.access import Actor, Refused
from staffing.models import Department


def _problem() -> forms.CharField:
    return words_field(lazy("存在的问题"), help_text=lazy("写事实，不写推测；单位会看到。"))


def _demand() -> forms.CharField:
    return words_field(lazy("督办要求"), help_text=lazy("一行一项。"))


class SuperviseForm(forms.Form):
    """A verb on one supervision."""

    verb: ClassVar[str]
    key: ClassVar[str] = "supervision_id"

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Supervision, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row
        if "feedback_on" in self.fields:
            self.fields["feedback_on"].initial = usual_day(now=now)

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


class ConfirmSupervisionForm(SuperviseForm):
    verb = "confirm_supervision"
    problem, demand = _problem(), _demand()
    feedback_on = day_field(lazy("反馈日期"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        with translation.override("zh-hans"):  # it goes onto the paper
            self.fields["problem"].initial = says_seen(self.row, self.row.case.law)


class DismissSupervisionForm(SuperviseForm):
    verb = "dismiss_supervision"
    reason = words_field(lazy("不督办的理由"))


class AnswerSupervisionForm(EvidenceForm, SuperviseForm):
    verb = "answer_supervision"
    text = words_field(lazy("采取的措施和结果"), rows=6)


class ReturnSupervisionForm(SuperviseForm):
    verb = "return_supervision"
    reason = words_field(lazy("还缺什么"))
    feedback_on = day_field(lazy("再次反馈的日期"))


class CloseSupervisionForm(SuperviseForm):
    verb = "close_supervision"
    outcome = forms.ChoiceField(label=lazy("核实的结论"), widget=forms.RadioSelect)
    result = words_field(lazy("核实的情况"), help_text=lazy("怎样核实的，核实到什么。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["outcome"].choices = [(code, _(label)) for code, label in OUTCOMES.items()]  # type: ignore[attr-defined]


class OpenSupervisionForm(forms.Form):
    """By hand: which case, which unit, why, what is wanted by when. With `case` known its units come first."""

    number = forms.CharField(label=lazy("事项编号"), max_length=38)
    department = UnitField(lazy("被督办单位"))
    trigger = forms.ChoiceField(label=lazy("督办的缘由"))
    problem, demand = _problem(), _demand()
    feedback_on = day_field(lazy("反馈日期"))

    def __init__(
        self, *args: Any, actor: Actor, now: dt.datetime, case: Case | None = None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now
        fields: dict[str, Any] = self.fields
        fields["department"].queryset = Department.objects.filter(is_active=True)
        fields["trigger"].choices = [("", _("请选择")), *((code, _(TRIGGERS[code])) for code in BY_HAND)]
        fields["feedback_on"].initial = usual_day(now=now)
        if case is not None:
            fields["number"].initial = case.number
            fields["department"].initial = next((unit.pk for unit in units_with(case)), None)

    def clean_number(self) -> Case:
        seen = Case.objects.visible_to(self.actor).filter(number=self.cleaned_data["number"].strip())
        if (found := seen.first()) is None:
            raise ValidationError(_("没有找到这个编号的事项。"))
        return found

    def act(self) -> Supervision:
        said = dict(self.cleaned_data)
        case, unit = said.pop("number"), said.pop("department")
        try:
            return actions.open_supervision(
                actor=self.actor, now=self.now, case_id=case.pk, department_id=unit.pk, **said
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


class SupervisionFilterForm(forms.Form):
    """What is not understood is left out."""

    status = forms.ChoiceField(label=lazy("状态"), required=False)
    trigger = forms.ChoiceField(label=lazy("缘由"), required=False)
    unit = forms.ChoiceField(label=lazy("单位"), required=False)
    from_on = day_field(lazy("提出自"), required=False)
    until_on = day_field(lazy("提出至"), required=False)
    number = forms.CharField(label=lazy("事项编号"), max_length=38, required=False)
    late = forms.BooleanField(label=lazy("只看逾期未反馈的"), required=False)

    def __init__(self, data: Mapping[str, Any], units: Sequence[Department], *, sees_proposed: bool) -> None:
        super().__init__(data)
        hidden = () if sees_proposed else ("proposed", "dismissed")
        rows = {
            "status": [(code, _(label)) for code, label in SUPERVISION.choices if code not in hidden],
            "trigger": [(code, _(label)) for code, label in TRIGGERS.items()],
            "unit": [(str(one.pk), one.label) for one in units],
        }
        for name, choices in rows.items():
            self.fields[name].choices = [("", _("全部")), *choices]  # type: ignore[attr-defined]

    def asked(self) -> SupervisionFilter:
        self.is_valid()
        said = self.cleaned_data
        unit = said.get("unit")
        return SupervisionFilter(
            status=said.get("status") or "",
            trigger=said.get("trigger") or "",
            department_id=int(unit) if unit else None,
            late=bool(said.get("late")),
            from_on=said.get("from_on"),
            until_on=said.get("until_on"),
            number=(said.get("number") or "").strip(),
        )

    @property
    def is_filtered(self) -> bool:
        self.is_valid()
        return any(self.cleaned_data.values())


_NUMBERS = {
    "half_time": lazy("期限过了百分之几"),
    "came_again": lazy("登记几日以后再来算一次"),
    "returned": lazy("退回超过几日"),
    "helper_silent": lazy("逾期超过几日"),
    "overdue": lazy("超期超过几日"),
    "low_rating": lazy("评价几日以后"),
}


class SupervisionRulesForm(forms.Form):
    """Each trigger's number, and whether it is on, in one hall."""

    def __init__(self, *args: Any, held: Sequence[Held], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.held = held
        for one in held:
            code = one.trigger.code
            self.fields[f"{code}_on"] = forms.BooleanField(
                label=_(TRIGGERS[code]), required=False, initial=one.is_active
            )
            unit = str(_NUMBERS[code])
            self.fields[f"{code}_threshold"] = forms.IntegerField(
                label=unit,
                initial=one.threshold,
                min_value=one.trigger.least,
                max_value=one.trigger.most,
                help_text=_("%(least)s至%(most)s；统一规则为%(usual)s")
                % {
                    "least": one.trigger.least,
                    "most": one.trigger.most,
                    "usual": one.trigger.threshold,
                },
            )

    def rows(self) -> list[tuple[Held, forms.BoundField, forms.BoundField]]:
        return [
            (one, self[f"{one.trigger.code}_on"], self[f"{one.trigger.code}_threshold"]) for one in self.held
        ]

    def act(self, *, actor: Actor, hall_id: int, now: dt.datetime) -> None:
        said = self.cleaned_data
        wanted = {
            one.trigger.code: TriggerRule(
                said[f"{one.trigger.code}_threshold"], said[f"{one.trigger.code}_on"]
            )
            for one in self.held
        }
        try:
            actions.save_supervision_rules(actor=actor, hall_id=hall_id, wanted=wanted, now=now)
        except Refused as refused:
            if refused.kind == "input":
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise
