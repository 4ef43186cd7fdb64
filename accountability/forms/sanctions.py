"""What is typed for criticism notices and advice."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accountability import actions
from accountability.actions import AdviceWords, CriticismWords
from accountability.forms.evidence import EvidenceForm
from accountability.lifecycle import (
    ADOPTED,
    ADOPTION_STEPS,
    ADVICE,
    ADVICE_KINDS,
    CRITICISM,
    REPLY_LEAST,
    REPLY_MOST,
)
from accountability.models import Advice, CriticismNotice, Finding
from accountability.queries.sanctions import SanctionFilter
from cases.forms.field import RowForm
from cases.forms.verb import UnitField, day_field, words_field
from hall.access import Actor, Refused
from staffing.models import Department


class SanctionForm(RowForm):
    """A verb of this app on a row of its own."""

    def act(self) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


class _ReadForm(SanctionForm):
    """Carries which revision was read."""

    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["revision"].initial = self.row.revision


class _AskRevocationForm(SanctionForm):
    reason = words_field(
        lazy("撤销的理由"), most=2000,
        help_text=lazy("写在撤销通知书上：哪项认定经复核怎样变更。不写信访人的姓名、电话、住址和事项编号。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].initial = self.row.revoke_reason


class _RevokeForm(SanctionForm):
    """Carries which reason was read."""

    ask_no = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ask_no"].initial = self.row.ask_no


# -- the words -----------------------------------------------------------------------------------------------------


class _CriticismFields(forms.Form):
    title = forms.CharField(
        label=lazy("事由"), max_length=80, help_text=lazy("标题为“关于……的通报”，只填中间的部分。")
    )
    from_on = day_field(lazy("期间自"), required=False)
    until_on = day_field(lazy("期间至"), required=False)
    facts = words_field(
        lazy("通报的事实"), rows=12, most=8000,
        help_text=lazy("已按认定写好，可以改写；不写信访人的姓名、电话、住址和事项编号。"),
    )  # fmt: skip
    demands = words_field(lazy("整改要求"), rows=4, help_text=lazy("一行一项，编号自动加上。"))
    answer_by_on = day_field(lazy("反馈期限"))

    def words(self) -> CriticismWords:
        data = self.cleaned_data
        return CriticismWords(
            title=data["title"],
            facts=data["facts"],
            demands=data["demands"],
            answer_by_on=data["answer_by_on"],
            from_on=data.get("from_on"),
            until_on=data.get("until_on"),
        )


class _AdviceFields(forms.Form):
    department = UnitField(lazy("主送单位"), required=False)
    body = forms.CharField(
        label=lazy("主送机关"), max_length=80, required=False,
        help_text=lazy("系统以外的机关写全称，例如：云溪县人民政府。与主送单位只填一个。"),
    )  # fmt: skip
    title = forms.CharField(
        label=lazy("事由"), max_length=80, help_text=lazy("标题为“关于……的建议书”，只填中间的部分。")
    )
    facts = words_field(lazy("有关情况"), rows=8, most=8000)
    consequence = words_field(
        lazy("造成的严重后果"), required=False, help_text=lazy("只有追究责任的建议填写，而且必须填写。")
    )
    article = forms.CharField(label=lazy("依据"), max_length=200)
    proposal = words_field(lazy("建议"), rows=5)
    reply_days = forms.IntegerField(
        label=lazy("答复期限（日）"), min_value=REPLY_LEAST, max_value=REPLY_MOST, initial=30,
        help_text=lazy("自送达次日起算；最后一日不是工作日的，顺延。"),
    )  # fmt: skip

    def words(self, kind: str) -> AdviceWords:
        data = self.cleaned_data
        unit = data.get("department")
        return AdviceWords(
            kind=kind,
            title=data["title"],
            facts=data["facts"],
            article=data["article"],
            proposal=data["proposal"],
            department_id=unit.pk if unit else None,
            body=data.get("body", ""),
            consequence=data.get("consequence", ""),
            reply_days=data["reply_days"],
        )


class _DraftForm(forms.Form):
    """Drafting: `findings` are those chosen; what is wrong with them is said above the form."""

    verb: str
    made: Any = None
    """What was drafted."""

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        now: dt.datetime,
        findings: Sequence[Finding],
        units: QuerySet[Department],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.findings = actor, now, findings
        fields: dict[str, Any] = self.fields
        if "department" in fields:
            fields["department"].queryset = units

    def act(self) -> Any:
        try:
            return self._draft([one.pk for one in self.findings])
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise

    def _draft(self, ids: list[int]) -> Any:
        raise NotImplementedError


class DraftCriticismForm(_DraftForm, _CriticismFields):
    verb = "draft_criticism"

    def _draft(self, ids: list[int]) -> CriticismNotice:
        return actions.draft_criticism(actor=self.actor, finding_ids=ids, words=self.words(), now=self.now)


class DraftAdviceForm(_DraftForm, _AdviceFields):
    verb = "draft_advice"
    kind = forms.ChoiceField(
        label=lazy("种类"),
        choices=[(code, lazy(words)) for code, words in ADVICE_KINDS.items()],
        widget=forms.RadioSelect,
    )
    field_order = ["kind"]

    def _draft(self, ids: list[int]) -> Advice:
        words = self.words(self.cleaned_data["kind"])
        return actions.draft_advice(actor=self.actor, finding_ids=ids, words=words, now=self.now)


# -- criticism notices ---------------------------------------------------------------------------------------------


class EditCriticismForm(_ReadForm, _CriticismFields):
    verb, key = "edit_criticism", "criticism_id"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("title", "from_on", "until_on", "facts", "demands", "answer_by_on"):
            self.fields[name].initial = getattr(self.row, name)

    def facts(self) -> dict[str, Any]:  # type: ignore[override]  # the field of that name is in `fields`
        return {"words": self.words(), "revision": self.cleaned_data["revision"]}


class ReturnCriticismForm(_ReadForm):
    verb, key = "return_criticism", "criticism_id"
    reason = words_field(lazy("退回意见"), most=500)


class ApproveCriticismForm(_ReadForm):
    verb, key = "approve_criticism", "criticism_id"


class WithdrawCriticismForm(SanctionForm):
    verb, key = "withdraw_criticism", "criticism_id"
    reason = words_field(lazy("撤回原因"), most=500)


class AcknowledgeCriticismForm(SanctionForm):
    verb, key = "acknowledge_criticism", "criticism_id"


class AnswerCriticismForm(EvidenceForm, SanctionForm):
    verb, key = "answer_criticism", "criticism_id"
    text = words_field(lazy("整改情况"), rows=8, most=8000)


class CloseCriticismForm(SanctionForm):
    verb, key = "close_criticism", "criticism_id"
    result = words_field(lazy("了结说明"), most=2000)


class AskCriticismRevocationForm(_AskRevocationForm):
    verb, key = "ask_criticism_revocation", "criticism_id"


class RevokeCriticismForm(_RevokeForm):
    verb, key = "revoke_criticism", "criticism_id"


# -- advice --------------------------------------------------------------------------------------------------------


class EditAdviceForm(_ReadForm, _AdviceFields):
    verb, key = "edit_advice", "advice_id"

    def __init__(self, *args: Any, units: QuerySet[Department], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["department"].queryset = units
        for name in ("body", "title", "facts", "consequence", "article", "proposal", "reply_days"):
            fields[name].initial = getattr(self.row, name)
        fields["department"].initial = self.row.department_id
        if self.row.kind != "liability":
            del self.fields["consequence"]

    def facts(self) -> dict[str, Any]:  # type: ignore[override]  # the field of that name is in `fields`
        return {"words": self.words(self.row.kind), "revision": self.cleaned_data["revision"]}


class ReturnAdviceForm(_ReadForm):
    verb, key = "return_advice", "advice_id"
    reason = words_field(lazy("退回意见"), most=500)


class ApproveAdviceForm(_ReadForm):
    verb, key = "approve_advice", "advice_id"


class WithdrawAdviceForm(SanctionForm):
    verb, key = "withdraw_advice", "advice_id"
    reason = words_field(lazy("撤回原因"), most=500)


class ServeAdviceForm(SanctionForm):
    verb, key = "serve_advice", "advice_id"
    served_on = day_field(lazy("送达日期"))
    proof = forms.CharField(
        label=lazy("送达证明"),
        max_length=300,
        help_text=lazy("例如：办公室签收人、邮件编号、公文交换登记号。"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["served_on"].initial = timezone.localdate(self.now)


class ReplyAdviceForm(EvidenceForm, SanctionForm):
    verb, key = "reply_advice", "advice_id"
    adopted = forms.ChoiceField(
        label=lazy("采纳情况"),
        choices=[(code, lazy(words)) for code, words in ADOPTED.items()],
        widget=forms.RadioSelect,
    )
    replied_on = day_field(lazy("答复日期"), help_text=lazy("对方答复上的日期。"))
    text = words_field(lazy("答复内容"), rows=6, most=8000, help_text=lazy("怎样落实；不采纳的，说明理由。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["replied_on"].initial = timezone.localdate(self.now)
        if self.row.department_id:
            del self.fields["replied_on"]


class RecordAdoptionForm(SanctionForm):
    verb, key = "record_adoption", "advice_id"
    kind = forms.ChoiceField(
        label=lazy("落实情况"),
        choices=[(code, lazy(words)) for code, words in ADOPTION_STEPS.items()],
        widget=forms.RadioSelect,
    )
    text = words_field(lazy("做了什么"), rows=4)


class CloseAdviceForm(SanctionForm):
    verb, key = "close_advice", "advice_id"
    result = words_field(lazy("了结说明"), most=2000)


class AskAdviceRevocationForm(_AskRevocationForm):
    verb, key = "ask_advice_revocation", "advice_id"


class RevokeAdviceForm(_RevokeForm):
    verb, key = "revoke_advice", "advice_id"


# -- lists ---------------------------------------------------------------------------------------------------------


class PickForm(forms.Form):
    """Which findings are offered."""

    from_on = day_field(lazy("期限届满自"), required=False)
    until_on = day_field(lazy("至"), required=False)
    unit = forms.ModelChoiceField(
        label=lazy("单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("全部")
    )

    def __init__(self, data: Mapping[str, Any], units: QuerySet[Department]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = units

    def asked(self) -> dict[str, Any]:
        """What is not understood is left out."""
        self.is_valid()
        unit = self.cleaned_data.get("unit")
        return {
            "from_on": self.cleaned_data.get("from_on"),
            "until_on": self.cleaned_data.get("until_on"),
            "unit_id": unit.pk if unit else None,
        }


class CriticismFilterForm(forms.Form):
    status = forms.ChoiceField(label=lazy("状态"), required=False)
    unit = forms.ModelChoiceField(
        label=lazy("单位"), queryset=Department.objects.none(), required=False, empty_label=lazy("全部")
    )
    from_on = day_field(lazy("送达自"), required=False)
    until_on = day_field(lazy("送达至"), required=False)
    late = forms.BooleanField(label=lazy("只看逾期没有反馈的"), required=False)
    STATES = CRITICISM

    def __init__(self, data: Mapping[str, Any], units: QuerySet[Department]) -> None:
        super().__init__(data)
        fields: dict[str, Any] = self.fields
        fields["unit"].queryset = units
        fields["status"].choices = [
            ("", _("全部")), *((code, _(label)) for code, label in self.STATES.choices)
        ]  # fmt: skip

    def asked(self) -> SanctionFilter:
        """What is not understood is left out."""
        self.is_valid()
        said = self.cleaned_data
        unit = said.get("unit")
        return SanctionFilter(
            status=said.get("status") or "",
            kind=said.get("kind") or "",
            unit_id=unit.pk if unit else None,
            late=bool(said.get("late")),
            from_on=said.get("from_on"),
            until_on=said.get("until_on"),
        )

    @property
    def is_filtered(self) -> bool:
        return self.asked() != SanctionFilter()


class AdviceFilterForm(CriticismFilterForm):
    kind = forms.ChoiceField(
        label=lazy("种类"),
        required=False,
        choices=[("", lazy("全部")), *((code, lazy(words)) for code, words in ADVICE_KINDS.items())],
    )
    late = forms.BooleanField(label=lazy("只看逾期没有答复的"), required=False)
    STATES = ADVICE
    field_order = ["kind", "status", "unit", "from_on", "until_on", "late"]
