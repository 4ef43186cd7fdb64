"""What is typed for field visits, for taking charge, and for what is published of both."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from typing import Any, ClassVar

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases import actions
from cases.actions.materials import StoredFile
from cases.actions.store import NewFile, keep_file
from cases.forms.materials import ManyFiles, read_file
from cases.forms.verb import UnitField, VerbForm, day_field, words_field
from cases.lifecycle import OUTCOMES_OF_CHARGE, OUTCOMES_OF_VISIT
from cases.models import Case, FieldVisit, ResultNotice, Sponsorship, VisitTask
from cases.queries.field_visits import leaders_here
from cases.queries.sponsorships import contacts_of, units_here
from cases.rules import TaskLine, VisitPlan, check_nothing_personal, working_units
from hall.access import Actor, Refused
from hall.models import User
from hall.uploads.receiving import LeftOut, in_words
from staffing.forms.fields import PersonField, hour_field
from staffing.lifecycle import HALL_MANAGER, LEVELS
from staffing.models import Department, Hall

MOST_TASKS = 8


class RecordConsentForm(VerbForm):
    """The one verb here that acts on one case; its door is a common one."""

    verb = "record_consent"

    is_given = forms.TypedChoiceField(
        label=lazy("信访人的意见"),
        choices=[("yes", lazy("同意公开")), ("no", lazy("不同意公开，或者不再同意"))],
        coerce=lambda text: text == "yes",
        widget=forms.RadioSelect,
    )
    said_on = day_field(lazy("表示的日期"))
    how = forms.CharField(
        label=lazy("怎样表示的"), max_length=200, help_text=lazy("例如：本人书面、登记时当面、电话确认。")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["said_on"].initial = timezone.localdate(self.now)

    @cached_property
    def consents(self) -> list[Any]:
        """What was said before."""
        return list(self.case.publication_consents.order_by("-id"))


class UnitsField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]
    """Several units, each with a box."""

    def __init__(self, label: Any, **options: Any) -> None:
        super().__init__(
            label=label,
            queryset=Department.objects.none(),
            required=False,
            widget=forms.CheckboxSelectMultiple,
            **options,
        )

    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


class CasesField(forms.CharField):
    """Numbers of cases, in whatever way they are set apart; cleaned to the cases that this reader sees, in order."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            label=lazy("事项编号"),
            widget=forms.Textarea(attrs={"rows": 2, "class": "num"}),
            help_text=lazy("可填多件，用空格、逗号或者换行分开；第一件为主。"),
            max_length=2000,
            **options,
        )

    def read(self, text: str, actor: Actor) -> list[Case]:
        numbers = [one for one in re.split(r"[\s,，;；、]+", text.strip()) if one]
        seen = Case.objects.visible_to(actor).filter(number__in=numbers).select_related("hall")
        found = {case.number: case for case in seen.defer("search", "content")}
        if unknown := [one for one in numbers if one not in found]:
            raise ValidationError(_("没有找到：%(numbers)s") % {"numbers": _("、").join(unknown[:5])})
        return [found[one] for one in dict.fromkeys(numbers)]


