"""Which claims go where, and which other case is meant: picked from a list, or named by its number."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import ReasonedForm
from cases.lifecycle import LINKS
from cases.models import Case, Claim, StatutoryRoute
from cases.queries.opinions import open_claims
from cases.rules.gate import TITLE_LENGTH
from hall.models import worded


class ClaimsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Some of the case's own claims, each with its number and its text."""

    def __init__(self, label: Any) -> None:
        super().__init__(
            label=label,
            queryset=Claim.objects.none(),
            widget=forms.CheckboxSelectMultiple,
            error_messages={"required": lazy("请至少选择一项诉求。")},
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.number}. {obj.text}"


class RouteField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """A statutory route with its organ, found by typing."""

    def __init__(self) -> None:
        super().__init__(
            label=lazy("法定途径"),
            queryset=StatutoryRoute.objects.filter(is_active=True),
            widget=forms.Select(attrs={"data-combobox": ""}),
            empty_label=lazy("请选择"),
        )

    def label_from_instance(self, obj: Any) -> str:
        return f"{obj.label} · {worded(obj, 'organ')}"


def number_field(label: Any) -> forms.CharField:
    """The number of another case, as it stands on its papers."""
    widget = forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"})
    return forms.CharField(label=label, max_length=38, widget=widget)


class _ClaimsForm(ReasonedForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "claims" in self.fields:
            self.fields["claims"].queryset = open_claims(self.case)  # type: ignore[attr-defined]


class TransferClaimsForm(_ClaimsForm):
    verb = "transfer_claims"
    claims = ClaimsField(lazy("应当走法定途径的诉求"))
    route = RouteField()
    field_order = ("claims", "route", "reason")


class DivertCaseForm(_ClaimsForm):
    verb = "divert_case"
    route = RouteField()
    field_order = ("route", "reason")


class SplitCaseForm(_ClaimsForm):
    verb = "split_case"
    claims = ClaimsField(lazy("另立一件的诉求"))
    title = forms.CharField(label=lazy("新事项的标题"), max_length=TITLE_LENGTH)
    field_order = ("claims", "title", "reason")


class _OtherCaseForm(ReasonedForm):
    """Names another case by its number; one that the reader may not see is not found."""

    other_field = "other"
    found: Case | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if number := values.get(self.other_field, "").strip():
            self.found = Case.objects.visible_to(self.actor).filter(number__iexact=number).first()
            if self.found is None:
                self.add_error(self.other_field, _("没有找到这个编号的信访事项，或者您无权查看。"))
        return values

    def also_locked(self) -> tuple[int, ...]:
        return (self.found.pk,) if self.found else ()

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        del said[self.other_field]
        return {**said, f"{self.other_field}_id": self.found.pk if self.found else None}


class MergeCaseForm(_OtherCaseForm):
    verb = "merge_case"
    other_field = "into"
    into = number_field(lazy("并入哪一件（编号）"))
    field_order = ("into", "reason")


class LinkCasesForm(_OtherCaseForm):
    verb = "link_cases"
    other = number_field(lazy("关联哪一件（编号）"))
    kind = forms.ChoiceField(label=lazy("关系"), widget=forms.RadioSelect, initial="related")
    field_order = ("other", "kind", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [(code, _(LINKS[code])) for code in ("related", "earlier")]  # type: ignore[attr-defined]
        self.fields["reason"].required = False
        self.fields["reason"].label = _("说明")
