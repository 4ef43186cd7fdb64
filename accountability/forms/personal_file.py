"""What a clerk states before a person's own file is printed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as lazy

from accountability.rules import PROOFS


class PersonalFileForm(forms.Form):
    """Which papers were looked at, and who came."""

    proof = forms.ChoiceField(
        label=lazy("核对了什么"), widget=forms.RadioSelect, choices=list(PROOFS.items())
    )
    note = forms.CharField(
        label=lazy("来人和关系"), required=False, max_length=200,
        help_text=lazy("不是本人到场时填写，例如“女儿张某，持委托书”。会记入本人的查阅记录。"),
    )  # fmt: skip
    shape = forms.ChoiceField(
        label=lazy("要什么形式"), initial="print",
        choices=[("print", lazy("打印")), ("json", lazy("文件（JSON），便于转到别处"))],
    )  # fmt: skip

    def facts(self) -> dict[str, Any]:
        return {"proof": self.cleaned_data["proof"], "note": self.cleaned_data["note"]}
