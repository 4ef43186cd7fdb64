"""What the pages of the case file take in: parsed and checked for form here, decided by the actions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django import forms
from django.db import transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases import actions
from cases.lifecycle import GROUNDS, OUTCOMES, Ground, grounds_for
from cases.models import Case, LadderRung, LightThreshold, OwnLimit, StatutoryRoute
from cases.queries.closed_before import closed_before
from cases.queries.lights import LEVELS
from cases.queries.words import term_name
from cases.queries.work_list import WorkFilter
from cases.rules import own_limit_wrong
from cases.terms import CODES, LAWS, term
from hall import documents
from hall.access import Actor, Refused
from staffing.models import Department

if TYPE_CHECKING:
    SettingForm = forms.ModelForm[Any]
else:
    SettingForm = forms.ModelForm

_LIGHT_WORDS = {"red": lazy("超期"), "amber": lazy("临近"), "green": lazy("正常"), "paused": lazy("中止")}
OPEN_TERMS = ("sort", "notify", "object", "handle", "instruction")
"""The periods that run while a case is in the hall's hands, for choosing among them."""


class WorkListForm(forms.Form):
    """The filters of the work list; what is not understood is left out, a link never breaks."""

    q = forms.CharField(label=lazy("文字"), required=False, max_length=80)
    light = forms.ChoiceField(label=lazy("灯"), required=False)
    term = forms.ChoiceField(label=lazy("期限"), required=False)
    department = forms.ChoiceField(label=lazy("责任单位"), required=False)
    urgent = forms.BooleanField(label=lazy("只看紧急"), required=False)
    scope = forms.CharField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Mapping[str, Any], units: Sequence[tuple[int, str]]) -> None:
        super().__init__(data)
        every = [("", _("全部"))]
        self.fields["light"].choices = [*every, *((level, _LIGHT_WORDS[level]) for level in LEVELS)]  # type: ignore[attr-defined]
        named = [(code, term_name(code, "r22")) for code in OPEN_TERMS]
        self.fields["term"].choices = [*every, *named]  # type: ignore[attr-defined]
        if units:
            self.fields["department"].choices = [*every, *((str(pk), label) for pk, label in units)]  # type: ignore[attr-defined]
        else:
            del self.fields["department"]

    def asked(self) -> WorkFilter:
        self.is_valid()
        values = self.cleaned_data
        return WorkFilter(
            scope=values.get("scope", ""),
            light=values.get("light", ""),
            term=values.get("term", ""),
            department_id=int(values["department"]) if values.get("department") else None,
            urgent=bool(values.get("urgent")),
            text=values.get("q", ""),
        )


class ReasonForm(forms.Form):
    """A reason, and what the page knew of the case when it was drawn."""

    reason = forms.CharField(label=lazy("理由"), max_length=500, widget=forms.Textarea(attrs={"rows": 3}))
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)


class RevealForm(forms.Form):
    reason = forms.CharField(label=lazy("用途"), max_length=200, help_text=lazy("会记入信访人的查阅记录。"))


class ProgressForm(forms.Form):
    """The public question. Both fields take what people type: any case, with spaces or dashes."""

    code = forms.CharField(
        label=lazy("查询码"),
        max_length=40,
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    digits = forms.CharField(
        label=lazy("手机号后四位"),
        max_length=8,
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "text"}),
    )


# -- triage --------------------------------------------------------------------------------------------------------

PAPERS: Mapping[str, str | Promise] = {
    "accept_case": lazy("《信访事项受理告知书》"),
    "forward_case": lazy("《信访事项转送函》或者《交办函》"),
    "decline_case": lazy("《信访事项不予受理告知书》"),
    "decline_closed_case": lazy("《信访事项不再受理告知书》"),
    "guide_case": lazy("《信访事项引导告知书》"),
}
BODY_GAP, EARLIER_GAP = "〔有权机关〕", "〔已有事项〕"
"""What stands in a prefilled reason until it is known; filled in when the form is sent, refused when it cannot be."""


def fields_of(ground: Ground) -> list[str]:
    """What a ground asks for, in the order of the page."""
    if ground.outcome in ("accept_case", "forward_case"):
        asked = ["department", *(["demand", "report_by"] if ground.code == "important" else []), "new_facts"]
    else:
        asked = [
            name
            for name, needed in (
                ("route", ground.needs_route),
                ("competent_body", ground.needs_body),
                ("related_case", ground.needs_earlier),
            )
            if needed
        ]
    return [*asked, "reason"]


