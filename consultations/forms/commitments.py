"""What is typed on a commitment, and the filters of their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import day_field, words_field
from cases.queries.words import say_day
from consultations.forms.minutes import JointForm
from consultations.lifecycle import COMMITMENT
from consultations.models import Commitment
from consultations.queries.commitments import CommitmentFilter
from consultations.rules.commitments import MIN_REPORT, days_left_to_extend
from consultations.rules.minutes import last_commitment_day
from staffing.models import Department


class CommitmentForm(JointForm):
    key = "commitment_id"
    row: Commitment


class ReportCommitmentForm(CommitmentForm):
    verb = "report_commitment"
    text = words_field(lazy("落实情况"), rows=6)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("做了什么，结果如何；没有办完的，写明原因和下一步。至少%(n)s个字。")
        self.fields["text"].help_text = words % {"n": MIN_REPORT}


class ReturnCommitmentForm(CommitmentForm):
    verb = "return_commitment"
    reason = words_field(lazy("还要做什么"), most=300)
    due_on = day_field(lazy("新的期限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = say_day(
            last_commitment_day(self.row.consultation.case.law, today=timezone.localdate(self.now))
        )
        self.fields["due_on"].help_text = _("明天至%(day)s之间；遇节假日顺延到下一个工作日。") % {"day": last}


class ConfirmCommitmentForm(CommitmentForm):
    verb = "confirm_commitment"
    note = words_field(lazy("确认意见"), required=False, most=300)


class ExtendCommitmentForm(CommitmentForm):
    verb = "extend_commitment"
    days = forms.IntegerField(label=lazy("延长的日数"), min_value=1)
    reason = words_field(lazy("延期理由"), most=300)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("从现在的期限起延长；还可以延长%(n)s日。")
        self.fields["days"].help_text = words % {"n": days_left_to_extend(self.row)}


class DropCommitmentForm(CommitmentForm):
    verb = "drop_commitment"
    reason = words_field(lazy("为什么不再需要"), most=300)


class CommitmentFilterForm(forms.Form):
    """What is not understood is left out."""

    scope = forms.CharField(required=False, widget=forms.HiddenInput)
    state = forms.ChoiceField(label=lazy("状态"), required=False)
    unit = forms.ChoiceField(label=lazy("责任单位"), required=False)
    late = forms.BooleanField(label=lazy("只看逾期的"), required=False)

    def __init__(self, data: Mapping[str, Any], *, units: Sequence[Department]) -> None:
        super().__init__(data)
        states = [(code, _(label)) for code, label in COMMITMENT.choices if code != "draft"]
        fields: dict[str, Any] = self.fields
        fields["state"].choices = [("", _("没有了结的")), ("all", _("全部")), *states]
        fields["unit"].choices = [("", _("全部")), *((str(unit.pk), unit.label) for unit in units)]
        if not units:
            del self.fields["unit"]

    def asked(self) -> CommitmentFilter:
        self.is_valid()
        said = self.cleaned_data
        unit = said.get("unit")
        return CommitmentFilter(
            scope=said.get("scope") or "",
            state=said.get("state") or "running",
            unit_id=int(unit) if unit else None,
            late=bool(said.get("late")),
        )

    @property
    def is_filtered(self) -> bool:
        asked = self.asked()
        return asked.state != "running" or asked.unit_id is not None or asked.late
