"""What is typed for a hearing: the request, the decision, its course, and the local rules."""

from __future__ import annotations

import datetime as dt
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import day_field, words_field
from cases.queries.words import say_day
from hall.access import Actor, Refused
from hearings import actions
from hearings.lifecycle import CLOSED_GROUNDS, END_GROUNDS, OPEN_GROUNDS, POSTPONE_GROUNDS, SUSPEND_GROUNDS
from hearings.models.local_rules import UNITS
from hearings.queries.rule_sets import DEFAULT, PERIODS, PLAIN, days_words, rule_sets, rules_on
from hearings.queries.stages import organisers, stage_of
from hearings.rules.asking import MIN_REASON, last_day_to_ask
from hearings.rules.course import days_left_to_add
from hearings.rules.local_rules import MOST_DAYS, OWN, OwnNumbers
from staffing.models import Department

_REASON_HELP = lazy("至少%(n)s个字。")


def _reason(label: Any, help_text: Any = "", rows: int = 4) -> forms.CharField:
    return words_field(label, rows=rows, most=2000, help_text=help_text)


def _translated(table: dict[str, str]) -> list[tuple[str, str]]:
    return [(code, _(words)) for code, words in table.items()]


class HearingForm(forms.Form):
    """A verb on a case or on a hearing. `verb` names the action, `key` its argument for the row."""

    verb: ClassVar[str]
    key: ClassVar[str] = "hearing_id"
    row: Any

    def __init__(self, *args: Any, actor: Actor, now: dt.datetime, row: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.actor, self.now, self.row = actor, now, row
        reason: Any = self.fields.get("reason")
        if reason is not None and not reason.help_text:
            reason.help_text = str(_REASON_HELP) % {"n": MIN_REASON}

    @property
    def case(self) -> Any:
        return self.row if self.key == "case_id" else self.row.case

    def facts(self) -> dict[str, Any]:
        """The action's arguments, as typed; a chosen unit becomes `<name>_id`."""
        said: dict[str, Any] = {}
        for name, value in self.cleaned_data.items():
            if isinstance(self.fields[name], forms.ModelChoiceField):
                said[f"{name}_id"] = value.pk if value else None
            else:
                said[name] = value
        return said

    def act(self) -> Any:
        """The one call. A refused input is laid at its field, a wrong state above all, and raised again."""
        try:
            return getattr(actions, self.verb)(
                actor=self.actor, now=self.now, **{self.key: self.row.pk}, **self.facts()
            )
        except Refused as refused:
            if refused.kind in ("input", "state"):
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


def _choose(label: Any, table: dict[str, str]) -> forms.ChoiceField:
    return forms.ChoiceField(label=label, choices=lambda: _translated(table), widget=forms.RadioSelect)


def _openness() -> tuple[forms.ChoiceField, forms.CharField]:
    ground = forms.ChoiceField(
        label=lazy("听证是否公开"),
        choices=lambda: [("", _("公开举行")), *_translated({k: f"{v}" for k, v in CLOSED_GROUNDS.items()})],
        widget=forms.RadioSelect,
        required=False,
        help_text=lazy("只有涉及国家秘密、个人隐私的才不公开举行。"),
    )
    reason = words_field(lazy("不公开的理由"), rows=2, required=False, most=1000)
    return ground, reason


class _UnitChoice(forms.ModelChoiceField):  # type: ignore[type-arg]
    def label_from_instance(self, obj: Any) -> str:
        return str(obj.label)


def _organiser() -> forms.ModelChoiceField:  # type: ignore[type-arg]
    return _UnitChoice(
        label=lazy("组织单位"), queryset=Department.objects.none(), widget=forms.RadioSelect, empty_label=None
    )


class _OrganisedForm(HearingForm):
    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stage = stage_of(self.case)
        able = organisers(self.case, stage) if stage else []
        field: Any = self.fields["organiser"]
        field.queryset = Department.objects.filter(pk__in=[unit.pk for unit in able])
        if able:
            self.initial.setdefault("organiser", able[0].pk)


def _title() -> forms.CharField:
    return forms.CharField(
        label=lazy("听证事项"),
        max_length=120,
        help_text=lazy("公告用的名称：写明事情，不写姓名、电话等个人信息。"),
    )


class RequestHearingForm(HearingForm):
    verb, key = "request_hearing", "case_id"
    requested_on = day_field(lazy("信访人申请的日期"))
    title = _title()
    reason = _reason(lazy("申请的理由"), lazy("信访人为什么要求听证，哪些事实有争议；口头提出的照实记录。"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("requested_on", timezone.localdate(self.now))
        self.initial.setdefault("title", self.case.title)
        self.fields["requested_on"].help_text = self._window()

    def _window(self) -> str:
        """Until when it may be asked for, where the hall's rules have a window."""
        stage = stage_of(self.case)
        version = rules_on(self.case.hall_id, timezone.localdate(self.now))
        last = last_day_to_ask(version, self.case, stage) if stage and version else None
        if last is None:
            return _("现在没有申请期限；决定期限自申请之日起算。")
        return _("按照本厅采用的规定，申请期限到%(day)s届满。") % {"day": say_day(last)}


class OpenHearingForm(_OrganisedForm):
    verb, key = "open_hearing", "case_id"
    ground = _choose(lazy("举行的情形"), OPEN_GROUNDS)
    title = _title()
    reason = _reason(lazy("举行的理由"))
    organiser = _organiser()
    closed_ground, closed_reason = _openness()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("title", self.case.title)


class GrantHearingForm(_OrganisedForm):
    verb = "grant_hearing"
    reason = _reason(lazy("举行的理由"))
    organiser = _organiser()
    closed_ground, closed_reason = _openness()


class RefuseHearingForm(HearingForm):
    verb = "refuse_hearing"
    reason = _reason(
        lazy("不举行的理由"), lazy("写给信访人看：为什么不必听证，事项怎样继续办理。至少6个字。")
    )


class WithdrawHearingForm(HearingForm):
    verb = "withdraw_hearing"
    reason = _reason(lazy("信访人怎样撤回的"), lazy("例如：本人书面撤回；电话表示撤回，已核对身份。"))


class SetOpennessForm(HearingForm):
    verb = "set_openness"
    closed_ground, closed_reason = _openness()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("closed_ground", self.row.closed_ground)
        self.initial.setdefault("closed_reason", self.row.closed_reason)


class PostponeHearingForm(HearingForm):
    verb = "postpone_hearing"
    ground = _choose(lazy("延期的情形"), POSTPONE_GROUNDS)
    reason = _reason(lazy("具体理由"))
    days = forms.IntegerField(label=lazy("举行期限延长的日数"), min_value=0, max_value=MOST_DAYS, initial=0)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["days"].help_text = self._room()

    def _room(self) -> str:
        clock = self.row.case.deadlines.open().filter(kind="hearing_hold", item=str(self.row.pk)).first()
        if clock is None or clock.due_on is None or clock.due_at <= self.now:
            return _("举行期限已经届满，不能再延长，填0。")
        left = days_words(days_left_to_add(clock), self.row.rules.hold_unit)
        words = _("现在最迟%(day)s举行，还可以延长%(left)s；在期限内改期的填0。")
        return words % {"day": say_day(clock.due_on), "left": left}


class SuspendHearingForm(HearingForm):
    verb = "suspend_hearing"
    ground = _choose(lazy("中止的情形"), SUSPEND_GROUNDS)
    reason = _reason(lazy("具体理由"))


class ResumeHearingForm(HearingForm):
    verb = "resume_hearing"
    reason = _reason(lazy("中止的情形怎样消失的"))


class EndHearingForm(HearingForm):
    verb = "end_hearing"
    ground = forms.ChoiceField(label=lazy("终止的情形"), widget=forms.RadioSelect)
    reason = _reason(lazy("具体理由"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["ground"]
        hidden = {"lapsed"}
        if self.row.origin != "request":
            hidden.add("withdrawn")
        if not self.row.rules.no_show_waives:
            hidden.add("no_show")
        field.choices = [pair for pair in _translated(END_GROUNDS) if pair[0] not in hidden]


class AdoptRulesForm(forms.Form):
    """A ready set, or own numbers: these are read only where "own" is chosen."""

    code = forms.ChoiceField(label=lazy("采用哪一套规则"), widget=forms.RadioSelect)
    in_force_from = day_field(lazy("自何日起适用"))
    name = forms.CharField(label=lazy("规则名称"), max_length=120, required=False)
    source = forms.CharField(
        label=lazy("依据"),
        max_length=160,
        required=False,
        help_text=lazy("文件名称和文号；没有的，写明是本厅规则。"),
    )

    def __init__(self, *args: Any, day: dt.date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        sets = rule_sets()
        field: Any = self.fields["code"]
        usable = [(code, one.label) for code, one in sets.items() if one.holds_on(day)]
        field.choices = [*usable, (OWN, _("自定（填写下面的数字）"))]
        self.initial.setdefault("code", DEFAULT)
        self.initial.setdefault("in_force_from", day)
        self.sets = sets
        self._numbers()

    def _numbers(self) -> None:
        """The fields of own numbers, filled with those of the general set."""
        usual = self.sets[DEFAULT].facts
        labels = {
            "apply": _("收到书面意见以后申请（0为没有期限）"), "decide": _("决定是否举行"), "hold": _("决定以后举行"),
            "notice": _("举行以前通知"), "conclude": _("听证以后作出结论"), "serve": _("当场宣布的，书面结论送达"),
        }  # fmt: skip
        for name in PERIODS:
            self.fields[f"{name}_days"] = _count(labels[name], usual[f"{name}_days"])
            self.fields[f"{name}_unit"] = forms.ChoiceField(
                label=_("%(what)s：按什么计算") % {"what": labels[name]}, choices=UNITS, required=False,
                initial=usual[f"{name}_unit"],
            )  # fmt: skip
        heads = {
            "extend_days": _("延期合计最多"), "panel_least": _("听证员最少人数（单数）"),
            "most_representatives": _("信访人代表最多人数"), "most_agents": _("代理人最多人数"),
            "silence_grants": _("逾期不决定视为同意"), "no_show_waives": _("无正当理由不到场视为放弃"),
        }  # fmt: skip
        for name in PLAIN:
            if isinstance(usual[name], bool):
                self.fields[name] = forms.BooleanField(label=heads[name], required=False, initial=usual[name])
            else:
                self.fields[name] = _count(heads[name], usual[name])

    def adopt(self, *, actor: Actor, hall_id: int, now: dt.datetime) -> Any:
        """The one call. A refused input is laid at its field and raised again."""
        said = dict(self.cleaned_data)
        code, day = said.pop("code"), said.pop("in_force_from")
        try:
            return actions.adopt_hearing_rules(
                actor=actor,
                hall_id=hall_id,
                code=code,
                in_force_from=day,
                numbers=OwnNumbers(**said) if code == OWN else None,
                now=now,
            )
        except Refused as refused:
            if refused.kind == "input":
                self.add_error(refused.field if refused.field in self.fields else None, str(refused.reason))
            raise


def _count(label: str, usual: int) -> forms.IntegerField:
    return forms.IntegerField(label=label, min_value=0, max_value=MOST_DAYS, required=False, initial=usual)
