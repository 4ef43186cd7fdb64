"""The registration page's forms: person, companions, matter, claims, respondents, decision on duplicates.

Each field is read once, here; what a paper, a telephone or a group must be stands in `intake.rules.registration`.
A form that is only shown again (restored from a draft, a row added) holds its data and shows no errors.
"""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, cast

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer
from django.forms.utils import ErrorDict
from django.urls import reverse
from django.utils.text import format_lazy
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _l

from cases.actions import DuplicateChoice, NewRespondent, Person
from cases.lifecycle import CHANNELS, ID_KINDS, PURPOSES
from cases.models import ContentCategory
from cases.queries.categories import category_in_use, find_categories, path_label
from cases.queries.duplicates import LIKELY, Candidate, Matter
from cases.rules import CONTENT_LENGTH, TITLE_LENGTH
from hall.access import Refused
from intake.rules import registration as rules
from staffing.models import Department, Jurisdiction

OCCUPATIONS = (
    _l("工人"), _l("农民"), _l("学生"), _l("教师"), _l("医生"), _l("律师"), _l("公务员"), _l("事业单位工作人员"),
    _l("企业管理人员"), _l("专业技术人员"), _l("文体人员"), _l("现役军人"), _l("个体经营者"), _l("自由职业者"),
    _l("退（离）休人员"), _l("无业人员"), _l("其他"),
)  # fmt: skip
BLANK = [("", _l("请选择"))]
MOST_ROWS = 100  # Django takes at most 1,000 fields in a form


def in_words(table: Mapping[str, str]) -> list[tuple[str, Any]]:
    """Choices out of a table of words, each said in the reader's language when it is shown."""
    return [(code, _l(words)) for code, words in table.items()]


class Part(forms.Form):
    """A part of the page. `quiet`: shown again with what was typed, not judged."""

    use_required_attribute = False

    def __init__(self, *args: Any, quiet: bool = False, today: dt.date, **kwargs: Any) -> None:
        self.quiet, self.today = quiet, today
        super().__init__(*args, **kwargs)

    @property
    def errors(self) -> ErrorDict:
        return ErrorDict() if self.quiet else super().errors

    def known(self) -> dict[str, Any]:
        """What of it is in order, also of a part that is not judged."""
        if not self.is_bound:
            return {}
        wrong = super().errors
        return {name: value for name, value in self.cleaned_data.items() if name not in wrong}

    def refuse(self, refused: Refused, field: str = "") -> None:
        """A rule's sentence at the field it names."""
        where = field or refused.field
        self.add_error(where if where in self.fields else None, str(refused))


class Row(Part):
    """One of several alike. A row with nothing typed in it is no row, whatever its selects say."""

    typed: tuple[str, ...] = ()

    def has_changed(self) -> bool:
        return any(str(self.data.get(self.add_prefix(name), "")).strip() for name in self.typed)


class Rows(forms.BaseFormSet):  # type: ignore[type-arg]
    """Rows whose number may have gaps (a removed one) and which never complain of their own management form."""

    def __init__(self, *args: Any, quiet: bool = False, **kwargs: Any) -> None:
        self.quiet = quiet
        super().__init__(*args, **kwargs)

    def filled(self) -> Iterator[Any]:
        """The rows in which something was typed and which are in order."""
        for form in self.forms:
            if form.has_changed() and form.is_valid():
                yield form

    @property
    def errors(self) -> Any:
        return [] if self.quiet else super().errors

    def non_form_errors(self) -> Any:
        return forms.utils.ErrorList() if self.quiet else super().non_form_errors()


def rows(form: type[Row], *, shown: int) -> type[Rows]:
    made = forms.formset_factory(
        form, formset=Rows, extra=shown, max_num=MOST_ROWS, absolute_max=MOST_ROWS + 50
    )
    return cast("type[Rows]", made)


def text(label: Any, length: int, *, required: bool = False, **attrs: Any) -> forms.CharField:
    kept = {"autocomplete": "off", **attrs}
    return forms.CharField(
        label=label, max_length=length, required=required, widget=forms.TextInput(attrs=kept),
        error_messages={
            "required": format_lazy(_l("请填写{label}。"), label=label),
            "max_length": format_lazy(_l("{label}不超过{n}字。"), label=label, n=length),
        },
    )  # fmt: skip


