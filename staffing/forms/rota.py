"""Cells of the rota, leave, swaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from staffing.forms.fields import day_field
from staffing.lifecycle import HALVES, LEAVE_KINDS
from staffing.models import Duty
from staffing.queries import HalfDay
from staffing.rules import Candidate, DutySlot


class PersonChoice(forms.RadioSelect):
    """People to choose from; those who cannot are there as well, greyed, with the reason."""

    def __init__(self, *args: Any, refused: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.refused = set(refused)

    def create_option(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        option: dict[str, Any] = super().create_option(*args, **kwargs)
        if str(option["value"]) in self.refused:
            option["attrs"]["disabled"] = True
        return option


def _time(label: Any, text: Any) -> forms.TimeField:
    widget = forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    return forms.TimeField(label=label, required=False, widget=widget, help_text=text)


class DutyForm(forms.Form):
    """Who has the place on this half-day; for whoever is on call, how to reach them."""

    person = forms.ChoiceField(
        label=lazy("值班人（A角）"), error_messages={"required": lazy("请选择值班人。")}
    )
    substitute = forms.ChoiceField(
        label=lazy("替补（B角）"), required=False, help_text=lazy("A角请假获批后，由B角顶班并收到消息。")
    )
    begins = _time(lazy("开始"), lazy("不填为整个半天。"))
    ends = _time(lazy("结束"), "")
    phone = forms.CharField(
        label=lazy("随叫电话"), max_length=40, required=False, help_text=lazy("只有本厅人员看得到。")
    )
    respond_minutes = forms.IntegerField(
        label=lazy("到场时限（分钟）"), required=False, min_value=1, max_value=240
    )

    def __init__(
        self,
        *args: Any,
        kind: str,
        half: HalfDay,
        candidates: Sequence[Candidate],
        changing: Duty | None = None,
        minutes: int = 30,
        **kwargs: Any,
    ) -> None:
        initial: dict[str, Any] = {"respond_minutes": minutes}
        if changing is not None:
            initial = {
                "person": str(changing.sitter_id or ""),
                "substitute": str(changing.substitute_id or ""),
                "phone": changing.phone,
                "respond_minutes": changing.respond_minutes,
            }
            if (changing.starts_at, changing.ends_at) != (half.starts_at, half.ends_at):
                initial["begins"] = timezone.localtime(changing.starts_at).time()
                initial["ends"] = timezone.localtime(changing.ends_at).time()
        kwargs["initial"] = {**initial, **kwargs.get("initial", {})}
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        choices = [(str(one.user.pk), _described(one)) for one in candidates]
        refused = {str(one.user.pk) for one in candidates if not one.verdict}
        fields["person"].widget = PersonChoice(refused=refused)
        fields["person"].choices = choices
        fields["substitute"].choices = [
            ("", _("不安排")),
            *((str(one.user.pk), _named(one)) for one in candidates if one.stands_in),
        ]
        if kind != "on_call":
            del self.fields["phone"], self.fields["respond_minutes"]

    def slot(self, *, day: dt.date, half: str, kind: str, window: int | None, unit: int | None) -> DutySlot:
        data = self.cleaned_data
        return DutySlot(
            day=day,
            half=half,
            kind=kind,
            person_id=int(data["person"]),
            window_id=window,
            unit_id=unit,
            substitute_id=int(data["substitute"]) if data["substitute"] else None,
            begins=data["begins"],
            ends=data["ends"],
            phone=data.get("phone", ""),
            respond_minutes=data.get("respond_minutes"),
        )


def _named(one: Candidate) -> str:
    return f"{one.user.label} · {one.unit.label if one.unit else one.title}"


def _described(one: Candidate) -> str:
    return _named(one) if one.verdict else f"{_named(one)} — {one.verdict.reason}"


class LeaveForm(forms.Form):
    """Days or half-days, and the kind. No reason is asked for: why somebody is ill is nobody's business here."""

    kind = forms.ChoiceField(label=lazy("类别"))
    from_on = day_field(lazy("自"))
    from_half = forms.ChoiceField(label=lazy("自（半天）"), initial="am")
    until_on = day_field(lazy("至"))
    until_half = forms.ChoiceField(label=lazy("至（半天）"), initial="pm")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["kind"].choices = [("", _("请选择")), *((key, _(word)) for key, word in LEAVE_KINDS.items())]
        for name in ("from_half", "until_half"):
            fields[name].choices = [(key, _(word)) for key, word in HALVES.items()]


class SwapForm(forms.Form):
    """With whom, and which of their duties is taken for it."""

    other = forms.ChoiceField(label=lazy("换给谁"), error_messages={"required": lazy("请选择同事。")})
    other_duty = forms.ChoiceField(
        label=lazy("换对方的哪个班"), required=False, help_text=lazy("须是所选同事的班；不选为只请对方代班。")
    )

    def __init__(
        self, *args: Any, candidates: Sequence[Candidate], duties: Sequence[Duty], mine: int, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        fields: dict[str, Any] = self.fields
        fields["other"].choices = [
            ("", _("请选择")),
            *((str(one.user.pk), _named(one)) for one in candidates if one.user.pk != mine),
        ]
        fields["other_duty"].choices = [
            ("", _("不换，只请对方代班")),
            *((str(d.pk), _told(d)) for d in duties),
        ]

    def chosen(self) -> dict[str, int | None]:
        data = self.cleaned_data
        wanted = int(data["other_duty"]) if data["other_duty"] else None
        return {"other_id": int(data["other"]), "other_duty_id": wanted}


def _told(duty: Duty) -> str:
    day = f"{duty.day:%m-%d} {_(HALVES[duty.half])}"
    return f"{duty.person.label} · {day} · {duty.place_label}"