class RowForm(forms.Form):
    """A verb on a row of its own. `verb` names the action, `key` its argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str]
    row: Any

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


# -- field visits --------------------------------------------------------------------------------------------------


class FieldVisitForm(forms.Form):
    """Who goes when and where with which cases. With `row`, the cases are given and stay."""

    cases = CasesField()
    leader = PersonField(label=lazy("下访领导"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    day = day_field(lazy("日期"))
    starts_at = hour_field(lazy("开始"))
    ends_at = hour_field(lazy("结束"))
    place = forms.CharField(label=lazy("下访地点"), max_length=200)
    visited = forms.CharField(
        label=lazy("下访对象"), max_length=200, help_text=lazy("见谁、到哪个单位或者村、社区。")
    )
    reason = words_field(lazy("案由"), most=1000)
    units = UnitsField(lazy("参加单位"))

    def __init__(
        self,
        *args: Any,
        actor: Actor,
        now: dt.datetime,
        halls: Sequence[Hall],
        row: FieldVisit | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row
        ids = tuple(hall.pk for hall in halls)
        fields: dict[str, Any] = self.fields
        leaders = leaders_here(ids, timezone.localdate(now))
        if not any(actor.has(HALL_MANAGER, hall_id=pk) for pk in ids):
            leaders = leaders.filter(pk=actor.user_id or 0)
        fields["leader"].queryset = leaders
        fields["units"].queryset = units_here(halls[0]) if halls else Department.objects.none()
        if row is not None:
            del self.fields["cases"]

    def clean_cases(self) -> list[Case]:
        field: CasesField = self.fields["cases"]  # type: ignore[assignment]
        return field.read(self.cleaned_data["cases"], self.actor)

    def plan(self) -> VisitPlan:
        data, tz = self.cleaned_data, timezone.get_current_timezone()
        return VisitPlan(
            leader_id=data["leader"].pk,
            starts_at=dt.datetime.combine(data["day"], data["starts_at"], tz),
            ends_at=dt.datetime.combine(data["day"], data["ends_at"], tz),
            reason=data["reason"],
            place=data["place"],
            visited=data["visited"],
            unit_ids=tuple(unit.pk for unit in data["units"]),
        )

    def act(self) -> FieldVisit:
        try:
            if self.row is not None:
                return actions.change_field_visit(
                    actor=self.actor, visit_id=self.row.pk, plan=self.plan(), now=self.now
                )
            cases = self.cleaned_data["cases"]
            return actions.plan_field_visit(
                actor=self.actor, hall_id=cases[0].hall_id, case_ids=[one.pk for one in cases], plan=self.plan(),
                now=self.now,
            )  # fmt: skip
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


def shown_visit(visit: FieldVisit) -> dict[str, Any]:
    """A visit as its form shows it."""
    start, end = timezone.localtime(visit.planned_from), timezone.localtime(visit.planned_to)
    return {
        "leader": visit.leader_id, "day": start.date(), "starts_at": start.time(), "ends_at": end.time(),
        "place": visit.place, "visited": visit.visited, "reason": visit.reason,
        "units": [unit.pk for unit in visit.units.all()],
    }  # fmt: skip


class CancelFieldVisitForm(RowForm):
    verb, key = "cancel_field_visit", "visit_id"
    reason = words_field(lazy("取消原因"), most=300, rows=2)


class RecordFieldVisitForm(RowForm):
    """What was agreed, who does what by when, and the pictures. A line without words is none."""

    verb, key = "record_field_visit", "visit_id"
    coordination = words_field(lazy("协调过程"), rows=5)
    opinion = words_field(lazy("形成意见"), rows=4)
    photos = forms.Field(
        label=lazy("照片"),
        required=False,
        widget=ManyFiles(attrs={"multiple": True, "accept": ".jpg,.jpeg,.png,.webp,.heic"}),
    )

    def __init__(
        self, *args: Any, left_out: Sequence[LeftOut] = (), cases: Sequence[Case] = (), **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        self.left_out, self.cases, self.accepted = left_out, list(cases), list[NewFile]()
        given = [case.pk for case in self.cases]
        units = Department.objects.filter(
            pk__in=[pk for case in self.row.cases.defer("search", "content") for pk in working_units(case)]
        )
        for n in range(MOST_TASKS):
            unit = UnitField(lazy("责任单位"), required=False)
            unit.queryset = units.order_by("code")
            self.fields[f"unit{n}"] = unit
            self.fields[f"text{n}"] = forms.CharField(label=lazy("工作内容"), max_length=1000, required=False)
            self.fields[f"due{n}"] = day_field(lazy("完成日期"), required=False)
            if len(self.cases) > 1:
                self.fields[f"case{n}"] = forms.ModelChoiceField(
                    label=lazy("事项"), queryset=Case.objects.filter(pk__in=given).defer("search", "content"),
                    required=False, empty_label=lazy("第一件"),
                )  # fmt: skip
        self.fields["photos"].help_text = _("图片，每张不超过%(mb)sMB；归入第一件事项的材料。") % {
            "mb": settings.HALL_UPLOAD_LIMIT // (1024 * 1024)
        }

    def lines(self) -> list[list[Any]]:
        """The bound fields, line by line."""
        names = ["unit", "text", "due", *(["case"] if len(self.cases) > 1 else [])]
        return [[self[f"{name}{n}"] for name in names] for n in range(MOST_TASKS)]

    def clean(self) -> dict[str, Any]:
        for n in range(MOST_TASKS):
            line = [self.cleaned_data.get(f"{name}{n}") for name in ("unit", "text", "due")]
            if (
                any(line)
                and not all(line)
                and not any(self.has_error(f"{m}{n}") for m in ("unit", "text", "due"))
            ):
                missing = next(
                    name for name, value in zip(("unit", "text", "due"), line, strict=True) if not value
                )
                self.add_error(f"{missing}{n}", _("每项工作都要有单位、内容和日期。"))
        uploads = self.files.getlist("photos") if hasattr(self.files, "getlist") else []
        for upload in uploads:
            try:
                new = read_file(upload)
            except ValidationError as error:
                self.add_error("photos", error)
                continue
            if not new.media_type.startswith("image/"):
                self.add_error("photos", _("“%(name)s”不是图片。") % {"name": new.name})
                continue
            self.accepted.append(new)
        for one in self.left_out:
            self.add_error("photos", in_words(one))
        return self.cleaned_data

    def facts(self) -> dict[str, Any]:
        data = self.cleaned_data
        tasks = [
            TaskLine(
                department_id=data[f"unit{n}"].pk,
                text=data[f"text{n}"],
                due_on=data[f"due{n}"],
                case_id=one.pk if (one := data.get(f"case{n}")) else None,
            )
            for n in range(MOST_TASKS)
            if data.get(f"unit{n}")
        ]
        photos: list[StoredFile] = [keep_file(new) for new in self.accepted]
        return {
            "coordination": data["coordination"],
            "opinion": data["opinion"],
            "tasks": tasks,
            "photos": photos,
        }


class ConcludeFieldVisitForm(RowForm):
    verb, key = "conclude_field_visit", "visit_id"
    outcome = forms.ChoiceField(
        label=lazy("化解情况"),
        choices=[(code, lazy(words)) for code, words in OUTCOMES_OF_VISIT.items()],
        widget=forms.RadioSelect,
    )
    note = words_field(lazy("结果说明"))


class FinishVisitTaskForm(RowForm):
    verb, key = "finish_visit_task", "task_id"
    row: VisitTask
    note = words_field(lazy("完成情况"))


# -- taking charge -------------------------------------------------------------------------------------------------


class TakeChargeForm(forms.Form):
    """The five fixed points, each with its own heading; all of them are asked for at once."""

    cases = CasesField()
    name = forms.CharField(label=lazy("事项名称"), max_length=120)
    level = forms.ChoiceField(
        label=lazy("级别"), choices=[(code, lazy(name)) for code, name in LEVELS.items()]
    )
    problem = words_field(lazy("主要问题"))
    leader = PersonField(label=lazy("包案领导"), queryset=User.objects.none(), empty_label=lazy("请选择"))
    contact = PersonField(
        label=lazy("联系人"), queryset=User.objects.none(), empty_label=lazy("请选择"),
        widget=forms.Select(attrs={"data-combobox": ""}),
    )  # fmt: skip
    people = forms.CharField(label=lazy("其他工作人员"), max_length=300, required=False)
    plan = words_field(lazy("化解方案"), rows=5)
    lead = UnitField(lazy("牵头单位"))
    units = UnitsField(lazy("其他责任单位"))
    responsibility = words_field(lazy("责任分工"))
    planned_on = day_field(lazy("化解日期"))

    def __init__(
        self, *args: Any, actor: Actor, now: dt.datetime, halls: Sequence[Hall], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now = actor, now
        today, fields = timezone.localdate(now), dict[str, Any](self.fields)
        leaders = leaders_here(tuple(hall.pk for hall in halls), today)
        if not any(actor.has(HALL_MANAGER, hall_id=hall.pk) for hall in halls):
            leaders = leaders.filter(pk=actor.user_id or 0)
        fields["leader"].queryset = leaders
        if halls:
            fields["contact"].queryset = contacts_of(halls[0], today)
            fields["lead"].queryset = fields["units"].queryset = units_here(halls[0])
            fields["level"].initial = halls[0].jurisdiction.level

    def clean_cases(self) -> list[Case]:
        field: CasesField = self.fields["cases"]  # type: ignore[assignment]
        return field.read(self.cleaned_data["cases"], self.actor)

    def act(self) -> Sponsorship:
        data = self.cleaned_data
        units = (data["lead"].pk, *(unit.pk for unit in data["units"] if unit != data["lead"]))
        charge = actions.Charge(
            name=data["name"], level=data["level"], problem=data["problem"], leader_id=data["leader"].pk,
            contact_id=data["contact"].pk, people=data["people"], plan=data["plan"], unit_ids=units,
            responsibility=data["responsibility"], planned_on=data["planned_on"],
        )  # fmt: skip
        cases = data["cases"]
        try:
            return actions.take_charge(
                actor=self.actor, hall_id=cases[0].hall_id, case_ids=[one.pk for one in cases], charge=charge,
                now=self.now,
            )  # fmt: skip
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


class RecordProgressForm(RowForm):
    verb, key = "record_progress", "sponsorship_id"
    percent = forms.IntegerField(label=lazy("进度"), min_value=0, max_value=100)
    text = words_field(lazy("进展"))


class ExtendSponsorshipForm(RowForm):
    verb, key = "extend_sponsorship", "sponsorship_id"
    planned_on = day_field(lazy("新的化解日期"))
    reason = words_field(lazy("延期理由"), most=2000)


class EndSponsorshipForm(RowForm):
    verb, key = "end_sponsorship", "sponsorship_id"
    outcome = forms.ChoiceField(
        label=lazy("结果"),
        choices=[(code, lazy(words)) for code, words in OUTCOMES_OF_CHARGE.items()],
        widget=forms.RadioSelect,
    )
    note = words_field(lazy("结果和理由"))


# -- what is published ---------------------------------------------------------------------------------------------


class ResultForm(forms.Form):
    """The words to publish; what still looks like personal data is said at its field, in both at once."""

    title = forms.CharField(label=lazy("标题"), max_length=120)
    text = words_field(lazy("内容"), rows=14, most=8000)

    def __init__(self, *args: Any, case_ids: Sequence[int], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.case_ids = case_ids

    def clean(self) -> dict[str, Any]:
        _check_words(self, self.case_ids)
        return self.cleaned_data


def _check_words(form: forms.Form, case_ids: Sequence[int]) -> None:
    for name in ("title", "text"):
        try:
            check_nothing_personal(form.cleaned_data.get(name, ""), case_ids, field=name)
        except Refused as refused:
            form.add_error(name, str(refused.reason))


class EditResultForm(RowForm):
    verb, key = "edit_result", "notice_id"
    row: ResultNotice
    title = forms.CharField(label=lazy("标题"), max_length=120)
    text = words_field(lazy("内容"), rows=14, most=8000)
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        row = self.row
        self.initial = {"title": row.title, "text": row.text, "revision": row.revision}

    def clean(self) -> dict[str, Any]:
        _check_words(self, list(self.row.links.values_list("case_id", flat=True)))
        return self.cleaned_data


class _OnRead(RowForm):
    """On the words that were read, and no others."""

    key = "notice_id"
    row: ResultNotice
    revision = forms.IntegerField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial = {"revision": self.row.revision}


class ApproveResultForm(_OnRead):
    verb = "approve_result"


class ReturnResultForm(_OnRead):
    verb = "return_result"
    reason = words_field(lazy("退回意见"), most=500)


class DropResultForm(RowForm):
    verb, key = "drop_result", "notice_id"
    reason = words_field(lazy("理由"), most=500)


class WithdrawResultForm(RowForm):
    verb, key = "withdraw_result", "notice_id"
    reason = words_field(
        lazy("撤回原因"),
        most=300,
        rows=2,
        help_text=lazy("原因会公开：标题和内容不再显示，保留“已撤回”和原因。"),
    )
