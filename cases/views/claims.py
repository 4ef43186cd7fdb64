"""The doors by which claims go their own way, and cases come together."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from cases.forms.claims import DivertCaseForm, LinkCasesForm, MergeCaseForm, SplitCaseForm, TransferClaimsForm
from cases.views.doors import Door

DOORS: tuple[Door, ...] = (
    Door(
        TransferClaimsForm,
        _("诉求导入法定途径"),
        _("导入并出具告知书"),
        _("%(number)s 的所选诉求已导入法定途径，告知书已经出具。"),
        issues=True,
        icon="route",
    ),
    Door(
        DivertCaseForm,
        _("整件导入法定途径"),
        _("整件导入并出具告知书"),
        _("%(number)s 已导入法定途径，告知书已经出具，期限全部终止。"),
        issues=True,
        danger=True,
        icon="route",
    ),
    Door(
        SplitCaseForm,
        _("分案"),
        _("分案并出具告知书"),
        _("%(number)s 的所选诉求已另立一件，待甄别；告知书已经出具。"),
        issues=True,
        icon="route",
    ),
    Door(
        MergeCaseForm,
        _("并案"),
        _("并案并出具告知书"),
        _("%(number)s 已并入另一件办理，告知书已经出具。"),
        issues=True,
        danger=True,
        icon="route",
    ),
    Door(
        LinkCasesForm,
        _("关联事项"),
        _("关联"),
        _("%(number)s 已关联。"),
        icon="route",
    ),
)
