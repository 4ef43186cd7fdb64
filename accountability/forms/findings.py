"""What is typed on a finding, on the list of findings, and on why somebody came again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from accountability import actions
from accountability.forms.evidence import EvidenceForm
from accountability.lifecycle import FAULTS, FINDING, LED_TO
from accountability.models import Finding
from accountability.queries.findings import UNDECIDED, FindingFilter, most_days, new_entries, upheld_days
from accountability.queries.traces import earlier_of, late_deadlines
from cases.forms.verb import day_field, words_field
from cases.queries.words import say_day, term_name, verb
from hall.access import Actor, Refused
from staffing.models import Department

LAW = "r22"
"""In whose words the list's filter names the periods; a row says its own case's."""


class FindingFilterForm(forms.Form):
    """What is not understood is left out."""

    status = forms.ChoiceField(label=lazy("状态"), required=False)
    unit = forms.ChoiceField(label=lazy("责任单位"), required=False)
    fault = forms.ChoiceField(label=pgettext_lazy("finding", "问题"), required=False)
    kind = forms.ChoiceField(label=lazy("期限"), required=False)
    from_on = day_field(lazy("届满自"), required=False)
    until_on = day_field(lazy("届满至"), required=False)
    number = forms.CharField(label=lazy("事项编号"), max_length=38, required=False)

    def __init__(
        self, data: Mapping[str, Any], units: Sequence[Department], kinds: Sequence[str] = ()
    ) -> None:
        super().__init__(data)
        states = [
            ("", _("全部")),
            (UNDECIDED, _("待认定的")),
            *((code, _(label)) for code, label in FINDING.choices),
        ]
        self.fields["status"].choices = states  # type: ignore[attr-defined]
        found = [("", _("全部")), *((str(one.pk), one.label) for one in units)]
        self.fields["unit"].choices = found  # type: ignore[attr-defined]
        faults = [("", _("全部")), *((code, _(label)) for code, label in FAULTS.items())]
        self.fields["fault"].choices = faults  # type: ignore[attr-defined]
        terms = [("", _("全部")), *((code, term_name(code, LAW)) for code in kinds)]
        self.fields["kind"].choices = terms  # type: ignore[attr-defined]

    def said(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def is_filtered(self) -> bool:
        return any(self.said().values())

    def asked(self) -> FindingFilter:
        said = self.said()
        unit = said.get("unit")
        return FindingFilter(
            status=said.get("status") or "",
            department_id=int(unit) if unit else None,
            fault=said.get("fault") or "",
            kind=said.get("kind") or "",
            from_on=said.get("from_on"),
            until_on=said.get("until_on"),
            number=(said.get("number") or "").strip(),
        )


class RowVerbForm(forms.Form):
    """A verb on a row. `verb` names the action, `key` its argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str] = "finding_id"

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            action = getattr(actions, self.verb)
            return action(actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts())
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


def _why(label: Any = None, **options: Any) -> forms.CharField:
    return words_field(
        label or lazy("理由"),
        rows=5,
        help_text=lazy("写明依据的事实；责任单位会看到。至少10个字。"),
        **options,
    )


