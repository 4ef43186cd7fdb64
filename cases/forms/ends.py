"""What is typed to end a matter, and to keep somebody out of it."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import VerbForm, day_field, words_field
from cases.lifecycle import ADOPTIONS
from cases.models import Deadline, Settlement
from cases.queries.respondents import people_on
from cases.rules.ends import WINDOW_OF, may_recuse_others
from hall.models import User


class CloseCaseForm(VerbForm):
    verb = "close_case"
    reason = words_field(
        lazy("信访人书面表示接受的情况"), required=False, most=1000,
        help_text=lazy("期限届满后办结的不用填；提前办结的，写明信访人何时、以何种书面方式表示接受，不再申请。"),
    )  # fmt: skip

    @cached_property
    def window(self) -> Deadline | None:
        """The petitioner's period, while it runs."""
        kind = WINDOW_OF.get(self.case.status, "")
        return Deadline.objects.open().filter(case=self.case, kind=kind, due_at__gt=self.now).first()


class ConsentForm(VerbForm):
    """A verb that rests on what both sides want; the tick is asked of the clerk, not kept."""

    consent = forms.BooleanField(
        label=lazy("各方当事人均出于自愿，已当面核对协议内容"),
        error_messages={"required": lazy("须经各方自愿同意（《信访工作条例》第三十三条）。")},
    )

    def facts(self) -> dict[str, Any]:
        return {name: value for name, value in super().facts().items() if name != "consent"}


class SettleCaseForm(ConsentForm):
    verb = "settle_case"
    kind = forms.ChoiceField(label=lazy("方式"), choices=Settlement.KINDS, widget=forms.RadioSelect)
    parties = words_field(
        lazy("各方当事人"), rows=2, most=300, help_text=lazy("姓名或者名称；有代理人的，写明代理人。")
    )
    facts = words_field(lazy("主要事实"), most=10_000)  # type: ignore[assignment]
    terms = words_field(lazy("协议内容"), rows=6, most=10_000)
    performance = words_field(lazy("履行方式和期限"))
    mediator = forms.CharField(
        label=lazy("调解人"),
        max_length=120,
        required=False,
        help_text=lazy("调解的必须填写；自行和解的不用填。"),
    )
    agreed_on = day_field(lazy("达成日期"))
    field_order = ("kind", "parties", "facts", "terms", "performance", "mediator", "agreed_on", "consent")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agreed_on"].initial = timezone.localdate(self.now)


class AnswerSuggestionForm(VerbForm):
    verb = "answer_suggestion"
    adoption = forms.ChoiceField(label=lazy("采纳情况"), widget=forms.RadioSelect)
    text = words_field(
        lazy("研究的意见"), rows=8, most=10_000,
        help_text=lazy("采纳的，写明怎么做、何时做；部分采纳、未采纳的，说明理由。会原文写入答复。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, _(words)) for code, words in ADOPTIONS.items()]
        self.fields["adoption"].choices = choices  # type: ignore[attr-defined]


class HandOverAccusationForm(VerbForm):
    """The discipline inspection of the hall's own level is filled in; the clerk looks whether it is the right one."""

    verb = "hand_over_accusation"
    competent_body = forms.CharField(label=lazy("接收材料的有权机关"), max_length=200)
    reason = words_field(lazy("移送理由"), most=2000, help_text=lazy("会原文写入移送函和给信访人的告知书。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        place = self.case.hall.jurisdiction.name
        self.fields["competent_body"].initial = f"中共{place}纪律检查委员会、{place}监察委员会"
        self.fields["reason"].initial = "反映的是公职人员涉嫌违纪违法的问题，属于纪检监察机关职权范围。"


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]
    """An account, by the person's name."""

    def label_from_instance(self, obj: User) -> str:
        return obj.label


class RecuseFromCaseForm(VerbForm):
    """Oneself; for the head of the first handler and the hall manager anybody who works on the matter."""

    verb = "recuse_from_case"
    user = PersonField(label=lazy("回避的人员"), queryset=User.objects.none(), empty_label=None)
    reason = words_field(
        lazy("回避的理由"), most=1000, help_text=lazy("与该事项或者信访人有什么直接利害关系。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = people_on(self.case, day=timezone.localdate(self.now))
        if not may_recuse_others(self.actor, self.case):
            people = people.filter(pk=self.actor.user_id or 0)
        self.fields["user"].queryset = people  # type: ignore[attr-defined]
        self.fields["user"].initial = self.actor.user_id
