"""The filters of the list."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from consultations.lifecycle import CONSULTATION
from consultations.queries.lists import ConsultationFilter, scopes_of
from hall.access import Actor


class ConsultationFilterForm(forms.Form):
    """What is not understood is left out. The scope is asked of who has two."""

    scope = forms.ChoiceField(label=lazy("范围"), required=False)
    status = forms.ChoiceField(label=lazy("状态"), required=False)
    waiting = forms.BooleanField(label=lazy("只看等待提出意见的"), required=False)

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        self.scopes = scopes_of(actor)
        names = {"unit": _("本单位参加的"), "hall": _("本大厅的")}
        fields["scope"].choices = [(code, names[code]) for code in self.scopes] or [("", "")]
        if len(self.scopes) < 2:
            del fields["scope"]
        fields["status"].choices = [
            ("", _("全部")), ("open", _("没有结束的")), *((one.code, _(one.label)) for one in CONSULTATION.states),
        ]  # fmt: skip
        if self.scopes[:1] == ["unit"]:
            fields["waiting"].label = _("只看等待本单位意见的")

    def said(self) -> dict[str, Any]:
        self.is_valid()
        return self.cleaned_data

    @property
    def is_filtered(self) -> bool:
        said = self.said()
        return bool(said.get("status") or said.get("waiting"))

    def asked(self) -> ConsultationFilter:
        said = self.said()
        return ConsultationFilter(
            scope=said.get("scope") or "",
            status=said.get("status") or "",
            waiting=bool(said.get("waiting")),
        )
