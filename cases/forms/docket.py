"""What is typed about a leader's docket: matters set on it, the record of what was said, the ledger's filters."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions import Heard
from cases.forms.verb import day_field, words_field
from cases.models import Case, ReceptionRecord
from cases.queries.ledger import STATES, LedgerFilter, ledger_choices
from hall.access import Actor


class _Numbered(forms.Form):
    """A case by its number, of those that the reader may see."""

    number = forms.CharField(label=lazy("信访事项编号"), max_length=38)

    def __init__(self, *args: Any, actor: Actor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor = actor

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        self.case = Case.objects.visible_to(self.actor).filter(number=number).first() if number else None
        if number and self.case is None:
            raise forms.ValidationError(_("没有找到这个编号的信访事项，或者您无权查看。"))
        return number

    @property
    def case_id(self) -> int | None:
        return self.case.pk if self.case else None


class PlaceOnDocketForm(_Numbered):
    """A registered case by its number, or what is known before that."""

    headline = forms.CharField(
        label=lazy("事由"), max_length=120, required=False, help_text=lazy("还没有登记的，写一句话。")
    )
    who = forms.CharField(
        label=lazy("来访人"), max_length=60, required=False, help_text=lazy("保存时只留姓，其余遮盖。")
    )
    head_count = forms.IntegerField(label=lazy("人数"), min_value=1, max_value=9999, initial=1)
    field_order = ("number", "headline", "who", "head_count")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["number"].required = False
        self.fields["number"].help_text = _("已经登记的填编号，下面的不用填。")

    def facts(self) -> dict[str, Any]:
        values = self.cleaned_data
        return {
            "case_id": self.case_id,
            "headline": values["headline"],
            "who": values["who"],
            "head_count": values["head_count"],
        }


class RemoveFromDocketForm(forms.Form):
    reason = forms.CharField(label=lazy("移出的原因"), max_length=200, required=False)


class LinkDocketCaseForm(_Numbered):
    """Which case it is."""


class RecordForm(forms.Form):
    """The record in the order of the ledger; `version` is the one that the writer would write."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=9999)
    companions = forms.CharField(
        label=lazy("陪同人员"),
        max_length=200,
        required=False,
        help_text=lazy("参加接谈的单位负责人、工作人员。"),
    )
    problem = words_field(lazy("反映的主要问题"), rows=4)
    place = forms.CharField(label=lazy("问题发生地"), max_length=200, required=False)
    cause = words_field(lazy("产生原因"), rows=2, required=False, most=2000)
    opinion = words_field(lazy("领导处理意见"), rows=4)
    is_settled = forms.BooleanField(label=lazy("当场解决"), required=False)
    result = words_field(
        lazy("当场处理的结果"), rows=2, required=False, most=2000, help_text=lazy("当场解决的必填。")
    )
    correction = forms.CharField(
        label=lazy("更正的原因"),
        max_length=200,
        required=False,
        help_text=lazy("原来的记录保留，更正后的作为新的一版。"),
    )

    def __init__(self, *args: Any, last: ReceptionRecord | None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last is None:
            del self.fields["correction"]
        else:
            self.fields["correction"].required = True

    def heard(self) -> Heard:
        values = self.cleaned_data
        names = ("companions", "problem", "place", "cause", "opinion", "is_settled", "result")
        return Heard(**{name: values[name] for name in names})

    def for_version(self, version: int) -> None:
        """Somebody else has written meanwhile: what was typed stays, as a correction of theirs."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data["version"] = version
        self.data = data


def record_initial(case: Case, last: ReceptionRecord | None) -> dict[str, Any]:
    """What is known already: the last version, else what was registered."""
    if last is None:
        return {"version": 1, "problem": case.summary or case.title, "place": case.place}
    names = ("companions", "problem", "place", "cause", "opinion", "is_settled", "result")
    return {"version": last.version + 1, **{name: getattr(last, name) for name in names}}


class LedgerForm(forms.Form):
    """The ledger's filters; what is not understood is left out."""

    hall = forms.ChoiceField(label=lazy("大厅"), required=False)
    leader = forms.ChoiceField(label=lazy("接访领导"), required=False)
    first = day_field(lazy("接访日期自"), required=False)
    last = day_field(lazy("至"), required=False)
    unit = forms.ChoiceField(label=lazy("责任单位"), required=False)
    state = forms.ChoiceField(label=lazy("状态"), required=False)

    def __init__(self, data: Mapping[str, Any], actor: Actor) -> None:
        super().__init__(data)
        halls, leaders, units = ledger_choices(actor)
        offered: dict[str, list[Any]] = {"hall": halls, "leader": leaders, "unit": units}
        for name, rows in offered.items():
            choices = [("", _("全部")), *((str(row.pk), row.label) for row in rows)]
            self.fields[name].choices = choices  # type: ignore[attr-defined]
            if len(rows) < 2 and name != "unit":
                del self.fields[name]
        self.fields["state"].choices = [("", _("全部")), *STATES.items()]  # type: ignore[attr-defined]

    def asked(self) -> LedgerFilter:
        self.is_valid()
        values = self.cleaned_data

        def number(name: str) -> int | None:
            return int(values[name]) if values.get(name) else None

        return LedgerFilter(
            hall_id=number("hall"),
            leader_id=number("leader"),
            first=values.get("first"),
            last=values.get("last"),
            department_id=number("unit"),
            state=values.get("state", ""),
        )