class StateCaseForm(EvidenceForm, RowVerbForm):
    verb = "state_case"
    text = words_field(
        lazy("情况说明"),
        rows=10,
        help_text=lazy("逐段说明逾期的原因，指出哪些日子不是本单位的，附上依据。至少10个字。"),
    )

    is_final = forms.BooleanField(
        label=lazy("这是最终说明，不再补充"), required=False,
        help_text=lazy("由责任单位负责人勾选；勾选以后，不等说明期限届满就可以认定。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.row.is_late:
            self.fields["text"].help_text = _("就提出的问题逐条说明，附上依据。至少10个字。")


class DecidingForm(RowVerbForm):
    """It carries the days that the reader saw: one that grew meanwhile is read again first."""

    days_read = forms.IntegerField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("days_read", self.row.days_late)


class UpholdFindingForm(DecidingForm):
    verb = "uphold_finding"
    reason = _why()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = _("将认定%(n)s日；要认定其他日数的，请用“部分认定”。") % {"n": upheld_days(self.row)}
        self.fields["reason"].help_text = f"{words}{self.fields['reason'].help_text}"


class ReduceFindingForm(DecidingForm):
    verb = "reduce_finding"
    days = forms.IntegerField(label=lazy("认定的日数"))
    reason = _why(lazy("为什么认定这些日数"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        finding: Finding = self.row
        words = _("逾期%(late)s日，单位自己的%(most)s日，扣除其他各方占用的日数以后为%(left)s日。")
        self.fields["days"].help_text = words % {
            "late": finding.days_late, "most": most_days(finding), "left": upheld_days(finding),
        }  # fmt: skip


class DismissFindingForm(DecidingForm):
    verb = "dismiss_finding"
    reason = _why(lazy("为什么不予认定"))


class ReopenFindingForm(RowVerbForm):
    verb = "reopen_finding"
    entry = forms.TypedChoiceField(
        label=lazy("新的记录"), coerce=int, empty_value=None,
        help_text=lazy("不予认定以后记入本事项的；新的情况还没有记录的，请先记录。"),
    )  # fmt: skip
    reason = _why(lazy("有什么新的情况"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = [
            (one.pk, f"{say_day(timezone.localdate(one.at))} {verb(one.verb).words}")
            for one in new_entries(self.row)
        ]
        self.fields["entry"].choices = [("", _("请选择")), *rows]  # type: ignore[attr-defined]


class RequestFindingReviewForm(RowVerbForm):
    verb = "request_finding_review"
    reason = words_field(lazy("不同意的理由"), rows=6, help_text=lazy("至少10个字。"))


class ConfirmFindingForm(RowVerbForm):
    verb = "confirm_finding"
    reason = _why()


class ChangeFindingForm(RowVerbForm):
    verb = "change_finding"
    days = forms.IntegerField(label=lazy("改为认定的日数"), help_text=lazy("只能比原认定少；填0为不予认定。"))
    reason = _why(lazy("为什么变更"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not self.row.is_late:
            del self.fields["days"]
            self.fields["reason"].label = _("为什么撤销原认定")

    def facts(self) -> dict[str, Any]:
        return {"days": None, **self.cleaned_data}


class TraceRepeatForm(RowVerbForm):
    """What the office did in the earlier matter, as a supervisor sees it."""

    verb = "trace_repeat"
    key = "case_id"
    cause = forms.ChoiceField(
        label=lazy("前一事项的办理有什么问题"), choices=list(LED_TO.items()), widget=forms.RadioSelect
    )
    deadline = forms.TypedChoiceField(
        label=lazy("是哪一个期限"), required=False, coerce=int, empty_value=None,
        help_text=lazy("只列出信访人再次来访时已经逾期的。"),
    )  # fmt: skip
    reason = words_field(
        lazy("更正的理由"),
        rows=5,
        help_text=lazy("只写单位和大厅做了什么、没有做什么，不评价来访的人。至少10个字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        causes = [(code, _(label)) for code, label in LED_TO.items()]
        self.fields["cause"].choices = causes  # type: ignore[attr-defined]
        earlier = earlier_of(self.row)
        late = late_deadlines(earlier, self.row.registered_at) if earlier else []
        law = earlier.law if earlier else ""
        rows: list[tuple[Any, str]] = [("", _("不指明"))]
        for one in late:
            words = {"term": term_name(one.kind, law), "day": say_day(one.due_on)}
            rows.append((one.pk, _("%(term)s，%(day)s届满") % words))
        self.fields["deadline"].choices = rows  # type: ignore[attr-defined]

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        return {"cause": said["cause"], "deadline_id": said["deadline"], "reason": said["reason"]}
