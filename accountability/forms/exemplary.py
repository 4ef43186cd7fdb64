"""What is typed for exemplary cases."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from accountability.forms.sanctions import SanctionForm
from accountability.queries.boards import first_level
from cases.forms.verb import words_field
from cases.queries.masking import masked
from cases.queries.publication import known_of


class MarkExemplaryForm(SanctionForm):
    verb, key = "mark_exemplary", "case_id"
    title = forms.CharField(label=lazy("标题"), max_length=120)
    reasons = words_field(lazy("理由"), rows=5, help_text=lazy("好在哪里：时限、沟通、依据、化解的效果。"))
    lesson = words_field(lazy("可以学习的做法"), rows=5, help_text=lazy("别的同事遇到类似的事可以怎样做。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial = masked(self.row.title, known_of([self.row.pk]))[:120]


class WithdrawExemplaryForm(SanctionForm):
    verb, key = "withdraw_exemplary", "exemplary_id"
    reason = words_field(lazy("撤销的理由"), most=300)


class ExemplaryFilterForm(forms.Form):
    """Which kind of matter; for who looks after the hall, those that were taken back too."""

    category = forms.ChoiceField(label=lazy("内容分类"), required=False)
    status = forms.ChoiceField(label=lazy("状态"), required=False)

    def __init__(self, data: Any, *, keeps: bool) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["category"].choices = [("", lazy("全部")), *first_level().items()]
        fields["status"].choices = [("", lazy("典型案例")), ("withdrawn", lazy("已撤销"))]
        if not keeps:
            del self.fields["status"]
        self.is_valid()

    @property
    def category_asked(self) -> str:
        return str(self.cleaned_data.get("category") or "")

    @property
    def status_asked(self) -> str:
        return str(self.cleaned_data.get("status") or "marked")

    @property
    def is_filtered(self) -> bool:
        return bool(self.category_asked) or self.status_asked != "marked"
