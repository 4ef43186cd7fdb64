"""What is typed to tell everybody of the date: proofs of service, waivers, the words for the public."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as lazy

from cases.actions.materials import StoredFile
from cases.actions.store import keep_file
from cases.forms.materials import read_file
from cases.forms.verb import day_field, words_field
from cases.lifecycle import SERVICE_METHODS
from hall.access import Actor, Refused
from hall.uploads.receiving import LeftOut, in_words
from hearings import actions
from hearings.models import Announcement, Hearing
from hearings.rules import Proof, PublicWords


class HearingVerbForm(forms.Form):
    """A verb on a hearing or a row of it. `verb` names the action, `key` its argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str]

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row

    def facts(self) -> dict[str, Any]:
        """The action's arguments, as typed."""
        return dict(self.cleaned_data)

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


class NotifyPartiesForm(HearingVerbForm):
    verb, key = "notify_parties", "hearing_id"

    late_ok = forms.BooleanField(
        label=lazy("仍然通知。当事人没有书面放弃提前通知的，听证不能开始，应当延期。"), required=False
    )


class _WithFile(HearingVerbForm):
    """One picture or scan goes into the case's materials."""

    file = forms.FileField(label=lazy("照片或者扫描件"), required=False)

    def __init__(self, *args: Any, left_out: Sequence[LeftOut] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.left_out = left_out
        self.kept: StoredFile | None = None

    def clean_file(self) -> None:
        if self.left_out:
            raise ValidationError(in_words(self.left_out[0]))
        upload = self.cleaned_data["file"]
        self.received = read_file(upload) if upload else None

    def stored(self) -> StoredFile | None:
        """Kept only when all else is right."""
        if self.kept is None and self.received is not None:
            self.kept = keep_file(self.received)
        return self.kept


class RecordNoticeServiceForm(_WithFile):
    verb, key = "record_notice_service", "notice_id"

    method = forms.ChoiceField(
        label=lazy("送达方式"),
        choices=[(code, lazy(words)) for code, words in SERVICE_METHODS.items()],
        widget=forms.RadioSelect,
    )
    served_on = day_field(
        lazy("送达日期"),
        help_text=lazy("本人收到的那一天；公告送达的，填张贴、刊登的那一天，满30日视为送达。"),
    )
    proof = forms.CharField(
        label=lazy("送达证明"),
        max_length=300,
        help_text=lazy("谁签收、邮件编号、见证人姓名，或者发到哪个号码。"),
    )
    field_order = ("method", "served_on", "proof", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["served_on"].initial = timezone.localdate(self.now)
        self.fields["method"].initial = "direct"

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        proof = Proof(method=said["method"], served_on=said["served_on"], proof=said["proof"])
        return {"proof": proof, "file": self.stored()}


class WaiveNoticePeriodForm(_WithFile):
    verb, key = "waive_notice_period", "notice_id"

    waived_on = day_field(lazy("书面放弃的日期"))
    waiver = words_field(
        lazy("书面内容"),
        most=300,
        help_text=lazy("例如：本人签名的《放弃提前通知声明》，同意按本次时间举行。"),
    )
    field_order = ("waived_on", "waiver", "file")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["waived_on"].initial = timezone.localdate(self.now)

    def facts(self) -> dict[str, Any]:
        said = self.cleaned_data
        return {"waived_on": said["waived_on"], "waiver": said["waiver"], "file": self.stored()}


ATTEND = (
    "年满十八周岁的公民可以旁听。请事先在本页登记，凭旁听码和本人身份证件入场，提前二十分钟到场。"
    "旁听人员服从现场秩序，不发言、不提问，未经允许不录音、录像、拍照。"
)
"""To begin with."""


class AnnounceHearingForm(HearingVerbForm):
    verb, key = "announce_hearing", "hearing_id"

    title = forms.CharField(label=lazy("听证事项"), max_length=120)
    attend = words_field(lazy("怎样旁听"), rows=5, most=2000)
    contact = forms.CharField(
        label=lazy("咨询"), max_length=120, help_text=lazy("部门和公开的电话，不写个人的号码。")
    )
    seats = forms.IntegerField(
        label=lazy("旁听席位"), min_value=0, max_value=500, help_text=lazy("0为不设旁听登记。")
    )

    def facts(self) -> dict[str, Any]:
        return {"words": PublicWords(**self.cleaned_data)}


def shown_words(hearing: Hearing) -> dict[str, Any]:
    """What was announced, or what one may begin with."""
    one = Announcement.objects.filter(hearing=hearing).first()
    if one is not None:
        return {
            "title": one.title, "attend": one.attend, "contact": one.contact, "seats": hearing.public_seats,
        }  # fmt: skip
    contact = f"{hearing.hall.name} {hearing.hall.phone}".strip()
    return {"title": hearing.title, "attend": ATTEND, "contact": contact, "seats": 10}
