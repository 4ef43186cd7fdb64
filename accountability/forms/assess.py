"""What is typed for an assessment."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability.forms.sanctions import SanctionForm
from accountability.lifecycle import ASSESSMENT
from accountability.models import AssessedEvent
from accountability.queries.assess import AssessmentFilter, counted_events
from accountability.rules import AppealAnswer
from cases.forms.verb import UnitField, day_field, words_field
from cases.models import Case
from hall.access import Actor
from staffing.models import Department


class RedrawForm(SanctionForm):
    verb, key = "redraw_assessment", "assessment_id"


class SendForm(SanctionForm):
    verb, key = "send_assessment", "assessment_id"


class AcceptForm(SanctionForm):
    verb, key = "accept_assessment", "assessment_id"


class EnterDeductionForm(SanctionForm):
    verb, key = "enter_deduction", "assessment_id"
    number = forms.CharField(
        label=lazy("文号"),
        max_length=80,
        help_text=lazy("本厅出具的文书，例如：云信督〔2026〕12号。一份文书只计一次。"),
    )
    on = day_field(lazy("发生日期"))
    cost = forms.DecimalField(label=lazy("扣分"), max_digits=5, decimal_places=2, min_value=0)
    evidence = words_field(
        lazy("事实和证据"), rows=4, help_text=lazy("文书的哪一部分证明了什么，不写信访人的个人信息。")
    )


class StateForm(SanctionForm):
    verb, key = "state_assessment", "assessment_id"
    text = words_field(lazy("情况说明"), rows=8, most=4000)


class EventsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Deductions, each with a box."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(
            label=label,
            queryset=AssessedEvent.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    words: Mapping[int, str] = {}

    def label_from_instance(self, obj: Any) -> str:
        return self.words[obj.pk]


def event_words(actor: Actor, events: Sequence[AssessedEvent]) -> dict[int, str]:
    """Item, day, and the number behind it; a case that is not this reader's to see is not named."""
    seen = Case.objects.visible_to(actor).filter(pk__in={one.case_id for one in events if one.case_id})
    known = set(seen.values_list("pk", flat=True))
    return {one.pk: f"{one.line.item.words} · {one.on:%Y-%m-%d} · {_behind(one, known)}" for one in events}


def _behind(one: AssessedEvent, known: Collection[int]) -> str:
    if one.case is not None:
        return one.case.number if one.case_id in known else _("您无权查看的事项")
    return one.document.number if one.document else one.record


class DecideForm(SanctionForm):
    verb, key = "decide_assessment", "assessment_id"
    restored = EventsField(lazy("不再计入的扣分"), help_text=lazy("没有勾选的维持不变。"))
    reason = words_field(lazy("决定的理由"), rows=5, most=4000)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["restored"].words = event_words(self.actor, list(counted_events(self.row)))
        fields["restored"].queryset = counted_events(self.row)

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"restored": [one.pk for one in said["restored"]], "reason": said["reason"]}


class AppealForm(SanctionForm):
    """A field for the reasons beside every deduction that counts; an empty one is not appealed."""

    verb, key = "appeal_assessment", "assessment_id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = event_words(self.actor, self.events)
        for one in self.events:
            self.fields[f"reason_{one.pk}"] = forms.CharField(
                label=words[one.pk], required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
            )

    @cached_property
    def events(self) -> list[AssessedEvent]:
        return list(counted_events(self.row))

    def facts(self) -> dict[str, Any]:
        return {"reasons": {one.pk: self.cleaned_data.get(f"reason_{one.pk}", "") for one in self.events}}


class DecideAppealForm(SanctionForm):
    """For every deduction that was appealed: kept or given back, and why."""

    verb, key = "decide_appeal", "assessment_id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = event_words(self.actor, self.events)
        for one in self.events:
            self.fields[f"keeps_{one.pk}"] = forms.ChoiceField(
                label=words[one.pk],
                help_text=_("申诉理由：%(text)s") % {"text": one.appeal},
                choices=[("restore", lazy("不再计入")), ("keep", lazy("维持扣分"))],
                widget=forms.RadioSelect,
            )
            self.fields[f"answer_{one.pk}"] = words_field(lazy("理由"), rows=2, most=1000)

    @cached_property
    def events(self) -> list[AssessedEvent]:
        return list(counted_events(self.row).exclude(appeal=""))

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        answers = {
            one.pk: AppealAnswer(said[f"keeps_{one.pk}"] == "restore", said[f"answer_{one.pk}"])
            for one in self.events
        }
        return {"answers": answers}


class FileForm(SanctionForm):
    verb, key = "file_assessment", "assessment_id"
    department = UnitField(lazy("组织人事部门（系统内单位）"), required=False)
    body = forms.CharField(
        label=lazy("组织人事部门（系统外机关）"), max_length=80, required=False,
        help_text=lazy("写全称，例如：中共云溪县委组织部。与系统内单位只填一个。"),
    )  # fmt: skip

    def __init__(self, *args: Any, units: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["department"].queryset = units.exclude(pk=self.row.department_id)

    def facts(self) -> dict[str, Any]:
        unit = self.cleaned_data.get("department")
        return {"department_id": unit.pk if unit else None, "body": self.cleaned_data.get("body", "")}


class AcknowledgeForm(SanctionForm):
    """A unit signs; for a body outside, who signed for it there is written down."""

    verb, key = "acknowledge_assessment", "assessment_id"
    proof = forms.CharField(
        label=lazy("签收情况"), max_length=300, help_text=lazy("例如：办公室签收人、公文交换登记号。")
    )

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, actor=actor, **kwargs)
        if (
            self.row.department_id in actor.departments()
            or not self.row.copies.filter(department=None).exists()
        ):
            del self.fields["proof"]


class AssessmentFilterForm(forms.Form):
    status = forms.ChoiceField(label=lazy("状态"), required=False)
    year = forms.IntegerField(label=lazy("年度"), required=False, min_value=2000, max_value=2200)
    unit = forms.ModelChoiceField(
        label=lazy("单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("全部")
    )

    def __init__(self, data: Mapping[str, Any], units: QuerySet[Department]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = units
        fields["status"].choices = [
            ("", _("全部")),
            *((code, _(label)) for code, label in ASSESSMENT.choices),
        ]

    def asked(self) -> AssessmentFilter:
        """What is not understood is left out."""
        self.is_valid()
        said = self.cleaned_data
        unit = said.get("unit")
        return AssessmentFilter(
            status=said.get("status") or "", year=said.get("year"), unit_id=unit.pk if unit else None
        )

    @property
    def is_filtered(self) -> bool:
        return self.asked() != AssessmentFilter()
