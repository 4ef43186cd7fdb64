"""The work log, what is asked of the petitioner, urgency, more time, and the simple procedure."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import ReasonedForm, VerbForm, day_field, words_field
from cases.lifecycle import NOTE_KINDS
from cases.models import Extension, Supplement, UrgentReport
from cases.queries.clocks import clock_of
from cases.queries.standing import standing
from cases.queries.work_notes import Note, work_notes
from cases.rules import MIN_EXTENSION_WORDS
from cases.terms import term
from hall import clock
from hall.models import statutory_calendar


class RecordWorkForm(VerbForm):
    verb = "record_work"

    kind = forms.ChoiceField(
        label=lazy("办理方式"),
        choices=[(code, lazy(words)) for code, words in NOTE_KINDS.items()],
    )
    happened_on = day_field(lazy("日期"))
    people = forms.CharField(label=lazy("参加人"), max_length=200, required=False)
    place = forms.CharField(label=lazy("地点"), max_length=120, required=False)
    text = words_field(lazy("经过和结果"), rows=5)
    is_open = forms.BooleanField(
        label=lazy("信访人可见"),
        required=False,
        help_text=lazy(
            "信访人查询进度时，能看到这条记录的日期、方式和内容。记录保存后不能修改，也不能改为不可见。"
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate(self.now)
        self.fields["happened_on"].initial = today
        self.fields["happened_on"].widget.attrs |= {
            "min": self.case.received_on.isoformat(), "max": today.isoformat(),
        }  # fmt: skip

    @cached_property
    def notes(self) -> list[Note]:
        """The log so far."""
        return work_notes(self.case)


class RequestSupplementForm(VerbForm):
    verb = "request_supplement"

    what = words_field(
        lazy("需要补充的材料"),
        rows=5,
        most=2000,
        help_text=lazy("每行一项，一次写全，写明原件还是复印件；已经提交过的不要再要。"),
    )

    @cached_property
    def end(self) -> clock.Due:
        """Until when the petitioner is asked to bring it, by the term; a hall's own limit may shorten it."""
        return clock.due(
            timezone.localdate(self.now), term("supplement", self.case.law), calendar=statutory_calendar()
        )

    @property
    def handle_on(self) -> dt.date | None:
        return _due_of(self, "handle")


class ReceiveSupplementForm(VerbForm):
    verb = "receive_supplement"

    note = words_field(
        lazy("收到情况"),
        help_text=lazy("收到哪些材料、原件还是复印件；信访人说明不能提供的，写明理由。"),
    )

    @cached_property
    def asked(self) -> Supplement | None:
        """What was asked for and has not come."""
        return self.case.supplements.filter(received_at=None).select_related("document").first()


class RaiseUrgentForm(ReasonedForm):
    verb = "raise_urgent"

    reason = words_field(
        lazy("理由"),
        most=2000,
        help_text=lazy("可能造成什么社会影响，涉及多少人，有没有人身安全危险。"),
    )


class ReportUrgentForm(VerbForm):
    verb = "report_urgent"

    reported_to = forms.CharField(
        label=lazy("报告对象"),
        max_length=300,
        help_text=lazy(
            "承办单位：本级党委和政府、有关主管部门、本级信访工作联席会议办公室。"
            "信访部门：上一级信访部门，同时报国家信访局。"
        ),
    )
    text = words_field(
        lazy("情况和已采取的措施"),
        rows=8,
        help_text=lazy("时间、地点、人数、诉求、现场情况，已经采取和准备采取的措施。不得隐瞒、谎报、缓报。"),
    )

    @cached_property
    def reports(self) -> list[UrgentReport]:
        """Those already made, newest first."""
        return list(self.case.urgent_reports.select_related("by", "document").order_by("-id"))


class RequestExtensionForm(VerbForm):
    verb = "request_extension"

    days = forms.IntegerField(label=lazy("延长日数"), min_value=1, max_value=30)
    reason = words_field(
        lazy("延期理由"),
        rows=4,
        most=2000,
        help_text=lazy("写明情况为什么复杂、还差哪些工作。批准后，这段理由原样告知信访人。"),
        min_length=MIN_EXTENSION_WORDS,
    )

    @property
    def due_on(self) -> dt.date | None:
        return _due_of(self, "handle")


class _DecideExtensionForm(VerbForm):
    """What both decisions look at: the request, and the date that it would lead to."""

    @cached_property
    def asked(self) -> Extension | None:
        found = self.case.extensions.filter(status="requested").select_related("deadline", "requested_by")
        return found.first()

    @cached_property
    def new_end(self) -> clock.Due | None:
        if self.asked is None:
            return None
        deadline = self.asked.deadline
        deadline.extension_days = self.asked.days
        return clock_of(deadline, self.case.holds.all())


class ApproveExtensionForm(_DecideExtensionForm):
    verb = "approve_extension"

    decision = words_field(
        lazy("审批意见"), required=False, most=500, help_text=lazy("印在延期审批表上，存档，不告知信访人。")
    )


class RefuseExtensionForm(_DecideExtensionForm):
    verb = "refuse_extension"

    decision = words_field(lazy("不批准的理由"), most=500)


class SimplifyCaseForm(ReasonedForm):
    verb = "simplify_case"

    reason = words_field(
        lazy("理由"),
        most=2000,
        help_text=lazy(
            "事实清楚、责任明确、争议不大、易于解决的理由；或者属于咨询、建议、群众日常生活急需解决的事。"
        ),
    )

    @cached_property
    def end(self) -> clock.Due:
        """When the answer is due under the short clock."""
        started = self.case.accepted_on or self.case.received_on
        return clock.due(started, term("simple_handle", "r22"), calendar=statutory_calendar())


class EndSimpleProcedureForm(ReasonedForm):
    verb = "end_simple_procedure"

    reason = words_field(
        lazy("理由"), most=2000, help_text=lazy("例如：情况比原来了解的复杂；诉求可能不予支持。")
    )

    @property
    def handle_on(self) -> dt.date | None:
        return _due_of(self, "handle")


def _due_of(form: VerbForm, kind: str) -> dt.date | None:
    """The end of a running period of the case."""
    row = standing(form.case).clock(kind)
    return dt.date.fromisoformat(row["due_on"]) if row and row["due_on"] else None