class PaperPart(Part):
    """Name, paper and telephone: the principal's and each companion's. `paper`: what the paper says, once read."""

    paper: rules.Paper | None = None
    is_row = False
    """One of several: a refusal of the action would not know which. The principal's is laid at its field anyway."""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        self._read_paper()
        self._read_phone()
        return data

    def _read_paper(self) -> None:
        kind, number = self.cleaned_data.get("id_kind") or "none", self.cleaned_data.get("id_number") or ""
        try:
            self.paper = paper = rules.read_paper(kind, number, today=self.today)
            if self.is_row and (name := self.cleaned_data.get("name")):
                rules.check_one_name(kind, paper.number, name)
        except Refused as refused:
            self.refuse(refused)
            return
        self.cleaned_data["id_number"] = paper.number
        self.cleaned_data["region_code"] = paper.region_code
        if paper.birth_date:
            self.cleaned_data["sex"], self.cleaned_data["birth_date"] = paper.sex, paper.birth_date
        if not paper.number:
            self.cleaned_data["id_kind"] = "none"

    def _read_phone(self) -> None:
        try:
            self.cleaned_data["phone"] = rules.read_phone(self.cleaned_data.get("phone") or "")
        except Refused as refused:
            self.refuse(refused)

    def person(self, role: str) -> Person:
        names = (
            "name",
            "sex",
            "birth_date",
            "id_kind",
            "id_number",
            "phone",
            "address",
            "region_code",
            "occupation",
        )
        return Person(
            role=role, **{name: self.cleaned_data[name] for name in names if self.cleaned_data.get(name)}
        )


