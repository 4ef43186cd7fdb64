"""What is typed at the guide desk: of a talk, of a referral, of its answer and its result."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from intake.lifecycle import (
    CONSENTS,
    REFERRAL_ENDS,
    REFERRAL_KINDS,
    SERVICE_REFERRAL,
    TALK_OUTCOMES,
    TALK_TOPICS,
)
from intake.models import GuidanceTalk
from intake.queries.guidance import addressees
from intake.queries.services import case_numbered, ticket_numbered
from intake.rules import ReferralFacts, TalkFacts
from staffing.forms import day_field, hour_field
from staffing.lifecycle import PARTICIPANT_KINDS
from staffing.models import Hall, Leaflet, SocialParticipant
from staffing.queries import public_leaflets


def words(label: Any, rows: int = 3, **options: Any) -> forms.CharField:
    return forms.CharField(
        label=label, max_length=4000, widget=forms.Textarea(attrs={"rows": rows}), **options
    )


def named(table: Any, blank: Any = "") -> list[tuple[str, Any]]:
    """A table of codes and words as choices, in the reader's language when they are drawn."""
    return ([("", blank)] if blank else []) + [(code, lazy(name)) for code, name in table.items()]


class LeafletField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Leaflet) -> str:
        return obj.label


class AddresseeField(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: SocialParticipant) -> str:
        return f"{_(PARTICIPANT_KINDS[obj.kind])} {obj.label}"


class ConcernsForm(forms.Form):
    """About whom: by the number of the ticket, or of the matter for who may see it."""

    ticket_number = forms.CharField(
        label=lazy("号票号码"), max_length=8, required=False, help_text=lazy("来访人当天的号码，如A012。")
    )
    case_number = forms.CharField(
        label=lazy("事项编号"), max_length=30, required=False, help_text=lazy("登记凭证上的编号。")
    )

    def __init__(self, *args: Any, hall: Hall, sees_cases: bool = True, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.hall = hall
        self.visit_id: int | None = None
        self.case_id: int | None = None
        if not sees_cases:
            del self.fields["case_number"]

    def clean(self) -> None:
        data = self.cleaned_data
        if number := data.get("case_number"):
            case = case_numbered(self.hall, number)
            if case is None:
                self.add_error("case_number", _("本厅没有这个编号的事项。"))
            else:
                self.case_id = case.pk
        if number := data.get("ticket_number"):
            ticket = ticket_numbered(self.hall, data.get("day") or timezone.localdate(), number)
            if ticket is None:
                self.add_error("ticket_number", _("本厅当天没有这个号码。"))
            else:
                self.visit_id = ticket.visit_id


def moment(data: dict[str, Any]) -> dt.datetime:
    """The day and the hour that were typed, in the hall's time zone."""
    return dt.datetime.combine(data["day"], data["starts"], timezone.get_current_timezone())


class TalkForm(ConcernsForm):
    day = day_field(lazy("日期"))
    starts = hour_field(lazy("时间"))
    topic = forms.ChoiceField(label=lazy("主题"), choices=named(TALK_TOPICS, lazy("请选择")))
    explained = words(lazy("说明了什么"), 4)
    leaflet = LeafletField(
        label=lazy("给了哪份宣传单"),
        queryset=Leaflet.objects.none(),
        required=False,
        empty_label=lazy("没有给"),
    )
    outcome = forms.ChoiceField(label=lazy("结果"), choices=named(TALK_OUTCOMES, lazy("请选择")))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["leaflet"]
        field.queryset = public_leaflets(self.hall)

    def facts(self) -> TalkFacts:
        data = self.cleaned_data
        return TalkFacts(
            topic=data["topic"], explained=data["explained"], outcome=data["outcome"], talked_at=moment(data),
            leaflet_id=data["leaflet"].pk if data["leaflet"] else None,
        )  # fmt: skip


class CorrectTalkForm(TalkForm):
    """As it was written down, to be put right; of whom it was stays."""

    why = words(lazy("为什么更正"), 2)
    field_order = ("why",)

    def __init__(self, *args: Any, talk: GuidanceTalk, **kwargs: Any) -> None:
        told = timezone.localtime(talk.talked_at)
        initial = {"day": told.date(), "starts": told.time(), "leaflet": talk.leaflet_id,
                   **{name: getattr(talk, name) for name in ("topic", "explained", "outcome")}}  # fmt: skip
        super().__init__(*args, hall=talk.hall, sees_cases=False, initial=initial, **kwargs)
        del self.fields["ticket_number"]
        field: Any = self.fields["leaflet"]
        field.queryset = Leaflet.objects.filter(
            Q(pk__in=public_leaflets(self.hall).values("pk")) | Q(pk=talk.leaflet_id)
        )


class ReferralForm(ConcernsForm):
    kind = forms.ChoiceField(label=lazy("转介去向"), choices=named(REFERRAL_KINDS, lazy("请选择")))
    participant = AddresseeField(
        label=lazy("服务人员"), queryset=SocialParticipant.objects.none(), required=False,
        empty_label=lazy("不在名单中，写机构"), help_text=lazy("已签署保密承诺书的人员。"),
    )  # fmt: skip
    organisation = forms.CharField(
        label=lazy("机构"),
        max_length=120,
        required=False,
        help_text=lazy("没有选人员的，写明机构，如县法律援助中心。"),
    )
    need = words(lazy("本人需要什么帮助"))
    contact = forms.CharField(
        label=lazy("本人同意提供的称呼、电话"), max_length=120, required=False,
        help_text=lazy("只写本人同意告诉对方的；加密保存。"),
    )  # fmt: skip
    consent = forms.ChoiceField(
        label=lazy("怎样同意"), choices=named(CONSENTS), initial="spoken", widget=forms.RadioSelect
    )
    consented = forms.BooleanField(
        label=lazy("已告诉本人：转给谁、转哪些情况、做什么用；本人同意，并知道可以随时撤回"), required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["participant"]
        field.queryset = addressees(self.hall)

    def facts(self) -> ReferralFacts:
        data = self.cleaned_data
        return ReferralFacts(
            kind=data["kind"], need=data["need"], contact=data["contact"], consented=data["consented"],
            consent=data["consent"], organisation=data["organisation"],
            participant_id=data["participant"].pk if data["participant"] else None,
        )  # fmt: skip


class AnswerForm(forms.Form):
    """Yes: where and when. No: why."""

    answer = words(lazy("答复"), required=False)


class ResultForm(forms.Form):
    outcome = forms.ChoiceField(label=lazy("结果"), choices=named(REFERRAL_ENDS, lazy("请选择")))
    result = words(lazy("结果说明"), required=False)

    def __init__(self, *args: Any, is_sealed: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_sealed:
            del self.fields["result"]


class TalkFilter(forms.Form):
    topic = forms.ChoiceField(label=lazy("主题"), required=False, choices=named(TALK_TOPICS, lazy("全部")))


class ReferralFilter(forms.Form):
    status = forms.ChoiceField(
        label=lazy("状态"), required=False,
        choices=[("", lazy("全部")), *((code, lazy(name)) for code, name in SERVICE_REFERRAL.choices)],
    )  # fmt: skip
