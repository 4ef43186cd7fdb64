"""What is typed for inspections."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability import actions
from accountability.forms.evidence import EvidenceForm
from accountability.lifecycle import CHECKS, STRATA
from accountability.models import Inspection
from accountability.queries.inspections import units_of
from accountability.rules.inspect import MOST
from cases.forms.field import UnitsField
from cases.forms.verb import day_field, words_field
from hall.access import Actor, Refused
from staffing.models import Hall


def _laid(form: forms.Form, refused: Refused) -> None:
    """A refused input at its field."""
    if refused.kind in ("input", "state"):
        form.add_error(refused.field if refused.field in form.fields else None, str(refused.reason))


class PlanInspectionForm(forms.Form):
    """Which period, which units, how many of each stratum."""

    title = forms.CharField(label=lazy("名称"), max_length=120)
    from_on = day_field(lazy("自"))
    to_on = day_field(lazy("至"), help_text=lazy("在这一期间办结或者被评价为不满意的事项。"))
    units = UnitsField(lazy("单位"), help_text=lazy("不选即全部单位。"))

    def __init__(self, *args: Any, actor: Actor, hall: Hall, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.hall, self.now = actor, hall, now
        fields: dict[str, Any] = self.fields
        fields["units"].queryset = units_of(hall)
        for code, label in STRATA.items():
            said = _("抽取件数：%(what)s") % {"what": _(label)}
            fields[code] = forms.IntegerField(label=said, min_value=0, max_value=MOST, initial=5)

    def act(self) -> Inspection:
        said = self.cleaned_data
        try:
            return actions.plan_inspection(
                actor=self.actor, hall_id=self.hall.pk, title=said["title"], from_on=said["from_on"],
                to_on=said["to_on"], unit_ids=[unit.pk for unit in said["units"]],
                sizes={code: said[code] for code in STRATA}, now=self.now,
            )  # fmt: skip
        except Refused as refused:
            _laid(self, refused)
            raise


class InspectForm(forms.Form):
    """A verb on one inspection, or on one case of it. `key` is the action's argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str] = "inspection_id"

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def act(self) -> Any:
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            _laid(self, refused)
            raise


class DrawSampleForm(InspectForm):
    verb = "draw_sample"


class CancelInspectionForm(InspectForm):
    verb = "cancel_inspection"
    reason = words_field(lazy("取消的原因"), most=300)


class RecordCheckForm(EvidenceForm, InspectForm):
    verb, key = "record_check", "check_id"
    visited_on = day_field(lazy("核查日期"))
    conclusion = forms.ChoiceField(label=lazy("结论"), widget=forms.RadioSelect)
    found = words_field(
        lazy("核查情况"), rows=5, help_text=lazy("到哪里、见了谁、看到什么，与卷宗是否一致。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["visited_on"].initial = timezone.localdate(self.now)
        self.fields["conclusion"].choices = [(code, _(label)) for code, label in CHECKS.items()]  # type: ignore[attr-defined]


class ConcludeInspectionForm(InspectForm):
    verb = "conclude_inspection"
    result = words_field(lazy("督查结果"), rows=5)
    problems = words_field(lazy("发现的问题"), required=False, help_text=lazy("内部掌握，不公开。"))
    public_title = forms.CharField(label=lazy("公开的标题"), max_length=120, required=False)
    public_text = words_field(
        lazy("公开的内容"), rows=6, required=False, most=8000,
        help_text=lazy("只写总体情况，不写能认出个人的内容；由另一位负责人批准后公开。不公开的留空。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("result", "problems", "public_title", "public_text"):
            self.fields[name].initial = getattr(self.row, name)


class PublishInspectionForm(InspectForm):
    verb = "publish_inspection"
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.row.revision


class WithdrawInspectionForm(InspectForm):
    verb = "withdraw_inspection"
    reason = words_field(lazy("撤回的原因"), most=300)
