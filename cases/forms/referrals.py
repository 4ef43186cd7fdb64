"""What a unit says of a matter that is not its own, what the office decides, who else is drawn in, what is reported."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.actions.referrals import last_day_to_answer
from cases.forms.verb import ReasonedForm, UnitField, VerbForm, day_field, words_field
from cases.lifecycle import PARTS
from cases.models import Objection
from cases.queries.standing import standing
from cases.queries.words import say_day
from cases.rules.referrals import MIN_OBJECTION, MIN_REPORT, owed_by


def _others(form: VerbForm) -> Any:
    """Active units without the one that has the matter and those that it complains of."""
    units = VerbForm.units(form, "").exclude(pk=form.case.first_handler_id or 0)
    return units.exclude(pk__in=standing(form.case).barred_units)


class _SayingNo(VerbForm):
    reason = words_field(
        lazy("理由"),
        rows=5,
        most=2000,
        help_text=lazy("写明职权依据，为什么不属于本单位，至少%(n)s个字。信访人也能看到。"),
    )
    suggested = UnitField(lazy("建议的单位"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].help_text = str(self.fields["reason"].help_text) % {"n": MIN_OBJECTION}

    def units(self, name: str) -> Any:
        return _others(self)


class ObjectToReferralForm(_SayingNo):
    verb = "object_to_referral"

    def ends(self) -> str:
        """The last day of the window, for the page."""
        clock = standing(self.case).clock("object")
        return say_day(clock["due_on"]) if clock else ""


class DisputeCaseForm(_SayingNo):
    verb = "dispute_case"


class _Deciding(ReasonedForm):
    def asked(self) -> Objection | None:
        """What is decided on, for the page."""
        waiting = self.case.objections.filter(status="open")
        return waiting.select_related("department", "suggested").first()


class UpholdReferralForm(_Deciding):
    verb = "uphold_referral"


class RerouteCaseForm(_Deciding):
    verb = "reroute_case"
    department = UnitField(lazy("新的承办单位"))
    field_order = ("department", "reason")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        asked = standing(self.case).objection
        if asked and asked["suggested_id"]:
            self.initial.setdefault("department", asked["suggested_id"])

    def units(self, name: str) -> Any:
        gone = self.case.objections.filter(status="agreed").values("department_id")
        return _others(self).exclude(pk__in=gone)


class InvolveUnitForm(VerbForm):
    verb = "involve_unit"
    department = UnitField(lazy("单位"))
    part = forms.ChoiceField(label=lazy("分工"), widget=forms.RadioSelect, initial="take_part")
    demand = words_field(
        lazy("请其协办什么"), required=False, most=1000, help_text=lazy("协办的必填；只是抄送的可以不填。")
    )
    answer_by = day_field(lazy("最迟反馈日期"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["part"].choices = [  # type: ignore[attr-defined]
            (code, _("%(part)s：%(what)s") % {"part": _(PARTS[code]), "what": what})
            for code, what in (
                ("take_part", _("办理其中一部分，向主办单位提出意见")),
                ("copy", _("知悉，不要求办理")),
            )
        ]
        last = last_day_to_answer(self.case, now=self.now)
        self.fields["answer_by"].help_text = _("不填的，为%(day)s；不得晚于这一天。") % {"day": say_day(last)}

    def units(self, name: str) -> Any:
        there = [row["department_id"] for row in standing(self.case).units]
        return _others(self).exclude(pk__in=there)


class ReportBackForm(VerbForm):
    verb = "report_back"
    text = words_field(
        lazy("办理情况和结果"),
        rows=10,
        help_text=lazy("写明经过、结果和依据，以及信访人的态度，至少%(n)s个字。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].help_text = str(self.fields["text"].help_text) % {"n": MIN_REPORT}

    def leads(self) -> bool:
        """A report on an assignment, or the answer of a unit taking part?"""
        owed = owed_by(self.actor, standing(self.case))
        return bool(owed and owed["part"] == "lead")

    def demand(self) -> str:
        """What was asked of the unit, for the page."""
        owed = owed_by(self.actor, standing(self.case))
        return self.case.referrals.get(pk=owed["id"]).demand if owed else ""