def wording(ground: Ground, *, matter: str, organ: str, law: str, body: str = "", earlier: str = "") -> str:
    """The ground's own words for this case, with a visible gap for what is not known yet."""
    return ground.reason.format(
        matter=matter,
        organ=organ,
        law=f"《{LAWS[law].name}》",
        body=body or BODY_GAP,
        earlier=earlier or EARLIER_GAP,
    )


class TriageForm(forms.Form):
    """The decision at the gate. With a `ground` it asks for that ground's fields alone; without, for outcome and
    ground too, so that the registration page can hold it whole.

    `seen` is the last journal entry that the page knew.
    """

    outcome = forms.ChoiceField(
        label=lazy("处理"),
        choices=[(code, lazy(words)) for code, words in OUTCOMES.items()],
        widget=forms.RadioSelect,
    )
    ground = forms.ChoiceField(label=lazy("依据"))
    department = forms.ModelChoiceField(
        label=lazy("承办单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("请选择")
    )
    demand = forms.CharField(
        label=lazy("办理要求"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 2})
    )
    report_by = forms.DateField(
        label=lazy("反馈期限"),
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=lazy("不填的，与办理期限相同。"),
    )
    route = forms.ModelChoiceField(
        label=lazy("法定途径"),
        queryset=StatutoryRoute.objects.none(),
        required=False,
        empty_label=lazy("请选择"),
    )
    competent_body = forms.CharField(
        label=lazy("有权处理的机关、单位"),
        max_length=200,
        required=False,
        help_text=lazy("选了法定途径的，可以不填。"),
    )
    related_case = forms.CharField(label=lazy("已有事项的编号"), max_length=38, required=False)
    new_facts = forms.CharField(
        label=lazy("新的事实和理由"),
        required=False,
        max_length=4000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=lazy(
            "同一事项此前已经终结。没有新的事实和理由的，不再受理（《信访工作条例》第三十六条第三款）。"
        ),
    )
    reason = forms.CharField(
        label=lazy("理由"), max_length=2000, required=False, widget=forms.Textarea(attrs={"rows": 5})
    )
    seen = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(
        self, *args: Any, ground: Ground | None = None, case: Case | None = None, actor: Actor, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.case, self.actor = case, actor
        for name, rows in (("department", Department.objects), ("route", StatutoryRoute.objects)):
            self.fields[name].queryset = rows.filter(is_active=True)  # type: ignore[attr-defined]
            self.fields[name].widget.attrs["data-combobox"] = ""
        if case is None or closed_before(case) is None:
            del self.fields["new_facts"]
        by_outcome = [
            (_(words), [(one.code, _(one.label)) for one in grounds_for(code)])
            for code, words in OUTCOMES.items()
        ]
        self.fields["ground"].choices = by_outcome  # type: ignore[attr-defined]
        if ground is not None:
            for name in set(self.fields) - set(fields_of(ground)) - {"outcome", "ground", "seen"}:
                del self.fields[name]
            for name, value in (("outcome", ground.outcome), ("ground", ground.code)):
                self.fields[name].widget = forms.HiddenInput()
                self.initial[name] = value
            if not ground.needs_route and "competent_body" in self.fields:
                self.fields["competent_body"].help_text = ""

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        outcome, ground = values.get("outcome", ""), GROUNDS.get(values.get("ground", ""))
        if ground is None or not outcome:
            return values
        if ground.outcome != outcome:
            self.add_error("ground", _("所选依据不适用于这种处理，请重新选择。"))
            return values
        if number := values.get("related_case", "").strip():
            values["related"] = self._related(number)
            if values["related"] is None:
                self.add_error("related_case", _("没有找到这个编号的信访事项，或者您无权查看。"))
        values["reason"] = self._filled_in(values)
        if BODY_GAP in values["reason"] and "competent_body" in self.fields:
            self.add_error("competent_body", _("请写明有权处理的机关，好让来访人知道该去哪里。"))
        elif BODY_GAP in values["reason"]:
            self.add_error("department", _("请选择承办单位。"))
        if EARLIER_GAP in values["reason"] and not self.has_error("related_case"):
            self.add_error("related_case", _("请指明已有的信访事项编号。"))
        return values

    def _filled_in(self, values: Mapping[str, Any]) -> str:
        """The reason as typed, its gaps closed with what the other fields say."""
        said = str(values.get("reason", "")).strip()
        for gap, known in ((BODY_GAP, self._body(values)), (EARLIER_GAP, values.get("related_case"))):
            said = said.replace(gap, known or gap)
        return said

    def _body(self, values: Mapping[str, Any]) -> str:
        """Who is competent: as typed, else the unit, else the organ of the route."""
        if typed := values.get("competent_body", "").strip():
            return str(typed)
        unit, route = values.get("department"), values.get("route")
        return unit.name if unit else route.organ if route else ""

    def _related(self, number: str) -> Case | None:
        """A case that the reader may see, or that this one was compared with when it was registered."""
        found = Case.objects.visible_to(self.actor).filter(number=number).first()
        if found is None and self.case is not None:
            compared = self.case.duplicate_decisions.filter(candidate__number=number)
            return next((one.candidate for one in compared.select_related("candidate")), None)
        return found

    def worded(self, case: Case, values: Mapping[str, Any]) -> str:
        """The wording of the chosen ground, for who leaves the reason empty."""
        return wording(
            GROUNDS[values["ground"]],
            matter=case.title,
            organ=case.hall.organ_name,
            law=case.law,
            body=self._body(values),
            earlier=values.get("related_case", ""),
        )

    # -- deciding

    def decide(self, *, actor: Actor, case_id: int, now: dt.datetime) -> Case:
        """Hand the valid form to the action of its outcome. A refused input is laid at its field and raised again."""
        values = self.cleaned_data
        if not values["reason"]:
            case = self.case or Case.objects.select_related("hall").defer("search").get(pk=case_id)
            values["reason"] = self.worded(case, values)
        try:
            return _ACTIONS[values["outcome"]](values, actor=actor, case_id=case_id, now=now)
        except Refused as refused:
            if refused.kind == "input":
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise

    def preview(self, *, actor: Actor, case_id: int, now: dt.datetime) -> dict[str, Any]:
        """The page that would be issued: the decision is taken, its paper read, and all of it undone.

        So the draft is the paper, word for word; no number is used up, nothing is sent.
        """
        with transaction.atomic():
            case = self.decide(actor=actor, case_id=case_id, now=now)
            triage = Case.objects.select_related("triage__document").get(pk=case.pk).triage
            page = documents.page(triage.document) if triage.document else {}
            transaction.set_rollback(True)
        return {**page, "number": ""}


def _pk(thing: Any) -> int | None:
    return thing.pk if thing else None


def _accept(values: Mapping[str, Any], **common: Any) -> Case:
    return actions.accept_case(
        department_id=_pk(values.get("department")),
        ground=values["ground"],
        reason=values["reason"],
        new_facts=values.get("new_facts", ""),
        **common,
    )


def _forward(values: Mapping[str, Any], **common: Any) -> Case:
    return actions.forward_case(
        department_id=_pk(values.get("department")),
        kind="assign" if values["ground"] == "important" else "forward",
        demand=values.get("demand", ""),
        report_by=values.get("report_by"),
        ground=values["ground"],
        reason=values["reason"],
        new_facts=values.get("new_facts", ""),
        **common,
    )


def _decline(values: Mapping[str, Any], **common: Any) -> Case:
    return actions.decline_case(
        ground=values["ground"],
        reason=values["reason"],
        competent_body=values.get("competent_body", ""),
        route_id=_pk(values.get("route")),
        related_case_id=_pk(values.get("related")),
        **common,
    )


def _decline_closed(values: Mapping[str, Any], **common: Any) -> Case:
    return actions.decline_closed_case(
        related_case_id=_pk(values.get("related")), ground=values["ground"], reason=values["reason"], **common
    )


def _guide(values: Mapping[str, Any], **common: Any) -> Case:
    return actions.guide_case(
        ground=values["ground"],
        reason=values["reason"],
        competent_body=values.get("competent_body", ""),
        route_id=_pk(values.get("route")),
        **common,
    )


_ACTIONS: Mapping[str, Callable[..., Case]] = {
    "accept_case": _accept,
    "forward_case": _forward,
    "decline_case": _decline,
    "decline_closed_case": _decline_closed,
    "guide_case": _guide,
}


# -- settings ------------------------------------------------------------------------------------------------------


class TermForm(SettingForm):
    """A setting of one period, or of all: the code is chosen, not typed."""

    term = forms.ChoiceField(label=lazy("期限"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        named = [(code, f"{term(code, 'r22').name}（{code}）") for code in CODES]
        self.fields["term"].choices = [("", _("全部期限")), *named]  # type: ignore[attr-defined]


class LadderRungForm(TermForm):
    class Meta:
        model = LadderRung
        fields = ["term", "name", "name_en", "offset", "unit", "role", "urgent", "is_active"]


class LightThresholdForm(TermForm):
    class Meta:
        model = LightThreshold
        fields = ["term", "amber_days", "unit"]


class OwnLimitForm(TermForm):
    """A hall's own shorter limit; longer than the law's is refused where it is typed."""

    class Meta:
        model = OwnLimit
        fields = ["hall", "term", "days"]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if reason := own_limit_wrong(values.get("term", ""), values.get("days") or 0):
            self.add_error("days", str(reason))
        return values