class PersonForm(PaperPart):
    """The person at the counter. Papers, telephone and even the name may be missing; a wrong one may not."""

    id_kind = forms.ChoiceField(label=_l("证件类型"), choices=in_words(ID_KINDS), initial="resident")
    id_number = text(
        _l("证件号码"), 30, autofocus="autofocus", spellcheck="false", autocapitalize="characters"
    )
    name = text(_l("姓名"), 60)
    sex = forms.ChoiceField(
        label=_l("性别"), required=False, choices=[("", _l("未填")), ("male", _l("男")), ("female", _l("女"))]
    )
    birth_date = forms.DateField(
        label=_l("出生日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        error_messages={"invalid": _l("请按 1980-06-01 的样式填写日期。")},
    )  # fmt: skip
    phone = text(_l("电话"), 20, inputmode="tel")
    address = text(_l("住址"), 120)
    occupation = text(_l("职业"), 30, list="occupations")
    is_anonymous = forms.BooleanField(label=_l("来访人不愿透露姓名，按匿名登记"), required=False)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and not data.get("is_anonymous") and "name" not in self.errors:
            self.add_error("name", _("请填写姓名；来访人不愿透露的，请勾选“按匿名登记”。"))
        if data.get("is_anonymous") and (data.get("name") or data.get("id_number")):
            self.add_error(
                "is_anonymous", _("已填写姓名或证件号码，不能同时按匿名登记。请去掉勾选，或清空姓名和号码。")
            )
        if born := data.get("birth_date"):
            try:
                rules.check_birth_date(born, today=self.today)
            except Refused as refused:
                self.refuse(refused)
        return data


class CompanionForm(PaperPart, Row):
    """Who came along: a representative speaks for the group, a companion only came with it."""

    typed = ("name", "id_number", "phone")
    is_row = True
    role = forms.ChoiceField(
        label=_l("身份"),
        choices=[("representative", _l("代表")), ("companion", _l("随访人"))],
        initial="companion",
    )
    name = text(_l("姓名"), 60)
    id_kind = forms.ChoiceField(label=_l("证件类型"), choices=in_words(ID_KINDS), initial="resident")
    id_number = text(_l("证件号码"), 30, spellcheck="false", autocapitalize="characters")
    phone = text(_l("电话"), 20, inputmode="tel")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and "name" not in self.errors:
            self.add_error("name", _("请填写这一位的姓名，或删去这一行。"))
        return data


class ClaimForm(Row):
    typed = ("text",)
    text = text(_l("诉求"), 500)


class RespondentForm(Row):
    """A person or unit: picked from the units of the hall, or written as stated."""

    typed = ("name", "position", "department")
    name = text(_l("姓名或单位名称"), 120)
    position = text(_l("职务"), 80)
    department = forms.ModelChoiceField(
        label=_l("属于哪个单位"), required=False, queryset=Department.objects.none(), empty_label=_l("不在名单内"),
        widget=forms.Select(attrs={"data-combobox": ""}),
    )  # fmt: skip

    def __init__(self, *args: Any, departments: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["department"].queryset = departments  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not data.get("name") and data.get("department"):
            data["name"] = data["department"].name
        elif not data.get("name"):
            self.add_error("name", _("请填写被反映的人或单位，或从名单中选择单位。"))
        return data

    def respondent(self) -> NewRespondent:
        unit = self.cleaned_data["department"]
        return NewRespondent(
            name=self.cleaned_data["name"],
            position=self.cleaned_data["position"],
            department_id=unit.pk if unit else None,
        )


class MatterForm(Part):
    """What is brought: purpose, category, place, title, content, consents, and how it was stated."""

    purpose = forms.ChoiceField(
        label=_l("信访目的"), choices=in_words(PURPOSES), widget=forms.RadioSelect,
        error_messages={"required": _l("请选择信访目的。")},
    )  # fmt: skip
    title = text(_l("标题"), TITLE_LENGTH, required=True)
    category = forms.CharField(required=False, widget=forms.HiddenInput)
    category_text = text(_l("内容分类"), 200, required=False)
    place = text(_l("问题发生地"), 200)
    content = forms.CharField(
        label=_l("反映内容"), max_length=CONTENT_LENGTH, widget=forms.Textarea(attrs={"rows": 7}),
        error_messages={
            "required": _l("请填写反映内容；口头陈述的，请如实记录。"),
            "max_length": format_lazy(_l("反映内容不超过{n}字，其余请作为材料附上。"), n=CONTENT_LENGTH),
        },
    )  # fmt: skip
    summary = forms.CharField(
        label=_l("概况"), max_length=1000, required=False, widget=forms.Textarea(attrs={"rows": 2}),
        help_text=_l("登记员用一两句话概括，供承办单位先看。"),
    )  # fmt: skip
    is_oral = forms.BooleanField(label=_l("来访人口头陈述，由我如实记录"), required=False)
    read_back = forms.BooleanField(label=_l("记录已向来访人宣读或者交其阅读，确认无误"), required=False)
    read_back_time = forms.TimeField(
        label=_l("宣读时间"), required=False, widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        error_messages={"invalid": _l("请按 09:30 的样式填写时间。")},
    )  # fmt: skip
    head_count = forms.IntegerField(
        label=_l("来访人数"), required=False, min_value=1, max_value=9999,
        error_messages={
            "invalid": _l("人数请填数字。"), "min_value": _l("人数至少为1。"), "max_value": _l("人数不超过9999。"),
        },
    )  # fmt: skip
    is_urgent = forms.BooleanField(label=_l("重大紧急"), required=False)
    is_confidential = forms.BooleanField(label=_l("保密"), required=False)
    is_law_related = forms.BooleanField(label=_l("涉法涉诉"), required=False)
    public_consent = forms.BooleanField(label=_l("同意隐去个人信息后公开办理结果"), required=False)
    electronic_consent = forms.BooleanField(label=_l("同意以短信等电子方式送达文书"), required=False)
    channel = forms.ChoiceField(label=_l("信访形式"), choices=in_words(CHANNELS), initial="visit")
    received_on = forms.DateField(
        label=_l("收到日期"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text=_l("来信、网信等按实际收到之日填写，期限自该日起算；来访为今天。"),
        error_messages={"invalid": _l("请按 2026-11-21 的样式填写日期。")},
    )  # fmt: skip
    place_region = forms.ModelChoiceField(
        label=_l("问题属地"), required=False, queryset=Jurisdiction.objects.none(), empty_label=_l("未填")
    )
    national_number = text(_l("国家信访信息系统编号"), 38)

    def __init__(self, *args: Any, regions: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place_region"].queryset = regions  # type: ignore[attr-defined]
        asks = {"data-combobox": "", "data-combobox-url": reverse("intake:find-category") + "?q="}
        self.fields["category_text"].widget.attrs.update(asks, **{"data-combobox-value": "category"})
        self.choices_for_category: list[tuple[int, str]] = []

    def clean_received_on(self) -> dt.date:
        day: dt.date = self.cleaned_data.get("received_on") or self.today
        if day > self.today:
            raise ValidationError(_("收到日期不能晚于今天。"))
        return day

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        data["category"] = self._category(data)
        if data.get("channel") == "visit":
            data["received_on"] = self.today
        if data.get("is_oral") and not data.get("read_back"):
            self.add_error("read_back", _("口头陈述须宣读或者交来访人阅读，确认无误后勾选。"))
        return data

    def _category(self, data: Mapping[str, Any]) -> ContentCategory | None:
        """The one chosen from the list; without JavaScript, what the typed words lead to."""
        picked, typed = str(data.get("category") or ""), str(data.get("category_text") or "").strip()
        if picked.isdecimal() and (category := category_in_use(int(picked[:18]))):
            return category
        if not typed:
            self.add_error(
                "category_text", _("请选择内容分类：输入三个拼音字母或任何一个词；都不合适的选“其它”。")
            )
            return None
        active = ContentCategory.objects.filter(is_active=True)
        found = list(active.filter(path=typed)[:1]) or find_categories(typed)
        if len(found) == 1:
            return found[0]
        self.choices_for_category = [(category.pk, path_label(category)) for category in found]
        if found:
            self.add_error(
                "category_text", _("“%(typed)s”对应几个分类，请从中选择一个。") % {"typed": typed[:20]}
            )
        else:
            self.add_error(
                "category_text", _("没有与“%(typed)s”对应的分类，请换一个词。") % {"typed": typed[:20]}
            )
        return None


class DuplicateForm(Part):
    """New, or a repeat of one of the candidates: one decision, kept with what was shown."""

    duplicate = forms.CharField(required=False, max_length=20)
    shown = forms.CharField(required=False, max_length=4000)
    label = _l("是否重复")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["duplicate"].label = self.label

    @cached_property
    def panel(self) -> Shown | None:
        """What the panel showed, if this is what it signed."""
        return read_shown(str(self.cleaned_data.get("shown", "")))

    def decide(self, found: Found) -> tuple[DuplicateChoice, ...]:
        """The decision on what is found now. A likely candidate nobody has decided on is an error at the choice."""
        chosen, seen = self.cleaned_data["duplicate"], self.panel.rows if self.panel else {}
        likely = {case_id for case_id, (score, _reasons) in found.items() if score >= LIKELY}
        if likely and (not chosen or not likely <= set(seen)):
            self.add_error("duplicate", _("发现可能重复的事项，请选择是新件，还是其中某一件的重复件。"))
            return ()
        if not chosen:
            return ()
        known = {**seen, **found}
        if chosen != "new" and not (chosen.isdecimal() and int(chosen) in known):
            self.add_error("duplicate", _("所选的原件已不在列表中，请重新选择。"))
            return ()
        return tuple(
            DuplicateChoice(
                candidate_id=case_id,
                score=score,
                reasons=tuple(reasons),
                decision="repeat" if str(case_id) == chosen else "new",
            )
            for case_id, (score, reasons) in known.items()
        )


Found = Mapping[int, tuple[int, tuple[str, ...]]]
"""Case → score and reasons."""


@dataclass(frozen=True, slots=True)
class Shown:
    """What the panel showed, and the print of the matter that it was shown for."""

    of: str
    rows: Found


def found_in(candidates: Sequence[Candidate]) -> Found:
    return {one.case_id: (one.score, one.reasons) for one in candidates}


def print_of(matter: Matter) -> str:
    """Two matters with the same print have the same candidates."""
    return hashlib.sha256(repr(matter).encode()).hexdigest()[:32]


def sign_shown(matter: Matter, candidates: Sequence[Candidate]) -> str:
    """What the clerk is shown, as a hidden field that cannot be made up."""
    rows = [[case_id, score, list(reasons)] for case_id, (score, reasons) in found_in(candidates).items()]
    return Signer(salt="duplicates").sign_object([print_of(matter), rows])


def read_shown(signed: str) -> Shown | None:
    try:
        of, rows = Signer(salt="duplicates").unsign_object(signed)
    except BadSignature:
        return None
    return Shown(of, {case_id: (score, tuple(reasons)) for case_id, score, reasons in rows})
