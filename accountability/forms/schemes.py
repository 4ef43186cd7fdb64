"""What is typed for a scheme of assessment: where it begins from, and its items, one row each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability import actions
from accountability.forms.sanctions import SanctionForm
from accountability.lifecycle import ITEM_KINDS, SOURCES, SOURCES_OF
from accountability.models import AssessmentScheme
from accountability.queries.assess import undrawn_units, words_of
from accountability.queries.assess_table import STANDARD, ItemWords
from cases.forms.field import UnitsField
from cases.forms.verb import day_field
from hall.access import Actor, Refused
from staffing.models import Hall

SPARE_ROWS = 2
_HUNDRED = Decimal(100)


class DraftSchemeForm(forms.Form):
    """A new draft. `made` is it once it was drafted."""

    hall = forms.ModelChoiceField(label=lazy("大厅"), queryset=Hall.objects.none(), empty_label=None)
    model = forms.ChoiceField(label=lazy("从哪里开始"), help_text=lazy("带入全部项目，可以再改。"))
    from_on = day_field(lazy("考核期自"))
    to_on = day_field(lazy("考核期至"))
    made: AssessmentScheme

    def __init__(
        self,
        data: Mapping[str, Any] | None,
        *,
        actor: Actor,
        now: dt.datetime,
        halls: QuerySet[Hall],
        earlier: QuerySet[AssessmentScheme],
    ) -> None:
        super().__init__(data)
        self.actor, self.now = actor, now
        fields: dict[str, Any] = self.fields
        fields["hall"].queryset = halls
        fields["hall"].initial = halls.first()
        standard = [(f"standard:{code}", one.name) for code, one in STANDARD.items()]
        own = [
            (
                f"scheme:{one.pk}",
                _("%(units)s %(year)s年第%(n)s版")
                % {"units": one.units_words, "year": one.year, "n": one.version},
            )
            for one in earlier
        ]
        fields["model"].choices = [(_("标准方案"), standard), *([(_("沿用本厅的"), own)] if own else [])]
        year = timezone.localdate(now).year
        fields["from_on"].initial, fields["to_on"].initial = dt.date(year, 1, 1), dt.date(year, 12, 31)

    def act(self) -> AssessmentScheme:
        """The one call. A refused input is laid at its field and raised again."""
        said = self.cleaned_data
        kind, _colon, name = said["model"].partition(":")
        begins: dict[str, Any] = {"standard": name} if kind == "standard" else {"copied_id": int(name)}
        try:
            self.made = actions.draft_scheme(
                actor=self.actor, hall_id=said["hall"].pk, from_on=said["from_on"], to_on=said["to_on"],
                now=self.now, **begins,
            )  # fmt: skip
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise
        return self.made


class ItemForm(forms.Form):
    """One item. An empty row is none; a ticked one is taken out."""

    name = forms.CharField(label=lazy("项目"), max_length=60, required=False)
    name_en = forms.CharField(label=lazy("项目（英文）"), max_length=80, required=False)
    method = forms.ChoiceField(label=lazy("计分方法和依据"), required=False)
    full = forms.DecimalField(label=lazy("满分"), max_digits=5, decimal_places=2, min_value=0, required=False)
    each = forms.DecimalField(
        label=lazy("每次扣"), max_digits=5, decimal_places=2, min_value=0, required=False
    )
    cap = forms.DecimalField(
        label=lazy("最多扣"), max_digits=5, decimal_places=2, min_value=0, required=False
    )
    floor = forms.DecimalField(
        label=lazy("低于…%不得分"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    ceiling = forms.DecimalField(
        label=lazy("达到…%得满分"), max_digits=5, decimal_places=2, min_value=0, max_value=100, required=False
    )
    gone = forms.BooleanField(label=lazy("去掉这一项"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["method"].choices = [("", "—"), *methods()]
        for name in ("full", "each", "cap", "floor", "ceiling"):
            fields[name].widget.attrs["class"] = "num"

    def clean(self) -> dict[str, Any]:
        said = super().clean() or {}
        if not said.get("gone") and (said.get("name") or said.get("method")):
            for name in ("name", "method", "full"):
                if said.get(name) in ("", None) and name not in self.errors:
                    self.add_error(name, _("请填写。"))
        return said

    def words(self) -> ItemWords | None:
        said = self.cleaned_data
        if said.get("gone") or not said.get("name"):
            return None
        kind, _colon, source = said["method"].partition(":")
        is_rate = kind == "rate"
        return ItemWords(
            name=said["name"],
            name_en=said.get("name_en") or "",
            kind=kind,
            source=source,
            full=said["full"],
            each=None if is_rate else said.get("each"),
            cap=None if is_rate else said.get("cap") or said["full"],
            floor=(said.get("floor") or Decimal(0)) / _HUNDRED if is_rate else Decimal(0),
            ceiling=Decimal(1) if not is_rate or said.get("ceiling") is None else said["ceiling"] / _HUNDRED,
        )


def methods() -> list[tuple[str, list[tuple[str, str]]]]:
    """The closed list, grouped by how it counts."""
    return [
        (_(words), [(f"{kind}:{code}", _(SOURCES[code])) for code in SOURCES_OF[kind]])
        for kind, words in ITEM_KINDS.items()
    ]


class _Items(forms.BaseFormSet):  # type: ignore[type-arg]
    def words(self) -> list[ItemWords]:
        return [words for form in self.forms if (words := form.words()) is not None]


def _begun(one: ItemWords) -> dict[str, Any]:
    return {
        "name": one.name, "name_en": one.name_en, "method": f"{one.kind}:{one.source}", "full": plain(one.full),
        "each": plain(one.each), "cap": plain(one.cap),
        "floor": plain(one.floor * _HUNDRED) if one.kind == "rate" else None,
        "ceiling": plain(one.ceiling * _HUNDRED) if one.kind == "rate" else None,
    }  # fmt: skip


def plain(number: Decimal | None) -> str | None:
    """`10`, `2.5`: without the zeros of its column."""
    return None if number is None else f"{number.normalize():f}"


ItemFormSet = forms.formset_factory(ItemForm, formset=_Items, extra=0, max_num=40)


class EditSchemeForm(SanctionForm):
    """The title and the rows under it."""

    verb, key = "edit_scheme", "scheme_id"
    title = forms.CharField(label=lazy("名称"), max_length=80)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["title"].initial, self.fields["revision"].initial = self.row.title, self.row.revision
        begun = [_begun(one) for one in words_of(self.row)] + [{} for _n in range(SPARE_ROWS)]
        data = self.data if self.is_bound else None
        self.items: Any = ItemFormSet(data, initial=begun, prefix="items")

    def is_valid(self) -> bool:
        return bool(super().is_valid()) & bool(self.items.is_valid())

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "items": self.items.words()}


class PublishSchemeForm(SanctionForm):
    verb, key = "publish_scheme", "scheme_id"
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.row.revision


class CloseSchemeForm(SanctionForm):
    verb, key = "close_scheme", "scheme_id"


class DrawUpForm(SanctionForm):
    """Which units are assessed now."""

    verb, key = "draw_up_assessments", "scheme_id"
    units = UnitsField(lazy("单位"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["units"].queryset = undrawn_units(self.row)
        if not self.is_bound:
            fields["units"].initial = list(fields["units"].queryset)

    def facts(self) -> dict[str, Any]:
        return {"department_ids": [unit.pk for unit in self.cleaned_data["units"]]}
