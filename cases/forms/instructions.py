"""What a leader wants of a unit, what the unit reports, and what becomes of it."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions.instructions import last_day_for
from cases.forms.verb import ReasonedForm, UnitField, VerbForm, day_field, words_field
from cases.models import Instruction
from cases.queries.instructions import InstructionShown, instructions_of_cases
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.instructions import MIN_REPORT, in_hand, owed_instruction, received_item
from staffing.models import LeaderReception


class _Dated(VerbForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = say_day(last_day_for(self.case, now=self.now))
        self.fields["due_on"].help_text = _("明天至%(day)s之间；遇节假日顺延到下一个工作日。") % {"day": last}


class GiveInstructionForm(_Dated):
    verb = "give_instruction"
    text = words_field(
        lazy("批示内容"), rows=5, most=2000, help_text=lazy("办什么，办到什么程度，怎样答复信访人。")
    )
    department = UnitField(lazy("责任单位"))
    person = forms.CharField(
        label=lazy("责任人"),
        max_length=60,
        required=False,
        help_text=lazy("责任单位中负责办理的人的姓名；不填的，由单位确定。"),
    )
    due_on = day_field(lazy("办理时限"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("department", self.case.first_handler_id)

    def units(self, name: str) -> Any:
        where = standing(self.case)
        busy = [one["department_id"] for one in where.instructions]
        return super().units(name).exclude(pk__in=where.barred_units).exclude(pk__in=busy)

    def reception(self) -> LeaderReception | None:
        """From which reception the instruction comes, for the page."""
        item = received_item(self.actor, self.case, self.now)
        rows = LeaderReception.objects.select_related("leader")
        return rows.filter(pk=item["reception_id"]).first() if item else None


class ReportInstructionForm(VerbForm):
    verb = "report_instruction"
    text = words_field(
        lazy("办理情况和结果"),
        rows=8,
        help_text=lazy("做了什么，结果如何，信访人的态度；没有办完的，写明原因和下一步。至少%(n)s个字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = str(self.fields["text"].help_text) % {"n": MIN_REPORT}

    def shown(self) -> list[InstructionShown]:
        """The instruction that is answered, with what was sent back, for the page."""
        owed = owed_instruction(self.actor, standing(self.case))
        every = instructions_of_cases([self.case.pk], now=self.now).get(self.case.pk, [])
        return [row for row in every if owed and row.one.pk == owed["id"]]


class InstructionField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """Which of several instructions; with one alone it is chosen already."""

    def label_from_instance(self, one: Instruction) -> str:
        text = one.text if len(one.text) <= 40 else f"{one.text[:40]}…"
        return _("%(name)s：%(text)s") % {"name": one.department.label, "text": text}


class _ReadingForm(VerbForm):
    instruction = InstructionField(
        label=lazy("领导批示"),
        queryset=Instruction.objects.none(),
        widget=forms.RadioSelect,
        empty_label=None,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        able = in_hand(self.actor, self.case, self.verb)
        field: Any = self.fields["instruction"]
        field.queryset = Instruction.objects.filter(pk__in=able).select_related("department").order_by("id")
        if len(able) == 1:
            self.initial.setdefault("instruction", able[0])
            field.widget = forms.HiddenInput()

    def shown(self) -> list[InstructionShown]:
        """Those in question, with what was reported on them, for the page."""
        able = in_hand(self.actor, self.case, self.verb)
        every = instructions_of_cases([self.case.pk], now=self.now).get(self.case.pk, [])
        return [row for row in every if row.one.pk in able]


class ReturnInstructionForm(_ReadingForm, _Dated):
    verb = "return_instruction"
    reason = words_field(lazy("还要办理什么"), most=2000)
    due_on = day_field(lazy("新的办理时限"))
    field_order = ("instruction", "reason", "due_on")


class CloseInstructionForm(_ReadingForm):
    verb = "close_instruction"
    note = words_field(lazy("领导审阅意见"), required=False, most=2000)
    field_order = ("instruction", "note")


class WithdrawInstructionForm(_ReadingForm, ReasonedForm):
    verb = "withdraw_instruction"
    field_order = ("instruction", "reason")
