"""A unit's opinion: to each question a position and words."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django import forms
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import words_field
from consultations.forms.base import ConferForm
from consultations.lifecycle import POSITIONS
from consultations.models import ConsultedUnit, Question, UnitOpinion
from consultations.rules import Answer


class GiveUnitOpinionForm(ConferForm):
    """The last version is there to be changed; what is sent is a new one."""

    verb, key = "give_unit_opinion", "unit_id"
    row: ConsultedUnit

    text = words_field(lazy("总的意见"), rows=4, required=False)
    basis = words_field(
        lazy("依据"), rows=3, required=False, help_text=lazy("职责分工、法律法规、政策文件的名称和条款。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last = self.newest
        before = {answer.question_id: answer for answer in last.answers.all()} if last else {}
        for question in self.questions:
            n = question.number
            self.fields[f"position{n}"] = forms.ChoiceField(
                label=_("本单位的意见"),
                choices=[(code, _(label)) for code, label in POSITIONS.items()],
                widget=forms.RadioSelect,
                required=False,
            )
            self.fields[f"text{n}"] = words_field(_("说明"), rows=3, required=False)
            if question.pk in before:
                self.initial.setdefault(f"position{n}", before[question.pk].position)
                self.initial.setdefault(f"text{n}", before[question.pk].text)
        if last:
            self.initial.setdefault("text", last.text)
            self.initial.setdefault("basis", last.basis)

    @cached_property
    def newest(self) -> UnitOpinion | None:
        return self.row.opinions.order_by("-version").prefetch_related("answers").first()

    @cached_property
    def questions(self) -> list[Question]:
        return list(self.row.consultation.questions.all())

    def lines(self) -> Iterator[tuple[Question, Any, Any]]:
        """Each question with its two fields."""
        return ((one, self[f"position{one.number}"], self[f"text{one.number}"]) for one in self.questions)

    def place_of(self, field: str) -> str | None:
        return super().place_of(field.replace("-", ""))

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "text": data["text"],
            "basis": data["basis"],
            "answers": {
                one.pk: Answer(data.get(f"position{one.number}") or "", data.get(f"text{one.number}") or "")
                for one in self.questions
            },
        }
