"""What is typed to open a finding by hand, and from when on findings are opened."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy
from django.utils.translation import pgettext_lazy

from accountability.forms.findings import RowVerbForm
from accountability.lifecycle import BY_HAND_FAULTS, FAULTS
from accountability.queries.hand_findings import OFFERED, answerable_units, evidence_of, periods_of
from cases.forms.verb import UnitField, day_field, words_field
from cases.queries.words import say_day, says, term_name, verb
from hall.models import JournalEntry
from staffing.models import Department


def entry_words(entry: JournalEntry, law: str) -> str:
    """An entry of the timeline on one line: day, who, what, and what it says."""
    said = " ".join(says(entry, law).split())
    who = entry.actor.label if entry.actor else entry.actor_name
    words = f"{say_day(timezone.localdate(entry.at))} {who} {verb(entry.verb).words}"
    return f"{words} · {said}" if said else words


class OpenFindingForm(RowVerbForm):
    """One fault of one unit, with the entries that show it."""

    verb = "open_finding"
    key = "case_id"
    department = UnitField(lazy("责任单位"))
    fault = forms.ChoiceField(label=pgettext_lazy("finding", "问题"), widget=forms.RadioSelect)
    deadline = forms.TypedChoiceField(
        label=lazy("是哪一个期限"), required=False, coerce=int, empty_value=None,
        help_text=lazy("没有依法送达、没有书面告知的，必须选择；其他问题可以不在任何期限之内。"),
    )  # fmt: skip
    evidence = forms.TypedMultipleChoiceField(
        label=lazy("依据的办理记录"), coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text=lazy("至少一条；最近的在前。责任单位会看到选中的记录。"),
    )  # fmt: skip
    reason = words_field(
        lazy("认定的问题和理由"),
        rows=6,
        help_text=lazy("写事实和依据，不写推测；责任单位会看到。至少10个字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        case = self.row
        fields["department"].queryset = answerable_units(case)
        fields["fault"].choices = [(code, _(FAULTS[code])) for code in BY_HAND_FAULTS]
        rows: list[tuple[Any, str]] = [("", _("不在期限之内"))]
        for one in periods_of(case):
            words = _("%(term)s，%(day)s届满") % {
                "term": term_name(one.kind, case.law), "day": say_day(one.due_on),
            }  # fmt: skip
            rows.append((one.pk, f"{words} · {one.department.label}" if one.department else words))
        fields["deadline"].choices = rows
        entries = evidence_of(case)[:OFFERED]
        fields["evidence"].choices = [(one.pk, entry_words(one, case.law)) for one in entries]

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        unit: Department = said["department"]
        return {
            "department_id": unit.pk,
            "fault": said["fault"],
            "deadline_id": said["deadline"],
            "reason": said["reason"],
            "evidence": said["evidence"],
        }


class FindingsFromForm(RowVerbForm):
    """From which day on; `row` is the hall."""

    verb = "set_findings_from"
    key = "hall_id"
    from_on = day_field(lazy("自哪一天起"), help_text=lazy("这一天以前结束的期限不再列出；已经列出的不变。"))
