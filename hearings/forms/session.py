"""What is typed and ticked while a hearing is held: who came, why an item is left out, pages, signatures."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from hall.access import Actor, Refused
from hearings import actions
from hearings.lifecycle import FINDINGS, SIGNED
from hearings.models import Hearing, PanelSeat, TranscriptPage
from hearings.queries.session import Attendant
from hearings.rules.transcript import MOST


def words_field(label: Any, *, rows: int = 3, required: bool = True, most: int = 4000, **options: Any) -> Any:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=required, max_length=most, widget=widget, **options)


class HearingForm(forms.Form):
    """One verb on a hearing: what is typed, handed to the one action, and its refusal laid at its field."""

    verb: ClassVar[str]

    def __init__(self, *args: Any, hearing: Hearing, actor: Actor, now: dt.datetime, **kwargs: Any) -> None:
        # Several of these stand on one page: their fields are told apart by the verb.
        kwargs["auto_id"] = f"{self.verb}_%s"
        super().__init__(*args, **kwargs)
        self.hearing, self.actor, self.now = hearing, actor, now

    def facts(self) -> dict[str, Any]:
        return dict(self.cleaned_data)

    def act(self) -> Any:
        """The one call. What is wrong stands on the form; a state or an input is raised again for the door."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, hearing_id=self.hearing.pk, now=self.now, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


class StartHearingForm(HearingForm):
    """Nobody is ticked beforehand: attendance is taken, not assumed."""

    verb = "start_hearing"
    present = forms.MultipleChoiceField(
        label=lazy("到场的人"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=lazy("逐一核对身份后勾选；没有勾选的记为未到场。"),
    )

    def __init__(self, *args: Any, people: Sequence[Attendant], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["present"]
        field.choices = [
            (
                one.key,
                _("%(role)s：%(name)s") % {"role": one.role_words, "name": one.name}
                + (f" · {one.unit}" if one.unit else ""),
            )
            for one in people
        ]


class BeginStepForm(HearingForm):
    verb = "begin_step"
    number = forms.IntegerField(widget=forms.HiddenInput)


class EndStepForm(HearingForm):
    verb = "end_step"
    note = forms.CharField(label=lazy("备注"), max_length=300, required=False)


class SkipStepForm(HearingForm):
    verb = "skip_step"
    number = forms.IntegerField(widget=forms.HiddenInput)
    note = forms.CharField(
        label=lazy("为什么省略"),
        max_length=300,
        help_text=lazy("例如：双方没有新的证据；双方对事实没有争议。"),
    )


class CloseSessionForm(HearingForm):
    verb = "close_session"


class WritePageForm(HearingForm):
    """`number`: which page the writer has in mind, so that one sent twice is written once."""

    verb = "write_page"
    number = forms.IntegerField(widget=forms.HiddenInput)
    text = words_field(
        lazy("笔录"),
        rows=14,
        most=MOST,
        help_text=lazy("写明谁说了什么，每人每次发言另起一行；没有保存以前，内容自动暂存在本机。"),
    )


class CorrectPageForm(HearingForm):
    verb = "correct_page"
    text = words_field(lazy("更正后的全文"), rows=14, most=MOST)
    correction = forms.CharField(
        label=lazy("更正了什么"), max_length=300, help_text=lazy("例如：把“五千元”改为“六千元”。")
    )
    asked_by = forms.CharField(label=lazy("谁要求更正的"), max_length=60)

    def __init__(self, *args: Any, page: TranscriptPage, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.page = page
        self.initial.setdefault("text", page.text)

    def facts(self) -> dict[str, Any]:
        return {**self.cleaned_data, "page_id": self.page.pk}


class SignPageForm(HearingForm):
    """One person, the pages that were read and checked one by one."""

    verb = "sign_page"
    pages = forms.TypedMultipleChoiceField(
        label=lazy("已核对的页"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )
    outcome = forms.ChoiceField(
        label=lazy("核对结果"),
        choices=[(code, lazy(words)) for code, words in SIGNED.items()],
        widget=forms.RadioSelect,
        initial="signed",
    )
    note = forms.CharField(label=lazy("拒绝的理由，或者离场的情况"), max_length=300, required=False)
    witness = forms.CharField(label=lazy("见证人（拒绝签名时）"), max_length=60, required=False)

    def __init__(self, *args: Any, who: Attendant, pages: Sequence[TranscriptPage], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.who = who
        field: Any = self.fields["pages"]
        field.choices = [(page.pk, _("第%(n)s页") % {"n": page.number}) for page in pages]
        field.error_messages["invalid_choice"] = _("这一页刚才更正过，请重新打开，宣读新的一稿。")

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["page_ids"] = said.pop("pages")
        return {**said, "who": self.who.key}


class RecordFindingForm(HearingForm):
    """Whose finding: one's own, or that of a member without an account."""

    verb = "record_finding"
    seat = forms.TypedChoiceField(label=lazy("哪一位听证员"), coerce=int)
    finding = forms.ChoiceField(
        label=lazy("认定"),
        choices=[(code, lazy(words)) for code, words in FINDINGS.items()],
        widget=forms.RadioSelect,
    )
    text = words_field(
        lazy("理由"),
        rows=5,
        help_text=lazy("根据听到的事实和证据写；加密保存，只有本次听证的组成人员可以看到。"),
    )

    def __init__(self, *args: Any, seats: Sequence[PanelSeat], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["seat"]
        field.choices = [(seat.pk, seat.name) for seat in seats]
        if len(seats) == 1:
            self.initial["seat"] = seats[0].pk
            field.widget = forms.HiddenInput()

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["seat_id"] = said.pop("seat")
        return said


class ConcludeHearingForm(HearingForm):
    verb = "conclude_hearing"
    finding = forms.ChoiceField(
        label=lazy("认定"),
        choices=[(code, lazy(words)) for code, words in FINDINGS.items()],
        widget=forms.RadioSelect,
        help_text=lazy("应当与多数意见一致。"),
    )
    facts_found = words_field(lazy("查明的事实"), rows=6, help_text=lazy("只写听证中查实的。"))
    opinion = words_field(lazy("听证结论"), rows=5, help_text=lazy("对每一项诉求的结论和理由。"))
    advice = words_field(lazy("对处理的建议"), rows=3, required=False)
    on_the_spot = forms.BooleanField(label=lazy("当场宣布"), required=False)

    def facts(self) -> dict[str, Any]:
        said = dict(self.cleaned_data)
        said["facts"] = said.pop("facts_found")
        return said

    def act(self) -> Any:
        try:
            return super().act()
        except Refused as refused:
            if refused.field == "facts":
                self.errors.pop("__all__", None)
                self.add_error("facts_found", str(refused.reason))
            raise
