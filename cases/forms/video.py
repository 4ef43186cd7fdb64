"""What is typed about a video room: when and what for, who is invited, what was heard when it ends."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases import actions
from cases.actions import Heard, VideoPlan
from cases.forms.verb import UnitField, day_field, words_field
from cases.lifecycle.video import ROOM_KINDS, SEAT_ROLES
from cases.models import Case, DocketItem, VideoRoom
from cases.queries.field_visits import leaders_here
from cases.rules.video import Guest, matter_of
from cases.rules.video_notes import is_note_open
from hall.access import Actor, Refused
from hall.models import User
from staffing.models import Department, Hall


def _units(case: Case | None) -> Any:
    barred = case.respondents.exclude(department=None).values_list("department", flat=True) if case else []
    return Department.objects.filter(is_active=True).exclude(pk__in=barred)


class _Acting(forms.Form):
    """A refused input is laid at its field, and so is a state that has gone meanwhile."""

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now

    def lay(self, refused: Refused) -> None:
        self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))


class PlanVideoForm(_Acting):
    """For a matter on the docket the reception says when; else it is typed."""

    kind = forms.ChoiceField(
        label=lazy("用途"), choices=[(code, ROOM_KINDS[code]) for code in ("consultation", "hearing")]
    )
    number = forms.CharField(label=lazy("信访事项编号"), max_length=38, required=False)
    title = forms.CharField(
        label=lazy("名称"), max_length=120, required=False, help_text=lazy("不填的，用事项的标题。")
    )
    day = day_field(lazy("日期"))
    starts = forms.TimeField(
        label=lazy("开始时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    ends = forms.TimeField(
        label=lazy("结束时间"), widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M")
    )
    department_1 = UnitField(lazy("邀请的单位"), required=False)
    department_2 = UnitField(lazy("邀请的单位（二）"), required=False)

    def __init__(self, *args: Any, item: DocketItem | None, halls: list[Hall], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.item, self.halls = item, halls
        units = _units(item.case if item else None)
        for name in ("department_1", "department_2"):
            field: Any = self.fields[name]
            field.queryset = units
        if item is not None:
            for name in ("kind", "number", "title", "day", "starts", "ends"):
                del self.fields[name]
        for name, choices in (("kind", ROOM_KINDS),):
            if name in self.fields:
                one: Any = self.fields[name]
                one.choices = [(code, _(choices[code])) for code in ("consultation", "hearing")]

    def clean_number(self) -> str:
        number = str(self.cleaned_data["number"]).strip()
        self.case = Case.objects.visible_to(self.actor).filter(number=number).first() if number else None
        if number and self.case is None:
            raise forms.ValidationError(_("没有找到这个编号的信访事项，或者您无权查看。"))
        return number

    def _plan(self) -> VideoPlan:
        said = self.cleaned_data
        units = [one.pk for one in (said["department_1"], said["department_2"]) if one]
        if self.item is not None:
            return VideoPlan(docket_item_id=self.item.pk, department_ids=units)

        def at(time: dt.time) -> dt.datetime:
            return timezone.make_aware(dt.datetime.combine(said["day"], time))

        return VideoPlan(
            kind=said["kind"],
            title=said["title"],
            case_id=self.case.pk if self.case else None,
            starts_at=at(said["starts"]),
            ends_at=at(said["ends"]),
            department_ids=units,
        )

    def act(self) -> VideoRoom:
        case = getattr(self, "case", None)
        hall_id = self.item.reception.hall_id if self.item else case.hall_id if case else self.halls[0].pk
        try:
            return actions.plan_video_room(actor=self.actor, hall_id=hall_id, plan=self._plan(), now=self.now)
        except Refused as refused:
            name = {"starts_at": "starts", "ends_at": "ends", "department": "department_1"}.get(
                refused.field, refused.field
            )
            self.lay(Refused(refused.reason, refused.kind, field=name))
            raise


class InviteVideoForm(_Acting):
    """A leader or a unit by choosing; everybody else by name and telephone, who gets the link by SMS."""

    role = forms.ChoiceField(label=lazy("身份"), choices=[])
    user = forms.ModelChoiceField(
        label=lazy("领导"), queryset=User.objects.none(), required=False, empty_label=lazy("不选")
    )
    department = UnitField(lazy("单位"), required=False)
    name = forms.CharField(
        label=lazy("姓名"),
        max_length=60,
        required=False,
        help_text=lazy("没有账号的人填姓名和手机号，链接用短信发给本人。"),
    )
    phone = forms.RegexField(
        r"^1[3-9]\d{9}$",
        label=lazy("手机号"),
        required=False,
        error_messages={"invalid": lazy("请填写11位手机号。")},
        widget=forms.TextInput(attrs={"inputmode": "tel", "autocomplete": "off"}),
    )

    def __init__(self, *args: Any, room: VideoRoom, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.room = room
        role: Any = self.fields["role"]
        role.choices = [(code, _(words)) for code, words in SEAT_ROLES.items() if code != "clerk"]
        user: Any = self.fields["user"]
        user.queryset = leaders_here((room.hall_id,), timezone.localdate(self.now))
        user.label_from_instance = lambda one: one.label
        unit: Any = self.fields["department"]
        unit.queryset = _units(matter_of(room))

    def act(self) -> Any:
        said = self.cleaned_data
        role = said["role"]
        guest = Guest(
            role,
            user_id=said["user"].pk if said["user"] and role == "leader" else None,
            department_id=said["department"].pk if said["department"] and role == "unit" else None,
            name=said["name"],
            phone=said["phone"],
        )
        try:
            return actions.invite_to_video_room(
                actor=self.actor, room_id=self.room.pk, guest=guest, now=self.now
            )
        except Refused as refused:
            self.lay(refused)
            raise


class EndVideoForm(forms.Form):
    """What was heard, for the record of the reception; left empty, it is written afterwards from the docket.

    `leaves_note`: asked only where the shared note is not signed by all.
    """

    problem = words_field(lazy("反映的主要问题"), rows=3, required=False)
    opinion = words_field(lazy("领导处理意见"), rows=3, required=False)
    is_settled = forms.BooleanField(label=lazy("当场解决"), required=False)
    result = words_field(
        lazy("当场处理的结果"), rows=2, required=False, most=2000, help_text=lazy("当场解决的必填。")
    )
    leaves_note = forms.BooleanField(
        label=lazy("笔录没有签完，仍然结束"),
        required=False,
        help_text=lazy("已经记下的内容和签名都会保存，注明没有签完；以后不能再补签。"),
    )
    records = False

    @classmethod
    def for_room(cls, room: VideoRoom, data: Any = None) -> EndVideoForm:
        """Without its fields where there is nothing to record, or it is recorded already."""
        form = cls(data, auto_id="end_%s")
        form.records = needs_record(room)
        for name in ("problem", "opinion", "is_settled", "result") if not form.records else ():
            del form.fields[name]
        if not is_note_open(room):
            del form.fields["leaves_note"]
        return form

    def heard(self) -> Heard | None:
        said = {name: value for name, value in self.cleaned_data.items() if name != "leaves_note"}
        if not any(said.values()):
            return None
        return Heard(
            problem=said["problem"],
            opinion=said["opinion"],
            is_settled=said["is_settled"],
            result=said["result"],
        )


def needs_record(room: VideoRoom) -> bool:
    item = room.docket_item
    return bool(item and item.case_id and not item.records.exists())
