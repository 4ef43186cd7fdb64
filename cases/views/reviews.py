"""The doors of review and re-examination."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as lazy

from cases.forms.reviews import (
    IssueReexaminationForm,
    IssueReviewForm,
    RedoForm,
    RequestReexaminationForm,
    RequestReviewForm,
)
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        form=RequestReviewForm,
        title=lazy("登记复查申请"),
        button=lazy("登记并告知"),
        said=lazy("%(number)s 的复查申请已登记，受理告知书已经出具。"),
        issues=True,
        icon="undo",
    ),
    Door(
        form=IssueReviewForm,
        title=lazy("出具复查意见"),
        button=lazy("出具复查意见书"),
        said=lazy("%(number)s 的复查意见书已经出具，请在期限内送达。"),
        issues=True,
        icon="document",
    ),
    Door(
        form=RequestReexaminationForm,
        title=lazy("登记复核申请"),
        button=lazy("登记并告知"),
        said=lazy("%(number)s 的复核申请已登记，受理告知书已经出具。"),
        issues=True,
        icon="undo",
    ),
    Door(
        form=IssueReexaminationForm,
        title=lazy("出具复核意见"),
        button=lazy("出具复核意见书，终结"),
        said=lazy("%(number)s 的复核意见书已经出具，事项已终结，请在期限内送达。"),
        issues=True,
        icon="document",
    ),
    Door(
        form=RedoForm,
        title=lazy("责令重新办理"),
        button=lazy("责令重新办理"),
        said=lazy("%(number)s 已责令首办单位重新办理。"),
        issues=True,
        danger=True,
        icon="undo",
    ),
)
