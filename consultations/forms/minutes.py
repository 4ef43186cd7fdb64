"""What is typed for minutes and the joint conference: the text, its commitments line by line, a signature."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.forms.utils import ErrorDict
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import UnitField, day_field, words_field
from cases.queries.words import say_day
from consultations import actions
from consultations.lifecycle import GROUNDS_OF_CONFERENCE
from consultations.models import Consultation, MinutesVersion
from consultations.queries.minutes import in_order
from consultations.rules import CommitmentLine
from consultations.rules.minutes import MOST_LINES, last_commitment_day
from hall.access import Actor, Refused
from staffing.models import Department

FEWEST_ROWS = 3
LINE = ("unit", "person", "due", "text")
NEEDED = ("unit", "text", "due")


class JointForm(forms.Form):
    """A verb on a consultation or on a commitment. `verb` names the action, `key` its argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str] = "consultation_id"
    places: ClassVar[dict[str, str]] = {}
    """Where a field of the action stands on the form under another name."""

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row

    def facts(self) -> dict[str, Any]:
        """The action's arguments, as typed."""
        return dict(self.cleaned_data)

    def act(self) -> Any:
        """The one call. A refusal that can be mended here is laid at its field, and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                field = self.places.get(refused.field, refused.field)
                self.add_error(field if field in self.fields else None, str(refused.reason))
            raise

    def say_again(self, name: str, value: Any) -> None:
        """What a hidden field says when the form is shown again."""
        data: Any = self.data.copy()  # type: ignore[attr-defined]
        data[self.add_prefix(name)] = value
        self.data = data


class WithLines(JointForm):
    """A form with commitments, a row each. A row without words is none; `more` gives further rows and loses nothing."""

    rows = forms.IntegerField(required=False, widget=forms.HiddenInput, min_value=0, max_value=MOST_LINES)
    row: Consultation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.count = self._count()
        if self.is_bound:
            self.say_again("rows", self.count)
        else:
            self.initial["rows"] = self.count
        units = in_order(self.row.units.select_related("department"))
        here = Department.objects.filter(pk__in=[unit.department_id for unit in units]).order_by("code")
        last = say_day(last_commitment_day(self.row.case.law, today=timezone.localdate(self.now)))
        self.days = _("明天至%(day)s之间；遇节假日顺延到下一个工作日。") % {"day": last}
        for n in range(self.count):
            unit = UnitField(lazy("责任单位"), required=False)
            unit.queryset = here
            unit.widget.attrs.pop("data-combobox", None)
            self.fields[f"unit{n}"] = unit
            self.fields[f"person{n}"] = forms.CharField(label=lazy("责任人"), max_length=60, required=False)
            words = forms.CharField(
                label=lazy("做什么"),
                max_length=1000,
                required=False,
                widget=forms.Textarea(attrs={"rows": 2}),
            )
            self.fields[f"text{n}"] = words
            self.fields[f"due{n}"] = day_field(lazy("期限"), required=False)

    def _count(self) -> int:
        """As many as were on the page, three more when more were asked for."""
        if not self.is_bound:
            return max(FEWEST_ROWS, min(MOST_LINES, int(self.initial.get("rows") or 0) + 1))
        text = str(self.data.get("rows", ""))
        had = int(text) if text.isascii() and text.isdecimal() and len(text) < 4 else FEWEST_ROWS
        return min(MOST_LINES, max(FEWEST_ROWS, had) + (3 if "more" in self.data else 0))

    def full_clean(self) -> None:
        if "more" in self.data:
            self._errors, self.cleaned_data = ErrorDict(), {}
            return
        super().full_clean()

    @property
    def may_grow(self) -> bool:
        return self.count < MOST_LINES

    def lines(self) -> list[list[Any]]:
        """The bound fields, row by row."""
        return [[self[f"{name}{n}"] for name in LINE] for n in range(self.count)]

    def clean(self) -> dict[str, Any]:
        for n in range(self.count):
            said = {name: self.cleaned_data.get(f"{name}{n}") for name in LINE}
            if not any(said.values()) or any(self.has_error(f"{name}{n}") for name in LINE):
                continue
            for name in NEEDED:
                if not said[name]:
                    self.add_error(f"{name}{n}", _("每项任务都要有单位、内容和期限。"))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        own = {f"{name}{n}" for name in LINE for n in range(self.count)} | {"rows"}
        lines = [
            CommitmentLine(
                department_id=said[f"unit{n}"].pk,
                person=said[f"person{n}"],
                text=said[f"text{n}"],
                due_on=said[f"due{n}"],
                row=n,
            )
            for n in range(self.count)
            if said.get(f"unit{n}")
        ]
        return {name: value for name, value in said.items() if name not in own} | {"lines": lines}


class DraftMinutesForm(WithLines):
    verb = "draft_minutes"
    places = {"facts": "facts_text"}
    version = forms.IntegerField(widget=forms.HiddenInput)
    facts_text = words_field(
        lazy("议定的事实"), rows=6, help_text=lazy("各单位核对无误的事实；还有分歧的，写明分歧。")
    )
    resolution = words_field(lazy("议定意见"), rows=6, help_text=lazy("商定怎样处理，依据是什么。"))
    plan = words_field(lazy("办理方案"), rows=4, required=False)

    def facts(self) -> dict[str, Any]:
        said = super().facts()
        said["facts"] = said.pop("facts_text")
        return said


def shown_minutes(one: Consultation, text: MinutesVersion | None) -> dict[str, Any]:
    """The version that counts, as the form shows it."""
    found: dict[str, Any] = {"version": one.version, "rows": 0}
    if text is None:
        return found
    found |= {
        "facts_text": text.facts,
        "resolution": text.resolution,
        "plan": text.plan,
        "rows": len(text.lines),
    }
    for n, line in enumerate(text.lines):
        found |= {
            f"unit{n}": line["unit"], f"person{n}": line["person"], f"text{n}": line["text"], f"due{n}": line["due_on"]
        }  # fmt: skip
    return found


class CirculateMinutesForm(JointForm):
    verb = "circulate_minutes"


class IssueMinutesForm(JointForm):
    verb = "issue_minutes"


class _OfVersion(JointForm):
    """The version that was read on the page goes with it."""

    version = forms.IntegerField(widget=forms.HiddenInput)
    row: Consultation

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("version", self.row.version)


class CountersignMinutesForm(_OfVersion):
    verb = "countersign_minutes"
    how = forms.ChoiceField(
        label=lazy("本单位的意见"),
        choices=[("signed", lazy("同意，会签")), ("dissent", lazy("会签，保留意见"))],
        widget=forms.RadioSelect,
        initial="signed",
    )
    dissent = words_field(
        lazy("保留的意见"),
        rows=4,
        required=False,
        most=2000,
        help_text=lazy("保留意见的，写明不同意什么、为什么；会以本单位名义写进纪要。"),
    )

    def clean(self) -> dict[str, Any]:
        how, dissent = self.cleaned_data.get("how"), str(self.cleaned_data.get("dissent", "")).strip()
        if how == "dissent" and not dissent:
            self.add_error("dissent", _("请写明保留的意见。"))
        if how == "signed" and dissent:
            self.add_error("how", _("写了保留意见的，请选择“会签，保留意见”。"))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        return {"version": self.cleaned_data["version"], "dissent": self.cleaned_data["dissent"]}


class ReturnMinutesForm(_OfVersion):
    verb = "return_minutes"
    reason = words_field(lazy("应当怎样修改"), rows=5, most=2000)


class PassOverUnitForm(_OfVersion):
    verb = "pass_over_unit"


class ReferToConferenceForm(JointForm):
    verb = "refer_to_conference"
    ground = forms.ChoiceField(
        label=lazy("提请原因"),
        choices=[(code, lazy(words)) for code, words in GROUNDS_OF_CONFERENCE.items()],
        widget=forms.RadioSelect,
    )
    reason = words_field(
        lazy("分歧说明"), rows=6, help_text=lazy("分歧在哪里，各单位的主张和依据，建议怎样决定。")
    )


class DecideConferenceForm(WithLines):
    verb = "decide_conference"
    met_on = day_field(lazy("会议日期"))
    chaired_by = forms.CharField(label=lazy("主持人"), max_length=60)
    attended = words_field(lazy("出席单位和人员"), rows=3, most=2000)
    decision = words_field(lazy("决定"), rows=6)
