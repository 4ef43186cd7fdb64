"""What is typed for a request to review or re-examine, and for the opinion on it."""

from __future__ import annotations

from functools import cached_property
from typing import Any, ClassVar

from django import forms
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from cases.forms.verb import UnitField, VerbForm, day_field, words_field
from cases.lifecycle import REVIEW_OUTCOMES
from cases.models import Deadline, Review
from cases.queries.reviewers import permitted_reviewers
from cases.rules.reviews import MIN_LATE_REASON
from cases.terms import term
from staffing.models import Department


class ReviewerField(UnitField):
    """The few bodies that may take the request, all in sight."""

    def __init__(self, label: Any) -> None:
        super().__init__(label)
        self.empty_label = None
        self.widget = forms.RadioSelect()


class RequestForm(VerbForm):
    """A request at one stage; only the bodies one level up are offered."""

    stage: ClassVar[str]
    window: ClassVar[str]

    requested_on = day_field(
        lazy("收到申请的日期"),
        help_text=lazy("当面提交或者收到信件的那一天；期满前寄出、期满后收到的，可以作为逾期的正当理由。"),
    )
    department = ReviewerField(lazy("受理申请的机关、单位"))
    request = words_field(
        lazy("信访人的请求和理由"), rows=5, help_text=lazy("写明不服哪些内容，请求怎么办，理由是什么。")
    )
    late_reason = words_field(
        lazy("逾期的正当理由"), required=False, most=1000,
        help_text=lazy("在期限之内申请的不用填；逾期的，没有正当理由不再受理。"),
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["requested_on"].initial = timezone.localdate(self.now)

    def units(self, name: str) -> Any:
        permitted = [unit.pk for unit in permitted_reviewers(self.case, self.stage)]
        if len(permitted) == 1:
            self.fields[name].initial = permitted[0]
        return Department.objects.filter(pk__in=permitted)

    @property
    def article(self) -> str:
        return term(self.window, self.case.law).article

    @cached_property
    def ran(self) -> Deadline | None:
        """The petitioner's period as it ran last."""
        return Deadline.objects.filter(case=self.case, kind=self.window).order_by("-id").first()

    @property
    def is_late(self) -> bool:
        return bool(self.ran and self.ran.due_at and self.now >= self.ran.due_at)

    @property
    def min_reason(self) -> int:
        return MIN_LATE_REASON


class RequestReviewForm(RequestForm):
    verb = "request_review"
    stage, window = "review", "apply_review"


class RequestReexaminationForm(RequestForm):
    verb = "request_reexamination"
    stage, window = "reexamination", "apply_reexamination"


class RedoForm(VerbForm):
    """The parts of the paper: what was found, under which law, and what follows."""

    verb = "order_redo"
    findings = words_field(lazy("查明的事实"), rows=6, most=10_000)
    basis = words_field(lazy("依据的法律、法规、规章和政策"))
    conclusion = words_field(lazy("意见"), rows=5, most=10_000)

    @cached_property
    def review(self) -> Review | None:
        """The request that is decided."""
        waiting = Review.objects.filter(case=self.case, status="requested")
        return waiting.select_related("challenged", "department").first()

    @property
    def article(self) -> str:
        is_last = bool(self.review and self.review.stage == "reexamination")
        return term("reexamine" if is_last else "review", self.case.law).article


class DecideForm(RedoForm):
    """The same, with what is decided."""

    outcome = forms.ChoiceField(label=lazy("决定"), widget=forms.RadioSelect)
    field_order = ("outcome", "findings", "basis", "conclusion")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = [(code, _(REVIEW_OUTCOMES[code])) for code in ("uphold", "change", "revoke")]
        self.fields["outcome"].choices = choices  # type: ignore[attr-defined]


class IssueReviewForm(DecideForm):
    verb = "issue_review"


class IssueReexaminationForm(DecideForm):
    verb = "issue_reexamination"
